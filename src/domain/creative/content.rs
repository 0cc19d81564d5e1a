//! Which picture and which words an ad shows where, and the one creative that says so.
//!
//! An ad set whose placements all show the same gets a plain creative. One that holds feeds and upright screens of an ad with two
//! pictures, or both networks of an ad with a text for each, gets one creative with a rule for each group of placements. Source:
//! Marketing API, "Placement Asset Customization" (v26.0): at least two rules, the last one the default.

use serde::{Deserialize, Serialize};

use super::Ad;
use crate::domain::id::PictureId;
use crate::domain::network::Network;
use crate::domain::placement::Placement;

/// A text for each network, where it differs from the ad's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Texts {
    /// Facebook's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facebook: Option<String>,
    /// Instagram's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instagram: Option<String>,
}

impl Texts {
    /// The text of one network, if it has its own.
    pub fn of(&self, network: Network) -> Option<&str> {
        match network {
            Network::Facebook => self.facebook.as_deref(),
            Network::Instagram => self.instagram.as_deref(),
            Network::Other | Network::Unknown => None,
        }
    }

    /// Whether neither network has its own.
    pub fn is_empty(&self) -> bool {
        self.facebook.is_none() && self.instagram.is_none()
    }
}

/// What is shown in a place: words and picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Content {
    /// The text above the picture.
    pub message: String,
    /// The line beside the button.
    pub headline: String,
    /// The picture.
    pub picture: PictureId,
}

/// What some placements show instead of the default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlacementRule {
    /// Where, in the order of the placement table; never empty.
    pub placements: Vec<Placement>,
    /// What.
    pub content: Content,
}

/// What one creative says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CreativeContent {
    /// The same everywhere.
    Plain(Content),
    /// The default, and the placements that show something else; at least one.
    ByPlacement {
        /// Where no rule speaks.
        default: Content,
        /// Placements that show something else; no placement stands in two.
        rules: Vec<PlacementRule>,
    },
}

impl Ad {
    /// What the ad shows in a placement.
    pub fn at(&self, placement: Placement) -> Content {
        let network = placement.network();
        Content {
            message: self.messages.of(network).unwrap_or(&self.message).to_owned(),
            headline: self.headlines.of(network).unwrap_or(&self.headline).to_owned(),
            picture: self.vertical.filter(|_| placement.is_vertical()).unwrap_or(self.picture),
        }
    }

    /// What it shows where neither network speaks for itself.
    fn usual(&self) -> Content {
        Content { message: self.message.clone(), headline: self.headline.clone(), picture: self.picture }
    }
}

impl CreativeContent {
    /// The content of an ad for an ad set's placements. None named means automatic placements: all that Meta has, those of other
    /// networks included, which get the ad's own text and feed picture.
    pub fn of(ad: &Ad, placements: &[Placement]) -> Self {
        let automatic = placements.is_empty();
        let mut all: Vec<Placement> = if automatic { Placement::all().collect() } else { placements.to_vec() };
        all.sort_unstable();
        all.dedup();
        let mut groups: Vec<PlacementRule> = Vec::new();
        for placement in all {
            let content = ad.at(placement);
            match groups.iter_mut().find(|group| group.content == content) {
                Some(group) => group.placements.push(placement),
                None => groups.push(PlacementRule { placements: vec![placement], content }),
            }
        }
        let usual = ad.usual();
        let at = groups.iter().position(|group| group.content == usual);
        let default = match (at, automatic) {
            (Some(at), _) => groups.remove(at).content,
            (None, false) if !groups.is_empty() => groups.remove(0).content,
            // Every placement of ours shows something else, and others may come.
            (None, _) => usual,
        };
        if groups.is_empty() { Self::Plain(default) } else { Self::ByPlacement { default, rules: groups } }
    }

    /// What is shown where no rule speaks.
    pub fn default(&self) -> &Content {
        match self {
            Self::Plain(content) | Self::ByPlacement { default: content, .. } => content,
        }
    }

    /// The rules; none where it is the same everywhere.
    pub fn rules(&self) -> &[PlacementRule] {
        match self {
            Self::Plain(_) => &[],
            Self::ByPlacement { rules, .. } => rules,
        }
    }

