//! Use cases, one file a feature: check rights, apply rules, write and enqueue in one transaction.
//!
//! A handler or a job brings an [`Actor`] and gets a result or an [`Error`]; nothing here knows HTTP or status codes. Every write
//! appends its audit event in its own transaction ([`Actor::record`]). No transaction is open across a call to Meta.

pub mod adopt;
pub mod approvals;
pub mod audiences;
pub mod audit;
pub mod backup;
mod because;
pub mod bulk;
pub mod campaigns;
pub mod connections;
pub mod desired;
pub mod doctor;
pub mod drift;
pub mod envelopes;
mod error;
pub mod guard;
pub mod health;
pub mod history;
pub mod housekeeping;
pub mod idempotency;
pub mod imports;
pub mod ledger;
pub mod limits;
pub mod measure;
pub mod members;
pub mod naming;
pub mod notices;
mod outside;
pub mod pictures;
pub mod plan_settings;
pub mod publish;
pub mod queue;
pub mod quota;
pub mod reports;
pub mod sessions;
pub mod split;
pub mod stop;
pub mod sync;
pub mod tokens;
pub mod users;
pub mod workspaces;
pub mod writing;

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use crate::clock::{Clock, PlatformClocks, RealTime};
use crate::domain::id::{self, UserId, WorkspaceId};
use crate::domain::role::Role;
use crate::domain::workspace::WorkspaceKind;
use crate::notify::Notifier;
use crate::secrets::Sealer;
use crate::store::audit::{self as events, NewAuditEvent};
use crate::store::{Conn, Db, UtcTime};

pub use error::{Error, backoff};

/// A result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

/// What every use case may reach; built once by `app`.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// The database.
    pub db: Db,
    /// Real time.
    pub clock: Clock,
    /// Platform time, for each base URL.
    pub platform: PlatformClocks,
    /// Seals tokens.
    pub sealer: Arc<Sealer>,
    /// Where files go: uploads in progress, pictures being read.
    pub data_dir: Arc<PathBuf>,
    /// The largest upload accepted, in bytes.
    pub max_upload: u64,
    /// What kind new workspaces are: sandbox where one is embedded.
    pub new_workspaces: WorkspaceKind,
    /// Where new connections of real workspaces speak to: Meta, or what `--graph-url` names.
    pub graph_url: String,
    /// The clients of connections in use.
    pub graphs: connections::Graphs,
    /// The budgets of calls of the ad accounts in use.
    pub quotas: quota::Quotas,
    /// The ways out to people: mail and webhooks.
    pub notifier: Notifier,
    /// How many people audiences reach, as Meta said lately.
    pub estimates: campaigns::Estimates,
    /// The embedded sandbox, where it runs in this process.
    pub sandbox: Option<Arc<SandboxLink>>,
}

/// How to reach the embedded sandbox: what `app` knows of it when it has started.
#[derive(Debug, Clone)]
pub struct SandboxLink {
    /// Where it answers.
    pub base_url: String,
    /// The token of its seeded business. Worth nothing elsewhere.
    pub access_token: secrecy::SecretString,
}

impl Ctx {
    /// Real time now.
    pub fn now(&self) -> RealTime {
        self.clock.now()
    }

    /// Real time now, as stored.
    pub fn stamp(&self) -> UtcTime {
        self.now().0.into()
    }

    /// A fresh id.
    pub fn new_id(&self) -> i64 {
        id::next(self.now().unix_ms(), rand::random())
    }
}

/// Where a wish came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A page in the browser.
    Page,
    /// The admin HTTP endpoints.
    Api,
    /// The command line.
    Command,
    /// The machine's own schedule.
    Schedule,
    /// Learned amounts that a person lets apply by themselves.
    Learned,
    /// Not through Tandem at all: seen at Meta.
    Outside,
}

impl Via {
    /// The word in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Command => "command",
            Self::Schedule => "schedule",
            Self::Learned => "learned",
            Self::Outside => "outside",
        }
    }
}

/// Who wishes something, in which workspace, with which rights.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The workspace everything is looked up in.
    pub workspace: WorkspaceId,
    /// The person, if it is one.
    pub user: Option<UserId>,
    /// The name shown in the log.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// From where.
    pub via: Via,
    /// Who made the token it came with: limits count what it raises as theirs.
    pub maker: Option<UserId>,
    /// The idempotency key it came with: its first write marks it.
    pub claim: Option<idempotency::Claim>,
}

impl Actor {
    /// The machine itself, for scheduled work in a workspace.
    pub fn schedule(workspace: WorkspaceId) -> Self {
        Self { workspace, user: None, name: "Tandem".to_owned(), role: Role::Owner, via: Via::Schedule, maker: None, claim: None }
    }

    /// The machine itself, moving money as a person lets it.
    pub fn learned(workspace: WorkspaceId) -> Self {
        Self { via: Via::Learned, ..Self::schedule(workspace) }
    }

    /// Whoever changed something at Meta, of whom nothing is known here.
    pub fn outside(workspace: WorkspaceId) -> Self {
        Self { name: "somebody at Meta".to_owned(), via: Via::Outside, ..Self::schedule(workspace) }
    }

    /// The person at the command line: whoever can run it owns the machine.
    pub fn command(workspace: WorkspaceId) -> Self {
        Self { name: "command line".to_owned(), via: Via::Command, ..Self::schedule(workspace) }
    }

    /// The person behind it: who signed in, or who made the token.
    pub fn person(&self) -> Option<UserId> {
        self.user.or(self.maker)
    }

    /// Refuses where the role does not reach.
    pub fn require(&self, needed: Role) -> Result<()> {
        if self.role >= needed { Ok(()) } else { Err(Error::Forbidden { needed, has: self.role }) }
    }

    /// Appends to the audit log what this actor did, with the full state after it; call it in the transaction of the write.
    pub fn record(
        &self,
        connection: &mut Conn,
        at: UtcTime,
        action: &'static str,
        subject: (&'static str, i64),
        state: &impl Serialize,
    ) -> Result<()> {
        if let Some(claim) = &self.claim {
            claim.mark(connection, at, &format!("{action}, {} {}", subject.0, subject.1))?;
        }
        let event = NewAuditEvent {
            at,
            actor_id: self.user,
            actor_name: self.name.clone(),
            via: self.via.as_str(),
            action,
            subject_kind: subject.0,
            subject_id: subject.1,
            state: serde_json::to_value(state)?,
        };
        Ok(events::append(connection, self.workspace, event)?)
    }
}
