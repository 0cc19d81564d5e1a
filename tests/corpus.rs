//! The form against a corpus of campaigns, and against the strict sandbox: each bad one gets exactly its message before anything is
//! sent, and whatever the form accepts Meta accepts too.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use serde_json::Value;
use tandem::domain::campaign::{AccountFacts, CampaignForm, Reading};
use tandem::domain::dictionary;
use tandem::domain::id::{CampaignId, PictureId};
use tandem::domain::plan::Run;
use tandem::domain::role::Role;
use tandem::service::approvals::Passed;
use tandem::service::publish;
use tandem::stats::Random;

use crate::support::{Business, calls};

/// So many random campaigns are published in the suite; `TANDEM_CORPUS_RANDOM` asks for more.
const RANDOM: usize = 300;

/// More runs than any plan needs within Meta's limits, ten minutes apart.
const ROUNDS: usize = 12;

/// So many are published to one sandbox.
const PER_WORLD: usize = 25;

/// Pictures by the corpus's words: across, down.
const PICTURES: [(&str, u32, u32); 4] =
    [("$feed", 1200, 1500), ("$upright", 720, 1280), ("$small", 300, 300), ("$strip", 2400, 600)];

fn corpus() -> Value {
    serde_json::from_str(include_str!("corpus/campaigns.json")).unwrap()
}

/// The connected business, its account's facts with the corpus's pictures, and what the corpus's words stand for.
struct World {
    business: Business,
    facts: AccountFacts,
    words: BTreeMap<&'static str, String>,
}

impl World {
    async fn new() -> Self {
        let business = Business::connected().await;
        let mut pictures: Vec<(PictureId, u32, u32)> = Vec::new();
        let mut words = BTreeMap::new();
        for (word, width, height) in PICTURES {
            let id = business.picture(width, height).await;
            pictures.push((id, width, height));
            words.insert(word, id.to_string());
        }
        let facts = business.facts(&pictures).await;
        words.insert("$account", business.account.to_string());
        words.insert("$page", facts.pages[0].id.clone());
        words.insert("$instagram", facts.pages[0].instagram.clone().unwrap().0);
        words.insert("$pixel", facts.pixels[0].id.clone());
        Self { business, facts, words }
    }

    /// The base with some fields otherwise.
    fn form(&self, base: &Value, set: &Value) -> CampaignForm {
        let (base, set) = (base.as_object().unwrap(), set.as_object().unwrap());
        let names: BTreeSet<&String> = base.keys().chain(set.keys()).collect();
        let mut pairs = Vec::new();
        for name in names {
            let said = set.get(name).or_else(|| base.get(name)).unwrap();
            let texts: Vec<&str> = match said {
                Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
                one => one.as_str().into_iter().collect(),
            };
            pairs.extend(texts.into_iter().map(|text| (name.clone(), self.text(text))));
        }
        CampaignForm::from_pairs(pairs)
    }

    /// `$x150` is a text of 150 letters; other words are ids.
    fn text(&self, text: &str) -> String {
        if let Some(length) = text.strip_prefix("$x").and_then(|number| number.parse().ok()) {
            return "x".repeat(length);
        }
        self.words.iter().fold(text.to_owned(), |text, (word, id)| text.replace(word, id))
    }

    /// The facts of a case's ad account.
    fn facts_of(&self, case: &Value) -> AccountFacts {
        let mut facts = self.facts.clone();
        let account = &case["account"];
        if let Some(currency) = account["currency"].as_str() {
            facts.currency = currency.parse().unwrap();
        }
        if let Some(minimum) = account["minimum"].as_i64() {
            facts.min_daily_minor = Some(minimum);
        }
        if account["pixels"] == false {
            facts.pixels.clear();
        }
        if account["pages"] == false {
            facts.pages.clear();
        }
        if account["instagram"] == false {
            facts.pages.iter_mut().for_each(|page| page.instagram = None);
        }
        facts
    }

    /// What the sandbox was asked since last time.
    async fn calls(&self) -> Vec<(String, u16)> {
        calls(&self.business.app.ctx.sandbox.as_ref().unwrap().base_url).await
    }

    /// Publishes and returns why it did not work, if it did not.
    async fn refused(&self, reading: Reading, form: &CampaignForm) -> Option<String> {
        let campaign = reading.campaign.unwrap_or_else(|| panic!("{:?}", reading.invalid));
        let id = self.business.save(&campaign, form).await;
        self.carry_out(id).await
    }

