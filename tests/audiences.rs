//! Interests, behaviours and custom audiences: from the form to Meta and back; audiences kept with their history.

use serde_json::json;
use tandem::domain::campaign::{CampaignForm, CustomForm, DetailForm};
use tandem::domain::role::Role;
use tandem::service::audiences;
use tandem::service::campaigns::{self, Estimate};
use tandem::service::{Error, publish};
use tandem::store::observed;

use crate::support::{Business, between};

fn detail(group: &str, segment: &str, id: &str, name: &str) -> DetailForm {
    DetailForm { group: group.into(), segment: segment.into(), id: id.into(), name: name.into() }
}

/// Adds two groups and takes the customers out.
async fn narrow(business: &Business, form: &mut CampaignForm) {
    let found = campaigns::find_custom_audiences(&business.app.ctx, &business.actor, business.account, "custom").await.unwrap();
    let customers = found.iter().find(|audience| audience.name == "Customers").unwrap();
    form.details.push(detail("0", "interests", "6003234413249", "Interior design"));
    form.details.push(detail("0", "interests", "6003409392877", "Furniture"));
    form.details.push(detail("1", "behaviors", "6071631541183", "Engaged shoppers"));
    form.custom.push(CustomForm {
        side: "exclude".into(),
        id: customers.id.clone(),
        name: customers.name.clone(),
        kind: String::new(),
    });
}

fn audience_form() -> CampaignForm {
    let mut form = CampaignForm::fresh();
    form.countries = "Portugal".into();
    form
}

#[actix_web::test]
async fn interests_and_an_excluded_audience_reach_meta_and_leave_nothing_to_do() {
    let business = Business::connected().await;
    let mut typed = CampaignForm::default();
    narrow(&business, &mut typed).await;
    let campaign = business
        .campaign_with(|form| {
            form.details = typed.details.clone();
            form.custom = typed.custom.clone();
        })
        .await;
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    let words: Vec<&str> = letter.plan.rows.iter().map(|row| row.after.as_str()).collect();
    let said = "who match Interior design or Furniture, and also Engaged shoppers; not in Customers";
    assert!(words.iter().any(|row| row.contains(said)), "{words:?}");
    business.publish(campaign).await;

    let workspace = business.actor.workspace;
    let rows = business.app.ctx.db.read(move |c| observed::list_present(c, workspace, "ad_set")).await.unwrap();
    assert_eq!(rows.len(), 2);
    for row in &rows {
        let said: serde_json::Value = serde_json::from_str(&row.fields).unwrap();
        assert_eq!(said["targeting"]["flexible_spec"].as_array().unwrap().len(), 2, "{said}");
        assert_eq!(said["targeting"]["excluded_custom_audiences"][0]["id"], typed.custom[0].id.as_str());
    }
    let after = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    assert!(after.plan.is_empty(), "{:?}", after.plan.rows);
    business.app.control("clock", json!({"advance_days": 2})).await;
    publish::refresh(&business.app.ctx, &business.actor, campaign).await.unwrap();
    let later = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    assert!(later.plan.is_empty(), "{:?}", later.plan.rows);
}

#[actix_web::test]
async fn housing_ads_are_told_at_the_field_what_they_must_not_choose() {
    let business = Business::connected().await;
    let mut form = audience_form();
    narrow(&business, &mut form).await;
    form.special_category = "housing".into();
    let desk = campaigns::read(&business.app.ctx, &business.actor, &form).await.unwrap();
    let at = |field: &str| desk.reading.invalid.at(field).unwrap_or_default().to_owned();
    assert!(at("details").contains("interests only") && at("details").contains("Engaged shoppers"), "{}", at("details"));
    assert!(at("custom").contains("leave no audience out"), "{}", at("custom"));
    let special = tandem::domain::audience::SpecialCategory::Housing;
    let found =
        campaigns::find_details(&business.app.ctx, &business.actor, business.account, "travel", Some(special)).await.unwrap();
    assert_eq!(found.len(), 1, "behaviours are not offered: {found:?}");
}

