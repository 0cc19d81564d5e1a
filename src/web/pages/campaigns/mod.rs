//! `/campaigns`, `/campaigns/new`, `/campaigns/{id}/edit`: the list, and the one form that defines a campaign.
//!
//! One form does everything, with or without JavaScript: each button says what it wants (`action`), and whatever it is, nothing
//! that was typed is lost. The right-hand column is the same fragment on the page and in the live preview.

mod actions;
mod ads;
mod list;
mod makes;
mod sent;
mod shape;
mod view;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

pub(super) use self::actions::{Found, Wish, carry_out};
use self::makes::Makes;
use self::sent::Sent;
pub(super) use self::sent::{Queries, value};
use self::view::FormPage;
use super::audience_fields::{FoundList, FoundLists};
use super::layout::{Section, Tone};
use super::{frame, html, html_with, redirect, redirect_saying};
use crate::domain::campaign::learned::LEARNED;
use crate::domain::campaign::{CampaignForm, ShapeChoice};
use crate::domain::id::{CampaignId, PictureId};
use crate::domain::invalid::Invalid;
use crate::service::campaigns::{self as service, Desk, Draft};
use crate::service::{Error, adopt, pictures};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Manager, Posted};
use crate::web::state::State;

pub use list::{bulk, change_filter, csv, json, keep_filter, list, undo};

/// What a page of the form is about: a new campaign, or one that was saved.
#[derive(Debug, Clone, Copy)]
struct Subject {
    /// The campaign and the revision that the page shows.
    saved: Option<(CampaignId, i64)>,
    is_published: bool,
}

/// `GET /campaigns/new`
pub async fn new_page(request: HttpRequest, state: web::Data<State>, by: As<Manager>) -> Result<HttpResponse, AppError> {
    let form = service::fresh(&state.ctx, by.actor()).await?;
    let subject = Subject { saved: None, is_published: false };
    let desk = service::read(&state.ctx, by.actor(), &form).await?;
    html(&Shown::new(subject, form, desk).page(&request, &state, &by))
}

/// `GET /campaigns/{id}/edit`
pub async fn edit_page(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    id: web::Path<i64>,
    prefill: web::Query<Prefill>,
) -> Result<HttpResponse, AppError> {
    if adopt::is_adopted(&state.ctx, by.actor(), CampaignId(*id)).await? {
        // What was made elsewhere is kept as it is; this form could not hold all of it.
        return Ok(redirect(&format!("/campaigns/{id}/kept")));
    }
    let mut draft = service::open(&state.ctx, by.actor(), CampaignId(*id)).await?;
    if let Some(shape) = prefill.shape.as_deref().and_then(ShapeChoice::parse) {
        shape.as_str().clone_into(&mut draft.form.shape);
    }
    if prefill.amounts.as_deref() == Some(LEARNED) {
        LEARNED.clone_into(&mut draft.form.amounts);
    }
    let desk = service::read_with_estimate(&state.ctx, by.actor(), &draft.form).await?;
    let subject = Subject { saved: Some((draft.id, draft.revision)), is_published: draft.is_published };
    let saved = saved_ago(&state, &draft);
    let shown = Shown { saved: Some(saved), ..Shown::new(subject, draft.form, desk) };
    html(&shown.page(&request, &state, &by))
}

/// What a link fills in beforehand; nothing is saved before the person does.
#[derive(Debug, Deserialize)]
pub struct Prefill {
    shape: Option<String>,
    amounts: Option<String>,
}

/// `POST /campaigns/new`
pub async fn create(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    payload: web::Payload,
) -> Result<HttpResponse, AppError> {
    let sent = sent::receive(&request, &state, &by, payload).await?;
    act(&request, &state, &by, Subject { saved: None, is_published: false }, sent).await
}

/// `POST /campaigns/{id}/edit`
pub async fn update(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    id: web::Path<i64>,
    payload: web::Payload,
) -> Result<HttpResponse, AppError> {
    let draft = service::open(&state.ctx, by.actor(), CampaignId(*id)).await?;
    let sent = sent::receive(&request, &state, &by, payload).await?;
    let subject = Subject { saved: Some((draft.id, sent.revision)), is_published: draft.is_published };
    act(&request, &state, &by, subject, sent).await
}

/// Does what the button said; whatever comes of it, the page shows everything that was typed.
async fn act(
    request: &HttpRequest,
    state: &State,
    by: &As<Manager>,
    subject: Subject,
    sent: Sent,
) -> Result<HttpResponse, AppError> {
    let Sent { mut form, action, queries, pictures, .. } = sent;
    let wish = Wish::of(&action);
    if let Wish::Save | Wish::Review = wish {
        return save(request, state, by, subject, form, pictures, wish).await;
    }
    let found = carry_out(&state.ctx, by.actor(), &mut form, &wish, queries).await?;
    let desk = service::read_with_estimate(&state.ctx, by.actor(), &form).await?;
    html(&Shown { problems: pictures, found, ..Shown::new(subject, form, desk) }.page(request, state, by))
}

