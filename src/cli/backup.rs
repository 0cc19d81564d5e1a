//! `tandem backup FILE`: everything in one file, while the server runs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::clock::Clock;
use crate::config::Config;
use crate::service::backup;

/// Exit code where the database is not ours to copy.
const NOT_HERE: u8 = 2;

/// What to write, and where.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file to make; it must not be there
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Leave the key out: keep it elsewhere, the tokens of Meta cannot be opened without it
    #[arg(long)]
    without_key: bool,
}

/// Runs the command.
pub fn run(config: &Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    if config.is_postgres() {
        eprintln!(
            "PostgreSQL has its own tool, which copies while the server runs: pg_dump --format=custom --file={} \"$DATABASE_URL\". \
             Keep {} beside it: the tokens of Meta cannot be opened without that key.",
            arguments.file.display(),
            config.data.join("keys/seal.key").display()
        );
        return Ok(ExitCode::from(NOT_HERE));
    }
    let database = Path::new(&config.database_url);
    if !database.exists() {
        anyhow::bail!("there is no database at {}; say --data DIR", database.display());
    }
    backup::make(&config.data, database, &arguments.file, !arguments.without_key, Clock::System.now().0)?;
    let size = std::fs::metadata(&arguments.file)?.len();
    println!("{}: {} KiB, database and sandbox state at one moment.", arguments.file.display(), size.div_ceil(1024));
    if arguments.without_key {
        println!("The key is not in it; keep {} in another safe place.", config.data.join("keys/seal.key").display());
    } else {
        println!("The key is in it: whoever has this file can use the connections. Keep it as safe as a password.");
    }
    Ok(ExitCode::SUCCESS)
}
