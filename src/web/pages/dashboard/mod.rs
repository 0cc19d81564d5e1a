//! `/` and `/campaigns/{id}`: one screen that answers whether it is on plan, which network earns it, what changed.
//!
//! Handlers read the query, ask once and render. What stands on the page is put together in `view` and its parts.

mod chart;
mod controls;
mod figures;
mod sentence;
mod tables;
mod view;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use self::controls::Controls;
use self::view::{MOST_CAMPAIGNS, View};
use super::drift;
use super::layout::{Page, Section};
use super::limits::{self, LimitLine};
use super::status::{self, Badge, Standings};
use super::{frame, frame_with_health, html_with};
use crate::domain::id::CampaignId;
use crate::domain::invalid::Invalid;
use crate::domain::ledger::{Account, show as amount};
use crate::report::{Dashboard, Query};
use crate::service::ledger::{self, Ledger};
use crate::service::split::{self, ArmOf};
use crate::service::{Actor, Ctx, Error, approvals, campaigns, reports};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As};
use crate::web::state::State;

#[derive(Template)]
#[template(path = "dashboard/dashboard.html")]
struct DashboardPage {
    page: Page,
    controls: Controls,
    view: View,
    problems: Invalid,
    /// Plans that wait for a second person: path, title, what they raise.
    waiting: Vec<(String, String, String)>,
    /// Month envelopes, a line each.
    envelopes: Vec<super::envelopes::Line>,
}

#[derive(Template)]
#[template(path = "dashboard/campaign.html")]
struct CampaignPage {
    page: Page,
    controls: Controls,
    view: View,
    problems: Invalid,
    id: CampaignId,
    badge: Badge,
    reason: String,
    is_ours: bool,
    is_on: bool,
    is_paused: bool,
    /// Made elsewhere and not adopted.
    is_foreign: bool,
    origin: &'static str,
    /// What the ledger holds as committed and spent in all.
    money: String,
    /// The limits over it.
    limits: Vec<LimitLine>,
    /// The word that a new limit of it covers.
    limits_of: String,
    /// Why the guard paused it.
    held: Vec<String>,
    /// What was changed outside.
    drift: drift::Panel,
    /// The simulation that it is an arm of.
    arm: Option<ArmOf>,
}

/// `GET /`
pub async fn show(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let (query, problems) = asked(&request);
    let (query, problems, mut data) = match reports::dashboard(&state.ctx, by.actor(), query.clone()).await {
        Err(Error::Invalid(found)) => {
            (Query::default(), found, reports::dashboard(&state.ctx, by.actor(), Query::default()).await?)
        }
        other => (query, problems, other?),
    };
    let status = if problems.is_empty() { 200 } else { 422 };
    let page = frame_with_health(&request, &state, &by.signed, "Dashboard", Some(Section::Dashboard)).await?;
    let controls = Controls::new("/", &query, &data);
    let standings = standings(&state.ctx, by.actor(), &query, &mut data).await?;
    let waiting = approvals::waiting(&state.ctx, by.actor()).await?;
    let waiting = waiting.into_iter().map(|row| (row.path, row.title, row.sentence)).collect();
    let envelopes = super::envelopes::lines(&state.ctx, by.actor()).await?;
    html_with(
        &DashboardPage { page, controls, view: View::new("/", &query, data, &standings), envelopes, problems, waiting },
        status,
        None,
    )
}

