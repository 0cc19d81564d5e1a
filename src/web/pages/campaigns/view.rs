//! The form's page as its template shows it: what was typed, what can be chosen, what was found.

use askama::Template;

use super::super::layout::Page;
use super::actions::Found;
use super::ads::AdRow;
use super::makes::Makes;
use super::shape::SplitPart;
use super::{Shown, Subject};
use crate::domain::audience::{Gender, SpecialCategory};
use crate::domain::campaign::{CampaignForm, CityForm, LanguageForm};
use crate::domain::creative::{CallToAction, MOST_ADS};
use crate::domain::invalid::Invalid;
use crate::domain::naming::{Level, VARIABLES};
use crate::domain::network::Network;
use crate::domain::objective::{Attribution, COMING, Goal, Objective};
use crate::domain::placement::Placement;
use crate::service::campaigns::Desk;

/// Value and label of an option.
type Options = Vec<(String, String)>;

/// `/campaigns/new` and `/campaigns/{id}/edit`.
#[derive(Template)]
#[template(path = "campaigns/form.html")]
pub(super) struct FormPage {
    page: Page,
    action: String,
    revision: i64,
    id: Option<String>,
    is_published: bool,
    saved: Option<String>,
    form: CampaignForm,
    problems: Invalid,
    currency: String,
    zone: String,
    has_account: bool,
    accounts: Options,
    objectives: Options,
    coming: String,
    results: Vec<(&'static str, Options)>,
    attributions: Options,
    bids: Options,
    pages: Options,
    instagrams: Options,
    specials: Options,
    paces: Options,
    networks: Vec<NetworkBoxes>,
    split: SplitPart,
    amounts: Options,
    ages: Options,
    genders: Options,
    cities: Vec<CityRow>,
    found_cities: Option<Options>,
    languages: Vec<LanguageRow>,
    found_languages: Option<Options>,
    city_query: String,
    language_query: String,
    search_problem: Option<String>,
    ads: Vec<AdRow>,
    can_add_ads: bool,
    pictures_say: String,
    calls_to_action: Options,
    variables: Vec<String>,
    naming_open: bool,
    makes: Makes,
}

/// The placements of one network.
struct NetworkBoxes {
    class: &'static str,
    label: &'static str,
    boxes: Vec<PlacementBox>,
}

struct PlacementBox {
    value: String,
    label: &'static str,
    ticked: bool,
}

struct CityRow {
    at: String,
    radius: String,
    remove: String,
    city: CityForm,
}

struct LanguageRow {
    at: String,
    remove: String,
    language: LanguageForm,
}

fn options<'a>(all: impl IntoIterator<Item = (&'a str, &'a str)>) -> Options {
    all.into_iter().map(|(value, label)| (value.to_owned(), label.to_owned())).collect()
}

/// Options that begin with "choose", for questions that need an explicit answer.
fn asked(all: Options) -> Options {
    std::iter::once((String::new(), "Choose".to_owned())).chain(all).collect()
}

