//! `/campaigns/{id}/drift`: what was changed outside Tandem, adopted or set back field by field.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::json;

use super::approvals::{ApprovalView, passed};
use super::layout::{Page, Section, Tone};
use super::{frame, html, html_with, redirect_saying};
use crate::domain::dictionary::Sentence;
use crate::domain::drift::Pick;
use crate::domain::id::CampaignId;
use crate::domain::money::{Money, grouped};
use crate::domain::plan::{Mark, Row};
use crate::service::drift::{self, OfCampaign, Offer, Shown};
use crate::service::sessions::Signed;
use crate::service::{Actor, Ctx, Error};
use crate::web::error::AppError;
use crate::web::export::csv_table;
use crate::web::extract::{Analyst, As, Manager, Posted};
use crate::web::format::{moment, stamp};
use crate::web::state::State;

/// Drifts on the campaign's own page before the rest is a link away.
const ON_PANEL: usize = 6;
/// The columns of the CSV.
const COLUMNS: [&str; 10] = ["drift", "kind", "object", "field", "wanted", "now", "seen_at", "changed_at", "who", "edited_here"];

#[derive(Template)]
#[template(path = "drift/drift.html")]
struct DriftPage {
    page: Page,
    id: CampaignId,
    name: String,
    drifts: Vec<Line>,
    waiting: usize,
    is_busy: bool,
    unknown: String,
}

/// A drift as a row.
pub struct Line {
    /// What is ticked.
    pub pick: String,
    /// `Budget`.
    pub field: String,
    /// `Ad set Christmas sale · Facebook`.
    pub object: String,
    /// What is wanted here.
    pub wanted: String,
    /// What Meta says.
    pub now: String,
    /// When it was seen first.
    pub seen: String,
    /// Who did it, and when.
    pub who: String,
    /// Whether it was edited here too.
    pub edited_here: bool,
    /// Why it cannot be adopted.
    pub not_adopted: String,
    /// Why it cannot be set back.
    pub not_set_back: String,
}

/// What stands on the campaign's own page.
#[derive(Default)]
pub struct Panel {
    /// The first of them.
    pub lines: Vec<Line>,
    /// How many there are.
    pub of: usize,
    /// How many fields wait here to be published.
    pub waiting: usize,
}

#[derive(Template)]
#[template(path = "drift/adopt.html")]
struct AdoptPage {
    page: Page,
    id: CampaignId,
    offer: Offer,
    picks: Vec<String>,
    reason: String,
    problem: String,
}

#[derive(Template)]
#[template(path = "drift/revert.html")]
struct RevertPage {
    page: Page,
    id: CampaignId,
    name: String,
    picks: Vec<String>,
    hash: String,
    short: String,
    rows: Vec<PlanLine>,
    refused: Vec<Sentence>,
    worth_knowing: Vec<String>,
    obstacles: Vec<Sentence>,
    frozen: bool,
    arms: bool,
    /// One's own limit, and who is asked.
    approval: ApprovalView,
}

struct PlanLine {
    what: String,
    field: String,
    now: String,
    after: String,
    money: String,
}

/// What was ticked, as a browser sends it.
#[derive(Debug)]
struct Ticked {
    picks: Vec<Pick>,
    hash: String,
    reason: String,
}

impl Ticked {
    /// Reads the fields; what is no drift's name is refused.
    fn of(pairs: &[(String, String)]) -> Result<Self, AppError> {
        let value = |name: &str| pairs.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
        let named = pairs.iter().filter(|(key, _)| key == "pick").map(|(_, value)| value.parse::<Pick>());
        let picks = named.collect::<Result<Vec<_>, _>>().map_err(|error| AppError::Unreadable(error.to_string()))?;
        Ok(Self { picks, hash: value("hash"), reason: value("reason") })
    }

    fn names(&self) -> Vec<String> {
        self.picks.iter().map(ToString::to_string).collect()
    }
}

/// `GET /campaigns/{id}/drift`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<CampaignId>,
) -> Result<HttpResponse, AppError> {
    let OfCampaign { name, drifts, waiting, is_busy, unknown } = drift::of_campaign(&state.ctx, by.actor(), *id).await?;
    html(&DriftPage {
        page: frame(&request, &state, &by.signed, &format!("Changed outside: {name}"), Some(Section::Campaigns)),
        id: *id,
        name,
        drifts: drifts.into_iter().map(line).collect(),
        waiting,
        is_busy,
        unknown: unknown.unwrap_or_default(),
    })
}

