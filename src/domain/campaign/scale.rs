//! Another budget for a campaign that exists: each ad set's share kept, to the minor unit, inside the person's own bounds.
//!
//! The definition and the form as typed change together, so that the next person who opens the form finds what runs.

use super::amounts::Side;
use super::{AdSetKey, Campaign, CampaignForm, Limits, Shape};
use crate::domain::dictionary::{self, Sentence};
use crate::domain::money::{Money, parse_decimal};
use crate::domain::split::rounding::{div_ceil, largest_remainder};
use crate::domain::split::{self, Amounts, Bounds};

impl Campaign {
    /// The same campaign with another budget, its parts in the proportions they have: largest remainder, ties to the earlier
    /// part, so that they sum to the budget exactly. Limits of a guided budget move with it unless they are kept.
    ///
    /// # Errors
    /// A sentence where the budget, its own limit or its bounds do not allow it.
    pub fn with_budget(&self, amount: Money, keep_limits: bool) -> Result<Self, Sentence> {
        if amount.currency != self.budget.amount.currency {
            let own = self.budget.amount.currency;
            return Err(dictionary::line_currency(own, amount.currency));
        }
        if amount.minor <= 0 {
            return Err(dictionary::line_nothing_left());
        }
        if let Some(limit) = self.never_more.filter(|limit| limit.minor < amount.minor) {
            let currency = limit.currency;
            return Err(dictionary::line_own_limit(limit, currency));
        }
        let mut scaled = self.clone();
        scaled.budget.amount = amount;
        let old = self.budget.amount.minor;
        match &mut scaled.shape {
            Shape::Shared => {}
            Shape::PerNetwork { facebook, instagram } => divide(amount.minor, &mut [facebook, instagram])?,
            Shape::PerGroup { budgets } => {
                divide(amount.minor, &mut budgets.iter_mut().map(|group| &mut group.budget).collect::<Vec<_>>())?;
            }
            Shape::Guided { facebook, instagram } => {
                for limits in [&mut *facebook, &mut *instagram].into_iter().filter(|_| !keep_limits) {
                    *limits = moved(*limits, amount.minor, old);
                }
                let bounds = [*facebook, *instagram].map(|limits| Bounds {
                    floor: limits.floor.map_or(0, |floor| floor.minor),
                    ceiling: limits.ceiling.map_or(i64::MAX, |ceiling| ceiling.minor),
                });
                let why = |_| dictionary::line_no_room();
                split::room(amount.minor, &bounds).map_err(why)?;
            }
        }
        Ok(scaled)
    }
}

/// Divides a total over parts in the proportions they have.
fn divide(total: i64, parts: &mut [&mut Money]) -> Result<(), Sentence> {
    let weights: Vec<u64> = parts.iter().map(|part| part.minor.max(0).unsigned_abs()).collect();
    let divided = largest_remainder(total, &weights).ok_or_else(dictionary::line_indivisible)?;
    for (part, minor) in parts.iter_mut().zip(divided) {
        part.minor = minor;
    }
    Ok(())
}

/// Limits in proportion to another budget, rounded outwards by less than one minor unit.
fn moved(limits: Limits, new: i64, old: i64) -> Limits {
    let scaled = |money: Money| i128::from(money.minor) * i128::from(new);
    let to = |money: Money, minor: i128| Money::new(i64::try_from(minor).unwrap_or(i64::MAX), money.currency);
    let whole = i128::from(old.max(1));
    Limits {
        floor: limits.floor.map(|floor| to(floor, scaled(floor).div_euclid(whole))),
        ceiling: limits.ceiling.map(|ceiling| to(ceiling, div_ceil(scaled(ceiling), whole))),
    }
}

impl CampaignForm {
    /// Types the budget of a definition into the form. Percentages that give the same amounts stay; else the amounts are typed.
    ///
    /// # Errors
    /// A sentence where an amount lies outside a floor or a ceiling that was typed.
    pub fn retype_budget(&mut self, campaign: &Campaign) -> Result<(), Sentence> {
        let total = campaign.budget.amount;
        self.budget = total.plain();
        let ad_sets = campaign.ad_sets();
        if campaign.carries_budget() {
            self.amounts = "money".into();
            let plain = |limit: Option<Money>| limit.map_or_else(String::new, Money::plain);
            for set in &ad_sets {
                self.set_amount(Side::Floor, set.key.as_str(), plain(set.limits.floor));
                self.set_amount(Side::Ceiling, set.key.as_str(), plain(set.limits.ceiling));
            }
            return Ok(());
        }
        let parts: Vec<(AdSetKey, Money)> = ad_sets.iter().filter_map(|set| Some((set.key, set.budget?))).collect();
        if parts.len() < 2 {
            return Ok(());
        }
        if self.is_learned() {
            self.retype_shares(&parts);
            return Ok(());
        }
        if self.amounts.trim() == "money" {
            self.check_bounds(&parts)?;
        } else {
            let keys: Vec<AdSetKey> = parts.iter().map(|(key, _)| *key).collect();
            if self.parts(total.minor, &keys).is_some_and(|made| made.iter().eq(parts.iter().map(|(_, money)| &money.minor))) {
                return Ok(());
            }
            if keys.iter().any(|key| self.is_bound(*key)) {
                // Bounds in percent would read as money.
                return Err(dictionary::line_inexact());
            }
            self.amounts = "money".into();
        }
        for (key, money) in parts {
            self.set_amount(Side::Share, key.as_str(), money.plain());
        }
        Ok(())
    }

