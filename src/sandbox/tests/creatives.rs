//! Creatives over HTTP: feeds of assets with customization rules, automatic changes, previews, pictures read back.

use serde_json::{Value, json};

use super::support::Sandbox;

/// A 1x1 PNG in base64, and a second one with another pixel.
const PIXELS: [&str; 2] = [
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
];

async fn hashes(sandbox: &Sandbox) -> [String; 2] {
    let mut found = Vec::new();
    for pixel in PIXELS {
        let answer = sandbox.post(&format!("{}/adimages", sandbox.account()), json!({ "bytes": pixel })).await;
        found.push(answer["images"]["bytes"]["hash"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned());
    }
    found.try_into().unwrap()
}

fn feed([feed, upright]: &[String; 2]) -> Value {
    json!({
        "optimization_type": "PLACEMENT", "ad_formats": ["SINGLE_IMAGE"],
        "images": [{"hash": feed, "adlabels": [{"name": "feed"}]}, {"hash": upright, "adlabels": [{"name": "upright"}]}],
        "bodies": [{"text": "Warm light."}], "titles": [{"text": "Sale"}],
        "link_urls": [{"website_url": "https://casalume.example/"}], "call_to_action_types": ["SHOP_NOW"],
        "asset_customization_rules": [
            {"customization_spec": {"publisher_platforms": ["instagram"], "instagram_positions": ["story", "reels"]},
             "image_label": {"name": "upright"}, "priority": 1},
            {"customization_spec": {}, "is_default": true, "image_label": {"name": "feed"}, "priority": 2},
        ],
    })
}

fn creative(sandbox: &Sandbox, feed: Value) -> Value {
    json!({
        "name": "Two formats", "asset_feed_spec": feed,
        "object_story_spec": {"page_id": sandbox.identity.page_id, "instagram_user_id": sandbox.identity.instagram_user_id},
        "degrees_of_freedom_spec": {"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_OUT"}}},
    })
}

#[actix_web::test]
async fn a_feed_with_rules_becomes_a_creative_that_is_read_back_and_delivers() {
    let sandbox = Sandbox::new(1, None);
    let hashes = hashes(&sandbox).await;
    let id = sandbox.create("adcreatives", creative(&sandbox, feed(&hashes))).await;
    let fields = "asset_feed_spec,object_story_spec,degrees_of_freedom_spec,status";
    let read = sandbox.get(&id, json!({ "fields": fields })).await;
    assert_eq!(read["asset_feed_spec"], feed(&hashes));
    assert_eq!(read["degrees_of_freedom_spec"]["creative_features_spec"]["image_touchups"]["enroll_status"], "OPT_OUT");

    let campaign = sandbox.campaign().await;
    let ad_set = sandbox.create("adsets", sandbox.ad_set_params(&campaign)).await;
    let ad = json!({"name": "Lamp", "adset_id": ad_set, "status": "ACTIVE", "creative": {"creative_id": id}});
    sandbox.create("ads", ad).await;
    sandbox.days(3).await;
    assert!(!sandbox.insights(json!({"level": "ad", "fields": "impressions"})).await.is_empty());

    let used = sandbox.call("DELETE", &format!("{}/adimages", sandbox.account()), json!({ "hash": hashes[1] })).await;
    assert_eq!(used["error"]["error_user_title"], "Image is in use", "{used}");
}

