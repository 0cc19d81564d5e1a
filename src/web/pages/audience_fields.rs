//! The audience part of a form as `templates/audiences/_fields.html` shows it: on a campaign and on a saved audience alike.

use askama::Template;

use super::campaigns::Found;
use crate::domain::audience::Gender;
use crate::domain::campaign::{CampaignForm, CityForm, LanguageForm};
use crate::service::campaigns::{Estimate, FoundAudience, FoundDetail, PeopleRange};
use crate::web::format;

/// Value and label of an option.
pub(super) type Options = Vec<(String, String)>;

/// What the fragment shows besides what was typed.
pub(super) struct Who {
    pub cities: Vec<CityRow>,
    pub languages: Vec<LanguageRow>,
    pub groups: Vec<Group>,
    /// The groups that a chosen interest may join; the chosen one.
    pub group_options: Options,
    pub group: String,
    pub included: Vec<Chip>,
    pub excluded: Vec<Chip>,
    pub found_cities: FoundList,
    pub found_languages: FoundList,
    pub found_details: FoundList,
    pub found_custom: FoundList,
    pub city_query: String,
    pub language_query: String,
    pub detail_query: String,
    pub custom_query: String,
    pub problem: Option<String>,
    pub ages: Options,
    pub genders: Options,
}

pub(super) struct CityRow {
    pub at: String,
    pub radius: String,
    pub remove: String,
    pub city: CityForm,
}

pub(super) struct LanguageRow {
    pub at: String,
    pub remove: String,
    pub language: LanguageForm,
}

/// Options of which any must match.
pub(super) struct Group {
    pub title: &'static str,
    pub chips: Vec<Chip>,
}

/// Something chosen, which can be taken out.
pub(super) struct Chip {
    /// Names and values of its hidden fields.
    pub fields: Vec<(String, String)>,
    pub label: String,
    /// The class, in a word.
    pub kind: String,
    pub remove: String,
}

/// What a search found; nothing was asked where `lines` is `None`.
#[derive(Template)]
#[template(path = "audiences/_found.html")]
pub(super) struct FoundList {
    pub id: &'static str,
    /// What is said where nothing was found.
    pub nothing: &'static str,
    pub problem: Option<String>,
    pub lines: Option<Vec<FoundLine>>,
}

/// One thing that was found.
pub(super) struct FoundLine {
    /// Said before the buttons; empty where the button says it all.
    pub words: String,
    /// What is known of it.
    pub hint: String,
    /// Value and label of each button.
    pub buttons: Options,
}

impl Who {
    pub(super) fn new(form: &CampaignForm, found: Found) -> Self {
        let lists = FoundLists::new(&found);
        let group = found.queries.detail_group.trim().to_owned();
        Self {
            cities: rows(&form.cities, "cities", "remove_city", |at, remove, city| CityRow {
                radius: format!("{at}.radius"),
                at,
                remove,
                city,
            }),
            languages: rows(&form.languages, "languages", "remove_language", |at, remove, language| LanguageRow {
                at,
                remove,
                language,
            }),
            groups: groups(form),
            group_options: group_options(form),
            group: if group.is_empty() { "0".to_owned() } else { group },
            included: custom(form, "include"),
            excluded: custom(form, "exclude"),
            found_cities: lists.cities,
            found_languages: lists.languages,
            found_details: lists.details,
            found_custom: lists.custom,
            city_query: found.queries.city,
            language_query: found.queries.language,
            detail_query: found.queries.detail,
            custom_query: found.queries.custom,
            problem: found.problem,
            ages: (18..=65)
                .map(|age: u8| (age.to_string(), if age == 65 { "65+".to_owned() } else { age.to_string() }))
                .collect(),
            genders: Gender::ALL.map(|gender| (gender.as_str().to_owned(), gender.label().to_owned())).into(),
        }
    }
}

/// What each of the four searches found.
pub(super) struct FoundLists {
    pub cities: FoundList,
    pub languages: FoundList,
    pub details: FoundList,
    pub custom: FoundList,
}

impl FoundLists {
    pub(super) fn new(found: &Found) -> Self {
        let list = |id, nothing, lines| FoundList { id, nothing, problem: None, lines };
        let plain = |value: String, label: String| FoundLine {
            words: String::new(),
            hint: String::new(),
            buttons: vec![(value, format!("+ {label}"))],
        };
        let cities = found.cities.as_ref().map(|all| {
            let line = |city: &crate::service::campaigns::FoundCity| {
                let place = match &city.region {
                    Some(region) => format!("{}, {region}, {}", city.name, city.country.name()),
                    None => format!("{}, {}", city.name, city.country.name()),
                };
                plain(format!("add_city:{}|{}|{}", city.key, city.country.code(), city.name), place)
            };
            all.iter().map(line).collect()
        });
        let languages = found
            .languages
            .as_ref()
            .map(|all| all.iter().map(|l| plain(format!("add_language:{}|{}", l.key, l.name), l.name.clone())).collect());
        let details = found.details.as_ref().map(|all| all.iter().map(detail_line).collect());
        let audiences = found.custom.as_ref().map(|all| all.iter().map(audience_line).collect());
        Self {
            cities: list("found-cities", "No city begins like that.", cities),
            languages: list("found-languages", "No language is called that.", languages),
            details: list("found-details", "Nothing is called that; two letters at least.", details),
            custom: list("found-custom", "The ad account has no audience called that.", audiences),
        }
    }
}

