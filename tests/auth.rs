//! Set-up, sign-in and out, form tokens, roles, tokens, tenants.

use chrono::Duration;
use secrecy::ExposeSecret;
use tandem::domain::role::Role;
use tandem::service::workspaces::new_setup_link;

use crate::support::TestApp;

#[actix_web::test]
async fn the_set_up_link_makes_the_owner_and_works_once() {
    let app = TestApp::new().await;
    let token = new_setup_link(&app.ctx).await.unwrap().unwrap();
    let path = format!("/setup/{}", token.expose_secret());
    let mut browser = app.stranger();
    let page = browser.get(&path).await;
    page.assert_status(200).assert_has("Name of the business");
    let csrf = browser.cookie("tandem_visit").unwrap().to_owned();
    let fields = [
        ("csrf", csrf.as_str()),
        ("name", "Ana"),
        ("email", "Ana@Example.com"),
        ("password", "short"),
        ("workspace", "Casa Lume"),
    ];
    browser.post_raw(&path, &fields).await.assert_status(422).assert_has("at least 12 characters").assert_has("Ana@Example.com");
    let mut good = fields;
    good[3].1 = "long enough now";
    let answer = browser.post_raw(&path, &good).await;
    assert_eq!((answer.status, answer.location()), (303, "/"));
    browser.get("/settings").await.assert_status(200).assert_has("ana@example.com");
    assert_eq!(app.stranger().get(&path).await.location(), "/sign-in");
    assert!(new_setup_link(&app.ctx).await.unwrap().is_none());
}

#[actix_web::test]
async fn signing_in_needs_the_right_password_and_says_no_more_than_that() {
    let app = TestApp::new().await;
    app.owner().await;
    let mut browser = app.stranger();
    for (email, password) in [("ana@example.com", "wrong"), ("nobody@example.com", "wrong")] {
        let answer = browser.post("/sign-in", &[("email", email), ("password", password)]).await;
        answer.assert_status(422).assert_has("The address or the password is not right.");
    }
    assert_eq!(browser.get("/settings").await.location(), "/sign-in?next=%2Fsettings");
}

#[actix_web::test]
async fn too_many_tries_are_slowed_down() {
    let app = TestApp::new().await;
    app.owner().await;
    let mut browser = app.stranger();
    let mut last = 0;
    for _ in 0..12 {
        last = browser.post("/sign-in", &[("email", "ana@example.com"), ("password", "wrong")]).await.status;
    }
    assert_eq!(last, 429);
}

#[actix_web::test]
async fn a_session_ends_when_it_is_signed_out_revoked_or_left_alone() {
    let app = TestApp::new().await;
    let mut first = app.owner().await;
    let mut second = app.stranger();
    second.sign_in("ana@example.com", crate::support::PASSWORD).await;
    let page = first.get("/settings").await;
    let key = crate::support::between(&page.body, "name=\"session\" value=\"", "\"").unwrap();
    first.post("/settings/sessions/revoke", &[("session", &key)]).await.assert_status(303);
    second.get("/settings").await.assert_status(303);
    first.get("/settings").await.assert_status(200);
    let mut third = app.stranger();
    third.sign_in("ana@example.com", crate::support::PASSWORD).await;
    third.post("/sign-out", &[]).await.assert_status(303);
    third.get("/settings").await.assert_status(303);
    first.get("/settings").await.assert_status(200);
    app.ctx.clock.advance(Duration::days(31));
    first.get("/settings").await.assert_status(303);
}

#[actix_web::test]
async fn no_form_is_taken_without_its_token() {
    let app = TestApp::new().await;
    let mut browser = app.owner().await;
    for path in ["/sign-out", "/workspace", "/settings/tokens", "/settings/tokens/revoke", "/settings/sessions/revoke"] {
        browser.post_raw(path, &[("csrf", "forged"), ("workspace", "1")]).await.assert_status(403);
        browser.post_raw(path, &[]).await.assert_status(403);
    }
    let mut stranger = app.stranger();
    stranger.post_raw("/sign-in", &[("email", "ana@example.com"), ("password", "x"), ("csrf", "")]).await.assert_status(403);
}

#[actix_web::test]
async fn a_role_reaches_only_as_far_as_it_does() {
    let app = TestApp::new().await;
    app.owner().await;
    let mut analyst = app.member("Casa Lume", "rui@example.com", Role::Analyst).await;
    let answer = analyst.post("/settings/tokens", &[("name", "x"), ("role", "owner")]).await;
    answer.assert_status(403).assert_has("This needs the role owner; you are analyst.");
}

#[actix_web::test]
async fn a_token_is_shown_once_and_can_be_revoked() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let page = owner.post("/settings/tokens", &[("name", "sheet"), ("role", "analyst")]).await;
    let token = crate::support::between(&page.body, "<code>", "</code>").unwrap();
    assert_eq!(token.len(), 43);
    owner.get("/settings").await.assert_lacks(&token).assert_has("sheet");
    assert!(tandem::service::tokens::authenticate(&app.ctx, &token).await.unwrap().is_some());
    let id = crate::support::between(&owner.get("/settings").await.body, "name=\"token\" value=\"", "\"").unwrap();
    owner.post("/settings/tokens/revoke", &[("token", &id)]).await.assert_status(303);
    assert!(tandem::service::tokens::authenticate(&app.ctx, &token).await.unwrap().is_none());
}

#[actix_web::test]
async fn people_see_only_their_own_workspaces() {
    let app = TestApp::new().await;
    app.owner().await;
    let mut other = app.member("Other Shop", "eva@example.com", Role::Owner).await;
    other.get("/settings").await.assert_lacks("ana@example.com");
    let theirs = app.workspace("Casa Lume").await.to_string();
    other.post("/workspace", &[("workspace", &theirs)]).await.assert_status(404);
}

#[actix_web::test]
async fn every_write_stands_in_the_audit_log_and_the_chain_is_whole() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    owner.post("/settings/tokens", &[("name", "sheet"), ("role", "analyst")]).await.assert_status(200);
    let page = owner.get("/audit").await;
    page.assert_has("workspace.created")
        .assert_has("member.added")
        .assert_has("token.created")
        .assert_has("those shown here fit");
}

#[actix_web::test]
async fn an_unknown_page_is_a_page_with_a_way_out() {
    let app = TestApp::new().await;
    app.stranger().get("/nowhere").await.assert_status(404).assert_has("There is no such page.").assert_has("To the dashboard");
}
