//! `/notices`: what has to be heard of, how the person hears of it, and the workspace's webhooks.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::layout::{Page, Tone};
use super::{frame, html, html_with, redirect_saying};
use crate::domain::id::{NoticeId, WebhookId};
use crate::domain::invalid::{Invalid, Problem};
use crate::domain::notice::{Grouping, Manner, MannerForm, NoticeKind};
use crate::domain::role::Role;
use crate::service::notices::{self, NewWebhook, Told};
use crate::service::sessions::Signed;
use crate::service::{Ctx, Error};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Owner, Posted};
use crate::web::format::moment;
use crate::web::state::State;

/// Notices on a page.
const SHOWN: i64 = 30;

#[derive(Template)]
#[template(path = "notices/notices.html")]
struct NoticesPage {
    page: Page,
    owner: bool,
    open: Vec<Line>,
    earlier: Vec<Line>,
    older: Option<NoticeId>,
    /// Whether this is the first page: forms stand there alone.
    first: bool,
    email: String,
    can_mail: bool,
    mine: MannerForm,
    mine_problems: Invalid,
    webhooks: Vec<Hook>,
    hook: HookForm,
    hook_manner: MannerForm,
    hook_problems: Invalid,
    secret: Option<String>,
}

struct Line {
    title: String,
    sentence: String,
    way_out: String,
    path: String,
    raised: String,
    resolved: String,
    messages: Vec<String>,
}

struct Hook {
    id: WebhookId,
    name: String,
    form: &'static str,
    host: String,
    hears: String,
    problem: String,
}

/// Where a page of notices starts.
#[derive(Debug, Deserialize)]
pub struct Before {
    before: Option<NoticeId>,
}

/// Which webhook.
#[derive(Debug, Deserialize)]
pub struct WebhookChoice {
    webhook: WebhookId,
}

/// A form whose fields repeat: read as pairs.
type Pairs = Vec<(String, String)>;

/// A webhook's own fields as typed.
#[derive(Debug, Default)]
struct HookForm {
    name: String,
    url: String,
    form: String,
}

impl NoticesPage {
    fn kinds(&self, form: &MannerForm) -> Vec<(&'static str, &'static str, bool)> {
        NoticeKind::ALL.map(|kind| (kind.as_str(), kind.label(), form.kinds.iter().any(|word| word == kind.as_str()))).to_vec()
    }

    fn groupings(&self) -> [(&'static str, &'static str); 3] {
        Grouping::ALL.map(|grouping| (grouping.as_str(), grouping.label()))
    }

    fn forms(&self) -> [(&'static str, &'static str); 2] {
        [("slack", "Slack message"), ("signed", "Signed JSON")]
    }
}

/// `GET /notices`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    before: web::Query<Before>,
) -> Result<HttpResponse, AppError> {
    html(&body(&request, &state, &by.signed, before.before).await?)
}

async fn body(request: &HttpRequest, state: &State, signed: &Signed, before: Option<NoticeId>) -> Result<NoticesPage, AppError> {
    let told = notices::list(&state.ctx, &signed.actor, before, SHOWN).await?;
    let older = told.last().map(|last| last.id).filter(|_| told.len() >= SHOWN as usize);
    let (open, earlier): (Vec<Told>, Vec<Told>) = told.into_iter().partition(|told| told.resolved_at.is_none());
    let reader = notices::mine(&state.ctx, &signed.actor).await?;
    let webhooks = notices::list_webhooks(&state.ctx, &signed.actor).await?;
    Ok(NoticesPage {
        page: frame(request, state, signed, "Notices", None),
        owner: signed.actor.role >= Role::Owner,
        open: open.into_iter().map(line).collect(),
        earlier: earlier.into_iter().map(line).collect(),
        older,
        first: before.is_none(),
        email: reader.email,
        can_mail: reader.can_mail,
        hook_manner: MannerForm::of(&Manner::everything(reader.manner.zone)),
        mine: MannerForm::of(&reader.manner),
        mine_problems: Invalid::default(),
        webhooks: webhooks.into_iter().map(hook).collect(),
        hook: HookForm { form: "slack".to_owned(), ..HookForm::default() },
        hook_problems: Invalid::default(),
        secret: None,
    })
}

fn line(told: Told) -> Line {
    Line {
        title: told.title,
        sentence: told.sentence,
        way_out: told.way_out,
        path: told.path,
        raised: moment(told.raised_at),
        resolved: told.resolved_at.map(moment).unwrap_or_default(),
        messages: told.messages,
    }
}

fn hook(webhook: notices::Webhook) -> Hook {
    let kinds = match webhook.manner.kinds.len() {
        0 => "nothing".to_owned(),
        n if n == NoticeKind::ALL.len() => "everything".to_owned(),
        n => format!("{n} of {} kinds", NoticeKind::ALL.len()),
    };
    Hook {
        id: webhook.id,
        name: webhook.name,
        form: if webhook.form == "slack" { "Slack message" } else { "Signed JSON" },
        host: webhook.host,
        hears: format!("{kinds}, {}", webhook.manner.grouping.label()),
        problem: webhook.problem.unwrap_or_default(),
    }
}