    async fn carry_out(&self, id: CampaignId) -> Option<String> {
        let (ctx, actor) = (&self.business.app.ctx, &self.business.actor);
        let letter = publish::letter(ctx, actor, id, Some(Run::Paused)).await.unwrap();
        let passed = publish::approve(ctx, actor, id, &letter.plan.hash, Run::Paused).await.unwrap();
        let Passed::Queued(Some(plan)) = passed else { panic!("{passed:?}") };
        let (mut latest, mut rounds) = (letter.latest, 0);
        while rounds < ROUNDS && !latest.as_ref().is_some_and(|(plan, _)| matches!(plan.state.as_str(), "applied" | "failed")) {
            // A refusal ends the run with an error of its own, which the plan tells too; what waits for Meta's limits goes on later.
            let _ = publish::run(ctx, &publish::ApplyPlan { workspace: actor.workspace, plan }).await;
            latest = publish::letter(ctx, actor, id, Some(Run::Paused)).await.unwrap().latest;
            ctx.clock.advance(Duration::minutes(10));
            rounds += 1;
        }
        let (plan, steps) = latest.unwrap();
        let failed = steps.iter().find(|step| step.state != "done").map(|step| format!("{}: {:?}", step.label, step.problem));
        (plan.state != "applied").then(|| format!("{}: {:?} {failed:?}", plan.state, plan.problem))
    }
}

fn wrong(case: &Value) -> Vec<(String, String)> {
    let pair = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned());
    case["wrong"].as_array().into_iter().flatten().map(pair).collect()
}

#[actix_web::test]
async fn each_bad_campaign_gets_exactly_its_message_and_nothing_is_sent() {
    let world = World::new().await;
    let corpus = corpus();
    let cases: Vec<&Value> = corpus["cases"].as_array().unwrap().iter().filter(|case| case.get("wrong").is_some()).collect();
    assert!(cases.len() >= 60, "{}", cases.len());
    world.calls().await;
    for case in &cases {
        let reading = world.form(&corpus["base"], &case["set"]).read(&world.facts_of(case));
        let found: Vec<(String, String)> =
            reading.invalid.problems.iter().map(|p| (p.field.clone(), p.slug.to_owned())).collect();
        assert_eq!(found, wrong(case), "{}: {:?}", case["name"], reading.invalid);
        assert!(reading.campaign.is_none(), "{}", case["name"]);
        for problem in &reading.invalid.problems {
            // The page says the sentence that is shown, and the sentence leads to the page.
            assert_eq!(dictionary::of_sentence(&problem.message).map(|entry| entry.slug), Some(problem.slug), "{problem:?}");
        }
    }
    assert_eq!(world.calls().await, [], "what is known here is not asked of Meta");
}

#[actix_web::test]
async fn programs_get_the_same_messages_with_their_pages_and_no_plan() {
    let world = World::new().await;
    let corpus = corpus();
    let token = world.business.app.token("Casa Lume", Role::Manager).await;
    let base = format!("{}/api/v1/campaigns", world.business.app.base);
    let http = world.business.app.http();
    world.calls().await;
    let local =
        corpus["cases"].as_array().unwrap().iter().filter(|case| case.get("wrong").is_some() && case.get("account").is_none());
    for case in local.step_by(7) {
        let form = world.form(&corpus["base"], &case["set"]);
        let answer = http.post(&base).bearer_auth(&token).json(&form).send().await.unwrap();
        assert!(answer.status().is_success(), "{}: {}", case["name"], answer.text().await.unwrap());
        let saved: Value = answer.json().await.unwrap();
        let problems = saved["judged"]["problems"].as_array().unwrap();
        let found: Vec<(String, String)> = problems
            .iter()
            .map(|p| (p["field"].as_str().unwrap().to_owned(), p["type"].as_str().unwrap().replace("/help/errors/", "")))
            .collect();
        assert_eq!(found, wrong(case), "{}", case["name"]);
        let plan = http.get(format!("{base}/{}/plan", saved["id"].as_str().unwrap())).bearer_auth(&token).send().await.unwrap();
        assert_eq!(plan.status(), 409);
        let refused: Value = plan.json().await.unwrap();
        assert_eq!(refused["type"], "/help/errors/plan-of-a-draft", "{refused}");
    }
    assert_eq!(world.calls().await, []);
}

