//! `/connections`: what is linked, whether it answers, when it was last read; and the sandbox's clock.

pub mod connect;
pub mod manage;
mod token;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::layout::{Page, Section, Tone};
use super::{frame_with_health, html, quota, redirect, redirect_saying};
use crate::domain::id::{AdAccountId, ConnectionId};
use crate::domain::role::Role;
use crate::service::connections::{self, Linked, LinkedAccount};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Manager, Nothing, Posted};
use crate::web::state::State;

#[derive(Template)]
#[template(path = "connections/connections.html")]
struct ConnectionsPage {
    page: Page,
    connections: Vec<Card>,
    quota: Vec<quota::Line>,
    owner: bool,
    is_sandbox: bool,
}

struct Card {
    id: ConnectionId,
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
    id: AdAccountId,
    writing: bool,
    left: String,
    name: String,
    remote: String,
    status: String,
    currency: String,
    zone: String,
    minimum: String,
    days: String,
    synced: String,
}

/// Where the band's button was pressed.
#[derive(Debug, Deserialize)]
pub struct Back {
    back: String,
}

/// `GET /connections`
pub async fn show(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let linked = connections::list(&state.ctx, by.actor()).await?;
    html(&ConnectionsPage {
        page: frame_with_health(&request, &state, &by.signed, "Connections", Some(Section::Connections)).await?,
        connections: linked.iter().map(card).collect(),
        quota: quota::lines(&state, by.actor()).await?,
        owner: by.actor().role >= Role::Owner,
        is_sandbox: by.signed.workspace.is_sandbox(),
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
    let (state, class) = state_words(&connection.status);
    Card {
        id: connection.id,
        name: connection.name.clone(),
        is_sandbox: connection.kind == "sandbox",
        base_url: connection.base_url.clone(),
        state,
        class,
        problem: connection.problem.clone().unwrap_or_default(),
        accounts: linked.details().iter().map(account_line).collect(),
        pages: page_names(linked),
        pixels: pixel_names(linked),
    }
}

/// How a connection stands, and the class of its badge.
fn state_words(status: &str) -> (&'static str, &'static str) {
    match status {
        "ok" => ("Answers", "live"),
        "refused" => ("Refused", "bad"),
        _ => ("Does not answer", "bad"),
    }
}

/// Each Page with the handle of its Instagram account.
fn page_names(linked: &Linked) -> Vec<(String, String)> {
    linked.pages.iter().map(|page| (page.name.clone(), page.instagram_username.clone().unwrap_or_default())).collect()
}

/// Each pixel once, although several ad accounts may count with it.
fn pixel_names(linked: &Linked) -> Vec<(String, String)> {
    let mut all: Vec<_> = linked.pixels.iter().map(|pixel| (pixel.name.clone(), pixel.remote_id.clone())).collect();
    all.sort();
    all.dedup();
    all
}

fn account_line(account: &LinkedAccount) -> AccountLine {
    AccountLine {
        id: account.id,
        writing: account.writing,
        left: account.left.map(|money| format!("{money} {}", money.currency)).unwrap_or_else(|| "no limit".to_owned()),
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
