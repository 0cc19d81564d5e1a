//! What the page of a split shows: the newest answer explained, what if, how well it was said, and every decision.

use chrono::NaiveDate;

use super::case::{Case, Ground, load};
use super::decide::think;
use super::score::{Score, score};
use super::what_if::{WhatIf, Wish, read_wish, what_if};
use super::words::{self, Words};
use super::{Settings, Stored, figures, refused};
use crate::allocation::advice::{self, AdSetAdvice, Advice, Band, Question};
use crate::allocation::expected::{Expected, LEARNING_WEEKLY};
use crate::domain::campaign::{AdSetKey, CampaignForm, Pace, ShapeChoice};
use crate::domain::currency::Currency;
use crate::domain::id::{CampaignId, DecisionId};
use crate::domain::invalid::Invalid;
use crate::domain::money::Money;
use crate::domain::split::share_of;
use crate::service::{Actor, Ctx, Error, Result};
use crate::store::Conn;

/// Decisions that are listed.
const LISTED: usize = 30;

/// What kind of split a campaign has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Several ad sets with a budget a day each.
    Apart,
    /// One ad set: Meta divides.
    Shared,
    /// One budget that Meta divides between floors and ceilings.
    Guided,
    /// Budgets for the whole flight.
    Lifetime,
    /// A draft with problems, or a campaign that was adopted.
    Unknown,
}

/// A stored decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// The day it is for.
    pub on: NaiveDate,
    /// `waiting`, `applied`, `refused`, `superseded` or `held`.
    pub state: String,
    /// Why.
    pub reason: String,
    /// From and to, an ad set each.
    pub amounts: Vec<(AdSetKey, Money, Money)>,
    /// The chance that the move helps, basis points; `None` where nothing would move.
    pub chance_bp: Option<i64>,
}

/// One ad set on the page.
#[derive(Debug, Clone, PartialEq)]
pub struct PartView {
    /// Which.
    pub key: AdSetKey,
    /// What is said of it.
    pub advice: AdSetAdvice,
    /// In one sentence.
    pub sentence: String,
    /// What stops it: `your ceiling of 60 %`.
    pub stop: Option<String>,
    /// What a result costs on average: expected, and the ends of the 80 % band, cheapest first; no upper end is no bound.
    pub average: Cost,
    /// What one more costs.
    pub marginal: Cost,
    /// Share of the budget now and as proposed, basis points.
    pub shares: (i64, i64),
    /// Results to expect a week, where results are the objective and there are figures.
    pub weekly: Expected,
}

/// A cost with its 80 % band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Expected; `None` where nothing comes of it.
    pub mean: Option<Money>,
    /// The cheap end.
    pub low: Option<Money>,
    /// The dear end.
    pub high: Option<Money>,
}

/// The page.
#[derive(Debug, Clone)]
pub struct Page {
    /// The campaign's name.
    pub name: String,
    /// What kind of split it has.
    pub shape: Shape,
    /// Whether results decide its amounts.
    pub is_learned: bool,
    /// Its currency.
    pub currency: Currency,
    /// One result, and several.
    pub noun: (String, String),
    /// What a person allows.
    pub settings: Settings,
    /// The newest decision.
    pub newest: Option<Decision>,
    /// Whether what is shown is its answer as it was stored; else it was worked out now.
    pub is_stored: bool,
    /// The whole answer.
    pub advice: Option<Advice>,
    /// Each ad set.
    pub parts: Vec<PartView>,
    /// Where averages mislead.
    pub breakdown_effect: Option<String>,
    /// Why nothing would move, where what is shown was worked out now.
    pub rests: Option<String>,
    /// The ad sets that would starve Meta's learning, where shared is advised.
    pub starving: Vec<AdSetKey>,
    /// Whether somebody changed it outside since a person looked.
    pub changed_outside: bool,
    /// What if, and what was wrong with the wish.
    pub what_if: Option<WhatIf>,
    /// What is wrong with the wish, at its field.
    pub problems: Invalid,
    /// What past decisions said against what came.
    pub score: Score,
    /// Decisions, newest first.
    pub decisions: Vec<Decision>,
}