async fn save(
    request: &HttpRequest,
    state: &State,
    by: &As<Manager>,
    subject: Subject,
    form: CampaignForm,
    pictures: Invalid,
    wish: Wish,
) -> Result<HttpResponse, AppError> {
    let saved = match service::save(&state.ctx, by.actor(), subject.saved, form.clone()).await {
        Ok(saved) => saved,
        // Nothing was saved, and nothing typed is lost either.
        Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
            let (problems, status) = match error {
                Error::Invalid(problems) => (problems, 422),
                Error::Conflict(said) => (Invalid::one("", said), 409),
                other => return Err(other.into()),
            };
            let desk = service::read(&state.ctx, by.actor(), &form).await?;
            let shown = Shown { problems, ..Shown::new(subject, form, desk) };
            return html_with(&shown.page(request, state, by), status, None);
        }
        Err(other) => return Err(other.into()),
    };
    let invalid = saved.desk.reading.invalid.clone();
    if wish == Wish::Review && invalid.is_empty() && pictures.is_empty() {
        return Ok(redirect(&format!("/campaigns/{}/plan", saved.id)));
    }
    if wish != Wish::Review && pictures.is_empty() {
        return Ok(redirect_saying(&format!("/campaigns/{}/edit", saved.id), Tone::Good, "The draft is saved."));
    }
    let mut problems = pictures;
    if wish == Wish::Review {
        problems.problems.extend(invalid.problems);
    }
    let subject = Subject { saved: Some((saved.id, saved.revision)), ..subject };
    let words = Some("saved as a draft".to_owned());
    let shown = Shown { problems, saved: words, ..Shown::new(subject, form, saved.desk) };
    html_with(&shown.page(request, state, by), 422, None)
}

/// `POST /campaigns/preview`: the right-hand column of what is typed so far; writes nothing.
pub async fn preview(state: web::Data<State>, posted: Posted<Manager, Vec<(String, String)>>) -> Result<HttpResponse, AppError> {
    let form = CampaignForm::from_pairs(posted.form);
    let desk = service::read_with_estimate(&state.ctx, posted.by.actor(), &form).await?;
    html(&Fragment { makes: Makes::of(&form, &desk) })
}

/// `POST /campaigns/find`: what the search named by `action` finds, as the fragment that the page shows it in; writes nothing.
pub async fn find(state: web::Data<State>, posted: Posted<Manager, Vec<(String, String)>>) -> Result<HttpResponse, AppError> {
    let wish = Wish::of(value(&posted.form, "action"));
    let queries = Queries::of(&posted.form);
    let mut form = CampaignForm::from_pairs(posted.form);
    if !matches!(wish, Wish::FindCities | Wish::FindLanguages | Wish::FindDetails | Wish::FindCustom) {
        return Err(AppError::Unreadable("this is no search".to_owned()));
    }
    let found = carry_out(&state.ctx, posted.by.actor(), &mut form, &wish, queries).await?;
    let lists = FoundLists::new(&found);
    let list = match wish {
        Wish::FindCities => lists.cities,
        Wish::FindLanguages => lists.languages,
        Wish::FindDetails => lists.details,
        _ => lists.custom,
    };
    html(&FoundList { problem: found.problem, ..list })
}

/// `POST /pictures`: keeps a picture chosen in the form, before the form itself is sent.
pub async fn upload(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    payload: web::Payload,
) -> Result<HttpResponse, AppError> {
    let sent = sent::receive(&request, &state, &by, payload).await?;
    let kept = sent.form.ads.first().map(|ad| ad.picture.clone()).filter(|id| !id.is_empty());
    let words = sent.pictures.problems.first().map(|problem| problem.message.clone());
    html_with(
        &Uploaded { picture: kept.unwrap_or_default(), problem: words.clone() },
        if words.is_some() { 422 } else { 200 },
        None,
    )
}

/// `GET /pictures/{id}`: a picture of this workspace, for previews.
pub async fn picture(state: web::Data<State>, by: As<Analyst>, id: web::Path<i64>) -> Result<HttpResponse, AppError> {
    let file = pictures::file(&state.ctx, by.actor(), PictureId(*id)).await?;
    // A picture never changes under its id; it stays private to the signed-in browser.
    let caching = ("Cache-Control", "private, max-age=86400, immutable");
    Ok(HttpResponse::Ok().content_type(file.mime).insert_header(caching).body(file.bytes))
}

#[derive(Template)]
#[template(path = "campaigns/_makes.html")]
struct Fragment {
    makes: Makes,
}

#[derive(Template)]
#[template(path = "campaigns/_uploaded.html")]
struct Uploaded {
    picture: String,
    problem: Option<String>,
}

/// What a page of the form shows.
struct Shown {
    subject: Subject,
    form: CampaignForm,
    desk: Desk,
    /// Problems said at their fields; the right-hand column lists all that there are in any case.
    problems: Invalid,
    found: Found,
    /// When it was saved, in words.
    saved: Option<String>,
}

impl Shown {
    fn new(subject: Subject, form: CampaignForm, desk: Desk) -> Self {
        Self { subject, form, desk, problems: Invalid::default(), found: Found::default(), saved: None }
    }

    fn page(self, request: &HttpRequest, state: &State, by: &As<Manager>) -> FormPage {
        let title = match (self.subject.saved, self.form.name.trim()) {
            (None, _) => "New campaign".to_owned(),
            (Some(_), "") => "Edit campaign".to_owned(),
            (Some(_), name) => name.to_owned(),
        };
        FormPage::new(frame(request, state, &by.signed, &title, Some(Section::Campaigns)), self)
    }
}

fn saved_ago(state: &State, draft: &Draft) -> String {
    let seconds = (state.ctx.now().0 - draft.saved_at).num_seconds().max(0);
    let what = if draft.is_published { "last saved" } else { "draft, saved" };
    match seconds {
        0..=59 => format!("{what} {seconds} s ago"),
        60..=3_599 => format!("{what} {} min ago", seconds / 60),
        3_600..=86_399 => format!("{what} {} h ago", seconds / 3_600),
        _ => format!("{what} on {}", draft.saved_at.format("%-d %b %Y")),
    }
}
