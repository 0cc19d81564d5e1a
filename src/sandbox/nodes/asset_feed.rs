//! `asset_feed_spec` with customization rules: one ad that shows another picture or text in other placements.
//!
//! Checked as "Asset Feed Spec" and "Placement Asset Customization" (v26) say: single images only here, at least two rules, each
//! with a `customization_spec` and an `image_label`; labels that rules name must stand on an asset; one default rule with an empty
//! spec, which comes last; one description. A feed without rules is Dynamic Creative, which the sandbox does not offer.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::creative::is_address;
use super::enums::ACTIONS;
use super::image;
use crate::sandbox::placements::{PLATFORMS, positions};
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::{as_text, not_one_of};
use crate::sandbox::world::World;

// spec: AdAssetFeedSpec fields
const KNOWN: &[&str] = &[
    "ad_formats",
    "asset_customization_rules",
    "bodies",
    "call_to_action_types",
    "captions",
    "descriptions",
    "images",
    "link_urls",
    "optimization_type",
    "titles",
];
// spec: AdAssetFeedSpecAssetCustomizationRule fields
const RULE: &[&str] = &[
    "customization_spec",
    "is_default",
    "priority",
    "image_label",
    "body_label",
    "title_label",
    "description_label",
    "link_url_label",
    "caption_label",
    "call_to_action_type_label",
];
/// Most pictures of a feed.
const MOST_IMAGES: usize = 10;
/// Most of any kind of text of a feed.
const MOST_TEXTS: usize = 5;

fn refused(text: impl Into<String>) -> GraphError {
    GraphError::blamed("asset_feed_spec", "Invalid asset feed", text)
}

fn unknown_key(key: &str, param: &str) -> GraphError {
    GraphError::invalid(format!("Invalid keys \"{key}\" were found in param \"{param}\"")).blame("asset_feed_spec")
}

/// Checks a feed of a creative.
///
/// # Errors
/// Meta's refusals.
pub fn check(world: &World, account: &str, spec: &Map<String, Value>) -> Result<(), GraphError> {
    if let Some(key) = spec.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(unknown_key(key, "asset_feed_spec"));
    }
    match list(spec, "ad_formats")? {
        [only] if only == "SINGLE_IMAGE" => {}
        [] => return Err(refused("ad_formats must name one format.")),
        _ => return Err(refused("The sandbox offers the ad format SINGLE_IMAGE alone.")),
    }
    if spec.get("optimization_type").is_some_and(|kind| kind != "PLACEMENT") {
        return Err(refused("The sandbox offers the optimization_type PLACEMENT alone."));
    }
    let labels = Labels::read(world, account, spec)?;
    let rules = list(spec, "asset_customization_rules")?;
    if rules.len() < 2 {
        return Err(refused("An asset feed with customization needs at least two asset_customization_rules."));
    }
    let mut defaults = 0;
    let mut priorities = BTreeSet::new();
    for (at, rule) in rules.iter().enumerate() {
        let rule = rule.as_object().ok_or_else(|| refused("Each of asset_customization_rules must be an object."))?;
        let is_default = self::rule(rule, &labels)?;
        defaults += usize::from(is_default);
        if is_default && at + 1 != rules.len() {
            return Err(refused("The default rule must have the lowest priority: put it last."));
        }
        if let Some(priority) = rule.get("priority")
            && !priority.as_u64().is_some_and(|number| number >= 1 && priorities.insert(number))
        {
            return Err(refused("priority must be a whole number from 1, another one for each rule."));
        }
    }
    match defaults {
        1 => Ok(()),
        0 => Err(refused("One of asset_customization_rules must be the default: an empty customization_spec.")),
        _ => Err(refused("Only one of asset_customization_rules may be the default.")),
    }
}

fn list<'a>(map: &'a Map<String, Value>, name: &str) -> Result<&'a [Value], GraphError> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(GraphError::invalid(format!("Param asset_feed_spec[{name}] must be an array")).blame("asset_feed_spec")),
    }
}

/// The labels that stand on assets, by the rule's word for them.
struct Labels {
    of: Vec<(&'static str, BTreeSet<String>, usize)>,
}

impl Labels {
    fn read(world: &World, account: &str, spec: &Map<String, Value>) -> Result<Self, GraphError> {
        let text = |field: &'static str| {
            move |asset: &Map<String, Value>| match asset.get(field).and_then(Value::as_str) {
                Some(text) if !text.trim().is_empty() => Ok(()),
                _ => Err(refused(format!("Each text of the feed needs {field}."))),
            }
        };
        let image = |asset: &Map<String, Value>| match asset.get("hash").map(as_text) {
            Some(hash) if image::exists(world, account, &hash) => Ok(()),
            Some(_) => Err(refused("The image hash does not exist in this ad account.").sub(1_487_472)),
            None => Err(refused("Each of images needs a hash.")),
        };
        let link = |asset: &Map<String, Value>| match asset.get("website_url") {
            Some(url) if is_address(url) => Ok(()),
            _ => Err(refused("Each of link_urls needs a website_url that is a web address.")),
        };
        let images = assets(spec, "images", MOST_IMAGES, &["hash", "image_crops", "url_tags"], image)?;
        let bodies = assets(spec, "bodies", MOST_TEXTS, &["text", "url_tags"], text("text"))?;
        let titles = assets(spec, "titles", MOST_TEXTS, &["text", "url_tags"], text("text"))?;
        let links = assets(spec, "link_urls", MOST_TEXTS, &["website_url", "display_url", "deeplink_url", "url_tags"], link)?;
        let captions = assets(spec, "captions", MOST_TEXTS, &["text", "url_tags"], text("text"))?;
        let descriptions = assets(spec, "descriptions", 1, &["text", "url_tags"], text("text"))?;
        if images.1 == 0 || links.1 == 0 {
            return Err(refused("A feed of single images needs images and link_urls."));
        }
        for action in list(spec, "call_to_action_types")? {
            if !action.as_str().is_some_and(|action| ACTIONS.contains(&action)) {
                return Err(not_one_of("asset_feed_spec[call_to_action_types]", ACTIONS));
            }
        }
        let actions = (BTreeSet::new(), list(spec, "call_to_action_types")?.len());
        let of = [
            ("image_label", images),
            ("body_label", bodies),
            ("title_label", titles),
            ("link_url_label", links),
            ("caption_label", captions),
            ("description_label", descriptions),
            ("call_to_action_type_label", actions),
        ];
        Ok(Self { of: of.into_iter().map(|(name, (labels, count))| (name, labels, count)).collect() })
    }
}

