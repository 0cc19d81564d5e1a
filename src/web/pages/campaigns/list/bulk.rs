//! `POST /campaigns/bulk`: what the buttons under the list want of the campaigns chosen.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::super::super::layout::Tone;
use super::super::super::{redirect, redirect_saying};
use super::{Shown, back_to};
use crate::domain::bulk::{BudgetChange, Change};
use crate::domain::currency::Currency;
use crate::domain::dictionary;
use crate::domain::id::CampaignId;
use crate::domain::invalid::Invalid;
use crate::domain::money::{Money, parse_decimal};
use crate::service::bulk::{Request, propose};
use crate::service::campaigns::{self as service, Copying, Labelled, ListQuery};
use crate::service::{Actor, Ctx, Error};
use crate::web::error::AppError;
use crate::web::extract::{Manager, Posted};
use crate::web::state::State;

/// What was typed and chosen under the list, verbatim.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub campaigns: Vec<CampaignId>,
    pub budget_as: String,
    pub amount: String,
    pub currency: String,
    pub starts: String,
    pub ends: String,
    pub label: String,
    pub account: String,
    pub dates: bool,
}

impl Typed {
    fn of(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| pairs.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
        let chosen = pairs.iter().filter(|(key, _)| key == "campaigns").filter_map(|(_, value)| value.parse().ok());
        Self {
            campaigns: chosen.collect(),
            budget_as: value("budget_as"),
            amount: value("amount"),
            currency: value("currency"),
            starts: value("starts"),
            ends: value("ends"),
            label: value("label"),
            account: value("account"),
            dates: value("dates") == "1",
        }
    }

    /// The budget change as typed; each problem at its field.
    fn budget(&self) -> Result<BudgetChange, Invalid> {
        let text = self.amount.trim().trim_end_matches('%').trim();
        if text.is_empty() {
            return Err(Invalid::one("amount", dictionary::list_amount_missing()));
        }
        let sign = if self.budget_as.starts_with("less") { -1 } else { 1 };
        if self.budget_as.ends_with("percent") {
            let bad = || Invalid::one("amount", dictionary::percent_unreadable(text));
            let points = parse_decimal(text).ok_or_else(bad)? * rust_decimal::Decimal::ONE_HUNDRED;
            if !points.fract().is_zero() {
                return Err(Invalid::one("amount", dictionary::percent_too_precise(text)));
            }
            let basis_points = i64::try_from(points).ok().filter(|points| (1..=1_000_000).contains(points)).ok_or_else(bad)?;
            return Ok(BudgetChange::Percent { basis_points: sign * basis_points });
        }
        let currency: Currency =
            self.currency.parse().map_err(|_| Invalid::one("currency", dictionary::list_currency_missing()))?;
        let money = Money::parse(text, currency).map_err(|error| Invalid::one("amount", error.into()))?;
        if money.minor <= 0 {
            return Err(Invalid::one("amount", dictionary::list_amount_zero()));
        }
        Ok(match self.budget_as.as_str() {
            "to" => BudgetChange::To { money },
            "more" | "less" => BudgetChange::By { money: Money::new(sign * money.minor, currency) },
            _ => return Err(Invalid::one("budget_as", dictionary::list_budget_as_missing())),
        })
    }

    /// Start and end as typed; the service reads them in each ad account's own zone.
    fn dates(&self) -> Result<Change, Invalid> {
        let typed = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        match (typed(&self.starts), typed(&self.ends)) {
            (None, None) => Err(Invalid::one("ends", dictionary::list_dates_missing())),
            (starts, ends) => {
                for (name, text) in [("starts", &starts), ("ends", &ends)] {
                    let read = crate::domain::schedule::parse_local(text.as_deref().unwrap_or_default(), chrono_tz::UTC, false);
                    read.map_err(|said| Invalid::one(name, said))?;
                }
                Ok(Change::Dates { starts, ends })
            }
        }
    }
}

