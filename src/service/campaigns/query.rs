//! What the list of campaigns is asked: filters, order, days and where to go on; each state is a link that says it again.

use crate::domain::campaign_status::CampaignStatus;
use crate::domain::dictionary;
use crate::domain::id::{AdAccountId, CampaignId, LabelId};
use crate::domain::invalid::Invalid;
use crate::domain::network::Network;
use crate::domain::objective::Objective;
use crate::domain::period::Preset;

/// The longest text that is searched for, in characters.
const TEXT_MAX: usize = 100;

/// Where a campaign was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Defined in Tandem.
    Here,
    /// In Ads Manager or by another program.
    Elsewhere,
    /// Known from a report file only.
    File,
}

impl Origin {
    /// In the order offered.
    pub const ALL: [Self; 3] = [Self::Here, Self::Elsewhere, Self::File];

    /// The word in links.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Elsewhere => "elsewhere",
            Self::File => "file",
        }
    }

    /// The words people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Here => "Made here",
            Self::Elsewhere => "Made elsewhere",
            Self::File => "From a file",
        }
    }
}

/// A column that the list can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// What asks for a person first.
    Status,
    /// By name.
    Name,
    /// By ad account.
    Account,
    /// By budget, within a currency.
    Budget,
    /// By what was spent today, within a currency.
    Today,
    /// By what was spent yesterday, within a currency.
    Yesterday,
    /// By how much of the money that should be spent by now is.
    Pace,
    /// By results.
    Results,
    /// By cost per result, within a currency.
    Cost,
    /// By the end of the flight.
    Ends,
}

impl SortKey {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Status,
        Self::Account,
        Self::Budget,
        Self::Today,
        Self::Yesterday,
        Self::Pace,
        Self::Results,
        Self::Cost,
        Self::Ends,
    ];

    /// The word in links.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Name => "name",
            Self::Account => "account",
            Self::Budget => "budget",
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::Pace => "pace",
            Self::Results => "results",
            Self::Cost => "cost",
            Self::Ends => "ends",
        }
    }

    /// Whether the largest usually comes first.
    pub fn is_figure(self) -> bool {
        matches!(self, Self::Budget | Self::Today | Self::Yesterday | Self::Pace | Self::Results)
    }
}

/// What is asked of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// Only these statuses; empty means all.
    pub statuses: Vec<CampaignStatus>,
    /// Only these ad accounts; empty means all.
    pub accounts: Vec<AdAccountId>,
    /// Only what runs on this network.
    pub network: Option<Network>,
    /// Only this objective.
    pub objective: Option<Objective>,
    /// Only what carries this label.
    pub label: Option<LabelId>,
    /// Only what was made there.
    pub origin: Option<Origin>,
    /// Only what was changed outside.
    pub drift: bool,
    /// Only names that contain this, whatever the case.
    pub text: String,
    /// Whether what was archived or deleted is shown too.
    pub archived: bool,
    /// The days of results, cost and split.
    pub period: Preset,
    /// The column ordered by.
    pub sort: SortKey,
    /// Largest or last first.
    pub descending: bool,
    /// Go on after this campaign.
    pub after: Option<CampaignId>,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            statuses: Vec::new(),
            accounts: Vec::new(),
            network: None,
            objective: None,
            label: None,
            origin: None,
            drift: false,
            text: String::new(),
            archived: false,
            period: Preset::Days7,
            sort: SortKey::Today,
            descending: true,
            after: None,
        }
    }
}

impl ListQuery {
    /// The parameters that are read, in the order written.
    pub const PARAMETERS: [&str; 12] =
        ["status", "account", "network", "objective", "label", "origin", "drift", "q", "archived", "period", "sort", "after"];

