//! The fields that are compared between desired and observed state, each as one canonical text.
//!
//! Canonical texts are for comparing and storing; [`Field::show`] words them for people. Which fields Meta lets be changed on a
//! live object is known here too. Source: Marketing API, the update parameters of campaign, ad set and ad.

use serde::{Deserialize, Serialize};

use super::Kind;
use crate::domain::creative::{CallToAction, Enhancement};
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::network::Network;
use crate::domain::objective::{Attribution, Goal, Objective};
use crate::domain::placement::Placement;

/// [`Field::Placements`] of an ad set whose placements Meta chooses.
pub const AUTOMATIC_PLACEMENTS: &str = "automatic placements";

/// A compared field; the derived order is the order shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The name with its token.
    Name,
    /// `on` or `off`: the object's own switch, not what its parents make of it.
    Switch,
    /// Meta's objective.
    Objective,
    /// Special category; empty for none.
    Special,
    /// Meta's limit for the campaign, minor units; empty for none.
    Limit,
    /// `daily 5880` or `lifetime 340000`, minor units; empty where the other level carries it.
    Budget,
    /// Under a campaign budget at least so much: `daily 4200`, minor units; empty for none.
    Floor,
    /// Under a campaign budget at most so much, likewise.
    Ceiling,
    /// Meta's optimisation goal.
    Goal,
    /// `33 PURCHASE`: pixel and event; empty for none.
    Event,
    /// `click 7` or `click 7 view 1`, days.
    Attribution,
    /// `lowest_cost` or `cost_goal 800`, minor units; on a campaign with a budget `cost_goal` alone, else empty.
    Bid,
    /// Start, RFC 3339 in UTC.
    Starts,
    /// End, RFC 3339 in UTC; empty for none.
    Ends,
    /// [`AudienceWords`](super::AudienceWords) as text.
    Audience,
    /// Placements' words, sorted, with commas.
    Placements,
    /// Who pays, a line break, who benefits.
    Payer,
    /// Meta's id of the ad's creative.
    Creative,
    /// Meta's id of the Page that speaks.
    Page,
    /// Meta's id of the Instagram account that speaks.
    Instagram,
    /// The text above the picture, by placement where it differs; see [`CreativeWords`](super::CreativeWords).
    Message,
    /// The line beside the button, likewise.
    Headline,
    /// Where it leads, a line break, what its link carries.
    Link,
    /// Meta's call to action.
    Button,
    /// Hashes of its pictures, likewise by placement.
    Picture,
    /// Names of the enhancements that are on, with commas; empty for none.
    Enhancements,
    /// What Tandem does not define itself, as Meta wrote it; compared for adopted campaigns alone.
    Rest,
}

impl Field {
    /// What a creative says and shows: whichever of them differs, it is another creative.
    pub const OF_CREATIVES: [Self; 8] =
        [Self::Page, Self::Instagram, Self::Message, Self::Headline, Self::Link, Self::Button, Self::Picture, Self::Enhancements];

