//! Ads in two formats and with a text for each network: on the form, at Meta, read back, and when Meta changes them by itself.

use reqwest::multipart::Part;
use serde_json::{Value, json};
use tandem::domain::id::CampaignId;
use tandem::service::publish;
use tandem::store::{observed, plans};

use crate::support::{Browser, Business, between, png};

async fn publish_it(business: &Business, campaign: CampaignId) {
    business.publish(campaign).await;
    let workspace = business.actor.workspace;
    let plan = business.app.ctx.db.read(move |c| plans::find_latest_approved(c, workspace, campaign)).await.unwrap().unwrap();
    assert_eq!((plan.state.as_str(), plan.problem), ("applied", None));
}

/// What is left to do once Meta was asked again.
async fn replanned(business: &Business, campaign: CampaignId) -> publish::Letter {
    publish::refresh(&business.app.ctx, &business.actor, campaign).await.unwrap();
    publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap()
}

/// Meta's ids and words of the campaign's creatives.
async fn creatives(business: &Business) -> Vec<(String, Value)> {
    let (workspace, account) = (business.actor.workspace, business.account);
    let rows = business.app.ctx.db.read(move |c| observed::list(c, workspace, account, "creative")).await.unwrap();
    let present = rows.into_iter().filter(|row| row.gone_at.is_none());
    present.map(|row| (row.remote_id, serde_json::from_str(&row.fields).unwrap())).collect()
}

#[actix_web::test]
async fn a_shared_ad_set_shows_each_placement_its_picture_and_each_network_its_text() {
    let business = Business::connected().await;
    let campaign = business
        .campaign_in_two_formats(|form| {
            form.shape = "shared".into();
            form.ads[0].messages.instagram = "For Instagram.".into();
        })
        .await;
    publish_it(&business, campaign).await;
    let all = creatives(&business).await;
    let [(_, said)] = all.as_slice() else { panic!("{all:?}") };
    let feed = &said["asset_feed_spec"];
    assert_eq!(feed["images"].as_array().unwrap().len(), 2);
    assert_eq!(feed["bodies"].as_array().unwrap().len(), 2);
    assert_eq!(feed["asset_customization_rules"].as_array().unwrap().len(), 4);
    assert!(said["object_story_spec"].get("link_data").is_none());
    let left = replanned(&business, campaign).await;
    assert!(left.plan.is_empty(), "{:?} {:?}", left.plan.rows, left.plan.blocked);
}

#[actix_web::test]
async fn an_ad_set_a_network_gets_its_own_creatives() {
    let business = Business::connected().await;
    let campaign = business
        .campaign_with(|form| {
            form.ads[0].messages.instagram = "For Instagram.".into();
            form.ads[0].headlines.facebook = "For Facebook".into();
        })
        .await;
    publish_it(&business, campaign).await;
    let mut texts: Vec<(String, String)> = creatives(&business)
        .await
        .into_iter()
        .map(|(_, said)| {
            assert!(said["asset_feed_spec"].is_null(), "one picture and one text stay plain: {said}");
            let link = &said["object_story_spec"]["link_data"];
            (link["message"].as_str().unwrap().to_owned(), link["name"].as_str().unwrap().to_owned())
        })
        .collect();
    texts.sort();
    let expected = [("For Instagram.", "Christmas sale"), ("Warm light, real linen.", "For Facebook")];
    assert_eq!(texts, expected.map(|(message, headline)| (message.to_owned(), headline.to_owned())));
    assert!(replanned(&business, campaign).await.plan.is_empty());
}

#[actix_web::test]
async fn an_ad_set_a_network_with_two_formats_is_read_back_as_it_was_meant() {
    let business = Business::connected().await;
    let campaign = business.campaign_in_two_formats(|_| {}).await;
    publish_it(&business, campaign).await;
    let all = creatives(&business).await;
    assert_eq!(all.len(), 2);
    for (_, said) in &all {
        let rules = said["asset_feed_spec"]["asset_customization_rules"].as_array().unwrap();
        assert_eq!(rules.len(), 2, "feeds and upright screens of one network: {said}");
    }
    assert!(replanned(&business, campaign).await.plan.is_empty());
}

