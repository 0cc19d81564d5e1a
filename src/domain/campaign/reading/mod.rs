//! Reading a form: the valid campaign, or every problem at its field; and either way what it would make as far as it is known.
//!
//! The parts follow the page from top to bottom. A part that is wrong does not silence the others: the page shows all problems
//! at once, and the ad sets as soon as budget and placements allow.

mod ads;
mod detailed;
mod money;
mod names;
mod shape;
mod what;
mod who;

use super::commitment::{self, Commitments};
use super::{
    AccountFacts, AdSetKey, AudienceReading, Campaign, CampaignForm, Limits, SavedAudienceRef, ShapeChoice, networks_of,
};
use crate::domain::audience::Audience;
use crate::domain::dictionary::{self, Sentence};
use crate::domain::invalid::Invalid;
use crate::domain::money::Money;
use crate::domain::network::Network;
use crate::domain::objective::Counting;
use crate::domain::placement::Placement;

/// What a form says.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The campaign, if nothing is wrong.
    pub campaign: Option<Campaign>,
    /// Everything that is wrong, each at its field.
    pub invalid: Invalid,
    /// What it makes, as far as it can be worked out.
    pub makes: Makes,
}

/// What a form makes, even while it is incomplete.
#[derive(Debug, Clone, Default)]
pub struct Makes {
    /// The campaign's name at Meta; empty while the templates are wrong.
    pub name: String,
    /// The ad sets.
    pub ad_sets: Vec<Sketch>,
    /// The budget that the campaign itself carries, where Meta divides one.
    pub campaign_budget: Option<Money>,
    /// The money committed, once budget and split are known.
    pub commitments: Option<Commitments>,
    /// What is counted, once that is answered.
    pub counting: Option<Counting>,
    /// Days of the flight, if it ends.
    pub days: Option<i64>,
    /// Each ad's final URL in each ad set.
    pub links: Vec<FinalUrl>,
    /// What is not wrong but worth knowing.
    pub notes: Vec<Note>,
    /// Who may see it, once that is answered.
    pub audience: Option<Audience>,
}

/// An ad set as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// Which one.
    pub key: AdSetKey,
    /// Its name at Meta; empty while the templates are wrong.
    pub name: String,
    /// Its networks.
    pub networks: Vec<Network>,
    /// Its placements.
    pub placements: Vec<Placement>,
    /// Whether Meta chooses its placements.
    pub automatic: bool,
    /// Its budget, exactly, if it has one of its own and it can be worked out.
    pub budget: Option<Money>,
    /// Its limits under a campaign budget.
    pub limits: Limits,
    /// What those limits and the other ad sets' leave it of the campaign budget: at least, at most.
    pub between: Option<(Money, Money)>,
    /// Its share in basis points, rounded for showing; `None` where Meta decides it.
    pub share_bp: Option<i64>,
}

/// Where an ad leads in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalUrl {
    /// The ad's name.
    pub ad: String,
    /// The ad set.
    pub ad_set: AdSetKey,
    /// The ad's name at Meta.
    pub name: String,
    /// The URL with its parameters.
    pub url: String,
}

/// Something worth knowing about a field; not a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The field.
    pub field: String,
    /// A sentence.
    pub message: String,
}

/// The largest amount that is taken, in minor units: more than any ad account may spend.
const MOST_MINOR: i64 = 1_000_000_000_000;

/// A form being read.
struct Reader<'a> {
    form: &'a CampaignForm,
    facts: &'a AccountFacts,
    invalid: Invalid,
    notes: Vec<Note>,
}

