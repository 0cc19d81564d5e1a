//! Simulations of two arms: learned amounts against the shared division, in the sandbox.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Json, Named};
use super::operation::{Call, Outcome};
use super::reply::Shown;
use crate::domain::currency::Currency;
use crate::domain::dictionary;
use crate::domain::id::{CampaignId, PlanId};
use crate::domain::money::{Money, Spend};
use crate::service::Error;
use crate::service::split::{self, Arm, ArmView, Comparison, Day, Figures, NOTE, Offer, StartForm, State, TestPage};
use crate::web::error::ApiError;
use crate::web::extract::{Analyst, Manager};

/// What an arm did.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FiguresView {
    /// In major units.
    spend: String,
    /// Results of the kind that the campaign counts.
    results: u64,
    /// In major units; absent where no value was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// What a result cost; absent without results.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<String>,
    /// The cheap end of the cost with 95 % probability; absent without spend.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_low_95: Option<String>,
    /// The dear end; absent where nothing bounds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_high_95: Option<String>,
}

/// An arm.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TestArm {
    /// `learned` or `shared`.
    arm: &'static str,
    /// Its campaign.
    campaign: CampaignId,
    /// The campaign's name.
    name: String,
    /// What it is to spend a day; absent where its form has problems.
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<Money>,
    /// Whether its plan waits for approval or is being carried out; known before the test begins.
    waits: bool,
    /// Why it does not deliver as planned; absent where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    /// What it did on the days that count.
    figures: FiguresView,
}

/// One day of both arms.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TestDay {
    /// The day, in the ad account's zone.
    on: String,
    /// `counted`, `still coming in` or `not both spent`.
    state: &'static str,
    /// What the learned arm did; absent where nothing was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    learned: Option<FiguresView>,
    /// What the shared arm did, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    shared: Option<FiguresView>,
}

/// Results per money of the learned arm against the shared one.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ComparisonView {
    /// By how much more results come of the same money: 0.1 is a tenth more. The median.
    more: f64,
    /// The low end of the 95 % interval.
    low_95: f64,
    /// Its high end.
    high_95: f64,
    /// The chance that the learned arm is ahead, basis points.
    chance_bp: i64,
    /// Whether the interval holds "no difference".
    is_undecided: bool,
}

/// A test.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SplitTestView {
    /// What stands wherever these figures do: it is a simulation and says nothing about Meta.
    note: &'static str,
    /// `none`, `waiting`, `starting`, `running`, `over` or `ended`.
    state: &'static str,
    /// Whether a test can be started now.
    can_start: bool,
    /// Why not; absent where there is nothing to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    obstacle: Option<String>,
    /// How many days it is to last; absent without a test, as all that follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<i64>,
    /// The number of its day today, while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<i64>,
    /// The first day that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// The last day that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// When the results of the last day are complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    complete_on: Option<String>,
    /// The arm that was kept, once ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<&'static str>,
    /// The plan over several campaigns that puts the other arm away, once ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ending_plan: Option<PlanId>,
    /// Both arms, learned first.
    arms: Vec<TestArm>,
    /// What is not as it was planned.
    remarks: Vec<String>,
    /// What the days that count say.
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<ComparisonView>,
    /// How many learned moves were carried out in its days.
    moves: usize,
    /// Every whole day so far.
    daily: Vec<TestDay>,
}

/// Which arm is kept.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct KeepBody {
    /// `learned` or `shared`.
    keep: String,
}

fn figures(of: Figures, currency: Currency) -> FiguresView {
    let between = of.cost_between(currency);
    FiguresView {
        spend: Spend::new(of.spend_micros, currency).plain(),
        results: of.results,
        value: of.value_micros.map(|micros| Spend::new(micros, currency).plain()),
        cost: of.cost(currency).map(Spend::plain),
        cost_low_95: between.map(|(low, _)| low.plain()),
        cost_high_95: between.and_then(|(_, high)| high).map(Spend::plain),
    }
}

fn arm(of: &ArmView, currency: Currency) -> TestArm {
    TestArm {
        arm: of.arm.as_str(),
        campaign: of.campaign,
        name: of.name.clone(),
        budget: of.budget,
        waits: of.waits,
        remark: of.remark.clone(),
        figures: figures(of.figures, currency),
    }
}

fn day(of: &Day, currency: Currency) -> TestDay {
    let [learned, shared] = of.arms.map(|arm| arm.map(|arm| figures(arm, currency)));
    TestDay { on: of.on.to_string(), state: of.state.as_str(), learned, shared }
}

impl From<Comparison> for ComparisonView {
    fn from(of: Comparison) -> Self {
        let (low_95, high_95) = of.between;
        Self { more: of.more, low_95, high_95, chance_bp: of.chance_bp, is_undecided: of.is_undecided() }
    }
}

fn view(page: &TestPage) -> SplitTestView {
    let test = page.test.as_ref();
    let currency = page.currency;
    let state = test.map(|test| test.state);
    let span = test.and_then(|test| test.span);
    SplitTestView {
        note: NOTE,
        state: match state {
            None => "none",
            Some(State::Waiting) => "waiting",
            Some(State::Starting) => "starting",
            Some(State::Running { .. }) => "running",
            Some(State::Over) => "over",
            Some(State::Ended(_)) => "ended",
        },
        can_start: page.offer == Offer::Possible,
        obstacle: match &page.offer {
            Offer::Refused(why) => Some(why.words.clone()),
            Offer::Possible | Offer::Runs | Offer::Nowhere => None,
        },
        days: test.map(|test| test.days),
        day: match state {
            Some(State::Running { day }) => Some(day),
            _ => None,
        },
        since: span.map(|(since, _)| since.to_string()),
        until: span.map(|(_, until)| until.to_string()),
        complete_on: test.and_then(|test| test.complete_on).map(|on| on.to_string()),
        kept: match state {
            Some(State::Ended(kept)) => Some(Arm::as_str(kept)),
            _ => None,
        },
        ending_plan: test.and_then(|test| test.ending_plan),
        arms: test.iter().flat_map(|test| &test.arms).map(|of| arm(of, currency)).collect(),
        remarks: test.map(|test| test.remarks.clone()).unwrap_or_default(),
        comparison: test.and_then(|test| test.comparison).map(Into::into),
        moves: test.map_or(0, |test| test.moves),
        daily: test.iter().flat_map(|test| &test.daily).map(|of| day(of, currency)).collect(),
    }
}

/// `GET /campaigns/{id}/split/test`
pub async fn show(call: Call<Analyst, Named<CampaignId>>) -> Outcome<Shown<SplitTestView>> {
    Ok(Shown(view(&split::open_test(&call.ctx, call.actor(), call.path.0).await?)))
}

/// `POST /campaigns/{id}/split/test`
pub async fn start(call: Call<Manager, Named<CampaignId>, (), Json<StartForm>>) -> Outcome<Shown<SplitTestView>> {
    split::start(&call.ctx, call.actor(), call.path.0, &call.body.0).await?;
    Ok(Shown(view(&split::open_test(&call.ctx, call.actor(), call.path.0).await?)))
}

/// `POST /campaigns/{id}/split/test/end`
pub async fn end(call: Call<Manager, Named<CampaignId>, (), Json<KeepBody>>) -> Outcome<Shown<SplitTestView>> {
    let keep = Arm::parse(&call.body.0.keep);
    let keep = keep.ok_or_else(|| ApiError::from(Error::invalid("keep", dictionary::simulation_keep())))?;
    split::end(&call.ctx, call.actor(), call.path.0, keep).await?;
    Ok(Shown(view(&split::open_test(&call.ctx, call.actor(), call.path.0).await?)))
}
