//! The page of a split as its template reads it.

use askama::Template;

use super::test_view::StartCard;
use crate::domain::campaign::AdSetKey;
use crate::domain::currency::Currency;
use crate::domain::id::{CampaignId, DecisionId};
use crate::domain::invalid::Invalid;
use crate::domain::money::Money;
use crate::domain::split::percent;
use crate::service::split::{
    Band, Cost, Decision, Mode, Objective, Page as Found, PartView, Replay, SettingsForm, Shape, Wish, chance,
};
use crate::web::charts::{Curve, CurvePoint, Labels, Mark, curve};
use crate::web::format::{MISSING, full_day};
use crate::web::pages::layout::Page;

/// Days of ad sets in the table of the score.
const SCORED: usize = 28;

#[derive(Template)]
#[template(path = "split/split.html")]
pub(super) struct SplitPage {
    pub page: Page,
    pub id: CampaignId,
    name: String,
    currency: Currency,
    several: String,
    is_learned: bool,
    /// Whether there are ad sets to divide over, and what to say where there are not.
    is_apart: bool,
    empty: &'static str,
    days: usize,
    undecided: bool,
    changed_outside: bool,
    newest: Option<DecisionRow>,
    /// Whether the answer shown is the newest decision's, which already says the chance.
    is_decided: bool,
    rests: Option<String>,
    expected: String,
    chance: String,
    parts: Vec<PartRow>,
    breakdown_effect: Option<String>,
    starving: Vec<&'static str>,
    threshold: u64,
    wish: Vec<WishRow>,
    wish_total: String,
    wish_problems: Invalid,
    what_if: Option<WhatIfView>,
    score: Option<ScoreView>,
    decisions: Vec<DecisionRow>,
    pub settings: SettingsForm,
    pub problems: Invalid,
    pub replay: Option<ReplayView>,
    /// Whether two arms can be compared.
    pub offer: StartCard,
}

/// What came of making a decision again.
pub(super) struct ReplayView {
    class: &'static str,
    /// In a few words.
    heading: String,
    same_figures: bool,
}

impl ReplayView {
    /// `on` is the decision's day, empty where it is not known.
    pub fn of(again: &Replay, on: String) -> Self {
        let about = if on.is_empty() { "The decision".to_owned() } else { format!("The decision of {on}") };
        let same = if again.same_answer { "same answer." } else { "another answer." };
        let amounts = again.amounts.iter().map(|(key, money)| format!("{} {money}", key.label())).collect::<Vec<_>>().join(", ");
        let heading = if again.same_engine() {
            format!("{about} was made again: {same}")
        } else {
            let answers = if again.same_answer { "the same".to_owned() } else { amounts };
            let (then, now) = (again.engine, again.engine_now);
            format!("{about} was made by an earlier engine ({then}); today’s ({now}) answers {answers}.")
        };
        let class = match (again.same_figures, again.same_answer, again.same_engine()) {
            (true, true, _) => "good",
            (true, false, false) => "",
            _ => "warn",
        };
        Self { class, heading, same_figures: again.same_figures }
    }
}

struct PartRow {
    label: &'static str,
    now: String,
    now_share: String,
    then: String,
    then_share: String,
    moves: bool,
    average: String,
    average_band: String,
    marginal: String,
    marginal_band: String,
    brings: String,
    brings_band: String,
    brings_then: String,
    weekly: String,
    stop: String,
    sentence: String,
    curve: Curve,
    points: Vec<[String; 4]>,
}

struct WishRow {
    /// Its three fields' names.
    fields: [String; 3],
    label: &'static str,
    share: String,
    share_now: String,
    floor: String,
    ceiling: String,
}

struct WhatIfView {
    total: String,
    is_best: bool,
    brings: String,
    likely: String,
    nearly_sure: String,
    chance: String,
    parts: Vec<(&'static str, String, String, String, String)>,
}

struct ScoreView {
    days: usize,
    likely: usize,
    likely_share: String,
    nearly_sure: usize,
    nearly_sure_share: String,
    rows: Vec<(String, &'static str, String, String, bool)>,
}

struct DecisionRow {
    id: DecisionId,
    on: String,
    state: &'static str,
    class: &'static str,
    is_waiting: bool,
    reason: String,
    amounts: String,
    chance: String,
}

/// Quantities of the objective: counts, or money where value is what counts.
struct Quantity {
    currency: Currency,
    of_value: bool,
}

impl Quantity {
    fn show(&self, value: f64) -> String {
        if self.of_value {
            Money::new(value.round() as i64, self.currency).to_string()
        } else if value.abs() >= 100.0 {
            format!("{value:.0}")
        } else if value.abs() >= 1.0 {
            format!("{value:.1}")
        } else if value == 0.0 {
            "0".to_owned()
        } else {
            format!("{value:.2}")
        }
        .replace('-', "−")
    }

