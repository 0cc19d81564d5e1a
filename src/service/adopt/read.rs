//! From what Meta said of a campaign's objects to what is wanted of them, and what of it Tandem only keeps.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::domain::adopt::{Adopted, Beyond, Kept};
use crate::domain::dictionary;
use crate::domain::id::{CampaignId, ObjectId};
use crate::domain::network::Network;
use crate::domain::placement::Placement;
use crate::domain::plan::{Field, Kind};
use crate::store::connections::AdAccount;
use crate::store::observed::Observed;

use super::super::publish::observed;
use super::super::sync::zone;
use super::super::{Error, Result};

/// The campaign as it would be wanted: everything of it that is neither deleted nor archived.
pub(super) fn adopted(account: &AdAccount, campaign: CampaignId, below: &[Observed]) -> Result<Adopted> {
    let mut objects = Vec::new();
    let kept = |row: &Observed| -> Option<Kept> {
        let said = observed(row).filter(|said| !said.gone)?;
        Some(Kept::of(&said, row.parent_id, targeting_of(row)))
    };
    let of = |kind: &str, parent: Option<ObjectId>| {
        let fits = |row: &&Observed| row.kind == kind && (parent.is_none() || row.parent_id == parent);
        below.iter().filter(fits).filter_map(kept).collect::<Vec<_>>()
    };
    objects.extend(of("campaign", None));
    for ad_set in of("ad_set", Some(ObjectId(campaign.0))) {
        let ads = of("ad", Some(ad_set.object.id));
        objects.push(ad_set);
        objects.extend(ads);
    }
    if objects.first().is_none_or(|top| top.object.kind != Kind::Campaign) {
        return Err(Error::conflict(dictionary::adopt_unreadable()));
    }
    let currency = account.currency.parse();
    let currency = currency.map_err(|_| Error::conflict(dictionary::account_currency_unknown(&account.name)))?;
    Ok(Adopted { campaign, currency, zone: zone(account), objects })
}

/// An ad set's targeting as Meta wrote it.
pub(in crate::service) fn targeting_of(row: &Observed) -> Option<Value> {
    let targeting = (row.kind == "ad_set").then(|| value(row)).and_then(|value| value.get("targeting").cloned());
    targeting.filter(|targeting| !targeting.is_null())
}

/// In words, what is different between what was adopted and what Meta has now.
pub(super) fn changes(before: &Adopted, now: &Adopted) -> Vec<String> {
    let mut lines = Vec::new();
    for kept in &now.objects {
        let Some(old) = before.objects.iter().find(|old| old.object == kept.object) else {
            lines.push(format!("{} {} is new", kept.object.kind.label(), kept.name()));
            continue;
        };
        for (field, text) in kept.fields.iter().filter(|(field, text)| old.text(**field) != text.as_str()) {
            let (from, to) = (before.show(*field, old.text(*field)), now.show(*field, text));
            lines.push(format!("{} of {}: {to} instead of {from}", field.label(), kept.name()));
        }
    }
    let gone = before.objects.iter().filter(|old| !now.objects.iter().any(|kept| kept.object == old.object));
    lines.extend(gone.map(|old| format!("{} {} is gone", old.object.kind.label(), old.name())));
    lines
}

/// What Tandem only keeps, each with the names of the objects that have it.
pub(super) fn beyond(below: &[Observed], creatives: &[Observed]) -> Vec<(Beyond, Vec<String>)> {
    let mut found: BTreeMap<Beyond, BTreeSet<String>> = BTreeMap::new();
    let mut placements: Vec<(BTreeSet<String>, &str)> = Vec::new();
    for row in below.iter().filter(|row| !row.is_over()) {
        let value = value(row);
        let all = match row.kind.as_str() {
            "campaign" => of_campaign(&value),
            "ad_set" => {
                if let Some(text) = observed(row).and_then(|said| said.fields.get(&Field::Placements).cloned()) {
                    placements.push((places(&text), &row.name));
                }
                of_ad_set(&value)
            }
            "ad" => of_creative(&creative_of(&value, creatives)),
            _ => Vec::new(),
        };
        for one in all {
            found.entry(one).or_default().insert(row.name.clone());
        }
    }
    for (at, (mine, name)) in placements.iter().enumerate() {
        for (_, other) in placements.iter().skip(at + 1).filter(|(others, _)| !mine.is_disjoint(others)) {
            let names = found.entry(Beyond::ManyAdSets).or_default();
            names.extend([(*name).to_owned(), (*other).to_owned()]);
        }
    }
    found.into_iter().map(|(beyond, names)| (beyond, names.into_iter().collect())).collect()
}

/// The placements of a canonical text, one by one: where a network is named as a whole, all of its own.
fn places(text: &str) -> BTreeSet<String> {
    let whole = |word: &str, network: Network| word == "automatic placements" || word == format!("all of {}", network.as_str());
    let mut all: BTreeSet<String> = text.split(',').map(str::to_owned).collect();
    for network in Network::BOTH {
        if text.split(',').any(|word| whole(word, network)) {
            all.extend(Placement::of(network).map(|placement| placement.to_string()));
        }
    }
    all
}

fn value(row: &Observed) -> Value {
    // Fields were written by us from Meta's answer; a row known from figures alone has none.
    serde_json::from_str(&row.fields).unwrap_or_default()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Whether something is said there that is not empty.
fn has(value: &Value, pointer: &str) -> bool {
    match value.pointer(pointer) {
        None | Some(Value::Null) => false,
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(fields)) => !fields.is_empty(),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(_)) => true,
    }
}

