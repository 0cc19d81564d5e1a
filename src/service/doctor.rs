//! `tandem doctor`: looks the house over and says in sentences what is wrong and the way out. Changes nothing.

use std::path::Path;

use chrono::Duration;
use serde::Serialize;

use crate::store::backup::{self, Found};
use crate::store::{connections as connection_rows, health};

use super::{Ctx, Result, connections, ledger};

/// A job that has waited for longer than this is stuck.
const STUCK: Duration = Duration::hours(1);
/// A time stored further ahead than this means that the clock went back.
const AHEAD: Duration = Duration::minutes(5);
/// Less free disk than this is too little, in bytes.
const LITTLE: u64 = 1 << 30;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// As it should be.
    Good,
    /// It works, with something to know.
    Warn,
    /// It does not work, or will not for long.
    Bad,
}

/// What was looked at and what was found.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub about: &'static str,
    /// How it stands.
    pub health: Health,
    /// What was found, in a sentence; with the way out where something is wrong.
    pub sentence: String,
}

impl Finding {
    fn new(about: &'static str, health: Health, sentence: impl Into<String>) -> Self {
        Self { about, health, sentence: sentence.into() }
    }
}

/// Looks at the files of the data directory: who may read them, and whether there is room.
pub fn files(data: &Path) -> Vec<Finding> {
    let mut found = vec![writable(data)];
    found.extend(private(data, &data.join("keys/seal.key"), "key"));
    found.extend(private(data, &data.join("tandem.db"), "database file"));
    found.push(room(data));
    found
}

fn writable(data: &Path) -> Finding {
    let probe = data.join(".doctor");
    let written = std::fs::write(&probe, b"");
    // What cannot be removed holds nothing.
    let _ = std::fs::remove_file(&probe);
    match written {
        Ok(()) => Finding::new("data directory", Health::Good, format!("{} can be written.", data.display())),
        Err(error) => {
            let words = format!("{} cannot be written: {error}. Give it to the user that runs Tandem.", data.display());
            Finding::new("data directory", Health::Bad, words)
        }
    }
}

#[cfg(unix)]
fn private(_: &Path, path: &Path, about: &'static str) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    let open_to = if about == "key" { mode & 0o077 } else { mode & 0o007 };
    if open_to == 0 {
        return Some(Finding::new(about, Health::Good, format!("{} is nobody else’s to read.", path.display())));
    }
    let health = if about == "key" { Health::Bad } else { Health::Warn };
    let words = format!("Others may read {} ({mode:o}). Close it: chmod 600 {}", path.display(), path.display());
    Some(Finding::new(about, health, words))
}

#[cfg(not(unix))]
fn private(_: &Path, _: &Path, _: &'static str) -> Option<Finding> {
    None
}

/// Free disk, as `df` tells it: the standard library does not.
fn room(data: &Path) -> Finding {
    let told = std::process::Command::new("df").arg("-Pk").arg(data).output().ok().filter(|output| output.status.success());
    let free = told.and_then(|output| {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok()?.checked_mul(1024)
    });
    match free {
        None => Finding::new("disk", Health::Warn, "Free space could not be asked for; look at it yourself."),
        Some(free) if free < LITTLE => {
            let words = format!("{} MiB are free. Make room: at less than 1 GiB an import or a backup may not fit.", free >> 20);
            Finding::new("disk", Health::Bad, words)
        }
        Some(free) => Finding::new("disk", Health::Good, format!("{} GiB are free.", free >> 30)),
    }
}

/// Looks at everything in the database, and with `online` whether each connection answers.
///
/// # Errors
/// Where the database does not answer at all.
pub async fn database(ctx: &Ctx, online: bool) -> Result<Vec<Finding>> {
    let Found { damage, newer, due, broken_chains } = ctx.db.read(backup::inspect).await?;
    let mut found = vec![
        list("database", &damage, "It is whole.", "is damaged", "Restore the last good backup: tandem restore FILE --replace."),
        list("migrations", &newer, "None is unknown.", "are of a newer version", "Run that version of Tandem."),
        list("migrations", &due, "None is due.", "are due", "Run: tandem migrate."),
    ];
    if !newer.is_empty() || !due.is_empty() {
        // The questions below are asked of the tables as this version knows them.
        return Ok(found);
    }
    let broken: Vec<String> = broken_chains.iter().map(|(name, seq)| format!("“{name}” from event {seq}")).collect();
    let way_out = "Somebody changed the log in the database: compare it with a backup.";
    found.push(list("audit log", &broken, "Every chain is whole.", "does not fit", way_out));
    let faults = ledger::check(ctx).await?;
    let said: Vec<String> =
        faults.iter().map(|f| format!("“{}”, campaign {}: {}", f.workspace, f.campaign, f.sentence)).collect();
    let way_out =
        "Sync the account; what stays was changed or lost: compare it with a backup. `tandem ledger check` says all of it.";
    found.push(list(
        "ledger",
        &said,
        "Every entry balances; spend is what Meta reported, to the micro.",
        "does not fit",
        way_out,
    ));
    found.push(clock(ctx).await?);
    found.extend(jobs(ctx).await?);
    found.extend(tokens(ctx, online).await?);
    Ok(found)
}

