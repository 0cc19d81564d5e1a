//! What the templates of the dashboard and of a campaign's page show.

use super::super::status::Standings;
use super::chart::{self, Chart};
use super::controls::twin;
use super::figures::{self, Minor, ReachTile, Tile};
use super::sentence::{Sentence, sentence};
use super::tables::{self, AdRow, CampaignRow, Head, PlacementRow};
use crate::domain::period::Preset;
use crate::report::{Dashboard, Dimension, Need, Query, Range, ResultKey, Unequal, Wants};
use crate::web::format;

/// Campaigns shown before the rest is a link away.
pub(super) const MOST_CAMPAIGNS: usize = 60;

/// Something that waits for a person, as a line with a way on.
pub struct NeedLine {
    pub lead: &'static str,
    pub name: String,
    pub rest: String,
    pub url: String,
    pub action: &'static str,
}

/// Links to the twins of a table.
pub struct Twins {
    pub csv: String,
    pub json: String,
}

/// Everything below the controls.
pub struct View {
    /// Nothing was ever reported here.
    pub is_empty: bool,
    /// A link to everything known, where the period shown has nothing.
    pub known: Option<(String, String)>,
    pub sentence: Sentence,
    pub tiles: Vec<Tile>,
    pub reach: ReachTile,
    pub minor: Vec<Minor>,
    pub before: String,
    pub chart: Option<Chart>,
    /// Spend that no day carries.
    pub without_day: String,
    /// What is left out, in a sentence.
    pub left_out: String,
    pub needs: Vec<NeedLine>,
    /// Days whose totals do not match, each in a sentence.
    pub checks: Vec<String>,
    pub notes: Vec<String>,
    pub counted: String,
    pub placements: Vec<PlacementRow>,
    pub placement_twins: Twins,
    pub campaigns: Vec<CampaignRow>,
    /// Whether any campaign has a plan to be held against.
    pub has_flights: bool,
    pub heads: Vec<Head>,
    pub more_campaigns: usize,
    pub campaign_twins: Twins,
    pub day_twins: Twins,
    pub ads: Vec<AdRow>,
    pub ad_twins: Twins,
    pub currency: String,
    pub foot: String,
    /// How often the figures are asked for again, in ms.
    pub every: u32,
    /// Where they are asked for.
    pub here: String,
}

impl View {
    /// Puts the page together.
    pub fn new(path: &str, query: &Query, data: Dashboard, standings: &Standings) -> Self {
        let campaigns = tables::campaigns(&data, standings, MOST_CAMPAIGNS);
        let twins = |by: &[Dimension]| Twins { csv: twin("csv", query, &data, by), json: twin("json", query, &data, by) };
        let nothing = data.total.counts.spend_micros.is_none() && data.total.counts.impressions.is_none();
        let all = Query { range: Some(Range::Preset(Preset::All)), ..Query::default() };
        let known = data.scope.known.filter(|_| nothing).map(|known| (all.link(path), format::days(known)));
        Self {
            is_empty: nothing && data.campaign_names.is_empty() && data.left_out.is_none(),
            known,
            sentence: sentence(&data),
            tiles: figures::tiles(&data),
            reach: figures::reach(&data),
            minor: figures::minor(&data),
            before: match (data.scope.before, &data.before) {
                (Some(_), Some(_)) => format!("vs {}", days_before(data.scope.period.days())),
                _ => String::new(),
            },
            chart: chart::chart(&data),
            without_day: chart::without_day(&data).unwrap_or_default(),
            left_out: left_out(&data),
            needs: data.needs.iter().map(need).collect(),
            checks: data.checks.iter().map(check).collect(),
            notes: notes(&data),
            counted: data.shown.as_ref().map(counted).unwrap_or_default(),
            placements: tables::placements(&data),
            placement_twins: twins(&[Dimension::Network, Dimension::Placement]),
            heads: tables::heads(query, path),
            more_campaigns: data.campaigns.len().saturating_sub(campaigns.len()),
            has_flights: campaigns.iter().any(|row| !row.pace_words.is_empty()),
            campaigns,
            campaign_twins: twins(&[Dimension::Campaign]),
            day_twins: twins(&[Dimension::Day, Dimension::Network]),
            ads: tables::ads(&data),
            ad_twins: twins(&[Dimension::Ad]),
            currency: data.scope.currency.to_string(),
            foot: foot(&data),
            every: 4000,
            here: query.link(path),
        }
    }
}

fn days_before(days: i64) -> String {
    if days == 1 { "the day before".to_owned() } else { format!("{days} days before") }
}

