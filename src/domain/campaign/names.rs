//! What a campaign's objects are called at Meta and where its ads lead: its templates filled in.

use super::{AdSet, Campaign, ShapeChoice};
use crate::domain::audience::{Audience, OLDEST};
use crate::domain::creative::Ad;
use crate::domain::naming::{AdSetValues, AdValues, Known, Level, Values};
use crate::domain::schedule::Schedule;

/// So many countries are listed by their codes; more are counted.
const COUNTRIES_LISTED: usize = 6;

impl Campaign {
    /// What the variables of its templates stand for.
    pub fn values(&self) -> Values {
        let (start, end) = days(&self.schedule);
        Values {
            campaign: self.name.clone(),
            objective: self.counting.objective.label().to_owned(),
            shape: ShapeChoice::from(&self.shape).label().to_owned(),
            countries: countries(&self.audience),
            ages: ages(&self.audience),
            gender: self.audience.gender.label().to_owned(),
            currency: self.budget.amount.currency.to_string(),
            start,
            end,
        }
    }

    /// The campaign's name at Meta, without the token that ends it there.
    pub fn full_name(&self) -> String {
        Known { campaign: &self.values(), ad_set: None, ad: None }.fill(self.names.of(Level::Campaign))
    }

    /// The name of an ad in an ad set, without its token.
    pub fn ad_name(&self, set: &AdSet, ad: &Ad) -> String {
        self.known(&self.values(), set, ad).fill(self.names.of(Level::Ad))
    }

    /// What the links of an ad in an ad set carry, escaped.
    pub fn url_tags(&self, set: &AdSet, ad: &Ad) -> String {
        self.tracking.url_tags(&self.known(&self.values(), set, ad))
    }

    /// Where an ad in an ad set leads, tracking included.
    pub fn final_url(&self, set: &AdSet, ad: &Ad) -> String {
        self.tracking.final_url(&ad.link, &self.known(&self.values(), set, ad))
    }

    fn known<'a>(&self, values: &'a Values, set: &'a AdSet, ad: &'a Ad) -> Known<'a> {
        let ad_set = AdSetValues { key: set.key, networks: &set.networks, automatic: self.automatic_placements };
        Known { campaign: values, ad_set: Some(ad_set), ad: Some(AdValues { name: &ad.name, number: ad.key }) }
    }
}

/// The first and the last day, where they are set.
pub(super) fn days(schedule: &Schedule) -> (Option<chrono::NaiveDate>, Option<chrono::NaiveDate>) {
    // An end at midnight belongs to the day before.
    let last = schedule.ends.map(|at| schedule.day(at - chrono::TimeDelta::seconds(1)));
    (schedule.starts.map(|at| schedule.day(at)), last)
}

/// `PT-ES` in the order they were chosen, or how many.
pub(super) fn countries(audience: &Audience) -> String {
    let mut touched: Vec<&str> = Vec::new();
    for country in audience.countries.iter().chain(audience.cities.iter().map(|city| &city.country)) {
        if !touched.contains(&country.code()) {
            touched.push(country.code());
        }
    }
    if touched.len() > COUNTRIES_LISTED { format!("{} countries", touched.len()) } else { touched.join("-") }
}

/// `25-54`, `18-65+`.
pub(super) fn ages(audience: &Audience) -> String {
    let plus = if audience.age_max == OLDEST { "+" } else { "" };
    format!("{}-{}{plus}", audience.age_min, audience.age_max)
}
