//! What a plan wants, as the requests that make or change it at Meta.

use std::collections::BTreeMap;

use crate::domain::audience::SpecialCategory;
use crate::domain::campaign::Pace;
use crate::domain::creative::{Content, Enhancement, PlacementRule};
use crate::domain::id::PictureId;
use crate::domain::money::Money;
use crate::domain::network::Network;
use crate::domain::objective::{Bid, Goal};
use crate::domain::plan::{Field, WantedAd, WantedAdSet, WantedCampaign, WantedCreative};
use crate::graph::{
    AdSetChange, AttributionWindow, CampaignChange, NewAd, NewAdSet, NewCampaign, NewCreative, NodeId, PromotedObject, Shown,
    ShownAt, Targeting,
};

use super::super::{Error, Result};

/// Meta's way to write "no limit". Source: Marketing API, Ad Campaign, `spend_cap`; Ad Set, `daily_spend_cap`.
pub(super) const NO_LIMIT: i64 = 922_337_203_685_478;

pub(super) fn campaign(wanted: &WantedCampaign) -> NewCampaign {
    let special = wanted.special != SpecialCategory::None;
    NewCampaign {
        name: wanted.name.clone(),
        objective: wanted.objective.wire().to_owned(),
        special_ad_categories: if special { vec![wanted.special.wire().to_owned()] } else { Vec::new() },
        special_ad_category_country: match special {
            true => wanted.countries.iter().map(|country| country.code().to_owned()).collect(),
            false => Vec::new(),
        },
        // Where its ad sets carry the money, each its own share, none of it may be lent to another.
        is_adset_budget_sharing_enabled: wanted.budget.is_none().then_some(false),
        daily_budget: campaign_budget(wanted, Pace::Daily),
        lifetime_budget: campaign_budget(wanted, Pace::Lifetime),
        bid_strategy: wanted.budget.map(|(_, bid)| strategy(bid).0.to_owned()),
        spend_cap: wanted.limit.map(|limit| limit.minor),
        start_time: None,
        stop_time: None,
    }
}

fn campaign_budget(wanted: &WantedCampaign, pace: Pace) -> Option<i64> {
    wanted.budget.filter(|(budget, _)| budget.pace == pace).map(|(budget, _)| budget.amount.minor)
}

pub(super) fn campaign_change(wanted: &WantedCampaign, fields: &[Field]) -> CampaignChange {
    let has = |field: Field| fields.contains(&field);
    CampaignChange {
        name: has(Field::Name).then(|| wanted.name.clone()),
        daily_budget: campaign_budget(wanted, Pace::Daily).filter(|_| has(Field::Budget)),
        lifetime_budget: campaign_budget(wanted, Pace::Lifetime).filter(|_| has(Field::Budget)),
        spend_cap: has(Field::Limit).then(|| wanted.limit.map_or(NO_LIMIT, |limit| limit.minor)),
        ..CampaignChange::default()
    }
}

pub(super) fn ad_set(wanted: &WantedAdSet, campaign: &NodeId, now: chrono::DateTime<chrono::Utc>) -> NewAdSet {
    let counting = &wanted.counting;
    let (strategy, amount) = strategy(counting.bid);
    let at = |pace: Pace, of: Option<Money>| of.filter(|_| wanted.pace == pace).map(|money| money.minor);
    NewAdSet {
        name: wanted.name.clone(),
        campaign_id: campaign.clone(),
        daily_budget: at(Pace::Daily, wanted.budget),
        lifetime_budget: at(Pace::Lifetime, wanted.budget),
        daily_min_spend_target: at(Pace::Daily, wanted.limits.floor),
        daily_spend_cap: at(Pace::Daily, wanted.limits.ceiling),
        lifetime_min_spend_target: at(Pace::Lifetime, wanted.limits.floor),
        lifetime_spend_cap: at(Pace::Lifetime, wanted.limits.ceiling),
        optimization_goal: counting.goal.wire().to_owned(),
        billing_event: "IMPRESSIONS".to_owned(),
        // Under a campaign budget the strategy is the campaign's.
        bid_strategy: wanted.budget.is_some().then(|| strategy.to_owned()),
        bid_amount: amount,
        promoted_object: promoted(wanted),
        attribution_spec: attribution(wanted),
        destination_type: None,
        targeting: targeting(wanted),
        // A start that has passed means "as soon as it is on".
        start_time: wanted.schedule.starts.filter(|starts| *starts > now),
        end_time: wanted.schedule.ends,
        dsa_beneficiary: wanted.payer.as_ref().map(|payer| payer.beneficiary.clone()),
        dsa_payor: wanted.payer.as_ref().map(|payer| payer.payer.clone()),
    }
}

