//! What Meta said of an object, in the canonical texts that plans compare.
//!
//! Stored rows keep Meta's own answer; here it is read into [`Observed`]. Something that Tandem would never write (an interest, a
//! placement of another network) is kept as text, so that it differs and a person sees it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::campaign::Pace;
use crate::domain::creative::Enhancement;
use crate::domain::network::Network;
use crate::domain::placement::Placement;
use crate::domain::plan::{
    AUTOMATIC_PLACEMENTS, CreativeWords, Field, Kind, Learning, ObjectRef, Observed, RuleWords, ShownWords,
};
use crate::graph::{Ad, AdSet, AttributionWindow, Campaign, Creative, Shown, ShownAt, Targeting};
use crate::store::observed::Observed as Row;

use super::targeting;

/// A stored row as a plan sees it; `None` for a row whose fields cannot be read, which then counts as not said.
pub(in crate::service) fn observed(row: &Row) -> Option<Observed> {
    let kind = Kind::parse(&row.kind)?;
    let fields = match kind {
        Kind::Image => Some(BTreeMap::new()),
        Kind::Campaign => serde_json::from_str(&row.fields).ok().as_ref().map(campaign),
        Kind::AdSet => serde_json::from_str(&row.fields).ok().as_ref().map(ad_set),
        Kind::Creative => serde_json::from_str(&row.fields).ok().as_ref().map(creative),
        Kind::Ad => serde_json::from_str(&row.fields).ok().as_ref().map(ad),
    };
    Some(Observed { object: ObjectRef { kind, id: row.id }, remote: row.remote_id.clone(), gone: row.is_over(), fields: fields? })
}

/// How far an ad set is with learning; `None` where Meta did not say.
pub(in crate::service) fn learning(row: &Row) -> Option<(ObjectRef, Learning)> {
    let kind = Kind::parse(&row.kind).filter(|kind| *kind == Kind::AdSet)?;
    let said: AdSet = serde_json::from_str(&row.fields).ok()?;
    let stage = Learning::parse(&said.learning_stage_info?.status?)?;
    Some((ObjectRef { kind, id: row.id }, stage))
}

fn switch(status: Option<&str>) -> String {
    Field::switch(status == Some("ACTIVE"))
}

fn campaign(said: &Campaign) -> BTreeMap<Field, String> {
    let budget = budget(said.daily_budget, said.lifetime_budget);
    // Without a budget of its own a campaign bids nothing: its ad sets do.
    let bid = match said.bid_strategy.as_deref().filter(|_| !budget.is_empty()) {
        None if budget.is_empty() => String::new(),
        Some("COST_CAP") => "cost_goal".to_owned(),
        Some("LOWEST_COST_WITHOUT_CAP") | None => Field::bid(None),
        Some(other) => other.to_owned(),
    };
    let special: Vec<&str> = said.special_ad_categories.iter().map(String::as_str).filter(|word| *word != "NONE").collect();
    BTreeMap::from([
        (Field::Name, said.name.clone()),
        (Field::Switch, switch(said.status.as_deref())),
        (Field::Objective, said.objective.clone().unwrap_or_default()),
        (Field::Special, special.join(" ")),
        (Field::Limit, said.spend_cap.map_or_else(String::new, |minor| minor.to_string())),
        (Field::Budget, budget),
        (Field::Bid, bid),
        (Field::Rest, rest(&said.rest)),
    ])
}

/// What Tandem does not define itself, in one text that can be compared: Meta's own names and values, in their order.
fn rest(said: &BTreeMap<String, Value>) -> String {
    let told = said.iter().filter(|(name, _)| !matches!(name.as_str(), "created_time" | "configured_status"));
    told.map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join("; ")
}

fn ad_set(said: &AdSet) -> BTreeMap<Field, String> {
    let mut fields = BTreeMap::from([
        (Field::Name, said.name.clone()),
        (Field::Switch, switch(said.status.as_deref())),
        (Field::Bid, bid(said)),
        (Field::Ends, said.end_time.map_or_else(String::new, Field::time)),
        (Field::Budget, budget(said.daily_budget, said.lifetime_budget)),
        (Field::Floor, budget(said.daily_min_spend_target, said.lifetime_min_spend_target)),
        (Field::Ceiling, budget(said.daily_spend_cap, said.lifetime_spend_cap)),
    ]);
    let mut say = |field: Field, text: Option<String>| {
        if let Some(text) = text {
            fields.insert(field, text);
        }
    };
    say(Field::Rest, Some(rest(&said.rest)));
    say(Field::Goal, said.optimization_goal.clone());
    say(Field::Starts, said.start_time.map(Field::time));
    say(Field::Attribution, attribution(&said.attribution_spec));
    let event = said.promoted_object.as_ref().map(|object| {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        match (&object.pixel_id, &object.custom_event_type) {
            (None, None) => String::new(),
            (pixel, event) => Field::event(&part(pixel), &part(event)),
        }
    });
    say(Field::Event, event);
    let payer = match (&said.dsa_payor, &said.dsa_beneficiary) {
        (Some(payer), Some(beneficiary)) => Some(Field::payer(payer, beneficiary)),
        _ => None,
    };
    say(Field::Payer, payer);
    say(Field::Audience, said.targeting.as_ref().map(|targeting| targeting::words(targeting).canonical()));
    say(Field::Placements, said.targeting.as_ref().map(placements));
    fields
}

