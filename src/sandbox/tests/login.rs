//! Facebook Login: the dialog's page and answers, codes, exchanges, partial grants, ends and revocation.

use serde_json::{Value, json};

use super::support::{Sandbox, code, column};
use crate::sandbox::nodes::token::{SCOPES, proof};

const BACK: &str = "http://127.0.0.1:9/callback?x=1";

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

fn ask<'a>(sandbox: &'a Sandbox, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("client_id", &sandbox.identity.app_id), ("redirect_uri", BACK), ("state", "s & t"), ("scope", scope)]
}

/// What the dialog answers: status, the way back, its page.
async fn dialog(sandbox: &Sandbox, method: &str, pairs: &[(&str, &str)]) -> (u16, String, String) {
    let url = format!("{}/v26.0/dialog/oauth", sandbox.running.base_url());
    let request = if method == "POST" { client().post(url).form(pairs) } else { client().get(url).query(pairs) };
    let answer = request.send().await.unwrap();
    let location = answer.headers().get("location").map_or("", |value| value.to_str().unwrap()).to_owned();
    (answer.status().as_u16(), location, answer.text().await.unwrap())
}

fn query(address: &str) -> Vec<(String, String)> {
    url::Url::parse(address).unwrap().query_pairs().into_owned().collect()
}

/// Goes through the dialog with these ticks and returns the code.
async fn log_in(sandbox: &Sandbox, scope: &str, ticks: &[(&str, &str)]) -> String {
    let mut pairs = ask(sandbox, scope);
    pairs.extend(ticks);
    pairs.push(("answer", "continue"));
    let (status, back, page) = dialog(sandbox, "POST", &pairs).await;
    assert_eq!(status, 302, "{page}");
    let given = query(&back);
    assert_eq!((&given[0], &given[2]), (&("x".into(), "1".into()), &("state".into(), "s & t".into())));
    given[1].1.clone()
}

async fn exchange(sandbox: &Sandbox, extra: Value) -> Value {
    let mut params = json!({
        "client_id": sandbox.identity.app_id, "client_secret": sandbox.identity.app_secret, "redirect_uri": BACK,
    });
    params.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    let url = format!("{}/v26.0/oauth/access_token", sandbox.running.base_url());
    let pairs: Vec<(String, String)> =
        params.as_object().unwrap().iter().map(|(name, value)| (name.clone(), value.as_str().unwrap_or("").to_owned())).collect();
    client().get(url).query(&pairs).send().await.unwrap().json().await.unwrap()
}

