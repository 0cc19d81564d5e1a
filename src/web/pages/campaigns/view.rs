//! The form's page as its template shows it: what was typed, what can be chosen, what was found.

use askama::Template;

use super::super::audience_fields::{Options, Who};
use super::super::layout::Page;
use super::ads::AdRow;
use super::makes::Makes;
use super::shape::SplitPart;
use super::{Shown, Subject};
use crate::domain::audience::SpecialCategory;
use crate::domain::campaign::{CampaignForm, SavedAudienceRef};
use crate::domain::creative::{CallToAction, MOST_ADS};
use crate::domain::invalid::Invalid;
use crate::domain::naming::{Level, VARIABLES};
use crate::domain::network::Network;
use crate::domain::objective::{Attribution, COMING, Goal, Objective};
use crate::domain::placement::Placement;
use crate::service::campaigns::Desk;

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
    who: Who,
    saved_audience: Option<SavedFrom>,
    audience_options: Options,
    audience_name: String,
    done: Option<String>,
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

/// The saved audience that the form's audience was taken from.
struct SavedFrom {
    id: String,
    name: String,
    version: i32,
    is_changed: bool,
    /// The newest version, where that is another.
    newer: Option<i32>,
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
        let Shown { subject: Subject { saved: campaign, is_published }, form, desk, mut problems, mut found, saved } = shown;
        problems.problems.append(&mut found.invalid.problems);
        let makes = Makes::of(&form, &desk);
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
            amounts: options([("percent", "percent"), ("money", "money"), ("even", "even"), ("learned", "learned from results")]),
            saved_audience: saved_from(&form, &desk),
            audience_options: audience_options(&desk),
            audience_name: found.queries.audience_name.clone(),
            done: found.done.take(),
            who: Who::new(&form, found),
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

fn audience_options(desk: &Desk) -> Options {
    let offered = desk.audiences.iter().filter(|audience| !audience.is_archived);
    offered.map(|audience| (audience.at.id.to_string(), format!("{}: {}", audience.name, audience.audience.sentence()))).collect()
}

fn saved_from(form: &CampaignForm, desk: &Desk) -> Option<SavedFrom> {
    let at = SavedAudienceRef::parse(&form.saved_audience)?;
    let saved = desk.audiences.iter().find(|audience| audience.at.id == at.id)?;
    let is_newest = saved.at.version == at.version;
    let typed = desk.reading.makes.audience.as_ref();
    Some(SavedFrom {
        id: at.id.to_string(),
        name: saved.name.clone(),
        version: at.version,
        is_changed: is_newest && typed.is_some_and(|typed| *typed != saved.audience),
        newer: (!is_newest).then_some(saved.at.version),
    })
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
