//! The right-hand column: what the form makes, how the ads will look, what is to be put right.

use super::super::ad_preview::{self, AdPreview, Speakers};
use crate::domain::campaign::{AdForm, AdSetKey, CampaignForm, Commitments, Note, Pace, Sketch};
use crate::domain::invalid::Problem;
use crate::domain::network::Network;
use crate::domain::placement::Placement;
use crate::domain::split::{WHOLE, percent};
use crate::service::campaigns::Desk;

use super::super::audience_fields;

/// The width of the share bar's drawing, in its own units.
const BAR: i64 = 320;
/// From this width on a part of the bar carries its label.
const LABEL_FITS: i64 = 96;

/// What the column shows.
pub(super) struct Makes {
    pub ad_sets: Vec<AdSetLine>,
    /// The budget over all ad sets: amount and unit.
    pub together: Option<(String, String)>,
    pub bar: Vec<BarPart>,
    pub commitments: Option<String>,
    pub advice: Option<&'static str>,
    /// About how many people the audience reaches.
    pub people: Option<String>,
    pub notes: Vec<Note>,
    pub previews: Vec<AdPreview>,
    /// What the campaign and its ad sets are called at Meta.
    pub names: Vec<(&'static str, String)>,
    pub links: Vec<Link>,
    pub heading: String,
    pub problems: Vec<Problem>,
}

/// An ad set.
pub(super) struct AdSetLine {
    pub name: &'static str,
    pub class: &'static str,
    pub amount: String,
    pub unit: String,
    pub placements: String,
    pub expected: String,
}

/// A part of the share bar.
pub(super) struct BarPart {
    pub class: &'static str,
    pub x: i64,
    pub width: i64,
    pub label: Option<String>,
}

/// A final URL.
pub(super) struct Link {
    pub what: String,
    pub url: String,
}

impl Makes {
    /// What is worth knowing at a field; empty for nothing.
    pub(super) fn note_at(&self, field: &str) -> &str {
        self.notes.iter().find(|note| note.field == field).map_or("", |note| note.message.as_str())
    }

