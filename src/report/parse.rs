//! A [`Query`] from a query string; each problem names the parameter and says what it may be.

use std::borrow::Cow;

use crate::domain::dictionary;
use crate::domain::invalid::Invalid;
use crate::domain::network::Network;
use crate::domain::period::{Period, Preset};

use super::query::{Compare, Dimension, Metric, Origin, Query, Range, Sort, SortBy};

impl Query {
    /// Reads a query string (`period=28d&network=facebook`). Empty values count as not given; unknown parameters are refused,
    /// because a misspelt filter would show more than was asked for.
    pub fn parse(query_string: &str) -> Result<Self, Invalid> {
        let pairs = url::form_urlencoded::parse(query_string.as_bytes());
        Self::from_pairs(pairs)
    }

    /// The same from decoded pairs.
    pub fn from_pairs<'a>(pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, Invalid> {
        let mut query = Self::default();
        let mut invalid = Invalid::default();
        let (mut from, mut to, mut preset) = (None, None, None);
        for (name, value) in pairs {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match name.as_ref() {
                "period" => {
                    preset = one(&mut invalid, "period", value, Preset::parse, &words(Preset::ALL.iter().map(|p| p.as_str())))
                }
                "from" => from = day(&mut invalid, "from", value),
                "to" => to = day(&mut invalid, "to", value),
                "compare" => {
                    let read = |word: &str| match word {
                        "before" => Some(Compare::Before),
                        "none" => Some(Compare::Nothing),
                        _ => None,
                    };
                    query.compare = one(&mut invalid, "compare", value, read, "before or none").unwrap_or_default();
                }
                "by" => {
                    let known = words(Dimension::ALL.iter().map(|d| d.as_str()));
                    query.by.extend(list(&mut invalid, "by", value, Dimension::parse, &known));
                }
                "metrics" => {
                    let known = words(Metric::ALL.iter().map(|m| m.as_str()));
                    query.metrics.extend(list(&mut invalid, "metrics", value, Metric::parse, &known));
                }
                "network" => {
                    let read = |word: &str| {
                        [Network::Facebook, Network::Instagram, Network::Other, Network::Unknown]
                            .into_iter()
                            .find(|n| n.as_str() == word)
                    };
                    query.network = one(&mut invalid, "network", value, read, "facebook, instagram, other or unknown");
                }
                "origin" => {
                    query.origin =
                        one(&mut invalid, "origin", value, Origin::parse, &words(Origin::ALL.iter().map(|o| o.as_str())))
                }
                "campaign" => {
                    query.campaigns = list(&mut invalid, "campaign", value, |word| word.parse().ok(), "ids, made of digits")
                }
                "account" => {
                    query.accounts = list(&mut invalid, "account", value, |word| word.parse().ok(), "ids, made of digits")
                }
                "currency" => query.currency = invalid.check("currency", value.parse()),
                "result" => query.result = value.parse().ok(),
                "sort" => {
                    query.sort =
                        one(&mut invalid, "sort", value, sort, "a column or a dimension, with - in front for largest first")
                }
                "as_known_on" => query.as_known_on = day(&mut invalid, "as_known_on", value),
                other => invalid.add(other, dictionary::report_parameter(other, KNOWN)),
            }
        }
        query.range = range(&mut invalid, preset, from, to);
        invalid.into_result().map(|()| query)
    }
}

const KNOWN: &str = "period, from, to, compare, by, metrics, network, origin, campaign, account, currency, result, sort or \
                     as_known_on";

fn range(
    invalid: &mut Invalid,
    preset: Option<Preset>,
    from: Option<chrono::NaiveDate>,
    to: Option<chrono::NaiveDate>,
) -> Option<Range> {
    match (from, to, preset) {
        // A preset wins: a form that keeps its dates beside the list of presets still obeys the list.
        (_, _, Some(preset)) => Some(Range::Preset(preset)),
        (Some(since), Some(until), _) => invalid.check("to", Period::new(since, until)).map(Range::Days),
        (Some(_), None, _) if invalid.at("to").is_none() => {
            invalid.add("to", dictionary::report_to_missing());
            None
        }
        (None, Some(_), _) if invalid.at("from").is_none() => {
            invalid.add("from", dictionary::report_from_missing());
            None
        }
        _ => None,
    }
}

fn day(invalid: &mut Invalid, name: &str, value: &str) -> Option<chrono::NaiveDate> {
    let read = |text: &str| text.parse::<chrono::NaiveDate>().ok().filter(|d| (1970..=2200).contains(&chrono::Datelike::year(d)));
    one(invalid, name, value, read, "a day, written like 2026-11-28")
}

fn sort(word: &str) -> Option<Sort> {
    let (word, descending) = word.strip_prefix('-').map_or((word, false), |rest| (rest, true));
    let by = Metric::parse(word).map(SortBy::Metric).or_else(|| Dimension::parse(word).map(SortBy::Dimension))?;
    Some(Sort { by, descending })
}

fn one<T>(invalid: &mut Invalid, name: &str, value: &str, read: impl Fn(&str) -> Option<T>, known: &str) -> Option<T> {
    let found = read(value);
    if found.is_none() {
        invalid.add(name, dictionary::link_query(name, value, known));
    }
    found
}

fn list<T: PartialEq>(invalid: &mut Invalid, name: &str, value: &str, read: impl Fn(&str) -> Option<T>, known: &str) -> Vec<T> {
    let mut out = Vec::new();
    for word in value.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        if let Some(item) = one(invalid, name, word, &read, known)
            && !out.contains(&item)
        {
            out.push(item);
        }
    }
    out
}

fn words<'a>(all: impl Iterator<Item = &'a str>) -> String {
    all.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_itself_again() {
        for text in [
            "",
            "period=28d",
            "from=2026-11-01&to=2026-11-28&compare=none&by=campaign,network&metrics=spend,impressions",
            "network=facebook&origin=elsewhere&campaign=12,13&currency=EUR&result=purchase%407d_click&sort=-spend&as_known_on=2026-11-20",
        ] {
            assert_eq!(Query::parse(text).unwrap().to_query_string(), text);
        }
    }

    #[test]
    fn empty_values_are_not_given() {
        assert_eq!(Query::parse("network=&campaign=&from=&to=").unwrap(), Query::default());
    }

    #[test]
    fn a_bad_parameter_is_named_with_what_it_may_be() {
        for (text, at, says) in [
            ("period=fortnight", "period", "7d"),
            ("from=2026-11-31&to=2026-12-01", "from", "2026-11-28"),
            ("from=2026-11-02&to=2026-11-01", "to", "swap"),
            ("from=2026-11-02", "to", "last day"),
            ("by=campaign,country", "by", "placement"),
            ("netwrok=facebook", "netwrok", "no parameter"),
            ("campaign=abc", "campaign", "digits"),
            ("currency=XXX", "currency", "XXX"),
            ("sort=-colour", "sort", "dimension"),
        ] {
            let problems = Query::parse(text).unwrap_err();
            let message = problems.at(at).unwrap_or_else(|| problems.problems[0].message.as_str());
            assert!(message.contains(says), "{text}: {message}");
            assert_eq!(problems.problems.len(), 1, "{text}: {problems:?}");
        }
    }
}