/// The page of a campaign's split; with a wish, what would be.
///
/// # Errors
/// [`Error::NotFound`] for a campaign that was not defined here.
pub async fn open(ctx: &Ctx, actor: &Actor, campaign: CampaignId, wish: Option<Wish>) -> Result<Page> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let read = ctx.db.read_with(move |c| match load(c, &inner, workspace, campaign)? {
        Ground::Apart(case) => match apart(c, &inner, &case, wish) {
            Err(Error::Conflict(why)) => Ok(Page { rests: Some(why.words), ..bare(&case) }),
            other => other,
        },
        Ground::Together(of) => {
            let (row, form, campaign, account) = *of;
            let shape = match campaign.as_ref().map(|campaign| (ShapeChoice::from(&campaign.shape), campaign.budget.pace)) {
                Some((ShapeChoice::Shared, _)) => Shape::Shared,
                Some((ShapeChoice::Guided, _)) => Shape::Guided,
                Some((_, Pace::Lifetime)) => Shape::Lifetime,
                _ => Shape::Unknown,
            };
            let noun = campaign.as_ref().map_or(("result", "results"), |campaign| campaign.counting.noun());
            let currency = account.currency.parse().unwrap_or(Currency::EUR);
            Ok(empty(row.name, shape, &form, currency, noun))
        }
    });
    read.await
}

/// The page of several ad sets with a budget a day each. What was decided lately is shown as it was stored, to the cent; only where
/// nothing was is an answer worked out.
///
/// # Errors
/// [`Error::Conflict`] where the engine refuses the question.
fn apart(c: &mut Conn, ctx: &Ctx, case: &Case, wish: Option<Wish>) -> Result<Page> {
    let (mut page, mut question, readings) = match stands(case) {
        Some(stored) => {
            let figures = figures::read(c, case.row.workspace_id, &case.scope())?;
            let page = Page { is_stored: true, ..explained(case, &stored.inputs.question, stored.advice.clone()) };
            (page, stored.inputs.question.clone(), figures.readings)
        }
        None => {
            let thought = think(c, ctx, case, false)?;
            let page = explained(case, &thought.inputs.question, thought.advice);
            (Page { rests: thought.hold.as_ref().map(words::hold), ..page }, thought.inputs.question, thought.figures.readings)
        }
    };
    page.score = score(&case.decisions, &readings, case.today);
    if let Some(wish) = wish {
        // One that was carried out has moved the amounts meanwhile.
        question.current = case.current();
        let mut problems = Invalid::default();
        let asked = read_wish(case, &question, &wish, &mut problems);
        if let Some(asked) = asked.filter(|_| problems.is_empty()) {
            let learner = advice::learn(&question, &readings).map_err(refused)?;
            page.what_if = Some(what_if(case, &learner, &question, asked)?);
        }
        page.problems = problems;
    }
    Ok(page)
}

/// The newest decision, where it still says how things stand: it waits, or is of today or, before today's first sync, of yesterday;
/// and the ad sets and their amounts are those that it found or made.
fn stands(case: &Case) -> Option<&Stored> {
    let last = case.decisions.last().filter(|_| case.form.is_learned())?;
    let is_recent = last.row.state == "waiting" || Some(last.row.on_day) >= case.today.pred_opt();
    let made = last.row.state == "applied" && last.amounts == case.current();
    let is_so = last.inputs.question.current == case.current() || made;
    let same_parts = last.inputs.keys.iter().eq(case.parts.iter().map(|part| &part.key));
    Some(last).filter(|_| is_recent && is_so && same_parts)
}

