//! Webhooks of a workspace: added, tried out and removed by its owner.

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use url::Url;

use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::WebhookId;
use crate::domain::invalid::Invalid;
use crate::domain::notice::{Manner, MannerForm, WebhookForm};
use crate::domain::role::Role;
use crate::notify::BadAddress;
use crate::secrets::random_token;
use crate::service::{Actor, Ctx, Error, Result};
use crate::store::webhooks::{self as rows, WebhookRow};
use crate::store::workspaces;

/// The longest name, in characters.
const NAME_MAX: usize = 80;

/// A webhook as typed.
#[derive(Debug, Clone, Default)]
pub struct NewWebhook {
    /// What people call it.
    pub name: String,
    /// Its whole address.
    pub url: String,
    /// `signed` or `slack`.
    pub form: String,
    /// What it hears of, and when.
    pub manner: MannerForm,
}

/// A webhook that was just added.
#[derive(Debug)]
pub struct WebhookMade {
    /// Its id.
    pub id: WebhookId,
    /// What its messages are signed with; shown this once. `None` where the form is not signed.
    pub secret: Option<SecretString>,
}

/// A webhook, for the page.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// What people call it.
    pub name: String,
    /// Its form's word.
    pub form: String,
    /// The host of its address; the rest is a secret.
    pub host: String,
    /// What it hears of, and when.
    pub manner: Manner,
    /// Why the last message did not go out.
    pub problem: Option<String>,
}

#[derive(Serialize)]
struct WebhookState<'a> {
    id: WebhookId,
    name: &'a str,
    form: &'a str,
    host: &'a str,
    manner: serde_json::Value,
    removed: bool,
}

fn state(row: &WebhookRow, removed: bool) -> Result<WebhookState<'_>> {
    let manner = serde_json::from_str(&row.manner)?;
    Ok(WebhookState { id: row.id, name: &row.name, form: &row.form, host: &row.host, manner, removed })
}

pub(super) fn manner_of(row: &WebhookRow) -> Result<Manner> {
    Ok(serde_json::from_str(&row.manner)?)
}

fn place(id: WebhookId, what: &str) -> String {
    format!("webhook:{id}:{what}")
}

/// A webhook's address and secret, opened.
pub(super) fn open(ctx: &Ctx, row: &WebhookRow) -> Result<(Url, SecretString)> {
    let url = ctx.sealer.open(&row.url_sealed, &place(row.id, "url"))?;
    let url = Url::parse(url.expose_secret()).map_err(|_| Error::conflict(dictionary::webhook_damaged()))?;
    Ok((url, ctx.sealer.open(&row.secret_sealed, &place(row.id, "secret"))?))
}

/// The workspace's webhooks, by name.
pub async fn list_webhooks(ctx: &Ctx, actor: &Actor) -> Result<Vec<Webhook>> {
    let workspace = actor.workspace;
    let found = ctx.db.read(move |c| rows::list(c, workspace)).await?;
    let of = |row: WebhookRow| {
        Ok(Webhook { manner: manner_of(&row)?, id: row.id, name: row.name, form: row.form, host: row.host, problem: row.problem })
    };
    found.into_iter().map(of).collect()
}

/// What is wrong with a webhook's address.
fn said(bad: BadAddress) -> Sentence {
    match bad {
        BadAddress::Unreadable => dictionary::webhook_unreadable(),
        BadAddress::Insecure => dictionary::webhook_insecure(),
        BadAddress::NoHost => dictionary::webhook_without_host(),
        BadAddress::Inside => dictionary::webhook_inside(),
    }
}

/// Adds a webhook.
pub async fn add_webhook(ctx: &Ctx, actor: &Actor, new: &NewWebhook) -> Result<WebhookMade> {
    actor.require(Role::Owner)?;
    let mut invalid = Invalid::default();
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_MAX {
        invalid.add("name", dictionary::webhook_name(NAME_MAX));
    }
    let url = invalid.check("url", ctx.notifier.webhooks.parse(&new.url).map_err(said));
    let form = WebhookForm::parse(&new.form);
    if form.is_none() {
        invalid.add("form", dictionary::webhook_form_missing());
    }
    let manner = match new.manner.read() {
        Ok(manner) => Some(manner),
        Err(wrong) => {
            invalid.problems.extend(wrong.problems);
            None
        }
    };
    let (Some(url), Some(form), Some(manner), true) = (url, form, manner, invalid.is_empty()) else {
        return Err(invalid.into());
    };
    let id = WebhookId(ctx.new_id());
    let secret = random_token();
    let row = WebhookRow {
        workspace_id: actor.workspace,
        id,
        name,
        form: form.as_str().to_owned(),
        host: url.host_str().unwrap_or_default().to_owned(),
        url_sealed: ctx.sealer.seal(&url.as_str().into(), &place(id, "url"))?,
        secret_sealed: ctx.sealer.seal(&secret, &place(id, "secret"))?,
        manner: serde_json::to_string(&manner)?,
        problem: None,
        created_at: ctx.stamp(),
        removed_at: None,
    };
    let actor = actor.clone();
    ctx.db
        .write::<_, Error, _>(move |c| {
            rows::insert(c, &row)?;
            actor.record(c, row.created_at, "webhook.added", ("webhook", id.0), &state(&row, false)?)
        })
        .await?;
    Ok(WebhookMade { id, secret: (form == WebhookForm::Signed).then_some(secret) })
}

/// Removes a webhook; its address and secret are forgotten.
pub async fn remove_webhook(ctx: &Ctx, actor: &Actor, id: WebhookId) -> Result<()> {
    actor.require(Role::Owner)?;
    let (actor, stamp) = (actor.clone(), ctx.stamp());
    ctx.db
        .write(move |c| {
            let row = rows::find(c, actor.workspace, id)?.ok_or(Error::NotFound("webhook"))?;
            rows::remove(c, actor.workspace, id, stamp)?;
            actor.record(c, stamp, "webhook.removed", ("webhook", id.0), &state(&row, true)?)
        })
        .await
}

/// Sends a trial message at once, to see that it arrives.
pub async fn test_webhook(ctx: &Ctx, actor: &Actor, id: WebhookId) -> Result<()> {
    actor.require(Role::Owner)?;
    let workspace = actor.workspace;
    let (row, business) = ctx.db.read(move |c| Ok((rows::find(c, workspace, id)?, workspaces::get(c, workspace)?))).await?;
    let row = row.ok_or(Error::NotFound("webhook"))?;
    let id = uuid::Uuid::new_v4().to_string();
    super::deliver::post(ctx, &row, &business, &id, &[super::deliver::trial(ctx)]).await
}
