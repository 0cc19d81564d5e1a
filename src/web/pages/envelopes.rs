//! `/envelopes`: month envelopes, how each stands, and the plan that lands on it; with twins.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::layout::{Page, Section, Tone};
use super::{frame, html, html_with, redirect, redirect_saying};
use crate::domain::envelope::{Landing, Member, Pacing, Runs};
use crate::domain::id::EnvelopeId;
use crate::domain::invalid::Invalid;
use crate::domain::money::{Money, Spend};
use crate::domain::split::percent;
use crate::service::envelopes::{self as service, Choice, EnvelopeForm, LEAST_DAYS, Opened};
use crate::service::{Actor, Ctx, Error};
use crate::web::error::AppError;
use crate::web::export::{csv_table, json_table};
use crate::web::extract::{Analyst, As, Manager, Nothing, Posted};
use crate::web::format::{MISSING, moment};
use crate::web::state::State;

/// The columns of the twins.
const COLUMNS: [&str; 10] =
    ["campaign_id", "campaign", "facebook", "instagram", "other", "spent", "currency", "runs", "a_day_now", "a_day_landing"];

#[derive(Template)]
#[template(path = "envelopes/list.html")]
struct ListPage {
    page: Page,
    envelopes: Vec<Line>,
    form: EnvelopeForm,
    choices: Vec<Choice>,
    problems: Invalid,
    open: bool,
}

#[derive(Template)]
#[template(path = "envelopes/envelope.html")]
struct EnvelopePage {
    page: Page,
    view: View,
    form: EnvelopeForm,
    choices: Vec<Choice>,
    problems: Invalid,
    revision: i64,
}

/// An envelope in a sentence.
pub struct Line {
    /// Where it is.
    pub url: String,
    /// Its name.
    pub name: String,
    /// `1,840.20 of 3,000.00 EUR`.
    pub spent: String,
    /// `ahead by 120.00 EUR`.
    pub pacing: String,
    /// The badge's class.
    pub class: &'static str,
    /// Spent, per cent of the whole, for a meter.
    pub percent: i64,
    /// What lands on it.
    pub landing: String,
}

struct View {
    id: EnvelopeId,
    line: Line,
    month: String,
    even: String,
    projected: String,
    read: String,
    notes: Vec<String>,
    rows: Vec<Row>,
    can_plan: bool,
}

struct Row {
    id: String,
    name: String,
    facebook: String,
    instagram: String,
    spent: String,
    now: String,
    lands: String,
}

/// Which revision a form was made from.
#[derive(Debug, Default)]
struct Sent {
    form: EnvelopeForm,
    revision: i64,
}

/// `GET /envelopes`
pub async fn list(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    html(&list_page(&request, &state, &by, EnvelopeForm::default(), Invalid::default()).await?)
}

async fn list_page(
    request: &HttpRequest,
    state: &State,
    by: &As<Analyst>,
    form: EnvelopeForm,
    problems: Invalid,
) -> Result<ListPage, AppError> {
    Ok(ListPage {
        page: frame(request, state, &by.signed, "Month envelopes", Some(Section::Campaigns)),
        envelopes: lines(&state.ctx, by.actor()).await?,
        choices: service::choices(&state.ctx, by.actor()).await?,
        open: !problems.is_empty(),
        form,
        problems,
    })
}

/// The envelopes in a sentence each.
pub async fn lines(ctx: &Ctx, actor: &Actor) -> Result<Vec<Line>, AppError> {
    Ok(service::list(ctx, actor).await?.iter().map(Line::of).collect())
}

/// `POST /envelopes`
pub async fn create(
    request: HttpRequest,
    state: web::Data<State>,
    posted: Posted<Manager, Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    let Sent { form, .. } = sent(posted.form);
    match service::save(&state.ctx, posted.by.actor(), None, &form).await {
        Ok(id) => Ok(redirect(&format!("/envelopes/{id}"))),
        Err(Error::Invalid(problems)) => {
            let page = ListPage {
                page: frame(&request, &state, &posted.by.signed, "Month envelopes", Some(Section::Campaigns)),
                envelopes: lines(&state.ctx, posted.by.actor()).await?,
                choices: service::choices(&state.ctx, posted.by.actor()).await?,
                open: true,
                form,
                problems,
            };
            html_with(&page, 422, None)
        }
        Err(other) => Err(other.into()),
    }
}

/// `GET /envelopes/{id}`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<EnvelopeId>,
) -> Result<HttpResponse, AppError> {
    let opened = service::open(&state.ctx, by.actor(), *id).await?;
    html(&EnvelopePage {
        page: frame(&request, &state, &by.signed, &opened.name, Some(Section::Campaigns)),
        form: EnvelopeForm::of(&opened),
        choices: service::choices(&state.ctx, by.actor()).await?,
        problems: Invalid::default(),
        revision: opened.revision,
        view: View::of(&opened),
    })
}

