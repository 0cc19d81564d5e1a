//! A split that cannot be, in people's words, at the field that can put it right.

use super::exact::Typed;
use super::{Given, Reader};
use crate::domain::campaign::{AdSetKey, Budget, Side};
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
                    (
                        Side::Ceiling,
                        format!("{share} % is above your ceiling of {ceiling} %. Raise it to {share}, or lower the share."),
                    )
                }
                (Some(Held::Floor), Some(floor), _) => {
                    let floor = percent(*floor);
                    (Side::Floor, format!("{share} % is below your floor of {floor} %. Lower it to {share}, or raise the share."))
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
                (field(Side::Share, last), format!("The shares add up to {} %: {difference} % {what}.", percent(*sum)))
            }
            Refused::MoneySum { sum, total } => {
                let difference = Money::new(i64::try_from(sum.abs_diff(*total)).unwrap_or(i64::MAX), currency);
                let what = if sum < total { "is missing" } else { "is too much" };
                let message = format!("The amounts add up to {}, not {}: {difference} {what}.", money(*sum), money(*total));
                (field(Side::Share, last), message)
            }
            Refused::Crossed { part, .. } => {
                (field(Side::Ceiling, *part), "The ceiling is below the floor; raise it, or lower the floor.".into())
            }
            Refused::FloorsAbove { floors, total } => {
                let message = format!(
                    "The floors need {} {pace}, {} more than the budget: lower them, or raise the budget to {}.",
                    money(*floors),
                    money(floors - total),
                    money(*floors)
                );
                (field(Side::Floor, last), message)
            }
            Refused::CeilingsBelow { ceilings, total } => {
                let message = format!(
                    "The ceilings allow {} {pace}, {} less than the budget: raise them, or lower the budget to {}.",
                    money(*ceilings),
                    money(total - ceilings),
                    money(*ceilings)
                );
                (field(Side::Ceiling, last), message)
            }
            Refused::BelowFloor { part, amount, floor } => (
                field(Side::Floor, *part),
                format!("{} is below your floor of {}; lower the floor, or give more.", money(*amount), money(*floor)),
            ),
            Refused::AboveCeiling { part, amount, ceiling } => (
                field(Side::Ceiling, *part),
                format!("{} is above your ceiling of {}; raise the ceiling, or give less.", money(*amount), money(*ceiling)),
            ),
            Refused::BelowMinimum { part, amount, minimum, share, budget } => {
                let least = format!("{} {pace} is below Meta’s least of {} for an ad set", money(*amount), money(*minimum));
                let nearest = match (given, share) {
                    (Given::Percent, Some(share)) => {
                        format!("give it {} % or more, or raise the budget to {}", percent(*share), money(*budget))
                    }
                    (Given::Money, _) => format!("give it {} or more", money(*minimum)),
                    _ => format!("raise the budget to {}", money(*budget)),
                };
                let at = if given == Given::Even { "budget".into() } else { field(Side::Share, *part) };
                (at, format!("{least}: {nearest}, or choose the shared shape."))
            }
            Refused::Negative { part } => (field(Side::Share, *part), "This cannot be below zero.".into()),
            Refused::PartCount { .. } | Refused::NothingToSplit => {
                ("budget".into(), crate::domain::invalid::sentence(&refused.to_string()))
            }
        };
        self.invalid.add(field, message);
    }
}