#[actix_web::test]
async fn an_enhancement_switched_on_outside_is_found_and_answered_by_a_new_creative() {
    for fault in [None, Some("error_after_commit"), Some("cut")] {
        let business = Business::connected().await;
        let campaign = business.campaign_with(|form| form.shape = "shared".into()).await;
        publish_it(&business, campaign).await;
        let (id, said) = creatives(&business).await.remove(0);
        let features = said["degrees_of_freedom_spec"]["creative_features_spec"].as_object().unwrap();
        assert!(features.len() >= 14 && features.values().all(|feature| feature["enroll_status"] == "OPT_OUT"), "{said}");

        let spec = json!({"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_IN"}}});
        business.app.control("edit", json!({"id": id, "fields": {"degrees_of_freedom_spec": spec}})).await;
        let found = replanned(&business, campaign).await;
        assert!(found.plan.worth_knowing.iter().any(|line| line.contains("crop and retouch the picture")), "{:?}", found.plan);
        assert_eq!(found.plan.counts().map(|(_, n)| n), [1, 1, 0, 0], "a new creative, and the ad moves onto it");
        if let Some(kind) = fault {
            let matching = json!({"method": "POST", "path_contains": "/adcreatives"});
            business.app.control("faults", json!({"match": matching, "kind": kind, "times": 1})).await;
        }
        publish_it(&business, campaign).await;
        let all = creatives(&business).await;
        let [(new, said)] = all.as_slice() else { panic!("{all:?}") };
        assert_ne!(*new, id, "{fault:?}");
        assert_eq!(said["degrees_of_freedom_spec"]["creative_features_spec"]["image_touchups"]["enroll_status"], "OPT_OUT");
        assert!(replanned(&business, campaign).await.plan.is_empty(), "{fault:?}");
    }
}

#[actix_web::test]
async fn an_enhancement_that_was_allowed_is_sent_and_stays() {
    let business = Business::connected().await;
    let campaign = business.campaign_with(|form| form.ads[0].enhancements = vec!["enhance_cta".into()]).await;
    publish_it(&business, campaign).await;
    for (_, said) in creatives(&business).await {
        let features = &said["degrees_of_freedom_spec"]["creative_features_spec"];
        assert_eq!(
            (&features["enhance_cta"]["enroll_status"], &features["image_touchups"]["enroll_status"]),
            (&json!("OPT_IN"), &json!("OPT_OUT"))
        );
    }
    assert!(replanned(&business, campaign).await.plan.is_empty());
}

#[actix_web::test]
async fn an_ad_moved_onto_another_creative_outside_is_moved_back() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    publish_it(&business, campaign).await;
    let (workspace, account) = (business.actor.workspace, business.account);
    let ads = business.app.ctx.db.read(move |c| observed::list(c, workspace, account, "ad")).await.unwrap();
    let said: Value = serde_json::from_str(&ads[1].fields).unwrap();
    business.app.control("edit", json!({"id": ads[0].remote_id, "fields": {"creative_id": said["creative"]["id"]}})).await;
    let found = replanned(&business, campaign).await;
    assert_eq!(found.plan.counts().map(|(_, n)| n), [0, 1, 0, 0], "{:?}", found.plan.rows);
    publish_it(&business, campaign).await;
    assert!(replanned(&business, campaign).await.plan.is_empty());
}

async fn kept(ana: &mut Browser, width: u32, height: u32) -> String {
    let file = Part::bytes(png(width, height)).file_name("lamp.png");
    let answer = ana.upload("/pictures", |form| form.part("ads.0.file", file)).await;
    between(answer.assert_status(200).body.as_str(), "data-uploaded=\"", "\"").unwrap()
}

#[actix_web::test]
async fn wrong_sizes_weights_and_lengths_are_said_at_their_fields() {
    let business = Business::connected().await;
    let mut ana = business.browser().await;
    let (feed, tall) = (kept(&mut ana, 1000, 1250).await, kept(&mut ana, 720, 1280).await);
    let show = async |ana: &mut Browser, fields: &[(&str, &str)]| {
        let mut all = vec![("action", "review"), ("placements", "facebook.feed"), ("placements", "instagram.reels")];
        all.extend([("ads.0.key", "1"), ("ads.0.call_to_action", "SHOP_NOW"), ("shape", "shared"), ("ads.0.picture", &feed)]);
        all.extend(fields);
        ana.post("/campaigns/new", &all).await
    };
    let wrong = show(&mut ana, &[("ads.0.vertical", &feed)]).await;
    let error = between(&wrong.body, "id=\"error-ads.0.vertical\">", "<").unwrap();
    assert!(error.contains("1000 x 1250 (4:5)") && error.contains("Crop it to 703 x 1250"), "{error}");

    let cut = show(&mut ana, &[("ads.0.picture", &tall), ("ads.0.message", &"x".repeat(100))]).await;
    let note = between(&cut.body, "id=\"note-ads.0.picture\">", "<").unwrap();
    assert!(note.contains("720 x 1280 (9:16)") && note.contains("720 x 900 (4:5)"), "{note}");
    let note = between(&cut.body, "id=\"note-ads.0.message\">", "<").unwrap();
    assert!(note.contains("100 characters") && note.contains("72 in Instagram Reels"), "{note}");

    let long = show(&mut ana, &[("ads.0.messages.instagram", &"x".repeat(2_201))]).await;
    let error = between(&long.body, "id=\"error-ads.0.messages.instagram\">", "<").unwrap();
    assert_eq!(error.trim(), "This is 2201 characters long; the limit is 2200.");
    let odd = show(&mut ana, &[("ads.0.enhancements", "make_it_nice")]).await;
    assert!(between(&odd.body, "id=\"error-ads.0.enhancements\">", "<").unwrap().contains("make_it_nice"));

    let heavy = Part::bytes(vec![0_u8; 30_000_001]).file_name("huge.jpg");
    let answer = ana.upload("/pictures", |form| form.part("ads.0.file", heavy)).await;
    answer.assert_status(422).assert_has("The picture weighs 30.1 MB; Meta takes at most 30.0 MB.");
}