/// `POST /envelopes/{id}`
pub async fn update(
    request: HttpRequest,
    state: web::Data<State>,
    posted: Posted<Manager, Vec<(String, String)>>,
    id: web::Path<EnvelopeId>,
) -> Result<HttpResponse, AppError> {
    let Sent { form, revision } = sent(posted.form);
    let (problems, status) = match service::save(&state.ctx, posted.by.actor(), Some((*id, revision)), &form).await {
        Ok(_) => return Ok(redirect_saying(&format!("/envelopes/{id}"), Tone::Good, "The envelope is saved.")),
        Err(Error::Invalid(problems)) => (problems, 422),
        Err(Error::Conflict(said)) => (Invalid::one("", said), 409),
        Err(other) => return Err(other.into()),
    };
    let opened = service::open(&state.ctx, posted.by.actor(), *id).await?;
    let page = EnvelopePage {
        page: frame(&request, &state, &posted.by.signed, &opened.name, Some(Section::Campaigns)),
        choices: service::choices(&state.ctx, posted.by.actor()).await?,
        view: View::of(&opened),
        form,
        problems,
        revision,
    };
    html_with(&page, status, None)
}

/// `POST /envelopes/{id}/plan`: to the plan that sets the daily budgets.
pub async fn plan(
    state: web::Data<State>,
    posted: Posted<Manager, Nothing>,
    id: web::Path<EnvelopeId>,
) -> Result<HttpResponse, AppError> {
    match service::propose(&state.ctx, posted.by.actor(), *id).await {
        Ok(plan) => Ok(redirect(&format!("/plans/{plan}"))),
        Err(Error::Conflict(said)) => Ok(redirect_saying(&format!("/envelopes/{id}"), Tone::Warn, &said.words)),
        Err(other) => Err(other.into()),
    }
}

/// `POST /envelopes/{id}/archive`
pub async fn archive(
    state: web::Data<State>,
    posted: Posted<Manager, Nothing>,
    id: web::Path<EnvelopeId>,
) -> Result<HttpResponse, AppError> {
    service::archive(&state.ctx, posted.by.actor(), *id).await?;
    Ok(redirect_saying("/envelopes", Tone::Good, "The envelope is put away; its campaigns go on as they are."))
}

/// `GET /envelopes/{id}.csv`
pub async fn csv(state: web::Data<State>, by: As<Analyst>, id: web::Path<EnvelopeId>) -> Result<HttpResponse, AppError> {
    let opened = service::open(&state.ctx, by.actor(), *id).await?;
    let rows = opened.figures.members.iter().map(|member| cells(&opened, member));
    Ok(csv_table(&format!("tandem-envelope-{id}.csv"), COLUMNS, rows))
}

/// `GET /envelopes/{id}.json`
pub async fn json(state: web::Data<State>, by: As<Analyst>, id: web::Path<EnvelopeId>) -> Result<HttpResponse, AppError> {
    let opened = service::open(&state.ctx, by.actor(), *id).await?;
    Ok(json_table(COLUMNS, opened.figures.members.iter().map(|member| cells(&opened, member))))
}