#[actix_web::test]
async fn how_many_people_is_a_range_and_its_absence_stops_nothing() {
    let business = Business::connected().await;
    let mut form = audience_form();
    let read = |form: CampaignForm| {
        let business = &business;
        async move { campaigns::read_with_estimate(&business.app.ctx, &business.actor, &form).await.unwrap().estimate }
    };
    let Estimate::People(wide) = read(form.clone()).await else { panic!("no range") };
    assert!(wide.least < wide.most);
    narrow(&business, &mut form).await;
    let Estimate::People(narrow) = read(form.clone()).await else { panic!("no range") };
    assert!(narrow.most < wide.least, "{narrow:?} of {wide:?}");
    assert_eq!(read(CampaignForm::fresh()).await, Estimate::NotAsked, "nowhere is nobody");

    let fault = json!({"match": {"method": "GET", "path_contains": "/reachestimate"}, "kind": "error", "code": 2, "times": 9});
    business.app.control("faults", fault).await;
    assert_eq!(read(form.clone()).await, Estimate::People(narrow), "kept for a while");
    form.age_max = "40".into();
    assert!(matches!(read(form).await, Estimate::Unavailable(_)));

    let mut ana = business.app.stranger();
    ana.sign_in("ana@example.com", crate::support::PASSWORD).await;
    let page = ana
        .post(
            "/campaigns/preview",
            &[("countries", "Spain"), ("age_min", "18"), ("age_max", "65"), ("gender", "all"), ("reach", "only_these")],
        )
        .await;
    page.assert_status(200).assert_has("could not be asked");
}

#[actix_web::test]
async fn the_form_finds_adds_and_takes_out_without_scripts() {
    let business = Business::connected().await;
    let mut ana = business.app.stranger();
    ana.sign_in("ana@example.com", crate::support::PASSWORD).await;
    let account = business.account.to_string();
    let basics = [
        ("account", account.as_str()),
        ("name", "Christmas sale"),
        ("countries", "Portugal"),
        ("age_min", "18"),
        ("age_max", "65"),
        ("gender", "all"),
        ("reach", "only_these"),
    ];
    let send = |more: &[(&'static str, &'static str)]| basics.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
    let page = ana.post("/campaigns/new", &send(&[("detail_query", "furn"), ("action", "find_details")])).await;
    page.assert_status(200).assert_has("add_detail:interests|6003409392877|Furniture").assert_has("people worldwide");
    let page = ana
        .post("/campaigns/new", &send(&[("action", "add_detail:interests|6003409392877|Furniture"), ("detail_group", "0")]))
        .await;
    page.assert_has("name=\"details.0.id\" value=\"6003409392877\"").assert_has("must also match: a new group");
    page.assert_has("Between ").assert_has("Who it reaches:");
    let chosen = [
        ("details.0.group", "0"),
        ("details.0.segment", "interests"),
        ("details.0.id", "6003409392877"),
        ("details.0.name", "Furniture"),
    ];
    let mut out = chosen.to_vec();
    out.push(("action", "remove_detail:0"));
    ana.post("/campaigns/new", &send(&out)).await.assert_lacks("details.0.id");
    let fragment = ana.post("/campaigns/find", &send(&[("custom_query", ""), ("action", "find_custom")])).await;
    fragment
        .assert_status(200)
        .assert_has("id=\"found-custom\"")
        .assert_has("Website visitors, 180 days")
        .assert_has("size not told");
    fragment.assert_has("Audience updating").assert_lacks("<html");
    ana.post("/campaigns/find", &send(&[("action", "save")])).await.assert_status(400);
}

#[actix_web::test]
async fn a_saved_audience_keeps_every_version_and_says_what_changed() {
    let business = Business::connected().await;
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let mut form = audience_form();
    let first = audiences::save(ctx, actor, None, "Lamp lovers", &form).await.unwrap();
    assert_eq!(audiences::save(ctx, actor, Some(first), "Lamp lovers", &form).await.unwrap(), first, "the same makes no version");
    narrow(&business, &mut form).await;
    form.age_min = "25".into();
    let second = audiences::save(ctx, actor, Some(first), "Lamp lovers", &form).await.unwrap();
    assert_eq!((second.id, second.version), (first.id, 2));
    let stale = audiences::save(ctx, actor, Some(first), "Lamps", &form).await;
    assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
    let twice = audiences::save(ctx, actor, None, "Lamp lovers", &form).await;
    assert!(matches!(twice, Err(Error::Invalid(_))), "{twice:?}");

    let opened = audiences::open(ctx, actor, first.id).await.unwrap();
    let changed: Vec<(&str, &str, &str)> =
        opened.versions[0].changes.iter().map(|c| (c.what, c.before.as_str(), c.after.as_str())).collect();
    assert_eq!(changed[0], ("Age", "18 to 65+", "25 to 65+"));
    assert_eq!(changed[2], ("Not in custom audiences", "none", "Customers"));
    assert_eq!(opened.versions[1].audience.age_min, 18, "the first is as it was");
}

