//! `tandem audit`: whether the log is whole, and the log as a file.

use std::io::Write;
use std::process::ExitCode;

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::report::csv_line;
use crate::service::{Ctx, audit};
use crate::store::audit::AuditEvent;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Look through whole chains, name the first event that does not fit, and replay; ends with 1 where something is wrong
    Verify {
        /// Of this workspace alone
        #[arg(long)]
        workspace: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Write a workspace's log to standard output, oldest first
    Export {
        /// Of which workspace
        #[arg(long)]
        workspace: String,
        /// As lines of JSON, or as CSV
        #[arg(long, default_value = "jsonl")]
        format: Format,
    },
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// An event a line.
    Jsonl,
    /// A table.
    Csv,
}

const COLUMNS: [&str; 11] =
    ["seq", "at", "actor_id", "actor", "via", "action", "subject_kind", "subject_id", "state", "previous_hash", "hash"];

/// Runs the command.
pub async fn run(ctx: Ctx, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Verify { workspace, json } => verify(&ctx, workspace.as_deref(), json).await,
        Command::Export { workspace, format } => export(&ctx, &workspace, format).await,
    }
}

async fn verify(ctx: &Ctx, workspace: Option<&str>, json: bool) -> anyhow::Result<ExitCode> {
    let found = audit::verify(ctx, workspace).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&found)?);
    } else {
        found.iter().flat_map(audit::Verified::sentences).for_each(|sentence| println!("{sentence}"));
    }
    let whole = found.iter().all(audit::Verified::is_whole);
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn export(ctx: &Ctx, workspace: &str, format: Format) -> anyhow::Result<ExitCode> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if format == Format::Csv {
        out.write_all(csv_line(COLUMNS).as_bytes())?;
    }
    for workspace in audit::named(ctx, Some(workspace)).await? {
        let mut after = 0;
        loop {
            let page = audit::page(ctx, workspace.id, after).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for event in &page {
                match format {
                    Format::Jsonl => writeln!(out, "{}", line(event))?,
                    Format::Csv => out.write_all(csv_line(cells(event).iter().map(String::as_str)).as_bytes())?,
                }
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The state stays the text that the hash covers: read and written anew it could differ.
fn line(event: &AuditEvent) -> Value {
    json!({
        "workspace_id": event.workspace_id, "seq": event.seq, "at": at(event), "actor_id": event.actor_id, "actor": event.actor_name,
        "via": event.via, "action": event.action, "subject_kind": event.subject_kind, "subject_id": event.subject_id.to_string(),
        "state": event.state, "previous_hash": event.previous_hash, "hash": event.hash,
    })
}

fn cells(event: &AuditEvent) -> [String; 11] {
    [
        event.seq.to_string(),
        at(event),
        event.actor_id.map(|id| id.to_string()).unwrap_or_default(),
        event.actor_name.clone(),
        event.via.clone(),
        event.action.clone(),
        event.subject_kind.clone(),
        event.subject_id.to_string(),
        event.state.clone(),
        event.previous_hash.clone(),
        event.hash.clone(),
    ]
}

fn at(event: &AuditEvent) -> String {
    event.at.utc().to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}
