//! `/audiences`: the workspace's saved audiences, each with its history and the campaigns that use it.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::audience_fields::{self, Options, Who};
use super::campaigns::{Found, Queries, Wish, carry_out, value};
use super::layout::{Page, Section, Tone};
use super::{frame, html, html_with, redirect_saying};
use crate::domain::campaign::{CampaignForm, SavedAudienceRef};
use crate::domain::id::SavedAudienceId;
use crate::domain::invalid::Invalid;
use crate::service::audiences::{self as service, Listed, Opened, Use, Version};
use crate::service::{Error, campaigns};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Manager, Posted};
use crate::web::format::moment;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "audiences/list.html")]
struct ListPage {
    page: Page,
    rows: Vec<ListRow>,
    away: Vec<ListRow>,
}

struct ListRow {
    id: String,
    name: String,
    version: i32,
    sentence: String,
    used_by: Vec<UseLine>,
    changed: String,
}

/// A campaign that uses the audience.
struct UseLine {
    url: String,
    name: String,
    /// Which version it keeps, and whether that is the newest.
    words: String,
    is_old: bool,
}

#[derive(Template)]
#[template(path = "audiences/audience.html")]
struct AudiencePage {
    page: Page,
    /// Where the form goes.
    action: String,
    id: Option<String>,
    /// The version the page shows.
    at: String,
    audience_name: String,
    is_archived: bool,
    form: CampaignForm,
    problems: Invalid,
    who: Who,
    accounts: Options,
    people: Option<String>,
    sentence: String,
    used_by: Vec<UseLine>,
    history: Vec<HistoryLine>,
}

struct HistoryLine {
    version: i32,
    by: String,
    at: String,
    sentence: String,
    /// What changed, before and after, in words.
    changes: Vec<(String, String, String)>,
}

fn use_line(used: Use, newest: i32) -> UseLine {
    let mut words = format!("version {}", used.version);
    if used.is_changed {
        words.push_str(", changed in the campaign");
    }
    let is_old = used.version < newest;
    UseLine { url: format!("/campaigns/{}/edit", used.campaign), name: used.name, words, is_old }
}

fn list_row(listed: Listed) -> ListRow {
    let newest = listed.at.version;
    ListRow {
        id: listed.at.id.to_string(),
        name: listed.name,
        version: newest,
        sentence: listed.sentence,
        used_by: listed.used_by.into_iter().map(|used| use_line(used, newest)).collect(),
        changed: format!("{} by {}", moment(listed.changed_at), listed.changed_by),
    }
}

fn history_line(version: &Version) -> HistoryLine {
    let renamed = version.name_before.as_ref().map(|was| ("Name".to_owned(), was.clone(), version.name.clone()));
    let changes = version.changes.iter().map(|change| (change.what.to_owned(), change.before.clone(), change.after.clone()));
    HistoryLine {
        version: version.version,
        by: version.made_by.clone(),
        at: moment(version.made_at),
        sentence: version.audience.sentence(),
        changes: renamed.into_iter().chain(changes).collect(),
    }
}

/// `GET /audiences`
pub async fn list(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let (away, rows): (Vec<Listed>, Vec<Listed>) =
        service::list(&state.ctx, by.actor()).await?.into_iter().partition(|listed| listed.is_archived);
    html(&ListPage {
        page: frame(&request, &state, &by.signed, "Audiences", Some(Section::Audiences)),
        rows: rows.into_iter().map(list_row).collect(),
        away: away.into_iter().map(list_row).collect(),
    })
}

/// What a page of one audience shows.
#[derive(Default)]
struct Shown {
    opened: Option<Opened>,
    name: String,
    form: CampaignForm,
    /// The version that the page showed when it was sent.
    seen: Option<SavedAudienceRef>,
    found: Found,
    problems: Invalid,
}

impl Shown {
    async fn page<R>(self, request: &HttpRequest, state: &State, by: &As<R>) -> Result<AudiencePage, AppError> {
        let Self { opened, name, form, seen, found, problems } = self;
        let desk = campaigns::read_with_estimate(&state.ctx, by.actor(), &form).await?;
        let title = opened.as_ref().map_or("New audience", |opened| opened.name.as_str()).to_owned();
        let id = opened.as_ref().map(|opened| opened.id.to_string());
        let newest = opened.as_ref().map_or(0, |opened| opened.at().version);
        let at = seen.or(opened.as_ref().map(Opened::at));
        let accounts = desk.accounts.iter();
        Ok(AudiencePage {
            page: frame(request, state, &by.signed, &title, Some(Section::Audiences)),
            action: id.as_ref().map_or_else(|| "/audiences/new".to_owned(), |id| format!("/audiences/{id}")),
            at: at.map(|at| at.to_string()).unwrap_or_default(),
            is_archived: opened.as_ref().is_some_and(|opened| opened.is_archived),
            people: audience_fields::estimate(&desk.estimate),
            accounts: accounts.map(|a| (a.id.to_string(), format!("{} ({})", a.name, a.currency))).collect(),
            sentence: opened.as_ref().and_then(Opened::newest).map(|version| version.audience.sentence()).unwrap_or_default(),
            used_by: opened.iter().flat_map(|o| o.used_by.clone()).map(|used| use_line(used, newest)).collect(),
            history: opened.iter().flat_map(|opened| &opened.versions).map(history_line).collect(),
            who: Who::new(&form, found),
            id,
            audience_name: name,
            form,
            problems,
        })
    }
}

