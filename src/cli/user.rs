//! `tandem user`: people who sign in. Whoever can run this owns the machine.

use anyhow::bail;
use clap::Subcommand;
use secrecy::SecretString;

use crate::domain::role::Role;
use crate::service::users::NewUser;
use crate::service::workspaces::{self, create_member};
use crate::service::{Actor, Ctx, members};

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a person to a workspace, which is made if it is not there
    #[command(visible_alias = "add")]
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
    /// Everybody, with their workspaces and roles
    List,
    /// Give a person a role in a workspace, whether or not they are in it yet
    Role {
        /// Whose
        #[arg(long)]
        email: String,
        /// The workspace's name
        #[arg(long)]
        workspace: String,
        /// owner, manager or analyst
        #[arg(long)]
        role: Role,
    },
    /// Give a person a new password; every browser of theirs is signed out
    Password {
        /// Whose
        #[arg(long)]
        email: String,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Keep a person from signing in, from now on
    Disable {
        /// Whom
        #[arg(long)]
        email: String,
    },
    /// Let a person sign in again
    Enable {
        /// Whom
        #[arg(long)]
        email: String,
    },
}

/// Runs the command.
pub async fn run(ctx: Ctx, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Create { email, name, workspace, role, password_stdin } => {
            let password = password(password_stdin)?;
            create_member(&ctx, &workspace, NewUser { email: email.clone(), name, password }, role).await?;
            println!("{email} is {role} of {workspace}.");
        }
        Command::List => {
            for person in members::people(&ctx).await? {
                let places: Vec<String> = person.memberships.iter().map(|(name, role)| format!("{role} of {name}")).collect();
                let places = if places.is_empty() { "no workspace".to_owned() } else { places.join(", ") };
                let off = if person.disabled { " (disabled)" } else { "" };
                println!("{}{off}\t{}\t{places}", person.user.email, person.user.name);
            }
        }
        Command::Role { email, workspace, role } => {
            let user = members::by_email(&ctx, &email).await?;
            let workspace = workspaces::by_name(&ctx, &workspace).await?;
            members::place(&ctx, &Actor::command(workspace.id), &user, role).await?;
            println!("{} is {role} of {}.", user.email, workspace.name);
        }
        Command::Password { email, password_stdin } => {
            let user = members::by_email(&ctx, &email).await?;
            members::set_password(&ctx, &user, password(password_stdin)?).await?;
            println!("{} has a new password and is signed out everywhere.", user.email);
        }
        Command::Disable { email } => {
            let user = members::by_email(&ctx, &email).await?;
            members::set_disabled(&ctx, &user, true).await?;
            println!("{} is signed out everywhere and may not sign in.", user.email);
        }
        Command::Enable { email } => {
            let user = members::by_email(&ctx, &email).await?;
            members::set_disabled(&ctx, &user, false).await?;
            println!("{} may sign in again.", user.email);
        }
    }
    Ok(())
}

fn password(from_stdin: bool) -> anyhow::Result<SecretString> {
    if !from_stdin {
        bail!("give the password on standard input with --password-stdin, so that it stands in no shell history");
    }
    super::secret_from_stdin()
}
