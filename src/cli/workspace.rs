//! `tandem workspace`: businesses, each with its own ad accounts, members and log.

use anyhow::bail;
use clap::Subcommand;

use crate::domain::workspace::WorkspaceKind;
use crate::service::Ctx;
use crate::service::workspaces::create_for;

/// What can be done with workspaces.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make one for somebody who signs in already
    Create {
        /// Its name
        #[arg(long)]
        name: String,
        /// real or sandbox, for ever
        #[arg(long)]
        kind: String,
        /// The address of the person who will own it
        #[arg(long)]
        owner: String,
    },
}

/// Runs the command.
pub async fn run(ctx: Ctx, command: Command) -> anyhow::Result<()> {
    let Command::Create { name, kind, owner } = command;
    let Some(kind) = WorkspaceKind::parse(&kind) else { bail!("--kind is real or sandbox, not “{kind}”") };
    create_for(&ctx, &owner, &name, kind).await?;
    println!("{owner} owns {name}, a {} workspace.", kind.as_str());
    Ok(())
}