    pub(super) fn of(form: &CampaignForm, desk: &Desk) -> Self {
        let makes = &desk.reading.makes;
        let currency = desk.account.as_ref().map(|account| account.currency.to_string()).unwrap_or_default();
        let pace = Pace::parse(&form.pace).unwrap_or(Pace::Daily).label();
        let whole: Option<i64> = makes.ad_sets.iter().map(|sketch| sketch.budget.map(|budget| budget.minor)).sum();
        let total = makes.ad_sets.iter().find_map(|sketch| sketch.budget).zip(whole);
        let expected = desk.expected.iter().map(|expected| expected.sentence(desk.noun.1));
        let problems = desk.reading.invalid.problems.clone();
        Self {
            ad_sets: makes.ad_sets.iter().zip(expected).map(|(sketch, expected)| ad_set_line(sketch, pace, expected)).collect(),
            together: match makes.campaign_budget {
                Some(amount) => Some((amount.to_string(), format!("{currency} {pace}, Meta divides"))),
                None => total.filter(|_| makes.ad_sets.len() > 1).map(|(first, whole)| {
                    let whole = crate::domain::money::Money::new(whole, first.currency);
                    (whole.to_string(), format!("{currency} {pace}, exactly"))
                }),
            },
            bar: bar(&makes.ad_sets),
            commitments: makes.commitments.as_ref().map(|made| sentence(made, &currency)),
            advice: desk.advice,
            people: audience_fields::estimate(&desk.estimate),
            notes: makes.notes.clone(),
            previews: previews(form, desk),
            names: names(makes),
            links: makes.links.iter().map(|link| Link { what: link.name.clone(), url: link.url.clone() }).collect(),
            heading: match problems.len() {
                1 => "One thing to fix".to_owned(),
                many => format!("{many} things to fix"),
            },
            problems,
        }
    }
}

/// Nothing while the templates are wrong: the problem stands at its field.
fn names(makes: &crate::domain::campaign::Makes) -> Vec<(&'static str, String)> {
    let sets = makes.ad_sets.iter().map(|sketch| ("Ad set", sketch.name.clone()));
    std::iter::once(("Campaign", makes.name.clone())).chain(sets).filter(|(_, name)| !name.is_empty()).collect()
}

fn ad_set_line(sketch: &Sketch, pace: &str, expected: String) -> AdSetLine {
    let both = sketch.networks.len() > 1;
    let labels = |network: Network| {
        let of = sketch.placements.iter().filter(|placement| placement.network() == network);
        of.map(|placement| placement.label()).collect::<Vec<_>>().join(", ")
    };
    let placements = sketch.networks.iter().map(|network| match both {
        true => format!("{network}: {}", labels(*network)),
        false => labels(*network),
    });
    AdSetLine {
        name: match (sketch.key, sketch.networks.as_slice()) {
            (AdSetKey::Shared, _) if sketch.automatic => "Automatic placements",
            (AdSetKey::Shared, [one]) => one.label(),
            (key, _) => key.label(),
        },
        class: match sketch.networks.as_slice() {
            [Network::Facebook] => "facebook",
            [Network::Instagram] => "instagram",
            _ => "both",
        },
        amount: match (sketch.budget, sketch.between) {
            (Some(budget), _) => budget.to_string(),
            (None, Some((least, most))) => format!("{least} to {most}"),
            (None, None) => "–".to_owned(),
        },
        unit: pace.to_owned(),
        placements: match sketch.automatic {
            true => "all that Meta has, now and later, outside Facebook and Instagram too".to_owned(),
            false => placements.collect::<Vec<_>>().join("; "),
        },
        expected,
    }
}

/// The shares as one bar; nothing where there is a single part or a share is not known.
fn bar(sketches: &[Sketch]) -> Vec<BarPart> {
    let shares: Option<Vec<i64>> = sketches.iter().map(|sketch| sketch.share_bp).collect();
    let Some(shares) = shares.filter(|shares| shares.len() > 1) else { return Vec::new() };
    let mut x = 0;
    let mut parts = Vec::new();
    for (sketch, share) in sketches.iter().zip(shares) {
        let width = share * BAR / WHOLE;
        let class = match sketch.key {
            AdSetKey::Facebook => "facebook-fill",
            AdSetKey::Instagram => "instagram-fill",
            AdSetKey::Shared | AdSetKey::Feeds => "group-fill-1",
            AdSetKey::Stories => "group-fill-2",
            AdSetKey::Reels => "group-fill-3",
            AdSetKey::Explore => "group-fill-4",
        };
        let label = (width >= LABEL_FITS).then(|| format!("{} {} %", sketch.key.label(), percent(share)));
        parts.push(BarPart { class, x, width, label });
        x += width;
    }
    parts
}

fn sentence(made: &Commitments, currency: &str) -> String {
    let at_most = match made.at_most {
        Some(limit) => format!("never more than {limit} {currency} in all"),
        None => "in all without an end".to_owned(),
    };
    match made.a_day {
        Some(_) => format!("Worst day {}, worst week {}, {at_most}.", made.worst_day, made.worst_week),
        None => format!("Meta spreads it over the days as it sees fit; {at_most}."),
    }
}

/// Each ad in each place where it stands; nothing for one that is still empty.
fn previews(form: &CampaignForm, desk: &Desk) -> Vec<AdPreview> {
    let Some(facts) = desk.facts.as_ref() else { return Vec::new() };
    let page = facts.pages.iter().find(|page| page.id == form.page);
    let speakers = Speakers {
        page: page.map(|page| page.name.clone()).unwrap_or_default(),
        instagram: page.and_then(|page| page.instagram.as_ref()).map(|(_, name)| name.clone()).unwrap_or_default(),
    };
    let mut placements: Vec<Placement> =
        desk.reading.makes.ad_sets.iter().flat_map(|sketch| sketch.placements.iter().copied()).collect();
    if placements.is_empty() {
        placements = form.placements.iter().filter_map(|word| word.parse().ok()).collect();
    }
    let is_empty = |ad: &AdForm| ad.message.trim().is_empty() && ad.headline.trim().is_empty() && ad.picture.trim().is_empty();
    let shown = form.ads.iter().filter(|ad| !is_empty(ad));
    shown.flat_map(|ad| ad_preview::of(&ad_preview::typed(ad), &speakers, &placements, &facts.pictures)).collect()
}
