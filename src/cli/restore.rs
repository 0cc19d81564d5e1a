//! `tandem restore FILE`: a backup in the place of what is there, once it is found whole.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::clock::Clock;
use crate::config::Config;
use crate::service::backup;

/// What to restore.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A file made by “tandem backup”
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Move what is there aside and put the backup in its place
    #[arg(long)]
    replace: bool,
}

/// Runs the command.
pub fn run(config: &Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    if config.is_postgres() {
        eprintln!(
            "PostgreSQL has its own tool: pg_restore --clean --if-exists --dbname=\"$DATABASE_URL\" {}. Then put the key that belongs \
             to it at {} and start Tandem, which brings the tables up to date.",
            arguments.file.display(),
            config.data.join("keys/seal.key").display()
        );
        return Ok(ExitCode::from(2));
    }
    let database = Path::new(&config.database_url);
    let restored = backup::restore(&config.data, database, &arguments.file, arguments.replace, Clock::System.now().0)?;
    println!("Restored what was backed up on {}.", restored.manifest.made_at.format("%-d %b %Y %H:%M UTC"));
    if let Some(aside) = restored.moved_to {
        println!("What was there before is in {}; remove it when you are sure.", aside.display());
    }
    println!("What happened at Meta since then is not in it: start Tandem and let it sync before you approve anything.");
    Ok(ExitCode::SUCCESS)
}
