#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::fixture::{campaign, facts, form};
use super::*;
use crate::domain::currency::Currency;

fn problems(form: &CampaignForm) -> Vec<(String, String)> {
    let reading = form.read(&facts());
    assert_eq!(reading.campaign.is_none(), !reading.invalid.is_empty());
    reading.invalid.problems.into_iter().map(|p| (p.field, p.message)).collect()
}

/// The single problem of a form, as field and sentence.
fn problem(form: &CampaignForm) -> (String, String) {
    let mut found = problems(form);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn the_mockups_campaign_is_split_to_the_cent() {
    let reading = form().read(&facts());
    assert!(reading.invalid.is_empty(), "{:?}", reading.invalid);
    let ad_sets = reading.campaign.unwrap().ad_sets();
    let amounts: Vec<String> = ad_sets.iter().map(|ad_set| ad_set.budget.unwrap().to_string()).collect();
    assert_eq!(amounts, ["58.80", "81.20"]);
    assert_eq!(ad_sets[0].name, "Christmas sale · Facebook");
    let made = reading.makes.commitments.unwrap();
    assert_eq!((made.worst_day.to_string(), made.worst_week.to_string()), ("245.00".into(), "980.00".into()));
    assert_eq!(reading.makes.days, Some(24));
}

#[test]
fn a_shared_campaign_is_one_ad_set_over_both_networks() {
    let mut form = form();
    form.shape = "shared".into();
    let ad_sets = form.read(&facts()).campaign.unwrap().ad_sets();
    assert_eq!(ad_sets.len(), 1);
    assert_eq!(ad_sets[0].networks, Network::BOTH);
    assert_eq!(ad_sets[0].budget.unwrap().minor, 14_000);
}

#[test]
fn the_same_campaign_is_always_the_same_bytes_and_is_read_back() {
    let first = serde_json::to_string(&campaign()).unwrap();
    assert_eq!(first, serde_json::to_string(&campaign()).unwrap());
    assert_eq!(serde_json::from_str::<Campaign>(&first).unwrap(), campaign());
}

#[test]
fn an_empty_form_names_every_field_that_needs_an_answer() {
    let empty = CampaignForm::from_pairs([]);
    let fields: Vec<String> = problems(&empty).into_iter().map(|(field, _)| field).collect();
    for field in
        ["name", "objective", "page", "special_category", "pace", "budget", "placements", "shape", "countries", "age_min"]
    {
        assert!(fields.iter().any(|f| f == field), "{field} in {fields:?}");
    }
    assert!(fields.iter().any(|f| f == "ads"));
}

#[test]
fn a_share_above_its_own_ceiling_is_refused_with_the_way_out() {
    let mut form = form();
    form.ceiling.instagram = "55".into();
    let (field, message) = problem(&form);
    assert_eq!(field, "ceiling.instagram");
    assert_eq!(message, "58 % is above your ceiling of 55 %. Raise it to 58, or lower the share.");
}

#[test]
fn shares_that_do_not_add_up_say_by_how_much() {
    let mut form = form();
    form.share.instagram = "57.5".into();
    assert_eq!(problem(&form), ("share.instagram".into(), "The shares add up to 99.5 %: 0.5 % is missing.".into()));
    form.share.instagram = "58.005".into();
    assert!(problem(&form).1.contains("two decimals"));
}

#[test]
fn a_share_left_empty_is_the_rest() {
    let mut form = form();
    form.share.instagram = String::new();
    let budgets: Vec<i64> = form.read(&facts()).campaign.unwrap().ad_sets().iter().map(|a| a.budget.unwrap().minor).collect();
    assert_eq!(budgets, [5_880, 8_120]);
}

#[test]
fn fixed_money_must_sum_to_the_budget() {
    let mut form = form();
    form.amounts = "money".into();
    form.share = ByNetwork { facebook: "60".into(), instagram: "79.99".into() };
    let (field, message) = problem(&form);
    assert_eq!((field.as_str(), message.contains("0.01 is missing")), ("share.instagram", true), "{message}");
    form.share.instagram = "80".into();
    assert!(form.read(&facts()).campaign.is_some());
}

#[test]
fn an_even_split_keeps_the_odd_cent_on_facebook_and_honours_floors() {
    let mut form = form();
    form.amounts = "even".into();
    form.budget = "140.01".into();
    let budgets = |form: &CampaignForm| -> Vec<i64> {
        form.read(&facts()).campaign.unwrap().ad_sets().iter().map(|a| a.budget.unwrap().minor).collect()
    };
    assert_eq!(budgets(&form), [7_001, 7_000]);
    form.floor.instagram = "60".into();
    form.budget = "140".into();
    assert_eq!(budgets(&form), [5_600, 8_400]);
}

#[test]
fn floors_above_the_budget_name_the_budget_that_would_do() {
    let mut form = form();
    form.amounts = "even".into();
    form.floor = ByNetwork { facebook: "60".into(), instagram: "60".into() };
    let (field, message) = problem(&form);
    assert_eq!(field, "floor.instagram");
    assert!(message.contains("168.00 EUR"), "{message}");
}

#[test]
fn an_ad_set_below_the_accounts_minimum_names_the_share_that_would_do() {
    let mut form = form();
    form.budget = "10".into();
    form.share = ByNetwork { facebook: "95".into(), instagram: "5".into() };
    let (field, message) = problem(&form);
    assert_eq!(field, "share.instagram");
    assert!(message.contains("10 %") && message.contains("20.00 EUR"), "{message}");
}

#[test]
fn yen_have_no_decimals_and_are_split_whole() {
    let mut facts = facts();
    facts.currency = Currency::JPY;
    let mut form = form();
    form.budget = "10001".into();
    form.share = ByNetwork { facebook: "50".into(), instagram: "50".into() };
    let ad_sets = form.read(&facts).campaign.unwrap().ad_sets();
    assert_eq!([ad_sets[0].budget.unwrap().to_string(), ad_sets[1].budget.unwrap().to_string()], ["5,001", "5,000"]);
    form.budget = "100.50".into();
    assert!(form.read(&facts).invalid.at("budget").unwrap().contains("JPY has 0 decimals"));
}

#[test]
fn an_audience_in_the_eu_needs_payer_and_beneficiary() {
    let mut form = form();
    form.payer = String::new();
    assert_eq!(problem(&form).0, "payer");
    form.beneficiary = String::new();
    form.countries = "United Kingdom".into();
    assert!(form.read(&facts()).campaign.unwrap().payer.is_none());
}

#[test]
fn a_city_in_the_eu_counts_as_the_eu() {
    let mut form = form();
    form.countries = "uk".into();
    form.cities = vec![CityForm { key: "777".into(), name: "Lisbon".into(), country: "PT".into(), radius: "25".into() }];
    form.payer = String::new();
    assert_eq!(problem(&form).0, "payer");
    form.cities[0].radius = "3".into();
    form.payer = "x".into();
    assert_eq!(problem(&form).0, "cities.0.radius");
}

#[test]
fn special_categories_leave_nobody_out_by_age_or_gender() {
    let mut form = form();
    form.special_category = "housing".into();
    form.age_min = "25".into();
    form.gender = "women".into();
    let fields: Vec<String> = problems(&form).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["age_min", "gender"]);
}

