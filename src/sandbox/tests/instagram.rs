//! Publishing to Instagram in two steps, reading media, and moderating comments.

use serde_json::{Value, json};

use super::support::{Sandbox, code, column};

fn at(sandbox: &Sandbox, edge: &str) -> String {
    format!("{}/{edge}", sandbox.identity.instagram_user_id)
}

async fn container(sandbox: &Sandbox, params: Value) -> String {
    let answer = sandbox.post(&at(sandbox, "media"), params).await;
    answer["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

async fn publish(sandbox: &Sandbox, id: &str) -> Value {
    sandbox.post(&at(sandbox, "media_publish"), json!({ "creation_id": id })).await
}

async fn status(sandbox: &Sandbox, id: &str) -> String {
    sandbox.get(id, json!({"fields": "status_code,status"})).await["status_code"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_reel_is_worked_on_then_published_once() {
    let sandbox = Sandbox::new(1, None);
    let id =
        container(&sandbox, json!({"media_type": "REELS", "video_url": "https://casalume.example/r.mp4", "caption": "Light"}))
            .await;
    assert_eq!(status(&sandbox, &id).await, "IN_PROGRESS");
    assert_eq!(code(&publish(&sandbox, &id).await), (9_007, 2_207_027));
    sandbox.minutes(5).await;
    assert_eq!(status(&sandbox, &id).await, "FINISHED");
    let media = publish(&sandbox, &id).await["id"].as_str().unwrap().to_owned();
    assert_eq!(status(&sandbox, &id).await, "PUBLISHED");
    assert_eq!(code(&publish(&sandbox, &id).await), (24, 2_207_008));
    let fields = "caption,media_type,media_product_type,username,permalink,comments_count,owner{username}";
    let read = sandbox.get(&media, json!({ "fields": fields })).await;
    assert_eq!(
        (&read["media_type"], &read["media_product_type"], &read["caption"]),
        (&json!("VIDEO"), &json!("REELS"), &json!("Light"))
    );
    assert_eq!((&read["owner"]["username"], &read["comments_count"]), (&json!("casalume"), &json!(0)));
    assert!(read["permalink"].as_str().unwrap().starts_with("https://www.instagram.com/reel/"));
    assert_eq!(column(&sandbox.get(&at(&sandbox, "media"), json!({})).await, "id"), [media.as_str()]);
}

#[actix_web::test]
async fn a_carousel_has_children_and_a_story_is_gone_after_a_day() {
    let sandbox = Sandbox::new(1, None);
    let item = |n: i64| json!({"image_url": format!("https://casalume.example/{n}.jpg"), "is_carousel_item": true});
    let items = [container(&sandbox, item(1)).await, container(&sandbox, item(2)).await];
    assert_eq!(code(&publish(&sandbox, &items[0]).await).0, 100, "an item alone");
    let album = container(&sandbox, json!({"media_type": "CAROUSEL", "children": items, "caption": "Two"})).await;
    let media = publish(&sandbox, &album).await["id"].as_str().unwrap().to_owned();
    let read = sandbox.get(&media, json!({"fields": "media_type,children{media_type,media_url}"})).await;
    assert_eq!((&read["media_type"], read["children"]["data"].as_array().unwrap().len()), (&json!("CAROUSEL_ALBUM"), 2));
    let story = container(&sandbox, json!({"media_type": "STORIES", "image_url": "https://casalume.example/s.jpg"})).await;
    let story = publish(&sandbox, &story).await["id"].as_str().unwrap().to_owned();
    assert_eq!(column(&sandbox.get(&at(&sandbox, "stories"), json!({})).await, "id"), [story.as_str()]);
    assert_eq!(column(&sandbox.get(&at(&sandbox, "media"), json!({})).await, "id"), [media.as_str()]);
    let limit = sandbox.get(&at(&sandbox, "content_publishing_limit"), json!({"fields": "quota_usage,config"})).await;
    assert_eq!(limit["data"], json!([{"quota_usage": 2, "config": {"quota_total": 100, "quota_duration": 86_400}}]));
    sandbox.days(1).await;
    assert_eq!(sandbox.get(&at(&sandbox, "stories"), json!({})).await["data"], json!([]));
    let limit = sandbox.get(&at(&sandbox, "content_publishing_limit"), json!({})).await;
    assert_eq!(limit["data"], json!([{"quota_usage": 0}]));
}

#[actix_web::test]
async fn containers_end_after_a_day_fail_for_lost_media_and_are_counted() {
    let sandbox = Sandbox::new(1, None);
    let old = container(&sandbox, json!({"image_url": "https://casalume.example/a.jpg"})).await;
    let lost = container(&sandbox, json!({"image_url": "https://nowhere.invalid/a.jpg"})).await;
    assert_eq!(status(&sandbox, &lost).await, "ERROR");
    assert_eq!(code(&publish(&sandbox, &lost).await), (9_004, 2_207_052));
    sandbox.days(1).await;
    assert_eq!(status(&sandbox, &old).await, "EXPIRED");
    assert_eq!(code(&publish(&sandbox, &old).await), (24, 2_207_008));
    for n in 0..100 {
        let id = container(&sandbox, json!({"image_url": format!("https://casalume.example/{n}.jpg")})).await;
        assert!(publish(&sandbox, &id).await["id"].is_string());
    }
    let one_more = container(&sandbox, json!({"image_url": "https://casalume.example/more.jpg"})).await;
    assert_eq!(code(&publish(&sandbox, &one_more).await), (9, 2_207_042));
}

#[actix_web::test]
async fn what_instagram_does_not_take_is_refused_with_its_codes() {
    let sandbox = Sandbox::new(1, None);
    let image = "https://casalume.example/a.jpg";
    let video = "https://casalume.example/a.mp4";
    for (params, expected) in [
        (json!({}), (100, 0)),
        (json!({"media_type": "REELS"}), (100, 0)),
        (json!({"media_type": "VIDEO", "video_url": video}), (100, 2_207_067)),
        (json!({"media_type": "POEM", "image_url": image}), (100, 2_207_023)),
        (json!({"media_type": "STORIES"}), (100, 0)),
        (json!({"media_type": "REELS", "video_url": video, "is_carousel_item": true}), (100, 0)),
        (json!({"image_url": "lamp"}), (9_004, 2_207_052)),
        (json!({"image_url": "https://casalume.example/a.png"}), (36_001, 2_207_005)),
        (json!({"image_url": image, "caption": "x".repeat(2_201)}), (36_004, 2_207_010)),
        (json!({"image_url": image, "caption": "#a ".repeat(31)}), (100, 0)),
        (json!({"image_url": image, "share_to_feed": true}), (100, 0)),
        (json!({"media_type": "REELS", "video_url": video, "alt_text": "x"}), (100, 0)),
        (json!({"media_type": "REELS", "video_url": video, "thumb_offset": -1}), (1, 2_207_057)),
        (json!({"media_type": "CAROUSEL", "children": ["1"]}), (100, 2_207_028)),
        (json!({"media_type": "CAROUSEL", "children": ["1", "2"]}), (24, 2_207_008)),
        (json!({"image_url": image, "nonsense": 1}), (100, 0)),
    ] {
        let answer = sandbox.post(&at(&sandbox, "media"), params.clone()).await;
        assert_eq!(code(&answer), expected, "{params}: {answer}");
    }
    let reader = sandbox.without(&["instagram_content_publish"]).await;
    let refused = sandbox.post(&at(&sandbox, "media"), json!({"image_url": image, "access_token": reader})).await;
    assert_eq!(code(&refused).0, 200);
    assert!(refused["error"]["message"].as_str().unwrap().contains("instagram_content_publish"));
}

#[actix_web::test]
async fn instagram_comments_are_answered_hidden_deleted_and_switched_off() {
    let sandbox = Sandbox::new(1, None);
    let id = container(&sandbox, json!({"image_url": "https://casalume.example/a.jpg"})).await;
    let media = publish(&sandbox, &id).await["id"].as_str().unwrap().to_owned();
    let say = json!({"do": "comment", "on": media, "from": "ana.s", "message": "How much?"});
    let first = sandbox.control("people", say.clone()).await["id"].as_str().unwrap().to_owned();
    let reply =
        sandbox.post(&format!("{first}/replies"), json!({"message": "64 euros"})).await["id"].as_str().unwrap().to_owned();
    let own =
        sandbox.post(&format!("{media}/comments"), json!({"message": "Thank you all"})).await["id"].as_str().unwrap().to_owned();
    let fields = "text,username,hidden,parent_id,replies{text,parent_id}";
    let listed = sandbox.get(&format!("{media}/comments"), json!({ "fields": fields })).await;
    assert_eq!(column(&listed, "id"), [own.as_str(), &first], "newest first");
    let told = &listed["data"][1];
    assert_eq!((&told["username"], &told["hidden"]), (&json!("ana.s"), &json!(false)));
    assert_eq!(told["replies"]["data"], json!([{"id": reply, "text": "64 euros", "parent_id": first}]));
    assert_eq!(sandbox.post(&first, json!({"hide": true})).await, json!({"success": true}));
    assert_eq!(sandbox.get(&first, json!({"fields": "hidden"})).await["hidden"], true);
    assert_eq!(code(&sandbox.post(&own, json!({"hide": true})).await).0, 100);
    assert_eq!(code(&sandbox.post(&first, json!({})).await).0, 100);
    assert_eq!(sandbox.get(&media, json!({"fields": "comments_count"})).await["comments_count"], 3);
    sandbox.call("DELETE", &reply, json!({})).await;
    assert_eq!(sandbox.get(&media, json!({"fields": "comments_count"})).await["comments_count"], 2);
    for message in ["x".repeat(301), "#a #b #c #d #e".into(), "https://a.example https://b.example".into(), "BUY NOW".into()] {
        assert_eq!(code(&sandbox.post(&format!("{media}/comments"), json!({ "message": message })).await).0, 100);
    }
    sandbox.post(&media, json!({"comment_enabled": false})).await;
    assert_eq!(code(&sandbox.post(&format!("{media}/comments"), json!({"message": "More"})).await).0, 100);
    assert!(sandbox.control("people", say).await["error"].is_string());
    let reader = sandbox.without(&["instagram_manage_comments"]).await;
    assert_eq!(code(&sandbox.get(&format!("{media}/comments"), json!({"access_token": reader})).await), (10, 0));
}
