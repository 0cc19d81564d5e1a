//! A creative in words that can be compared, whichever side they come from: what was meant, or what Meta says it shows.

use std::collections::{BTreeMap, BTreeSet};

use super::Field;

/// What is shown in a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownWords {
    /// The text above the picture.
    pub message: String,
    /// The line beside the button.
    pub headline: String,
    /// The picture's hash; `None` where it is not known.
    pub picture: Option<String>,
}

/// What some placements show instead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleWords {
    /// Placements' words; words of other networks as `network.position`.
    pub placements: Vec<String>,
    /// What.
    pub shown: ShownWords,
}

/// A creative.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreativeWords {
    /// Meta's id of the Page.
    pub page: String,
    /// Meta's id of the Instagram account; `None` is not compared, for Meta may then have chosen one.
    pub instagram: Option<String>,
    /// Where it leads.
    pub link: String,
    /// What the link carries; `None` where Meta was not asked.
    pub url_tags: Option<String>,
    /// Meta's call to action; empty for none.
    pub button: String,
    /// What is shown where no rule speaks.
    pub default: ShownWords,
    /// Placements that show something else.
    pub rules: Vec<RuleWords>,
    /// Names of the enhancements that are on; `None` where Meta did not say.
    pub enhancements: Option<BTreeSet<String>>,
}

impl CreativeWords {
    /// The canonical texts of the fields of creatives.
    pub fn fields(self) -> BTreeMap<Field, String> {
        let mut fields = BTreeMap::from([
            (Field::Page, self.page.clone()),
            (Field::Message, self.by_placement(|shown| Some(shown.message.trim()))),
            (Field::Headline, self.by_placement(|shown| Some(shown.headline.trim()))),
            (Field::Button, self.button.clone()),
        ]);
        if self.default.picture.is_some() {
            fields.insert(Field::Picture, self.by_placement(|shown| shown.picture.as_deref()));
        }
        if let Some(tags) = &self.url_tags {
            // Meta writes "https://a.example" as "https://a.example/".
            let link = url::Url::parse(&self.link).map_or_else(|_| self.link.clone(), String::from);
            let joint = if tags.is_empty() { "" } else { "\n" };
            fields.insert(Field::Link, format!("{link}{joint}{tags}"));
        }
        if let Some(instagram) = self.instagram {
            fields.insert(Field::Instagram, instagram);
        }
        if let Some(on) = self.enhancements {
            let on: Vec<String> = on.into_iter().collect();
            fields.insert(Field::Enhancements, on.join(","));
        }
        fields
    }

    /// One part of the content: the default, then a line for each other value with the placements that show it. However the rules
    /// are cut, the same content is the same text.
    fn by_placement<'a>(&'a self, part: impl Fn(&'a ShownWords) -> Option<&'a str>) -> String {
        let value = |shown: &'a ShownWords| part(shown).unwrap_or_default();
        let default = value(&self.default);
        let mut others: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for rule in self.rules.iter().filter(|rule| value(&rule.shown) != default) {
            others.entry(value(&rule.shown)).or_default().extend(rule.placements.iter().map(String::as_str));
        }
        let mut lines = vec![default.to_owned()];
        lines.extend(others.into_iter().map(|(value, mut placements)| {
            placements.sort_unstable();
            format!("{}: {value}", placements.join(", "))
        }));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(message: &str, picture: &str) -> ShownWords {
        ShownWords { message: message.into(), headline: "Sale".into(), picture: Some(picture.into()) }
    }

    fn rule(placements: &[&str], shown: ShownWords) -> RuleWords {
        RuleWords { placements: placements.iter().map(|word| (*word).to_owned()).collect(), shown }
    }

    #[test]
    fn the_same_content_reads_the_same_however_its_rules_are_cut() {
        let one = CreativeWords {
            default: shown("a", "h1"),
            rules: vec![rule(&["instagram.story", "instagram.reels"], shown("a", "h2"))],
            ..CreativeWords::default()
        };
        let two = CreativeWords {
            default: shown("a", "h1"),
            rules: vec![rule(&["instagram.reels"], shown("a", "h2")), rule(&["instagram.story"], shown("a", "h2"))],
            ..CreativeWords::default()
        };
        assert_eq!(one.clone().fields(), two.fields());
        assert_eq!(one.fields()[&Field::Picture], "h1\ninstagram.reels, instagram.story: h2");
    }

    #[test]
    fn what_meta_did_not_say_is_no_field() {
        let fields = CreativeWords::default().fields();
        for field in [Field::Instagram, Field::Link, Field::Picture, Field::Enhancements] {
            assert!(!fields.contains_key(&field), "{field:?}");
        }
    }
}
