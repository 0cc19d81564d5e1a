//! How a campaign's budget is divided: what results say, what was decided, what a person allows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Fields, Json, Named};
use super::operation::{Call, Outcome};
use super::reply::{Done, Shown};
use crate::domain::campaign::Side;
use crate::domain::dictionary;
use crate::domain::id::{CampaignId, DecisionId};
use crate::domain::money::Money;
use crate::service::split::{self, Band, Cost, Decision, PartView, SettingsForm, Shape, WhatIf, Wish};
use crate::web::error::ApiError;
use crate::web::extract::{Analyst, Manager};

/// A figure with the bands in which it lies.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BandView {
    /// Expected.
    mean: f64,
    /// Low end of the 80 % band.
    low_80: f64,
    /// High end of it.
    high_80: f64,
    /// Low end of the 95 % band.
    low_95: f64,
    /// High end of it.
    high_95: f64,
}

/// A cost with its 80 % band.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CostView {
    /// Expected; absent where nothing comes of the money.
    #[serde(skip_serializing_if = "Option::is_none")]
    mean: Option<Money>,
    /// The cheap end.
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<Money>,
    /// The dear end; absent where nothing bounds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<Money>,
}

/// A point of a response curve.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CurvePointView {
    /// A day.
    amount: Money,
    /// The objective a day; minor units where value is the objective.
    brings: BandView,
}

/// One ad set.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SplitPart {
    /// Which: `facebook`, `reels`, ...
    ad_set: String,
    /// A day now.
    current: Money,
    /// A day as proposed.
    proposed: Money,
    /// The objective a day now.
    brings: BandView,
    /// The objective a day as proposed.
    brings_proposed: BandView,
    /// What one costs on average.
    average: CostView,
    /// What the next one costs.
    next: CostView,
    /// What stops it; absent where nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_by: Option<String>,
    /// All of it in one sentence.
    sentence: String,
    /// What each amount brings.
    curve: Vec<CurvePointView>,
}

/// A decision.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DecisionView {
    /// Its id.
    id: DecisionId,
    /// The day it is for, in the ad account's zone.
    on: String,
    /// `waiting`, `applied`, `refused`, `superseded` or `held`.
    state: String,
    /// Why.
    reason: String,
    /// The chance that it helps, basis points; absent where nothing would move.
    #[serde(skip_serializing_if = "Option::is_none")]
    chance_bp: Option<i64>,
    /// What each ad set had and would get.
    amounts: Vec<MoveView>,
}

/// From and to.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MoveView {
    /// Which ad set.
    ad_set: String,
    /// A day before.
    from: Money,
    /// A day after.
    to: Money,
}

/// What past decisions said against what came.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ScoreView {
    /// Days of ad sets that are complete.
    days: usize,
    /// How many of them lay inside their 80 % range.
    inside_80: usize,
    /// How many inside their 95 % range.
    inside_95: usize,
}

/// The split of a campaign.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SplitView {
    /// `apart` where several ad sets have a budget a day each; else `shared`, `guided`, `lifetime` or `unknown`, and the rest is empty.
    shape: &'static str,
    /// Whether results decide the amounts.
    is_learned: bool,
    /// Whole days of figures.
    days: usize,
    /// Whether the figures do not tell the ad sets apart.
    is_undecided: bool,
    /// Whether somebody changed it outside and nobody has looked.
    is_changed_outside: bool,
    /// Whether one shared ad set is advised, because the ad sets would starve Meta's learning.
    advises_shared: bool,
    /// Each ad set.
    ad_sets: Vec<SplitPart>,
    /// Where averages mislead; absent where they do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    breakdown_effect: Option<String>,
    /// What a person allows.
    settings: SettingsForm,
    /// Decisions, newest first.
    decisions: Vec<DecisionView>,
    /// How well it was said.
    score: ScoreView,
}

