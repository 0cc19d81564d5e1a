//! `/connections`: what is linked, whether it answers, when it was last read; and the sandbox's clock.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::layout::{Page, Section, Tone};
use super::{frame, html, redirect, redirect_saying};
use crate::service::connections::{self, Linked, LinkedAccount};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Manager, Posted};
use crate::web::state::State;

#[derive(Template)]
#[template(path = "connections/connections.html")]
struct ConnectionsPage {
    page: Page,
    connections: Vec<Card>,
}

struct Card {
    name: String,
    is_sandbox: bool,
    base_url: String,
    state: &'static str,
    class: &'static str,
    problem: String,
    accounts: Vec<AccountLine>,
    pages: Vec<(String, String)>,
    pixels: Vec<(String, String)>,
}

struct AccountLine {
    name: String,
    remote: String,
    status: String,
    currency: String,
    zone: String,
    minimum: String,
    days: String,
    synced: String,
}

/// A form that carries nothing but its token.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// Where the band's button was pressed.
#[derive(Debug, Deserialize)]
pub struct Back {
    back: String,
}

/// `GET /connections`
pub async fn show(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let linked = connections::list(&state.ctx, by.actor()).await?;
    html(&ConnectionsPage {
        page: frame(&request, &state, &by.signed, "Connections", Some(Section::Connections)),
        connections: linked.iter().map(card).collect(),
    })
}

/// `POST /connections/sync`
pub async fn sync(state: web::Data<State>, posted: Posted<Analyst, Nothing>) -> Result<HttpResponse, AppError> {
    let accounts = connections::sync_now(&state.ctx, posted.by.actor()).await?;
    let said = match accounts {
        0 => "There is no ad account to read yet.".to_owned(),
        1 => "The ad account is being read.".to_owned(),
        n => format!("{n} ad accounts are being read."),
    };
    Ok(redirect_saying("/connections", Tone::Good, &said))
}

/// `POST /sandbox/advance`: one day on in the sandbox, then back to where the button was pressed.
pub async fn advance(state: web::Data<State>, posted: Posted<Manager, Back>) -> Result<HttpResponse, AppError> {
    connections::step_sandbox(&state.ctx, posted.by.actor()).await?;
    let back = &posted.form.back;
    // Only to a path of ours: "//host" and "/\host" would lead elsewhere.
    let own = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    Ok(redirect(if own { back } else { "/" }))
}

fn card(linked: &Linked) -> Card {
    let connection = &linked.connection;
    let (state, class) = match connection.status.as_str() {
        "ok" => ("Answers", "live"),
        "refused" => ("Sign in again", "bad"),
        _ => ("Does not answer", "bad"),
    };
    Card {
        name: connection.name.clone(),
        is_sandbox: connection.kind == "sandbox",
        base_url: connection.base_url.clone(),
        state,
        class,
        problem: connection.problem.clone().unwrap_or_default(),
        accounts: linked.details().iter().map(account).collect(),
        pages: linked.pages.iter().map(|page| (page.name.clone(), page.instagram_username.clone().unwrap_or_default())).collect(),
        pixels: pixels(linked),
    }
}

/// Each pixel once, although several ad accounts may count with it.
fn pixels(linked: &Linked) -> Vec<(String, String)> {
    let mut all: Vec<_> = linked.pixels.iter().map(|pixel| (pixel.name.clone(), pixel.remote_id.clone())).collect();
    all.sort();
    all.dedup();
    all
}

fn account(account: &LinkedAccount) -> AccountLine {
    AccountLine {
        name: account.name.clone(),
        remote: account.remote.clone(),
        status: account.status.clone(),
        currency: account.currency.clone(),
        zone: account.zone.clone(),
        minimum: account.minimum.map(|money| format!("{money} {}", money.currency)).unwrap_or_else(|| "not known".to_owned()),
        days: account.days.map_or_else(|| "none yet".to_owned(), |days| format!("{} to {}", days.since, days.until)),
        synced: account.synced_at.map_or_else(|| "never".to_owned(), |at| at.format("%-d %b %Y %H:%M:%S UTC").to_string()),
    }
}