#[actix_web::test]
async fn what_the_corpus_calls_valid_both_the_form_and_the_strict_sandbox_accept() {
    let world = World::new().await;
    let corpus = corpus();
    let cases: Vec<&Value> = corpus["cases"].as_array().unwrap().iter().filter(|case| case.get("wrong").is_none()).collect();
    assert!(cases.len() >= 30, "{}", cases.len());
    for case in cases {
        let form = world.form(&corpus["base"], &case["set"]);
        let reading = form.read(&world.facts_of(case));
        assert!(reading.invalid.is_empty(), "{}: {:?}", case["name"], reading.invalid);
        // Other currencies are judged by the form alone: the account that the sandbox has is in euro.
        if case.get("account").is_none() {
            assert_eq!(world.refused(reading, &form).await, None, "{}", case["name"]);
        }
    }
}

/// Choices by chance; a seed is the same campaign everywhere.
struct Dice(Random);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0.next_u64() % n
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// A form with every part chosen by chance, at and around the limits too; not each is valid.
fn any_form(dice: &mut Dice) -> serde_json::Map<String, Value> {
    let mut set = serde_json::Map::new();
    let mut put = |name: &str, value: String| {
        set.insert(name.to_owned(), Value::String(value));
    };
    let (objective, results): (&str, &[&str]) = match dice.below(4) {
        0 => ("sales", &["$pixel:PURCHASE", "$pixel:ADD_TO_CART", "$pixel:INITIATED_CHECKOUT", "$pixel:SUBSCRIBE"]),
        1 => ("leads", &["$pixel:LEAD", "$pixel:COMPLETE_REGISTRATION", "$pixel:CONTACT", "$pixel:SCHEDULE"]),
        2 => ("traffic", &["link_clicks", "landing_page_views"]),
        _ => ("awareness", &["reach"]),
    };
    put("objective", objective.to_owned());
    put("result", dice.one(results).to_owned());
    put("attribution", dice.one(&["7d_click", "7d_click_1d_view", "1d_click", "1d_click_1d_view"]).to_owned());
    if dice.chance(30) {
        put("bid", "cost_goal".to_owned());
        put("cost_goal", dice.one(&["0.01", "8", "250.00", "10000000000"]).to_owned());
    }
    let special = dice.one(&["none", "none", "none", "housing", "employment", "financial", "politics", "gambling"]);
    put("special_category", special.to_owned());
    put("starts", dice.one(&["", "2026-12-01 08:00", "2026-12-01", "2027-03-28 12:00"]).to_owned());
    put("ends", dice.one(&["", "2026-12-02 08:00", "2026-12-24 23:59", "2027-04-01", "2028-02-29 12:30"]).to_owned());
    put("pace", dice.one(&["daily", "lifetime"]).to_owned());
    put(
        "budget",
        dice.one(&["1.00", "2.00", "5", "10.01", "24.00", "99.99", "140", "1000.07", "750000", "10000000000"]).to_owned(),
    );
    if dice.chance(25) {
        put("never_more", dice.one(&["100.00", "100", "5000", "800000", "10000000000"]).to_owned());
    }
    put("shape", dice.one(&["shared", "shared", "guided", "per_network", "per_group"]).to_owned());
    put("amounts", dice.one(&["percent", "money", "even"]).to_owned());
    let share = dice.below(101);
    put("share.facebook", share.to_string());
    put("share.instagram", String::new());
    for side in ["floor", "ceiling"] {
        for network in ["facebook", "instagram"] {
            if dice.chance(20) {
                put(
                    &format!("{side}.{network}"),
                    format!("{}", if side == "floor" { dice.below(40) } else { 60 + dice.below(41) }),
                );
            }
        }
    }
    put(
        "countries",
        dice.one(&["Portugal", "Portugal, Spain", "United Kingdom", "US", "Japan", "Germany; France\nItaly"]).to_owned(),
    );
    if dice.chance(25) {
        put("cities.0.key", dice.one(&["2421600", "2422841"]).to_owned());
        put("cities.0.name", "Lisbon".to_owned());
        put("cities.0.country", "PT".to_owned());
        put("cities.0.radius", dice.one(&["17", "25", "80"]).to_owned());
    }
    let ages = if dice.chance(60) { (18, 65) } else { (18 + dice.below(20), 40 + dice.below(26)) };
    put("age_min", ages.0.to_string());
    put("age_max", ages.1.to_string());
    put("gender", dice.one(&["all", "all", "women", "men"]).to_owned());
    put("reach", dice.one(&["only_these", "as_suggestion"]).to_owned());
    if dice.chance(20) {
        put("languages.0.key", dice.one(&["1", "5", "6", "7", "9", "10"]).to_owned());
        put("languages.0.name", "A language".to_owned());
    }
    for row in 0..dice.below(3) {
        let (segment, id) = if dice.chance(50) { ("interests", "6003348604581") } else { ("behaviors", "6071631541183") };
        put(&format!("details.{row}.group"), dice.below(2).to_string());
        put(&format!("details.{row}.segment"), segment.to_owned());
        put(&format!("details.{row}.id"), id.to_owned());
        put(&format!("details.{row}.name"), "A detail".to_owned());
    }
    for row in 0..=dice.below(2) {
        put(&format!("ads.{row}.key"), (row + 1).to_string());
        put(&format!("ads.{row}.name"), format!("Ad {}", row + 1));
        put(&format!("ads.{row}.message"), dice.one(&["Warm light.", "$x2200", "Zwei Zeilen\nüber Licht 💡"]).to_owned());
        put(&format!("ads.{row}.headline"), dice.one(&["Sale", "$x255", "„Licht“ & <Leinen>"]).to_owned());
        put(
            &format!("ads.{row}.link"),
            dice.one(&["https://casalume.example/sale", "http://x.example/?a=1#b", "https://xn--bcher-kva.example/"]).to_owned(),
        );
        put(
            &format!("ads.{row}.call_to_action"),
            dice.one(&["SHOP_NOW", "LEARN_MORE", "GET_OFFER", "DONATE_NOW", "GET_QUOTE"]).to_owned(),
        );
        put(&format!("ads.{row}.picture"), "$feed".to_owned());
        if dice.chance(40) {
            put(&format!("ads.{row}.vertical"), "$upright".to_owned());
        }
        if dice.chance(30) {
            put(&format!("ads.{row}.messages.{}", dice.one(&["facebook", "instagram"])), "Of its own.".to_owned());
        }
    }
    if dice.chance(20) {
        put("utm_extra", dice.one(&["ref=meta", "ad={{ad.id}}&x="]).to_owned());
        put("utm_content", "{ad}".to_owned());
    }
    if dice.chance(20) {
        put("name", dice.one(&["$x150", "Ünïcode 🎄 sale", "a"]).to_owned());
    }
    let all = [
        "facebook.feed",
        "facebook.facebook_reels",
        "facebook.story",
        "facebook.marketplace",
        "facebook.search",
        "facebook.right_hand_column",
        "facebook.profile_feed",
        "facebook.notification",
        "instagram.stream",
        "instagram.story",
        "instagram.reels",
        "instagram.explore_home",
        "instagram.profile_feed",
        "instagram.ig_search",
    ];
    let density = 20 + dice.below(80);
    let chosen: Vec<Value> = all.into_iter().filter(|_| dice.chance(density)).map(Value::from).collect();
    set.insert("placements".to_owned(), Value::Array(chosen));
    if dice.chance(10) {
        set.insert("automatic".to_owned(), Value::from("yes"));
    }
    set
}

