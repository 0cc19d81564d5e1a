//! `/limits`: spending limits, how each stands, which line holds it and what it can cost at worst.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::layout::{Page, Tone};
use super::{frame, html, html_with, redirect_saying, unless_conflict};
use crate::domain::id::{CampaignId, LimitId};
use crate::domain::invalid::Invalid;
use crate::domain::limit::{Covers, LimitForm, Span};
use crate::domain::money::Spend;
use crate::service::limits::{self as service, Shown};
use crate::service::{Actor, Ctx, Error};
use crate::web::error::AppError;
use crate::web::export::{csv_table, json_table};
use crate::web::extract::{Analyst, As, Manager, Nothing, Posted};
use crate::web::format::{MISSING, moment, stamp};
use crate::web::state::State;

/// Words and labels of times.
const SPANS: [(&str, &str); 3] =
    [("month", "each calendar month"), ("flight", "from a first to a last day"), ("day", "each day")];
/// The columns of the CSV.
const COLUMNS: [&str; 16] = [
    "limit",
    "covers",
    "name",
    "span",
    "since",
    "until",
    "amount",
    "currency",
    "spent",
    "left",
    "worst_until_next_look",
    "worst_overspend",
    "line",
    "state",
    "known_until",
    "guard_looked_at",
];

#[derive(Template)]
#[template(path = "limits/list.html")]
struct ListPage {
    page: Page,
    limits: Vec<LimitLine>,
}

#[derive(Template)]
#[template(path = "limits/limit.html")]
struct LimitPage {
    page: Page,
    /// Where the form goes.
    action: String,
    /// The limit that is changed; `None` for a new one.
    line: Option<LimitLine>,
    form: LimitForm,
    problems: Invalid,
    choices: Vec<(String, String)>,
    spans: Vec<(String, String)>,
}

/// A limit as pages show it.
pub(super) struct LimitLine {
    pub id: LimitId,
    pub name: String,
    /// The page of what it covers.
    pub url: Option<String>,
    pub time: String,
    pub amount: String,
    pub spent: String,
    pub left: String,
    pub badge: (&'static str, &'static str),
    /// Which line holds it.
    pub line: String,
    pub overspend: String,
    /// What it is based on.
    pub age: String,
    pub notes: Vec<String>,
    /// What the guard paused: the campaign's page, its name, why.
    pub holds: Vec<(String, String, String)>,
    /// What the guard said, where it was not that all is well.
    pub said: String,
    /// Meta's own limit that it asks for, in a sentence; the plan that sets it; whether it has to be renewed.
    pub at_meta: Option<(String, String, bool)>,
}

/// What a link to a new limit names.
#[derive(Debug, Deserialize)]
pub struct Of {
    #[serde(default)]
    of: String,
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub struct Sent {
    #[serde(default)]
    covers: String,
    #[serde(default)]
    span: String,
    #[serde(default)]
    since: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    at_meta: String,
}

impl From<Sent> for LimitForm {
    fn from(sent: Sent) -> Self {
        let Sent { covers, span, since, until, amount, at_meta } = sent;
        Self { covers, span, since, until, amount, at_meta }
    }
}

/// `GET /limits`
pub async fn list(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let limits = service::list(&state.ctx, by.actor()).await?.iter().map(line).collect();
    html(&ListPage { page: frame(&request, &state, &by.signed, "Spending limits", None), limits })
}

/// `GET /limits.csv`
pub async fn csv(state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    Ok(csv_table("tandem-limits.csv", COLUMNS, service::list(&state.ctx, by.actor()).await?.iter().map(cells)))
}

/// `GET /limits.json`
pub async fn json(state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    Ok(json_table(COLUMNS, service::list(&state.ctx, by.actor()).await?.iter().map(cells)))
}

/// `GET /limits/new?of=campaign:<id>`
pub async fn new_page(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    of: web::Query<Of>,
) -> Result<HttpResponse, AppError> {
    html(&page(&request, &state, &by, None, LimitForm::fresh(&of.of), Invalid::default()).await?)
}

/// `POST /limits/new`
pub async fn create(
    request: HttpRequest,
    state: web::Data<State>,
    posted: Posted<Manager, Sent>,
) -> Result<HttpResponse, AppError> {
    let form = LimitForm::from(posted.form);
    match service::set(&state.ctx, posted.by.actor(), &form).await {
        Ok(id) => Ok(redirect_saying(&format!("/limits#limit-{id}"), Tone::Good, said(&form))),
        Err(Error::Invalid(problems)) => html_with(&page(&request, &state, &posted.by, None, form, problems).await?, 422, None),
        Err(other) => Err(other.into()),
    }
}

/// `GET /limits/{id}`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    id: web::Path<LimitId>,
) -> Result<HttpResponse, AppError> {
    let shown = service::get(&state.ctx, by.actor(), *id).await?;
    let form = LimitForm::of(&shown.limit, shown.cap.is_some());
    html(&page(&request, &state, &by, Some(shown), form, Invalid::default()).await?)
}