/// `GET /campaigns/{id}`: the same for one campaign, with its ads.
pub async fn campaign(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<CampaignId>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let (query, problems) = asked(&request);
    let (query, problems, mut data) = match reports::campaign(&state.ctx, by.actor(), id, query.clone()).await {
        Err(Error::Invalid(found)) => {
            (Query::default(), found, reports::campaign(&state.ctx, by.actor(), id, Query::default()).await?)
        }
        other => (query, problems, other?),
    };
    let status = if problems.is_empty() { 200 } else { 422 };
    let mut standings = standings(&state.ctx, by.actor(), &query, &mut data).await?;
    if !standings.contains_key(&id) {
        standings.extend(campaigns::standings(&state.ctx, by.actor(), vec![id]).await?);
    }
    let page = frame(&request, &state, &by.signed, &about_name(&data), Some(Section::Campaigns));
    let money = money(&ledger::of_campaign(&state.ctx, by.actor(), id, None, 0).await?);
    let limits = limits::of_campaign(&state.ctx, by.actor(), id).await?;
    let held = limits::held(&state.ctx, by.actor(), id).await?;
    let drift = drift::panel(&state.ctx, by.actor(), id).await?;
    let arm = split::arm_of(&state.ctx, by.actor(), id).await?;
    let page = CampaignPage { money, limits, held, drift, arm, ..campaign_page(page, id, &query, problems, data, &standings) };
    html_with(&page, status, None)
}

/// Statuses of the campaigns that the page shows, in its order.
async fn standings(ctx: &Ctx, actor: &Actor, query: &Query, data: &mut Dashboard) -> Result<Standings, AppError> {
    tables::put_in_order(data, query);
    let shown = data.campaigns.iter().take(MOST_CAMPAIGNS).map(|line| line.id).collect();
    Ok(campaigns::standings(ctx, actor, shown).await?)
}

fn about_name(data: &Dashboard) -> String {
    data.subject.as_ref().map(|about| about.name.clone()).unwrap_or_default()
}

/// What the ledger holds, in a sentence; nothing where it holds nothing.
fn money(book: &Ledger) -> String {
    let of = |account: Account| -> Vec<String> {
        let totals = book.totals().into_iter().filter(|total| total.account == account);
        totals.map(|total| amount(total.amount, total.unit, &total.currency)).collect()
    };
    let (committed, spent) = (of(Account::Committed).join(" and "), of(Account::Spent).join(" and "));
    match (committed.is_empty(), spent.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!("{committed} committed; nothing spent yet."),
        (true, false) => format!("Nothing committed; {spent} spent in all."),
        (false, false) => format!("{committed} committed; {spent} spent in all."),
    }
}

fn campaign_page(
    page: Page,
    id: CampaignId,
    query: &Query,
    problems: Invalid,
    data: Dashboard,
    standings: &Standings,
) -> CampaignPage {
    let about = data.subject.clone().unwrap_or_default();
    let path = format!("/campaigns/{id}");
    let (badge, reason) = status::campaign(standings.get(&id));
    CampaignPage {
        page,
        badge,
        reason,
        is_ours: about.wanted.is_some(),
        is_on: about.origin.as_deref() != Some("file")
            && matches!(about.effective_status.as_deref(), Some("ACTIVE" | "WITH_ISSUES" | "IN_PROCESS")),
        is_paused: about.origin.as_deref() != Some("file") && about.effective_status.as_deref() == Some("PAUSED"),
        is_foreign: about.origin.as_deref() == Some("elsewhere") && about.wanted.is_none(),
        origin: match about.origin.as_deref() {
            Some("file") => "Known from a report file only: figures, nothing to change.",
            Some("elsewhere") if about.wanted.is_some() => {
                "Made elsewhere and adopted: it is kept as it is and changed by plans."
            }
            Some("elsewhere") => "Made elsewhere: it counts in totals and can be paused and resumed here.",
            _ => "",
        },
        controls: Controls::new(&path, query, &data),
        view: View::new(&path, query, data, standings),
        problems,
        id,
        money: String::new(),
        limits: Vec::new(),
        limits_of: format!("campaign:{id}"),
        held: Vec::new(),
        drift: drift::Panel::default(),
        arm: None,
    }
}

/// The query of the link; a bad one is told on the page, which then shows the usual.
fn asked(request: &HttpRequest) -> (Query, Invalid) {
    match Query::parse(request.query_string()) {
        Ok(query) => (query, Invalid::default()),
        Err(problems) => (Query::default(), problems),
    }
}