/// What the campaign's own page says of it.
pub async fn panel(ctx: &Ctx, actor: &Actor, id: CampaignId) -> Result<Panel, AppError> {
    let found = drift::of_campaign(ctx, actor, id).await?;
    let of = found.drifts.len();
    Ok(Panel { lines: found.drifts.into_iter().take(ON_PANEL).map(line).collect(), of, waiting: found.waiting })
}

fn line(shown: Shown) -> Line {
    let changed = shown.changed_at.map(|at| format!(", {}", moment(at))).unwrap_or_default();
    Line {
        pick: shown.pick.to_string(),
        field: shown.field,
        object: format!("{} {}", shown.kind, shown.object),
        wanted: shown.wanted,
        now: shown.now,
        seen: shown.seen_at.map_or_else(|| "just now".to_owned(), moment),
        who: format!("{}{changed}", shown.who.as_deref().unwrap_or("unknown")),
        edited_here: shown.edited_here,
        not_adopted: shown.not_adopted.unwrap_or_default(),
        not_set_back: shown.not_set_back.unwrap_or_default(),
    }
}

/// `GET /campaigns/{id}/drift.csv`
pub async fn csv(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let found = drift::of_campaign(&state.ctx, by.actor(), *id).await?;
    let time = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(stamp).unwrap_or_default();
    let rows = found.drifts.iter().map(|shown| {
        [
            shown.pick.to_string(),
            shown.kind.to_owned(),
            shown.object.clone(),
            shown.field.clone(),
            shown.wanted.clone(),
            shown.now.clone(),
            time(shown.seen_at),
            time(shown.changed_at),
            shown.who.clone().unwrap_or_default(),
            shown.edited_here.to_string(),
        ]
    });
    Ok(csv_table(&format!("tandem-drift-{id}.csv"), COLUMNS, rows))
}

/// `GET /campaigns/{id}/drift.json`
pub async fn json(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let found = drift::of_campaign(&state.ctx, by.actor(), *id).await?;
    let one = |shown: &Shown| {
        json!({
            "drift": shown.pick.to_string(), "kind": shown.kind, "object": shown.object, "field": shown.field,
            "wanted": shown.wanted, "now": shown.now, "seen_at": shown.seen_at.map(stamp),
            "changed_at": shown.changed_at.map(stamp), "who": shown.who, "edited_here": shown.edited_here,
        })
    };
    let drifts: Vec<_> = found.drifts.iter().map(one).collect();
    Ok(HttpResponse::Ok().json(json!({ "campaign": found.name, "waiting": found.waiting, "drifts": drifts })))
}

/// `GET /campaigns/{id}/drift/adopt?pick=12.budget`: what it would do; nothing is done.
pub async fn adopt_page(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    id: web::Path<CampaignId>,
    asked: web::Query<Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    let ticked = Ticked::of(&asked)?;
    adopting(&request, &state, &by.signed, *id, ticked, None).await
}

/// `POST /campaigns/{id}/drift/adopt`: wants what Meta has.
pub async fn adopt(
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    let ticked = Ticked::of(&posted.form)?;
    let done = drift::adopt(&state.ctx, posted.by.actor(), *id, &ticked.picks, &ticked.hash, &ticked.reason).await;
    match done {
        Ok(()) => {
            Ok(redirect_saying(&url(*id), Tone::Good, "Adopted: what Meta has is wanted here now. Nothing changed at Meta."))
        }
        Err(Error::Invalid(invalid)) if invalid.at("reason").is_some() => {
            let problem = invalid.at("reason").map(str::to_owned);
            adopting(&request, &state, &posted.by.signed, *id, ticked, problem).await
        }
        Err(error) => back(*id, error),
    }
}

