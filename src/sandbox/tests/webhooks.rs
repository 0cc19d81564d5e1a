//! Subscriptions with their challenge, and deliveries: signed, tried again, twice, in reverse.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::support::{Sandbox, code, column};
use crate::sandbox::nodes::token::proof;

const SECRET: &str = "my token";

/// What a subscriber was sent: head and body.
type Heard = Arc<Mutex<Vec<(String, String)>>>;

/// A subscriber of this machine that answers challenges, refuses the first deliveries and hears the others.
struct Subscriber {
    url: String,
    heard: Heard,
    refusals: Arc<Mutex<usize>>,
}

fn read(stream: &mut impl Read) -> (String, String) {
    let (mut bytes, mut one) = (Vec::new(), [0_u8; 1]);
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut one).unwrap_or(0) == 1 {
        bytes.push(one[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).map_or(0, |size| size.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

fn subscriber() -> Subscriber {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook?site=1", listener.local_addr().unwrap());
    let (heard, refusals): (Heard, Arc<Mutex<usize>>) = Default::default();
    let (to, left) = (Arc::clone(&heard), Arc::clone(&refusals));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (head, body) = read(&mut stream);
            let address = format!("http://x{}", head.split_whitespace().nth(1).unwrap_or("/"));
            let query: Vec<(String, String)> = url::Url::parse(&address).unwrap().query_pairs().into_owned().collect();
            let of = |name: &str| query.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value.as_str());
            let (status, answer) = if head.starts_with("GET") {
                assert_eq!((of("site"), of("hub.mode")), ("1", "subscribe"));
                if of("hub.verify_token") == SECRET { ("200 OK", of("hub.challenge")) } else { ("403 Forbidden", "") }
            } else {
                to.lock().unwrap().push((head, body));
                let mut left = left.lock().unwrap();
                let refuses = *left > 0;
                *left = left.saturating_sub(1);
                if refuses { ("500 Internal Server Error", "") } else { ("200 OK", "") }
            };
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{answer}", answer.len());
        }
    });
    Subscriber { url, heard, refusals }
}

impl Subscriber {
    fn bodies(&self) -> Vec<Value> {
        self.heard.lock().unwrap().iter().map(|(_, body)| serde_json::from_str(body).unwrap()).collect()
    }
}

fn app(sandbox: &Sandbox) -> String {
    format!("{}|{}", sandbox.identity.app_id, sandbox.identity.app_secret)
}

async fn subscriptions(sandbox: &Sandbox, method: &str, mut params: Value) -> Value {
    params["access_token"] = json!(app(sandbox));
    sandbox.call(method, &format!("{}/subscriptions", sandbox.identity.app_id), params).await
}

async fn subscribe(sandbox: &Sandbox, to: &Subscriber, object: &str, fields: &str) {
    let params = json!({"object": object, "callback_url": to.url, "fields": fields, "verify_token": SECRET});
    assert_eq!(subscriptions(sandbox, "POST", params).await, json!({"success": true}));
}

async fn hear(sandbox: &Sandbox, fields: &str) {
    let path = format!("{}/subscribed_apps", sandbox.identity.page_id);
    let answer = sandbox.as_page("POST", &path, json!({ "subscribed_fields": fields })).await;
    assert_eq!(answer, json!({"success": true}));
}

async fn flush(sandbox: &Sandbox) -> Value {
    sandbox.control("webhooks", json!({"flush": true})).await
}

