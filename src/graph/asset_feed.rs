//! Creatives that show different pictures and texts in different placements, written and read.
//! Source: Marketing API, "Asset Feed Spec" and "Placement Asset Customization" (v26.0).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::creatives::{NewCreative, Shown, ShownAt};

/// A spec of a creative with rules. Assets stand once each, under a label that the rules name; a text that is the same everywhere
/// needs none. The last rule is the default: no placement, and what stands where no other rule speaks.
pub(super) fn spec(new: &NewCreative) -> Value {
    let mut rules: Vec<(Value, &Shown)> = new.rules.iter().map(|rule| (placements(rule), &rule.shown)).collect();
    rules.push((json!({}), &new.shown));
    let shown: Vec<&Shown> = rules.iter().map(|(_, shown)| *shown).collect();
    let images = Assets::of("image", shown.iter().map(|shown| shown.image_hash.as_str()));
    let bodies = Assets::of("body", shown.iter().map(|shown| shown.message.as_str()));
    let titles = Assets::of("title", shown.iter().map(|shown| shown.headline.as_str()));
    let last = rules.len();
    let written = rules.iter().enumerate().map(|(at, (spec, shown))| {
        let mut rule = Map::from_iter([
            ("customization_spec".to_owned(), spec.clone()),
            ("image_label".to_owned(), json!({"name": images.label(&shown.image_hash)})),
            ("priority".to_owned(), json!(at + 1)),
        ]);
        if at + 1 == last {
            rule.insert("is_default".to_owned(), json!(true));
        }
        for (name, assets, text) in [("body_label", &bodies, &shown.message), ("title_label", &titles, &shown.headline)] {
            if assets.vary() {
                rule.insert(name.to_owned(), json!({"name": assets.label(text)}));
            }
        }
        Value::Object(rule)
    });
    let mut spec = json!({
        "optimization_type": "PLACEMENT",
        "ad_formats": ["SINGLE_IMAGE"],
        "images": images.written("hash", true),
        "bodies": bodies.written("text", bodies.vary()),
        "titles": titles.written("text", titles.vary()),
        "link_urls": [{"website_url": new.link}],
        "asset_customization_rules": written.collect::<Vec<_>>(),
    });
    if let (Some(action), Some(spec)) = (&new.call_to_action, spec.as_object_mut()) {
        spec.insert("call_to_action_types".to_owned(), json!([action]));
    }
    spec
}

fn placements(rule: &ShownAt) -> Value {
    let mut spec = Map::new();
    let both = [("facebook", &rule.facebook_positions), ("instagram", &rule.instagram_positions)];
    let there: Vec<&str> = both.iter().filter(|(_, positions)| !positions.is_empty()).map(|(platform, _)| *platform).collect();
    spec.insert("publisher_platforms".to_owned(), json!(there));
    for (platform, positions) in both.into_iter().filter(|(_, positions)| !positions.is_empty()) {
        spec.insert(format!("{platform}_positions"), json!(positions));
    }
    Value::Object(spec)
}

/// The values of one kind of asset, each once, in the order in which they first stand.
struct Assets<'a> {
    kind: &'static str,
    values: Vec<&'a str>,
}

impl<'a> Assets<'a> {
    fn of(kind: &'static str, all: impl Iterator<Item = &'a str>) -> Self {
        let mut values = Vec::new();
        for value in all {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Self { kind, values }
    }

    fn vary(&self) -> bool {
        self.values.len() > 1
    }

    fn label(&self, value: &str) -> String {
        let at = self.values.iter().position(|one| *one == value).unwrap_or_default();
        format!("{}_{}", self.kind, at + 1)
    }

    fn written(&self, field: &str, labelled: bool) -> Vec<Value> {
        let asset = |value: &&str| match labelled {
            true => json!({field: value, "adlabels": [{"name": self.label(value)}]}),
            false => json!({field: value}),
        };
        self.values.iter().map(asset).collect()
    }
}

/// What Meta says a creative with rules shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFeed {
    /// Where it leads.
    pub link: String,
    /// Its call to action.
    pub call_to_action: Option<String>,
    /// What stands where no rule speaks.
    pub shown: Shown,
    /// The rules.
    pub rules: Vec<ShownAt>,
}

