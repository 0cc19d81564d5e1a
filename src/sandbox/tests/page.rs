//! Posts, photos and comments of the Page.

use serde_json::{Value, json};

use super::support::{Sandbox, code, column};
use crate::sandbox::seeded::FIRST_MOMENT;

fn feed(sandbox: &Sandbox) -> String {
    format!("{}/feed", sandbox.identity.page_id)
}

async fn post(sandbox: &Sandbox, params: Value) -> String {
    let answer = sandbox.as_page("POST", &feed(sandbox), params).await;
    answer["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

#[actix_web::test]
async fn a_post_is_published_read_edited_hidden_and_deleted() {
    let sandbox = Sandbox::new(1, None);
    let id = post(&sandbox, json!({"message": "New lamps", "link": "https://casalume.example/lamps"})).await;
    assert!(id.starts_with(&format!("{}_", sandbox.identity.page_id)));
    let read =
        sandbox.as_page("GET", &id, json!({"fields": "message,created_time,is_published,status_type,from,permalink_url"})).await;
    assert_eq!(
        (&read["message"], &read["is_published"], &read["status_type"]),
        (&json!("New lamps"), &json!(true), &json!("shared_story"))
    );
    assert_eq!((&read["created_time"], &read["from"]["name"]), (&json!("2026-11-02T09:00:00+0000"), &json!("Casa Lume")));
    assert_eq!(sandbox.as_page("POST", &id, json!({"message": "Newer lamps"})).await, json!({"success": true}));
    let listed = sandbox.as_page("GET", &feed(&sandbox), json!({})).await;
    assert_eq!(column(&listed, "message"), ["Newer lamps"]);
    sandbox.as_page("POST", &id, json!({"is_hidden": true})).await;
    assert_eq!(sandbox.as_page("GET", &feed(&sandbox), json!({})).await["data"], json!([]));
    let hidden = sandbox.as_page("GET", &feed(&sandbox), json!({"include_hidden": true})).await;
    assert_eq!(column(&hidden, "id"), [id.as_str()]);
    assert_eq!(sandbox.as_page("DELETE", &id, json!({})).await, json!({"success": true}));
    assert_eq!(code(&sandbox.as_page("GET", &id, json!({})).await), (100, 33));
}

#[actix_web::test]
async fn a_scheduled_post_comes_out_at_its_time() {
    let sandbox = Sandbox::new(1, None);
    let at = FIRST_MOMENT + 3_600;
    let id = post(&sandbox, json!({"message": "Later", "published": false, "scheduled_publish_time": at})).await;
    let scheduled = format!("{}/scheduled_posts", sandbox.identity.page_id);
    let listed = sandbox.as_page("GET", &scheduled, json!({"fields": "scheduled_publish_time"})).await;
    assert_eq!(listed["data"][0]["scheduled_publish_time"], at);
    assert_eq!(sandbox.as_page("GET", &feed(&sandbox), json!({})).await["data"], json!([]));
    sandbox.as_page("POST", &id, json!({"scheduled_publish_time": at + 3_600})).await;
    sandbox.minutes(119).await;
    assert_eq!(column(&sandbox.as_page("GET", &scheduled, json!({})).await, "id"), [id.as_str()]);
    sandbox.minutes(1).await;
    assert_eq!(sandbox.as_page("GET", &scheduled, json!({})).await["data"], json!([]));
    let read = sandbox.as_page("GET", &id, json!({"fields": "is_published,created_time,scheduled_publish_time"})).await;
    assert_eq!(read, json!({"id": id, "is_published": true, "created_time": "2026-11-02T11:00:00+0000"}));
    assert_eq!(code(&sandbox.as_page("POST", &id, json!({"is_published": false})).await).0, 100);
    let dark = post(&sandbox, json!({"message": "Ad only", "published": false, "unpublished_content_type": "ADS_POST"})).await;
    let ads = sandbox.as_page("GET", &format!("{}/ads_posts", sandbox.identity.page_id), json!({})).await;
    assert_eq!(column(&ads, "id"), [dark.as_str()]);
    sandbox.as_page("POST", &dark, json!({"is_published": true})).await;
    let published = sandbox.as_page("GET", &format!("{}/published_posts", sandbox.identity.page_id), json!({})).await;
    assert_eq!(column(&published, "message"), ["Ad only", "Later"]);
}

#[actix_web::test]
async fn what_the_documents_forbid_of_posts_is_refused() {
    let sandbox = Sandbox::new(1, None);
    post(&sandbox, json!({"message": "Once"})).await;
    for (params, expected) in [
        (json!({}), 197),
        (json!({"message": "Once"}), 506),
        (json!({"message": "x", "scheduled_publish_time": FIRST_MOMENT + 3_600}), 100),
        (json!({"message": "x", "published": false, "scheduled_publish_time": FIRST_MOMENT + 599}), 100),
        (json!({"message": "x", "published": false, "scheduled_publish_time": FIRST_MOMENT + 2_592_001}), 100),
        (json!({"message": "x", "published": false, "unpublished_content_type": "SCHEDULED"}), 100),
        (json!({"message": "x", "published": false, "unpublished_content_type": "LATER"}), 100),
        (json!({"message": "x", "unpublished_content_type": "DRAFT"}), 100),
        (json!({"link": "lamp"}), 100),
        (json!({"message": "x", "attached_media": [{"media_fbid": "1"}]}), 100),
        (json!({"message": "x", "backdated_time": FIRST_MOMENT + 60}), 100),
        (json!({"message": "x", "nonsense": 1}), 100),
    ] {
        let answer = sandbox.as_page("POST", &feed(&sandbox), params.clone()).await;
        assert_eq!(code(&answer).0, expected, "{params}: {answer}");
    }
    assert_eq!(code(&sandbox.post(&feed(&sandbox), json!({"message": "As a person"})).await), (190, 2_069_032));
    assert_eq!(code(&sandbox.get(&feed(&sandbox), json!({})).await), (190, 2_069_032));
    let app = format!("{}|{}", sandbox.identity.app_id, sandbox.identity.app_secret);
    assert_eq!(code(&sandbox.get(&feed(&sandbox), json!({"access_token": app})).await).0, 210);
    assert_eq!(code(&sandbox.as_page("GET", &feed(&sandbox), json!({"nonsense": 1})).await).0, 100);
    let unknown = sandbox.as_page("GET", &feed(&sandbox), json!({"fields": "likes_count"})).await;
    assert!(unknown["error"]["message"].as_str().unwrap().contains("(likes_count) on node type (PagePost)"));
}

#[actix_web::test]
async fn unpublished_photos_are_attached_to_a_post() {
    let sandbox = Sandbox::new(1, None);
    let photos = format!("{}/photos", sandbox.identity.page_id);
    let kept = sandbox.as_page("POST", &photos, json!({"url": "https://casalume.example/a.jpg", "published": false})).await;
    assert!(kept["post_id"].is_null(), "{kept}");
    let id = post(&sandbox, json!({"message": "Two", "attached_media": [{"media_fbid": kept["id"]}]})).await;
    let read = sandbox.as_page("GET", &id, json!({"fields": "status_type,attachments"})).await;
    assert_eq!((&read["status_type"], &read["attachments"]["data"][0]["target"]["id"]), (&json!("added_photos"), &kept["id"]));
    let shown = sandbox.as_page("POST", &photos, json!({"url": "https://casalume.example/b.jpg", "caption": "Shown"})).await;
    let listed = sandbox.as_page("GET", &feed(&sandbox), json!({})).await;
    assert!(column(&listed, "id").contains(&shown["post_id"].as_str().unwrap()));
    let again = sandbox.as_page("POST", &feed(&sandbox), json!({"attached_media": [{"media_fbid": shown["id"]}]})).await;
    assert_eq!(code(&again).0, 100, "a published photo");
    assert_eq!(code(&sandbox.as_page("POST", &photos, json!({})).await).0, 324);
}

#[actix_web::test]
async fn comments_are_read_answered_hidden_and_deleted() {
    let sandbox = Sandbox::new(1, None);
    let id = post(&sandbox, json!({"message": "New lamps"})).await;
    let say = |on: &str, from: &str, message: &str| {
        let body = json!({"do": "comment", "on": on, "from": from, "message": message});
        let sandbox = &sandbox;
        async move { sandbox.control("people", body).await["id"].as_str().unwrap().to_owned() }
    };
    let first = say(&id, "Ana", "How much?").await;
    let second = say(&id, "Rui", "Nice").await;
    let reply = sandbox.as_page("POST", &format!("{first}/comments"), json!({"message": "64 euros"})).await;
    let reply = reply["id"].as_str().unwrap();
    let edge = format!("{id}/comments");
    let top = sandbox.as_page("GET", &edge, json!({"summary": true})).await;
    assert_eq!((column(&top, "id"), &top["summary"]["total_count"]), (vec![first.as_str(), &second], &json!(2)));
    let all = sandbox
        .as_page("GET", &edge, json!({"filter": "stream", "order": "reverse_chronological", "fields": "id,parent{id}"}))
        .await;
    assert_eq!(column(&all, "id"), [reply, &second, &first]);
    assert_eq!(all["data"][0]["parent"]["id"], first.as_str());
    let read = sandbox.as_page("GET", &first, json!({"fields": "from,comment_count,can_hide,is_hidden"})).await;
    assert_eq!(
        (&read["from"]["name"], &read["comment_count"], &read["can_hide"], &read["is_hidden"]),
        (&json!("Ana"), &json!(1), &json!(true), &json!(false))
    );
    assert_eq!(sandbox.as_page("POST", &first, json!({"is_hidden": true})).await, json!({"success": true}));
    assert_eq!(sandbox.as_page("GET", &first, json!({"fields": "is_hidden"})).await["is_hidden"], true);
    assert_eq!(code(&sandbox.as_page("POST", reply, json!({"is_hidden": true})).await).0, 100, "the Page's own");
    assert_eq!(code(&sandbox.as_page("POST", &second, json!({"message": "Ugly"})).await).0, 200, "another's text");
    assert_eq!(sandbox.as_page("POST", reply, json!({"message": "60 euros"})).await, json!({"success": true}));
    sandbox.as_page("POST", &format!("{second}/likes"), json!({})).await;
    assert_eq!(sandbox.as_page("GET", &second, json!({"fields": "like_count,user_likes"})).await["like_count"], 1);
    sandbox.as_page("DELETE", &format!("{second}/likes"), json!({})).await;
    assert_eq!(sandbox.as_page("GET", &second, json!({"fields": "like_count"})).await["like_count"], 0);
    sandbox.as_page("DELETE", &second, json!({})).await;
    assert_eq!(column(&sandbox.as_page("GET", &edge, json!({})).await, "id"), [first.as_str()]);
    assert_eq!(code(&sandbox.as_page("POST", &edge, json!({})).await).0, 100);
    assert_eq!(code(&sandbox.as_page("GET", &edge, json!({"order": "ranked"})).await).0, 100);
}

#[actix_web::test]
async fn the_story_of_an_ad_is_a_post_that_takes_comments() {
    let sandbox = Sandbox::new(1, None);
    sandbox.delivering(json!({"daily_budget": "2000"})).await;
    let creatives =
        sandbox.get(&format!("{}/adcreatives", sandbox.account()), json!({"fields": "effective_object_story_id"})).await;
    let story = creatives["data"][0]["effective_object_story_id"].as_str().unwrap();
    sandbox.control("people", json!({"do": "comment", "on": story, "from": "Ana", "message": "Lovely"})).await;
    let read = sandbox.as_page("GET", story, json!({"fields": "message,is_published,comments{message}"})).await;
    assert_eq!(read["comments"]["data"][0]["message"], "Lovely", "{read}");
    assert_eq!((&read["message"], &read["is_published"]), (&json!("Light for long evenings"), &json!(false)));
    assert_eq!(code(&sandbox.as_page("GET", &format!("{}_1", sandbox.identity.page_id), json!({})).await), (100, 33));
}
