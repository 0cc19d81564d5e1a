//! `tandem token`: bearer tokens of the admin HTTP endpoints.

use clap::Subcommand;
use secrecy::ExposeSecret;

use crate::domain::id::ApiTokenId;
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
    /// A workspace's tokens, without what they are
    List {
        /// The workspace
        #[arg(long)]
        workspace: String,
    },
    /// Revoke a token, from now on
    Revoke {
        /// The workspace
        #[arg(long)]
        workspace: String,
        /// Its id, as “tandem token list” shows it
        id: ApiTokenId,
    },
}

/// Runs the command.
pub async fn run(ctx: Ctx, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Create { role, workspace, name } => {
            let workspace = workspaces::by_name(&ctx, &workspace).await?;
            let token = tokens::create(&ctx, &Actor::command(workspace.id), &name, role).await?;
            println!("{}", token.expose_secret());
        }
        Command::List { workspace } => {
            let workspace = workspaces::by_name(&ctx, &workspace).await?;
            for token in tokens::list(&ctx, &Actor::command(workspace.id)).await? {
                let used = token
                    .last_used_at
                    .map_or_else(|| "never used".to_owned(), |at| format!("used {}", at.utc().format("%Y-%m-%d %H:%M UTC")));
                let state = if token.revoked_at.is_some() { "revoked" } else { "valid" };
                println!("{}\t{}\t{}\t{state}\t{used}", token.id, token.role, token.name);
            }
        }
        Command::Revoke { workspace, id } => {
            let workspace = workspaces::by_name(&ctx, &workspace).await?;
            tokens::revoke(&ctx, &Actor::command(workspace.id), id).await?;
            println!("The token is worth nothing from now on.");
        }
    }
    Ok(())
}
