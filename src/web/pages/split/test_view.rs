//! The page of a simulation of two arms as its template reads it.

use askama::Template;

use crate::domain::currency::Currency;
use crate::domain::id::{CampaignId, PlanId};
use crate::domain::invalid::Invalid;
use crate::domain::money::Spend;
use crate::service::split::{
    Arm, ArmView, Comparison, Day, DayState, Figures, NOTE, Offer, Offered, StartForm, State, Test, TestPage, chance,
};
use crate::web::charts::{Line, LineDay, Lines, Shape, lines};
use crate::web::format::{MISSING, about, day as short_day, full_day};
use crate::web::pages::layout::Page;

/// How the two arms are drawn.
const LINES: [Line; 2] = [Line { name: "learned", class: "one" }, Line { name: "shared", class: "two" }];

/// The card that offers a test.
pub(super) struct StartCard {
    /// Whether one can be started now.
    pub is_possible: bool,
    /// Whether there is one to see.
    pub has_test: bool,
    /// Why none can be started; empty where one can, or where there is nothing to say.
    pub why: String,
    /// The length as typed.
    pub days: String,
    /// What is wrong with it.
    pub problems: Invalid,
}

impl StartCard {
    /// Nothing to offer.
    pub fn none() -> Self {
        Self::of(Offered { offer: Offer::Nowhere, has_test: false })
    }

    /// What is offered.
    pub fn of(offered: Offered) -> Self {
        let (is_possible, why) = match offered.offer {
            Offer::Possible => (true, String::new()),
            Offer::Refused(why) => (false, why.words),
            Offer::Runs | Offer::Nowhere => (false, String::new()),
        };
        let days = StartForm::default().days;
        Self { is_possible, has_test: offered.has_test, why, days, problems: Invalid::default() }
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        !self.is_possible && !self.has_test && self.why.is_empty()
    }
}

#[derive(Template)]
#[template(path = "split/test.html")]
pub(super) struct TestView {
    page: Page,
    id: CampaignId,
    name: String,
    currency: Currency,
    one: String,
    several: String,
    /// The same at the head of a column.
    heading: String,
    note: &'static str,
    test: Option<Shown>,
    pub start: StartCard,
    /// What is said where there is no test and none can be started.
    nothing: &'static str,
}

struct Shown {
    badge: (&'static str, &'static str),
    sentence: String,
    arms: Vec<ArmRow>,
    remarks: Vec<String>,
    moves: String,
    counted: usize,
    left_out: String,
    has_value: bool,
    verdict: Option<Verdict>,
    chart: Option<[Lines; 2]>,
    days: Vec<DayRow>,
    can_end: bool,
    is_over: bool,
    /// Once ended: the arm that was kept, and the plan that puts the other away.
    ended: Option<(CampaignId, Option<PlanId>)>,
}

struct ArmRow {
    label: &'static str,
    campaign: CampaignId,
    name: String,
    budget: String,
    waits: bool,
    remark: Option<String>,
    spent: String,
    results: String,
    cost: String,
    between: String,
    value: String,
}

struct Verdict {
    /// `12 % more`.
    more: String,
    between: String,
    chance: String,
    undecided: bool,
    per_money: String,
}

struct DayRow {
    on: String,
    state: &'static str,
    arms: [[String; 3]; 2],
}

impl TestView {
    pub fn new(page: Page, found: TestPage) -> Self {
        let has_test = found.test.is_some();
        let nothing = match found.offer {
            Offer::Nowhere => "Two arms are compared in the sandbox only, with a campaign that is published there.",
            _ => "",
        };
        Self {
            test: found.test.as_ref().map(|test| shown(test, &found)),
            // The page itself is what the link would lead to.
            start: StartCard { has_test: false, ..StartCard::of(Offered { offer: found.offer, has_test }) },
            nothing,
            note: NOTE,
            id: found.campaign,
            name: found.name,
            currency: found.currency,
            heading: heading(&found.noun.1),
            one: found.noun.0,
            several: found.noun.1,
            page,
        }
    }
}

