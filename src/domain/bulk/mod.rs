//! One change to several campaigns at once: what is asked, and for each campaign what it makes of it or why it cannot be.
//!
//! Pure: the service gathers a [`Subject`] for each campaign and approves the hash of what comes out. Budgets keep their shares
//! to the minor unit; money of two currencies is never added.

mod line;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::campaign::{Campaign, CampaignForm};
use super::currency::Currency;
use super::dictionary::{self, Sentence};
use super::id::CampaignId;
use super::money::{Money, Spend};
use super::plan::{self, Ids, Observed, PlannedStep, Review, Row, Stakes, Step, Terms};

pub use line::line;

/// The most campaigns one change may be about.
pub const MOST: usize = 500;

/// Another budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "as", rename_all = "snake_case", deny_unknown_fields)]
pub enum BudgetChange {
    /// More or, negative, less by so many basis points of what it is.
    Percent {
        /// 1,000 is ten percent more.
        basis_points: i64,
    },
    /// More or, negative, less by an amount.
    By {
        /// In one currency: campaigns in another are left out.
        money: Money,
    },
    /// This amount, whatever it is now.
    To {
        /// In one currency, likewise.
        money: Money,
    },
}

impl BudgetChange {
    /// The new amount, rounded half to even.
    ///
    /// # Errors
    /// A sentence where the change is in another currency or too large to count.
    pub fn of(self, now: Money) -> Result<Money, Sentence> {
        let minor = match self {
            Self::Percent { basis_points } => {
                let scaled = i128::from(now.minor) * i128::from(10_000 + basis_points);
                half_even(scaled, 10_000)
            }
            Self::By { money } | Self::To { money } if money.currency != now.currency => {
                return Err(dictionary::line_currency(now.currency, money.currency));
            }
            Self::By { money } => i128::from(now.minor) + i128::from(money.minor),
            Self::To { money } => i128::from(money.minor),
        };
        let minor = i64::try_from(minor).map_err(|_| dictionary::line_too_large())?;
        Ok(Money::new(minor, now.currency))
    }
}

/// `top / bottom` rounded half to even; `bottom` is positive.
fn half_even(top: i128, bottom: i128) -> i128 {
    let (whole, twice) = (top.div_euclid(bottom), top.rem_euclid(bottom) * 2);
    let up = twice > bottom || (twice == bottom && whole.rem_euclid(2) == 1);
    whole + i128::from(up)
}

/// A campaign's new budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignBudget {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its budget, in its own pace.
    pub money: Money,
}

/// What is asked of every campaign chosen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// Switch off.
    Pause,
    /// Switch on.
    Resume,
    /// Put away for good.
    Archive,
    /// Another budget.
    Budget {
        /// Which.
        budget: BudgetChange,
    },
    /// Another budget for each campaign; one that is not listed is left out.
    Budgets {
        /// Which.
        budgets: Vec<CampaignBudget>,
    },
    /// Another start or end, as typed, in each ad account's own zone; what is not named stays.
    Dates {
        /// The start, like `2026-12-01 08:00`; only for what has not begun.
        starts: Option<String>,
        /// The end.
        ends: Option<String>,
    },
}

impl Change {
    /// What it does, as a heading: `Raise budgets by 10 %`.
    pub fn heading(&self) -> String {
        let percent = |points: i64| super::split::percent(points.abs());
        match self {
            Self::Pause => "Pause".into(),
            Self::Resume => "Resume".into(),
            Self::Archive => "Archive".into(),
            Self::Budget { budget: BudgetChange::Percent { basis_points } } => {
                format!("{} budgets by {} %", if *basis_points < 0 { "Lower" } else { "Raise" }, percent(*basis_points))
            }
            Self::Budget { budget: BudgetChange::By { money } } => {
                let amount = Money::new(money.minor.saturating_abs(), money.currency);
                format!("{} budgets by {amount} {}", if money.minor < 0 { "Lower" } else { "Raise" }, money.currency)
            }
            Self::Budget { budget: BudgetChange::To { money } } => format!("Set budgets to {money} {}", money.currency),
            Self::Budgets { .. } => "Set the budget of each".into(),
            Self::Dates { starts, ends } => {
                let parts = [("start", starts), ("end", ends)].into_iter();
                let said: Vec<String> =
                    parts.filter_map(|(word, at)| Some(format!("{word} {}", at.as_deref()?.trim()))).collect();
                format!("Set {}", said.join(" and "))
            }
        }
    }
}

/// A campaign as a change finds it.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Its ad account's name.
    pub account: String,
    /// Its ad account's currency.
    pub currency: Currency,
    /// The least an ad set may have a day there, minor units.
    pub min_daily_minor: Option<i64>,
    /// Why nothing may be written to the ad account, where nothing may.
    pub barred: Option<Sentence>,
    /// As defined here; `None` where it was made elsewhere.
    pub ours: Option<Ours>,
    /// What Meta last said of it and everything below it.
    pub observed: Vec<Observed>,
    /// What its switched-on ad sets may spend a day; `None` where budgets are for a whole flight.
    pub a_day: Option<Money>,
    /// What it has spent in all.
    pub spent: Option<Spend>,
    /// Whether a plan of it is being carried out.
    pub is_busy: bool,
    /// Platform time there.
    pub now: DateTime<Utc>,
    /// By what its money and what a change may set off is weighed.
    pub terms: Terms,
}

/// A campaign's definition here.
#[derive(Debug, Clone)]
pub struct Ours {
    /// The valid campaign; `None` for a draft with problems.
    pub campaign: Option<Campaign>,
    /// The form as typed.
    pub form: CampaignForm,
    /// Our ids of its objects.
    pub ids: Option<Ids>,
    /// Counts saves: a plan made of an older one is another plan.
    pub revision: i64,
}

