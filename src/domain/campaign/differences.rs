//! What differs between two forms of a campaign, as people read it, and taking a change back where nothing later touched it.
//!
//! A form is compared part by part: a part is a field of the form, or one ad. Whoever undoes a change gets back the parts that it
//! changed and no others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::CampaignForm;

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormChange {
    /// The field's path, as `share.facebook`.
    pub field: String,
    /// The word people read.
    pub label: String,
    /// What it was; empty for nothing.
    pub before: String,
    /// What it became.
    pub after: String,
}

/// The fields that differ, in a stable order.
pub fn differences(before: &CampaignForm, after: &CampaignForm) -> Vec<FormChange> {
    let (before, after) = (leaves(before), leaves(after));
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let text = |of: &BTreeMap<String, String>, field: &String| of.get(field).cloned().unwrap_or_default();
    let changed = fields.into_iter().filter(|field| text(&before, field) != text(&after, field));
    changed
        .map(|field| FormChange {
            field: field.clone(),
            label: label(field),
            before: text(&before, field),
            after: text(&after, field),
        })
        .collect()
}

/// A form with one change taken back: the parts that differ between `before` and `after` are as before, the rest as `now`.
///
/// # Errors
/// The labels of the parts that something later changed again.
pub fn taken_back(now: &CampaignForm, before: &CampaignForm, after: &CampaignForm) -> Result<CampaignForm, Vec<String>> {
    let (mut form, was, became) = (parts(now), parts(before), parts(after));
    let names: BTreeSet<&String> = was.keys().chain(became.keys()).collect();
    let mut conflicts = Vec::new();
    for name in names.into_iter().filter(|name| was.get(*name) != became.get(*name)) {
        if form.get(name) != became.get(name) {
            conflicts.push(label(name));
            continue;
        }
        match was.get(name) {
            Some(value) => form.insert(name.clone(), value.clone()),
            None => form.remove(name),
        };
    }
    if !conflicts.is_empty() {
        conflicts.dedup();
        return Err(conflicts);
    }
    whole(form, &[before, now]).ok_or_else(|| vec!["The form".to_owned()])
}

/// An ad's part; ads are told apart by their keys, however they are ordered.
fn ad_part(key: &str) -> String {
    format!("ads.{key}")
}

/// Whether each ad of a form has a key of its own.
fn has_keys(form: &CampaignForm) -> bool {
    let keys: BTreeSet<&str> = form.ads.iter().map(|ad| ad.key.as_str()).collect();
    keys.len() == form.ads.len() && !keys.contains("")
}

fn parts(form: &CampaignForm) -> BTreeMap<String, Value> {
    let Ok(Value::Object(fields)) = serde_json::to_value(form) else { return BTreeMap::new() };
    let mut parts = BTreeMap::new();
    for (name, value) in fields {
        match value {
            Value::Array(ads) if name == "ads" && has_keys(form) => {
                let keyed = form.ads.iter().zip(ads).map(|(ad, value)| (ad_part(&ad.key), value));
                parts.extend(keyed);
            }
            value => {
                parts.insert(name, value);
            }
        }
    }
    parts
}

/// The form of some parts; ads in the order of the first form that has them.
fn whole(mut parts: BTreeMap<String, Value>, order: &[&CampaignForm]) -> Option<CampaignForm> {
    if !parts.contains_key("ads") {
        let mut ads = Vec::new();
        for ad in order.iter().flat_map(|form| &form.ads) {
            ads.extend(parts.remove(&ad_part(&ad.key)));
        }
        parts.retain(|name, value| {
            let is_ad = name.starts_with("ads.");
            if is_ad {
                ads.push(value.take());
            }
            !is_ad
        });
        parts.insert("ads".to_owned(), Value::Array(ads));
    }
    serde_json::from_value(Value::Object(parts.into_iter().collect())).ok()
}

/// Every text of a form by its path; lists that are chosen as a whole are one text.
fn leaves(form: &CampaignForm) -> BTreeMap<String, String> {
    let mut leaves = BTreeMap::new();
    for (name, value) in parts(form) {
        put(&mut leaves, name, &value);
    }
    leaves
}

fn put(leaves: &mut BTreeMap<String, String>, path: String, value: &Value) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| put(leaves, format!("{path}.{name}"), value)),
        Value::Array(items) => {
            let text: Vec<String> = items.iter().map(item).filter(|text| !text.is_empty()).collect();
            leaves.insert(path, text.join(", "));
        }
        value => {
            leaves.insert(path, item(value));
        }
    }
}