fn counted(kind: &ResultKey) -> String {
    let attribution = kind.attribution_label();
    let label = kind.label().to_lowercase();
    if attribution.is_empty() { label } else { format!("{label}, {attribution}") }
}

fn left_out(data: &Dashboard) -> String {
    let Some(left) = &data.left_out else { return String::new() };
    let currency = data.scope.currency;
    let spend = left.spend_micros.map(|m| format!("{} {currency}", format::money(m, currency)));
    let rows = if left.rows == 1 { "one report".to_owned() } else { format!("{} reports", format::count(left.rows)) };
    format!(
        "{} in {rows} for longer periods is left out: it covers days outside the range too.",
        spend.unwrap_or_else(|| "What is".to_owned())
    )
}

fn need(need: &Need) -> NeedLine {
    let campaign = format!("/campaigns/{}", need.campaign);
    let words = if need.words.is_empty() { String::new() } else { format!(": {}", need.words) };
    let line = |lead, rest: String, url: String, action| NeedLine { lead, name: need.name.clone(), rest, url, action };
    match need.what {
        Wants::Resume => line("Everything is stopped", "until it is resumed through a plan.".into(), "/stop".into(), "Look"),
        Wants::Connection => line("A connection does not work", words, "/connections".into(), "Look"),
        Wants::FailedPlan => line("Applying broke off", words, format!("{campaign}/plan"), "Finish it"),
        Wants::Refused if need.words == "DISAPPROVED" => line("Meta rejected an ad", String::new(), campaign, "Look"),
        Wants::Refused => line("Meta reports issues", String::new(), campaign, "Look"),
        Wants::Drift => {
            let is = match need.words.as_str() {
                "1" => ": 1 field is not as Tandem left it".to_owned(),
                fields => format!(": {fields} fields are not as Tandem left them"),
            };
            let url = if need.campaign.0 == 0 { "/campaigns?drift=1".to_owned() } else { format!("{campaign}/drift") };
            line("Changed outside", is, url, "Look")
        }
        Wants::Approval => line("A plan waits for approval", String::new(), format!("{campaign}/plan"), "Read it"),
    }
}

/// A day whose totals do not match: by how much, and what it likely is.
fn check(day: &Unequal) -> String {
    let currency = day.theirs.currency;
    let (theirs, ours) = (format::money(day.theirs.micros, currency), format::money(day.ours.micros, currency));
    let apart = format::money((day.theirs.micros - day.ours.micros).saturating_abs(), currency);
    let likely = if day.theirs.micros > day.ours.micros {
        "Meta likely left rows out when it was asked for the parts"
    } else {
        "Meta likely restated the day between two answers"
    };
    format!(
        "{}, {}: the account says {theirs}, its parts sum to {ours}; {apart} {currency} apart. {likely}.",
        day.name,
        format::full_day(day.day)
    )
}

/// Good to know: what qualifies the figures without asking for anything.
fn notes(data: &Dashboard) -> Vec<String> {
    let mut notes = Vec::new();
    if data.days.iter().any(|d| d.young && d.total.counts.spend_micros.is_some()) {
        notes.push("The last three days are young: results still come in and Meta restates them.".to_owned());
    }
    if data.kinds.len() > 1 {
        notes.push("Results of different kinds are counted apart and never added.".to_owned());
    }
    if data.scope.currencies.len() > 1 {
        let others: Vec<String> =
            data.scope.currencies.iter().filter(|c| **c != data.scope.currency).map(ToString::to_string).collect();
        notes.push(format!("Accounts in {} are not in these figures: two currencies are never added.", others.join(", ")));
    }
    if let Some(day) = data.scope.as_known_on {
        notes.push(format!("As known on {}: what was restated later is left away.", format::full_day(day)));
    }
    notes
}

fn foot(data: &Dashboard) -> String {
    let mut zones: Vec<&str> = data.scope.accounts.iter().map(|a| a.zone.as_str()).collect();
    zones.sort_unstable();
    zones.dedup();
    let mut parts = vec![data.scope.currency.to_string(), format::days(data.scope.period)];
    parts.extend(zones.first().filter(|_| zones.len() == 1).map(|zone| (*zone).to_owned()));
    if let Some(known) = data.scope.accounts.iter().filter_map(|a| a.known_until).max() {
        let zone: chrono_tz::Tz = zones.first().and_then(|z| z.parse().ok()).unwrap_or(chrono_tz::Tz::UTC);
        parts.push(format!("as known on {}", known.with_timezone(&zone).format("%-d %b %H:%M")));
    }
    parts.join(" · ")
}
