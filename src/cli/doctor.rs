//! `tandem doctor`: what is wrong, in sentences with the way out; exit code 1 where something is.

use std::process::ExitCode;

use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::service::doctor::{self, Finding, Health};

/// How far to look.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Also ask each connection's other side whether it accepts the token
    #[arg(long)]
    online: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub async fn run(config: &Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut found = vec![said("configuration", Health::Good, "It can be read.")];
    if config.data.is_dir() {
        found.extend(doctor::files(&config.data));
        found.extend(look_inside(config, arguments.online).await);
    } else {
        let words = format!("There is none at {}; say --data DIR, or start Tandem once.", config.data.display());
        found.push(said("data directory", Health::Bad, &words));
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&found)?);
    } else {
        for finding in &found {
            let mark = match finding.health {
                Health::Good => "ok  ",
                Health::Warn => "note",
                Health::Bad => "BAD ",
            };
            println!("{mark}  {}: {}", finding.about, finding.sentence);
        }
    }
    let worst = found.iter().map(|finding| finding.health).max();
    Ok(if worst == Some(Health::Bad) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn look_inside(config: &Config, online: bool) -> Vec<Finding> {
    if !config.is_postgres() && !std::path::Path::new(&config.database_url).exists() {
        let words = format!("There is none at {}; start Tandem once, or restore a backup.", config.database_url);
        return vec![said("database", Health::Bad, &words)];
    }
    let key = config.data.join("keys/seal.key");
    if !key.exists() {
        let words =
            format!("There is none at {}. Put the one that belongs to this database there, from your backup.", key.display());
        return vec![said("key", Health::Bad, &words)];
    }
    match app::open_as_is(config, Clock::System) {
        Err(error) => vec![said("database", Health::Bad, &format!("It cannot be opened: {error}."))],
        Ok(ctx) => doctor::database(&ctx, online)
            .await
            .unwrap_or_else(|error| vec![said("database", Health::Bad, &format!("It cannot be read: {error}."))]),
    }
}

fn said(about: &'static str, health: Health, sentence: &str) -> Finding {
    Finding { about, health, sentence: sentence.to_owned() }
}