    /// What it shows in a placement.
    pub fn at(&self, placement: Placement) -> &Content {
        let rule = self.rules().iter().find(|rule| rule.placements.contains(&placement));
        rule.map_or_else(|| self.default(), |rule| &rule.content)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::subsequence;

    use super::*;
    use crate::domain::creative::fixture::ad;

    fn two_pictures() -> Ad {
        Ad { vertical: Some(PictureId(8)), ..ad() }
    }

    fn two_texts() -> Ad {
        let messages = Texts { facebook: None, instagram: Some("For Instagram.".into()) };
        Ad { messages, ..ad() }
    }

    #[test]
    fn one_picture_and_one_text_stay_plain_wherever_they_run() {
        let all: Vec<Placement> = Placement::all().collect();
        for placements in [&[][..], &all, &[Placement::InstagramReels]] {
            assert!(matches!(CreativeContent::of(&ad(), placements), CreativeContent::Plain(_)));
        }
    }

    #[test]
    fn feeds_and_upright_screens_in_one_ad_set_need_a_rule() {
        let placements = [Placement::FacebookFeed, Placement::InstagramFeed, Placement::InstagramStories];
        let content = CreativeContent::of(&two_pictures(), &placements);
        assert_eq!(content.default().picture, PictureId(7));
        let [rule] = content.rules() else { panic!("{content:?}") };
        assert_eq!((rule.placements.as_slice(), rule.content.picture), (&[Placement::InstagramStories][..], PictureId(8)));
    }

    #[test]
    fn an_ad_set_of_upright_screens_alone_gets_the_upright_picture_plainly() {
        let content = CreativeContent::of(&two_pictures(), &[Placement::InstagramStories, Placement::FacebookReels]);
        assert!(matches!(&content, CreativeContent::Plain(shown) if shown.picture == PictureId(8)), "{content:?}");
    }

    #[test]
    fn a_network_of_its_own_gets_its_own_text_plainly_and_both_together_a_rule() {
        let only = CreativeContent::of(&two_texts(), &[Placement::InstagramFeed]);
        assert!(matches!(&only, CreativeContent::Plain(shown) if shown.message == "For Instagram."), "{only:?}");
        let both = CreativeContent::of(&two_texts(), &[Placement::FacebookFeed, Placement::InstagramFeed]);
        assert_eq!(both.rules().len(), 1);
        assert_eq!(both.default().message, ad().message);
    }

    #[test]
    fn automatic_placements_show_the_usual_where_neither_network_speaks() {
        let texts = Texts { facebook: Some("For Facebook.".into()), instagram: Some("For Instagram.".into()) };
        let content = CreativeContent::of(&Ad { messages: texts, ..two_pictures() }, &[]);
        assert_eq!((content.default().message.as_str(), content.default().picture), (ad().message.as_str(), PictureId(7)));
        assert_eq!(content.rules().len(), 4);
    }

    prop_compose! {
        fn any_ad()(vertical in any::<bool>(), texts in proptest::collection::vec(proptest::option::of("[ab]"), 4)) -> Ad {
            let [one, two, three, four] = texts.try_into().unwrap_or_default();
            Ad {
                vertical: vertical.then_some(PictureId(8)),
                messages: Texts { facebook: one, instagram: two },
                headlines: Texts { facebook: three, instagram: four },
                ..ad()
            }
        }
    }

    proptest! {
        #[test]
        fn every_placement_shows_what_the_ad_says_there_and_stands_in_one_rule(
            ad in any_ad(),
            placements in subsequence(Placement::all().collect::<Vec<_>>(), 0..=14),
        ) {
            let content = CreativeContent::of(&ad, &placements);
            let shown: Vec<Placement> = if placements.is_empty() { Placement::all().collect() } else { placements.clone() };
            for placement in &shown {
                prop_assert_eq!(content.at(*placement), &ad.at(*placement));
                let rules = content.rules().iter().filter(|rule| rule.placements.contains(placement)).count();
                prop_assert!(rules <= 1);
            }
            for rule in content.rules() {
                prop_assert!(!rule.placements.is_empty() && rule.content != *content.default());
                prop_assert!(rule.placements.iter().all(|placement| shown.contains(placement)));
            }
            // Nothing is customised without need: the rules are as many as there are further contents.
            let mut contents: Vec<Content> = shown.iter().map(|placement| ad.at(*placement)).collect();
            contents.sort_by_key(|content| format!("{content:?}"));
            contents.dedup();
            let unused = usize::from(!contents.contains(content.default()));
            prop_assert_eq!(content.rules().len() + 1, contents.len() + unused);
            prop_assert!(unused == 0 || placements.is_empty());
        }
    }
}
