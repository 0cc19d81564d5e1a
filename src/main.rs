//! The `tandem` binary: parses arguments and calls the library.

fn main() -> anyhow::Result<std::process::ExitCode> {
    tandem::cli::run()
}
