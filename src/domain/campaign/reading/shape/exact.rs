//! A budget for each ad set, kept exactly: even, in percent, in money or learned from results, inside floors and ceilings.

use super::{Given, Reader};
use crate::domain::campaign::learned::{LEARNED, weight_of};
use crate::domain::campaign::{AdSetKey, Budget, Pace, Side};
use crate::domain::dictionary::{self, Sentence};
use crate::domain::money::{Money, parse_decimal};
use crate::domain::schedule::Schedule;
use crate::domain::split::{self, Amounts, Bounds, WHOLE};

/// The floor and the ceiling of one part as typed: basis points, or minor units where amounts are money.
pub(super) type Typed = (Option<i64>, Option<i64>);

impl Reader<'_> {
    /// The exact amount of each part. Amounts come back even where a bound or the minimum is broken: the page shows them beside
    /// the problem.
    pub(super) fn exact(&mut self, parts: &[AdSetKey], budget: Budget, schedule: Option<&Schedule>) -> Option<Vec<Money>> {
        let given = match self.form.amounts.trim() {
            "percent" => Given::Percent,
            "money" => Given::Money,
            "even" => Given::Even,
            LEARNED => Given::Learned,
            _ => {
                self.invalid.add("amounts", dictionary::amounts_missing());
                return None;
            }
        };
        if given == Given::Learned && budget.pace == Pace::Lifetime {
            self.invalid.add("amounts", dictionary::learned_needs_daily());
            return None;
        }
        let total = budget.amount.minor;
        let shares = match given {
            Given::Even => None,
            Given::Learned => self.weights(parts)?,
            Given::Percent | Given::Money => Some(self.shares(parts, given, total)?),
        };
        let typed = self.typed_bounds(parts, given)?;
        let bounds: Vec<Bounds> = typed.iter().map(|bound| bounds_of(given, total, *bound)).collect();
        let amounts = match (given, shares) {
            (Given::Percent, Some(shares)) => Amounts::Percent(shares),
            (Given::Money, Some(shares)) => Amounts::Fixed(shares),
            (Given::Learned, Some(weights)) => Amounts::InProportion(weights),
            _ => Amounts::Even(parts.len()),
        };
        let divided = split::split(total, &amounts, &bounds).and_then(|made| match &amounts {
            // The person's own figures contradict each other: say so, and show what they typed rather than move it.
            Amounts::Percent(shares) if made.iter().any(|part| part.held.is_some()) => {
                self.held(parts, shares, &typed, &made);
                split::split(total, &amounts, &vec![Bounds::NONE; parts.len()])
            }
            _ => Ok(made),
        });
        let made = match divided {
            Ok(made) => made,
            Err(refused) => {
                self.refuse(parts, given, budget, &refused);
                return None;
            }
        };
        if let Some(minimum) = self.minimum(budget.pace, schedule)
            && let Err(refused) = split::at_least(minimum.minor, total, &made)
        {
            self.refuse(parts, given, budget, &refused);
        }
        Some(made.iter().map(|part| Money::new(part.amount, budget.amount.currency)).collect())
    }

    /// The shares as typed; a single empty one is the rest.
    fn shares(&mut self, parts: &[AdSetKey], given: Given, total: i64) -> Option<Vec<i64>> {
        let whole = if given == Given::Percent { WHOLE } else { total };
        let mut shares = Vec::new();
        for part in parts {
            let text = self.form.amount(Side::Share, *part).trim();
            let share = if text.is_empty() { Some(None) } else { self.figure(given, &Side::Share.field(*part), text).map(Some) };
            shares.push(share);
        }
        let shares: Vec<Option<i64>> = shares.into_iter().collect::<Option<_>>()?;
        let given_sum = shares.iter().flatten().fold(0_i64, |sum, share| sum.saturating_add(*share));
        let named = |wanted: fn(&Option<i64>) -> bool| {
            let found = parts.iter().zip(&shares).filter(|(_, share)| wanted(share)).map(|(part, _)| *part);
            found.collect::<Vec<_>>()
        };
        match (named(Option::is_none).as_slice(), named(Option::is_some).last()) {
            ([], _) => Some(shares.into_iter().flatten().collect()),
            ([_], Some(last)) if given_sum > whole => {
                let one = shares.len() == 2;
                let subject = if one { "This is" } else { "Together these are" };
                self.wrong(&Side::Share.field(*last), dictionary::shares_above_budget(subject))
            }
            ([_], Some(_)) => Some(shares.into_iter().map(|share| share.unwrap_or(whole - given_sum)).collect()),
            ([first, ..], _) => {
                let what = if first.group().is_some() { "group" } else { "network" };
                self.wrong(&Side::Share.field(*first), dictionary::share_missing(what))
            }
        }
    }

    /// What learned amounts start from: figures of which only the proportions count, or nothing, which is even.
    fn weights(&mut self, parts: &[AdSetKey]) -> Option<Option<Vec<i64>>> {
        let form = self.form;
        let typed: Vec<(AdSetKey, &str)> = parts.iter().map(|part| (*part, form.amount(Side::Share, *part).trim())).collect();
        if typed.iter().all(|(_, text)| text.is_empty()) {
            return Some(None);
        }
        let mut weights = Vec::with_capacity(typed.len());
        for (part, text) in typed {
            let weight = match weight_of(text) {
                Some(weight) => Some(weight),
                None if text.is_empty() => self.wrong(&Side::Share.field(part), dictionary::learned_start_is_partial()),
                None => self.wrong(&Side::Share.field(part), dictionary::amount_unreadable(text)),
            };
            weights.push(weight);
        }
        weights.into_iter().collect::<Option<Vec<i64>>>().map(Some)
    }

    fn typed_bounds(&mut self, parts: &[AdSetKey], given: Given) -> Option<Vec<Typed>> {
        let form = self.form;
        let mut bounds = Vec::new();
        for part in parts {
            let mut read = |side: Side, text: &str| match text.trim() {
                "" => Some(None),
                text => self.figure(given, &side.field(*part), text).map(Some),
            };
            let floor = read(Side::Floor, form.amount(Side::Floor, *part));
            let ceiling = read(Side::Ceiling, form.amount(Side::Ceiling, *part));
            bounds.push(floor.zip(ceiling));
        }
        bounds.into_iter().collect()
    }

    /// A figure as typed: basis points, or minor units where amounts are money.
    pub(super) fn figure(&mut self, given: Given, field: &str, text: &str) -> Option<i64> {
        let value = match given {
            Given::Money => self.money(field, text)?.minor,
            Given::Percent | Given::Even | Given::Learned => match basis_points(text) {
                Ok(points) => points,
                Err(message) => return self.wrong(field, message),
            },
        };
        if value < 0 { self.wrong(field, dictionary::share_negative()) } else { Some(value) }
    }

    fn wrong<T>(&mut self, field: &str, message: Sentence) -> Option<T> {
        self.invalid.add(field, message);
        None
    }
}

fn bounds_of(given: Given, total: i64, (floor, ceiling): Typed) -> Bounds {
    match given {
        Given::Money => Bounds { floor: floor.unwrap_or(0), ceiling: ceiling.unwrap_or(i64::MAX) },
        Given::Percent | Given::Even | Given::Learned => Bounds::of_share(total, floor, ceiling),
    }
}

/// Percent with at most two decimals, as typed: `42`, `42.5`, `42,5 %`.
fn basis_points(text: &str) -> Result<i64, Sentence> {
    let bare = text.trim().trim_end_matches('%').trim();
    let value = parse_decimal(bare).ok_or_else(|| dictionary::percent_unreadable(text.trim()))?;
    let points = value * rust_decimal::Decimal::ONE_HUNDRED;
    if !points.fract().is_zero() {
        return Err(dictionary::percent_too_precise(text.trim()));
    }
    match i64::try_from(points) {
        Ok(points) if points <= WHOLE => Ok(points),
        _ => Err(dictionary::percent_above_hundred()),
    }
}