fn list(about: &'static str, wrong: &[String], good: &str, is: &str, way_out: &str) -> Finding {
    const SHOWN: usize = 3;
    if wrong.is_empty() {
        return Finding::new(about, Health::Good, good);
    }
    let mut shown = wrong.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    if wrong.len() > SHOWN {
        shown.push_str(&format!("; and {} more", wrong.len() - SHOWN));
    }
    Finding::new(about, Health::Bad, format!("{shown}: {is}. {way_out}"))
}

async fn clock(ctx: &Ctx) -> Result<Finding> {
    let now = ctx.now();
    let newest = ctx.db.read(health::newest_event).await?;
    Ok(match newest {
        Some(at) if at.utc() - now.0 > AHEAD => {
            let words = format!("It says {}, but something was done at {}. Set the clock.", now.0, at.utc());
            Finding::new("clock", Health::Bad, words)
        }
        _ => Finding::new("clock", Health::Good, "It is not behind what was done last."),
    })
}

async fn jobs(ctx: &Ctx) -> Result<Vec<Finding>> {
    let now = ctx.now();
    let figures = ctx.db.read(move |c| health::figures(c, now.0.into())).await?;
    let failed = ctx.db.read(crate::store::jobs::list_failed).await?;
    let waiting = match figures.oldest_due {
        Some(at) if now.0 - at.utc() > STUCK => {
            let words = format!("The oldest has been due for {} minutes. Is a server running?", (now.0 - at.utc()).num_minutes());
            Finding::new("queue", Health::Bad, words)
        }
        _ => Finding::new("queue", Health::Good, "No job is stuck."),
    };
    let failures = match failed.first() {
        None => Finding::new("failed jobs", Health::Good, "None in the last 14 days."),
        Some((kind, error)) => {
            let words =
                format!("{} in the last 14 days; the last one, {kind}: {}", failed.len(), error.as_deref().unwrap_or("?"));
            Finding::new("failed jobs", Health::Warn, words)
        }
    };
    Ok(vec![waiting, failures])
}

/// Whether the key opens each connection's token, and (online) whether the other side accepts it.
async fn tokens(ctx: &Ctx, online: bool) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for row in ctx.db.read(connection_rows::list_all).await? {
        let name = row.name.clone();
        let client = match connections::client(ctx, row.workspace_id, row.id).await {
            Ok(client) => client,
            Err(error) => {
                let words = format!("“{name}”: {error}. Put the key file that belongs to this database in place.");
                found.push(Finding::new("connection", Health::Bad, words));
                continue;
            }
        };
        if !online {
            found.push(Finding::new("connection", Health::Good, format!("The token of “{name}” opens.")));
            continue;
        }
        found.push(match client.me().await {
            Ok(_) => Finding::new("connection", Health::Good, format!("“{name}” answers at {}.", row.base_url)),
            Err(error) => {
                let words = format!("“{name}” at {}: {error}. Look at it under Connections.", row.base_url);
                Finding::new("connection", Health::Bad, words)
            }
        });
        if let Some(seen) = client.platform_date() {
            let apart = (seen.date - ctx.now().0).num_seconds().abs();
            // A sandbox's clock runs on its own.
            if row.kind == "real" && apart > 60 {
                let words = format!("It is {apart} s from Meta’s. Set it, best by NTP.");
                found.push(Finding::new("clock", Health::Warn, words));
            }
        }
    }
    if found.is_empty() {
        found.push(Finding::new("connection", Health::Good, "There is none yet."));
    }
    Ok(found)
}