    fn between(&self, (low, high): (f64, f64)) -> String {
        format!("{} to {}", self.show(low), self.show(high))
    }
}

impl SplitPage {
    pub fn new(page: Page, id: CampaignId, found: Found, wish: &Wish) -> Self {
        let of_value = found.settings.objective == Objective::Value;
        let quantity = Quantity { currency: found.currency, of_value };
        let several = if of_value { format!("{} of value", found.currency) } else { found.noun.1.clone() };
        let parts = found.parts.iter().enumerate().map(|(at, part)| part_row(at, part, &quantity, &several, &found));
        let parts: Vec<PartRow> = parts.collect();
        let (days, undecided) = found.advice.as_ref().map_or((0, false), |advice| (advice.days, advice.undecided));
        let moves = found.parts.iter().any(|part| part.advice.current != part.advice.proposed);
        let gain = found.advice.as_ref().filter(|_| moves).map(|advice| (advice.gain, advice.chance_bp));
        Self {
            expected: gain.map(|(gain, _)| gained(gain, &quantity, &several)).unwrap_or_default(),
            chance: gain.map(|(_, bp)| chance(bp)).unwrap_or_default(),
            empty: empty(found.shape),
            is_apart: found.shape == Shape::Apart,
            starving: if found.advises_shared() { found.starving.iter().map(|key| key.label()).collect() } else { Vec::new() },
            threshold: found.threshold(),
            newest: found.newest.as_ref().filter(|newest| found.is_stored || newest.state == "waiting").map(decision_row),
            is_decided: found.is_stored,
            wish: found.parts.iter().map(|part| wish_row(part, wish, found.currency)).collect(),
            wish_total: wish.total.clone(),
            what_if: found.what_if.as_ref().map(|of| {
                let part = |((part, amount), band): ((&PartView, &Money), &Band)| {
                    let label = part.key.label();
                    (
                        label,
                        amount.to_string(),
                        quantity.show(band.mean),
                        quantity.between(band.likely),
                        quantity.between(band.nearly_sure),
                    )
                };
                WhatIfView {
                    total: of.total.to_string(),
                    is_best: of.is_best,
                    brings: quantity.show(of.whole.mean),
                    likely: quantity.between(of.whole.likely),
                    nearly_sure: quantity.between(of.whole.nearly_sure),
                    chance: chance(of.chance_bp),
                    parts: found.parts.iter().zip(&of.amounts).zip(&of.parts).map(part).collect(),
                }
            }),
            score: score(&found),
            decisions: found.decisions.iter().map(decision_row).collect(),
            settings: SettingsForm::of(&found.settings),
            problems: Invalid::default(),
            replay: None,
            offer: StartCard::none(),
            wish_problems: found.problems,
            breakdown_effect: found.breakdown_effect,
            rests: found.rests,
            changed_outside: found.changed_outside,
            is_learned: found.is_learned,
            currency: found.currency,
            name: found.name,
            several,
            parts,
            days,
            undecided,
            page,
            id,
        }
    }

    /// The day of a decision that is listed; empty for another.
    pub fn decision_day(&self, id: DecisionId) -> String {
        self.decisions.iter().find(|row| row.id == id).map(|row| row.on.clone()).unwrap_or_default()
    }

    fn modes(&self) -> [(&'static str, &'static str); 3] {
        Mode::ALL.map(|mode| (mode.as_str(), mode.label()))
    }