    /// Reads a query string. Names that are no filter of the list are passed over: links carry others' parameters too.
    ///
    /// # Errors
    /// Each bad value at its parameter, with what it may be.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (mut query, mut invalid) = (Self::default(), Invalid::default());
        for (name, value) in url_pairs(text) {
            let value = value.trim().to_owned();
            if value.is_empty() {
                continue;
            }
            query.set(&name, &value, &mut invalid);
        }
        invalid.into_result()?;
        Ok(query)
    }

    fn set(&mut self, name: &str, value: &str, invalid: &mut Invalid) {
        let mut bad = |known: &str| invalid.add(name, dictionary::filter_value(value, known));
        let ids = "an id, made of digits only";
        match name {
            "status" => {
                for word in value.split(',').map(str::trim) {
                    match CampaignStatus::parse(word) {
                        Some(status) if !self.statuses.contains(&status) => self.statuses.push(status),
                        Some(_) => {}
                        None => bad(&words(CampaignStatus::ALL.iter().map(|status| status.as_str()))),
                    }
                }
            }
            "account" => {
                for word in value.split(',').map(str::trim) {
                    match word.parse() {
                        Ok(id) if !self.accounts.contains(&id) => self.accounts.push(id),
                        Ok(_) => {}
                        Err(_) => bad(ids),
                    }
                }
            }
            "network" => match Network::BOTH.into_iter().find(|network| network.as_str() == value) {
                Some(network) => self.network = Some(network),
                None => bad("facebook, instagram"),
            },
            "objective" => match Objective::parse(value) {
                Some(objective) => self.objective = Some(objective),
                None => bad(&words(Objective::ALL.iter().map(|objective| objective.as_str()))),
            },
            "label" => match value.parse() {
                Ok(id) => self.label = Some(id),
                Err(_) => bad(ids),
            },
            "origin" => match Origin::ALL.into_iter().find(|origin| origin.as_str() == value) {
                Some(origin) => self.origin = Some(origin),
                None => bad("here, elsewhere, file"),
            },
            "q" => self.text = value.chars().take(TEXT_MAX).collect(),
            "drift" => self.drift = value == "1",
            "archived" => self.archived = value == "1",
            "period" => match Preset::parse(value) {
                Some(preset) => self.period = preset,
                None => bad(&words(Preset::ALL.iter().map(|preset| preset.as_str()))),
            },
            "sort" => {
                let (bare, descending) = value.strip_prefix('-').map_or((value, false), |bare| (bare, true));
                match SortKey::ALL.into_iter().find(|key| key.as_str() == bare) {
                    Some(key) => (self.sort, self.descending) = (key, descending),
                    None => bad(&words(SortKey::ALL.iter().map(|key| key.as_str()))),
                }
            }
            "after" => match value.parse() {
                Ok(id) => self.after = Some(id),
                Err(_) => bad(ids),
            },
            _ => {}
        }
    }

    /// The parameters that differ from the usual, in a fixed order.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let usual = Self::default();
        let mut pairs: Vec<(&'static str, String)> = Vec::new();
        if !self.statuses.is_empty() {
            pairs.push(("status", words_of(self.statuses.iter().map(|status| status.as_str().to_owned()))));
        }
        if !self.accounts.is_empty() {
            pairs.push(("account", words_of(self.accounts.iter().map(ToString::to_string))));
        }
        let mut say = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        say("network", self.network.map(|network| network.as_str().to_owned()));
        say("objective", self.objective.map(|objective| objective.as_str().to_owned()));
        say("label", self.label.map(|label| label.to_string()));
        say("origin", self.origin.map(|origin| origin.as_str().to_owned()));
        say("drift", self.drift.then(|| "1".to_owned()));
        say("q", Some(self.text.clone()).filter(|text| !text.is_empty()));
        say("archived", self.archived.then(|| "1".to_owned()));
        say("period", (self.period != usual.period).then(|| self.period.as_str().to_owned()));
        let sign = if self.descending { "-" } else { "" };
        let order = (self.sort, self.descending) != (usual.sort, usual.descending);
        say("sort", order.then(|| format!("{sign}{}", self.sort.as_str())));
        say("after", self.after.map(|id| id.to_string()));
        pairs
    }

    /// The query string that says it again; empty for the usual list.
    pub fn to_query_string(&self) -> String {
        serde_urlencoded::to_string(self.pairs()).unwrap_or_default()
    }

    /// A link to a page that shows it.
    pub fn link(&self, path: &str) -> String {
        match self.to_query_string() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    /// Whether anything is filtered.
    pub fn is_filtered(&self) -> bool {
        let plain = Self {
            statuses: Vec::new(),
            accounts: Vec::new(),
            network: None,
            objective: None,
            label: None,
            origin: None,
            drift: false,
            text: String::new(),
            ..self.clone()
        };
        plain != *self
    }
}

fn url_pairs(text: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(text).unwrap_or_default()
}

fn words<'a>(all: impl Iterator<Item = &'a str>) -> String {
    all.collect::<Vec<_>>().join(", ")
}

fn words_of(all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_itself_again() {
        for text in [
            "",
            "status=rejected%2Cno_spend&account=12%2C13&network=facebook&objective=sales&label=7&origin=elsewhere&q=lamp",
            "drift=1&archived=1&period=28d&sort=name&after=99",
            "sort=-ends",
        ] {
            assert_eq!(ListQuery::parse(text).unwrap().to_query_string(), text);
        }
        assert_eq!(ListQuery::parse("sort=-today&period=7d").unwrap(), ListQuery::default());
    }

    #[test]
    fn a_bad_value_is_named_with_what_it_may_be() {
        for (text, at, says) in [
            ("status=alive", "status", "learning_limited"),
            ("account=x", "account", "digits"),
            ("network=myspace", "network", "instagram"),
            ("sort=-colour", "sort", "yesterday"),
            ("period=fortnight", "period", "28d"),
        ] {
            let problems = ListQuery::parse(text).unwrap_err();
            assert!(problems.at(at).unwrap().contains(says), "{text}: {problems:?}");
        }
    }

    #[test]
    fn several_values_of_one_filter_may_be_given_as_a_form_sends_them() {
        let query = ListQuery::parse("status=paused&status=ended&status=paused&q=+lamp+").unwrap();
        assert_eq!(query.statuses, [CampaignStatus::Paused, CampaignStatus::Ended]);
        assert_eq!(query.text, "lamp");
        assert!(query.is_filtered() && !ListQuery::default().is_filtered());
    }
}