fn empty(name: String, shape: Shape, form: &CampaignForm, currency: Currency, noun: (&str, &str)) -> Page {
    Page {
        name,
        shape,
        is_learned: form.is_learned(),
        currency,
        noun: (noun.0.to_owned(), noun.1.to_owned()),
        settings: Settings::default(),
        newest: None,
        is_stored: false,
        advice: None,
        parts: Vec::new(),
        breakdown_effect: None,
        rests: None,
        starving: Vec::new(),
        changed_outside: false,
        what_if: None,
        problems: Invalid::default(),
        score: Score::default(),
        decisions: Vec::new(),
    }
}

fn bare(case: &Case) -> Page {
    let decisions: Vec<Decision> =
        case.decisions.iter().rev().take(LISTED).map(|stored| decision(stored, case.currency)).collect();
    Page {
        settings: case.settings.clone(),
        newest: decisions.first().cloned(),
        changed_outside: case.changed_outside,
        decisions,
        ..empty(case.row.name.clone(), Shape::Apart, &case.form, case.currency, case.campaign.counting.noun())
    }
}

fn decision(stored: &Stored, currency: Currency) -> Decision {
    let money = |minor: i64| Money::new(minor, currency);
    let ad_sets = stored.inputs.keys.iter().zip(&stored.advice.ad_sets);
    let moves = stored.advice.ad_sets.iter().any(|ad_set| ad_set.current != ad_set.proposed);
    Decision {
        id: stored.row.id,
        on: stored.row.on_day,
        state: stored.row.state.clone(),
        reason: stored.row.reason.clone(),
        amounts: ad_sets.map(|(key, of)| (*key, money(of.current), money(of.proposed))).collect(),
        chance_bp: moves.then_some(stored.advice.chance_bp),
    }
}

/// The page with an answer explained.
fn explained(case: &Case, question: &Question, advice: Advice) -> Page {
    let words = Words {
        names: case.parts.iter().map(|part| part.key.label()).collect(),
        currency: case.currency,
        noun: case.campaign.counting.noun(),
        of_value: question.setup.objective == super::Objective::Value,
    };
    let total = question.total();
    let parts: Vec<PartView> = case
        .parts
        .iter()
        .zip(&advice.ad_sets)
        .enumerate()
        .map(|(at, (part, of))| PartView {
            key: part.key,
            sentence: words.ad_set(&advice, at),
            stop: words.stop(of),
            average: cost(&words, of.average),
            marginal: cost(&words, of.marginal),
            shares: (share_of(of.current, total), share_of(of.proposed, total)),
            weekly: weekly(&advice, of, words.of_value),
            advice: of.clone(),
        })
        .collect();
    let starving = parts.iter().filter(|part| part.weekly.starves_learning() == Some(true)).map(|part| part.key).collect();
    Page { breakdown_effect: words.breakdown_effect(&advice), starving, parts, advice: Some(advice), ..bare(case) }
}

fn cost(words: &Words<'_>, rate: Band) -> Cost {
    Cost { mean: words.cost(rate.mean), low: words.cost(rate.likely.1), high: words.cost(rate.likely.0) }
}

/// Results to expect in a week of days like now.
fn weekly(advice: &Advice, of: &AdSetAdvice, of_value: bool) -> Expected {
    if of_value || advice.days == 0 {
        return Expected::Unknown;
    }
    let week = |a_day: f64| a_day.max(0.0) * 7.0;
    Expected::Range {
        low: week(of.now.likely.0).floor() as u64,
        high: week(of.now.likely.1).ceil() as u64,
        source: crate::allocation::expected::Source::Learned,
    }
}

impl Page {
    /// Whether sharing one ad set is advised: splitting would starve Meta's learning.
    pub fn advises_shared(&self) -> bool {
        self.parts.len() > 1 && !self.starving.is_empty()
    }

    /// Results a week below which an ad set seldom leaves learning.
    pub fn threshold(&self) -> u64 {
        LEARNING_WEEKLY
    }
}
