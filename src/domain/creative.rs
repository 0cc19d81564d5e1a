//! Ads as people will see them: message, headline, link, call to action, picture.
//!
//! Texts are kept as typed; limits are Meta's technical ones, advice about lengths is for the page.

use serde::{Deserialize, Serialize};

use super::id::PictureId;

/// The most ads a campaign may have here.
pub const MOST_ADS: usize = 10;
/// The longest message, in characters; Meta cuts it in most placements after about 125.
pub const MESSAGE_MAX: usize = 2_200;
/// From here on most placements cut the message.
pub const MESSAGE_SHOWN: usize = 125;
/// The longest headline, in characters.
pub const HEADLINE_MAX: usize = 255;
/// From here on most placements cut the headline.
pub const HEADLINE_SHOWN: usize = 40;
/// The longest name of an ad, in characters, so that Meta's limit of 400 leaves room for the rest.
pub const NAME_MAX: usize = 150;
/// The smallest picture Meta takes, in pixels on each side.
pub const PICTURE_MIN: u32 = 600;

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
    /// Its picture.
    pub picture: PictureId,
}

/// Reads a link people can be led to: `https` or `http`, with a host that has a dot, and without a password in it.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn parse_link(text: &str) -> Result<url::Url, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("Say where the ad leads, like https://example.com/sale.".into());
    }
    let url = url::Url::parse(text).map_err(|_| format!("“{text}” is not a link; it must start with https://."))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(format!("“{text}” is not a web link; it must start with https://."));
    }
    if !url.host_str().is_some_and(|host| host.contains('.') && !host.ends_with('.')) {
        return Err(format!("“{text}” names no website; it must look like https://example.com/sale."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("The link carries a name or a password; take it out.".into());
    }
    Ok(url)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

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