#[test]
fn instagram_needs_an_account_only_where_it_runs_there() {
    let mut form = form();
    form.instagram = String::new();
    assert_eq!(problem(&form).0, "instagram");
    form.placements.retain(|word| word.starts_with("facebook"));
    form.shape = "shared".into();
    assert!(form.read(&facts()).campaign.is_some());
}

#[test]
fn two_budgets_need_both_networks_and_each_its_own_feed() {
    let mut form = form();
    form.placements = vec!["facebook.feed".into()];
    form.instagram = String::new();
    assert!(problem(&form).1.contains("Instagram"));
    form.instagram = "22".into();
    form.placements = vec!["facebook.story".into(), "instagram.story".into()];
    assert_eq!(problem(&form).0, "placements");
    form.shape = "shared".into();
    assert!(form.read(&facts()).campaign.is_some(), "Instagram’s Stories carry Facebook’s in one ad set");
}

#[test]
fn a_result_must_belong_to_the_objective_and_the_account() {
    let mut form = form();
    form.objective = "leads".into();
    assert_eq!(problem(&form).0, "result");
    form.result = "99:LEAD".into();
    assert_eq!(problem(&form).0, "result");
    form.result = "33:LEAD".into();
    assert!(form.read(&facts()).campaign.is_some());
    form.objective = "traffic".into();
    form.result = "reach".into();
    assert_eq!(problem(&form).0, "result");
}

#[test]
fn reach_takes_no_cost_goal() {
    let mut form = form();
    form.objective = "awareness".into();
    form.result = "reach".into();
    form.bid = "cost_goal".into();
    form.cost_goal = "8".into();
    assert_eq!(problem(&form).0, "bid");
}

#[test]
fn dates_must_lie_ahead_and_apart() {
    let mut form = form();
    form.ends = "2026-11-27 10:00".into();
    assert!(problem(&form).1.contains("ended already"));
    form.ends = "2026-12-01 09:00".into();
    assert!(problem(&form).1.contains("24 hours"));
    form.ends = String::new();
    form.pace = "lifetime".into();
    assert_eq!(problem(&form).0, "ends");
}

#[test]
fn a_lifetime_budget_covers_the_minimum_of_each_day() {
    let mut form = form();
    form.pace = "lifetime".into();
    form.shape = "shared".into();
    form.budget = "23".into();
    assert!(problem(&form).1.contains("24.00 EUR"));
}

#[test]
fn a_picture_of_another_workspace_is_not_here() {
    let mut form = form();
    form.ads[0].picture = "8".into();
    assert_eq!(problem(&form), ("ads.0.picture".into(), "That picture is not here; choose it again.".into()));
}

#[test]
fn one_to_ten_ads() {
    let mut form = form();
    let ad = form.ads[0].clone();
    form.ads = (1..=11).map(|key| AdForm { key: key.to_string(), ..ad.clone() }).collect();
    assert_eq!(problem(&form).0, "ads");
    form.ads.truncate(10);
    assert_eq!(form.read(&facts()).campaign.unwrap().ads.len(), 10);
    form.ads[1].key = "1".into();
    assert_eq!(problem(&form).0, "ads.1.name");
}

#[test]
fn final_urls_are_shown_per_ad_set() {
    let links = form().read(&facts()).makes.links;
    assert_eq!(links.len(), 2);
    assert_eq!(
        links[0].url,
        "https://casalume.example/sale?utm_source=facebook&utm_medium=paid_social&utm_campaign=christmas-sale"
    );
}

#[test]
fn what_is_known_is_shown_while_the_rest_is_wrong() {
    let mut form = form();
    form.name = String::new();
    form.ads.clear();
    let makes = form.read(&facts()).makes;
    assert_eq!(makes.ad_sets[1].budget.unwrap().minor, 8_120);
    assert!(makes.commitments.is_some());
}

#[test]
fn a_limit_below_the_budget_or_metas_least_is_refused() {
    let mut form = form();
    form.never_more = "100".into();
    assert!(problem(&form).1.contains("below the budget"));
    form.never_more = "3,400.00".into();
    let made = form.read(&facts()).makes.commitments.unwrap();
    assert_eq!(made.at_most.unwrap().to_string(), "3,400.00");
}