#[actix_web::test]
async fn a_campaign_keeps_its_version_until_a_person_uses_the_newer_one() {
    let business = Business::connected().await;
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let mut form = audience_form();
    let first = audiences::save(ctx, actor, None, "Lamp lovers", &form).await.unwrap();
    let mut typed = CampaignForm { name: "Winter".into(), saved_audience: first.to_string(), ..audience_form() };
    typed.account = business.account.to_string();
    let campaign = campaigns::save(ctx, actor, None, typed).await.unwrap().id;
    form.age_min = "30".into();
    audiences::save(ctx, actor, Some(first), "Lamp lovers", &form).await.unwrap();

    let mut ana = business.app.stranger();
    ana.sign_in("ana@example.com", crate::support::PASSWORD).await;
    let path = format!("/campaigns/{campaign}/edit");
    let page = ana.get(&path).await;
    page.assert_status(200).assert_has("Lamp lovers").assert_has("Version 2 exists");
    page.assert_has("<option value=\"18\" selected>");
    let action = between(&page.body, "name=\"action\" value=\"use_audience:", "\"").unwrap();
    assert_eq!(action, first.id.to_string());
    let used = ana
        .post(
            &path,
            &[("account", &business.account.to_string()), ("revision", "1"), ("action", &format!("use_audience:{action}"))],
        )
        .await;
    used.assert_status(200).assert_has("<option value=\"30\" selected>").assert_has(&format!("value=\"{}:2\"", first.id));
    let kept = campaigns::open(ctx, actor, campaign).await.unwrap();
    assert_eq!(kept.form.age_min, "18", "nothing is saved before the person saves");
}

#[actix_web::test]
async fn the_pages_of_audiences_list_show_change_and_put_away() {
    let business = Business::connected().await;
    let mut ana = business.app.stranger();
    ana.sign_in("ana@example.com", crate::support::PASSWORD).await;
    ana.get("/audiences").await.assert_status(200).assert_has("No audience saved yet");
    ana.get("/audiences/new").await.assert_status(200).assert_has("Interests and behaviours");
    let fields = |name: &'static str, from: &'static str| {
        [
            ("audience_name", name),
            ("countries", "Portugal"),
            ("age_min", from),
            ("age_max", "65"),
            ("gender", "all"),
            ("reach", "only_these"),
            ("action", "save"),
        ]
    };
    ana.post("/audiences/new", &fields("", "18")).await.assert_status(422).assert_has("Give the audience a name.");
    let saved = ana.post("/audiences/new", &fields("<b>Lamps</b>", "18")).await;
    saved.assert_status(303);
    let path = saved.location().to_owned();
    ana.post(&path, &fields("<b>Lamps</b>", "21")).await.assert_status(303);
    let page = ana.get(&path).await;
    page.assert_has("Version 2")
        .assert_has("18 to 65+ → 21 to 65+")
        .assert_has("No campaign uses it yet")
        .assert_lacks("<b>Lamps");
    let mut eva = business.app.member("Casa Lume", "eva@example.com", Role::Analyst).await;
    eva.get(&path).await.assert_status(200).assert_lacks("Save as a new version").assert_has("Portugal; 21 to 65+");
    eva.post(&path, &fields("x", "18")).await.assert_status(403);
    let mut zoe = business.app.member("Another house", "zoe@example.com", Role::Owner).await;
    zoe.get(&path).await.assert_status(404);
    zoe.post(&format!("{path}/archive"), &[("away", "yes")]).await.assert_status(404);
    ana.post(&format!("{path}/archive"), &[("away", "yes")]).await.assert_status(303);
    ana.get("/audiences").await.assert_has("Put away").assert_has("Offer again");
    ana.get("/campaigns/new").await.assert_lacks("Use a saved audience");
    ana.get("/audit").await.assert_has("audience.archived").assert_has("audience.saved");
}
