//! The `tandem` binary: parses arguments and calls the library.

fn main() -> anyhow::Result<()> {
    tandem::cli::run()
}
