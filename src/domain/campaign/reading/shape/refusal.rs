//! A split that cannot be, in people's words, at the field that can put it right.

use super::exact::Typed;
use super::{Given, Reader};
use crate::domain::campaign::{AdSetKey, Budget, Side};
use crate::domain::dictionary;
use crate::domain::money::Money;
use crate::domain::split::{Held, Part, Refused, WHOLE, percent};

impl Reader<'_> {
    /// Percentages that lie outside the person's own bounds.
    pub(super) fn held(&mut self, parts: &[AdSetKey], shares: &[i64], typed: &[Typed], made: &[Part]) {
        for (((key, part), share), (floor, ceiling)) in parts.iter().zip(made).zip(shares).zip(typed) {
            let share = percent(*share);
            let (side, message) = match (part.held, floor, ceiling) {
                (Some(Held::Ceiling), _, Some(ceiling)) => {
                    let ceiling = percent(*ceiling);
                    (Side::Ceiling, dictionary::share_above_ceiling(share, ceiling))
                }
                (Some(Held::Floor), Some(floor), _) => {
                    let floor = percent(*floor);
                    (Side::Floor, dictionary::share_below_floor(share, floor))
                }
                _ => continue,
            };
            self.invalid.add(side.field(*key), message);
        }
    }

    /// A refused split in people's words, at the field that can put it right.
    pub(super) fn refuse(&mut self, parts: &[AdSetKey], given: Given, budget: Budget, refused: &Refused) {
        let currency = budget.amount.currency;
        let money = |minor: i64| format!("{} {currency}", Money::new(minor, currency));
        let field = |side: Side, part: usize| parts.get(part).map_or_else(|| "budget".to_owned(), |key| side.field(*key));
        // What concerns all of them together is said at the last.
        let last = parts.len().saturating_sub(1);
        let pace = budget.pace.label();
        let (field, message) = match refused {
            Refused::PercentSum { sum } => {
                let difference = percent(WHOLE.abs_diff(*sum).try_into().unwrap_or(WHOLE));
                let what = if *sum < WHOLE { "is missing" } else { "is too much" };
                (field(Side::Share, last), dictionary::percent_sum(percent(*sum), difference, what))
            }
            Refused::MoneySum { sum, total } => {
                let difference = Money::new(i64::try_from(sum.abs_diff(*total)).unwrap_or(i64::MAX), currency);
                let what = if sum < total { "is missing" } else { "is too much" };
                (field(Side::Share, last), dictionary::money_sum(money(*sum), money(*total), difference, what))
            }
            Refused::Crossed { part, .. } => (field(Side::Ceiling, *part), dictionary::floor_above_ceiling()),
            Refused::FloorsAbove { floors, total } => {
                let needed = money(*floors);
                (field(Side::Floor, last), dictionary::floors_above_budget(&needed, pace, money(floors - total), &needed))
            }
            Refused::CeilingsBelow { ceilings, total } => {
                let allowed = money(*ceilings);
                (field(Side::Ceiling, last), dictionary::ceilings_below_budget(&allowed, pace, money(total - ceilings), &allowed))
            }
            Refused::BelowFloor { part, amount, floor } => {
                (field(Side::Floor, *part), dictionary::amount_below_floor(money(*amount), money(*floor)))
            }
            Refused::AboveCeiling { part, amount, ceiling } => {
                (field(Side::Ceiling, *part), dictionary::amount_above_ceiling(money(*amount), money(*ceiling)))
            }
            Refused::BelowMinimum { part, amount, minimum, share, budget } => {
                let nearest = match (given, share) {
                    (Given::Percent, Some(share)) => {
                        format!("give it {} % or more, or raise the budget to {}", percent(*share), money(*budget))
                    }
                    (Given::Money, _) => format!("give it {} or more", money(*minimum)),
                    _ => format!("raise the budget to {}", money(*budget)),
                };
                let at = if matches!(given, Given::Even | Given::Learned) { "budget".into() } else { field(Side::Share, *part) };
                (at, dictionary::share_below_minimum(money(*amount), pace, money(*minimum), nearest))
            }
            Refused::Negative { part } => (field(Side::Share, *part), dictionary::share_negative()),
            Refused::PartCount { .. } | Refused::NothingToSplit => ("budget".into(), dictionary::split_impossible()),
        };
        self.invalid.add(field, message);
    }
}