#[actix_web::test]
async fn whatever_the_form_accepts_the_strict_sandbox_accepts_too() {
    let wanted = std::env::var("TANDEM_CORPUS_RANDOM").ok().map_or(RANDOM, |number| number.parse().unwrap());
    let mut world = World::new().await;
    let base = &corpus()["base"];
    let (mut accepted, mut seed) = (0, 0_u64);
    while accepted < wanted {
        // An account with few campaigns answers fastest.
        if accepted > 0 && accepted % PER_WORLD == 0 {
            world = World::new().await;
        }
        seed += 1;
        assert!(seed < 100 * wanted as u64, "hardly any form is valid: {accepted} of {seed}");
        let form = world.form(base, &Value::Object(any_form(&mut Dice(Random::from_state(seed)))));
        let reading = form.read(&world.facts);
        if reading.campaign.is_none() {
            // A form that is refused says why, at a field, in words of the dictionary.
            let said = reading.invalid.problems.iter().all(|problem| problem.slug != dictionary::DOES_NOT_FIT);
            assert!(said && !reading.invalid.is_empty(), "seed {seed}: {:?}", reading.invalid);
            continue;
        }
        accepted += 1;
        if let Some(why) = world.refused(reading, &form).await {
            panic!("seed {seed}: the form accepts what Meta refuses: {why}\n{form:#?}");
        }
    }
}
