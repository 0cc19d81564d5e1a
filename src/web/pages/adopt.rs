//! `/campaigns/{id}/adopt`, `/kept`, `/resume`: taking over a campaign made elsewhere, changing what was taken over, and switching
//! one on again that was not.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::approvals::{ApprovalView, passed};
use super::layout::{Page, Section, Tone};
use super::plan::money::MoneyTable;
use super::{frame, html, html_with, redirect, redirect_saying, unless_conflict};
use crate::domain::adopt::{Adopted, Kept};
use crate::domain::campaign::Pace;
use crate::domain::id::CampaignId;
use crate::domain::invalid::Invalid;
use crate::domain::money::Money;
use crate::domain::plan::{Field, Kind};
use crate::service::Error;
use crate::service::adopt::{self as service, Offer, Opened};
use crate::web::error::AppError;
use crate::web::extract::{As, Manager, Posted};
use crate::web::state::State;

/// Lines of a long list that are shown before the rest is a number.
const MOST_NAMES: usize = 4;

#[derive(Template)]
#[template(path = "adopt/adopt.html")]
struct AdoptPage {
    page: Page,
    id: CampaignId,
    name: String,
    account: String,
    state: &'static str,
    money: String,
    ad_sets: Vec<TakenSet>,
    ads: usize,
    beyond: Vec<KeptAsIs>,
    again: bool,
    changes: Vec<String>,
    hash: String,
}

/// An ad set as it would be taken over.
struct TakenSet {
    name: String,
    state: &'static str,
    budget: String,
    runs: String,
    audience: String,
    placements: String,
    ads: usize,
}

/// Something that is only kept.
struct KeptAsIs {
    label: &'static str,
    means: &'static str,
    names: String,
}

#[derive(Template)]
#[template(path = "adopt/edit.html")]
struct EditPage {
    page: Page,
    id: CampaignId,
    revision: i64,
    currency: String,
    zone: String,
    campaign: Line,
    ad_sets: Vec<(Line, Vec<Line>)>,
    problems: Invalid,
}

/// An object's row in the form.
struct Line {
    id: String,
    name: Input,
    /// A day's or the whole budget, where it carries one.
    budget: Option<(&'static str, Input)>,
    limit: Option<Input>,
    starts: Option<Input>,
    ends: Option<Input>,
    on: bool,
}

/// A field's name and what stands in it.
struct Input {
    key: String,
    value: String,
}

#[derive(Template)]
#[template(path = "adopt/resume.html")]
struct ResumePage {
    page: Page,
    id: CampaignId,
    name: String,
    money: String,
    rows: Vec<String>,
    notes: Vec<String>,
    hash: String,
    is_empty: bool,
    frozen: bool,
    /// One's own limit, and who is asked.
    approval: ApprovalView,
    table: Option<MoneyTable>,
}

/// What a confirmation sends: the hash of what was read.
#[derive(Debug, Deserialize)]
pub struct Confirmation {
    hash: String,
}

/// `GET /campaigns/{id}/adopt`: what would be taken over, and what of it is only kept.
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    id: web::Path<CampaignId>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let offer = service::offer(&state.ctx, by.actor(), id).await?;
    let title = format!("Adopt {}", offer.adopted.name());
    html(&AdoptPage::new(frame(&request, &state, &by.signed, &title, Some(Section::Campaigns)), id, offer))
}

/// `POST /campaigns/{id}/adopt`
pub async fn take_over(
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Confirmation>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let done = service::adopt(&state.ctx, posted.by.actor(), id, &posted.form.hash).await;
    let said = "It is adopted. Nothing was changed at Meta; from now on its plan says what differs.";
    let done = done.map(|()| redirect_saying(&format!("/campaigns/{id}"), Tone::Good, said));
    unless_conflict(done, &format!("/campaigns/{id}/adopt"), Tone::Warn)
}

/// `GET /campaigns/{id}/kept`: the form of an adopted campaign.
pub async fn edit_page(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    id: web::Path<CampaignId>,
) -> Result<HttpResponse, AppError> {
    let opened = service::open(&state.ctx, by.actor(), *id).await?;
    html(&EditPage::new(page(&request, &state, &by, &opened), *id, &opened, &BTreeMap::new(), Invalid::default()))
}

