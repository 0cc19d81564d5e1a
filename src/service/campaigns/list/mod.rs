//! The list of campaigns: those defined here and those seen at Meta or in files, with status, money and results.
//!
//! A light index of all campaigns is ordered, by name or by figures that one statement a currency sums; details are read for the
//! page alone, in chunks until it is full where a filter needs them (status, network, objective), and for all only where the
//! order itself does (status, budget, money against time, end).

mod reader;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use crate::domain::campaign::{Pace, ShapeChoice};
use crate::domain::campaign_status::Standing;
use crate::domain::currency::Currency;
use crate::domain::id::{AdAccountId, CampaignId, LabelId};
use crate::domain::money::{Money, Spend};
use crate::domain::network::Network;
use crate::domain::period::Period;
use crate::report::{CampaignFigures, Flight, Times};
use crate::store::labels;

use self::reader::Reader;
use super::super::{Actor, Ctx, Result};
use super::query::{ListQuery, Origin};
use super::standings::{Known, Place, places};

/// Campaigns a page.
pub const PAGE: usize = 50;

/// A label to choose or shown on a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its id.
    pub id: LabelId,
    /// As shown.
    pub name: String,
}

/// Money spent against the time gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Against {
    /// Spent so far in the whole flight.
    pub spent: Spend,
    /// What the budget gives for the days gone, the present one included.
    pub due: Spend,
    /// What the whole flight may spend, where it ends.
    pub in_all: Option<Spend>,
    /// Days gone and days in all, where it ends.
    pub days: Option<(i64, i64)>,
}

impl Against {
    /// Spent as a share of what is due by now; `None` before anything is.
    pub fn share(&self) -> Option<Decimal> {
        Decimal::from(self.spent.micros).checked_div(Decimal::from(self.due.micros)).filter(|_| self.due.micros > 0)
    }
}

/// A campaign in the list.
#[derive(Debug)]
pub struct Listed {
    /// Its id.
    pub id: CampaignId,
    /// Its name, without a token.
    pub name: String,
    /// Its ad account.
    pub account: AdAccountId,
    /// The ad account's name.
    pub account_name: String,
    /// The ad account's currency, if it is one we know.
    pub currency: Option<Currency>,
    /// The ad account's zone.
    pub zone: Tz,
    /// Where it was made.
    pub origin: Origin,
    /// Whether it was defined here or adopted, so that it can be edited and planned.
    pub is_ours: bool,
    /// Whether nothing of it is at Meta.
    pub is_draft: bool,
    /// Its labels, by name.
    pub labels: Vec<Label>,
    /// What is true of it, and why.
    pub standing: Standing,
    /// Its objective, Meta's word.
    pub objective: Option<String>,
    /// What it may spend: a day, or in all.
    pub budget: Option<(Pace, Money)>,
    /// Facebook's and Instagram's budgets, where each has its own.
    pub set: Option<(Money, Money)>,
    /// How its budget is divided, where it was defined here.
    pub shape: Option<ShapeChoice>,
    /// Its figures; `None` where nothing can be reported of it.
    pub figures: Option<CampaignFigures>,
    /// Money against time, where it has a budget and has begun.
    pub against: Option<Against>,
    /// When its flight ends.
    pub ends: Option<DateTime<Utc>>,
}

impl Listed {
    /// Spent today so far; `None` where nothing is known.
    pub fn today(&self) -> Option<Spend> {
        self.lately(|figures| figures.today)
    }

    /// Spent yesterday.
    pub fn yesterday(&self) -> Option<Spend> {
        self.lately(|figures| figures.yesterday)
    }

    fn lately(&self, of: impl Fn(&CampaignFigures) -> Option<i64>) -> Option<Spend> {
        lately(self.figures.as_ref(), self.is_draft, of)
    }

    /// Results of the period.
    pub fn results(&self) -> Option<i64> {
        self.figures.as_ref()?.figures.outcome?.results
    }

    /// Whether it runs on a network: as defined, else as it spent.
    fn runs_on(&self, network: Network, known: &Known) -> bool {
        match &known.definition {
            Some(campaign) => campaign.placements.iter().any(|placement| placement.network() == network),
            None => {
                let networks = self.figures.iter().flat_map(|figures| &figures.networks);
                networks.into_iter().any(|(of, micros)| *of == network && *micros > 0)
            }
        }
    }
}

