//! What really happens behind the figures, for tests: whom an object reached, person by person, and what more money would bring.
//! It is read from the same population and the same market that deliver; nothing of it is part of Meta's API.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::delivery::auction;
use super::delivery::audience::{NETWORKS, Slice};
use super::delivery::learning::last_edit;
use super::delivery::market::Bids;
use super::delivery::pacing::local_day;
use super::delivery::part::AdDay;
use super::delivery::people::{ACTIVITY, AGES, GENDERS};
use super::delivery::reach::{Exposure, Person};
use super::num::{hash_text, one_minus_exp_neg};
use super::placements::{Network, PLACEMENTS};
use super::places::PLACES;
use super::seeded::FIRST_MOMENT;
use super::state::{Kind, Object};
use super::world::World;

/// Status and text of what cannot be told.
type Refusal = (u16, String);

/// Times that the distribution of frequency tells one by one; the last stands for all above.
const TIMES: usize = 10;
/// Points of a response curve where no amounts are asked.
const POINTS: u32 = 20;
/// Most amounts that may be asked at once.
const MOST_POINTS: usize = 1_000;

/// Answers `GET /_sandbox/truth/{what}?...`.
///
/// # Errors
/// 404 for an unknown question or object, 400 for bad parameters.
pub fn answer(world: &mut World, what: &str, query: &[u8]) -> Result<Value, Refusal> {
    let params: BTreeMap<String, String> = url::form_urlencoded::parse(query).into_owned().collect();
    let id = params.get("id").ok_or_else(|| (400, "Which object? The parameter id is missing.".to_owned()))?;
    let object = world.state.objects.get(id).cloned().ok_or_else(|| (404, format!("There is no object {id}.")))?;
    match what {
        "people" => people(world, &object, &params),
        "response" => response(world, &object, &params),
        _ => Err((404, format!("There is no /_sandbox/truth/{what}: people and response are."))),
    }
}

fn date(params: &BTreeMap<String, String>, name: &str, otherwise: NaiveDate) -> Result<NaiveDate, Refusal> {
    params.get(name).map_or(Ok(otherwise), |text| text.parse().map_err(|_| (400, format!("{name} is no date: {text}"))))
}

/// Reach, frequency and overlap of an object over days, and with `persons=1` every simulated person.
fn people(world: &mut World, object: &Object, params: &BTreeMap<String, String>) -> Result<Value, Refusal> {
    let seeded = world.identity.account(&object.account).ok_or_else(|| (404, "It belongs to no account.".to_owned()))?;
    let now = world.now();
    let since = date(params, "since", local_day(seeded.zone, FIRST_MOMENT))?;
    let until = date(params, "until", local_day(seeded.zone, now))?;
    let days = world.engine.days(&world.state, &object.account, seeded, now, (since, until));
    let own =
        |day: &&AdDay| object.kind == Kind::Account || [&day.campaign, &day.ad_set, &day.ad].iter().any(|id| ***id == *object.id);
    let (mut all, mut alone) = (Exposure::default(), NETWORKS.map(|_| Exposure::default()));
    let mut impressions = NETWORKS.map(|_| 0_u64);
    for day in days.iter().flat_map(|(_, ads)| ads.iter()).filter(own) {
        for part in &day.parts {
            let Some(placement) = PLACEMENTS.get(part.placement()) else { continue };
            let (network, count) = (placement.network, u64::from(part.impressions));
            all.add(&day.spec.audience, network, count);
            if let (Some(alone), Some(sum)) = (alone.get_mut(network.index()), impressions.get_mut(network.index())) {
                alone.add(&day.spec.audience, network, count);
                *sum += count;
            }
        }
    }
    let persons = all.persons();
    let reached: f64 = persons.iter().map(|person| person.people * saw(person.seen.iter().sum())).sum();
    let shown: u64 = impressions.iter().sum();
    let network = |network: Network| {
        let count = impressions.get(network.index()).copied().unwrap_or(0);
        let reach = alone.get(network.index()).map_or(0.0, |exposure| exposure.reached(&Slice::default()));
        json!({ "impressions": count, "reach": reach })
    };
    let both: f64 = persons
        .iter()
        .map(|person| {
            let [facebook, instagram, _] = person.seen.map(saw);
            person.people * facebook * instagram
        })
        .sum();
    let mut told = json!({
        "id": object.id, "since": since.to_string(), "until": until.to_string(), "impressions": shown,
        "people": persons.iter().map(|person| person.people).sum::<f64>(), "reached": reached,
        "frequency": if reached > 0.0 { shown as f64 / reached } else { 0.0 },
        "facebook": network(Network::Facebook), "instagram": network(Network::Instagram), "either": network(Network::Either),
        "saw_both": both, "times": times(&persons),
    });
    if params.get("persons").is_some_and(|asked| asked == "1") {
        told["persons"] = persons.iter().map(person).collect();
    }
    Ok(told)
}

/// The chance to see something at least once.
fn saw(mean: f64) -> f64 {
    one_minus_exp_neg(mean)
}

