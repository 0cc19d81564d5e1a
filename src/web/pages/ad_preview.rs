//! An ad as people will see it in a placement: who speaks, the text as far as it is shown, the picture as it is cut, the button.
//!
//! Cuts are drawn, not made: the picture's own file stands in an SVG whose `viewBox` is the placement's shape. On upright
//! screens the bands that Meta covers with its own buttons are shaded.

use std::collections::BTreeMap;

use crate::domain::campaign::{AdForm, ByNetwork, PictureFacts};
use crate::domain::creative::format::{PORTRAIT, Ratio, SQUARE, UPRIGHT, WIDE};
use crate::domain::creative::{Ad, CallToAction, Content, Texts, shown};
use crate::domain::id::PictureId;
use crate::domain::network::Network;
use crate::domain::placement::Placement;

/// The width of every drawing, in its own units.
const WIDTH: u32 = 360;
/// What Meta covers on upright screens, in percent of height, height and width. Source: Meta Business Help, "About safe zones",
/// as unified for Stories and Reels in 2026.
const COVERED: (u32, u32, u32) = (14, 35, 6);

/// One ad in one place, or in places that show it alike.
pub struct AdPreview {
    /// The ad's name.
    pub ad: String,
    /// `Facebook Feed`.
    pub place: String,
    /// How it is laid out: `feed`, `upright` or `column`.
    pub class: &'static str,
    /// Whether the message stands above the picture, as on Facebook, or below it.
    pub is_message_first: bool,
    /// Who speaks.
    pub speaker: String,
    /// The message as far as it is shown.
    pub message: Cut,
    /// The headline as far as it is shown.
    pub headline: Cut,
    /// The website it leads to.
    pub host: String,
    /// The words on the button.
    pub button: &'static str,
    /// The picture; `None` where none is chosen yet.
    pub picture: Option<Picture>,
    /// What is cut off the picture, in words; empty where it is whole.
    pub says: String,
}

/// A text as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The part shown.
    pub text: String,
    /// Whether there is more.
    pub more: bool,
}

/// A picture in its drawing.
pub struct Picture {
    /// Where its file is.
    pub url: String,
    /// What it is, for who does not see it.
    pub says: String,
    /// The height of the drawing, which is [`WIDTH`] wide.
    pub height: u32,
    /// `slice` where it fills the drawing, `meet` where it lies inside.
    pub fills: &'static str,
    /// The covered bands, on upright screens.
    pub covered: Option<Covered>,
}

/// The covered bands, in units of the drawing.
pub struct Covered {
    /// Height of the upper one.
    pub top: u32,
    /// Where the lower one begins.
    pub bottom_at: u32,
    /// Its height.
    pub bottom: u32,
    /// Width of each side.
    pub side: u32,
    /// Height of the sides between them.
    pub between: u32,
    /// Where the right one begins.
    pub right_at: u32,
}

/// Who speaks on each network.
pub struct Speakers {
    /// The Page's name.
    pub page: String,
    /// The Instagram account's user name.
    pub instagram: String,
}

/// Places that are drawn, each for all that look alike.
const DRAWN: [Placement; 8] = [
    Placement::FacebookFeed,
    Placement::InstagramFeed,
    Placement::FacebookStories,
    Placement::InstagramStories,
    Placement::FacebookReels,
    Placement::InstagramReels,
    Placement::InstagramExploreHome,
    Placement::FacebookRightColumn,
];

/// The ad of a form, as far as it is typed.
pub fn typed(ad: &AdForm) -> Ad {
    let texts = |texts: &ByNetwork| {
        let of = |network: Network| Some(texts.of(network).trim().to_owned()).filter(|text| !text.is_empty());
        Texts { facebook: of(Network::Facebook), instagram: of(Network::Instagram) }
    };
    Ad {
        key: 0,
        name: ad.name.clone(),
        message: ad.message.trim().to_owned(),
        headline: ad.headline.trim().to_owned(),
        link: ad.link.trim().to_owned(),
        call_to_action: CallToAction::parse(&ad.call_to_action).unwrap_or(CallToAction::LearnMore),
        picture: ad.picture.trim().parse().unwrap_or(PictureId(0)),
        vertical: ad.vertical.trim().parse().ok(),
        messages: texts(&ad.messages),
        headlines: texts(&ad.headlines),
        enhancements: Vec::new(),
    }
}