async fn post(sandbox: &Sandbox, message: &str) -> String {
    let path = format!("{}/feed", sandbox.identity.page_id);
    sandbox.as_page("POST", &path, json!({ "message": message })).await["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_callback_must_answer_the_challenge_and_stand_on_this_machine() {
    let sandbox = Sandbox::new(1, None);
    let to = subscriber();
    subscribe(&sandbox, &to, "page", "feed,messages").await;
    let listed = subscriptions(&sandbox, "GET", json!({})).await;
    assert_eq!((&listed["data"][0]["object"], &listed["data"][0]["callback_url"]), (&json!("page"), &json!(to.url)));
    assert_eq!(
        listed["data"][0]["fields"],
        json!([{"name": "feed", "version": "v26.0"}, {"name": "messages", "version": "v26.0"}])
    );
    let with = |name: &str, value: Value| {
        let mut params = json!({"object": "page", "callback_url": to.url, "fields": "feed", "verify_token": SECRET});
        params[name] = value;
        params
    };
    for (params, expected) in [
        (with("verify_token", json!("wrong")), 2_200),
        (with("callback_url", json!("http://127.0.0.1:1/")), 2_200),
        (with("callback_url", json!("https://example.org/hook")), 100),
        (with("callback_url", json!("http://10.0.0.1/hook")), 100),
        (with("callback_url", json!("")), 100),
        (with("object", json!("moon")), 100),
        (with("fields", json!("feed,weather")), 100),
        (with("nonsense", json!("1")), 100),
    ] {
        let answer = subscriptions(&sandbox, "POST", params.clone()).await;
        assert_eq!(code(&answer).0, expected, "{params}: {answer}");
    }
    let path = format!("{}/subscriptions", sandbox.identity.app_id);
    assert_eq!(code(&sandbox.get(&path, json!({})).await).0, 15, "a person's token");
    let pages = format!("{}/subscribed_apps", sandbox.identity.page_id);
    assert_eq!(code(&sandbox.as_page("POST", &pages, json!({"subscribed_fields": "feed,weather"})).await).0, 100);
    assert_eq!(code(&sandbox.post(&pages, json!({"subscribed_fields": "feed"})).await), (190, 2_069_032));
    hear(&sandbox, "feed").await;
    let apps = sandbox.as_page("GET", &pages, json!({})).await;
    assert_eq!(
        (column(&apps, "id"), &apps["data"][0]["subscribed_fields"]),
        (vec![sandbox.identity.app_id.as_str()], &json!(["feed"]))
    );
    sandbox.as_page("DELETE", &pages, json!({})).await;
    assert_eq!(sandbox.as_page("GET", &pages, json!({})).await["data"], json!([]));
    subscriptions(&sandbox, "DELETE", json!({"object": "page"})).await;
    assert_eq!(subscriptions(&sandbox, "GET", json!({})).await["data"], json!([]));
}

#[actix_web::test]
async fn changes_are_told_signed_and_only_where_they_were_subscribed_to() {
    let sandbox = Sandbox::new(1, None);
    let to = subscriber();
    post(&sandbox, "Before").await;
    subscribe(&sandbox, &to, "page", "feed,messages").await;
    post(&sandbox, "Not heard yet").await;
    hear(&sandbox, "feed,messages").await;
    let id = post(&sandbox, "Olá/lamps").await;
    let say = json!({"do": "comment", "on": id, "from": "Ana", "message": "How much?"});
    let comment = sandbox.control("people", say).await["id"].as_str().unwrap().to_owned();
    sandbox.as_page("POST", &comment, json!({"is_hidden": true})).await;
    sandbox.control("people", json!({"do": "message", "platform": "messenger", "from": "Rui", "text": "Hi"})).await;
    sandbox.control("people", json!({"do": "message", "platform": "instagram", "from": "rui", "text": "Hi"})).await;
    flush(&sandbox).await;
    let bodies = to.bodies();
    assert_eq!(bodies.len(), 4, "{bodies:?}");
    let value = |at: usize| &bodies[at]["entry"][0]["changes"][0]["value"];
    assert_eq!((&value(0)["verb"], &value(0)["post_id"], &value(0)["message"]), (&json!("add"), &json!(id), &json!("Olá/lamps")));
    assert_eq!(
        (&value(1)["item"], &value(1)["comment_id"], &value(1)["from"]["name"]),
        (&json!("comment"), &json!(comment), &json!("Ana"))
    );
    assert_eq!((&value(2)["verb"], &bodies[2]["entry"][0]["id"]), (&json!("hide"), &json!(sandbox.identity.page_id)));
    assert_eq!(bodies[3]["entry"][0]["messaging"][0]["message"]["text"], "Hi");
    for (head, body) in to.heard.lock().unwrap().iter() {
        assert!(body.is_ascii() && !body.contains("a/l"), "{body}");
        assert!(head.contains(&format!("X-Hub-Signature-256: sha256={}", proof(&sandbox.identity.app_secret, body))), "{head}");
    }
    flush(&sandbox).await;
    assert_eq!(to.bodies().len(), 4, "each once");
}

#[actix_web::test]
async fn what_was_not_heard_is_tried_again_less_and_less_often_then_dropped() {
    let sandbox = Sandbox::new(1, None);
    let to = subscriber();
    subscribe(&sandbox, &to, "page", "feed").await;
    hear(&sandbox, "feed").await;
    *to.refusals.lock().unwrap() = 2;
    post(&sandbox, "One").await;
    for tries in 1..=3 {
        let told = flush(&sandbox).await;
        assert_eq!(told["deliveries"][0]["tries"], tries, "{told}");
        let state = if tries == 3 { "heard" } else { "waiting" };
        assert_eq!(told["deliveries"][0]["state"], state);
        flush(&sandbox).await;
        assert_eq!(to.bodies().len(), tries, "not before it is due");
        sandbox.minutes(1).await;
    }
    assert_eq!(to.bodies()[0], to.bodies()[2]);
    *to.refusals.lock().unwrap() = 100;
    post(&sandbox, "Two").await;
    for _ in 0..12 {
        flush(&sandbox).await;
        sandbox.days(1).await;
    }
    let told = flush(&sandbox).await;
    assert_eq!((&told["deliveries"][1]["tries"], &told["deliveries"][1]["state"]), (&json!(10), &json!("dropped")));
}

#[actix_web::test]
async fn deliveries_come_twice_and_in_reverse_on_demand_and_outlive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::new(1, Some(directory.path().into()));
    let to = subscriber();
    subscribe(&sandbox, &to, "page", "feed,leadgen").await;
    hear(&sandbox, "feed,leadgen").await;
    sandbox.control("webhooks", json!({"duplicate": 1})).await;
    post(&sandbox, "One").await;
    flush(&sandbox).await;
    assert_eq!(to.bodies().len(), 2);
    assert_eq!(to.bodies()[0], to.bodies()[1]);
    sandbox.control("webhooks", json!({"reorder": 2})).await;
    post(&sandbox, "Two").await;
    post(&sandbox, "Three").await;
    flush(&sandbox).await;
    let said: Vec<Value> =
        to.bodies()[2..].iter().map(|body| body["entry"][0]["changes"][0]["value"]["message"].clone()).collect();
    assert_eq!(said, ["Three", "Two"]);
    *to.refusals.lock().unwrap() = 1;
    let lead = json!({"object": "page", "field": "leadgen", "value": {"leadgen_id": "1", "form_id": "2"}});
    sandbox.control("webhooks", json!({"send": lead, "flush": true})).await;
    let odd = sandbox.control("webhooks", json!({"send": {"object": "page", "field": "weather", "value": 1}})).await;
    assert!(odd["error"].is_string());
    sandbox.running.stop().await;
    let sandbox = Sandbox::new(1, Some(directory.path().into()));
    sandbox.minutes(1).await;
    flush(&sandbox).await;
    let leads: Vec<Value> = to.bodies().into_iter().filter(|body| body["entry"][0]["changes"][0]["field"] == "leadgen").collect();
    assert_eq!(leads.len(), 2);
}