async fn token(sandbox: &Sandbox, scope: &str, ticks: &[(&str, &str)]) -> String {
    let code = log_in(sandbox, scope, ticks).await;
    let answer = exchange(sandbox, json!({ "code": code })).await;
    answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// Ticks for everything.
fn everything(sandbox: &Sandbox) -> Vec<(&'static str, String)> {
    let mut ticks: Vec<(&'static str, String)> = SCOPES.iter().map(|scope| ("grant", (*scope).to_owned())).collect();
    ticks.push(("page", sandbox.identity.page_id.clone()));
    ticks.push(("account", sandbox.identity.ad_account_id.clone()));
    ticks.push(("account", sandbox.identity.jpy_ad_account_id.clone()));
    ticks
}

async fn whole_token(sandbox: &Sandbox) -> String {
    let ticks = everything(sandbox);
    let ticks: Vec<(&str, &str)> = ticks.iter().map(|(name, value)| (*name, value.as_str())).collect();
    token(sandbox, &SCOPES.join(","), &ticks).await
}

#[actix_web::test]
async fn the_dialog_asks_in_plain_html_and_refuses_what_it_cannot_trust() {
    let sandbox = Sandbox::new(1, None);
    let (status, _, page) = dialog(&sandbox, "GET", &ask(&sandbox, "ads_read,pages_show_list")).await;
    assert_eq!(status, 200);
    for part in ["<legend>Pages</legend>", "<legend>Ad accounts</legend>", "value=\"ads_read\"", "value=\"cancel\"", "s &amp; t"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("ads_management") && !page.contains("<script"));
    let with = |name: &'static str, value: &'static str| {
        let mut pairs = ask(&sandbox, "ads_read");
        pairs.retain(|(given, _)| *given != name);
        pairs.push((name, value));
        pairs
    };
    for pairs in [
        with("client_id", "1"),
        with("client_id", ""),
        with("redirect_uri", ""),
        with("redirect_uri", "https://evil.example/"),
        with("redirect_uri", "http://localhost.evil.example/"),
        with("redirect_uri", "javascript:alert(1)"),
        with("response_type", "token"),
        with("scope", "ads_read,email_all"),
    ] {
        for method in ["GET", "POST"] {
            let (status, back, page) = dialog(&sandbox, method, &pairs).await;
            assert_eq!((status, back.as_str()), (400, ""), "{pairs:?}: {page}");
        }
    }
    sandbox.control("app", json!({"redirect_uris": ["https://app.example/done"]})).await;
    assert_eq!(dialog(&sandbox, "GET", &with("redirect_uri", "https://app.example/done")).await.0, 200);
    assert_eq!(dialog(&sandbox, "GET", &with("redirect_uri", "https://app.example/done/2")).await.0, 400);
}

#[actix_web::test]
async fn who_cancels_sends_the_documented_refusal_back() {
    let sandbox = Sandbox::new(1, None);
    let mut pairs = ask(&sandbox, "ads_read");
    pairs.push(("answer", "cancel"));
    let (status, back, _) = dialog(&sandbox, "POST", &pairs).await;
    let given = query(&back);
    let of = |name: &str| given.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str());
    assert_eq!(status, 302);
    assert_eq!((of("error"), of("error_reason"), of("code")), (Some("access_denied"), Some("user_denied"), None));
    assert_eq!((of("error_description"), of("state")), (Some("Permissions error"), Some("s & t")));
}

#[actix_web::test]
async fn a_code_is_good_once_for_ten_minutes_with_the_same_way_back() {
    let sandbox = Sandbox::new(1, None);
    let first = log_in(&sandbox, "ads_read", &[("grant", "ads_read")]).await;
    for (extra, expected) in [
        (json!({"code": first, "redirect_uri": "http://127.0.0.1:9/callback"}), (100, 36_008)),
        (json!({"code": first, "redirect_uri": ""}), (191, 0)),
        (json!({"code": first, "client_id": "1"}), (101, 0)),
        (json!({"code": first, "client_secret": "x"}), (1, 0)),
        (json!({"code": "AQ"}), (100, 0)),
        (json!({}), (100, 0)),
        (json!({"code": first, "grant_type": "password"}), (100, 0)),
        (json!({"code": first, "nonsense": "1"}), (100, 0)),
    ] {
        let answer = exchange(&sandbox, extra.clone()).await;
        assert_eq!(code(&answer), expected, "{extra}: {answer}");
    }
    let answer = exchange(&sandbox, json!({ "code": first })).await;
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("bearer"), &json!(5_400)), "{answer}");
    assert_eq!(code(&exchange(&sandbox, json!({ "code": first })).await), (100, 36_009));
    let second = log_in(&sandbox, "ads_read", &[]).await;
    assert_ne!(first, second);
    sandbox.minutes(10).await;
    assert_eq!(code(&exchange(&sandbox, json!({ "code": second })).await), (100, 36_007));
    assert_eq!(code(&sandbox.get(&first, json!({})).await), (100, 33), "a code is no node");
}

#[actix_web::test]
async fn a_short_token_ends_and_is_exchanged_for_one_of_sixty_days() {
    let sandbox = Sandbox::new(1, None);
    let short = whole_token(&sandbox).await;
    let long = exchange(&sandbox, json!({"grant_type": "fb_exchange_token", "fb_exchange_token": short})).await;
    assert_eq!(long["expires_in"], 5_184_000);
    let long = long["access_token"].as_str().unwrap().to_owned();
    let pages = |token: &str| {
        let params = json!({"access_token": token, "fields": "access_token,tasks"});
        let sandbox = &sandbox;
        async move { sandbox.get("me/accounts", params).await["data"][0]["access_token"].as_str().unwrap().to_owned() }
    };
    let (short_page, long_page) = (pages(&short).await, pages(&long).await);
    assert_ne!(short_page, long_page);
    assert_eq!(sandbox.get("me", json!({"access_token": long_page})).await["id"], sandbox.identity.page_id.as_str());
    sandbox.minutes(90).await;
    for token in [&short, &short_page] {
        assert_eq!(code(&sandbox.get("me", json!({ "access_token": token })).await), (190, 463));
    }
    let ended = exchange(&sandbox, json!({"grant_type": "fb_exchange_token", "fb_exchange_token": short})).await;
    assert_eq!(code(&ended), (190, 463));
    let told = sandbox.get("debug_token", json!({ "input_token": short })).await;
    assert_eq!((&told["data"]["is_valid"], &told["data"]["error"]["subcode"]), (&json!(false), &json!(463)));
    sandbox.days(60).await;
    assert_eq!(code(&sandbox.get("me", json!({ "access_token": long })).await), (190, 463));
    let told = sandbox.get("debug_token", json!({ "input_token": long_page })).await;
    let data = &told["data"];
    assert_eq!((&data["type"], &data["is_valid"], &data["expires_at"]), (&json!("PAGE"), &json!(true), &json!(0)));
    assert_eq!(data["profile_id"], sandbox.identity.page_id.as_str());
    let app = exchange(&sandbox, json!({"grant_type": "client_credentials"})).await;
    let told = sandbox.get("debug_token", json!({"input_token": long, "access_token": app["access_token"]})).await;
    assert_eq!(told["data"]["type"], "USER");
}

