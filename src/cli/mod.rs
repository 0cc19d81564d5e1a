//! The command line: one file a command. `tandem` alone serves.

mod allocate;
mod audit;
mod backup;
mod doctor;
mod export;
mod guard;
mod import;
mod ledger;
mod restore;
mod sandbox;
mod serve;
mod token;
mod user;
mod workspace;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use secrecy::SecretString;
use tracing_subscriber::EnvFilter;

use crate::app;
use crate::clock::Clock;
use crate::config::{Config, Flags};
use crate::service::Ctx;

/// One campaign, both feeds: a self-hosted ad campaign manager for Facebook and Instagram
#[derive(Debug, Parser)]
#[command(name = "tandem", version, args_conflicts_with_subcommands = false)]
pub struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Web server, workers and the embedded sandbox (the default)
    Serve,
    /// The guard of spending limits alone, without web server and workers; beside a server or instead of it
    Guard,
    /// The sandbox alone: a Graph API server that delivers, for other people's tools
    Sandbox(sandbox::Arguments),
    /// The split engine alone: a problem a line on standard input, an answer a line on standard output
    Allocate(allocate::Arguments),
    /// Read report files of Ads Manager in
    Import(import::Arguments),
    /// People who sign in
    #[command(subcommand)]
    User(user::Command),
    /// Businesses: real ones, or in the sandbox
    #[command(subcommand)]
    Workspace(workspace::Command),
    /// Bearer tokens of the admin HTTP endpoints
    #[command(subcommand)]
    Token(token::Command),
    /// Figures to standard output: the query string of /reports
    Export(export::Arguments),
    /// Bring the database up to date and end
    Migrate,
    /// The log of everything that was done
    #[command(subcommand)]
    Audit(audit::Command),
    /// The ledger of budgets and spend
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// Write everything to one file; the server may run meanwhile
    Backup(backup::Arguments),
    /// Put a backup in place, once it is found whole; the server must not run
    Restore(restore::Arguments),
    /// Look the house over and say what is wrong and the way out
    Doctor(doctor::Arguments),
}

/// Parses the arguments and runs the command to its end.
pub fn run() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    let serving = matches!(cli.command, None | Some(Command::Serve | Command::Guard));
    init_logging(if serving { "info,actix_server=warn,tracing_actix_web=warn" } else { "warn" });
    // Fails only where a provider is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = Config::load(cli.flags)?;
    actix_web::rt::System::new().block_on(async move {
        match cli.command {
            Some(Command::Backup(arguments)) => return backup::run(&config, arguments),
            Some(Command::Restore(arguments)) => return restore::run(&config, arguments),
            Some(Command::Doctor(arguments)) => return doctor::run(&config, arguments).await,
            Some(Command::Audit(command)) => return audit::run(open(&config)?, command).await,
            Some(Command::Ledger(command)) => return ledger::run(open(&config)?, command).await,
            Some(Command::Allocate(arguments)) => return allocate::run(arguments),
            Some(Command::Guard) => guard::run(config).await,
            Some(Command::Sandbox(arguments)) => sandbox::run(arguments).await,
            None | Some(Command::Serve) => serve::run(config).await,
            Some(Command::Import(arguments)) => import::run(open(&config)?, arguments).await,
            Some(Command::Export(arguments)) => export::run(open(&config)?, arguments).await,
            Some(Command::User(command)) => user::run(open(&config)?, command).await,
            Some(Command::Workspace(command)) => workspace::run(open(&config)?, command).await,
            Some(Command::Token(command)) => token::run(open(&config)?, command).await,
            Some(Command::Migrate) => open(&config).map(|_| println!("The database is up to date.")),
        }
        .map(|()| ExitCode::SUCCESS)
    })
}

fn open(config: &Config) -> anyhow::Result<Ctx> {
    app::open(config, Clock::System).context("cannot open the data directory")
}

/// `TANDEM_LOG` takes the usual directives; `TANDEM_LOG_FORMAT=json` writes a JSON object a line.
fn init_logging(default: &str) {
    let filter = EnvFilter::try_from_env("TANDEM_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var("TANDEM_LOG_FORMAT").is_ok_and(|format| format == "json") {
        log.json().init();
    } else {
        log.init();
    }
}

/// Reads a secret from standard input: the first line, without its end.
fn secret_from_stdin() -> anyhow::Result<SecretString> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("cannot read standard input")?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned()))
}