/// What the form sends; the boxes ticked are several values of one name.
fn sent(pairs: Vec<(String, String)>) -> Sent {
    let mut sent = Sent::default();
    for (name, value) in pairs {
        match name.as_str() {
            "name" => sent.form.name = value,
            "amount" => sent.form.amount = value,
            "tolerance" => sent.form.tolerance = value,
            "campaigns" => sent.form.campaigns.push(value),
            "revision" => sent.revision = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    sent
}

fn micros(member: &Member, network: &str) -> i64 {
    member.spent.iter().filter(|(name, _)| name == network).map(|(_, micros)| *micros).sum()
}

fn cells(opened: &Opened, member: &Member) -> [String; 10] {
    let currency = opened.figures.amount.currency;
    let spend = |micros: i64| Spend::new(micros, currency).plain();
    let (facebook, instagram) = (micros(member, "facebook"), micros(member, "instagram"));
    let (runs, now) = match member.runs {
        Runs::Daily(minor) => ("daily", Money::new(minor, currency).plain()),
        Runs::Lifetime(_) => ("lifetime", String::new()),
        Runs::Not => ("not", String::new()),
    };
    [
        member.campaign.to_string(),
        member.name.clone(),
        spend(facebook),
        spend(instagram),
        spend(member.micros() - facebook - instagram),
        spend(member.micros()),
        currency.to_string(),
        runs.to_owned(),
        now,
        opened.daily_of(member.campaign).map_or_else(String::new, Money::plain),
    ]
}

impl Line {
    fn of(opened: &Opened) -> Self {
        let (outlook, amount) = (&opened.outlook, opened.figures.amount);
        let currency = amount.currency;
        let off = Spend::new((outlook.spent_known.micros - outlook.even.micros).abs(), currency);
        let label = outlook.pacing.label();
        Self {
            url: format!("/envelopes/{}", opened.id),
            name: opened.name.clone(),
            spent: format!("{} of {amount} {currency}", outlook.spent),
            pacing: match outlook.pacing {
                Pacing::Ahead | Pacing::Behind => format!("{label} by {off} {currency}"),
                Pacing::On | Pacing::Unknown => label.to_owned(),
            },
            class: match outlook.pacing {
                Pacing::Ahead => "bad",
                Pacing::Behind => "warn",
                Pacing::On => "good",
                Pacing::Unknown => "",
            },
            percent: percent_of(outlook.spent, amount),
            landing: match &outlook.landing {
                Landing::Daily { a_day, .. } => format!("{a_day} {currency} a day lands on it"),
                Landing::Over(by) => format!("over by {by} {currency}: no daily amount lands on it"),
                Landing::NothingToSteer => "no campaign that is on has a budget a day".to_owned(),
                Landing::Unknown => "no figures were read yet".to_owned(),
            },
        }
    }
}

/// Whole per cent, at most 100, for a meter.
fn percent_of(spent: Spend, amount: Money) -> i64 {
    let whole = i128::from(amount.to_spend().micros).max(1);
    i64::try_from(i128::from(spent.micros) * 100 / whole).unwrap_or(100).clamp(0, 100)
}

impl View {
    fn of(opened: &Opened) -> Self {
        let (outlook, currency) = (&opened.outlook, opened.figures.amount.currency);
        let days = |count: i64| if count == 1 { "1 day".to_owned() } else { format!("{count} days") };
        let mut notes = vec![format!(
            "On pace is within {} % of an even pace over the days known whole, in the time of {}.",
            percent(i64::from(opened.figures.tolerance_bp)),
            opened.zone
        )];
        if outlook.days_missing > 0 {
            let missing = days(outlook.days_missing);
            notes.push(format!(
                "The figures of {missing} before today are missing; they are taken at what is budgeted a day now."
            ));
        }
        match outlook.unsteered {
            Some(money) if money.minor > 0 => notes.push(format!(
                "{money} {currency} are kept for campaigns with a budget in all: Meta paces these, and no daily budget steers them."
            )),
            None => notes.push(
                "What a campaign with a budget in all will still spend is not known, so the daily amount keeps nothing for it.".into(),
            ),
            Some(_) => {}
        }
        if let Landing::Daily { stays, .. } = &outlook.landing
            && stays.minor > 0
        {
            notes.push(format!("{stays} {currency} stay over, because a day’s budget is whole minor units."));
        }
        Self {
            id: opened.id,
            line: Line::of(opened),
            month: format!("{}, {} left", outlook.month.since.format("%B %Y"), days(outlook.days_left)),
            even: format!("{} {currency}", outlook.even),
            projected: match opened.projection {
                Some(made) => format!("{} {currency}, with 80 % confidence {} to {}", made.expected, made.low, made.high),
                None => format!("unknown before {LEAST_DAYS} whole days of the month"),
            },
            read: opened.read_at.map_or_else(|| "never".to_owned(), moment),
            rows: opened.figures.members.iter().map(|member| Row::of(opened, member)).collect(),
            can_plan: opened.can_plan(),
            notes,
        }
    }
}

impl Row {
    fn of(opened: &Opened, member: &Member) -> Self {
        let currency = opened.figures.amount.currency;
        let spend = |micros: i64| Spend::new(micros, currency).to_string();
        Self {
            id: member.campaign.to_string(),
            name: member.name.clone(),
            facebook: spend(micros(member, "facebook")),
            instagram: spend(micros(member, "instagram")),
            spent: spend(member.micros()),
            now: match member.runs {
                Runs::Daily(minor) => Money::new(minor, currency).to_string(),
                Runs::Lifetime(_) => "in all".to_owned(),
                Runs::Not if opened.campaigns.contains(&member.campaign) => "off".to_owned(),
                Runs::Not => "taken out".to_owned(),
            },
            lands: opened.daily_of(member.campaign).map_or_else(|| MISSING.to_owned(), |money| money.to_string()),
        }
    }
}
