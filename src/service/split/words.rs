//! What a decision says, in sentences: one an ad set, one for the whole, one for why it rests.

use chrono::NaiveDate;

use crate::allocation::advice::{AdSetAdvice, Advice, Limit};
use crate::allocation::cadence::{Hold, LEAST_CHANCE_BP, LEAST_MOVE_BP, Pin};
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::split::{percent, share_of};

/// What sentences are about: the ad sets' names, the currency, one result and several.
#[derive(Debug, Clone)]
pub(super) struct Words<'a> {
    pub names: Vec<&'a str>,
    pub currency: Currency,
    pub noun: (&'a str, &'a str),
    /// Whether value is the objective: then a "cost per result" is the cost of one unit of value.
    pub of_value: bool,
}

/// `4 Dec`.
fn day(on: NaiveDate) -> String {
    on.format("%-d %b").to_string()
}

/// A chance in basis points as people read it: `91 %`, never more than it is, never certain.
pub fn chance(bp: i64) -> String {
    match bp {
        ..100 => "under 1 %".to_owned(),
        9_901.. => "over 99 %".to_owned(),
        bp => format!("{} %", bp / 100),
    }
}

/// Why the amounts rest, and the way out where there is one.
pub(super) fn hold(why: &Hold) -> String {
    match why {
        Hold::Stopped => "Everything is stopped; nothing moves until it is resumed.".to_owned(),
        Hold::Frozen(until) => format!("You set these days as days of rest, up to and with {}.", day(*until)),
        Hold::OutsideEdit => "Somebody changed the campaign outside Tandem; nothing moves until a person has looked.".to_owned(),
        Hold::Unsettled => {
            "What is wanted of the campaign is not yet what runs; its plan has to be approved or carried out first.".to_owned()
        }
        Hold::TooOften(changes) => {
            format!("Its budgets were changed {changes} times within the hour, and Meta takes no more than four.")
        }
        Hold::NoFigures => "There is no whole day of figures yet.".to_owned(),
        Hold::Pinned => "Too few of its ad sets may move now: each is learning or was moved less than three days ago.".to_owned(),
        Hold::Small => format!("No amount would change by {} % or more, which is not worth the unrest.", percent(LEAST_MOVE_BP)),
        Hold::Unsure(bp) => {
            format!("The move helps with a chance of {}, and below {} nothing moves.", chance(*bp), chance(LEAST_CHANCE_BP))
        }
    }
}