#[derive(Deserialize)]
struct Spec {
    #[serde(default)]
    images: Vec<Asset>,
    #[serde(default)]
    bodies: Vec<Asset>,
    #[serde(default)]
    titles: Vec<Asset>,
    #[serde(default)]
    link_urls: Vec<Link>,
    #[serde(default)]
    call_to_action_types: Vec<String>,
    #[serde(default)]
    asset_customization_rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Asset {
    #[serde(default)]
    hash: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    adlabels: Vec<Label>,
}

impl Asset {
    fn value(&self) -> Option<&String> {
        self.hash.as_ref().or(self.text.as_ref())
    }
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    website_url: String,
}

#[derive(Deserialize)]
struct Label {
    name: String,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(default)]
    customization_spec: BTreeMap<String, Value>,
    #[serde(default)]
    is_default: bool,
    #[serde(default)]
    image_label: Option<Label>,
    #[serde(default)]
    body_label: Option<Label>,
    #[serde(default)]
    title_label: Option<Label>,
}

impl Rule {
    fn is_default(&self) -> bool {
        self.is_default || self.customization_spec.is_empty()
    }

    fn positions(&self, field: &str) -> Vec<String> {
        let list = self.customization_spec.get(field).and_then(Value::as_array);
        list.map(|all| all.iter().filter_map(Value::as_str).map(str::to_owned).collect()).unwrap_or_default()
    }

    fn shown(&self, spec: &Spec) -> Option<Shown> {
        Some(Shown {
            message: pick(&spec.bodies, self.body_label.as_ref()).unwrap_or_default(),
            headline: pick(&spec.titles, self.title_label.as_ref()).unwrap_or_default(),
            image_hash: pick(&spec.images, self.image_label.as_ref())?,
        })
    }
}

/// The asset under a label, or the only one.
fn pick(assets: &[Asset], label: Option<&Label>) -> Option<String> {
    let found = match (label, assets) {
        (Some(label), _) => assets.iter().find(|asset| asset.adlabels.iter().any(|one| one.name == label.name)),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    found.and_then(Asset::value).cloned()
}

/// Reads a spec; `None` where it is of another kind than [`spec`] writes (videos, several texts without labels, no default).
pub(super) fn read(value: &Value) -> Option<ReadFeed> {
    let spec: Spec = serde_json::from_value(value.clone()).ok()?;
    let default = spec.asset_customization_rules.iter().find(|rule| rule.is_default())?;
    let rules = spec.asset_customization_rules.iter().filter(|rule| !rule.is_default()).map(|rule| {
        Some(ShownAt {
            facebook_positions: rule.positions("facebook_positions"),
            instagram_positions: rule.positions("instagram_positions"),
            shown: rule.shown(&spec)?,
        })
    });
    Some(ReadFeed {
        rules: rules.collect::<Option<_>>()?,
        shown: default.shown(&spec)?,
        link: spec.link_urls.first()?.website_url.clone(),
        call_to_action: spec.call_to_action_types.first().cloned(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::creatives::tests::new_creative;
    use super::*;

    fn shown(message: &str, hash: &str) -> Shown {
        Shown { message: message.into(), headline: "Sale".into(), image_hash: hash.into() }
    }

    fn two_formats() -> NewCreative {
        let at = |facebook: &[&str], instagram: &[&str], shown: Shown| ShownAt {
            facebook_positions: facebook.iter().map(|word| (*word).to_owned()).collect(),
            instagram_positions: instagram.iter().map(|word| (*word).to_owned()).collect(),
            shown,
        };
        NewCreative {
            shown: shown("Both", "h1"),
            rules: vec![at(&["story", "facebook_reels"], &[], shown("Both", "h2")), at(&[], &["story"], shown("There", "h2"))],
            ..new_creative()
        }
    }

    #[test]
    fn a_spec_names_each_asset_once_and_ends_with_the_default() {
        let written = spec(&two_formats());
        assert_eq!(written["images"].as_array().unwrap().len(), 2);
        assert_eq!(written["bodies"][1], json!({"text": "There", "adlabels": [{"name": "body_2"}]}));
        assert_eq!(written["titles"], json!([{"text": "Sale"}]), "one headline needs no label");
        let rules = written["asset_customization_rules"].as_array().unwrap();
        assert_eq!(rules.len(), 3);
        assert_eq!(
            rules[0]["customization_spec"],
            json!({"publisher_platforms": ["facebook"], "facebook_positions": ["story", "facebook_reels"]})
        );
        assert_eq!((&rules[2]["customization_spec"], &rules[2]["is_default"]), (&json!({}), &json!(true)));
        assert!(rules.iter().all(|rule| rule.get("title_label").is_none()));
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let new = two_formats();
        let read = read(&spec(&new)).unwrap();
        assert_eq!((read.shown, read.rules, read.link), (new.shown, new.rules, new.link));
        assert_eq!(read.call_to_action, new.call_to_action);
    }

    #[test]
    fn a_feed_of_another_kind_is_not_read_half() {
        let mut dynamic = spec(&two_formats());
        dynamic.as_object_mut().unwrap().remove("asset_customization_rules");
        assert_eq!(super::read(&dynamic), None);
    }
}