/// The ad in every place drawn among `placements`; none named means automatic placements.
pub fn of(ad: &Ad, speakers: &Speakers, placements: &[Placement], known: &BTreeMap<PictureId, PictureFacts>) -> Vec<AdPreview> {
    let drawn = DRAWN.into_iter().filter(|place| placements.is_empty() || placements.contains(place));
    let mut previews: Vec<(Placement, Content, AdPreview)> = Vec::new();
    for place in drawn {
        let content = ad.at(place);
        // Upright screens of both networks look alike: where they show the same, once is enough.
        let alike = previews.iter_mut().find(|(other, shown, _)| {
            place.is_vertical() && other.label() == place.label() && *shown == content && other.network() != place.network()
        });
        match alike {
            Some((_, _, preview)) => preview.place = format!("{} on both networks", place.label()),
            None => {
                let preview = preview(ad, &content, speakers, place, known);
                previews.push((place, content, preview));
            }
        }
    }
    previews.into_iter().map(|(_, _, preview)| preview).collect()
}

fn preview(
    ad: &Ad,
    content: &Content,
    speakers: &Speakers,
    place: Placement,
    known: &BTreeMap<PictureId, PictureFacts>,
) -> AdPreview {
    let (message, headline) = shown(place);
    let facts = known.get(&content.picture);
    let is_instagram = place.network() == Network::Instagram;
    AdPreview {
        ad: ad.name.clone(),
        place: format!("{} {}", place.network(), place.label()),
        class: match place {
            _ if place.is_vertical() => "upright",
            Placement::FacebookRightColumn => "column",
            _ => "feed",
        },
        is_message_first: !is_instagram,
        speaker: if is_instagram && !speakers.instagram.is_empty() { &speakers.instagram } else { &speakers.page }.clone(),
        message: cut(&content.message, message),
        headline: cut(&content.headline, headline),
        host: url::Url::parse(&ad.link).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default(),
        button: ad.call_to_action.label(),
        says: facts.map(|facts| cut_words(place, facts)).unwrap_or_default(),
        picture: facts.map(|facts| picture(place, content.picture, facts)),
    }
}

/// The shape in which a place shows a picture; feeds show what lies between 1.91:1 and 4:5 as it is.
fn shape(place: Placement, facts: &PictureFacts) -> Ratio {
    let own = Ratio { wide: facts.width.max(1), high: facts.height.max(1) };
    let is_taller = |than: Ratio| u64::from(own.high) * u64::from(than.wide) > u64::from(own.wide) * u64::from(than.high);
    match place {
        _ if place.is_vertical() => UPRIGHT,
        Placement::InstagramExploreHome => SQUARE,
        Placement::FacebookRightColumn => WIDE,
        _ if is_taller(PORTRAIT) => PORTRAIT,
        _ if !is_taller(WIDE) => WIDE,
        _ => own,
    }
}

fn picture(place: Placement, id: PictureId, facts: &PictureFacts) -> Picture {
    let ratio = shape(place, facts);
    let height = u32::try_from(u64::from(WIDTH) * u64::from(ratio.high) / u64::from(ratio.wide)).unwrap_or(WIDTH);
    Picture {
        url: format!("/pictures/{id}"),
        says: format!("{}, {} x {}", facts.name, facts.width, facts.height),
        height,
        fills: if place.is_vertical() && !facts.is_vertical() { "meet" } else { "slice" },
        covered: place.is_vertical().then(|| covered(height)),
    }
}

fn covered(height: u32) -> Covered {
    let (top, bottom, side) = (height * COVERED.0 / 100, height * COVERED.1 / 100, WIDTH * COVERED.2 / 100);
    Covered { top, bottom_at: height - bottom, bottom, side, between: height - top - bottom, right_at: WIDTH - side }
}

fn cut_words(place: Placement, facts: &PictureFacts) -> String {
    if place.is_vertical() && !facts.is_vertical() {
        return "not 9:16: Meta fills the room around it".to_owned();
    }
    let (across, down) = shape(place, facts).crop(facts.width, facts.height);
    // A rounded pixel is no cut.
    if facts.width - across <= 1 && facts.height - down <= 1 {
        return String::new();
    }
    format!("shows {across} x {down} of {} x {}", facts.width, facts.height)
}