#[actix_web::test]
async fn both_pictures_may_come_with_the_form_and_are_drawn_as_people_will_see_them() {
    let business = Business::connected().await;
    let mut ana = business.browser().await;
    let answer = ana
        .upload("/campaigns/new", |form| {
            let text = |form: reqwest::multipart::Form, name: &'static str, value: &'static str| form.text(name, value);
            let mut form = text(form, "action", "look");
            for (name, value) in [
                ("placements", "facebook.feed"),
                ("placements", "instagram.story"),
                ("shape", "shared"),
                ("ads.0.key", "1"),
                ("ads.0.name", "Lamp"),
                ("ads.0.message", "Warm light, real linen."),
                ("ads.0.enhancements", "enhance_cta"),
                ("ads.0.link", "https://casalume.example/sale"),
            ] {
                form = text(form, name, value);
            }
            form.part("ads.0.file", Part::bytes(png(800, 1000)).file_name("lamp.png"))
                .part("ads.0.vertical_file", Part::bytes(png(720, 1280)).file_name("tall.png"))
        })
        .await;
    answer.assert_status(200).assert_has("lamp.png, 800 x 1000 (4:5)").assert_has("tall.png, 720 x 1280 (9:16)");
    answer.assert_has("viewBox=\"0 0 360 450\"").assert_has("viewBox=\"0 0 360 640\"").assert_has("class=\"covered\"");
    answer.assert_has("value=\"enhance_cta\" checked").assert_lacks("style=\"");
    answer.assert_has("Lamp: Facebook Feed").assert_has("Lamp: Instagram Stories");

    let picture = between(&answer.body, "name=\"ads.0.vertical\" value=\"", "\"").unwrap();
    let file = ana.get(&format!("/pictures/{picture}")).await;
    assert_eq!(file.assert_status(200).headers["cache-control"], "private, max-age=86400, immutable");
    assert_eq!(file.headers["content-type"], "image/png");
}

#[actix_web::test]
async fn ads_are_copied_and_an_upright_picture_is_taken_out_without_losing_what_was_typed() {
    let business = Business::connected().await;
    let mut ana = business.browser().await;
    let tall = kept(&mut ana, 720, 1280).await;
    let fields =
        [("ads.0.key", "1"), ("ads.0.name", "Lamp"), ("ads.0.message", "Warm light."), ("ads.0.vertical", tall.as_str())];
    let with = |action: &'static str| [&fields[..], &[("action", action)]].concat();
    let copied = ana.post("/campaigns/new", &with("copy_ad:0")).await;
    copied.assert_has("Lamp copy").assert_has("name=\"ads.1.key\" value=\"2\"");
    assert_eq!(copied.body.matches("Warm light.</textarea>").count(), 2);
    let cleared = ana.post("/campaigns/new", &with("clear_vertical:0")).await;
    cleared.assert_has("name=\"ads.0.vertical\" value=\"\"").assert_has("Warm light.");
}

#[actix_web::test]
async fn the_plan_shows_each_ad_as_people_will_see_it() {
    let business = Business::connected().await;
    let campaign = business.campaign_in_two_formats(|form| form.ads[0].messages.instagram = "For Instagram.".into()).await;
    let mut ana = business.browser().await;
    let page = ana.get(&format!("/campaigns/{campaign}/plan")).await;
    page.assert_status(200).assert_has("What people will see").assert_has("Meta may change nothing by itself.");
    page.assert_has("For Instagram.").assert_has("Warm light, real linen.").assert_has("viewBox=\"0 0 360 640\"");
    page.assert_has("Ad 1: Facebook Feed").assert_has("Ad 1: Instagram Reels").assert_lacks("style=\"");
}