    fn objectives(&self) -> [(&'static str, &'static str); 2] {
        [("results", "as many results as possible"), ("value", "as much value as possible")]
    }
}

fn empty(shape: Shape) -> &'static str {
    match shape {
        Shape::Apart => "",
        Shape::Shared => {
            "This campaign has one ad set over all its placements, and Meta divides its budget: there is no split to learn."
        }
        Shape::Guided => {
            "This campaign has one budget that Meta divides between your floors and ceilings: there are no amounts to learn."
        }
        Shape::Lifetime => "Its budgets are for the whole flight. Learned amounts move from day to day and need a budget a day.",
        Shape::Unknown => "There is no valid campaign here with budgets of its own for several ad sets.",
    }
}

fn gained(gain: Band, quantity: &Quantity, several: &str) -> String {
    let sign = if gain.mean >= 0.0 { "+" } else { "" };
    format!("{sign}{} {several} a day, in four cases of five {}", quantity.show(gain.mean), quantity.between(gain.likely))
}

fn cost(of: Cost) -> (String, String) {
    let text = |money: Option<Money>| money.map_or_else(|| MISSING.to_owned(), |money| money.to_string());
    let high = of.high.map_or_else(|| "no end".to_owned(), |money| money.to_string());
    (text(of.mean), format!("{} to {high}", text(of.low)))
}

fn part_row(at: usize, part: &PartView, quantity: &Quantity, several: &str, found: &Found) -> PartRow {
    let money = |minor: i64| Money::new(minor, found.currency).to_string();
    let advice = &part.advice;
    let moves = advice.current != advice.proposed;
    let ((average, average_band), (marginal, marginal_band)) = (cost(part.average), cost(part.marginal));
    let words = |amount: i64, band: &Band| {
        format!(
            "{} {} a day: {} {several}\n80 %: {}",
            money(amount),
            found.currency,
            quantity.show(band.mean),
            quantity.between(band.likely)
        )
    };
    let points: Vec<CurvePoint> = advice
        .curve
        .iter()
        .map(|point| CurvePoint {
            amount: point.amount as f64,
            low: point.brings.likely.0,
            mean: point.brings.mean,
            high: point.brings.likely.1,
            words: words(point.amount, &point.brings),
        })
        .collect();
    let label = part.key.label();
    let labels = Labels {
        id: format!("curve-{at}"),
        title: format!("What {label} brings a day at each amount, with the band in which it lies with 80 % probability"),
        height: several,
        brings: &|value| quantity.show(value).trim_end_matches(".0").to_owned(),
        amount: &|minor| Money::new(minor as i64, found.currency).to_string().trim_end_matches(".00").to_owned(),
    };
    let mark = |amount: i64, band: &Band| Mark { amount: amount as f64, brings: band.mean };
    let then = moves.then(|| mark(advice.proposed, &advice.then));
    // Every third point says as much in a table.
    let rows = advice.curve.iter().step_by(3);
    PartRow {
        label,
        now: money(advice.current),
        now_share: percent(part.shares.0),
        then: money(advice.proposed),
        then_share: percent(part.shares.1),
        moves,
        average,
        average_band,
        marginal,
        marginal_band,
        brings: quantity.show(advice.now.mean),
        brings_band: quantity.between(advice.now.likely),
        brings_then: quantity.show(advice.then.mean),
        weekly: part.weekly.sentence(several),
        stop: part.stop.clone().unwrap_or_else(|| MISSING.to_owned()),
        sentence: part.sentence.clone(),
        points: rows
            .map(|point| {
                let band = &point.brings;
                [money(point.amount), quantity.show(band.mean), quantity.between(band.likely), quantity.between(band.nearly_sure)]
            })
            .collect(),
        curve: curve(&labels, part.key.network(), &points, mark(advice.current, &advice.now), then),
    }
}

fn wish_row(part: &PartView, wish: &Wish, currency: Currency) -> WishRow {
    let typed = |list: &[(AdSetKey, String)]| {
        list.iter().find(|(key, _)| *key == part.key).map(|(_, text)| text.clone()).unwrap_or_default()
    };
    WishRow {
        fields: ["share", "floor", "ceiling"].map(|side| format!("{side}.{}", part.key.as_str())),
        label: part.key.label(),
        share: typed(&wish.shares),
        share_now: Money::new(part.advice.current, currency).plain(),
        floor: typed(&wish.floors),
        ceiling: typed(&wish.ceilings),
    }
}

fn score(found: &Found) -> Option<ScoreView> {
    let said = &found.score.said;
    if said.is_empty() {
        return None;
    }
    let share = |n: usize| format!("{} %", (n * 100 + said.len() / 2) / said.len());
    let (likely, nearly_sure) = (found.score.in_likely(), found.score.in_nearly_sure());
    let row = |said: &crate::service::split::Said| {
        let between = format!("{} to {}", said.likely.0, said.likely.1);
        (full_day(said.on), said.key.label(), between, said.came.to_string(), said.is_likely())
    };
    Some(ScoreView {
        days: said.len(),
        likely,
        likely_share: share(likely),
        nearly_sure,
        nearly_sure_share: share(nearly_sure),
        rows: said.iter().take(SCORED).map(row).collect(),
    })
}

fn decision_row(of: &Decision) -> DecisionRow {
    let (state, class) = match of.state.as_str() {
        "waiting" => ("waits for a person", "wait"),
        "applied" => ("taken over", "live"),
        "refused" => ("refused", "off"),
        "superseded" => ("superseded", "off"),
        _ => ("nothing moved", "off"),
    };
    let amounts = of.amounts.iter().map(|(key, from, to)| {
        if from == to { format!("{} {from}", key.label()) } else { format!("{} {from} → {to}", key.label()) }
    });
    DecisionRow {
        id: of.id,
        on: full_day(of.on),
        state,
        class,
        is_waiting: of.state == "waiting",
        reason: of.reason.clone(),
        amounts: amounts.collect::<Vec<_>>().join(", "),
        chance: of.chance_bp.map_or_else(|| MISSING.to_owned(), chance),
    }
}