/// A what-if: all empty asks for the best split of what is spent now.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct WishBody {
    /// The total a day; empty is as it is.
    total: String,
    /// Each ad set's, where it is given.
    ad_sets: Vec<WishPart>,
}

/// One ad set's part of a what-if.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct WishPart {
    /// Which.
    ad_set: String,
    /// Its amount, of which only the proportion counts; empty in all asks for the best.
    share: String,
    /// At least so many percent.
    floor: String,
    /// At most so many percent.
    ceiling: String,
}

/// What would be.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WhatIfView {
    /// What is divided.
    total: Money,
    /// Whether it is the best split, and not one that was given.
    is_best: bool,
    /// The objective a day.
    brings: BandView,
    /// How likely that is more than now, basis points.
    chance_bp: i64,
    /// Each ad set, in order.
    ad_sets: Vec<WhatIfPart>,
}

/// One ad set of a what-if.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WhatIfPart {
    /// Which.
    ad_set: String,
    /// A day.
    amount: Money,
    /// The objective a day.
    brings: BandView,
}

/// Which decision.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct WhichDecision {
    /// Its id.
    decision: DecisionId,
}

impl Fields for WhichDecision {}

/// What came of making a decision again.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReplayView {
    /// Whether the figures are those it was made from.
    same_figures: bool,
    /// Whether the engine that made it is today's.
    same_engine: bool,
    /// The version of the engine that made it.
    engine: u32,
    /// The version of today's.
    engine_now: u32,
    /// Whether today's answer is the same, byte for byte.
    same_answer: bool,
    /// What each ad set would get by today's engine.
    amounts: Vec<AmountView>,
}

/// What an ad set would get.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AmountView {
    /// Which.
    ad_set: String,
    /// A day.
    amount: Money,
}

impl From<Band> for BandView {
    fn from(of: Band) -> Self {
        let ((low_80, high_80), (low_95, high_95)) = (of.likely, of.nearly_sure);
        Self { mean: of.mean, low_80, high_80, low_95, high_95 }
    }
}

impl From<Cost> for CostView {
    fn from(of: Cost) -> Self {
        Self { mean: of.mean, low: of.low, high: of.high }
    }
}

impl From<Decision> for DecisionView {
    fn from(of: Decision) -> Self {
        let amounts = of.amounts.into_iter().map(|(key, from, to)| MoveView { ad_set: key.as_str().to_owned(), from, to });
        Self {
            id: of.id,
            on: of.on.to_string(),
            state: of.state,
            reason: of.reason,
            chance_bp: of.chance_bp,
            amounts: amounts.collect(),
        }
    }
}

fn part(of: PartView, page: &split::Page) -> SplitPart {
    let money = |minor: i64| Money::new(minor, page.currency);
    let curve = of.advice.curve.iter().map(|point| CurvePointView { amount: money(point.amount), brings: point.brings.into() });
    SplitPart {
        ad_set: of.key.as_str().to_owned(),
        current: money(of.advice.current),
        proposed: money(of.advice.proposed),
        brings: of.advice.now.into(),
        brings_proposed: of.advice.then.into(),
        average: of.average.into(),
        next: of.marginal.into(),
        curve: curve.collect(),
        stopped_by: of.stop,
        sentence: of.sentence,
    }
}

fn what_if_view(of: WhatIf, page: &split::Page) -> WhatIfView {
    let ad_sets = page.parts.iter().zip(of.amounts).zip(of.parts).map(|((part, amount), band)| WhatIfPart {
        ad_set: part.key.as_str().to_owned(),
        amount,
        brings: band.into(),
    });
    WhatIfView {
        total: of.total,
        is_best: of.is_best,
        brings: of.whole.into(),
        chance_bp: of.chance_bp,
        ad_sets: ad_sets.collect(),
    }
}

