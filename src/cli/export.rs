//! `tandem export QUERY`: the figures of `/reports` to standard output.

use std::io::Write;

use crate::report::{self, Compare, Query};
use crate::service::{Actor, Ctx, Error, reports, workspaces};

/// What to export.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The query string of /reports: "period=28d&by=campaign,network&metrics=spend,results"
    #[arg(value_name = "QUERY", default_value = "by=campaign")]
    query: String,
    /// The workspace
    #[arg(long, value_name = "NAME")]
    workspace: String,
    /// csv or json
    #[arg(long, default_value = "csv", value_parser = ["csv", "json"])]
    format: String,
}

/// Runs the command: rows go out in pieces, as the pages' twins do.
pub async fn run(ctx: Ctx, arguments: Arguments) -> anyhow::Result<()> {
    let workspace = workspaces::by_name(&ctx, &arguments.workspace).await?;
    let query = Query::parse(arguments.query.trim_start_matches('?')).map_err(Error::from)?;
    let report = reports::run(&ctx, &Actor::command(workspace.id), Query { compare: Compare::Nothing, ..query }).await?;
    let pieces: Box<dyn Iterator<Item = String>> =
        if arguments.format == "json" { Box::new(report::json(report)) } else { Box::new(report::csv(report)) };
    let mut out = std::io::stdout().lock();
    for piece in pieces {
        match out.write_all(piece.as_bytes()) {
            // Whoever reads has read enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            other => other?,
        }
    }
    Ok(())
}
