//! A campaign budget that Meta divides between the person's floors and ceilings.
//!
//! Source: Marketing API, "Advantage campaign budget": the limits are in the budget's own pace, the bid strategy is the
//! campaign's, and `spend_cap` is no more taken beside a campaign budget.

use super::{Given, Reader, Shaped, sketch};
use crate::domain::campaign::learned::LEARNED;
use crate::domain::campaign::{AdSetKey, Budget, Limits, Shape, Side, Sketch};
use crate::domain::dictionary;
use crate::domain::money::Money;
use crate::domain::placement::Placement;
use crate::domain::schedule::Schedule;
use crate::domain::split::{self, Bounds};

/// A part's limits, and what they leave it: at least and at most.
type Guide = (Limits, (Money, Money));

impl Reader<'_> {
    pub(super) fn guided(&mut self, budget: Option<Budget>, schedule: Option<&Schedule>, placements: &[Placement]) -> Shaped {
        self.networks_apart(placements, "Two ad sets");
        if self.form.amounts.trim() == LEARNED {
            self.invalid.add("amounts", dictionary::learned_beside_guided());
        }
        if !self.form.never_more.trim().is_empty() {
            self.invalid.add("never_more", dictionary::limit_beside_campaign_budget());
        }
        let guides = budget.and_then(|budget| self.guides(budget, schedule));
        let sketches = AdSetKey::NETWORKS.iter().enumerate().map(|(part, key)| {
            let guide = guides.as_ref().and_then(|guides| guides.get(part)).copied();
            let (limits, between) = guide.map_or((Limits::default(), None), |(limits, between)| (limits, Some(between)));
            Sketch { limits, between, ..sketch(*key, placements) }
        });
        let shape = match guides.as_deref() {
            Some([(facebook, _), (instagram, _)]) => Some(Shape::Guided { facebook: *facebook, instagram: *instagram }),
            _ => None,
        };
        (shape, sketches.collect())
    }

    fn guides(&mut self, budget: Budget, schedule: Option<&Schedule>) -> Option<Vec<Guide>> {
        let Budget { amount, pace } = budget;
        let money = |minor: i64| Money::new(minor, amount.currency);
        let parts = AdSetKey::NETWORKS;
        let read: Vec<Option<Limits>> = parts.iter().map(|part| self.limits_of(*part, amount)).collect();
        let limits: Vec<Limits> = read.into_iter().collect::<Option<_>>()?;
        if let Some(minimum) = self.minimum(pace, schedule) {
            let least = money(minimum.minor.saturating_mul(2));
            if amount.minor < least.minor {
                let words = dictionary::budget_below_minimums(minimum, amount.currency, pace.label(), least);
                self.invalid.add("budget", words);
            }
            for (part, limits) in parts.iter().zip(&limits) {
                if limits.ceiling.is_some_and(|ceiling| ceiling.minor < minimum.minor) {
                    self.invalid.add(Side::Ceiling.field(*part), dictionary::ceiling_below_minimum(minimum, pace.label()));
                }
            }
        }
        let bounds: Vec<Bounds> = limits.iter().map(bounds_of).collect();
        let room = match split::room(amount.minor, &bounds) {
            Ok(room) => room,
            Err(refused) => {
                self.refuse(&parts, Given::Money, budget, &refused);
                return None;
            }
        };
        if limits.iter().all(Limits::is_none) {
            let words = "Without a floor or a ceiling Meta may give one network everything.";
            self.note(&Side::Floor.field(AdSetKey::Facebook), words);
        }
        let between = room.into_iter().map(|(least, most)| (money(least), money(most)));
        Some(limits.into_iter().zip(between).collect())
    }

    /// A part's floor and ceiling, each in percent or money as it was typed; percent are rounded outwards by less than the
    /// smallest unit.
    fn limits_of(&mut self, part: AdSetKey, amount: Money) -> Option<Limits> {
        let form = self.form;
        let mut read = |side: Side| match form.amount(side, part).trim() {
            "" => Some(None),
            text => {
                let in_money = form.amounts.trim() == "money" && !text.ends_with('%');
                let given = if in_money { Given::Money } else { Given::Percent };
                self.figure(given, &side.field(part), text).map(|figure| Some((in_money, figure)))
            }
        };
        let (floor, ceiling) = (read(Side::Floor), read(Side::Ceiling));
        let minor = |(in_money, figure): (bool, i64), side: Side| match (in_money, side) {
            (true, _) => figure,
            (false, Side::Ceiling) => Bounds::of_share(amount.minor, None, Some(figure)).ceiling,
            (false, _) => Bounds::of_share(amount.minor, Some(figure), None).floor,
        };
        let money = |minor: i64| Money::new(minor, amount.currency);
        Some(Limits {
            // A floor of nothing is none: Meta keeps none either.
            floor: floor?.map(|typed| minor(typed, Side::Floor)).filter(|minor| *minor > 0).map(money),
            ceiling: ceiling?.map(|typed| minor(typed, Side::Ceiling)).map(money),
        })
    }
}

fn bounds_of(limits: &Limits) -> Bounds {
    let minor = |money: Option<Money>, otherwise: i64| money.map_or(otherwise, |money| money.minor);
    Bounds { floor: minor(limits.floor, 0), ceiling: minor(limits.ceiling, i64::MAX) }
}