/// `POST /campaigns/{id}/kept`
pub async fn update(
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let typed: BTreeMap<String, String> = posted.form.into_iter().collect();
    let revision = typed.get("revision").and_then(|text| text.parse().ok()).unwrap_or_default();
    match service::save(&state.ctx, posted.by.actor(), id, revision, typed.clone()).await {
        Ok(()) => Ok(redirect(&format!("/campaigns/{id}/plan"))),
        // Nothing was saved, and nothing typed is lost either.
        Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
            let (problems, status) = match error {
                Error::Invalid(problems) => (problems, 422),
                Error::Conflict(said) => (Invalid::one("", said), 409),
                other => return Err(other.into()),
            };
            let opened = service::open(&state.ctx, posted.by.actor(), id).await?;
            let page = page(&request, &state, &posted.by, &opened);
            html_with(&EditPage::new(page, id, &opened, &typed, problems), status, None)
        }
        Err(other) => Err(other.into()),
    }
}

/// `GET /campaigns/{id}/resume`: what switching it on again commits.
pub async fn resume_page(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    id: web::Path<CampaignId>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    if service::is_adopted(&state.ctx, by.actor(), id).await? {
        return Ok(redirect(&format!("/campaigns/{id}/plan?run=active")));
    }
    let shown = service::switch_on(&state.ctx, by.actor(), id).await?;
    let name = shown.adopted.name().to_owned();
    let on = |kind: Kind| shown.adopted.of_kind(kind).filter(|kept| kept.is_on());
    let budget = |kept: &Kept| if kept.budget().is_some() { said(&shown.adopted, kept, Field::Budget) } else { String::new() };
    let rows = on(Kind::AdSet).map(|kept| format!("{} {}", kept.name(), budget(kept)).trim().to_owned()).collect();
    html(&ResumePage {
        page: frame(&request, &state, &by.signed, &format!("Resume {name}"), Some(Section::Campaigns)),
        money: money(&shown.adopted),
        rows,
        notes: shown.plan.unknown.clone(),
        approval: ApprovalView::of(&state.ctx, by.actor(), shown.wish(id)).await?,
        table: shown.plan.review.stakes.as_ref().map(MoneyTable::of).filter(|table| !table.rows.is_empty()),
        hash: shown.plan.hash.clone(),
        is_empty: shown.plan.is_empty(),
        frozen: shown.frozen,
        name,
        id,
    })
}

/// `POST /campaigns/{id}/resume`
pub async fn resume(
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Confirmation>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let done = service::approve_switch_on(&state.ctx, posted.by.actor(), id, &posted.form.hash).await;
    let on = redirect_saying(&format!("/campaigns/{id}"), Tone::Good, "It is being switched on.");
    let done = done.map(|came| passed(came, &format!("/campaigns/{id}/resume"), on));
    unless_conflict(done, &format!("/campaigns/{id}/resume"), Tone::Warn)
}

fn page(request: &HttpRequest, state: &State, by: &As<Manager>, opened: &Opened) -> Page {
    frame(request, state, &by.signed, opened.adopted.name(), Some(Section::Campaigns))
}

fn on_or_off(on: bool) -> &'static str {
    if on { "on" } else { "paused" }
}

fn said(adopted: &Adopted, kept: &Kept, field: Field) -> String {
    adopted.show(field, kept.text(field))
}

/// What it spends while it is on: `50.00 EUR a day`.
fn money(adopted: &Adopted) -> String {
    let Some((pace, budgets)) = adopted.budgets() else {
        return "daily budgets and budgets for all, side by side".to_owned();
    };
    let sum = Money::new(budgets.iter().map(|budget| budget.minor).sum(), adopted.currency);
    format!("{sum} {} {}", sum.currency, pace.label())
}