#[actix_web::test]
async fn a_feed_that_meta_would_refuse_is_refused() {
    let sandbox = Sandbox::new(1, None);
    let hashes = hashes(&sandbox).await;
    let good = feed(&hashes);
    let with = |pointer: &str, value: Value| {
        let mut feed = good.clone();
        *feed.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        feed
    };
    let default = json!({"customization_spec": {}, "image_label": {"name": "feed"}});
    let story = good.pointer("/asset_customization_rules/0").unwrap().clone();
    let bad = [
        ("a label no asset carries", with("/asset_customization_rules/0/image_label/name", json!("nobody"))),
        ("a label that is text", with("/asset_customization_rules/0/image_label", json!("upright"))),
        ("one rule", with("/asset_customization_rules", json!([default]))),
        ("no default", with("/asset_customization_rules", json!([story, story]))),
        ("two defaults", with("/asset_customization_rules", json!([default, default]))),
        ("the default first", with("/asset_customization_rules", json!([default, story]))),
        ("a default that denies it", with("/asset_customization_rules/1/is_default", json!(false))),
        ("a priority twice", with("/asset_customization_rules/0/priority", json!(2))),
        (
            "positions without their platform",
            with(
                "/asset_customization_rules/0/customization_spec",
                json!({"publisher_platforms": ["facebook"], "instagram_positions": ["story"]}),
            ),
        ),
        ("a position that is none", with("/asset_customization_rules/0/customization_spec/instagram_positions", json!(["sky"]))),
        ("no platform", with("/asset_customization_rules/0/customization_spec", json!({"instagram_positions": ["story"]}))),
        ("two texts and no label", with("/bodies", json!([{"text": "a"}, {"text": "b"}]))),
        ("an unknown picture", with("/images/0/hash", json!("0".repeat(32)))),
        ("a link that is none", with("/link_urls/0/website_url", json!("sale"))),
        ("two formats", with("/ad_formats", json!(["SINGLE_IMAGE", "SINGLE_VIDEO"]))),
        ("an action that is none", with("/call_to_action_types", json!(["FLY"]))),
        ("an unknown key", with("/titles/0", json!({"text": "a", "colour": "red"}))),
    ];
    let path = format!("{}/adcreatives", sandbox.account());
    for (what, feed) in bad {
        let answer = sandbox.post(&path, creative(&sandbox, feed)).await;
        assert_eq!(answer["error"]["code"], 100, "{what}: {answer}");
    }
    let unlabelled =
        sandbox.post(&path, creative(&sandbox, with("/asset_customization_rules/0/image_label/name", json!("x")))).await;
    assert_eq!(unlabelled["error"]["error_subcode"], 2_446_173);

    let mut twice = creative(&sandbox, good.clone());
    twice["object_story_spec"]["link_data"] = json!({"link": "https://casalume.example/", "image_hash": hashes[0]});
    assert_eq!(sandbox.post(&path, twice).await["error"]["code"], 100, "content given twice");
    let mut post = creative(&sandbox, good);
    post.as_object_mut().unwrap().remove("object_story_spec");
    post["object_story_id"] = json!(format!("{}_1", sandbox.identity.page_id));
    assert_eq!(sandbox.post(&path, post).await["error"]["code"], 100, "not for existing posts");
}

#[actix_web::test]
async fn automatic_changes_are_answered_one_by_one() {
    let sandbox = Sandbox::new(1, None);
    let hashes = hashes(&sandbox).await;
    let path = format!("{}/adcreatives", sandbox.account());
    for features in [
        json!({"standard_enhancements": {"enroll_status": "OPT_OUT"}}),
        json!({"make_it_nice": {"enroll_status": "OPT_IN"}}),
        json!({"image_touchups": {"enroll_status": "MAYBE"}}),
        json!({"image_touchups": true}),
        json!([]),
    ] {
        let mut params = creative(&sandbox, feed(&hashes));
        params["degrees_of_freedom_spec"] = json!({ "creative_features_spec": features });
        let answer = sandbox.post(&path, params).await;
        assert_eq!(answer["error"]["code"], 100, "{features}: {answer}");
    }
}

#[actix_web::test]
async fn previews_are_iframes_and_pictures_are_read_back_by_their_hash() {
    let sandbox = Sandbox::new(1, None);
    let hashes = hashes(&sandbox).await;
    let id = sandbox.create("adcreatives", creative(&sandbox, feed(&hashes))).await;
    let preview = sandbox.get(&format!("{id}/previews"), json!({"ad_format": "INSTAGRAM_STORY"})).await;
    assert!(preview["data"][0]["body"].as_str().unwrap().starts_with("<iframe src=\""), "{preview}");
    let odd = sandbox.get(&format!("{id}/previews"), json!({"ad_format": "SKY_WRITING"})).await;
    assert_eq!(odd["error"]["code"], 100);
    let path = format!("{}/generatepreviews", sandbox.account());
    let given = json!({"ad_format": "MOBILE_FEED_STANDARD", "creative": creative(&sandbox, feed(&hashes))});
    assert!(sandbox.get(&path, given).await["data"][0]["body"].is_string());
    assert_eq!(sandbox.get(&path, json!({"ad_format": "MOBILE_FEED_STANDARD"})).await["error"]["code"], 100);

    let fields = json!({"hashes": [hashes[1]], "fields": "hash,url,permalink_url,width,height,status"});
    let images = sandbox.get(&format!("{}/adimages", sandbox.account()), fields).await;
    let [image] = images["data"].as_array().unwrap().as_slice() else { panic!("{images}") };
    assert_eq!((&image["hash"], &image["width"], &image["status"]), (&json!(hashes[1]), &json!(1), &json!("ACTIVE")));
    assert!(image["url"].as_str().unwrap().starts_with("https://") && image["permalink_url"].is_string());
}