/// `POST /campaigns/bulk`
pub async fn bulk(
    request: HttpRequest,
    state: web::Data<State>,
    posted: Posted<Manager, Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    let typed = Typed::of(&posted.form);
    let value = |name: &str| posted.form.iter().rfind(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let (action, back) = (value("action"), value("back"));
    match act(&state.ctx, posted.by.actor(), action, &typed, back).await {
        Ok(response) => Ok(response),
        // Nothing was done, and nothing typed or chosen is lost either.
        Err(Error::Invalid(problems)) => {
            let query = ListQuery::parse(back).unwrap_or_default();
            Shown { query, problems, typed, undo: None }.answer(&request, &state, &posted.by.signed).await
        }
        Err(Error::Conflict(words)) => {
            let query = ListQuery::parse(back).unwrap_or_default();
            Shown { query, problems: Invalid::one("campaigns", words), typed, undo: None }
                .answer(&request, &state, &posted.by.signed)
                .await
        }
        Err(other) => Err(other.into()),
    }
}

async fn act(ctx: &Ctx, actor: &Actor, action: &str, typed: &Typed, back: &str) -> Result<HttpResponse, Error> {
    if typed.campaigns.is_empty() {
        return Err(Error::invalid("campaigns", dictionary::choose_campaigns()));
    }
    let change = match action {
        "pause" => Change::Pause,
        "resume" => Change::Resume,
        "archive" => Change::Archive,
        "budget" => Change::Budget { budget: typed.budget()? },
        "dates" => typed.dates()?,
        "label" | "unlabel" => {
            let put = action == "label";
            let (done, event) = service::label(ctx, actor, &typed.label, put, &typed.campaigns).await?;
            return Ok(labelled(&done, event, back));
        }
        "duplicate" => return duplicate(ctx, actor, typed).await,
        _ => return Err(Error::invalid("campaigns", dictionary::list_change_missing())),
    };
    let id = propose(ctx, actor, Request { campaigns: typed.campaigns.clone(), change }).await?;
    Ok(redirect(&format!("/plans/{id}")))
}

fn labelled(done: &Labelled, event: Option<i64>, back: &str) -> HttpResponse {
    let campaigns = match done.campaigns.len() {
        1 => "1 campaign".to_owned(),
        n => format!("{n} campaigns"),
    };
    let words = match (done.campaigns.is_empty(), done.put) {
        (true, true) => format!("All of them carry “{}” already.", done.name),
        (true, false) => format!("None of them carries “{}”.", done.name),
        (false, true) => format!("“{}” was put on {campaigns}.", done.name),
        (false, false) => format!("“{}” was taken off {campaigns}.", done.name),
    };
    let back = back_to(back);
    let joint = if back.contains('?') { '&' } else { '?' };
    let to = event.map_or_else(|| back.clone(), |event| format!("{back}{joint}undo={event}"));
    redirect_saying(&to, Tone::Good, &words)
}

async fn duplicate(ctx: &Ctx, actor: &Actor, typed: &Typed) -> Result<HttpResponse, Error> {
    let account = match typed.account.trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| Error::invalid("account", dictionary::account_missing()))?),
    };
    let made = service::duplicate(ctx, actor, &typed.campaigns, Copying { dates: typed.dates, account }).await?;
    if let [only] = made.as_slice() {
        return Ok(redirect_saying(&format!("/campaigns/{}/edit", only.draft), Tone::Good, "The copy is a draft; look it over."));
    }
    let lacking = made.iter().filter(|copied| !copied.problems.is_empty()).count();
    let words = match lacking {
        0 => format!("{} drafts were made.", made.len()),
        n => format!("{} drafts were made; {n} lack something still: open them.", made.len()),
    };
    Ok(redirect_saying("/campaigns?status=draft", Tone::Good, &words))
}

/// Which change of labels to take back.
#[derive(Debug, Deserialize)]
pub struct Undo {
    event: i64,
    back: String,
}

/// `POST /campaigns/labels/undo`
pub async fn undo(state: web::Data<State>, posted: Posted<Manager, Undo>) -> Result<HttpResponse, AppError> {
    let done = service::undo(&state.ctx, posted.by.actor(), posted.form.event).await?;
    Ok(labelled(&done, None, &posted.form.back))
}