/// A day's amount or that of the whole time; empty where there is neither, because the other level carries the budget.
fn budget(daily: Option<i64>, lifetime: Option<i64>) -> String {
    match (daily, lifetime) {
        (Some(daily), _) => Field::budget(Pace::Daily, daily),
        (None, Some(lifetime)) => Field::budget(Pace::Lifetime, lifetime),
        (None, None) => String::new(),
    }
}

fn creative(said: &Creative) -> BTreeMap<Field, String> {
    let mut fields = BTreeMap::from([(Field::Name, said.name.clone())]);
    let Some(content) = said.content() else { return fields };
    let shown = |shown: &Shown| ShownWords {
        message: shown.message.clone(),
        headline: shown.headline.clone(),
        picture: Some(shown.image_hash.clone()),
    };
    let rule = |rule: &ShownAt| {
        let both = [(Network::Facebook, &rule.facebook_positions), (Network::Instagram, &rule.instagram_positions)];
        let named = both.into_iter().flat_map(|(network, positions)| {
            positions.iter().map(move |word| match Placement::from_targeting(network, word) {
                Some(placement) => placement.to_string(),
                None => format!("{}.{word}", network.as_str()),
            })
        });
        RuleWords { placements: named.collect(), shown: shown(&rule.shown) }
    };
    let words = CreativeWords {
        default: shown(&content.shown),
        rules: content.rules.iter().map(rule).collect(),
        page: content.page_id,
        instagram: content.instagram_user_id,
        link: content.link,
        url_tags: Some(said.url_tags.clone().unwrap_or_default()),
        button: content.call_to_action.unwrap_or_default(),
        // Meta names many more; only those that are answered here can be held to their answer.
        enhancements: said.enhancements().map(|on| on.into_iter().filter(|name| Enhancement::parse(name).is_some()).collect()),
    };
    fields.extend(words.fields());
    fields
}

fn ad(said: &Ad) -> BTreeMap<Field, String> {
    let mut fields = BTreeMap::from([(Field::Name, said.name.clone()), (Field::Switch, switch(said.status.as_deref()))]);
    if let Some(creative) = &said.creative {
        fields.insert(Field::Creative, creative.id.to_string());
    }
    fields
}

fn bid(said: &AdSet) -> String {
    match (said.bid_strategy.as_deref(), said.bid_amount) {
        // Under a campaign budget the strategy is the campaign's; the ad set says only what it aims at.
        (None, Some(amount)) => Field::bid(Some(amount)),
        (Some("COST_CAP"), amount) => Field::bid(amount),
        (Some("LOWEST_COST_WITHOUT_CAP") | None, _) => Field::bid(None),
        (Some(other), amount) => format!("{other} {}", amount.unwrap_or_default()).trim_end().to_owned(),
    }
}

fn attribution(spec: &[AttributionWindow]) -> Option<String> {
    let days = |kind: &str| spec.iter().find(|w| w.event_type == kind && w.window_days > 0).map(|w| w.window_days);
    Some(Field::attribution(days("CLICK_THROUGH")?, days("VIEW_THROUGH")))
}

fn placements(targeting: &Targeting) -> String {
    let (mut known, mut others) = (Vec::new(), Vec::new());
    let both = [(Network::Facebook, &targeting.facebook_positions), (Network::Instagram, &targeting.instagram_positions)];
    for (network, positions) in both {
        let named = targeting.publisher_platforms.iter().any(|platform| platform == network.as_str());
        if named && positions.is_empty() {
            // Meta's default: every position of the network, those to come included.
            others.push(format!("all of {}", network.as_str()));
        }
        for word in positions {
            match Placement::from_targeting(network, word) {
                Some(placement) => known.push(placement),
                None => others.push(format!("{} {word}", network.as_str())),
            }
        }
    }
    let elsewhere = targeting.publisher_platforms.iter().filter(|platform| Network::from_platform(platform) == Network::Other);
    others.extend(elsewhere.cloned());
    if targeting.publisher_platforms.is_empty() {
        others.push(AUTOMATIC_PLACEMENTS.to_owned());
    }
    Field::placements(&known, &others)
}
