//! Which field of the form Meta means when it refuses a step: its own parameters (`targeting`, `object_story_spec`) say little to
//! whoever chose a city, so what was typed is found in Meta's words, and the field named as the form names it.

use crate::domain::audience::Audience;
use crate::domain::dictionary::meta;
use crate::domain::plan::{Step, Wanted, WantedAdSet, WantedCreative};
use crate::graph::GraphError;

use super::super::Error;

/// Something that was chosen in the form and goes to Meta as an id.
struct Chosen<'a> {
    id: String,
    field: &'static str,
    name: &'a str,
}

/// Parameters of Meta's by the form's fields; the first whose words begin a blamed path counts.
const BY_PARAMETER: [(&str, &str); 28] = [
    ("targeting.geo_locations.cities", "Cities"),
    ("targeting.geo_locations", "Countries"),
    ("targeting.excluded_geo_locations", "Countries"),
    ("targeting.age_", "Age"),
    ("targeting.genders", "Gender"),
    ("targeting.locales", "Languages"),
    ("targeting.flexible_spec", "Interests and behaviours"),
    ("targeting.interests", "Interests and behaviours"),
    ("targeting.custom_audiences", "Custom audiences"),
    ("targeting.excluded_custom_audiences", "Custom audiences"),
    ("targeting.publisher_platforms", "Placements"),
    ("targeting.facebook_positions", "Placements"),
    ("targeting.instagram_positions", "Placements"),
    ("targeting", "Who"),
    ("promoted_object", "Result counted"),
    ("optimization_goal", "Result counted"),
    ("attribution_spec", "Counted within"),
    ("daily_budget", "Budget"),
    ("lifetime_budget", "Budget"),
    ("spend_cap", "Never more than"),
    ("bid_", "Bidding"),
    ("start_time", "Starts"),
    ("end_time", "Ends"),
    ("dsa_payor", "Who pays (EU)"),
    ("dsa_beneficiary", "Who benefits (EU)"),
    ("special_ad_categor", "Special ad category"),
    ("image_hash", "Picture"),
    ("name", "Name"),
];

/// Why a step did not work, in Meta's words, with the field of the form that it is about where that is known.
pub(super) fn words(step: &Step, error: &Error) -> String {
    let said = crate::domain::invalid::sentence(&error.to_string());
    let Error::Graph(GraphError::Rejected { code, subcode, fields, message, .. }) = error else { return said };
    let chosen = chosen(step);
    if let Some(one) = chosen.iter().find(|one| names(message, &one.id)) {
        return format!("{said} In the form it is “{}” at {}: choose another or take it out.", one.name, one.field);
    }
    let of = |path: &String| BY_PARAMETER.iter().find(|(parameter, _)| path.starts_with(parameter)).map(|(_, field)| *field);
    let entry = meta::entry(*code, *subcode);
    let by_subcode = Some(entry.field).filter(|field| !field.is_empty());
    if let Some(field) = by_subcode.or_else(|| fields.iter().find_map(of)) {
        let now = chosen.iter().find(|one| one.field == field).map(|one| format!(", now “{}”", one.name)).unwrap_or_default();
        return format!("{said} In the form it is the field {field}{now}. {}", entry.todo);
    }
    match fields.is_empty() {
        true => said,
        false => format!("{said} Meta names the field {}.", fields.join(", ")),
    }
}

/// Whether a text names an id: with nothing before or after that would make it another.
fn names(text: &str, id: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == id)
}

fn chosen(step: &Step) -> Vec<Chosen<'_>> {
    match step {
        Step::Create { wanted, .. } | Step::Change { wanted, .. } => match wanted {
            Wanted::AdSet(ad_set) => of_ad_set(ad_set),
            Wanted::Creative(creative) => of_creative(creative),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn of_ad_set(wanted: &WantedAdSet) -> Vec<Chosen<'_>> {
    let Audience { cities, narrowed, included, excluded, .. } = &wanted.audience;
    let cities = cities.iter().map(|city| Chosen { id: city.key.clone(), field: "Cities", name: &city.name });
    let details = narrowed.iter().flatten();
    let details = details.map(|one| Chosen { id: one.id.clone(), field: "Interests and behaviours", name: &one.name });
    let custom = included.iter().chain(excluded);
    let custom = custom.map(|one| Chosen { id: one.id.clone(), field: "Custom audiences", name: &one.name });
    let event = wanted.counting.event.iter();
    let event = event.map(|event| Chosen { id: event.pixel.clone(), field: "Result counted", name: &event.pixel_name });
    // Not languages: their keys are small numbers, which Meta's words may hold for other reasons.
    cities.chain(details).chain(custom).chain(event).collect()
}

fn of_creative(wanted: &WantedCreative) -> Vec<Chosen<'_>> {
    let identity = &wanted.identity;
    let page = Chosen { id: identity.page.clone(), field: "Facebook Page", name: &identity.page_name };
    let instagram = identity.instagram.iter();
    let instagram = instagram.map(|(id, name)| Chosen { id: id.clone(), field: "Instagram account", name });
    std::iter::once(page).chain(instagram).collect()
}