/// A chosen thing in a few words: its name, with what was typed about it.
fn item(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
            let name = if text("name").is_empty() { text("key") } else { text("name") };
            match (text("radius"), text("side")) {
                ("", "") => name.to_owned(),
                ("", side) => format!("{side} {name}"),
                (radius, _) => format!("{name} + {radius} km"),
            }
        }
        other => other.to_string(),
    }
}

/// The word for a path: `Share, Facebook`.
pub fn label(path: &str) -> String {
    let mut steps = path.split('.');
    let first = steps.next().unwrap_or_default();
    let rest: Vec<String> = steps.map(words).collect();
    if first == "ads" {
        return match rest.split_first() {
            None => "Ads".to_owned(),
            Some((key, [])) => format!("Ad {key}"),
            Some((key, fields)) => format!("Ad {key}, {}", fields.join(", ").to_lowercase()),
        };
    }
    let top = match first {
        "account" => "Ad account",
        "result" => "Result counted",
        "attribution" => "Counted within",
        "bid" => "Bidding",
        "instagram" => "Instagram account",
        "special_category" => "Special ad category",
        "payer" => "Who pays",
        "beneficiary" => "Who benefits",
        "pace" => "Budget a day or in all",
        "never_more" => "Never more than",
        "automatic" => "Meta chooses the placements",
        "amounts" => "Shares given in",
        "floor" => "At least",
        "ceiling" => "At most",
        "groups" => "Placement groups",
        "age_min" => "From age",
        "age_max" => "To age",
        "reach" => "Only these, or a suggestion",
        "details" => "Interests and behaviours",
        "custom" => "Custom audiences",
        "expected_cost" => "Expected cost of a result",
        other => return joined(words(other), rest),
    };
    joined(top.to_owned(), rest)
}

fn joined(first: String, rest: Vec<String>) -> String {
    std::iter::once(first).chain(rest).collect::<Vec<_>>().join(", ")
}

/// `cost_goal` as `Cost goal`.
fn words(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::AdForm;
    use super::*;

    fn form(budget: &str, facebook: &str, messages: &[(&str, &str)]) -> CampaignForm {
        let mut form = CampaignForm { budget: budget.into(), ..CampaignForm::default() };
        form.share.facebook = facebook.into();
        let ad = |(key, message): &(&str, &str)| AdForm { key: (*key).into(), message: (*message).into(), ..AdForm::default() };
        form.ads = messages.iter().map(ad).collect();
        form
    }

    #[test]
    fn each_changed_field_is_told_with_the_word_people_read() {
        let (before, after) = (form("140", "42", &[("1", "Warm")]), form("150", "50", &[("1", "Warmer"), ("2", "New")]));
        let said: Vec<(String, String, String)> =
            differences(&before, &after).into_iter().map(|change| (change.label, change.before, change.after)).collect();
        let has = |label: &str, before: &str, after: &str| said.contains(&(label.into(), before.into(), after.into()));
        assert!(has("Budget", "140", "150") && has("Share, Facebook", "42", "50"), "{said:?}");
        assert!(has("Ad 1, message", "Warm", "Warmer") && has("Ad 2, message", "", "New"), "{said:?}");
        assert_eq!(differences(&before, &before), []);
    }

    #[test]
    fn a_change_is_taken_back_and_what_came_later_stays() {
        let (before, after) = (form("140", "42", &[("1", "Warm"), ("2", "Old")]), form("150", "42", &[("1", "Warm")]));
        let later = form("150", "60", &[("1", "Warmest")]);
        let back = taken_back(&later, &before, &after).unwrap();
        assert_eq!(back, form("140", "60", &[("1", "Warmest"), ("2", "Old")]));
    }

    #[test]
    fn what_was_changed_again_later_is_not_taken_back() {
        let (before, after) = (form("140", "42", &[]), form("150", "50", &[]));
        let conflicts = taken_back(&form("160", "50", &[]), &before, &after).unwrap_err();
        assert_eq!(conflicts, ["Budget"]);
    }

    #[test]
    fn taking_back_at_once_gives_the_very_form_from_before() {
        let mut before = CampaignForm::fresh();
        before.ads.push(AdForm { key: "7".into(), ..AdForm::default() });
        let mut after = before.clone();
        after.placements.pop();
        after.ads.reverse();
        after.gender = "men".into();
        assert_eq!(taken_back(&after, &before, &after).unwrap(), before);
    }
}
