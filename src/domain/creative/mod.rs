//! Ads as people will see them: message, headline, link, call to action, picture.
//!
//! Texts are kept as typed; limits are Meta's technical ones, advice about lengths is for the page. What differs by placement is
//! in [`content`], what Meta may change by itself in [`enhancement`], what pictures must look like in [`format`].

pub mod content;
pub mod enhancement;
pub mod format;

use serde::{Deserialize, Serialize};

use super::dictionary::{self, Sentence};
use super::id::PictureId;
use super::placement::Placement;

pub use content::{Content, CreativeContent, PlacementRule, Texts};
pub use enhancement::Enhancement;

/// The most ads a campaign may have here.
pub const MOST_ADS: usize = 10;
/// The longest message, in characters; what placements show of it is in [`shown`].
pub const MESSAGE_MAX: usize = 2_200;
/// The longest headline, in characters.
pub const HEADLINE_MAX: usize = 255;
/// The longest name of an ad, in characters, so that Meta's limit of 400 leaves room for the rest.
pub const NAME_MAX: usize = 150;

/// How many characters of message and headline a placement shows before "… more". Source: Meta Ads Guide, "Text recommendations".
pub fn shown(placement: Placement) -> (usize, usize) {
    match placement {
        Placement::FacebookReels | Placement::InstagramReels => (72, 40),
        Placement::FacebookFeed | Placement::FacebookProfileFeed | Placement::FacebookNotifications => (125, 27),
        _ => (125, 40),
    }
}

/// The button under an ad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CallToAction {
    /// "Shop now".
    ShopNow,
    /// "Learn more".
    LearnMore,
    /// "Sign up".
    SignUp,
    /// "Book now".
    BookNow,
    /// "Contact us".
    ContactUs,
    /// "Get offer".
    GetOffer,
    /// "Get quote".
    GetQuote,
    /// "Order now".
    OrderNow,
    /// "Subscribe".
    Subscribe,
    /// "Apply now".
    ApplyNow,
    /// "Download".
    Download,
    /// "Donate now".
    Donate,
}

impl CallToAction {
    /// In the order shown.
    pub const ALL: [Self; 12] = [
        Self::LearnMore,
        Self::ShopNow,
        Self::SignUp,
        Self::BookNow,
        Self::ContactUs,
        Self::GetOffer,
        Self::GetQuote,
        Self::OrderNow,
        Self::Subscribe,
        Self::ApplyNow,
        Self::Download,
        Self::Donate,
    ];

    /// Meta's `call_to_action.type`, also the word in forms.
    pub fn wire(self) -> &'static str {
        match self {
            Self::ShopNow => "SHOP_NOW",
            Self::LearnMore => "LEARN_MORE",
            Self::SignUp => "SIGN_UP",
            Self::BookNow => "BOOK_NOW",
            Self::ContactUs => "CONTACT_US",
            Self::GetOffer => "GET_OFFER",
            Self::GetQuote => "GET_QUOTE",
            Self::OrderNow => "ORDER_NOW",
            Self::Subscribe => "SUBSCRIBE",
            Self::ApplyNow => "APPLY_NOW",
            Self::Download => "DOWNLOAD",
            Self::Donate => "DONATE_NOW",
        }
    }

    /// The words on the button.
    pub fn label(self) -> &'static str {
        match self {
            Self::ShopNow => "Shop now",
            Self::LearnMore => "Learn more",
            Self::SignUp => "Sign up",
            Self::BookNow => "Book now",
            Self::ContactUs => "Contact us",
            Self::GetOffer => "Get offer",
            Self::GetQuote => "Get quote",
            Self::OrderNow => "Order now",
            Self::Subscribe => "Subscribe",
            Self::ApplyNow => "Apply now",
            Self::Download => "Download",
            Self::Donate => "Donate now",
        }
    }

    /// From the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.wire() == text.trim())
    }
}

/// One ad of a campaign; each ad set shows all of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ad {
    /// Which ad it is, however its texts change; unique within the campaign.
    pub key: u32,
    /// What people call it.
    pub name: String,
    /// The text above the picture.
    pub message: String,
    /// The line beside the button.
    pub headline: String,
    /// Where it leads, as typed; tracking parameters come on top.
    pub link: String,
    /// The button.
    pub call_to_action: CallToAction,
    /// Its picture for feeds.
    pub picture: PictureId,
    /// Its picture for upright screens (9:16); without one the feed's is shown there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vertical: Option<PictureId>,
    /// Messages of single networks.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub messages: Texts,
    /// Headlines of single networks.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub headlines: Texts,
    /// What Meta may change by itself, in the order shown; everything else is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enhancements: Vec<Enhancement>,
}

impl Ad {
    /// Its pictures, feed first.
    pub fn pictures(&self) -> impl Iterator<Item = PictureId> + use<> {
        std::iter::once(self.picture).chain(self.vertical)
    }
}

/// Reads a link people can be led to: `https` or `http`, with a host that has a dot, and without a password in it.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn parse_link(text: &str) -> Result<url::Url, Sentence> {
    let text = text.trim();
    if text.is_empty() {
        return Err(dictionary::link_missing());
    }
    let url = url::Url::parse(text).map_err(|_| dictionary::link_unreadable(text))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(dictionary::link_not_web(text));
    }
    if !url.host_str().is_some_and(|host| host.contains('.') && !host.ends_with('.')) {
        return Err(dictionary::link_without_site(text));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(dictionary::link_with_password());
    }
    Ok(url)
}

#[cfg(test)]
pub(crate) mod fixture {
    use super::*;

    /// An ad with one picture and one text.
    pub(crate) fn ad() -> Ad {
        Ad {
            key: 1,
            name: "Lamp".into(),
            message: "Warm light, real linen.".into(),
            headline: "Christmas sale".into(),
            link: "https://casalume.example/sale".into(),
            call_to_action: CallToAction::ShopNow,
            picture: PictureId(7),
            vertical: None,
            messages: Texts::default(),
            headlines: Texts::default(),
            enhancements: Vec::new(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_ad_stored_before_there_were_formats_still_reads_and_keeps_its_bytes() {
        let stored = r#"{"key":1,"name":"Lamp","message":"Warm light, real linen.","headline":"Christmas sale","link":"https://casalume.example/sale","call_to_action":"SHOP_NOW","picture":"7"}"#;
        let ad: Ad = serde_json::from_str(stored).unwrap();
        assert_eq!(ad, fixture::ad());
        assert_eq!(serde_json::to_string(&ad).unwrap(), stored);
    }

    #[test]
    fn a_link_must_lead_to_a_website() {
        assert!(parse_link("https://casalume.example/sale?x=1#top").is_ok());
        for bad in ["", "casalume.example", "ftp://a.b/c", "javascript:alert(1)", "https://localhost/", "https://me:pw@a.b/"] {
            assert!(parse_link(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_button_is_read_back_from_its_word() {
        assert!(CallToAction::ALL.into_iter().all(|action| CallToAction::parse(action.wire()) == Some(action)));
    }
}