/// Checks one kind of asset; its labels and how many there are.
fn assets(
    spec: &Map<String, Value>,
    name: &str,
    most: usize,
    known: &[&str],
    check: impl Fn(&Map<String, Value>) -> Result<(), GraphError>,
) -> Result<(BTreeSet<String>, usize), GraphError> {
    let all = list(spec, name)?;
    if all.len() > most {
        return Err(refused(format!("A feed may have {most} of {name}; there are {}.", all.len())));
    }
    let mut labels = BTreeSet::new();
    let mut seen = Vec::new();
    for asset in all {
        let asset = asset.as_object().ok_or_else(|| refused(format!("Each of {name} must be an object.")))?;
        if let Some(key) = asset.keys().find(|key| *key != "adlabels" && !known.contains(&key.as_str())) {
            return Err(unknown_key(key, &format!("asset_feed_spec[{name}]")));
        }
        check(asset)?;
        let bare: Map<String, Value> =
            asset.iter().filter(|(key, _)| *key != "adlabels").map(|(k, v)| (k.clone(), v.clone())).collect();
        if seen.contains(&bare) {
            return Err(refused(format!("The same asset stands twice in {name}: give it both labels.")));
        }
        seen.push(bare);
        for label in list(asset, "adlabels")? {
            match label.get("name").and_then(Value::as_str) {
                Some(name) if !name.is_empty() => labels.insert(name.to_owned()),
                _ => return Err(refused("Each of adlabels needs a name.")),
            };
        }
    }
    Ok((labels, all.len()))
}

/// Checks one rule; whether it is the default.
fn rule(rule: &Map<String, Value>, labels: &Labels) -> Result<bool, GraphError> {
    if let Some(key) = rule.keys().find(|key| !RULE.contains(&key.as_str())) {
        return Err(unknown_key(key, "asset_feed_spec[asset_customization_rules]"));
    }
    for (name, known, count) in &labels.of {
        match rule.get(*name) {
            None if *name == "image_label" => {
                return Err(refused("Each rule of the format SINGLE_IMAGE needs an image_label."));
            }
            // Several texts and no label: which one would be shown is nobody's choice.
            None if *count > 1 => {
                return Err(refused(format!("There are several assets to choose from, and a rule has no {name}.")).sub(2_446_173));
            }
            None => {}
            Some(label) => {
                let label = label.get("name").and_then(Value::as_str).ok_or_else(|| {
                    GraphError::invalid(format!(
                        "Param asset_feed_spec[asset_customization_rules][{name}] must be an object with a name"
                    ))
                    .blame("asset_feed_spec")
                })?;
                if !known.contains(label) {
                    return Err(refused(format!("No asset carries the label “{label}” that a rule names.")).sub(2_446_173));
                }
            }
        }
    }
    let spec = rule
        .get("customization_spec")
        .and_then(Value::as_object)
        .ok_or_else(|| GraphError::required("asset_feed_spec[asset_customization_rules][customization_spec]"))?;
    let is_default = rule.get("is_default").and_then(Value::as_bool).unwrap_or(spec.is_empty());
    if is_default != spec.is_empty() {
        return Err(refused("The default rule, and no other, has an empty customization_spec."));
    }
    if !is_default {
        places(spec)?;
    }
    Ok(is_default)
}

/// The placements of a rule: platforms, and positions of each.
fn places(spec: &Map<String, Value>) -> Result<(), GraphError> {
    let platforms = list(spec, "publisher_platforms")?;
    if platforms.is_empty() {
        return Err(refused("A customization_spec needs publisher_platforms."));
    }
    if let Some(odd) = platforms.iter().find(|one| !one.as_str().is_some_and(|one| PLATFORMS.contains(&one))) {
        return Err(refused(format!("publisher_platforms: {odd} is not valid.")));
    }
    for (key, value) in spec {
        let Some(platform) = key.strip_suffix("_positions") else {
            if matches!(key.as_str(), "publisher_platforms" | "device_platforms" | "age_min" | "age_max") {
                continue;
            }
            return Err(unknown_key(key, "asset_feed_spec[asset_customization_rules][customization_spec]"));
        };
        if !platforms.iter().any(|one| one == platform) {
            return Err(refused(format!("{key} needs {platform} in publisher_platforms.")));
        }
        let asked = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let is_known = |one: &Value| positions(platform).any(|known| one == known.position);
        if asked.is_empty() || !asked.iter().all(is_known) {
            return Err(refused(format!("{key}: {value} is not valid.")));
        }
    }
    Ok(())
}
