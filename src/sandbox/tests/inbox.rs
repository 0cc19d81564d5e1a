//! The Page's inbox: threads on both platforms, answers inside their window, private replies.

use serde_json::{Value, json};

use super::support::{Sandbox, code, column};

async fn writes(sandbox: &Sandbox, platform: &str, from: &str, text: &str) -> (String, String) {
    let told = sandbox.control("people", json!({"do": "message", "platform": platform, "from": from, "text": text})).await;
    let of = |name: &str| told[name].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    (of("conversation_id"), of("user_id"))
}

async fn send(sandbox: &Sandbox, person: &str, extra: Value) -> Value {
    let mut params = json!({"recipient": {"id": person}, "message": {"text": "Hello"}});
    params.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    sandbox.as_page("POST", &format!("{}/messages", sandbox.identity.page_id), params).await
}

#[actix_web::test]
async fn threads_are_listed_by_platform_read_and_answered() {
    let sandbox = Sandbox::new(1, None);
    let edge = format!("{}/conversations", sandbox.identity.page_id);
    let (thread, ana) = writes(&sandbox, "messenger", "Ana", "Is it open?").await;
    sandbox.minutes(1).await;
    let (other, _) = writes(&sandbox, "messenger", "Rui", "Good day").await;
    let (direct, _) = writes(&sandbox, "instagram", "ana.s", "Hi").await;
    assert_eq!(column(&sandbox.as_page("GET", &edge, json!({})).await, "id"), [other.as_str(), &thread]);
    for word in ["instagram", "INSTAGRAM"] {
        assert_eq!(column(&sandbox.as_page("GET", &edge, json!({"platform": word})).await, "id"), [direct.as_str()]);
    }
    assert_eq!(column(&sandbox.as_page("GET", &edge, json!({"user_id": ana})).await, "id"), [thread.as_str()]);
    sandbox.minutes(1).await;
    let answer = send(&sandbox, &ana, json!({"messaging_type": "RESPONSE"})).await;
    assert_eq!(answer["recipient_id"], ana.as_str(), "{answer}");
    let fields = "message_count,unread_count,snippet,can_reply,participants,messages{message,from,to,created_time}";
    let read = sandbox.as_page("GET", &thread, json!({ "fields": fields })).await;
    assert_eq!((&read["message_count"], &read["unread_count"], &read["can_reply"]), (&json!(2), &json!(1), &json!(true)));
    let messages = read["messages"]["data"].as_array().unwrap();
    assert_eq!((&messages[0]["message"], &messages[0]["from"]["name"]), (&json!("Hello"), &json!("Casa Lume")));
    assert_eq!((&messages[1]["message"], &messages[1]["from"]["id"]), (&json!("Is it open?"), &json!(ana)));
    assert_eq!(messages[1]["to"]["data"][0]["id"], sandbox.identity.page_id.as_str());
    let seen = json!({"recipient": {"id": ana}, "sender_action": "mark_seen"});
    sandbox.as_page("POST", &format!("{}/messages", sandbox.identity.page_id), seen).await;
    assert_eq!(sandbox.as_page("GET", &thread, json!({"fields": "unread_count"})).await["unread_count"], 0);
    assert_eq!(column(&sandbox.as_page("GET", &edge, json!({})).await, "id")[0], thread, "the latest message leads");
    assert_eq!(code(&sandbox.get(&edge, json!({})).await), (190, 2_069_032));
    assert_eq!(code(&sandbox.get(&thread, json!({})).await), (190, 2_069_032));
    assert_eq!(code(&sandbox.as_page("GET", &edge, json!({"platform": "whatsapp"})).await).0, 100);
}

#[actix_web::test]
async fn answers_are_sent_within_a_day_and_by_a_person_within_seven() {
    let sandbox = Sandbox::new(1, None);
    let (_, ana) = writes(&sandbox, "messenger", "Ana", "Is it open?").await;
    let (_, direct) = writes(&sandbox, "instagram", "ana.s", "Hi").await;
    sandbox.minutes(1_441).await;
    for person in [&ana, &direct] {
        assert_eq!(code(&send(&sandbox, person, json!({})).await), (10, 2_018_278));
        let human = send(&sandbox, person, json!({"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"})).await;
        assert!(human["message_id"].is_string(), "{human}");
    }
    sandbox.days(7).await;
    assert_eq!(
        code(&send(&sandbox, &ana, json!({"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"})).await),
        (10, 2_018_278)
    );
    assert!(
        send(&sandbox, &ana, json!({"messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"})).await["message_id"].is_string()
    );
    for (extra, expected) in [
        (json!({"messaging_type": "MESSAGE_TAG"}), (100, 0)),
        (json!({"messaging_type": "SHOUT"}), (100, 0)),
        (json!({"tag": "SALE"}), (100, 0)),
        (json!({"message": {}}), (100, 0)),
        (json!({"message": {"text": "x".repeat(2_001)}}), (100, 0)),
        (json!({"message": {"text": "x", "attachment": {"type": "image"}}}), (100, 0)),
        (json!({"message": {"attachment": {"type": "smell"}}}), (100, 0)),
        (json!({"sender_action": "TYPING_ON"}), (100, 0)),
        (json!({"recipient": {"id": "1"}}), (100, 2_018_001)),
        (json!({"nonsense": 1}), (100, 0)),
    ] {
        let answer = send(&sandbox, &ana, extra.clone()).await;
        assert_eq!(code(&answer), expected, "{extra}: {answer}");
    }
}

#[actix_web::test]
async fn a_comment_is_answered_privately_once() {
    let sandbox = Sandbox::new(1, None);
    let page = sandbox.identity.page_id.clone();
    let post =
        sandbox.as_page("POST", &format!("{page}/feed"), json!({"message": "Lamps"})).await["id"].as_str().unwrap().to_owned();
    let say = json!({"do": "comment", "on": post, "from": "Ana", "message": "How much?"});
    let comment = sandbox.control("people", say.clone()).await["id"].as_str().unwrap().to_owned();
    let late = sandbox.control("people", say).await["id"].as_str().unwrap().to_owned();
    let reply = |comment: &str| {
        let params = json!({"recipient": {"comment_id": comment}, "message": {"text": "64 euros"}});
        let (sandbox, path) = (&sandbox, format!("{page}/messages"));
        async move { sandbox.as_page("POST", &path, params).await }
    };
    assert!(reply(&comment).await["message_id"].is_string());
    assert_eq!(code(&reply(&comment).await).0, 10_900);
    assert_eq!(sandbox.as_page("GET", &comment, json!({"fields": "can_reply_privately"})).await["can_reply_privately"], false);
    let threads = sandbox.as_page("GET", &format!("{page}/conversations"), json!({"fields": "snippet,can_reply"})).await;
    assert_eq!((column(&threads, "snippet"), &threads["data"][0]["can_reply"]), (vec!["64 euros"], &json!(false)));
    sandbox.days(8).await;
    assert_eq!(code(&reply(&late).await).0, 10_903);
    assert_eq!(code(&reply("1").await), (100, 33));
}
