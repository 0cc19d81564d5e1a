//! `/settings/names`: the workspace's templates of names and links, with an example of each.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::layout::{Page, Tone};
use super::{frame, html, html_with, redirect_saying};
use crate::domain::campaign::AdSetKey;
use crate::domain::invalid::Invalid;
use crate::domain::naming::{AdSetValues, AdValues, Known, Level, Naming, VARIABLES, Values};
use crate::domain::network::Network;
use crate::domain::role::Role;
use crate::domain::tracking::Tracking;
use crate::service::Error;
use crate::service::naming::{self as service, NamingForm};
use crate::service::sessions::Signed;
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Manager, Posted};
use crate::web::state::State;

#[derive(Template)]
#[template(path = "settings/names.html")]
struct NamesPage {
    page: Page,
    form: NamingForm,
    problems: Invalid,
    can_change: bool,
    /// Variable, where it is known, what it stands for.
    variables: Vec<(String, &'static str, &'static str)>,
    /// What the saved templates make of an example.
    examples: Vec<(&'static str, String)>,
}

/// `GET /settings/names`
pub async fn show(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let naming = service::get(&state.ctx, by.actor()).await?;
    html(&page(&request, &state, &by.signed, NamingForm::of(&naming), Invalid::default()))
}

/// `POST /settings/names`
pub async fn save(
    request: HttpRequest,
    state: web::Data<State>,
    posted: Posted<Manager, Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    let form = form_of(posted.form);
    match service::save(&state.ctx, posted.by.actor(), &form).await {
        Ok(()) => {
            Ok(redirect_saying("/settings/names", Tone::Good, "New campaigns are called so from now on; others keep theirs."))
        }
        Err(Error::Invalid(problems)) => html_with(&page(&request, &state, &posted.by.signed, form, problems), 422, None),
        Err(other) => Err(other.into()),
    }
}

fn form_of(pairs: Vec<(String, String)>) -> NamingForm {
    let form = crate::domain::campaign::CampaignForm::from_pairs(pairs);
    NamingForm {
        names: form.names,
        source: form.source,
        utm_medium: form.utm_medium,
        utm_campaign: form.utm_campaign,
        utm_content: form.utm_content,
    }
}

fn page(request: &HttpRequest, state: &State, signed: &Signed, form: NamingForm, problems: Invalid) -> NamesPage {
    let variables = VARIABLES.iter().map(|variable| {
        let from = match variable.level {
            Level::Campaign => "everywhere",
            Level::AdSet => "ad sets, ads, links",
            Level::Ad => "ads, links",
        };
        (format!("{{{}}}", variable.word), from, variable.says)
    });
    NamesPage {
        page: frame(request, state, signed, "Names and links", None),
        can_change: signed.actor.role >= Role::Manager,
        variables: variables.collect(),
        examples: form.read().map(|naming| examples(&naming)).unwrap_or_default(),
        form,
        problems,
    }
}

/// What the templates make of a sale on Instagram.
fn examples(naming: &Naming) -> Vec<(&'static str, String)> {
    let values = Values {
        campaign: "Christmas sale".into(),
        objective: "Sales".into(),
        shape: "Per network".into(),
        countries: "PT-ES".into(),
        ages: "18-65+".into(),
        gender: "Everybody".into(),
        currency: "EUR".into(),
        start: chrono::NaiveDate::from_ymd_opt(2026, 12, 1),
        end: chrono::NaiveDate::from_ymd_opt(2026, 12, 24),
    };
    let networks = [Network::Instagram];
    let top = Known { campaign: &values, ad_set: None, ad: None };
    let set = Known { ad_set: Some(AdSetValues { key: AdSetKey::Instagram, networks: &networks, automatic: false }), ..top };
    let ad = Known { ad: Some(AdValues { name: "Lamp", number: 1 }), ..set };
    // Left empty it is the campaign's name, as in the form.
    let campaign = if naming.campaign.is_empty() { "{campaign}" } else { &naming.campaign };
    let tracking = Tracking {
        sources: naming.sources.clone(),
        medium: naming.medium.clone(),
        campaign: campaign.to_owned(),
        content: naming.content.clone(),
        extra: Vec::new(),
    };
    vec![
        ("Campaign", top.fill(naming.names.of(Level::Campaign))),
        ("Ad set", set.fill(naming.names.of(Level::AdSet))),
        ("Ad", ad.fill(naming.names.of(Level::Ad))),
        ("Link", tracking.final_url("https://shop.example/lamp", &ad)),
    ]
}