fn value(pairs: &Pairs, name: &str) -> String {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// The manner's fields; those of a webhook carry a prefix, because both forms stand on one page.
fn manner(pairs: &Pairs, prefix: &str) -> MannerForm {
    let field = |name: &str| value(pairs, &format!("{prefix}{name}"));
    let kinds = format!("{prefix}kinds");
    MannerForm {
        kinds: pairs.iter().filter(|(key, _)| *key == kinds).map(|(_, value)| value.clone()).collect(),
        grouping: field("grouping"),
        quiet_from: field("quiet_from"),
        quiet_until: field("quiet_until"),
        urgent_anyway: !field("urgent_anyway").is_empty(),
        zone: field("zone"),
    }
}

/// `POST /notices/mine`
pub async fn save_mine(
    request: HttpRequest,
    state: web::Data<State>,
    posted: Posted<Analyst, Pairs>,
) -> Result<HttpResponse, AppError> {
    let form = manner(&posted.form, "");
    match notices::save_mine(&state.ctx, posted.by.actor(), &form).await {
        Ok(manner) if manner.kinds.is_empty() => {
            Ok(redirect_saying("/notices", Tone::Warn, "You hear of nothing from now on; this page still shows it all."))
        }
        Ok(_) => Ok(redirect_saying("/notices", Tone::Good, "From now on you hear of it like this.")),
        Err(Error::Invalid(problems)) => {
            let mut body = body(&request, &state, &posted.by.signed, None).await?;
            body.mine = form;
            body.mine_problems = problems;
            html_with(&body, 422, None)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /notices/try`: a trial letter to the person.
pub async fn try_mine(state: web::Data<State>, posted: Posted<Analyst, Pairs>) -> Result<HttpResponse, AppError> {
    let outcome = notices::test_mine(&state.ctx, posted.by.actor()).await;
    tried(outcome.map(|email| format!("A letter is on its way to {email}.")))
}

fn tried(outcome: Result<String, Error>) -> Result<HttpResponse, AppError> {
    match outcome {
        Ok(said) => Ok(redirect_saying("/notices", Tone::Good, &said)),
        Err(Error::Notify(error)) => {
            let said = crate::domain::invalid::sentence(&format!("it did not arrive: {error}"));
            Ok(redirect_saying("/notices", Tone::Bad, &said))
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /notices/webhooks`: the answer to a signed one shows its secret this once, so it is no redirect.
pub async fn add_webhook(
    request: HttpRequest,
    state: web::Data<State>,
    posted: Posted<Owner, Pairs>,
) -> Result<HttpResponse, AppError> {
    let field = |name: &str| value(&posted.form, name);
    let new = NewWebhook { name: field("name"), url: field("url"), form: field("form"), manner: manner(&posted.form, "hook_") };
    match add(&state.ctx, &posted.by.signed, &new).await {
        Ok(None) => Ok(redirect_saying("/notices", Tone::Good, "The webhook is there; try it out.")),
        Ok(Some(secret)) => {
            let mut body = body(&request, &state, &posted.by.signed, None).await?;
            body.secret = Some(secret);
            html(&body)
        }
        Err(Error::Invalid(problems)) => {
            let mut body = body(&request, &state, &posted.by.signed, None).await?;
            body.hook = HookForm { name: new.name, url: new.url, form: new.form };
            body.hook_manner = new.manner;
            // The form's fields carry a prefix where both forms have them.
            let prefixed = |field: String| match field.as_str() {
                "name" | "url" | "form" => field,
                _ => format!("hook_{field}"),
            };
            for problem in problems.problems {
                body.hook_problems.problems.push(Problem { field: prefixed(problem.field), ..problem });
            }
            html_with(&body, 422, None)
        }
        Err(other) => Err(other.into()),
    }
}

async fn add(ctx: &Ctx, signed: &Signed, new: &NewWebhook) -> Result<Option<String>, Error> {
    let made = notices::add_webhook(ctx, &signed.actor, new).await?;
    Ok(made.secret.map(|secret| secret.expose_secret().to_owned()))
}

/// `POST /notices/webhooks/remove`
pub async fn remove_webhook(state: web::Data<State>, posted: Posted<Owner, WebhookChoice>) -> Result<HttpResponse, AppError> {
    notices::remove_webhook(&state.ctx, posted.by.actor(), posted.form.webhook).await?;
    Ok(redirect_saying("/notices", Tone::Good, "The webhook is gone, its address and secret with it."))
}

/// `POST /notices/webhooks/try`
pub async fn try_webhook(state: web::Data<State>, posted: Posted<Owner, WebhookChoice>) -> Result<HttpResponse, AppError> {
    let outcome = notices::test_webhook(&state.ctx, posted.by.actor(), posted.form.webhook).await;
    tried(outcome.map(|()| "A trial message was taken.".to_owned()))
}