/// What becomes of one campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// Its ad account's name.
    pub account: String,
    /// Which saving of its definition this was made of; `None` where it was made elsewhere.
    pub revision: Option<i64>,
    /// What happens to each object, old and new.
    pub rows: Vec<Row>,
    /// The calls; each with the minor units it adds.
    pub steps: Vec<(i64, PlannedStep)>,
    /// What it may spend a day now; `None` where its budget is for a whole flight.
    pub before: Option<Money>,
    /// What it may spend a day afterwards.
    pub after: Option<Money>,
    /// The definition afterwards, where it changes.
    pub definition: Option<Box<Campaign>>,
    /// The form afterwards, where it changes.
    pub form: Option<Box<CampaignForm>>,
    /// What is to be weighed of it; not part of what approval is bound to.
    #[serde(default)]
    pub review: Review,
}

impl Line {
    /// What approval is bound to.
    fn binding(&self) -> impl Serialize + '_ {
        let rows: Vec<_> = self.rows.iter().map(Row::binding).collect();
        let Self { campaign, name, account, revision, steps, before, after, definition, form, .. } = self;
        ((campaign, name, account, revision), rows, (steps, before, after), (definition, form))
    }
}

/// A campaign that is left out, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LeftOut {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// A sentence with the way out.
    pub why: String,
}

/// Money a day before and after, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DaySum {
    /// Before.
    pub before: Money,
    /// After.
    pub after: Money,
}

/// One plan over several campaigns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkPlan {
    /// What is asked.
    pub change: Change,
    /// What becomes of each campaign that can be changed.
    pub lines: Vec<Line>,
    /// The others.
    pub left_out: Vec<LeftOut>,
    /// Money a day, currency by currency.
    pub a_day: Vec<DaySum>,
    /// How many of the campaigns have a budget for a whole flight, which no day's figure holds.
    pub lifetime: usize,
    /// What approval is bound to.
    pub hash: String,
}

impl BulkPlan {
    /// Whether nothing can be changed.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Its money, currency by currency.
    pub fn stakes(&self) -> Vec<Stakes> {
        Stakes::sums(self.lines.iter().filter_map(|line| line.review.stakes))
    }

    /// Every call in the one safe order: what switches off, what lowers money, what raises it, what switches on. The calls of one
    /// campaign stay in their own order.
    pub fn steps(&self) -> Vec<PlannedStep> {
        let phase = |step: &Step| match step {
            Step::Pause { .. } | Step::Archive { .. } => 0,
            Step::Activate { .. } => 2,
            _ => 1,
        };
        let mut lines: Vec<&Line> = self.lines.iter().collect();
        lines.sort_by_key(|line| {
            let first = line.steps.first().map(|(_, planned)| phase(&planned.step));
            (first, line.steps.iter().map(|(money, _)| *money).sum::<i64>())
        });
        lines.into_iter().flat_map(|line| &line.steps).map(|(_, planned)| planned.clone()).collect()
    }
}

/// The plan of a change over these campaigns, in their order.
pub fn bulk(change: &Change, subjects: &[Subject]) -> BulkPlan {
    let (mut lines, mut left_out) = (Vec::new(), Vec::new());
    for subject in subjects {
        match line(change, subject) {
            Ok(mut line) => {
                let steps: Vec<&PlannedStep> = line.steps.iter().map(|(_, planned)| planned).collect();
                line.review = plan::weigh(&mut line.rows, &steps, &subject.observed, &subject.terms);
                lines.push(line);
            }
            Err(why) => left_out.push(LeftOut { campaign: subject.id, name: subject.name.clone(), why: why.words }),
        }
    }
    let mut sums: BTreeMap<Currency, (i64, i64)> = BTreeMap::new();
    for (before, after) in lines.iter().filter_map(|line: &Line| line.before.zip(line.after)) {
        let sum = sums.entry(before.currency).or_default();
        *sum = (sum.0.saturating_add(before.minor), sum.1.saturating_add(after.minor));
    }
    let money = |minor, currency| Money::new(minor, currency);
    let a_day = sums
        .into_iter()
        .map(|(currency, (before, after))| DaySum { before: money(before, currency), after: money(after, currency) });
    // Struct fields serialise in their written order and nothing here is a hash map: the bytes are canonical.
    let bound: Vec<_> = lines.iter().map(Line::binding).collect();
    let bytes = serde_json::to_vec(&(change, bound)).unwrap_or_default();
    BulkPlan {
        change: change.clone(),
        a_day: a_day.collect(),
        lifetime: lines.iter().filter(|line| line.before.is_none() && !line.rows.is_empty()).count(),
        lines,
        left_out,
        hash: hex::encode(Sha256::digest(bytes)),
    }
}

/// What changed between a plan as it was proposed and as it is now, a sentence each.
pub fn since(then: &BulkPlan, now: &BulkPlan) -> Vec<String> {
    if then.hash == now.hash {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for line in &now.lines {
        match then.lines.iter().find(|earlier| earlier.campaign == line.campaign) {
            None => lines.push(format!("{} can be changed now.", line.name)),
            Some(earlier) => {
                let changes = plan::since(&earlier.review.basis, &line.review.basis);
                if changes.is_empty() && earlier.revision != line.revision {
                    lines.push(format!("{} was saved here since.", line.name));
                }
                lines.extend(changes.into_iter().map(|change| format!("{}: {change}", line.name)));
            }
        }
    }
    let left = now.left_out.iter().filter(|out| then.lines.iter().any(|line| line.campaign == out.campaign));
    lines.extend(left.map(|out| format!("{} is left out now. {}", out.name, out.why)));
    lines
}

#[cfg(test)]
mod tests;
