//! The ads' part of the form: each ad's texts, its two pictures, what differs by network, what Meta may change by itself.

use crate::domain::campaign::{AdForm, ByNetwork, CampaignForm, PictureFacts};
use crate::domain::creative::Enhancement;
use crate::domain::creative::format::{PICTURE_BYTES_MAX, words};
use crate::domain::invalid::Invalid;
use crate::domain::network::Network;
use crate::service::campaigns::Desk;

/// One ad.
pub(super) struct AdRow {
    pub at: String,
    pub names: AdNames,
    pub title: String,
    pub remove: String,
    pub copy: String,
    pub can_remove: bool,
    pub ad: AdForm,
    pub pictures: [PictureField; 2],
    pub networks: [NetworkTexts; 2],
    pub has_texts: bool,
    pub enhancements: Vec<EnhancementBox>,
    /// What Meta may do, in half a sentence.
    pub allows: String,
    pub opens_enhancements: bool,
}

/// The names of an ad's fields: `ads.0.message`.
pub(super) struct AdNames {
    pub name: String,
    pub message: String,
    pub headline: String,
    pub link: String,
    pub call_to_action: String,
    pub enhancements: String,
}

/// A picture to choose.
pub(super) struct PictureField {
    /// The hidden field with its id: `ads.0.picture`.
    pub name: String,
    /// The field its file comes in.
    pub file: String,
    pub label: &'static str,
    pub hint: &'static str,
    pub id: String,
    /// The one that is chosen.
    pub says: Option<String>,
    pub optional: bool,
    pub can_clear: bool,
    pub clear: String,
}

/// Texts of one network.
pub(super) struct NetworkTexts {
    pub message: String,
    pub message_label: String,
    pub typed_message: String,
    pub headline: String,
    pub headline_label: String,
    pub typed_headline: String,
}

/// An enhancement to allow.
pub(super) struct EnhancementBox {
    pub value: &'static str,
    pub label: &'static str,
    pub ticked: bool,
}

impl AdRow {
    /// A row for each ad of the form.
    pub(super) fn all(form: &CampaignForm, desk: &Desk, problems: &Invalid) -> Vec<Self> {
        let row = |(n, ad): (usize, &AdForm)| Self::of(n, ad, form.ads.len() > 1, desk, problems);
        form.ads.iter().enumerate().map(row).collect()
    }

    /// What every picture must be, in half a sentence.
    pub(super) fn pictures_say() -> String {
        format!("JPEG or PNG, at most {} MB", PICTURE_BYTES_MAX / 1_000_000)
    }

    fn of(n: usize, ad: &AdForm, can_remove: bool, desk: &Desk, problems: &Invalid) -> Self {
        let at = format!("ads.{n}");
        let field = |name: &str| format!("{at}.{name}");
        let has_problem = |part: &str| problems.problems.iter().any(|problem| problem.field.starts_with(&field(part)));
        let allowed: Vec<Enhancement> = ad.enhancements.iter().filter_map(|word| Enhancement::parse(word)).collect();
        let says = |typed: &str| known(typed, desk).map(says);
        Self {
            names: AdNames {
                name: field("name"),
                message: field("message"),
                headline: field("headline"),
                link: field("link"),
                call_to_action: field("call_to_action"),
                enhancements: field("enhancements"),
            },
            title: format!("Ad {}", n + 1),
            remove: format!("remove_ad:{n}"),
            copy: format!("copy_ad:{n}"),
            can_remove,
            pictures: [
                PictureField {
                    name: field("picture"),
                    file: field("file"),
                    label: "Picture for feeds",
                    hint: "4:5 or 1:1, at least 600 x 600, better 1080 x 1350",
                    id: ad.picture.clone(),
                    says: says(&ad.picture),
                    optional: false,
                    can_clear: false,
                    clear: String::new(),
                },
                PictureField {
                    name: field("vertical"),
                    file: field("vertical_file"),
                    label: "Upright picture for Stories and Reels",
                    hint: "9:16, at least 500 wide, better 1080 x 1920",
                    id: ad.vertical.clone(),
                    says: says(&ad.vertical),
                    optional: true,
                    can_clear: !ad.vertical.trim().is_empty(),
                    clear: format!("clear_vertical:{n}"),
                },
            ],
            networks: Network::BOTH.map(|network| NetworkTexts {
                message: field(&format!("messages.{}", network.as_str())),
                message_label: format!("Message on {network}"),
                typed_message: ad.messages.of(network).to_owned(),
                headline: field(&format!("headlines.{}", network.as_str())),
                headline_label: format!("Headline on {network}"),
                typed_headline: ad.headlines.of(network).to_owned(),
            }),
            has_texts: has_text(&ad.messages) || has_text(&ad.headlines) || has_problem("messages.") || has_problem("headlines."),
            enhancements: Enhancement::ALL
                .map(|one| EnhancementBox { value: one.wire(), label: one.label(), ticked: allowed.contains(&one) })
                .into(),
            allows: match allowed.len() {
                0 => "What Meta may change by itself: nothing".to_owned(),
                n => format!("What Meta may change by itself: {n} of {}", Enhancement::ALL.len()),
            },
            opens_enhancements: has_problem("enhancements"),
            ad: ad.clone(),
            at,
        }
    }
}

fn has_text(texts: &ByNetwork) -> bool {
    Network::BOTH.into_iter().any(|network| !texts.of(network).trim().is_empty())
}

fn known<'a>(typed: &str, desk: &'a Desk) -> Option<&'a PictureFacts> {
    desk.facts.as_ref()?.pictures.get(&typed.trim().parse().ok()?)
}

/// `lamp.jpg, 1080 x 1350 (4:5)`
fn says(facts: &PictureFacts) -> String {
    format!("{}, {} x {} ({})", facts.name, facts.width, facts.height, words(facts.width, facts.height))
}
