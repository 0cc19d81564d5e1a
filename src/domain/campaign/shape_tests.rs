//! The shapes: guided, per placement group, automatic placements; sums, bounds, minimums and stored definitions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::fixture::{campaign, facts, form};
use super::*;
use crate::domain::currency::Currency;
use crate::domain::placement::{Group, Placement};

fn read(form: &CampaignForm) -> Campaign {
    let reading = form.read(&facts());
    reading.campaign.unwrap_or_else(|| panic!("{:?}", reading.invalid))
}

/// The single problem of a form, as field and sentence.
fn problem(form: &CampaignForm) -> (String, String) {
    let mut found = form.read(&facts()).invalid.problems;
    assert_eq!(found.len(), 1, "{found:?}");
    let problem = found.remove(0);
    (problem.field, problem.message)
}

fn guided() -> CampaignForm {
    let mut form = form();
    form.shape = "guided".into();
    form.floor.facebook = "30".into();
    form.ceiling.facebook = "70".into();
    form
}

fn per_group() -> CampaignForm {
    let mut form = form();
    form.shape = "per_group".into();
    form.amounts = "even".into();
    form
}

#[test]
fn guided_leaves_the_budget_on_the_campaign_and_gives_ad_sets_limits() {
    let campaign = read(&guided());
    assert!(campaign.carries_budget());
    let ad_sets = campaign.ad_sets();
    assert_eq!(ad_sets.iter().map(|set| set.budget).collect::<Vec<_>>(), [None, None]);
    let limits = ad_sets[0].limits;
    assert_eq!((limits.floor.unwrap().minor, limits.ceiling.unwrap().minor), (4_200, 9_800));
    assert!(ad_sets[1].limits.is_none());
    assert_eq!(campaign.budgets(), [campaign.budget.amount]);
    let made = form().read(&facts()).makes.commitments.unwrap();
    assert_eq!(guided().read(&facts()).makes.commitments, Some(made), "the whole budget is committed, whoever gets it");
}

#[test]
fn what_meta_may_give_follows_from_both_sides_limits() {
    let mut form = guided();
    form.floor.instagram = "50%".into();
    let makes = form.read(&facts()).makes;
    let between: Vec<(i64, i64)> =
        makes.ad_sets.iter().map(|set| set.between.unwrap()).map(|(a, b)| (a.minor, b.minor)).collect();
    assert_eq!(between, [(4_200, 7_000), (7_000, 9_800)]);
}

#[test]
fn guided_takes_money_and_percent_side_by_side() {
    let mut form = guided();
    form.amounts = "money".into();
    form.floor.facebook = "42.50".into();
    form.ceiling.facebook = "70 %".into();
    let limits = read(&form).ad_sets()[0].limits;
    assert_eq!((limits.floor.unwrap().minor, limits.ceiling.unwrap().minor), (4_250, 9_800));
}

#[test]
fn limits_that_leave_no_room_are_refused_at_their_field() {
    let mut form = guided();
    form.floor.instagram = "80".into();
    let (field, message) = problem(&form);
    assert_eq!(field, "floor.instagram");
    assert!(message.contains("154.00 EUR"), "{message}");
    let mut form = guided();
    form.ceiling.instagram = "20".into();
    assert_eq!(problem(&form).0, "ceiling.instagram");
    let mut form = guided();
    form.ceiling.facebook = "20".into();
    assert_eq!(problem(&form).0, "ceiling.facebook");
    let mut form = guided();
    form.amounts = "money".into();
    form.floor.facebook = String::new();
    form.ceiling.facebook = "0.50".into();
    assert!(problem(&form).1.contains("below 1.00"));
}

#[test]
fn guided_takes_no_limit_beside_its_budget_and_feeds_both_ad_sets() {
    let mut form = guided();
    form.never_more = "3400".into();
    assert_eq!(problem(&form).0, "never_more");
    let mut form = guided();
    form.budget = "1.50".into();
    assert!(problem(&form).1.contains("2.00"));
}

