//! Names and links: the templates, and what they come to for each ad set and ad, shown while the rest is still incomplete.

use super::{FinalUrl, Makes, Reader};
use crate::domain::audience::Audience;
use crate::domain::campaign::ShapeChoice;
use crate::domain::campaign::names::{ages, countries, days};
use crate::domain::creative::Ad;
use crate::domain::dictionary;
use crate::domain::naming::{
    AdSetValues, AdValues, Known, Level, META_NAME_MAX, Names, TOKEN_LENGTH, Values, check, check_link, uses,
};
use crate::domain::network::Network;
use crate::domain::objective::Counting;
use crate::domain::schedule::Schedule;
use crate::domain::tracking::{Sources, Tracking, parse_extra, slug};

/// The longest `utm_source`, in characters.
const SOURCE_MAX: usize = 100;

impl Reader<'_> {
    /// The templates of names; one left empty is the usual one.
    pub(super) fn names(&mut self, schedule: Option<&Schedule>) -> Option<Names> {
        let mut names = Names::default();
        let mut sound = true;
        for level in Level::ALL {
            let typed = self.form.names.of(level).trim();
            if typed.is_empty() {
                continue;
            }
            let field = format!("names.{}", level.as_str());
            if let Err(fault) = check(typed, level) {
                self.invalid.add(field, fault.into());
                sound = false;
            } else {
                sound &= self.dates_known(&field, typed, schedule);
                names.set(level, typed.to_owned());
            }
        }
        sound.then_some(names)
    }

    /// A template that writes a date needs one.
    fn dates_known(&mut self, field: &str, template: &str, schedule: Option<&Schedule>) -> bool {
        let Some(schedule) = schedule else { return true };
        let (start, end) = days(schedule);
        for (word, day) in [("start", start), ("end", end)] {
            if day.is_none() && uses(template, word) {
                self.invalid.add(field, dictionary::template_needs_date(word, format!("{word}s")));
                return false;
            }
        }
        true
    }

    pub(super) fn tracking(&mut self, name: Option<&str>, schedule: Option<&Schedule>) -> Option<Tracking> {
        let form = self.form;
        let campaign = match form.utm_campaign.trim() {
            "" => name.map(slug),
            typed => self.link_part("utm_campaign", typed, schedule),
        };
        let medium = self.link_part("utm_medium", &form.utm_medium, schedule);
        let content = self.link_part("utm_content", &form.utm_content, schedule);
        let extra = self.invalid.check("utm_extra", parse_extra(&form.utm_extra))?;
        if content.as_ref().is_some_and(|content| !content.is_empty()) && extra.iter().any(|(name, _)| name == "utm_content") {
            self.invalid.add("utm_extra", dictionary::utm_content_twice());
        }
        let sources = Sources { facebook: self.source(Network::Facebook)?, instagram: self.source(Network::Instagram)? };
        Some(Tracking { sources, medium: medium?, campaign: campaign.unwrap_or_default(), content: content?, extra })
    }

    fn link_part(&mut self, field: &str, typed: &str, schedule: Option<&Schedule>) -> Option<String> {
        let typed = typed.trim();
        if let Err(fault) = check_link(typed) {
            self.invalid.add(field, fault.into());
            return None;
        }
        self.dates_known(field, typed, schedule).then(|| typed.to_owned())
    }

    /// A network's `utm_source`; its own name where nothing is typed.
    fn source(&mut self, network: Network) -> Option<String> {
        let typed = self.form.source.of(network).trim();
        let typed = if typed.is_empty() { network.as_str() } else { typed };
        self.required(&format!("source.{}", network.as_str()), typed, dictionary::text_missing(), SOURCE_MAX)
    }

    /// What the variables stand for, as far as it is known; a dash for what is not.
    pub(super) fn values(
        &self,
        name: Option<&str>,
        counting: Option<&Counting>,
        schedule: Option<&Schedule>,
        audience: Option<&Audience>,
    ) -> Values {
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        let (start, end) = schedule.map(days).unwrap_or_default();
        Values {
            campaign: or_dash(name.map(str::to_owned)),
            objective: or_dash(counting.map(|counting| counting.objective.label().to_owned())),
            shape: or_dash(ShapeChoice::parse(&self.form.shape).map(|shape| shape.label().to_owned())),
            countries: or_dash(audience.map(countries)),
            ages: or_dash(audience.map(ages)),
            gender: or_dash(audience.map(|audience| audience.gender.label().to_owned())),
            currency: self.facts.currency.to_string(),
            start,
            end,
        }
    }

    /// Puts names and final URLs into what is shown, and says where a name gets longer than Meta takes.
    pub(super) fn call_them(
        &mut self,
        makes: &mut Makes,
        values: &Values,
        names: &Names,
        ads: Option<&[Ad]>,
        tracking: Option<&Tracking>,
    ) {
        let top = Known { campaign: values, ad_set: None, ad: None };
        makes.name = top.fill(names.of(Level::Campaign));
        self.fits(Level::Campaign, &makes.name);
        for sketch in &mut makes.ad_sets {
            let of = AdSetValues { key: sketch.key, networks: &sketch.networks, automatic: sketch.automatic };
            let at = Known { ad_set: Some(of), ..top };
            sketch.name = at.fill(names.of(Level::AdSet));
            self.fits(Level::AdSet, &sketch.name);
            for ad in ads.unwrap_or_default() {
                let at = Known { ad: Some(AdValues { name: &ad.name, number: ad.key }), ..at };
                let name = at.fill(names.of(Level::Ad));
                self.fits(Level::Ad, &name);
                let url = tracking.map_or_else(|| ad.link.clone(), |tracking| tracking.final_url(&ad.link, &at));
                makes.links.push(FinalUrl { ad: ad.name.clone(), ad_set: sketch.key, name, url });
            }
        }
    }

    fn fits(&mut self, level: Level, name: &str) {
        let (length, most) = (name.chars().count(), META_NAME_MAX - TOKEN_LENGTH);
        let field = format!("names.{}", level.as_str());
        if length > most && self.invalid.at(&field).is_none() {
            self.invalid.add(field, dictionary::name_too_long(length, most));
        }
    }
}