/// The form with the first ad account chosen: searches and the estimate ask through it.
async fn with_account(state: &State, by: &As<Manager>, mut form: CampaignForm) -> Result<CampaignForm, AppError> {
    if form.account.trim().is_empty() {
        form.account = campaigns::fresh(&state.ctx, by.actor()).await?.account;
    }
    Ok(form)
}

/// `GET /audiences/new`
pub async fn new_page(request: HttpRequest, state: web::Data<State>, by: As<Manager>) -> Result<HttpResponse, AppError> {
    let form = with_account(&state, &by, CampaignForm::fresh()).await?;
    html(&Shown { form, ..Shown::default() }.page(&request, &state, &by).await?)
}

/// `GET /audiences/{id}`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<i64>,
) -> Result<HttpResponse, AppError> {
    let opened = service::open(&state.ctx, by.actor(), SavedAudienceId(*id)).await?;
    let mut form = CampaignForm::fresh();
    if let Some(newest) = opened.newest() {
        form.put_audience(&newest.audience);
    }
    form.account = campaigns::fresh(&state.ctx, by.actor()).await?.account;
    let shown = Shown { name: opened.name.clone(), opened: Some(opened), form, ..Shown::default() };
    html(&shown.page(&request, &state, &by).await?)
}

/// `POST /audiences/new`
pub async fn create(
    request: HttpRequest,
    state: web::Data<State>,
    posted: Posted<Manager, Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    act(&request, &state, posted, None).await
}

/// `POST /audiences/{id}`
pub async fn update(
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<i64>,
    posted: Posted<Manager, Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    let opened = service::open(&state.ctx, posted.by.actor(), SavedAudienceId(*id)).await?;
    act(&request, &state, posted, Some(opened)).await
}

/// Does what the button said; whatever comes of it, the page shows everything that was typed.
async fn act(
    request: &HttpRequest,
    state: &State,
    posted: Posted<Manager, Vec<(String, String)>>,
    opened: Option<Opened>,
) -> Result<HttpResponse, AppError> {
    let Posted { by, form: pairs } = posted;
    let (wish, queries) = (Wish::of(value(&pairs, "action")), Queries::of(&pairs));
    let name = queries.audience_name.clone();
    let seen = SavedAudienceRef::parse(value(&pairs, "at")).filter(|at| opened.as_ref().is_some_and(|o| o.id == at.id));
    let mut form = with_account(state, &by, CampaignForm::from_pairs(pairs)).await?;
    if !matches!(wish, Wish::Save | Wish::SaveAudience) {
        let found = carry_out(&state.ctx, by.actor(), &mut form, &wish, queries).await?;
        let shown = Shown { opened, name, form, seen, found, problems: Invalid::default() };
        return html(&shown.page(request, state, &by).await?);
    }
    let existing = opened.as_ref().map(|opened| seen.unwrap_or_else(|| opened.at()));
    let (problems, status) = match service::save(&state.ctx, by.actor(), existing, &name, &form).await {
        Ok(at) => {
            let words = match existing {
                Some(before) if before == at => "Nothing was changed.".to_owned(),
                Some(_) => format!("Saved as version {}. Campaigns keep theirs until you use it there.", at.version),
                None => "The audience is saved.".to_owned(),
            };
            return Ok(redirect_saying(&format!("/audiences/{}", at.id), Tone::Good, &words));
        }
        Err(Error::Invalid(problems)) => (problems, 422),
        Err(Error::Conflict(said)) => (Invalid::one("", said), 409),
        Err(other) => return Err(other.into()),
    };
    let shown = Shown { opened, name, form, seen, found: Found::default(), problems };
    html_with(&shown.page(request, state, &by).await?, status, None)
}

/// `POST /audiences/{id}/archive`: puts it away, or takes it out again with `away=no`.
pub async fn archive(
    state: web::Data<State>,
    id: web::Path<i64>,
    posted: Posted<Manager, Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    let away = value(&posted.form, "away") != "no";
    service::archive(&state.ctx, posted.by.actor(), SavedAudienceId(*id), away).await?;
    let words = if away { "The audience is put away; campaigns that use it keep it." } else { "The audience is offered again." };
    Ok(redirect_saying("/audiences", Tone::Good, words))
}