fn any(value: &Value, pointers: &[&str]) -> bool {
    pointers.iter().any(|pointer| has(value, pointer))
}

fn picked(all: &[(Beyond, bool)]) -> Vec<Beyond> {
    all.iter().filter(|(_, there)| *there).map(|(beyond, _)| *beyond).collect()
}

fn of_campaign(value: &Value) -> Vec<Beyond> {
    picked(&[
        (Beyond::OldObjective, has(value, "/objective") && !text(value, "/objective").starts_with("OUTCOME_")),
        (Beyond::Reserved, text(value, "/buying_type") == "RESERVED"),
        (Beyond::CampaignBudget, any(value, &["/daily_budget", "/lifetime_budget"])),
        (Beyond::OtherBid, is_other_bid(value)),
        (Beyond::Catalog, has(value, "/promoted_object/product_catalog_id")),
        (Beyond::App, has(value, "/promoted_object/application_id")),
    ])
}

fn is_other_bid(value: &Value) -> bool {
    matches!(text(value, "/bid_strategy"), "LOWEST_COST_WITH_BID_CAP" | "LOWEST_COST_WITH_MIN_ROAS")
}

fn of_ad_set(value: &Value) -> Vec<Beyond> {
    let targeting = value.get("targeting").cloned().unwrap_or_default();
    let words = |name: &str| targeting.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let platforms = words("publisher_platforms");
    let known = |platform: &Value| platform == "facebook" || platform == "instagram";
    let places = targeting.get("geo_locations").and_then(Value::as_object);
    let other_places =
        places.is_some_and(|geo| geo.keys().any(|name| !matches!(name.as_str(), "countries" | "cities" | "location_types")));
    let destination = text(value, "/destination_type");
    let messaging = ["MESSENGER", "WHATSAPP", "INSTAGRAM_DIRECT", "MESSAGING", "PHONE_CALL"];
    picked(&[
        (
            Beyond::SpendRange,
            any(value, &["/daily_min_spend_target", "/daily_spend_cap", "/lifetime_min_spend_target", "/lifetime_spend_cap"]),
        ),
        (Beyond::AutomaticPlacements, platforms.is_empty()),
        (Beyond::OtherNetworks, !platforms.iter().all(known)),
        (Beyond::CustomAudience, any(&targeting, &["/custom_audiences", "/excluded_custom_audiences"])),
        (
            Beyond::DetailedTargeting,
            any(&targeting, &["/interests", "/behaviors", "/flexible_spec", "/exclusions", "/life_events", "/industries"]),
        ),
        (Beyond::OtherPlaces, other_places || has(&targeting, "/excluded_geo_locations")),
        (Beyond::Dayparting, has(value, "/adset_schedule")),
        (Beyond::OtherBid, is_other_bid(value) || has(value, "/bid_constraints")),
        (Beyond::App, has(value, "/promoted_object/application_id")),
        (Beyond::Catalog, any(value, &["/promoted_object/product_set_id", "/promoted_object/product_catalog_id"])),
        (Beyond::Messaging, messaging.iter().any(|word| destination.starts_with(word))),
        (Beyond::AssetFeed, has(value, "/is_dynamic_creative")),
    ])
}

/// What Meta said of an ad's creative; nothing where it is not known.
fn creative_of(ad: &Value, creatives: &[Observed]) -> Value {
    let id = text(ad, "/creative/id");
    creatives.iter().find(|row| row.remote_id == id).map(value).unwrap_or_default()
}

fn of_creative(value: &Value) -> Vec<Beyond> {
    let features = value.pointer("/degrees_of_freedom_spec/creative_features_spec").and_then(Value::as_object);
    let enrolled = |spec: &Value| spec.get("enroll_status").and_then(Value::as_str) == Some("OPT_IN");
    let story = has(value, "/object_story_spec");
    picked(&[
        (Beyond::Video, any(value, &["/object_story_spec/video_data", "/video_id", "/asset_feed_spec/videos"])),
        (Beyond::Carousel, has(value, "/object_story_spec/link_data/child_attachments")),
        (Beyond::Catalog, any(value, &["/object_story_spec/template_data", "/product_set_id"])),
        (Beyond::AssetFeed, has(value, "/asset_feed_spec")),
        (Beyond::ExistingPost, !story && any(value, &["/object_story_id", "/source_instagram_media_id"])),
        (Beyond::Enhancements, features.is_some_and(|all| all.values().any(enrolled))),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_goes_beyond_is_found_by_metas_own_fields() {
        let ad_set = json!({
            "targeting": {"geo_locations": {"countries": ["PT"], "regions": [{"key": "1"}]}, "custom_audiences": [{"id": "1"}]},
            "adset_schedule": [{"start_minute": 0}], "destination_type": "MESSENGER", "daily_spend_cap": 500,
        });
        assert_eq!(
            of_ad_set(&ad_set),
            [
                Beyond::SpendRange,
                Beyond::AutomaticPlacements,
                Beyond::CustomAudience,
                Beyond::OtherPlaces,
                Beyond::Dayparting,
                Beyond::Messaging
            ]
        );
        let video = json!({"object_story_spec": {"video_data": {"video_id": "1"}},
            "degrees_of_freedom_spec": {"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_IN"}}}});
        assert_eq!(of_creative(&video), [Beyond::Video, Beyond::Enhancements]);
        assert_eq!(of_creative(&json!({"object_story_id": "1_2"})), [Beyond::ExistingPost]);
        let plain = json!({"targeting": {"geo_locations": {"countries": ["PT"]}, "publisher_platforms": ["facebook"]}});
        assert!(of_ad_set(&plain).is_empty());
    }
}
