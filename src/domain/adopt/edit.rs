//! Changing an adopted campaign: names, switches, budgets, the limit and dates; each problem at its field.
//!
//! Fields are named `<field>.<object id>`, as `budget.123`; one that is not sent stays what it is.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Adopted, Kept};
use crate::domain::campaign::{LIMIT_MIN_BUDGETS, Pace};
use crate::domain::dictionary;
use crate::domain::invalid::Invalid;
use crate::domain::money::Money;
use crate::domain::plan::{Field, Kind};
use crate::domain::schedule::parse_local;

/// Meta's longest name of a campaign, ad set or ad, in characters.
const LONGEST_NAME: usize = 400;

/// What a change is held against.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Platform time.
    pub now: DateTime<Utc>,
    /// The least a day, minor units, where Meta said so.
    pub min_daily_minor: Option<i64>,
}

impl Adopted {
    /// The campaign with what was typed.
    ///
    /// # Errors
    /// Every problem at its field; nothing is changed then.
    pub fn edited(&self, typed: &BTreeMap<String, String>, rules: &Rules) -> Result<Self, Invalid> {
        let mut changed = self.clone();
        let mut invalid = Invalid::default();
        for kept in &mut changed.objects {
            let id = kept.object.id;
            let sent = |field: &str| typed.get(&format!("{field}.{id}")).map(|text| text.trim());
            if let Some(name) = sent("name") {
                self.rename(kept, name, &mut invalid);
            }
            if let Some(text) = sent("budget") {
                self.set_budget(kept, text, rules, &mut invalid);
            }
            if let Some(text) = sent("limit") {
                self.set_limit(kept, text, rules, &mut invalid);
            }
            if let Some(word) = sent("switch").filter(|_| kept.object.kind != Kind::Campaign) {
                match word {
                    "on" | "off" => {
                        kept.fields.insert(Field::Switch, word.to_owned());
                    }
                    _ => invalid.add(format!("switch.{id}"), dictionary::adopted_switch()),
                }
            }
            for (word, field) in [("starts", Field::Starts), ("ends", Field::Ends)] {
                if let Some(text) = sent(word) {
                    self.set_time(kept, (word, field), text, rules, &mut invalid);
                }
            }
            let (starts, ends) = (kept.time(Field::Starts), kept.time(Field::Ends));
            if let (Some(starts), Some(ends)) = (starts, ends)
                && ends <= starts
            {
                invalid.add(format!("ends.{id}"), dictionary::ends_before_start());
            }
        }
        invalid.into_result().map(|()| changed)
    }

    fn rename(&self, kept: &mut Kept, name: &str, invalid: &mut Invalid) {
        // As in one line of a list: what a field of several lines would add is no name.
        let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if !fits {
            invalid.add(format!("name.{}", kept.object.id), dictionary::adopted_name(LONGEST_NAME));
        } else if name != kept.name() {
            kept.fields.insert(Field::Name, name.to_owned());
        }
    }

    fn set_budget(&self, kept: &mut Kept, text: &str, rules: &Rules, invalid: &mut Invalid) {
        let field = format!("budget.{}", kept.object.id);
        let Some((pace, _)) = kept.budget() else {
            return invalid.add(field, dictionary::adopted_without_budget());
        };
        let Some(money) = invalid.check(&field, Money::parse(text, self.currency)) else { return };
        let least = rules.min_daily_minor.filter(|_| pace == Pace::Daily).unwrap_or(1).max(1);
        if money.minor < least {
            let least = Money::new(least, self.currency);
            return invalid.add(field, dictionary::adopted_below_least(least, self.currency));
        }
        kept.fields.insert(Field::Budget, Field::budget(pace, money.minor));
    }

    fn set_limit(&self, kept: &mut Kept, text: &str, rules: &Rules, invalid: &mut Invalid) {
        if kept.object.kind != Kind::Campaign {
            return;
        }
        let field = format!("limit.{}", kept.object.id);
        if text.is_empty() {
            kept.fields.insert(Field::Limit, String::new());
            return;
        }
        let Some(money) = invalid.check(&field, Money::parse(text, self.currency)) else { return };
        let least = rules.min_daily_minor.unwrap_or(1).saturating_mul(LIMIT_MIN_BUDGETS);
        let unchanged = kept.text(Field::Limit) == money.minor.to_string();
        if money.minor < least && !unchanged {
            let least = Money::new(least, self.currency);
            return invalid.add(field, dictionary::limit_below_minimum(least, self.currency));
        }
        kept.fields.insert(Field::Limit, money.minor.to_string());
    }

    fn set_time(&self, kept: &mut Kept, (word, field): (&str, Field), text: &str, rules: &Rules, invalid: &mut Invalid) {
        let name = format!("{word}.{}", kept.object.id);
        let known = kept.time(field);
        // To the minute, as the page shows it: seconds that Meta has are not a change.
        if text == known.map(|at| self.local(&Field::time(at))).unwrap_or_default() {
            return;
        }
        let at = match parse_local(text, self.zone, field == Field::Ends) {
            Ok(at) => at,
            Err(said) => return invalid.add(name, said),
        };
        match (field, at) {
            (Field::Ends, None) => invalid.add(name, dictionary::adopted_end_stays()),
            (_, None) => invalid.add(name, dictionary::adopted_start_missing()),
            (Field::Starts, Some(_)) if known.is_some_and(|at| at <= rules.now) => {
                invalid.add(name, dictionary::adopted_has_started());
            }
            (_, Some(at)) if at <= rules.now => invalid.add(name, dictionary::adopted_in_the_past()),
            (_, Some(at)) => {
                kept.fields.insert(field, Field::time(at));
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::fixture::adopted;
    use super::*;

    fn rules() -> Rules {
        Rules { now: "2026-12-01T09:00:00Z".parse().unwrap(), min_daily_minor: Some(100) }
    }

    fn edited(typed: &[(&str, &str)]) -> Result<Adopted, Invalid> {
        let typed = typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        adopted().edited(&typed, &rules())
    }

    #[test]
    fn what_is_not_sent_stays_what_it_is() {
        assert_eq!(edited(&[]).unwrap(), adopted());
        assert_eq!(edited(&[("ends.2", "2026-12-24 22:59"), ("budget.2", "20.00")]).unwrap(), adopted());
    }

    #[test]
    fn budgets_names_switches_and_ends_can_be_changed() {
        let typed = [("budget.2", "25"), ("name.4", "Similar people"), ("switch.5", "off"), ("ends.2", "2026-12-31")];
        let changed = edited(&typed).unwrap();
        assert_eq!(changed.objects[1].budget(), Some((Pace::Daily, 2_500)));
        assert_eq!(changed.objects[1].text(Field::Ends), "2026-12-31T23:59:00Z");
        assert_eq!((changed.objects[3].name(), changed.objects[4].is_on()), ("Similar people", false));
    }

    #[test]
    fn every_problem_stands_at_its_field() {
        let typed = [("budget.2", "0.50"), ("name.3", ""), ("ends.2", "2026-11-01"), ("budget.5", "3"), ("limit.1", "1")];
        let invalid = edited(&typed).unwrap_err();
        for field in ["budget.2", "name.3", "ends.2", "budget.5", "limit.1"] {
            assert!(invalid.at(field).is_some(), "{field}: {invalid:?}");
        }
        assert!(edited(&[("ends.2", "")]).is_err(), "an end cannot be taken away");
    }
}
