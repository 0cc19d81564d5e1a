//! Which days of two arms count, what came of them, and what they say: exact posteriors, never more than the figures allow.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::domain::currency::Currency;
use crate::domain::id::CampaignId;
use crate::domain::money::Spend;
use crate::stats::{Interval, Rate, Share};
use crate::store::split_tests::{Brought, Spent};

/// What is added to the results seen: Jeffreys' prior for a rate of events, worth half a result and no money. Source: Gelman et al.,
/// "Bayesian Data Analysis", 3rd ed., section 2.8.
const PRIOR_RESULTS: f64 = 0.5;
/// The probability with which intervals hold.
const SURE: f64 = 0.95;

/// What an arm spent and brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Micros.
    pub spend_micros: i64,
    /// Results of the kind that the campaign counts.
    pub results: u64,
    /// Micros; `None` where no value was reported.
    pub value_micros: Option<i64>,
}

/// Whether a day counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayState {
    /// It does.
    Counted,
    /// Its results are still coming in.
    Young,
    /// Not both arms spent, so that it compares nothing.
    Apart,
}

impl DayState {
    /// The word in twins.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Young => "still coming in",
            Self::Apart => "not both spent",
        }
    }
}

/// One day of both arms, learned first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The day, in the ad account's zone.
    pub on: NaiveDate,
    /// Whether it counts.
    pub state: DayState,
    /// What each arm did; `None` where nothing was reported.
    pub arms: [Option<Figures>; 2],
}

/// Results per money of the learned arm against the shared one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// By how much more results come of the same money: 0.1 is a tenth more, −0.1 a tenth fewer. The median.
    pub more: f64,
    /// Between which it lies with 95 % probability.
    pub between: (f64, f64),
    /// The chance that the learned arm is ahead, basis points.
    pub chance_bp: i64,
}

impl Figures {
    /// Both together.
    fn plus(self, other: Self) -> Self {
        let value = match (self.value_micros, other.value_micros) {
            (None, None) => None,
            (one, two) => Some(one.unwrap_or(0).saturating_add(two.unwrap_or(0))),
        };
        Self {
            spend_micros: self.spend_micros.saturating_add(other.spend_micros),
            results: self.results.saturating_add(other.results),
            value_micros: value,
        }
    }

    /// What a result cost; `None` without results.
    pub fn cost(self, currency: Currency) -> Option<Spend> {
        let results = i64::try_from(self.results).ok().filter(|results| *results > 0)?;
        Some(Spend::new(self.spend_micros.saturating_add(results / 2) / results, currency))
    }

    /// Between which the true cost lies with 95 % probability, if results come independently; the upper end is `None` without
    /// results, which bound nothing.
    pub fn cost_between(self, currency: Currency) -> Option<(Spend, Option<Spend>)> {
        if self.spend_micros <= 0 {
            return None;
        }
        let Interval { low, high } = self.rate().interval(SURE);
        let cost = |rate: f64| {
            let micros = (1.0 / rate).round();
            (rate > 0.0 && micros < 9e18).then(|| Spend::new(micros as i64, currency))
        };
        Some((cost(high)?, cost(low).filter(|_| self.results > 0)))
    }

    /// Results a micro of money.
    fn rate(self) -> Rate {
        Rate { shape: self.results as f64 + PRIOR_RESULTS, exposure: self.spend_micros as f64 }
    }
}

impl Comparison {
    /// What the sums of the days that count say; `None` before both arms spent and any result came.
    pub fn of(learned: Figures, shared: Figures) -> Option<Self> {
        if learned.spend_micros <= 0 || shared.spend_micros <= 0 || learned.results + shared.results == 0 {
            return None;
        }
        let (one, two) = (learned.rate(), shared.rate());
        // Of two Gamma variables with the same scale the first's share of their sum is Beta, so their ratio has exact quantiles.
        let share = Share { hits: one.shape, misses: two.shape };
        let more = |p: f64| {
            let of_sum = share.quantile(p);
            of_sum / (1.0 - of_sum) * two.exposure / one.exposure - 1.0
        };
        let tail = (1.0 - SURE) / 2.0;
        Some(Self {
            more: more(0.5),
            between: (more(tail), more(1.0 - tail)),
            chance_bp: (one.chance_above(two) * 10_000.0).round() as i64,
        })
    }

    /// Whether the interval holds "no difference".
    pub fn is_undecided(&self) -> bool {
        self.between.0 <= 0.0 && self.between.1 >= 0.0
    }
}

/// From which day to which, and when a day's results are complete.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub since: NaiveDate,
    pub until: NaiveDate,
    /// Days for which results come in after the day.
    pub window_days: u32,
    pub today: NaiveDate,
}

impl Span {
    /// The first day on which the figures of the last one are complete.
    pub fn complete_on(&self) -> NaiveDate {
        self.until.checked_add_days(Days::new(u64::from(self.window_days) + 1)).unwrap_or(self.until)
    }
}