    fn is_bound(&self, key: AdSetKey) -> bool {
        [Side::Floor, Side::Ceiling].into_iter().any(|side| !self.amount(side, key).trim().is_empty())
    }

    /// What the typed shares make of a budget; `None` where they are no shares. A single empty one is the rest.
    fn parts(&self, total: i64, keys: &[AdSetKey]) -> Option<Vec<i64>> {
        let amounts = match self.amounts.trim() {
            "even" => Amounts::Even(keys.len()),
            "percent" => {
                let typed: Vec<Option<i64>> = keys.iter().map(|key| points(self.amount(Side::Share, *key))).collect();
                let rest = split::WHOLE - typed.iter().flatten().sum::<i64>();
                Amounts::Percent(typed.into_iter().map(|share| share.unwrap_or(rest)).collect())
            }
            _ => return None,
        };
        let parts = split::split(total, &amounts, &vec![Bounds::NONE; keys.len()]).ok()?;
        Some(parts.iter().map(|part| part.amount).collect())
    }

    fn check_bounds(&self, parts: &[(AdSetKey, Money)]) -> Result<(), Sentence> {
        for (key, amount) in parts {
            let (name, currency) = (key.label(), amount.currency);
            let typed = |side| Money::parse(self.amount(side, *key), currency).ok();
            if let Some(floor) = typed(Side::Floor).filter(|floor| amount.minor < floor.minor) {
                return Err(dictionary::line_below_floor(name, amount, floor, currency));
            }
            if let Some(ceiling) = typed(Side::Ceiling).filter(|ceiling| amount.minor > ceiling.minor) {
                return Err(dictionary::line_above_ceiling(name, amount, ceiling, currency));
            }
        }
        Ok(())
    }
}

/// Typed percent as basis points; `None` where nothing usable is typed.
pub(super) fn points(text: &str) -> Option<i64> {
    let value = parse_decimal(text.trim().trim_end_matches('%'))?;
    i64::try_from(value * rust_decimal::Decimal::ONE_HUNDRED).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::campaign::fixture;
    use crate::domain::currency::Currency;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    fn parts(campaign: &Campaign) -> Vec<i64> {
        campaign.budgets().iter().map(|money| money.minor).collect()
    }

    #[test]
    fn the_parts_of_any_budget_sum_to_it_and_keep_their_proportions() {
        let campaign = fixture::campaign();
        for minor in [1, 2, 99, 7_001, 14_000, 15_401, 999_999_999] {
            let scaled = campaign.with_budget(eur(minor), false).unwrap();
            assert_eq!(parts(&scaled).iter().sum::<i64>(), minor);
            assert_eq!(scaled.budget.amount, eur(minor));
        }
        assert_eq!(parts(&campaign.with_budget(eur(15_400), false).unwrap()), [6_468, 8_932]);
        assert_eq!(parts(&campaign.with_budget(eur(15_401), false).unwrap()), [6_468, 8_933]);
    }

    #[test]
    fn a_budget_that_cannot_be_is_refused_with_the_way_out() {
        let mut campaign = fixture::campaign();
        assert!(campaign.with_budget(eur(0), false).unwrap_err().words.contains("pause it instead"));
        assert!(campaign.with_budget(Money::new(1, Currency::USD), false).unwrap_err().words.contains("in EUR"));
        campaign.never_more = Some(eur(20_000));
        assert!(campaign.with_budget(eur(20_001), false).unwrap_err().words.contains("limit of 200.00 EUR"));
    }

    #[test]
    fn the_form_of_every_shape_reads_back_as_the_scaled_campaign() {
        let facts = fixture::facts();
        for shape in ["shared", "per_network", "per_group", "guided"] {
            for minor in [15_401, 14_003, 777_777] {
                let mut form = fixture::form();
                form.shape = shape.into();
                match shape {
                    "per_group" => form.amounts = if minor == 14_003 { "learned" } else { "even" }.into(),
                    "guided" => (form.floor.facebook, form.ceiling.facebook) = ("30".into(), "60".into()),
                    _ => {}
                }
                let read = form.read(&facts);
                assert!(read.invalid.is_empty(), "{shape}: {:?}", read.invalid);
                let campaign = read.campaign.unwrap();
                let scaled = campaign.with_budget(eur(minor), false).unwrap();
                form.retype_budget(&scaled).unwrap();
                let read = form.read(&facts);
                assert_eq!(read.campaign.as_ref(), Some(&scaled), "{shape} {minor}: {:?}", read.invalid);
            }
        }
    }

    #[test]
    fn bounds_typed_as_money_are_kept() {
        let mut form = fixture::form();
        form.amounts = "money".into();
        (form.share.facebook, form.share.instagram) = ("58.80".into(), "81.20".into());
        form.ceiling.instagram = "90".into();
        let campaign = fixture::campaign();
        assert!(form.retype_budget(&campaign.with_budget(eur(15_400), true).unwrap()).is_ok());
        let refused = form.retype_budget(&campaign.with_budget(eur(20_000), true).unwrap()).unwrap_err();
        assert!(refused.words.contains("above its ceiling of 90.00 EUR"), "{refused}");
    }
}
