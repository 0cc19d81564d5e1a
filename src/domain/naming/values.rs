//! What the variables of a template stand for.

use chrono::NaiveDate;

use super::template::{Piece, pieces};
use crate::domain::campaign::{AdSetKey, names_of};
use crate::domain::network::Network;
use crate::domain::tracking::{NETWORK_MACRO, Sources, slug};

/// What a campaign's variables stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// The campaign's name as people gave it.
    pub campaign: String,
    /// The objective's label.
    pub objective: String,
    /// The shape's label.
    pub shape: String,
    /// Country codes, `PT-ES`; `12 countries` where there are many.
    pub countries: String,
    /// `18-65+`.
    pub ages: String,
    /// The gender's label.
    pub gender: String,
    /// The currency's code.
    pub currency: String,
    /// The first day, in the account's zone, where one is set.
    pub start: Option<NaiveDate>,
    /// The last day, likewise.
    pub end: Option<NaiveDate>,
}

/// What an ad set's variables stand for.
#[derive(Debug, Clone, Copy)]
pub struct AdSetValues<'a> {
    /// Which ad set.
    pub key: AdSetKey,
    /// Its networks.
    pub networks: &'a [Network],
    /// Whether Meta chooses its placements.
    pub automatic: bool,
}

/// What an ad's variables stand for.
#[derive(Debug, Clone, Copy)]
pub struct AdValues<'a> {
    /// Its name as people gave it.
    pub name: &'a str,
    /// Its number: its key, which it keeps when others are taken out.
    pub number: u32,
}

/// Everything that is known where a template is filled.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The campaign.
    pub campaign: &'a Values,
    /// The ad set, for its own name and its ads'.
    pub ad_set: Option<AdSetValues<'a>>,
    /// The ad.
    pub ad: Option<AdValues<'a>>,
}

impl Known<'_> {
    /// A name. What is not known stays as it was written: a name is never lost over a template.
    pub fn fill(&self, template: &str) -> String {
        self.with(template, |word, format| self.value(word, format))
    }

    /// A link's parameter: values become words for URLs, and the network its `utm_source`, which Meta fills in where there are
    /// several. Not escaped yet.
    pub fn fill_link(&self, template: &str, sources: &Sources) -> String {
        self.with(template, |word, format| match (word, self.ad_set) {
            ("network", Some(set)) => Some(sources.of(set.networks).unwrap_or(NETWORK_MACRO).to_owned()),
            _ => self.value(word, format).map(|value| slug(&value)),
        })
    }

    fn with(&self, template: &str, value: impl Fn(&str, Option<&str>) -> Option<String>) -> String {
        let Ok(pieces) = pieces(template) else { return template.to_owned() };
        let mut out = String::with_capacity(template.len() * 2);
        for piece in pieces {
            match piece {
                Piece::Text(text) | Piece::Macro(text) => out.push_str(text),
                Piece::Slot(word, format) => match (value(word, format), format) {
                    (Some(value), _) => out.push_str(&value),
                    (None, Some(format)) => out.push_str(&format!("{{{word}:{format}}}")),
                    (None, None) => out.push_str(&format!("{{{word}}}")),
                },
            }
        }
        out
    }

    fn value(&self, word: &str, format: Option<&str>) -> Option<String> {
        let campaign = self.campaign;
        let date = |day: Option<NaiveDate>| day.map(|day| dated(day, format.unwrap_or("YYYY-MM-DD")));
        match word {
            "campaign" => Some(campaign.campaign.clone()),
            "objective" => Some(campaign.objective.clone()),
            "shape" => Some(campaign.shape.clone()),
            "countries" => Some(campaign.countries.clone()),
            "ages" => Some(campaign.ages.clone()),
            "gender" => Some(campaign.gender.clone()),
            "currency" => Some(campaign.currency.clone()),
            "start" => date(campaign.start),
            "end" => date(campaign.end),
            "ad" => self.ad.map(|ad| ad.name.to_owned()),
            "n" => self.ad.map(|ad| ad.number.to_string()),
            _ => self.ad_set.and_then(|set| set.value(word)),
        }
    }
}

impl AdSetValues<'_> {
    fn value(&self, word: &str) -> Option<String> {
        let group = self.key.group();
        Some(match word {
            "network" if self.automatic => "All networks".to_owned(),
            "network" => names_of(self.networks),
            "net" if self.automatic => "ALL".to_owned(),
            "net" => self.networks.iter().map(|network| short(*network)).collect::<Vec<_>>().join("-"),
            "group" => group.map_or("All", |group| group.label()).to_owned(),
            "part" | "ad_set" if self.automatic => "Automatic placements".to_owned(),
            "part" if group.is_none() => names_of(self.networks),
            "part" | "ad_set" => self.key.label().to_owned(),
            _ => return None,
        })
    }
}

fn short(network: Network) -> &'static str {
    match network {
        Network::Facebook => "FB",
        Network::Instagram => "IG",
        Network::Other | Network::Unknown => "OTHER",
    }
}

/// A day by the tokens YYYY, YY, MM and DD.
fn dated(day: NaiveDate, format: &str) -> String {
    let part = |pattern: &str| day.format(pattern).to_string();
    // The long year first: the short one is part of it.
    format.replace("YYYY", &part("%Y")).replace("YY", &part("%y")).replace("MM", &part("%m")).replace("DD", &part("%d"))
}