/// `POST /limits/{id}`
pub async fn update(
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<LimitId>,
    posted: Posted<Manager, Sent>,
) -> Result<HttpResponse, AppError> {
    let form = LimitForm::from(posted.form);
    match service::change(&state.ctx, posted.by.actor(), *id, &form).await {
        Ok(()) => Ok(redirect_saying(&format!("/limits#limit-{id}"), Tone::Good, said(&form))),
        Err(Error::Invalid(problems)) => {
            let shown = service::get(&state.ctx, posted.by.actor(), *id).await?;
            html_with(&page(&request, &state, &posted.by, Some(shown), form, problems).await?, 422, None)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /limits/{id}/remove`
pub async fn remove(
    state: web::Data<State>,
    id: web::Path<LimitId>,
    posted: Posted<Manager, Nothing>,
) -> Result<HttpResponse, AppError> {
    service::remove(&state.ctx, posted.by.actor(), *id).await?;
    Ok(redirect_saying("/limits", Tone::Good, "The limit is gone. What it paused stays paused until a person switches it on."))
}

/// `POST /limits/{id}/renew`
pub async fn renew(
    state: web::Data<State>,
    id: web::Path<LimitId>,
    posted: Posted<Manager, Nothing>,
) -> Result<HttpResponse, AppError> {
    let done = service::renew(&state.ctx, posted.by.actor(), *id).await;
    let said = "Worked out for this month. Approve the campaign’s plan, so that Meta goes on.";
    unless_conflict(done.map(|()| redirect_saying("/limits", Tone::Good, said)), "/limits", Tone::Bad)
}

/// The limits over a campaign, for its page.
pub(super) async fn of_campaign(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<Vec<LimitLine>, AppError> {
    Ok(service::over_campaign(ctx, actor, campaign).await?.iter().map(line).collect())
}

/// Why the guard paused a campaign, where it did.
pub(super) async fn held(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<Vec<String>, AppError> {
    Ok(service::held(ctx, actor, campaign).await?.into_iter().map(|hold| hold.reason).collect())
}

fn said(form: &LimitForm) -> &'static str {
    match form.wants_meta() {
        true => "The limit is set and the guard looks at it. Approve the campaign’s plan, so that Meta holds it too.",
        false => "The limit is set and the guard looks at it.",
    }
}

async fn page<R>(
    request: &HttpRequest,
    state: &State,
    by: &As<R>,
    shown: Option<Shown>,
    form: LimitForm,
    problems: Invalid,
) -> Result<LimitPage, AppError> {
    let campaign = match Covers::parse(&form.covers) {
        Some(Covers::Campaign(id)) => Some(id),
        _ => None,
    };
    let title = if shown.is_some() { "Change a spending limit" } else { "New spending limit" };
    Ok(LimitPage {
        page: frame(request, state, &by.signed, title, None),
        action: shown.as_ref().map_or_else(|| "/limits/new".to_owned(), |shown| format!("/limits/{}", shown.id)),
        line: shown.as_ref().map(line),
        form,
        problems,
        choices: service::choices(&state.ctx, by.actor(), campaign).await?,
        spans: SPANS.map(|(word, label)| (word.to_owned(), label.to_owned())).to_vec(),
    })
}

/// A limit as pages show it.
pub(super) fn line(shown: &Shown) -> LimitLine {
    let currency = shown.limit.amount.currency;
    let money = |micros: i64| format!("{} {}", Spend::new(micros, currency), currency.code());
    let of = |micros: Option<i64>| micros.map_or_else(|| MISSING.to_owned(), money);
    let verdict = shown.stands.as_ref().map(|judged| judged.verdict);
    let plan = match shown.limit.covers {
        Covers::Campaign(id) => format!("/campaigns/{id}/plan"),
        Covers::Account(_) | Covers::Workspace(_) => String::new(),
    };
    let at_meta = shown.cap.map(|cap| {
        let words = match (shown.cap_is_old, shown.cap_is_set) {
            (true, _) => format!(
                "Meta’s limit of {cap} {} is that of an earlier month: it stops the campaign until you renew it.",
                currency.code()
            ),
            (false, true) => format!("Meta’s limit of the campaign is {cap} {}, counted over its whole life.", currency.code()),
            (false, false) => format!("Meta’s limit of {cap} {} waits for the campaign’s plan.", currency.code()),
        };
        (words, plan, shown.cap_is_old)
    });
    let age = match (shown.known_until, verdict.and_then(|verdict| verdict.age)) {
        (Some(known), Some(age)) if age.num_minutes() >= 1 => {
            format!("Figures known until {}, {} old.", moment(known), service::hours(age.num_minutes()))
        }
        (Some(known), _) => format!("Figures known until {}.", moment(known)),
        (None, _) => "No figures were read yet.".to_owned(),
    };
    let looked = shown.last.as_ref().map(|check| format!(" The guard looked at {}.", moment(check.checked_at.utc())));
    LimitLine {
        id: shown.id,
        name: shown.name.clone(),
        url: match shown.limit.covers {
            Covers::Campaign(id) => Some(format!("/campaigns/{id}")),
            Covers::Account(id) => Some(format!("/connections/accounts/{id}")),
            Covers::Workspace(_) => None,
        },
        time: shown.limit.span.words(),
        amount: format!("{} {}", shown.limit.amount, currency.code()),
        spent: of(shown.stands.as_ref().map(|judged| judged.spent)),
        left: of(verdict.map(|verdict| verdict.headroom)),
        badge: badge(shown.state()),
        line: shown.line.clone(),
        overspend: of(verdict.map(|verdict| verdict.overspend)),
        age: format!("{age}{}", looked.unwrap_or_default()),
        notes: shown.notes.clone(),
        holds: shown
            .holds
            .iter()
            .map(|hold| (format!("/campaigns/{}", hold.campaign_id), hold.name.clone(), hold.reason.clone()))
            .collect(),
        said: shown
            .last
            .as_ref()
            .filter(|check| check.decision != "fine")
            .map(|check| check.sentence.clone())
            .unwrap_or_default(),
        at_meta,
    }
}

fn badge(state: &str) -> (&'static str, &'static str) {
    match state {
        "not_now" => ("not now", "off"),
        "paused" => ("paused by the guard", "bad"),
        "reached" => ("used up", "bad"),
        "off" => ("nothing is on", "off"),
        "stale" => ("old figures", "wait"),
        "near" => ("close", "wait"),
        "close" => ("at its end", "bad"),
        _ => ("holds", "live"),
    }
}

fn cells(shown: &Shown) -> [String; 16] {
    let currency = shown.limit.amount.currency;
    let (since, until) = match (&shown.stands, shown.limit.span) {
        (Some(judged), _) => (judged.window.since.to_string(), judged.window.until.to_string()),
        (None, Span::Flight(period)) => (period.since.to_string(), period.until.to_string()),
        (None, Span::Month | Span::Day) => (String::new(), String::new()),
    };
    let money = |micros: Option<i64>| micros.map(|micros| Spend::new(micros, currency).plain()).unwrap_or_default();
    let verdict = shown.stands.as_ref().map(|judged| judged.verdict);
    let line =
        verdict.and_then(|verdict| serde_json::to_value(verdict.line).ok()).and_then(|word| word.as_str().map(str::to_owned));
    [
        shown.id.to_string(),
        shown.limit.covers.to_string(),
        shown.name.clone(),
        shown.limit.span.as_str().to_owned(),
        since,
        until,
        shown.limit.amount.plain(),
        currency.code().to_owned(),
        money(shown.stands.as_ref().map(|judged| judged.spent)),
        money(verdict.map(|verdict| verdict.headroom)),
        money(verdict.map(|verdict| verdict.worst)),
        money(verdict.map(|verdict| verdict.overspend)),
        line.unwrap_or_default(),
        shown.state().to_owned(),
        shown.known_until.map(stamp).unwrap_or_default(),
        shown.last.as_ref().map(|check| stamp(check.checked_at.utc())).unwrap_or_default(),
    ]
}
