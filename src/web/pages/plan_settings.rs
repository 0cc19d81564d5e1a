//! `/settings/plans`: by what plans are weighed, and by how much a day each person may raise spending alone.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::layout::{Page, Tone};
use super::{frame, html, html_with, redirect_saying};
use crate::domain::approval::{LEAST_APPROVERS, Second};
use crate::domain::invalid::Invalid;
use crate::domain::role::Role;
use crate::service::Error;
use crate::service::plan_settings::{self as service, Overview, PlanSettingsForm};
use crate::service::sessions::Signed;
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Owner, Posted};
use crate::web::state::State;

#[derive(Template)]
#[template(path = "settings/plans.html")]
struct PlanSettingsPage {
    page: Page,
    form: PlanSettingsForm,
    problems: Invalid,
    can_change: bool,
    /// Whether there is somebody to ask.
    can_ask: bool,
    /// Whether limits are on and hold nothing, for want of a second person.
    alone: bool,
    currencies: Vec<(String, String)>,
    /// Field, who, what is typed.
    roles: Vec<(String, &'static str, String)>,
    members: Vec<(String, String, String)>,
}

/// `GET /settings/plans`
pub async fn show(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let overview = service::overview(&state.ctx, by.actor()).await?;
    let form = PlanSettingsForm::of(&overview.settings, overview.currencies.first().copied());
    html(&page(&request, &state, &by.signed, overview, form, Invalid::default()))
}

/// `POST /settings/plans`
pub async fn save(
    request: HttpRequest,
    state: web::Data<State>,
    posted: Posted<Owner, Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    let form = form_of(posted.form);
    match service::save(&state.ctx, posted.by.actor(), form.clone()).await {
        Ok(()) => Ok(redirect_saying("/settings/plans", Tone::Good, "Plans are weighed so from now on.")),
        Err(Error::Invalid(problems)) => {
            let overview = service::overview(&state.ctx, posted.by.actor()).await?;
            html_with(&page(&request, &state, &posted.by.signed, overview, form, problems), 422, None)
        }
        Err(other) => Err(other.into()),
    }
}

fn form_of(pairs: Vec<(String, String)>) -> PlanSettingsForm {
    let mut form = PlanSettingsForm::default();
    for (name, value) in pairs {
        match (name.as_str(), name.strip_prefix("limit.")) {
            ("overdelivery", _) => form.overdelivery = value,
            ("learning_step", _) => form.learning_step = value,
            ("needs_second", _) => form.needs_second = true,
            ("currency", _) => form.currency = value,
            (_, Some(subject)) => {
                form.limits.insert(subject.to_owned(), value);
            }
            _ => {}
        }
    }
    form
}

fn page(
    request: &HttpRequest,
    state: &State,
    signed: &Signed,
    overview: Overview,
    form: PlanSettingsForm,
    problems: Invalid,
) -> PlanSettingsPage {
    let mut currencies: Vec<String> = overview.currencies.iter().map(ToString::to_string).collect();
    if !form.currency.is_empty() && !currencies.contains(&form.currency) {
        currencies.push(form.currency.clone());
    }
    let typed = |subject: &str| form.limit(subject).to_owned();
    PlanSettingsPage {
        page: frame(request, state, signed, "Plans and approval", None),
        can_change: signed.actor.role >= Role::Owner,
        can_ask: overview.approvers.len() >= LEAST_APPROVERS,
        alone: overview.second == Second::Alone,
        currencies: currencies.into_iter().map(|currency| (currency.clone(), currency)).collect(),
        roles: [("owner", "Every owner"), ("manager", "Every manager")]
            .map(|(role, who)| (format!("limit.{role}"), who, typed(role)))
            .to_vec(),
        members: overview
            .approvers
            .iter()
            .map(|one| {
                let subject = format!("user:{}", one.id);
                (format!("limit.{subject}"), format!("{}, {}", one.name, one.role), typed(&subject))
            })
            .collect(),
        form,
        problems,
    }
}