#[test]
fn a_guided_lifetime_budget_has_lifetime_limits() {
    let mut form = guided();
    form.pace = "lifetime".into();
    form.budget = "3400".into();
    let campaign = read(&form);
    assert_eq!(campaign.ad_sets()[0].limits.floor.unwrap().minor, 102_000);
    assert_eq!(campaign.budget.pace, Pace::Lifetime);
}

#[test]
fn a_budget_a_group_is_split_to_the_cent_over_the_groups_in_use() {
    let campaign = read(&per_group());
    let ad_sets = campaign.ad_sets();
    let keys: Vec<AdSetKey> = ad_sets.iter().map(|set| set.key).collect();
    assert_eq!(keys, [AdSetKey::Feeds, AdSetKey::Stories, AdSetKey::Reels, AdSetKey::Explore]);
    assert_eq!(ad_sets.iter().map(|set| set.budget.unwrap().minor).collect::<Vec<_>>(), [3_500; 4]);
    assert_eq!(ad_sets[1].name, "Christmas sale · Stories");
    assert_eq!(ad_sets[1].placements, [Placement::FacebookStories, Placement::InstagramStories]);
    let placed: usize = ad_sets.iter().map(|set| set.placements.len()).sum();
    assert_eq!(placed, campaign.placements.len(), "every placement stands in exactly one ad set");
}

#[test]
fn groups_take_percent_money_floors_and_a_rest() {
    let mut form = per_group();
    form.amounts = "percent".into();
    form.groups.share.set(Group::Feeds, "50".into());
    form.groups.share.set(Group::Stories, "20".into());
    form.groups.share.set(Group::Reels, "20.5".into());
    let minor = |form: &CampaignForm| -> Vec<i64> { read(form).ad_sets().iter().map(|set| set.budget.unwrap().minor).collect() };
    assert_eq!(minor(&form), [7_000, 2_800, 2_870, 1_330]);
    form.groups.share.set(Group::Stories, String::new());
    assert_eq!(problem(&form), ("share.stories".into(), "Give each group its share, or choose even.".into()));
    form.amounts = "money".into();
    for (group, amount) in [(Group::Feeds, "80"), (Group::Stories, "30"), (Group::Reels, "20"), (Group::Explore, "9.99")] {
        form.groups.share.set(group, amount.into());
    }
    assert_eq!(problem(&form).0, "share.explore");
    form.groups.share.set(Group::Explore, "10".into());
    assert_eq!(minor(&form), [8_000, 3_000, 2_000, 1_000]);
    form.groups.ceiling.set(Group::Reels, "15".into());
    assert_eq!(problem(&form).0, "ceiling.reels");
}

#[test]
fn a_group_below_the_minimum_and_a_single_group_are_refused() {
    let mut form = per_group();
    form.budget = "3".into();
    assert_eq!(problem(&form).0, "budget");
    form.budget = "140".into();
    form.placements = vec!["facebook.feed".into(), "instagram.stream".into()];
    assert!(problem(&form).1.contains("two groups"));
}

#[test]
fn facebooks_stories_alone_in_their_group_name_the_way_out() {
    let mut form = per_group();
    form.placements = vec!["facebook.feed".into(), "facebook.story".into(), "instagram.stream".into()];
    assert!(problem(&form).1.contains("Instagram’s Stories"));
}

#[test]
fn automatic_placements_belong_to_the_shared_shape() {
    let mut form = form();
    form.automatic = "yes".into();
    assert_eq!(problem(&form).0, "automatic");
    form.shape = "shared".into();
    form.placements.clear();
    let reading = form.read(&facts());
    assert!(reading.makes.notes.iter().any(|note| note.message.contains("outside") || note.message.contains("beyond")));
    let campaign = reading.campaign.unwrap();
    assert!(campaign.automatic_placements);
    assert_eq!(campaign.ad_sets()[0].placements.len(), Placement::all().count());
}

#[test]
fn definitions_stored_before_read_as_they_were_and_keep_their_bytes() {
    let stored = serde_json::to_string(&campaign()).unwrap();
    for word in ["automatic", "limits", "names", "content"] {
        assert!(!stored.contains(word), "{word} in {stored}");
    }
    let shaped = |form: &CampaignForm| {
        let campaign = read(form);
        let text = serde_json::to_string(&campaign).unwrap();
        assert_eq!(serde_json::from_str::<Campaign>(&text).unwrap(), campaign);
    };
    shaped(&guided());
    shaped(&per_group());
}

