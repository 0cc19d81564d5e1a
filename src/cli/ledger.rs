//! `tandem ledger`: whether the ledger is whole.

use std::process::ExitCode;

use crate::service::{Ctx, ledger};

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Recompute every balance and say what does not fit; ends with 1 where something does not
    Check {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
pub async fn run(ctx: Ctx, command: Command) -> anyhow::Result<ExitCode> {
    let Command::Check { json } = command;
    let faults = ledger::check(&ctx).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&faults)?);
    } else if faults.is_empty() {
        println!("Every entry balances, spend is what Meta reported to the micro, and commitments are what is switched on.");
    } else {
        for fault in &faults {
            println!("“{}”, campaign {}: {}", fault.workspace, fault.campaign, fault.sentence);
        }
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