impl FormPage {
    pub(super) fn new(page: Page, shown: Shown) -> Self {
        let Shown { subject: Subject { saved: campaign, is_published }, form, desk, problems, found, saved } = shown;
        let makes = Makes::of(&form, &desk);
        let Found { queries, cities, languages, problem } = found;
        let id = campaign.map(|(id, _)| id.to_string());
        let currency = desk.account.as_ref().map(|account| account.currency.to_string()).unwrap_or_default();
        Self {
            action: id.as_ref().map_or_else(|| "/campaigns/new".to_owned(), |id| format!("/campaigns/{id}/edit")),
            revision: campaign.map_or(0, |(_, revision)| revision),
            id,
            is_published,
            saved,
            zone: desk.facts.as_ref().map(|facts| facts.zone.name().replace('_', " ")).unwrap_or_default(),
            has_account: desk.account.is_some(),
            accounts: desk
                .accounts
                .iter()
                .map(|account| (account.id.to_string(), format!("{} ({})", account.name, account.currency)))
                .collect(),
            objectives: options(Objective::ALL.map(|objective| (objective.as_str(), objective.label()))),
            coming: format!("coming: {}", COMING.join(", ").to_lowercase()),
            results: results(&desk),
            attributions: options(Attribution::ALL.map(|setting| (setting.as_str(), setting.label()))),
            bids: options([("lowest_cost", "Most results for the money"), ("cost_goal", "About a cost per result")]),
            pages: pages(&desk),
            instagrams: instagrams(&desk),
            specials: asked(options(SpecialCategory::ALL.map(|category| (category.as_str(), category.label())))),
            paces: options([("daily", "a day"), ("lifetime", "in all")]),
            networks: Network::BOTH.map(|network| boxes(network, &form)).into(),
            split: SplitPart::of(&form, &problems, &currency),
            amounts: options([("percent", "percent"), ("money", "money"), ("even", "even")]),
            ages: (18..=65)
                .map(|age: u8| (age.to_string(), if age == 65 { "65+".to_owned() } else { age.to_string() }))
                .collect(),
            genders: options(Gender::ALL.map(|gender| (gender.as_str(), gender.label()))),
            cities: rows(&form.cities, "cities", "remove_city", |at, remove, city| CityRow {
                radius: format!("{at}.radius"),
                at,
                remove,
                city,
            }),
            found_cities: cities.map(|all| {
                let value = |city: &crate::service::campaigns::FoundCity| {
                    format!("add_city:{}|{}|{}", city.key, city.country.code(), city.name)
                };
                let label = |city: &crate::service::campaigns::FoundCity| match &city.region {
                    Some(region) => format!("{}, {region}, {}", city.name, city.country.name()),
                    None => format!("{}, {}", city.name, city.country.name()),
                };
                all.iter().map(|city| (value(city), label(city))).collect()
            }),
            languages: rows(&form.languages, "languages", "remove_language", |at, remove, language| LanguageRow {
                at,
                remove,
                language,
            }),
            found_languages: languages
                .map(|all| all.iter().map(|l| (format!("add_language:{}|{}", l.key, l.name), l.name.clone())).collect()),
            city_query: queries.city,
            language_query: queries.language,
            search_problem: problem,
            ads: AdRow::all(&form, &desk, &problems),
            can_add_ads: form.ads.len() < MOST_ADS,
            pictures_say: AdRow::pictures_say(),
            calls_to_action: options(CallToAction::ALL.map(|action| (action.wire(), action.label()))),
            variables: VARIABLES.iter().map(|variable| format!("{{{}}}", variable.word)).collect(),
            naming_open: Level::ALL.iter().any(|level| problems.at(&format!("names.{}", level.as_str())).is_some()),
            makes,
            page,
            form,
            problems,
            currency,
        }
    }

    /// Whether an option is the one chosen.
    fn is_chosen(&self, typed: &str, value: &str) -> bool {
        typed.trim() == value
    }
}

fn rows<T: Clone, R>(all: &[T], at: &str, remove: &str, row: impl Fn(String, String, T) -> R) -> Vec<R> {
    all.iter().enumerate().map(|(n, typed)| row(format!("{at}.{n}"), format!("{remove}:{n}"), typed.clone())).collect()
}

/// What can be counted, by objective.
fn results(desk: &Desk) -> Vec<(&'static str, Options)> {
    let pixels = desk.facts.as_ref().map(|facts| facts.pixels.as_slice()).unwrap_or_default();
    let of = |objective: Objective| -> Options {
        let events = objective.events().iter().flat_map(|event| {
            pixels.iter().map(|pixel| {
                let (noun, _) = event.noun();
                let label = format!("{} (pixel {})", crate::domain::invalid::sentence(noun).trim_end_matches('.'), pixel.name);
                (format!("{}:{}", pixel.id, event.wire()), label)
            })
        });
        let goals = objective.goals().iter().filter(|goal| **goal != Goal::Conversions);
        events.chain(goals.map(|goal| (goal.as_str().to_owned(), goal.label().to_owned()))).collect()
    };
    Objective::ALL.map(|objective| (objective.label(), of(objective))).into_iter().filter(|(_, all)| !all.is_empty()).collect()
}

fn pages(desk: &Desk) -> Options {
    let pages = desk.facts.as_ref().map(|facts| facts.pages.as_slice()).unwrap_or_default();
    asked(pages.iter().map(|page| (page.id.clone(), page.name.clone())).collect())
}

fn instagrams(desk: &Desk) -> Options {
    let pages = desk.facts.as_ref().map(|facts| facts.pages.as_slice()).unwrap_or_default();
    let accounts = pages.iter().filter_map(|page| page.instagram.clone()).map(|(id, name)| (id, format!("@{name}")));
    std::iter::once((String::new(), "None".to_owned())).chain(accounts).collect()
}

fn boxes(network: Network, form: &CampaignForm) -> NetworkBoxes {
    let boxes = Placement::of(network).map(|placement| PlacementBox {
        value: placement.to_string(),
        label: placement.label(),
        ticked: form.has_placement(placement),
    });
    NetworkBoxes { class: network.as_str(), label: network.label(), boxes: boxes.collect() }
}