fn detail_line(found: &FoundDetail) -> FoundLine {
    let mut hint = vec![found.segment.label().to_owned()];
    hint.extend(found.category.clone());
    hint.extend(found.people.map(|people| format!("{} people worldwide", range(people))));
    FoundLine {
        words: String::new(),
        hint: hint.join(", "),
        buttons: vec![(format!("add_detail:{}|{}|{}", found.segment.wire(), found.id, found.name), format!("+ {}", found.name))],
    }
}

fn audience_line(found: &FoundAudience) -> FoundLine {
    let mut hint = vec![found.kind.to_owned()];
    hint.push(found.people.map_or_else(|| "size not told".to_owned(), |people| format!("{} people", range(people))));
    hint.extend(found.not_ready.clone());
    let kind = if found.is_lookalike { "lookalike" } else { "" };
    let value = |side: &str| format!("{side}:{}|{kind}|{}", found.id, found.name);
    FoundLine {
        words: found.name.clone(),
        hint: hint.join(", "),
        buttons: vec![(value("include"), "Include".to_owned()), (value("exclude"), "Leave out".to_owned())],
    }
}

/// `61k to 75k`: never a single figure where two are known.
pub(super) fn range(people: PeopleRange) -> String {
    let (least, most) = (format::short(people.least), format::short(people.most));
    if least == most { format!("about {least}") } else { format!("{least} to {most}") }
}

/// About how many people, in a sentence; `None` where nothing was asked.
pub(super) fn estimate(estimate: &Estimate) -> Option<String> {
    match estimate {
        Estimate::NotAsked => None,
        // Meta tells no number below a thousand.
        Estimate::People(people) if people.most <= 1_000 => {
            Some("At most about 1,000 people: too few for most campaigns.".to_owned())
        }
        Estimate::People(people) => {
            let (least, most) = (format::count(people.least), format::count(people.most));
            Some(format!("Between {least} and {most} people, over all placements."))
        }
        Estimate::NotReady => Some("Meta is still counting these people: not ready yet. Look again in a while.".to_owned()),
        Estimate::Unavailable(why) => {
            Some(format!("How many people it reaches could not be asked: {why}. Nothing else waits for it."))
        }
    }
}

fn rows<T: Clone, R>(all: &[T], at: &str, remove: &str, row: impl Fn(String, String, T) -> R) -> Vec<R> {
    all.iter().enumerate().map(|(n, typed)| row(format!("{at}.{n}"), format!("{remove}:{n}"), typed.clone())).collect()
}

/// The numbers of the groups there are, in order.
fn numbers(form: &CampaignForm) -> Vec<u32> {
    let mut numbers: Vec<u32> = form.details.iter().filter_map(|detail| detail.group.trim().parse().ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn groups(form: &CampaignForm) -> Vec<Group> {
    let group = |(at, number): (usize, u32)| {
        let of = form.details.iter().enumerate().filter(|(_, detail)| detail.group.trim().parse() == Ok(number));
        let chips = of.map(|(n, detail)| Chip {
            fields: fields(
                &format!("details.{n}"),
                [("group", &detail.group), ("segment", &detail.segment), ("id", &detail.id), ("name", &detail.name)],
            ),
            label: detail.name.clone(),
            kind: crate::domain::audience::Segment::parse(&detail.segment).map_or("", |s| s.label()).to_owned(),
            remove: format!("remove_detail:{n}"),
        });
        Group { title: if at == 0 { "People who match any of" } else { "and who also match any of" }, chips: chips.collect() }
    };
    numbers(form).into_iter().enumerate().map(group).collect()
}

fn group_options(form: &CampaignForm) -> Options {
    let numbers = numbers(form);
    let label = |at: usize| match at {
        0 => "any of these".to_owned(),
        at => format!("must also match: group {}", at + 1),
    };
    let mut options: Options = numbers.iter().enumerate().map(|(at, number)| (number.to_string(), label(at))).collect();
    let next = numbers.last().map_or(0, |last| last.saturating_add(1));
    let words = if numbers.is_empty() { label(0) } else { "must also match: a new group".to_owned() };
    options.push((next.to_string(), words));
    options
}

fn custom(form: &CampaignForm, side: &str) -> Vec<Chip> {
    let of = form.custom.iter().enumerate().filter(|(_, custom)| custom.side.trim() == side);
    of.map(|(n, custom)| Chip {
        fields: fields(
            &format!("custom.{n}"),
            [("side", &custom.side), ("id", &custom.id), ("name", &custom.name), ("kind", &custom.kind)],
        ),
        label: custom.name.clone(),
        kind: custom.kind.clone(),
        remove: format!("remove_custom:{n}"),
    })
    .collect()
}

/// The hidden fields of one row of a form.
fn fields(at: &str, values: [(&str, &String); 4]) -> Vec<(String, String)> {
    values.into_iter().map(|(name, value)| (format!("{at}.{name}"), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_a_range_or_says_why_there_is_none() {
        let said = |estimate: Estimate| super::estimate(&estimate).unwrap_or_default();
        let people = Estimate::People(PeopleRange { least: 1_200_000, most: 1_500_000 });
        assert!(said(people).contains(" and ") && said(Estimate::NotReady).contains("not ready yet"));
        assert!(said(Estimate::People(PeopleRange { least: 1_000, most: 1_000 })).starts_with("At most"));
        assert!(said(Estimate::Unavailable("no answer".into())).contains("no answer"));
        assert_eq!(super::estimate(&Estimate::NotAsked), None);
    }
}