    /// The word in links, tables and stored JSON: `budget`.
    pub fn word(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(word)) => word,
            // A unit variant is always a string.
            _ => String::new(),
        }
    }

    /// From the word.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
    }

    /// The word people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Switch => "Switch",
            Self::Objective => "Objective",
            Self::Special => "Special ad category",
            Self::Limit => "Never more than",
            Self::Budget => "Budget",
            Self::Floor => "At least",
            Self::Ceiling => "At most",
            Self::Goal => "Goal",
            Self::Event => "Result counted",
            Self::Attribution => "Counted within",
            Self::Bid => "Bidding",
            Self::Starts => "Starts",
            Self::Ends => "Ends",
            Self::Audience => "Audience",
            Self::Placements => "Placements",
            Self::Payer => "Who pays, who benefits",
            Self::Creative => "Creative",
            Self::Page => "Page",
            Self::Instagram => "Instagram account",
            Self::Message => "Message",
            Self::Headline => "Headline",
            Self::Link => "Link",
            Self::Button => "Button",
            Self::Picture => "Picture",
            Self::Enhancements => "What Meta may change",
            Self::Rest => "Other settings",
        }
    }

    /// Whether Meta lets it be changed on an object that exists, from `now` to `after`.
    pub(super) fn can_change(self, kind: Kind, now: &str, after: &str) -> bool {
        let first = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
        match (kind, self) {
            // A daily budget cannot become a lifetime one.
            (Kind::AdSet | Kind::Campaign, Self::Budget) => first(now) == first(after),
            (Kind::AdSet, Self::Floor | Self::Ceiling) => now.is_empty() || after.is_empty() || first(now) == first(after),
            (Kind::AdSet, Self::Bid) => first(now) == "cost_goal" && first(after) == "cost_goal",
            (Kind::AdSet, Self::Name | Self::Audience | Self::Placements | Self::Starts) => true,
            // Removing an end needs another kind of flight.
            (Kind::AdSet, Self::Ends) => !after.is_empty(),
            (Kind::Campaign, Self::Name | Self::Limit) | (Kind::Ad, Self::Name | Self::Creative) => true,
            _ => false,
        }
    }

    /// A canonical text as people read it; times stay in UTC unless `local` knows the account's clock.
    pub fn show(self, text: &str, currency: Currency, local: impl Fn(&str) -> String) -> String {
        let money = |minor: &str| match minor.parse() {
            Ok(minor) => format!("{} {currency}", Money::new(minor, currency)),
            Err(_) => minor.to_owned(),
        };
        match self {
            _ if text.is_empty() => "none".into(),
            Self::Limit => money(text),
            Self::Budget | Self::Floor | Self::Ceiling => match text.split_once(' ') {
                Some(("daily", minor)) => format!("{} a day", money(minor)),
                Some((_, minor)) => format!("{} in all", money(minor)),
                None => text.to_owned(),
            },
            Self::Bid => match text.split_once(' ') {
                None if text == "cost_goal" => "a cost per result".into(),
                Some((_, minor)) => format!("about {} a result", money(minor)),
                None => "most results for the money".into(),
            },
            Self::Starts | Self::Ends => local(text),
            Self::Objective => named(Objective::ALL.into_iter().map(|one| (one.wire(), one.label())), text),
            Self::Goal => named(Goal::ALL.into_iter().map(|one| (one.wire(), one.label())), text),
            Self::Event => event(text),
            Self::Attribution => {
                let all = Attribution::ALL.into_iter().map(|one| (String::from(one), one.label()));
                all.into_iter().find(|(word, _)| word == text).map_or_else(|| text.to_owned(), |(_, label)| label.to_owned())
            }
            Self::Placements => placements(text),
            Self::Payer => text.replace('\n', ", for "),
            Self::Switch if text == "on" => "active".into(),
            Self::Switch => "paused".into(),
            Self::Enhancements => {
                let label =
                    |name: &str| Enhancement::parse(name).map_or_else(|| name.to_owned(), |known| known.label().to_owned());
                text.split(',').map(label).collect::<Vec<_>>().join(", ")
            }
            Self::Button => CallToAction::parse(text).map_or_else(|| text.to_owned(), |button| button.label().to_owned()),
            Self::Link => text.replace('\n', "?"),
            _ => text.to_owned(),
        }
    }
}

/// The label of Meta's word; the word itself where it is none of ours.
fn named(mut all: impl Iterator<Item = (&'static str, &'static str)>, text: &str) -> String {
    all.find(|(word, _)| *word == text).map_or(text, |(_, label)| label).to_owned()
}

/// `purchase (pixel 33)`.
fn event(text: &str) -> String {
    let Some((pixel, word)) = text.split_once(' ') else { return text.to_owned() };
    let events = Objective::ALL.into_iter().flat_map(|objective| objective.events()).map(|event| (event.wire(), event.noun().0));
    format!("{} (pixel {pixel})", named(events, word))
}

/// `Facebook: Feed, Reels; Instagram: Feed`.
fn placements(text: &str) -> String {
    if text == AUTOMATIC_PLACEMENTS {
        return "placements Meta chooses".into();
    }
    let known: Vec<Placement> = text.split(',').filter_map(|word| word.parse().ok()).collect();
    let mut parts: Vec<String> = Network::BOTH
        .into_iter()
        .filter_map(|network| {
            let labels: Vec<&str> = known.iter().filter(|p| p.network() == network).map(|p| p.label()).collect();
            (!labels.is_empty()).then(|| format!("{network}: {}", labels.join(", ")))
        })
        .collect();
    let others: Vec<&str> = text.split(',').filter(|word| word.parse::<Placement>().is_err()).collect();
    if !others.is_empty() {
        parts.push(others.join(", "));
    }
    parts.join("; ")
}