/// A text's first so many characters, cut at a word where one ends near.
fn cut(text: &str, shown: usize) -> Cut {
    let text = text.trim();
    if text.chars().count() <= shown {
        return Cut { text: text.to_owned(), more: false };
    }
    let head: String = text.chars().take(shown).collect();
    let at_word =
        head.rsplit_once(char::is_whitespace).map(|(before, _)| before).filter(|before| before.chars().count() * 2 >= shown);
    Cut { text: at_word.unwrap_or(&head).trim_end().to_owned(), more: true }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn facts(width: u32, height: u32) -> PictureFacts {
        PictureFacts { name: "lamp.jpg".into(), width, height }
    }

    fn ad() -> Ad {
        let form = AdForm {
            name: "Lamp".into(),
            message: "Warm light, real linen. ".repeat(10),
            link: "https://casalume.example/sale".into(),
            picture: "7".into(),
            vertical: "8".into(),
            ..AdForm::default()
        };
        typed(&form)
    }

    fn previews(ad: &Ad, placements: &[Placement]) -> Vec<AdPreview> {
        let known = BTreeMap::from([(PictureId(7), facts(1080, 1350)), (PictureId(8), facts(1080, 1920))]);
        let speakers = Speakers { page: "Casa Lume".into(), instagram: "casalume".into() };
        of(ad, &speakers, placements, &known)
    }

    #[test]
    fn each_place_shows_its_picture_and_as_much_text_as_it_has_room_for() {
        let all = previews(&ad(), &[Placement::FacebookFeed, Placement::InstagramFeed, Placement::InstagramReels]);
        let [feed, gram, reels] = all.as_slice() else { panic!("{}", all.len()) };
        assert_eq!((feed.speaker.as_str(), gram.speaker.as_str()), ("Casa Lume", "casalume"));
        assert!(feed.message.more && feed.message.text.chars().count() <= 125);
        assert!(reels.message.text.chars().count() <= 72);
        assert_eq!(reels.picture.as_ref().map(|p| (p.url.as_str(), p.height, p.fills)), Some(("/pictures/8", 640, "slice")));
        assert_eq!(feed.picture.as_ref().map(|p| p.height), Some(450));
        assert_eq!(feed.host, "casalume.example");
    }

    #[test]
    fn upright_screens_of_both_networks_are_drawn_once_unless_they_differ() {
        let both = [Placement::FacebookStories, Placement::InstagramStories];
        assert_eq!(previews(&ad(), &both).len(), 1);
        let texts = Texts { facebook: None, instagram: Some("There.".into()) };
        assert_eq!(previews(&Ad { messages: texts, ..ad() }, &both).len(), 2);
    }

    #[test]
    fn the_covered_bands_leave_the_middle_free() {
        let all = previews(&ad(), &[Placement::InstagramStories]);
        let bands =
            all[0].picture.as_ref().and_then(|picture| picture.covered.as_ref()).map(|c| (c.top, c.bottom_at, c.bottom, c.side));
        assert_eq!(bands, Some((89, 416, 224, 21)));
    }

    #[test]
    fn what_is_cut_off_is_said_in_pixels() {
        assert_eq!(cut_words(Placement::FacebookFeed, &facts(1080, 1920)), "shows 1080 x 1350 of 1080 x 1920");
        assert_eq!(cut_words(Placement::FacebookFeed, &facts(1600, 1200)), "");
        assert_eq!(cut_words(Placement::InstagramExploreHome, &facts(1080, 1350)), "shows 1080 x 1080 of 1080 x 1350");
        assert!(cut_words(Placement::InstagramStories, &facts(1080, 1350)).contains("fills the room"));
    }

    #[test]
    fn a_text_is_cut_at_a_word() {
        assert_eq!(cut("Warm light, real linen", 15), Cut { text: "Warm light,".into(), more: true });
        assert_eq!(cut("Donaudampfschiff", 5), Cut { text: "Donau".into(), more: true });
        assert_eq!(cut(" Sale ", 5), Cut { text: "Sale".into(), more: false });
    }
}