/// The whole days of a test so far, oldest first.
pub(super) fn days(span: &Span, arms: [CampaignId; 2], spent: &[Spent], brought: &[Brought], counted: Option<&str>) -> Vec<Day> {
    let mut figures: BTreeMap<(i64, NaiveDate), Figures> = BTreeMap::new();
    for row in spent {
        figures.entry((row.campaign_id, row.on_day)).or_default().spend_micros += row.spend_micros;
    }
    for row in brought.iter().filter(|row| Some(row.attribution.as_str()) == counted) {
        let of = figures.entry((row.campaign_id, row.on_day)).or_default();
        let results = row.results.and_then(|results| u64::try_from(results).ok()).unwrap_or(0);
        *of = of.plus(Figures { spend_micros: 0, results, value_micros: row.value_micros });
    }
    let day = |on: NaiveDate| {
        let arms = arms.map(|arm| figures.get(&(arm.0, on)).copied());
        let is_young = on.checked_add_days(Days::new(u64::from(span.window_days))).is_none_or(|last| last >= span.today);
        let state = if is_young {
            DayState::Young
        } else if arms.iter().all(|arm| arm.is_some_and(|figures| figures.spend_micros > 0)) {
            DayState::Counted
        } else {
            DayState::Apart
        };
        Day { on, state, arms }
    };
    span.since.iter_days().take_while(|on| *on <= span.until && *on < span.today).map(day).collect()
}

/// What each arm did on the days that count.
pub(super) fn sums(days: &[Day]) -> [Figures; 2] {
    [0, 1].map(|arm| {
        let counted = days.iter().filter(|day| day.state == DayState::Counted);
        counted.filter_map(|day| day.arms[arm]).fold(Figures::default(), Figures::plus)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn figures(spend: i64, results: u64) -> Figures {
        Figures { spend_micros: spend * 1_000_000, results, value_micros: None }
    }

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn equal_arms_are_undecided_and_even() {
        let said = Comparison::of(figures(500, 40), figures(500, 40)).unwrap();
        assert!(said.more.abs() < 1e-6 && said.is_undecided(), "{said:?}");
        assert_eq!(said.chance_bp, 5_000);
        assert!(Comparison::of(figures(500, 0), figures(500, 0)).is_none());
        assert!(Comparison::of(figures(0, 0), figures(500, 9)).is_none());
    }

    #[test]
    fn twice_the_results_for_half_the_money_are_told_as_four_times_as_many() {
        let said = Comparison::of(figures(500, 800), figures(1_000, 400)).unwrap();
        assert!((said.more - 3.0).abs() < 0.02, "{said:?}");
        assert!(!said.is_undecided() && said.between.0 > 2.5 && said.between.1 < 3.6, "{said:?}");
        assert_eq!(said.chance_bp, 10_000);
        let turned = Comparison::of(figures(1_000, 400), figures(500, 800)).unwrap();
        assert!(turned.between.1 < -0.7 && turned.chance_bp == 0, "{turned:?}");
    }

    #[test]
    fn the_interval_and_the_chance_say_the_same() {
        // Where the interval's end touches "no difference", the chance is that of its tail.
        let edge = (40..120).find(|results| Comparison::of(figures(100, *results), figures(100, 40)).unwrap().between.0 > 0.0);
        let said = Comparison::of(figures(100, edge.unwrap()), figures(100, 40)).unwrap();
        assert!((9_750..9_800).contains(&said.chance_bp), "{said:?}");
    }

    #[test]
    fn a_cost_without_results_has_no_upper_end() {
        let (low, high) = figures(100, 0).cost_between(Currency::EUR).unwrap();
        assert!(low.micros > 20_000_000 && high.is_none(), "{low:?}");
        let (low, high) = figures(100, 10).cost_between(Currency::EUR).unwrap();
        assert!(low.micros < 10_000_000 && high.unwrap().micros > 10_000_000);
        assert_eq!(figures(100, 8).cost(Currency::EUR).unwrap().micros, 12_500_000);
        assert!(Figures::default().cost_between(Currency::EUR).is_none() && figures(100, 0).cost(Currency::EUR).is_none());
    }

    #[test]
    fn young_days_and_days_of_one_arm_alone_do_not_count() {
        let arms = [CampaignId(1), CampaignId(2)];
        let span = Span { since: on("2026-12-01"), until: on("2026-12-28"), window_days: 1, today: on("2026-12-05") };
        let spent = |campaign_id, day: &str| Spent { campaign_id, on_day: on(day), spend_micros: 1_000_000 };
        let spents = [
            spent(1, "2026-12-01"),
            spent(2, "2026-12-01"),
            spent(1, "2026-12-02"),
            spent(1, "2026-12-03"),
            spent(2, "2026-12-03"),
            spent(1, "2026-12-04"),
            spent(2, "2026-12-04"),
        ];
        let brought = |attribution: &str, results| Brought {
            campaign_id: 1,
            on_day: on("2026-12-03"),
            attribution: attribution.into(),
            results: Some(results),
            value_micros: Some(5_000_000),
        };
        let days = days(&span, arms, &spents, &[brought("1d_click", 2), brought("7d_click", 9)], Some("1d_click"));
        let states: Vec<DayState> = days.iter().map(|day| day.state).collect();
        assert_eq!(states, [DayState::Counted, DayState::Apart, DayState::Counted, DayState::Young]);
        let [learned, shared] = sums(&days);
        assert_eq!((learned.spend_micros, learned.results, learned.value_micros), (2_000_000, 2, Some(5_000_000)));
        assert_eq!((shared.spend_micros, shared.results, shared.value_micros), (2_000_000, 0, None));
        assert_eq!(span.complete_on(), on("2026-12-30"));
    }
}