#[actix_web::test]
async fn what_the_person_did_not_tick_the_app_does_not_get() {
    let sandbox = Sandbox::new(1, None);
    let account = sandbox.account().to_owned();
    let ticks =
        [("grant", "ads_read"), ("grant", "pages_show_list"), ("grant", "instagram_basic"), ("account", account.as_str())];
    let token = token(&sandbox, "ads_read,ads_management,pages_show_list,pages_manage_posts", &ticks).await;
    let get = |path: &str| {
        let (sandbox, params, path) = (&sandbox, json!({"access_token": token, "limit": 50}), path.to_owned());
        async move { sandbox.get(&path, params).await }
    };
    assert_eq!(column(&get("me/adaccounts").await, "id"), [account.as_str()]);
    assert_eq!(get("me/accounts").await["data"], json!([]));
    assert_eq!(code(&get(&sandbox.identity.page_id).await), (100, 33));
    assert_eq!(code(&get(&sandbox.identity.jpy_ad_account_id).await), (100, 33));
    assert!(get(&account).await["id"].is_string());
    let rename = sandbox.post(&account, json!({"name": "x", "access_token": token})).await;
    assert_eq!(code(&rename).0, 294);
    let told = sandbox.get("debug_token", json!({ "input_token": token })).await;
    assert_eq!(told["data"]["scopes"], json!(["ads_read", "pages_show_list"]), "what was not asked cannot be ticked");
    let reach = [
        json!({"scope": "ads_read", "target_ids": [account.trim_start_matches("act_")]}),
        json!({"scope": "pages_show_list", "target_ids": []}),
    ];
    assert_eq!(told["data"]["granular_scopes"], json!(reach));
    let rows = get("me/permissions").await;
    assert!(rows["data"].as_array().unwrap().contains(&json!({"permission": "ads_management", "status": "declined"})));
}

#[actix_web::test]
async fn a_permission_and_the_whole_app_are_taken_back_and_granted_again() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::new(1, Some(directory.path().into()));
    let token = whole_token(&sandbox).await;
    let with = |token: &str| json!({ "access_token": token });
    let gone = sandbox.call("DELETE", "me/permissions/pages_manage_posts", with(&token)).await;
    assert_eq!(gone, json!({"success": true}));
    let page = sandbox.get("me/accounts", json!({"access_token": token, "fields": "access_token"})).await;
    let page = page["data"][0]["access_token"].as_str().unwrap().to_owned();
    let feed = format!("{}/feed", sandbox.identity.page_id);
    let refused = sandbox.post(&feed, json!({"message": "x", "access_token": page})).await;
    assert_eq!(code(&refused).0, 200);
    assert!(refused["error"]["message"].as_str().unwrap().contains("pages_manage_posts"));
    assert_eq!(code(&sandbox.call("DELETE", "me/permissions/fly", with(&token)).await).0, 100);
    whole_token(&sandbox).await;
    assert!(sandbox.post(&feed, json!({"message": "x", "access_token": page})).await["id"].is_string());
    assert_eq!(sandbox.call("DELETE", "me/permissions", with(&token)).await, json!({"success": true}));
    for dead in [&token, &page, &sandbox.identity.access_token] {
        assert_eq!(code(&sandbox.get("me", with(dead)).await), (190, 458));
    }
    let system = sandbox.identity.system_user_token.clone();
    assert!(sandbox.get("me", with(&system)).await["id"].is_string());
    assert_eq!(code(&sandbox.call("DELETE", "me/permissions", with(&system)).await).0, 100);
    let again = whole_token(&sandbox).await;
    sandbox.running.stop().await;
    let sandbox = Sandbox::new(1, Some(directory.path().into()));
    assert!(sandbox.get("me", with(&again)).await["id"].is_string(), "a login outlives a restart");
    assert_eq!(code(&sandbox.get("me", with(&token)).await), (190, 458));
}

#[actix_web::test]
async fn an_app_may_require_the_proof_of_its_secret() {
    let sandbox = Sandbox::new(1, None);
    sandbox.control("app", json!({"require_proof": true})).await;
    assert_eq!(code(&sandbox.get("me", json!({})).await).0, 100);
    let good = proof(&sandbox.identity.app_secret, &sandbox.identity.access_token);
    assert!(sandbox.get("me", json!({ "appsecret_proof": good })).await["id"].is_string());
    assert_eq!(code(&sandbox.get("me", json!({"appsecret_proof": "00"})).await).0, 104);
}

#[actix_web::test]
async fn the_same_login_gives_the_same_token() {
    let of = |seed: u64| async move { whole_token(&Sandbox::new(seed, None)).await };
    assert_eq!(of(4).await, of(4).await);
    assert_ne!(of(4).await, of(5).await);
}