/// How many people saw it once, twice, ...; the last entry is for that often or more.
fn times(persons: &[Person]) -> Vec<f64> {
    let mut people = vec![0.0; TIMES];
    for person in persons {
        let mean: f64 = person.seen.iter().sum();
        let mut chance = 1.0 - saw(mean);
        let mut above = saw(mean);
        for (index, count) in people.iter_mut().enumerate() {
            if index + 1 == TIMES {
                *count += person.people * above.max(0.0);
            } else {
                chance *= mean / (index + 1) as f64;
                above -= chance;
                *count += person.people * chance;
            }
        }
    }
    people
}

fn person(person: &Person) -> Value {
    let place = PLACES.get(person.home);
    let [facebook, instagram, either] = person.seen;
    let uses = ["facebook", "instagram", "both"].get(person.uses);
    json!({
        "place": place.map(|place| place.name), "country": place.map(|place| place.country),
        "age": AGES.get(person.cell / GENDERS.len()).map(|age| age.0),
        "gender": GENDERS.get(person.cell % GENDERS.len()).map(|gender| gender.0),
        "uses": uses,
        "activity": ACTIVITY.get(person.activity).map(|activity| activity.0),
        "people": person.people, "seen": { "facebook": facebook, "instagram": instagram, "either": either },
    })
}

/// What money would bring an ad set, or each ad set of a campaign, on the whole of today: expected impressions, clicks and
/// results (conversions after a click, whenever they come), by placement, at equal marginal cost.
/// `spend=5,10,20` asks for amounts in major units; otherwise they go up to three times the daily budget.
fn response(world: &mut World, object: &Object, params: &BTreeMap<String, String>) -> Result<Value, Refusal> {
    let ad_sets: Vec<Object> = match object.kind {
        Kind::AdSet => vec![object.clone()],
        Kind::Campaign => {
            let ids = world.state.children_of(&object.id).iter();
            ids.filter_map(|id| world.state.objects.get(id)).cloned().collect()
        }
        _ => return Err((400, "Only campaigns and ad sets have a response.".to_owned())),
    };
    let asked = amounts(params.get("spend"))?;
    let curves: Result<Vec<Value>, Refusal> = ad_sets.iter().map(|ad_set| curve(world, ad_set, &asked)).collect();
    Ok(json!({ "id": object.id, "ad_sets": curves? }))
}

fn amounts(text: Option<&String>) -> Result<Vec<f64>, Refusal> {
    let bad = |text: &str| (400, format!("spend is a list of amounts from 0 to 1e9: {text}"));
    let Some(text) = text else { return Ok(Vec::new()) };
    let amounts: Option<Vec<f64>> =
        text.split(',').map(|one| one.trim().parse().ok().filter(|one| (0.0..=1e9).contains(one))).collect();
    amounts.filter(|amounts| amounts.len() <= MOST_POINTS).ok_or_else(|| bad(text))
}

fn curve(world: &mut World, ad_set: &Object, asked: &[f64]) -> Result<Value, Refusal> {
    let seeded = world.identity.account(&ad_set.account).ok_or_else(|| (404, "It belongs to no account.".to_owned()))?;
    let (now, seed) = (world.now(), world.state.seed);
    let Some(spec) = world.engine.spec(seed, ad_set, now) else {
        return Err((404, format!("{} does not exist yet.", ad_set.id)));
    };
    let (history, market) = world.engine.today(&world.state, &ad_set.account, seeded, now);
    let stage = history.stage(&ad_set.id, last_edit(ad_set, now));
    let learning = stage.price(seed, hash_text(&ad_set.id), market.date.day);
    let ads = world.state.children_of(&ad_set.id).iter().filter_map(|id| world.state.objects.get(id));
    let active = ads.filter(|ad| ad.text("status") == "ACTIVE");
    let bids: Vec<Bids> = active.map(|ad| market.bids(ad, &spec, history)).collect();
    let curves = if bids.is_empty() { Vec::new() } else { market.curves(&spec, &bids, learning) };
    let offers = auction::offers(&curves, spec.cap(market.offset));
    let most = 3.0 * spec.daily.map_or(100.0, |daily| daily as f64 / market.offset as f64);
    let grid: Vec<f64> = if asked.is_empty() {
        (1..=POINTS).map(|point| most * f64::from(point) / f64::from(POINTS)).collect()
    } else {
        asked.to_vec()
    };
    let point = |money: f64| {
        let given = auction::divide(&offers, money);
        let placements: Vec<Value> = (spec.placements.iter().zip(&curves).zip(&given))
            .filter_map(|((index, curve), given)| {
                let placement = PLACEMENTS.get(*index)?;
                Some(json!({
                    "publisher_platform": placement.platform, "platform_position": placement.reported, "spend": given,
                    "impressions": curve.impressions(*given), "results": curve.results(*given),
                    "marginal_cost": curve.marginal_cost(*given),
                }))
            })
            .collect();
        let sum = |of: &dyn Fn(&auction::Curve, f64) -> f64| -> f64 {
            curves.iter().zip(&given).map(|(curve, given)| of(curve, *given)).sum()
        };
        json!({
            "spend": given.iter().sum::<f64>(), "impressions": sum(&|curve, given| curve.impressions(given)),
            "results": sum(&|curve, given| curve.results(given)), "placements": placements,
        })
    };
    Ok(json!({
        "id": ad_set.id, "date": market.date.day.to_string(), "learning_price": learning,
        "people": spec.audience.size(Network::Either), "points": grid.into_iter().map(point).collect::<Vec<_>>(),
    }))
}
