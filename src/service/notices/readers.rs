//! Who hears of what: each member's own choice, and the workspace's webhooks.

use chrono_tz::Tz;
use serde::Serialize;

use super::webhooks::manner_of;
use crate::domain::dictionary;
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::notice::{Manner, MannerForm, Target};
use crate::domain::role::Role;
use crate::notify::compose;
use crate::service::sync::zone;
use crate::service::{Actor, Ctx, Error, Result};
use crate::store::notices::{self as rows, ReaderRow};
use crate::store::{Conn, connections, webhooks, workspaces};

/// How a member hears, for the page.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Where mail goes.
    pub email: String,
    /// What was chosen, or the default.
    pub manner: Manner,
    /// Whether the member has chosen.
    pub chosen: bool,
    /// Whether this installation can send mail.
    pub can_mail: bool,
}

#[derive(Serialize)]
struct ReaderState<'a> {
    user: UserId,
    manner: &'a Manner,
}

/// What holds for a member who said nothing: whoever runs campaigns with real money hears everything.
fn default_manner(role: Role, sandbox: bool, zone: Tz) -> Manner {
    if role >= Role::Manager && !sandbox { Manner::everything(zone) } else { Manner::silence(zone) }
}

/// The zone people of a workspace live by, as far as one can tell: that of its first ad account.
fn home_zone(c: &mut Conn, workspace: WorkspaceId) -> crate::store::Result<Tz> {
    Ok(connections::list_accounts(c, workspace)?.first().map_or(Tz::UTC, zone))
}

/// Everybody who may be written to, with how they want it. Without a mail server nobody waits for mail.
pub(super) fn targets(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId) -> Result<Vec<(Target, Manner)>> {
    let mut targets = Vec::new();
    if ctx.notifier.mailer.is_some() {
        let sandbox = workspaces::get(c, workspace)?.is_sandbox();
        let zone = home_zone(c, workspace)?;
        let said = rows::list_readers(c, workspace)?;
        for (user, _, _, role) in workspaces::members(c, workspace)? {
            let manner = match said.iter().find(|row| row.user_id == user) {
                Some(row) => serde_json::from_str(&row.manner)?,
                None => default_manner(role, sandbox, zone),
            };
            targets.push((Target::Person(user), manner));
        }
    }
    for hook in webhooks::list(c, workspace)? {
        targets.push((Target::Webhook(hook.id), manner_of(&hook)?));
    }
    Ok(targets)
}

fn person(actor: &Actor) -> Result<UserId> {
    actor.user.ok_or_else(|| Error::conflict(dictionary::mailbox_of_people()))
}

/// How the person hears now.
pub async fn mine(ctx: &Ctx, actor: &Actor) -> Result<Reader> {
    let (user, workspace, can_mail) = (person(actor)?, actor.workspace, ctx.notifier.mailer.is_some());
    let role = actor.role;
    let read = ctx.db.read(move |c| {
        let members = workspaces::members(c, workspace)?;
        let said = rows::list_readers(c, workspace)?.into_iter().find(|row| row.user_id == user);
        Ok((members, said, workspaces::get(c, workspace)?, home_zone(c, workspace)?))
    });
    let (members, said, business, zone) = read.await?;
    let (_, _, email, _) = members.into_iter().find(|(id, ..)| *id == user).ok_or(Error::NotFound("member"))?;
    let manner = match &said {
        Some(row) => serde_json::from_str(&row.manner)?,
        None => default_manner(role, business.is_sandbox(), zone),
    };
    Ok(Reader { email, manner, chosen: said.is_some(), can_mail })
}

/// Says how the person wants to hear from now on; what waits already stays as it was.
pub async fn save_mine(ctx: &Ctx, actor: &Actor, form: &MannerForm) -> Result<Manner> {
    let (user, manner, actor, stamp) = (person(actor)?, form.read()?, actor.clone(), ctx.stamp());
    ctx.db
        .write(move |c| {
            let row = ReaderRow {
                workspace_id: actor.workspace,
                user_id: user,
                manner: serde_json::to_string(&manner)?,
                updated_at: stamp,
            };
            rows::set_reader(c, &row)?;
            actor.record(c, stamp, "notices.chosen", ("user", user.0), &ReaderState { user, manner: &manner })?;
            Ok(manner)
        })
        .await
}

/// Sends the person a letter at once, to see that mail arrives; returns the address.
pub async fn test_mine(ctx: &Ctx, actor: &Actor) -> Result<String> {
    let email = mine(ctx, actor).await?.email;
    let workspace = actor.workspace;
    let business = ctx.db.read(move |c| workspaces::get(c, workspace)).await?.name;
    let line = super::deliver::trial(ctx);
    let settings = format!("{}/notices", ctx.notifier.base_url);
    let letter = compose(uuid::Uuid::new_v4().to_string(), &email, &business, &settings, &[line])?;
    ctx.notifier.mail(&letter).await?;
    Ok(email)
}
