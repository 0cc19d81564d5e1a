//! `tandem token`: bearer tokens of the admin HTTP endpoints.

use clap::Subcommand;
use secrecy::ExposeSecret;

use crate::domain::role::Role;
use crate::service::{Actor, Ctx, tokens, workspaces};

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a token and print it, this once
    Create {
        /// owner, manager or analyst
        #[arg(long)]
        role: Role,
        /// The workspace it opens
        #[arg(long)]
        workspace: String,
        /// What it is for
        #[arg(long, default_value = "command line")]
        name: String,
    },
}

/// Runs the command.
pub async fn run(ctx: Ctx, command: Command) -> anyhow::Result<()> {
    let Command::Create { role, workspace, name } = command;
    let workspace = workspaces::by_name(&ctx, &workspace).await?;
    let token = tokens::create(&ctx, &Actor::command(workspace.id), &name, role).await?;
    println!("{}", token.expose_secret());
    Ok(())
}