fn names(all: &[String]) -> String {
    let shown: Vec<&str> = all.iter().take(MOST_NAMES).map(String::as_str).collect();
    let more = all.len().saturating_sub(MOST_NAMES);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

impl AdoptPage {
    fn new(page: Page, id: CampaignId, offer: Offer) -> Self {
        let adopted = &offer.adopted;
        let taken = |kept: &Kept| {
            let ads = adopted.of_kind(Kind::Ad).filter(|ad| ad.parent == Some(kept.object.id)).count();
            let (starts, ends) = (said(adopted, kept, Field::Starts), said(adopted, kept, Field::Ends));
            TakenSet {
                name: kept.name().to_owned(),
                state: on_or_off(kept.is_on()),
                budget: if kept.budget().is_some() { said(adopted, kept, Field::Budget) } else { "the campaign’s".to_owned() },
                runs: if kept.text(Field::Ends).is_empty() { format!("from {starts}") } else { format!("{starts} to {ends}") },
                audience: said(adopted, kept, Field::Audience),
                placements: said(adopted, kept, Field::Placements),
                ads,
            }
        };
        Self {
            page,
            id,
            name: adopted.name().to_owned(),
            account: offer.account.name.clone(),
            state: on_or_off(offer.is_on),
            money: money(adopted),
            ad_sets: adopted.of_kind(Kind::AdSet).map(taken).collect(),
            ads: adopted.of_kind(Kind::Ad).count(),
            beyond: offer
                .beyond
                .iter()
                .map(|(beyond, all)| KeptAsIs { label: beyond.label(), means: beyond.means(), names: names(all) })
                .collect(),
            again: offer.again,
            changes: offer.changes,
            hash: offer.hash,
        }
    }
}

impl EditPage {
    fn new(page: Page, id: CampaignId, opened: &Opened, typed: &BTreeMap<String, String>, problems: Invalid) -> Self {
        let adopted = &opened.adopted;
        let line = |kept: &Kept| Line::new(adopted, kept, typed);
        let below =
            |parent: &Kept| adopted.of_kind(Kind::Ad).filter(|ad| ad.parent == Some(parent.object.id)).map(line).collect();
        let campaign = adopted.top().map(line).unwrap_or_else(Line::none);
        let ad_sets = adopted.of_kind(Kind::AdSet).map(|kept| (line(kept), below(kept))).collect();
        Self {
            page,
            id,
            revision: typed.get("revision").and_then(|text| text.parse().ok()).unwrap_or(opened.revision),
            currency: adopted.currency.to_string(),
            zone: adopted.zone.to_string(),
            campaign,
            ad_sets,
            problems,
        }
    }
}

impl Line {
    fn new(adopted: &Adopted, kept: &Kept, typed: &BTreeMap<String, String>) -> Self {
        let id = kept.object.id;
        let sent = |field: &str| typed.get(&format!("{field}.{id}")).cloned();
        let input = |field: &str, known: String| Input { key: format!("{field}.{id}"), value: sent(field).unwrap_or(known) };
        let plain = |minor: i64| Money::new(minor, adopted.currency).plain();
        let time = |field: Field| kept.time(field).map(|_| adopted.local(kept.text(field))).unwrap_or_default();
        let is_set = kept.object.kind == Kind::AdSet;
        let limit = || kept.text(Field::Limit).parse().map(plain).unwrap_or_default();
        Self {
            id: id.to_string(),
            name: input("name", kept.name().to_owned()),
            budget: kept.budget().map(|(pace, minor)| {
                let label = if pace == Pace::Daily { "Budget a day" } else { "Budget in all" };
                (label, input("budget", plain(minor)))
            }),
            limit: (kept.object.kind == Kind::Campaign).then(|| input("limit", limit())),
            starts: is_set.then(|| input("starts", time(Field::Starts))),
            ends: is_set.then(|| input("ends", time(Field::Ends))),
            on: sent("switch").map_or(kept.is_on(), |word| word == "on"),
        }
    }

    /// A campaign that cannot be read has nothing to change.
    fn none() -> Self {
        let name = Input { key: String::new(), value: String::new() };
        Self { id: String::new(), name, budget: None, limit: None, starts: None, ends: None, on: false }
    }
}
