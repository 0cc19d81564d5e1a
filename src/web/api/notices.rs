//! Notices, and the webhooks that hear of them.

use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::ask::{Json, Named, Paging};
use super::operation::{Call, Outcome};
use super::reply::{Created, Done, List, Shown};
use super::words::Time;
use crate::domain::id::{NoticeId, WebhookId};
use crate::domain::notice::MannerForm;
use crate::service::notices::{self, NewWebhook, Told};
use crate::web::extract::{Analyst, Owner};

/// Something that has to be heard of.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoticeView {
    /// Its id.
    id: NoticeId,
    /// `rejected`, `stopped`, `no_delivery`, `no_results`, `account_problem`, `token_dying` or `apply_failed`.
    kind: String,
    /// In a few words.
    title: String,
    /// In a sentence.
    sentence: String,
    /// What to do.
    way_out: String,
    /// The page that shows more, from the root.
    path: String,
    /// Since when.
    raised_at: Time,
    /// When it was over; absent while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    resolved_at: Option<Time>,
    /// Who it went to and what became of it.
    messages: Vec<String>,
}

/// A webhook. The path of its address is a secret and is never shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookView {
    /// Its id.
    id: WebhookId,
    /// Its name.
    name: String,
    /// `signed` or `slack`.
    form: String,
    /// The host of its address.
    host: String,
    /// What it hears of, and when.
    manner: MannerForm,
    /// Why the last message did not go out.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// A webhook to add.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct WebhookForm {
    /// Its name.
    name: String,
    /// Its whole address.
    url: String,
    /// `signed` or `slack`.
    form: String,
    /// What it hears of, and when. Problems name its fields without `manner` before them.
    manner: MannerForm,
}

/// A webhook that was added.
#[derive(Serialize, JsonSchema)]
pub struct WebhookMade {
    /// Its id.
    id: WebhookId,
    /// What its messages are signed with: shown this once. Absent where they are not signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// `GET /notices`
pub async fn list(call: Call<Analyst, (), Paging>) -> Outcome<Shown<List<NoticeView>>> {
    let (after, limit) = (call.query.after()?.map(NoticeId), call.query.limit()?);
    let asked = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut told = notices::list(&call.ctx, call.actor(), after, asked).await?;
    let more = told.len() > limit;
    told.truncate(limit);
    let next = told.last().filter(|_| more).map(|told| Paging::cursor(told.id.0));
    Ok(Shown(List { items: told.into_iter().map(view).collect(), next }))
}

fn view(told: Told) -> NoticeView {
    let Told { id, kind, title, sentence, way_out, path, raised_at, resolved_at, messages } = told;
    NoticeView {
        id,
        kind,
        title,
        sentence,
        way_out,
        path,
        raised_at: Time(raised_at),
        resolved_at: resolved_at.map(Time),
        messages,
    }
}

/// `GET /webhooks`
pub async fn webhooks(call: Call<Analyst>) -> Outcome<Shown<List<WebhookView>>> {
    let all = notices::list_webhooks(&call.ctx, call.actor()).await?;
    let view = |hook: notices::Webhook| WebhookView {
        id: hook.id,
        name: hook.name,
        form: hook.form,
        host: hook.host,
        manner: MannerForm::of(&hook.manner),
        problem: hook.problem,
    };
    Ok(Shown(List { items: all.into_iter().map(view).collect(), next: None }))
}

/// `POST /webhooks`
pub async fn add_webhook(call: Call<Owner, (), (), Json<WebhookForm>>) -> Outcome<Created<WebhookMade>> {
    let WebhookForm { name, url, form, manner } = call.body.0;
    let new = NewWebhook { name, url, form, manner };
    let made = notices::add_webhook(&call.ctx, &call.by.actor, &new).await?;
    let secret = made.secret.map(|secret| secret.expose_secret().to_owned());
    Ok(Created { at: format!("/webhooks/{}", made.id), revision: None, thing: WebhookMade { id: made.id, secret } })
}

/// `DELETE /webhooks/{id}`
pub async fn remove_webhook(call: Call<Owner, Named<WebhookId>>) -> Outcome<Done> {
    notices::remove_webhook(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}

/// `POST /webhooks/{id}/try`
pub async fn try_webhook(call: Call<Owner, Named<WebhookId>>) -> Outcome<Done> {
    notices::test_webhook(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}