#[actix_web::test]
async fn the_end_of_a_review_is_told_to_who_hears_the_ad_account() {
    let sandbox = Sandbox::new(1, None);
    let to = subscriber();
    subscribe(&sandbox, &to, "ad_account", "in_process_ad_objects,with_issues_ad_objects").await;
    sandbox.post(&format!("{}/subscribed_apps", sandbox.account()), json!({"app_id": sandbox.identity.app_id})).await;
    let campaign = sandbox.campaign().await;
    let ad_set = sandbox.create("adsets", sandbox.ad_set_params(&campaign)).await;
    let good = sandbox.ad(&ad_set, "Light").await;
    let bad = sandbox.ad(&ad_set, "Please reject me").await;
    flush(&sandbox).await;
    assert_eq!(to.bodies().len(), 0, "not before the review ends");
    sandbox.minutes(31).await;
    flush(&sandbox).await;
    let told: Vec<(Value, Value)> = to
        .bodies()
        .iter()
        .map(|body| &body["entry"][0]["changes"][0])
        .map(|change| (change["field"].clone(), change["value"]["id"].clone()))
        .collect();
    assert!(told.contains(&(json!("in_process_ad_objects"), json!(good))), "{told:?}");
    assert!(told.contains(&(json!("with_issues_ad_objects"), json!(bad))), "{told:?}");
}
