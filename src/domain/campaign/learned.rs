//! Learned amounts: the person gives the bounds, results decide the shares between them.
//!
//! What was decided last is kept as the shares of the form, so that the campaign's money stays exact and anyone can read it there.

use super::scale::points;
use super::{AdSetKey, Campaign, CampaignForm, ShapeChoice, Side};
use crate::domain::money::{Money, parse_decimal};
use crate::domain::split::rounding::div_ceil;
use crate::domain::split::{Bounds, WHOLE, percent};

/// The form's word.
pub const LEARNED: &str = "learned";

impl CampaignForm {
    /// Whether results decide the shares of its ad sets.
    pub fn is_learned(&self) -> bool {
        let apart = matches!(ShapeChoice::parse(&self.shape), Some(ShapeChoice::PerNetwork | ShapeChoice::PerGroup));
        apart && self.amounts.trim() == LEARNED
    }

    /// Lets results decide from now on: the amounts that are in force are the shares it begins with, and bounds typed as money become
    /// the percentages of the budget that they are (floors rounded down, ceilings up: never tighter than typed).
    pub fn learn(&mut self, campaign: &Campaign) {
        let total = campaign.budget.amount;
        let parts: Vec<(AdSetKey, Money)> =
            campaign.ad_sets().iter().filter_map(|ad_set| Some((ad_set.key, ad_set.budget?))).collect();
        if self.amounts.trim() == "money" {
            for (key, _) in &parts {
                for side in [Side::Floor, Side::Ceiling] {
                    let Ok(money) = Money::parse(self.amount(side, *key), total.currency) else { continue };
                    let (scaled, whole) = (i128::from(money.minor) * i128::from(WHOLE), i128::from(total.minor.max(1)));
                    let points = if side == Side::Floor { scaled.div_euclid(whole) } else { div_ceil(scaled, whole) };
                    let points = i64::try_from(points).unwrap_or(WHOLE).clamp(0, WHOLE);
                    self.set_amount(side, key.as_str(), percent(points));
                }
            }
        }
        self.amounts = LEARNED.to_owned();
        self.retype_shares(&parts);
    }

    /// Divides over nothing: one ad set of all placements, without shares or bounds.
    pub fn share(&mut self) {
        let fresh = Self::fresh();
        (self.shape, self.amounts) = (ShapeChoice::Shared.as_str().to_owned(), fresh.amounts);
        (self.share, self.floor, self.ceiling) = (fresh.share, fresh.floor, fresh.ceiling);
        self.groups = fresh.groups;
    }

    /// Types amounts as the shares of their parts; floors and ceilings stay as they were typed.
    pub fn retype_shares(&mut self, parts: &[(AdSetKey, Money)]) {
        for (key, money) in parts {
            self.set_amount(Side::Share, key.as_str(), money.plain());
        }
    }

    /// The floor and the ceiling of a part of `total` minor units, as typed in percent or, with fixed money, in money.
    pub fn bounds_of(&self, part: AdSetKey, total: Money) -> Bounds {
        let text = |side: Side| self.amount(side, part).trim();
        if self.amounts.trim() == "money" {
            let minor = |side: Side| Money::parse(text(side), total.currency).ok().map(|money| money.minor);
            return Bounds { floor: minor(Side::Floor).unwrap_or(0), ceiling: minor(Side::Ceiling).unwrap_or(i64::MAX) };
        }
        let typed = |side: Side| Some(text(side)).filter(|text| !text.is_empty()).and_then(points);
        Bounds::of_share(total.minor, typed(Side::Floor), typed(Side::Ceiling))
    }
}

/// A figure of which only the proportion to others counts, in ten-thousandths; `None` where it is none or below zero.
pub(super) fn weight_of(text: &str) -> Option<i64> {
    let value = parse_decimal(text.trim().trim_end_matches('%').trim())?;
    let scaled = value.checked_mul(rust_decimal::Decimal::from(10_000))?.trunc();
    i64::try_from(scaled).ok().filter(|weight| *weight >= 0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::campaign::{ByNetwork, fixture};

    fn learned() -> CampaignForm {
        CampaignForm { amounts: LEARNED.into(), ..fixture::form() }
    }

    fn budgets(form: &CampaignForm) -> Vec<i64> {
        let read = form.read(&fixture::facts());
        assert!(read.invalid.is_empty(), "{:?}", read.invalid);
        read.campaign.unwrap().budgets().iter().map(|money| money.minor).collect()
    }

    #[test]
    fn it_begins_even_or_from_the_shares_typed_and_keeps_the_bounds() {
        let mut form = learned();
        assert_eq!(budgets(&form), [5_880, 8_120], "in the proportions typed");
        form.share = ByNetwork::default();
        assert_eq!(budgets(&form), [7_000, 7_000]);
        form.ceiling.facebook = "40".into();
        assert_eq!(budgets(&form), [5_600, 8_400]);
    }

    #[test]
    fn what_was_decided_reads_back_to_the_minor_unit_whatever_it_is() {
        let mut form = learned();
        let total = 14_000;
        for facebook in [1_500, 4_667, 7_001, 11_999] {
            let money = |minor| Money::new(minor, crate::domain::currency::Currency::EUR);
            form.retype_shares(&[(AdSetKey::Facebook, money(facebook)), (AdSetKey::Instagram, money(total - facebook))]);
            assert_eq!(budgets(&form), [facebook, total - facebook]);
        }
        assert_eq!(form.share.facebook, "119.99");
    }

    #[test]
    fn fixed_amounts_go_on_as_learned_ones_with_the_same_money_and_bounds() {
        let mut form = CampaignForm { amounts: "money".into(), ..fixture::form() };
        form.share = ByNetwork { facebook: "58.80".into(), instagram: "81.20".into() };
        (form.floor.facebook, form.ceiling.facebook) = ("20.00".into(), "60.00".into());
        let campaign = form.read(&fixture::facts()).campaign.unwrap();
        form.learn(&campaign);
        assert!(form.is_learned());
        assert_eq!(budgets(&form), [5_880, 8_120]);
        assert_eq!((form.floor.facebook.as_str(), form.ceiling.facebook.as_str()), ("14.28", "42.86"));
        form.share();
        let shared = form.read(&fixture::facts()).campaign.unwrap();
        assert_eq!((shared.ad_sets().len(), shared.budget.amount.minor, form.is_learned()), (1, 14_000, false));
    }

    #[test]
    fn a_lifetime_budget_or_a_guided_one_cannot_be_learned() {
        let mut form = learned();
        (form.pace, form.ends) = ("lifetime".into(), "2026-12-24".into());
        assert!(form.read(&fixture::facts()).invalid.at("amounts").is_some());
        let mut form = learned();
        form.shape = "guided".into();
        assert!(form.read(&fixture::facts()).invalid.at("amounts").is_some());
        form.shape = "shared".into();
        assert!(!form.is_learned() && form.read(&fixture::facts()).campaign.is_some());
    }

    #[test]
    fn half_of_the_shares_are_asked_for_and_words_are_refused() {
        let mut form = learned();
        form.share = ByNetwork { facebook: String::new(), instagram: "58".into() };
        assert!(form.read(&fixture::facts()).invalid.at("share.facebook").is_some());
        form.share.facebook = "some".into();
        assert!(form.read(&fixture::facts()).invalid.at("share.facebook").is_some());
    }
}