/// A word with a capital.
fn heading(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn shown(test: &Test, found: &TestPage) -> Shown {
    let of = |state: DayState| test.daily.iter().filter(|day| day.state == state).count();
    let (young, apart) = (of(DayState::Young), of(DayState::Apart));
    let counted = of(DayState::Counted);
    let has_value = test.arms.iter().any(|arm| arm.figures.value_micros.is_some());
    let is_open = !matches!(test.state, State::Ended(_));
    Shown {
        badge: badge(test.state),
        sentence: sentence(test),
        arms: test.arms.iter().map(|arm| arm_row(arm, counted, found.currency)).collect(),
        remarks: test.remarks.clone(),
        moves: moves(test),
        counted,
        left_out: left_out(young, apart, test.window_days),
        has_value,
        verdict: test.comparison.map(|said| verdict(&said, test, found)),
        chart: (counted > 0).then(|| chart(&test.daily, found)),
        days: test.daily.iter().map(|day| day_row(day, found.currency)).collect(),
        can_end: is_open,
        is_over: test.state == State::Over,
        ended: match test.state {
            State::Ended(kept) => {
                let kept = test.arms.iter().find(|arm| arm.arm == kept);
                kept.map(|arm| (arm.campaign, test.ending_plan))
            }
            _ => None,
        },
    }
}

fn badge(state: State) -> (&'static str, &'static str) {
    match state {
        State::Waiting => ("wait", "waits for approval"),
        State::Starting => ("wait", "starting"),
        State::Running { .. } => ("live", "running"),
        State::Over => ("off", "over"),
        State::Ended(_) => ("off", "ended"),
    }
}

fn sentence(test: &Test) -> String {
    let complete = test.complete_on.map(full_day).unwrap_or_default();
    match (test.state, test.span) {
        (State::Waiting, _) => format!(
            "It is to last {} days, and waits: nothing is sent before the plan of each arm is approved and carried out.",
            test.days
        ),
        (State::Starting, Some((since, until))) => {
            format!("Both arms run as planned. It counts from {} to {}.", full_day(since), full_day(until))
        }
        (State::Running { day }, Some((_, until))) => {
            format!("Day {day} of {}; the last one is {}.", test.days, full_day(until))
        }
        (State::Over, Some((since, until))) => format!(
            "Over: {} to {}. No further day counts; the results of its last day are complete on {complete}.",
            full_day(since),
            full_day(until)
        ),
        (State::Ended(kept), span) => {
            let days = span.map_or_else(
                || "before a day of it counted".to_owned(),
                |(since, until)| {
                    format!("after the days from {} to {}, complete on {complete}", full_day(since), full_day(until))
                },
            );
            let kept = if kept == Arm::Learned { "The learned arm was kept" } else { "The campaign changes to shared" };
            format!("Ended {days}. {kept}.")
        }
        _ => "Both arms run as planned. It counts from the first whole day after the next sync.".to_owned(),
    }
}

fn moves(test: &Test) -> String {
    match (test.span, test.moves) {
        (None, _) => String::new(),
        (Some(_), 0) => {
            "No learned move was carried out in its days so far: a proposal waits for a person, unless the campaign lets \
            them apply by themselves."
                .to_owned()
        }
        (Some(_), 1) => "One learned move was carried out in its days.".to_owned(),
        (Some(_), n) => format!("{n} learned moves were carried out in its days."),
    }
}

fn left_out(young: usize, apart: usize, window_days: u32) -> String {
    let days = |n: usize| if n == 1 { "1 day".to_owned() } else { format!("{n} days") };
    let mut said = Vec::new();
    if young > 0 {
        let window = if window_days == 1 { "a day".to_owned() } else { format!("{window_days} days") };
        said.push(format!("{} whose results still come in (they do for {window})", days(young)));
    }
    if apart > 0 {
        said.push(format!("{} on which not both arms spent", days(apart)));
    }
    match said.is_empty() {
        true => "No day is left out.".to_owned(),
        false => format!("Left out: {}. Nothing is estimated in their place.", said.join(", and ")),
    }
}

fn money(micros: i64, currency: Currency) -> String {
    Spend::new(micros, currency).to_string()
}

fn arm_row(arm: &ArmView, counted: usize, currency: Currency) -> ArmRow {
    let figures = arm.figures;
    let known = |text: String| if counted > 0 { text } else { MISSING.to_owned() };
    let between = figures.cost_between(currency).filter(|_| counted > 0);
    ArmRow {
        label: LINES[usize::from(arm.arm == Arm::Shared)].name,
        campaign: arm.campaign,
        name: arm.name.clone(),
        budget: arm.budget.map_or_else(|| MISSING.to_owned(), |money| money.to_string()),
        waits: arm.waits,
        remark: arm.remark.clone(),
        spent: known(money(figures.spend_micros, currency)),
        results: known(figures.results.to_string()),
        cost: figures.cost(currency).map_or_else(|| MISSING.to_owned(), |cost| cost.to_string()),
        between: between.map_or_else(String::new, |(low, high)| match high {
            Some(high) => format!("{low} to {high}"),
            None => format!("at least {low}"),
        }),
        value: figures.value_micros.map_or_else(|| MISSING.to_owned(), |micros| money(micros, currency)),
    }
}

fn verdict(said: &Comparison, test: &Test, found: &TestPage) -> Verdict {
    let several = &found.noun.1;
    let share = |value: f64| {
        let percent = (value.abs() * 100.0).round();
        let word = if value < 0.0 { "fewer" } else { "more" };
        if percent == 0.0 { "as many".to_owned() } else { format!("{percent:.0} % {word}") }
    };
    let per_hundred = |figures: Figures| {
        let spent = figures.spend_micros.max(1) as f64 / 1e6;
        figures.results as f64 / spent * 100.0
    };
    let [learned, shared] = [0, 1].map(|arm| per_hundred(test.arms[arm].figures));
    Verdict {
        more: share(said.more),
        between: format!("{} to {}", share(said.between.0), share(said.between.1)),
        chance: chance(said.chance_bp),
        undecided: said.is_undecided(),
        per_money: format!("{learned:.2} against {shared:.2} {several} for 100 {}", found.currency),
    }
}

fn chart(daily: &[Day], found: &TestPage) -> [Lines; 2] {
    let currency = found.currency;
    let cost = |figures: Option<Figures>| figures.and_then(|figures| figures.cost(currency));
    let words = |day: &Day| {
        let line = |(line, figures): (&Line, Option<Figures>)| match (figures, cost(figures)) {
            (Some(of), Some(cost)) => format!("\n{}: {cost} ({} {})", line.name, of.results, found.noun.1),
            (Some(_), None) => format!("\n{}: no result", line.name),
            (None, _) => format!("\n{}: nothing reported", line.name),
        };
        let arms: String = LINES.iter().zip(day.arms).map(line).collect();
        let state = if day.state == DayState::Counted { String::new() } else { format!(" ({})", day.state.as_str()) };
        format!("{}{state}{arms}", full_day(day.on))
    };
    let days: Vec<LineDay> = daily
        .iter()
        .map(|day| LineDay {
            label: short_day(day.on),
            words: words(day),
            values: day
                .arms
                .iter()
                .map(|figures| {
                    let cost = cost(*figures).filter(|_| day.state == DayState::Counted);
                    cost.map(|cost| cost.micros as f64 / 1e6)
                })
                .collect(),
        })
        .collect();
    let title = format!("Cost of a {} by day in both arms", found.noun.0);
    let height = format!("{currency} a {}", found.noun.0);
    let axis = |value: f64| about(value, currency).trim_end_matches(".00").to_owned();
    [Shape::Desk, Shape::Phone].map(|shape| lines((&title, &height), &LINES, &days, shape, axis))
}

fn day_row(day: &Day, currency: Currency) -> DayRow {
    let arm = |figures: Option<Figures>| {
        let missing = || MISSING.to_owned();
        [
            figures.map_or_else(missing, |figures| money(figures.spend_micros, currency)),
            figures.map_or_else(missing, |figures| figures.results.to_string()),
            figures.and_then(|figures| figures.cost(currency)).map_or_else(missing, |cost| cost.to_string()),
        ]
    };
    DayRow { on: full_day(day.on), state: day.state.as_str(), arms: day.arms.map(arm) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_said() {
        assert_eq!(left_out(0, 0, 7), "No day is left out.");
        let said = left_out(7, 1, 7);
        assert!(said.contains("7 days whose results still come in (they do for 7 days), and 1 day on which not both"), "{said}");
    }
}