/// Where both days are known, none reported is none spent; a draft has no figure at all.
fn lately(figures: Option<&CampaignFigures>, is_draft: bool, of: impl Fn(&CampaignFigures) -> Option<i64>) -> Option<Spend> {
    let figures = figures.filter(|_| !is_draft)?;
    let micros = of(figures).or(figures.is_known.then_some(0))?;
    Some(Spend::new(micros, figures.currency))
}

/// A page of the list.
#[derive(Debug)]
pub struct CampaignList {
    /// The campaigns, in the order asked for.
    pub campaigns: Vec<Listed>,
    /// How many there are before filters that need details.
    pub of: usize,
    /// Where the next page goes on, if there is one.
    pub next: Option<CampaignId>,
    /// Every ad account, to choose from.
    pub accounts: Vec<(AdAccountId, String)>,
    /// Every label, to choose from.
    pub labels: Vec<Label>,
    /// The days of results, cost and split, where anything is reported.
    pub period: Option<Period>,
    /// Whether the workspace has any campaign at all.
    pub any: bool,
}

/// A page of the workspace's campaigns.
pub async fn list(ctx: &Ctx, actor: &Actor, query: &ListQuery) -> Result<CampaignList> {
    list_page(ctx, actor, query, PAGE).await
}

/// A page of at most so many campaigns.
pub async fn list_page(ctx: &Ctx, actor: &Actor, query: &ListQuery, most: usize) -> Result<CampaignList> {
    read(ctx, actor, query, Some(most)).await
}

/// The whole list, for its CSV and JSON twins.
pub async fn list_all(ctx: &Ctx, actor: &Actor, query: &ListQuery) -> Result<CampaignList> {
    read(ctx, actor, &ListQuery { after: None, ..query.clone() }, None).await
}

async fn read(ctx: &Ctx, actor: &Actor, query: &ListQuery, most: Option<usize>) -> Result<CampaignList> {
    let (inner, workspace, query) = (ctx.clone(), actor.workspace, query.clone());
    let times = Times { platform: ctx.platform.clone(), now: ctx.now() };
    let read = ctx.db.read(move |c| {
        let places = places(c, &inner, workspace)?;
        let all_labels: Vec<Label> =
            labels::list(c, workspace)?.into_iter().map(|row| Label { id: row.id, name: row.name }).collect();
        let reader = Reader { workspace, query: &query, places: &places, labels: &all_labels, times: &times };
        Ok(reader.page(c, most))
    });
    read.await?
}

/// The flight as defined, or as far as Meta says it; none before it was ever at Meta.
fn flight(known: &Known, place: &Place) -> Option<Flight> {
    if let Some(definition) = &known.definition {
        let published = known.published_at?.with_timezone(&place.zone).date_naive();
        return Some(Flight::of(definition, published));
    }
    let (pace, amount) = known.budget?;
    let day = |at: DateTime<Utc>| at.with_timezone(&place.zone).date_naive();
    let since = day(known.starts?);
    let until = known.ends.map(|at| day(at - chrono::TimeDelta::seconds(1)));
    let days = until.and_then(|until| Period::new(since, until).ok());
    let daily = |days: Period| Money::new(amount.minor.saturating_mul(days.days()), amount.currency).to_spend();
    let (a_day, in_all) = match pace {
        Pace::Daily => (Some(amount), days.map(daily)),
        Pace::Lifetime => (None, Some(amount.to_spend())),
    };
    Some(Flight { a_day, in_all, spent: None, days, since: Some(since), set: None, guide: None })
}

/// Money against time; nothing before the flight's first day.
fn against(flight: &Flight, figures: &CampaignFigures) -> Option<Against> {
    let (today, currency) = (figures.today_on, figures.currency);
    let since = flight.since.filter(|since| *since <= today)?;
    let last = flight.days.map_or(today, |days| days.until.min(today));
    let due = match (flight.a_day, flight.in_all, flight.elapsed(today)) {
        (Some(a_day), _, _) => a_day.to_spend().micros.saturating_mul(days_between(since, last)),
        (None, Some(all), Some((gone, of))) => {
            i64::try_from(i128::from(all.micros) * i128::from(gone) / i128::from(of.max(1))).ok()?
        }
        _ => return None,
    };
    let in_all = flight.in_all;
    let due = in_all.map_or(due, |all| due.min(all.micros));
    Some(Against {
        spent: Spend::new(figures.in_all.unwrap_or(0), currency),
        due: Spend::new(due, currency),
        in_all,
        days: flight.elapsed(today),
    })
}

fn days_between(since: NaiveDate, until: NaiveDate) -> i64 {
    (until - since).num_days() + 1
}