/// `GET /campaigns/{id}/split`
pub async fn show(call: Call<Analyst, Named<CampaignId>>) -> Outcome<Shown<SplitView>> {
    let page = split::open(&call.ctx, call.actor(), call.path.0, None).await?;
    let score =
        ScoreView { days: page.score.said.len(), inside_80: page.score.in_likely(), inside_95: page.score.in_nearly_sure() };
    Ok(Shown(SplitView {
        shape: match page.shape {
            Shape::Apart => "apart",
            Shape::Shared => "shared",
            Shape::Guided => "guided",
            Shape::Lifetime => "lifetime",
            Shape::Unknown => "unknown",
        },
        is_learned: page.is_learned,
        days: page.advice.as_ref().map_or(0, |advice| advice.days),
        is_undecided: page.advice.as_ref().is_some_and(|advice| advice.undecided),
        is_changed_outside: page.changed_outside,
        advises_shared: page.advises_shared(),
        ad_sets: page.parts.iter().cloned().map(|of| part(of, &page)).collect(),
        breakdown_effect: page.breakdown_effect.clone(),
        settings: SettingsForm::of(&page.settings),
        decisions: page.decisions.iter().cloned().map(Into::into).collect(),
        score,
    }))
}

/// `POST /campaigns/{id}/split/what-if`
pub async fn what_if(call: Call<Analyst, Named<CampaignId>, (), Json<WishBody>>) -> Outcome<Shown<WhatIfView>> {
    let mut wish = Wish { total: call.body.0.total.clone(), ..Wish::default() };
    for part in &call.body.0.ad_sets {
        for (side, text) in [(Side::Share, &part.share), (Side::Floor, &part.floor), (Side::Ceiling, &part.ceiling)] {
            wish.give(side, &part.ad_set, text.clone());
        }
    }
    let mut page = split::open(&call.ctx, call.actor(), call.path.0, Some(wish)).await?;
    let found = page.what_if.take();
    match found {
        Some(found) => Ok(Shown(what_if_view(found, &page))),
        None if !page.problems.is_empty() => Err(ApiError::from(crate::service::Error::Invalid(page.problems))),
        None => Err(crate::service::Error::conflict(dictionary::split_not_learned()).into()),
    }
}

/// `PUT /campaigns/{id}/split/settings`
pub async fn set(call: Call<Manager, Named<CampaignId>, (), Json<SettingsForm>>) -> Outcome<Done> {
    split::save_settings(&call.ctx, call.actor(), call.path.0, &call.body.0).await?;
    Ok(Done)
}

/// `POST /campaigns/{id}/split/accept`
pub async fn accept(call: Call<Manager, Named<CampaignId>, (), Json<WhichDecision>>) -> Outcome<Done> {
    split::accept(&call.ctx, call.actor(), call.path.0, call.body.0.decision).await?;
    Ok(Done)
}

/// `POST /campaigns/{id}/split/refuse`
pub async fn refuse(call: Call<Manager, Named<CampaignId>, (), Json<WhichDecision>>) -> Outcome<Done> {
    split::refuse(&call.ctx, call.actor(), call.path.0, call.body.0.decision).await?;
    Ok(Done)
}

/// `POST /campaigns/{id}/split/looked`
pub async fn looked(call: Call<Manager, Named<CampaignId>>) -> Outcome<Done> {
    split::looked(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}

/// `GET /campaigns/{id}/split/replay`
pub async fn replay(call: Call<Analyst, Named<CampaignId>, WhichDecision>) -> Outcome<Shown<ReplayView>> {
    let again = split::replay(&call.ctx, call.actor(), call.path.0, call.query.decision).await?;
    Ok(Shown(ReplayView {
        same_figures: again.same_figures,
        same_engine: again.same_engine(),
        engine: again.engine,
        engine_now: again.engine_now,
        same_answer: again.same_answer,
        amounts: again.amounts.into_iter().map(|(key, amount)| AmountView { ad_set: key.as_str().to_owned(), amount }).collect(),
    }))
}