/// A form of a shape that splits exactly, with shares that sum to the whole.
fn exact(shape: &str, currency: Currency, units: i64, cuts: &[i64], order: &[usize]) -> (CampaignForm, AccountFacts) {
    let mut facts = facts();
    facts.currency = currency;
    facts.min_daily_minor = None;
    let mut form = form();
    form.shape = shape.into();
    form.amounts = "percent".into();
    form.budget = units.to_string();
    let parts: Vec<AdSetKey> =
        if shape == "per_group" { Group::ALL.map(AdSetKey::from).into() } else { AdSetKey::NETWORKS.into() };
    let mut cuts: Vec<i64> = cuts.iter().take(parts.len() - 1).copied().collect();
    cuts.sort_unstable();
    let ends = cuts.iter().copied().chain([10_000]);
    let starts = [0].into_iter().chain(cuts.iter().copied());
    let shares: Vec<i64> = ends.zip(starts).map(|(end, start)| end - start).collect();
    for (part, at) in parts.iter().zip(order.iter().filter(|at| **at < parts.len())) {
        let share = shares[*at];
        form.set_amount(Side::Share, part.as_str(), format!("{}.{:02}", share / 100, share % 100));
    }
    (form, facts)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_exact_shape_sums_to_the_budget_in_every_currency_and_order(
        shape in prop::sample::select(vec!["per_network", "per_group"]),
        currency in prop::sample::select(Currency::all().collect::<Vec<_>>()),
        units in 1_i64..=2_000_000,
        cuts in prop::collection::vec(0_i64..=10_000, 3),
        order in Just((0..4_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let (form, facts) = exact(shape, currency, units, &cuts, &order);
        let campaign = form.read(&facts).campaign.expect("a whole split");
        let sum: i64 = campaign.ad_sets().iter().map(|set| set.budget.unwrap().minor).sum();
        prop_assert_eq!(sum, units * currency.offset());
        let shares: i64 = campaign.ad_sets().iter().map(|set| set.share_bp.unwrap()).sum();
        prop_assert!((shares - 10_000).abs() <= 4);
    }

    #[test]
    fn the_order_of_the_groups_shares_moves_no_more_than_a_unit(
        units in 1_i64..=2_000_000,
        cuts in prop::collection::vec(0_i64..=10_000, 3),
        order in Just((0..4_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let amounts = |order: &[usize]| -> Vec<i64> {
            let (form, facts) = exact("per_group", Currency::JPY, units, &cuts, order);
            let campaign = form.read(&facts).campaign.expect("a whole split");
            campaign.ad_sets().iter().map(|set| set.budget.unwrap().minor).collect()
        };
        let straight = amounts(&[0, 1, 2, 3]);
        for (amount, at) in amounts(&order).iter().zip(&order) {
            prop_assert!((amount - straight[*at]).abs() <= 1);
        }
    }

    #[test]
    fn what_guided_leaves_room_for_can_be_divided(
        units in 10_i64..=100_000,
        floor in 0_i64..=100, width in 0_i64..=100, other in 0_i64..=100,
    ) {
        let mut form = guided();
        form.budget = units.to_string();
        form.floor = ByNetwork { facebook: floor.to_string(), instagram: other.to_string() };
        form.ceiling.facebook = (floor + width).min(100).to_string();
        let reading = form.read(&facts());
        match reading.campaign {
            Some(campaign) => {
                let total = campaign.budget.amount.minor;
                let between: Vec<(i64, i64)> =
                    reading.makes.ad_sets.iter().map(|set| set.between.unwrap()).map(|(a, b)| (a.minor, b.minor)).collect();
                for ((least, most), at) in between.iter().zip([1_usize, 0]) {
                    prop_assert!(0 <= *least && least <= most && *most <= total);
                    prop_assert_eq!(least + between[at].1, total, "one side's least is the other's most");
                }
            }
            None => prop_assert!(floor + other > 100 || floor + width < 1 || (floor + width).min(100) * units < 100, "{:?}", reading.invalid),
        }
    }
}
