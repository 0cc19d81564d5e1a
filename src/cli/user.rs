//! `tandem user`: people who sign in.

use anyhow::bail;
use clap::Subcommand;

use crate::domain::role::Role;
use crate::service::Ctx;
use crate::service::users::NewUser;
use crate::service::workspaces::create_member;

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a person to a workspace, which is made if it is not there
    Create {
        /// The address to sign in with
        #[arg(long)]
        email: String,
        /// The name shown
        #[arg(long)]
        name: String,
        /// The workspace's name
        #[arg(long)]
        workspace: String,
        /// owner, manager or analyst
        #[arg(long)]
        role: Role,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
}

/// Runs the command.
pub async fn run(ctx: Ctx, command: Command) -> anyhow::Result<()> {
    let Command::Create { email, name, workspace, role, password_stdin } = command;
    if !password_stdin {
        bail!("give the password on standard input with --password-stdin, so that it stands in no shell history");
    }
    let password = super::secret_from_stdin()?;
    create_member(&ctx, &workspace, NewUser { email: email.clone(), name, password }, role).await?;
    println!("{email} is {role} of {workspace}.");
    Ok(())
}