impl Words<'_> {
    fn money(&self, minor: i64) -> String {
        Money::new(minor, self.currency).to_string()
    }

    /// What one result costs at so many a minor unit; `None` where nothing comes of it.
    pub fn cost(&self, rate: f64) -> Option<Money> {
        let minor = (1.0 / rate).round();
        (rate > 0.0 && minor < 1e15).then(|| Money::new(minor as i64, self.currency))
    }

    fn one_more(&self) -> String {
        if self.of_value { "one unit of value more".to_owned() } else { format!("one {} more", self.noun.0) }
    }

    /// What is said of an ad set.
    pub fn ad_set(&self, advice: &Advice, at: usize) -> String {
        let Some(of) = advice.ad_sets.get(at) else { return String::new() };
        let now = format!("{} {} a day", self.money(of.current), self.currency);
        match of.limit {
            Some(Limit::Pinned(Pin::Learning)) => return format!("Kept at {now}: it is still in Meta’s learning phase."),
            Some(Limit::Pinned(Pin::Moved(until))) => {
                return format!("Kept at {now}: its amount changed lately, and it may move again on {}.", day(until));
            }
            _ => {}
        }
        if of.proposed == of.current {
            let why = if advice.undecided {
                "the figures do not tell it apart from the others yet"
            } else {
                "what it would gain elsewhere, it would lose here"
            };
            return format!("Stays at {now}: {why}.");
        }
        let here = self.cost(of.marginal.mean);
        let others = self.others(advice, at);
        let compared = match (here, others) {
            (Some(here), Some(others)) => {
                format!("{} costs about {here} here and about {others} in the rest", self.one_more())
            }
            (Some(here), None) => format!("{} costs about {here} here", self.one_more()),
            (None, _) => "more money brings nothing here".to_owned(),
        };
        let stop = self.stop(of).map(|stop| format!(" It stops at {stop}.")).unwrap_or_default();
        format!("From {} to {} {} a day: {compared}.{stop}", self.money(of.current), self.money(of.proposed), self.currency)
    }

    /// What one more costs in the other ad sets, where it costs least or most against this one's direction.
    fn others(&self, advice: &Advice, at: usize) -> Option<Money> {
        let own = advice.ad_sets.get(at)?;
        let others = advice.ad_sets.iter().enumerate().filter(|(other, _)| *other != at);
        // Money comes from, or goes to, those that move the other way.
        let against = others.filter(|(_, of)| (of.proposed - of.current).signum() == -(own.proposed - own.current).signum());
        let rates: Vec<f64> = against.map(|(_, of)| of.marginal.mean).collect();
        let mean = rates.iter().sum::<f64>() / rates.len().max(1) as f64;
        self.cost(mean)
    }

    /// What keeps an amount from going further: `your ceiling of 60 %`.
    pub fn stop(&self, of: &AdSetAdvice) -> Option<String> {
        let share = |minor: i64, total: i64| percent(share_of(minor, total));
        let total = of.total;
        Some(match of.limit? {
            Limit::Floor => format!("your floor of {} %", share(of.proposed, total)),
            Limit::Ceiling => format!("your ceiling of {} %", share(of.proposed, total)),
            Limit::Step => format!("the largest step of {} %", percent(of.step_bp)),
            Limit::Pinned(Pin::Learning) => "Meta’s learning phase".to_owned(),
            Limit::Pinned(Pin::Moved(until)) => format!("its last move, until {}", day(until)),
        })
    }

    /// The gap between average and marginal, where it turns the order round: what makes people override good splits.
    pub fn breakdown_effect(&self, advice: &Advice) -> Option<String> {
        let all: Vec<(usize, &AdSetAdvice)> = advice.ad_sets.iter().enumerate().collect();
        let turned = all.iter().flat_map(|a| all.iter().map(move |b| (a, b))).find(|((_, a), (_, b))| {
            // Worth a word where both differences are more than a rounding.
            a.average.mean > b.average.mean * 1.03 && a.marginal.mean * 1.03 < b.marginal.mean
        });
        let ((cheap, a), (dear, b)) = turned?;
        let (name_a, name_b) = (self.names.get(*cheap)?, self.names.get(*dear)?);
        let (average_a, average_b) = (self.cost(a.average.mean)?, self.cost(b.average.mean)?);
        let next_b = self.cost(b.marginal.mean)?;
        let next_a = self.cost(a.marginal.mean).map_or_else(|| "far more".to_owned(), |money| money.to_string());
        let one = if self.of_value { "unit of value" } else { self.noun.0 };
        Some(format!(
            "On average one {one} costs less in {name_a} ({average_a}) than in {name_b} ({average_b}), but the next one costs more \
             ({next_a} against {next_b}): its cheapest are bought already. Money goes by the next one, so a good split can look \
             wrong by averages; Meta calls this the breakdown effect."
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_never_certain() {
        assert_eq!([chance(0), chance(7_999), chance(8_000), chance(9_950)], ["under 1 %", "79 %", "80 %", "over 99 %"]);
    }

    #[test]
    fn each_reason_to_rest_is_a_sentence() {
        for why in
            [Hold::Stopped, Hold::OutsideEdit, Hold::Unsettled, Hold::NoFigures, Hold::Pinned, Hold::Small, Hold::Unsure(7_000)]
        {
            assert!(hold(&why).ends_with('.'), "{why:?}");
        }
    }
}
