//! What they see: one to ten ads with their pictures and texts, and what their links carry.

use super::Reader;
use crate::domain::campaign::{AdForm, ByNetwork, PictureFacts};
use crate::domain::creative::format::{Fit, Slot};
use crate::domain::creative::{
    Ad, CallToAction, Enhancement, HEADLINE_MAX, MESSAGE_MAX, MOST_ADS, NAME_MAX, Texts, parse_link, shown,
};
use crate::domain::dictionary;
use crate::domain::id::PictureId;
use crate::domain::network::Network;
use crate::domain::placement::Placement;

/// Message or headline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Message,
    Headline,
}

impl Part {
    fn field(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Headline => "headline",
        }
    }

    fn max(self) -> usize {
        match self {
            Self::Message => MESSAGE_MAX,
            Self::Headline => HEADLINE_MAX,
        }
    }

    /// How many characters of it a placement shows.
    fn shown(self, placement: Placement) -> usize {
        match self {
            Self::Message => shown(placement).0,
            Self::Headline => shown(placement).1,
        }
    }
}

impl Reader<'_> {
    pub(super) fn ads(&mut self, placements: &[Placement]) -> Option<Vec<Ad>> {
        let form = self.form;
        if form.ads.is_empty() {
            self.invalid.add("ads", dictionary::ads_missing());
            return None;
        }
        if form.ads.len() > MOST_ADS {
            self.invalid.add("ads", dictionary::ads_too_many(MOST_ADS, form.ads.len()));
        }
        let read: Vec<Option<Ad>> = form.ads.iter().enumerate().map(|(row, ad)| self.ad(row, ad, placements)).collect();
        let ads: Vec<Ad> = read.into_iter().collect::<Option<_>>()?;
        let twice = ads.iter().enumerate().find(|(row, ad)| ads.iter().take(*row).any(|before| before.key == ad.key));
        if let Some((row, _)) = twice {
            self.invalid.add(format!("ads.{row}.name"), dictionary::ads_same_number());
            return None;
        }
        Some(ads)
    }

    fn ad(&mut self, row: usize, ad: &AdForm, placements: &[Placement]) -> Option<Ad> {
        let field = |name: &str| format!("ads.{row}.{name}");
        let fallback = format!("Ad {}", row + 1);
        let typed_name = if ad.name.trim().is_empty() { &fallback } else { &ad.name };
        let name = self.required(&field("name"), typed_name, dictionary::ad_name_missing(), NAME_MAX);
        let message = self.required(&field("message"), &ad.message, dictionary::ad_message_missing(), MESSAGE_MAX);
        let headline = self.required(&field("headline"), &ad.headline, dictionary::ad_headline_missing(), HEADLINE_MAX);
        let link = self.invalid.check(&field("link"), parse_link(&ad.link)).map(|_| ad.link.trim().to_owned());
        let call_to_action = CallToAction::parse(&ad.call_to_action);
        if call_to_action.is_none() {
            self.invalid.add(field("call_to_action"), dictionary::button_missing());
        }
        let picture = self.picture(&field("picture"), ad, placements);
        let vertical = self.vertical(&field("vertical"), ad, placements);
        let messages = self.texts(row, Part::Message, &ad.messages, placements);
        let headlines = self.texts(row, Part::Headline, &ad.headlines, placements);
        for (part, text, own) in [(Part::Message, &message, &messages), (Part::Headline, &headline, &headlines)] {
            let here = placements.iter().copied().filter(|p| own.as_ref().is_none_or(|own| own.of(p.network()).is_none()));
            self.lengths(&field(part.field()), part, text.as_deref(), here);
        }
        let enhancements = self.enhancements(&field("enhancements"), ad);
        let key = ad.key.trim().parse::<u32>().ok();
        if key.is_none() {
            self.invalid.add(field("name"), dictionary::ad_number_lost());
        }
        Some(Ad {
            key: key?,
            name: name?,
            message: message?,
            headline: headline?,
            link: link?,
            call_to_action: call_to_action?,
            picture: picture?,
            vertical: vertical?,
            messages: messages?,
            headlines: headlines?,
            enhancements: enhancements?,
        })
    }

    /// A picture the workspace has; a problem at `field` where it has not.
    fn known(&mut self, field: &str, typed: &str) -> Option<(PictureId, PictureFacts)> {
        let id = typed.trim().parse::<PictureId>().ok();
        let known = id.and_then(|id| self.facts.pictures.get(&id).map(|facts| (id, facts.clone())));
        if known.is_none() {
            let missing = typed.trim().is_empty();
            self.invalid.add(field, if missing { dictionary::picture_missing() } else { dictionary::picture_unknown() });
        }
        known
    }

    fn picture(&mut self, field: &str, ad: &AdForm, placements: &[Placement]) -> Option<PictureId> {
        let (id, facts) = self.known(field, &ad.picture)?;
        let upright = placements.iter().any(|placement| placement.is_vertical());
        let in_feeds = placements.is_empty() || placements.iter().any(|placement| !placement.is_vertical());
        match self.invalid.check(field, Slot::Feed.judge(facts.width, facts.height))? {
            Fit::Advice(words) if in_feeds => self.note(field, words),
            Fit::Advice(_) | Fit::Whole => {}
        }
        if upright && !facts.is_vertical() && ad.vertical.trim().is_empty() {
            self.note(field, "Stories and Reels are 9:16; there Meta fills the room around this picture with its colours.");
        }
        Some(id)
    }

    /// `Some(None)` where there is none, which is no problem.
    fn vertical(&mut self, field: &str, ad: &AdForm, placements: &[Placement]) -> Option<Option<PictureId>> {
        if ad.vertical.trim().is_empty() {
            return Some(None);
        }
        let (id, facts) = self.known(field, &ad.vertical)?;
        self.invalid.check(field, Slot::Upright.judge(facts.width, facts.height))?;
        if !placements.is_empty() && !placements.iter().any(|placement| placement.is_vertical()) {
            self.note(field, "No Stories or Reels are chosen, so this picture is not used.");
        }
        Some(Some(id))
    }

    /// The texts of single networks; empty ones are none.
    fn texts(&mut self, row: usize, part: Part, typed: &ByNetwork, placements: &[Placement]) -> Option<Texts> {
        let mut read = |network: Network| -> Option<Option<String>> {
            let text = typed.of(network);
            if text.trim().is_empty() {
                return Some(None);
            }
            let field = format!("ads.{row}.{}s.{}", part.field(), network.as_str());
            let text = self.required(&field, text, dictionary::text_missing(), part.max())?;
            let here: Vec<Placement> = placements.iter().copied().filter(|p| p.network() == network).collect();
            if here.is_empty() && !placements.is_empty() {
                self.note(&field, format!("Nothing of {network} is chosen, so this text is not used."));
            }
            self.lengths(&field, part, Some(&text), here.into_iter());
            Some(Some(text))
        };
        let (facebook, instagram) = (read(Network::Facebook), read(Network::Instagram));
        Some(Texts { facebook: facebook?, instagram: instagram? })
    }

    fn enhancements(&mut self, field: &str, ad: &AdForm) -> Option<Vec<Enhancement>> {
        let mut allowed = Vec::new();
        for word in &ad.enhancements {
            let Some(enhancement) = Enhancement::parse(word) else {
                self.invalid.add(field, dictionary::enhancement_unknown(word.trim()));
                return None;
            };
            allowed.push(enhancement);
        }
        allowed.sort_unstable();
        allowed.dedup();
        Some(allowed)
    }

    /// Says which of the placements that show a text cut it.
    fn lengths(&mut self, field: &str, part: Part, text: Option<&str>, placements: impl Iterator<Item = Placement>) {
        let length = text.map_or(0, |text| text.chars().count());
        let mut cut: Vec<(usize, Vec<String>)> = Vec::new();
        for placement in placements.filter(|placement| part.shown(*placement) < length) {
            let name = format!("{} {}", placement.network(), placement.label());
            match cut.iter_mut().find(|(shown, _)| *shown == part.shown(placement)) {
                Some((_, names)) => names.push(name),
                None => cut.push((part.shown(placement), vec![name])),
            }
        }
        cut.sort_by_key(|(shown, _)| *shown);
        let words: Vec<String> = cut.iter().map(|(shown, names)| format!("{shown} in {}", list(names))).collect();
        if !words.is_empty() {
            self.note(field, format!("It is {length} characters long; people see about {}.", words.join(", ")));
        }
    }
}

/// `Facebook Feed, Instagram Feed and 3 more`: enough to know which, short enough to read.
fn list(names: &[String]) -> String {
    match names {
        [one, two, _, _, ..] => format!("{one}, {two} and {} more", names.len() - 2),
        all => all.join(", "),
    }
}