async fn adopting(
    request: &HttpRequest,
    state: &State,
    signed: &Signed,
    id: CampaignId,
    ticked: Ticked,
    problem: Option<String>,
) -> Result<HttpResponse, AppError> {
    let offer = match drift::offer(&state.ctx, &signed.actor, id, &ticked.picks).await {
        Ok(offer) => offer,
        Err(error) => return back(id, error),
    };
    let status = match (&problem, offer.refused.is_empty()) {
        (Some(_), _) => 422,
        (None, false) => 409,
        (None, true) => 200,
    };
    let page = frame(request, state, signed, &format!("Adopt what was changed of {}", offer.name), Some(Section::Campaigns));
    let picks = ticked.names();
    let shown = AdoptPage { page, id, offer, picks, reason: ticked.reason, problem: problem.unwrap_or_default() };
    html_with(&shown, status, None)
}

/// `GET /campaigns/{id}/drift/revert?pick=12.budget`: the plan; nothing is done.
pub async fn revert_page(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    id: web::Path<CampaignId>,
    asked: web::Query<Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    let ticked = Ticked::of(&asked)?;
    let found = match drift::revert(&state.ctx, by.actor(), *id, &ticked.picks).await {
        Ok(found) => found,
        Err(error) => return back(*id, error),
    };
    let title = format!("Set back what was changed of {}", found.name);
    let approval = ApprovalView::of(&state.ctx, by.actor(), found.wish).await?;
    html(&RevertPage {
        page: frame(&request, &state, &by.signed, &title, Some(Section::Campaigns)),
        id: *id,
        name: found.name,
        picks: ticked.names(),
        short: found.plan.short(),
        arms: found.plan.arms(),
        rows: found.plan.rows.iter().flat_map(lines).collect(),
        hash: found.plan.hash,
        refused: found.refused,
        worth_knowing: found.plan.worth_knowing,
        obstacles: found.obstacles.into_iter().map(|obstacle| obstacle.sentence).collect(),
        frozen: found.frozen,
        approval,
    })
}

/// `POST /campaigns/{id}/drift/revert`: approves exactly that plan.
pub async fn revert(
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    let ticked = Ticked::of(&posted.form)?;
    let again = format!("{}/revert?pick={}", url(*id), ticked.names().join("&pick="));
    match drift::approve(&state.ctx, posted.by.actor(), *id, &ticked.picks, &ticked.hash).await {
        Ok(came) => {
            let done = redirect_saying(&format!("/campaigns/{id}/plan"), Tone::Good, "Approved: it is being set back.");
            Ok(passed(came, &again, done))
        }
        Err(error) => back(*id, error),
    }
}

fn url(id: CampaignId) -> String {
    format!("/campaigns/{id}/drift")
}

/// What cannot be done is told on the page that shows what drifts now.
fn back(id: CampaignId, error: Error) -> Result<HttpResponse, AppError> {
    match error {
        Error::Conflict(said) => Ok(redirect_saying(&url(id), Tone::Warn, &said.words)),
        Error::Invalid(invalid) if invalid.at("pick").is_some() => {
            Ok(redirect_saying(&url(id), Tone::Warn, invalid.at("pick").unwrap_or_default()))
        }
        error => Err(error.into()),
    }
}

/// A row a field, as the page has room for.
fn lines(row: &Row) -> Vec<PlanLine> {
    let what = format!("{} {}", row.object.kind.label(), row.name);
    let money = row.money.map(more).unwrap_or_default();
    if row.changes.is_empty() {
        let field = match row.mark {
            Mark::Create => "Made anew",
            Mark::Pause => "Switched off",
            Mark::Arm => "Switched on",
            Mark::Change | Mark::Archive => "",
        };
        let (now, after) = (row.now.clone(), row.after.clone());
        return vec![PlanLine { what, field: field.to_owned(), now, after, money }];
    }
    let mut money = Some(money);
    let line = |change: &crate::domain::plan::FieldChange| PlanLine {
        what: what.clone(),
        field: change.field.label().to_owned(),
        now: change.now.clone().unwrap_or_default(),
        after: change.after.clone(),
        money: money.take().unwrap_or_default(),
    };
    row.changes.iter().map(line).collect()
}

fn more(money: Money) -> String {
    let sign = if money.minor < 0 { "−" } else { "+" };
    let plain = Money::new(money.minor.saturating_abs(), money.currency).plain();
    format!("{sign}{} {}", grouped(&plain), money.currency)
}