impl CampaignForm {
    /// Reads the form with what is known of the ad account.
    pub fn read(&self, facts: &AccountFacts) -> Reading {
        let mut reader = Reader { form: self, facts, invalid: Invalid::default(), notes: Vec::new() };
        let name = reader.name();
        let counting = reader.counting();
        let placements = reader.placements();
        let identity = reader.identity(&placements);
        let special = reader.special();
        let schedule = reader.schedule();
        let budget = reader.budget(schedule.as_ref());
        let never_more = reader.never_more(budget);
        let (shape, sketches) = reader.shape(budget, schedule.as_ref(), &placements);
        let audience = reader.audience(special);
        let payer = reader.payer(audience.as_ref());
        let ads = reader.ads(&placements);
        let tracking = reader.tracking(name.as_deref(), schedule.as_ref());
        let names = reader.names(schedule.as_ref());
        reader.advise(counting.as_ref(), budget, schedule.as_ref(), special);

        let mut makes =
            Makes { ad_sets: sketches, notes: std::mem::take(&mut reader.notes), counting: counting.clone(), ..Makes::default() };
        makes.audience = audience.clone();
        makes.days = schedule.and_then(|schedule| schedule.days(facts.now)).map(|days| days.days());
        let guided = ShapeChoice::parse(&self.shape) == Some(ShapeChoice::Guided);
        makes.campaign_budget = budget.filter(|_| guided).map(|budget| budget.amount);
        let exact: Option<Vec<Money>> = match makes.campaign_budget {
            Some(amount) => Some(vec![amount]),
            None => makes.ad_sets.iter().map(|sketch| sketch.budget).collect(),
        };
        if let (Some(budget), Some(exact), Some(schedule)) = (budget, exact, &schedule) {
            let days = schedule.days(facts.now);
            let cap = never_more.flatten();
            makes.commitments = Some(commitment::of(budget.pace, &exact, budget.amount, days, cap, facts.overdelivery_bp));
        }
        let values = reader.values(name.as_deref(), counting.as_ref(), schedule.as_ref(), audience.as_ref());
        if let Some(names) = &names {
            reader.call_them(&mut makes, &values, names, ads.as_deref(), tracking.as_ref());
        }

        let invalid = reader.invalid;
        let whole = || {
            Some(Campaign {
                name: name?,
                counting: counting?,
                identity: identity?,
                special: special?,
                payer: payer?,
                schedule: schedule?,
                budget: budget?,
                never_more: never_more?,
                placements,
                automatic_placements: self.is_automatic(),
                shape: shape?,
                audience: audience?,
                saved_audience: SavedAudienceRef::parse(&self.saved_audience),
                ads: ads?,
                tracking: tracking?,
                names: names?,
            })
        };
        let campaign = if invalid.is_empty() { whole() } else { None };
        Reading { campaign, invalid, makes }
    }
}

impl CampaignForm {
    /// Reads the audience part alone, which fits every campaign but those of special ad categories.
    pub fn read_audience(&self, facts: &AccountFacts) -> AudienceReading {
        let mut reader = Reader { form: self, facts, invalid: Invalid::default(), notes: Vec::new() };
        let audience = reader.audience(None).filter(|_| reader.invalid.is_empty());
        AudienceReading { audience, invalid: reader.invalid }
    }
}

impl Reader<'_> {
    fn note(&mut self, field: &str, message: impl Into<String>) {
        self.notes.push(Note { field: field.to_owned(), message: message.into() });
    }

    /// Trimmed text that must be there and not too long; `missing` is what is said of none.
    fn required(&mut self, field: &str, text: &str, missing: Sentence, max: usize) -> Option<String> {
        let text = text.trim();
        let length = text.chars().count();
        if text.is_empty() {
            self.invalid.add(field, missing);
        } else if length > max {
            self.invalid.add(field, dictionary::text_too_long(length, max));
        } else if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.invalid.add(field, dictionary::text_unreadable());
        } else {
            return Some(text.to_owned());
        }
        None
    }

    fn money(&mut self, field: &str, text: &str) -> Option<Money> {
        let currency = self.facts.currency;
        let amount = self.invalid.check(field, Money::parse(text, currency))?;
        if amount.minor > MOST_MINOR {
            self.invalid.add(field, dictionary::amount_absurd(Money::new(MOST_MINOR, currency), currency));
            return None;
        }
        Some(amount)
    }

    /// The networks among some placements.
    fn networks(placements: &[Placement]) -> Vec<Network> {
        networks_of(placements)
    }
}