pub(super) fn ad_set_change(wanted: &WantedAdSet, fields: &[Field]) -> AdSetChange {
    let has = |field: Field| fields.contains(&field);
    let minor = |of: Option<Money>, none: i64| of.map_or(none, |money| money.minor);
    let at = |pace: Pace, field: Field, minor: i64| (has(field) && wanted.pace == pace).then_some(minor);
    let budget = |pace: Pace| wanted.budget.and_then(|budget| at(pace, Field::Budget, budget.minor));
    // A floor of nothing takes it away.
    let floor = |pace: Pace| at(pace, Field::Floor, minor(wanted.limits.floor, 0));
    let ceiling = |pace: Pace| at(pace, Field::Ceiling, minor(wanted.limits.ceiling, NO_LIMIT));
    AdSetChange {
        name: has(Field::Name).then(|| wanted.name.clone()),
        daily_budget: budget(Pace::Daily),
        lifetime_budget: budget(Pace::Lifetime),
        daily_min_spend_target: floor(Pace::Daily),
        daily_spend_cap: ceiling(Pace::Daily),
        lifetime_min_spend_target: floor(Pace::Lifetime),
        lifetime_spend_cap: ceiling(Pace::Lifetime),
        bid_amount: strategy(wanted.counting.bid).1.filter(|_| has(Field::Bid)),
        targeting: (has(Field::Audience) || has(Field::Placements)).then(|| targeting(wanted)),
        start_time: wanted.schedule.starts.filter(|_| has(Field::Starts)),
        end_time: wanted.schedule.ends.filter(|_| has(Field::Ends)),
    }
}

/// `hashes` are Meta's names of the pictures it shows.
pub(super) fn creative(wanted: &WantedCreative, hashes: &BTreeMap<PictureId, String>) -> Result<NewCreative> {
    let node = |text: &str| text.parse::<NodeId>().map_err(|e| Error::conflict(e.into()));
    let shown = |content: &Content| Shown {
        message: content.message.clone(),
        headline: content.headline.clone(),
        image_hash: hashes.get(&content.picture).cloned().unwrap_or_default(),
    };
    let positions = |rule: &PlacementRule, network: Network| -> Vec<String> {
        let of = rule.placements.iter().filter(|placement| placement.network() == network);
        of.map(|placement| placement.targeting().to_owned()).collect()
    };
    let rule = |rule: &PlacementRule| ShownAt {
        facebook_positions: positions(rule, Network::Facebook),
        instagram_positions: positions(rule, Network::Instagram),
        shown: shown(&rule.content),
    };
    // Each one is answered, so that none is on only because Meta thought so.
    let answered = |allowed: bool| -> Vec<String> {
        let all = Enhancement::ALL.into_iter().filter(|one| wanted.enhancements.contains(one) == allowed);
        all.map(|one| one.wire().to_owned()).collect()
    };
    Ok(NewCreative {
        name: wanted.name.clone(),
        page_id: node(&wanted.identity.page)?,
        instagram_user_id: wanted.identity.instagram.as_ref().map(|(id, _)| node(id)).transpose()?,
        link: wanted.link.clone(),
        shown: shown(&wanted.default_content()),
        rules: wanted.rules.iter().map(rule).collect(),
        call_to_action: Some(wanted.call_to_action.wire().to_owned()),
        url_tags: (!wanted.url_tags.is_empty()).then(|| wanted.url_tags.clone()),
        opt_out: answered(false),
        opt_in: answered(true),
    })
}

pub(super) fn ad(wanted: &WantedAd, ad_set: &NodeId, creative: &NodeId) -> NewAd {
    NewAd { name: wanted.name.clone(), adset_id: ad_set.clone(), creative_id: creative.clone(), conversion_domain: None }
}

fn strategy(bid: Bid) -> (&'static str, Option<i64>) {
    match bid {
        Bid::LowestCost => ("LOWEST_COST_WITHOUT_CAP", None),
        Bid::CostGoal(cost) => ("COST_CAP", Some(cost.minor)),
    }
}

fn promoted(wanted: &WantedAdSet) -> Option<PromotedObject> {
    match (&wanted.counting.event, wanted.counting.goal) {
        (Some(event), _) => Some(PromotedObject {
            pixel_id: Some(event.pixel.clone()),
            custom_event_type: Some(event.event.wire().to_owned()),
            ..PromotedObject::default()
        }),
        // Reach is bought for a Page.
        (None, Goal::Reach) => Some(PromotedObject { page_id: Some(wanted.page.clone()), ..PromotedObject::default() }),
        (None, _) => None,
    }
}

fn attribution(wanted: &WantedAdSet) -> Vec<AttributionWindow> {
    let Some((click, view)) = wanted.counting.attribution.map(|setting| setting.days()) else { return Vec::new() };
    let window = |kind: &str, days: u8| AttributionWindow { event_type: kind.to_owned(), window_days: days };
    std::iter::once(window("CLICK_THROUGH", click)).chain(view.map(|days| window("VIEW_THROUGH", days))).collect()
}

pub(super) fn targeting(wanted: &WantedAdSet) -> Targeting {
    let positions = |network: Network| -> Vec<String> {
        // Where Meta chooses, nothing is sent at all.
        let of = wanted.placements.iter().filter(|placement| !wanted.automatic && placement.network() == network);
        of.map(|placement| placement.targeting().to_owned()).collect()
    };
    let (facebook, instagram) = (positions(Network::Facebook), positions(Network::Instagram));
    let platforms = [(Network::Facebook, &facebook), (Network::Instagram, &instagram)];
    Targeting {
        publisher_platforms: platforms
            .into_iter()
            .filter(|(_, positions)| !positions.is_empty())
            .map(|(network, _)| network.as_str().to_owned())
            .collect(),
        facebook_positions: facebook,
        instagram_positions: instagram,
        ..super::targeting::of(&wanted.audience)
    }
}
