//! Connecting real ad accounts: paste, see, choose, linked read-only; the switch for writing; letting go; and never mixing sides.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Duration;
use serde_json::json;
use tandem::domain::role::Role;
use tandem::failpoint::{self, Moment, Watcher};
use tandem::graph::Client;
use tandem::jobs::Worker;
use tandem::service::connections::{self, Choice};
use tandem::service::stop::{self, Scope};
use tandem::service::{Error, publish, writing};
use tandem::store::{Conn, connections as rows, jobs, observed, plans};
use wiremock::MockServer;

use crate::support::{Census, Meta, TestApp, TwoSides, calls};

#[actix_web::test]
async fn a_pasted_token_is_explained_and_what_is_chosen_is_linked_read_only() {
    let mut house = TwoSides::start().await;
    house.browser.get("/connections/new").await.assert_has("System users").assert_has(&house.meta.running.base_url());
    let token = house.meta.identity.system_user_token.clone();
    let (path, page) = house.paste(&token).await;
    page.assert_status(200).assert_has("system user").assert_has("carries everything Tandem uses").assert_has("Casa Lume Tokyo");
    page.assert_has("never").assert_has("read-only").assert_lacks(&token);
    let (_, account) = house.link(&token).await;
    assert!(path.starts_with("/connections/pending/"));
    let listed = house.browser.get("/connections").await;
    listed.assert_has("Lume at Meta").assert_has("read only").assert_has("casalume").assert_lacks("Casa Lume Tokyo");
    let page = house.browser.get(&format!("/connections/accounts/{account}")).await;
    page.assert_has("Allow writing").assert_has("Europe/Lisbon");
    let workspace = house.actor.workspace;
    let row = house.app.ctx.db.read(move |c| rows::get_account(c, workspace, account)).await.unwrap();
    assert!(row.synced_at.is_some(), "it was read at once");
}

#[actix_web::test]
async fn a_missing_permission_is_named_with_what_it_costs() {
    let mut house = TwoSides::start().await;
    let token = house.meta.token(json!({ "declined": ["ads_management", "instagram_basic"], "expires_at": 1_793_900_000 })).await;
    let (path, page) = house.paste(&token).await;
    page.assert_has("2 of the permissions Tandem uses are missing").assert_has("writing cannot be switched on");
    page.assert_has("ads on Instagram appear in the Page’s name").assert_has("5 Nov 2026").assert_has("3 days");
    let identity = house.meta.identity.clone();
    let fields = [("name", "Reader"), ("account", identity.ad_account_id.as_str()), ("page", identity.page_id.as_str())];
    house.browser.post(&path, &fields).await.assert_status(303);
    assert_eq!(house.browser.get(&path).await.location(), "/connections/new", "a token is used once");
    house.app.run_jobs().await;
    let account = connections::list(&house.app.ctx, &house.actor).await.unwrap()[0].accounts[0].id;
    let refused = writing::allow(&house.app.ctx, &house.actor, account, true).await;
    assert!(refused.unwrap_err().to_string().contains("ads_management"));

    let blind = house.meta.token(json!({ "declined": ["ads_read", "ads_management"] })).await;
    let (path, page) = house.paste(&blind).await;
    page.assert_has("nothing can be linked").assert_lacks("Link, read-only");
    house.browser.post(&path, &[("name", "x"), ("account", &identity.ad_account_id)]).await.assert_status(422);
}

#[actix_web::test]
async fn a_token_that_does_not_work_is_told_at_its_field_and_not_shown() {
    let mut house = TwoSides::start().await;
    let revoked = house.meta.token(json!({ "revoked": true })).await;
    let ended = house.meta.token(json!({ "expires_at": 1 })).await;
    let page_token = house.meta.identity.page_access_token.clone();
    let nonsense = "EAAB with spaces".to_owned();
    for (token, says) in [
        (&revoked, "does not accept this token"),
        (&ended, "Session has expired"),
        (&page_token, "the token of a Page"),
        (&nonsense, "without spaces"),
        (&String::new(), "Paste the whole token"),
    ] {
        let answer = house.browser.post("/connections/new", &[("token", token), ("app_secret", "s3cret-of-app")]).await;
        let wrong_secret = answer.body.contains("app secret does not belong");
        assert!(answer.status == 422 && (answer.body.contains(says) || wrong_secret), "{says}: {}", answer.body);
        answer.assert_lacks("s3cret-of-app");
        assert!(token.is_empty() || !answer.body.contains(token.as_str()));
    }
    let (good, secret) = (house.meta.identity.system_user_token.clone(), house.meta.identity.app_secret.clone());
    house.browser.post("/connections/new", &[("token", &good), ("app_secret", "wrong")]).await.assert_status(422);
    let begun = house.browser.post("/connections/new", &[("token", &good), ("app_secret", &secret)]).await;
    house.browser.get(begun.location()).await.assert_has("appsecret_proof");
}

#[actix_web::test]
async fn a_pasted_token_waits_for_who_pasted_it_alone_and_is_forgotten() {
    let mut house = TwoSides::start().await;
    let token = house.meta.identity.system_user_token.clone();
    let (path, _) = house.paste(&token).await;
    let mut other = house.member("eva@example.com", Role::Owner).await;
    let elsewhere = other.get(&path).await;
    assert_eq!(elsewhere.location(), "/connections/new");
    let mut manager = house.member("rui@example.com", Role::Manager).await;
    manager.get("/connections/new").await.assert_status(403);
    manager.get(&path).await.assert_status(403);
    house.browser.post(&path, &[("name", "None")]).await.assert_status(422).assert_has("Choose at least one ad account");
    house.browser.post(&path, &[("name", "None"), ("account", "act_1")]).await.assert_status(422).assert_has("does not reach");
    house.app.ctx.clock.advance(Duration::minutes(31));
    assert_eq!(house.browser.get(&path).await.location(), "/connections/new");
    tandem::service::housekeeping::clean(&house.app.ctx).await.unwrap();
    let (again, _) = house.paste(&token).await;
    house.browser.post(&format!("{again}/discard"), &[]).await.assert_status(303);
    assert_eq!(house.browser.get(&again).await.location(), "/connections/new");
}

#[actix_web::test]
async fn nothing_is_written_to_an_ad_account_before_its_owner_allows_it() {
    let (business, meta, mut browser) = TwoSides::start().await.business().await;
    let (ctx, actor) = (business.app.ctx.clone(), business.actor.clone());
    let campaign = business.campaign().await;
    let letter = publish::letter(&ctx, &actor, campaign, None).await.unwrap();
    assert_eq!(letter.obstacles.len(), 1);
    browser.get(&format!("/campaigns/{campaign}/plan")).await.assert_has("is read-only").assert_lacks("id=\"approve\"");
    let refused = publish::approve(&ctx, &actor, campaign, &letter.plan.hash, letter.run).await;
    assert!(matches!(&refused, Err(Error::Conflict(said)) if said.slug == "account-read-only"), "{refused:?}");

    let path = format!("/connections/accounts/{}/writing", business.account);
    browser.post(&path, &[("writing", "on")]).await.assert_status(422).assert_has("Tick the box");
    let mut manager = business.app.member("Real Lume", "rui@example.com", Role::Manager).await;
    manager.post(&path, &[("writing", "on"), ("confirmed", "yes")]).await.assert_status(403);
    let before = meta.calls().await;
    assert!(!before.is_empty());
    browser.post(&path, &[("writing", "on"), ("confirmed", "yes")]).await.assert_status(303);
    publish::approve(&ctx, &actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
    business.settle().await;
    let workspace = actor.workspace;
    let on = ctx.db.read(move |c| observed::list_present(c, workspace, "campaign")).await.unwrap();
    assert_eq!(on.iter().filter(|row| row.status == "ACTIVE").count(), 1);
    browser.get("/audit").await.assert_has("ad_account.writing_allowed").assert_has("connection.made");

    // Read-only again: what runs cannot be paused from here, and the page of the stop says so.
    browser.post(&path, &[("writing", "off")]).await.assert_status(303);
    let pause = stop::pause(&ctx, &actor, campaign).await;
    assert!(matches!(&pause, Err(Error::Conflict(said)) if said.slug == "account-read-only"), "{pause:?}");
    browser.get("/stop").await.assert_has("Tandem cannot pause this").assert_has("1 campaign");
    stop::stop(&ctx, &actor, Scope::Account).await.unwrap();
    let overview = stop::overview(&ctx, &actor).await.unwrap();
    assert_eq!((overview.out_of_reach.len(), overview.open.unwrap().1.len()), (1, 0));
    writing::allow(&ctx, &actor, business.account, true).await.unwrap();
    stop::stop(&ctx, &actor, Scope::Account).await.unwrap();
    let on = ctx.db.read(move |c| observed::list_present(c, workspace, "campaign")).await.unwrap();
    assert_eq!(on.iter().filter(|row| row.status == "ACTIVE").count(), 0);
}

#[actix_web::test]
async fn a_plan_that_is_walking_breaks_off_when_writing_is_withdrawn() {
    let (business, meta, _) = TwoSides::start().await.business().await;
    let (ctx, actor) = (business.app.ctx.clone(), business.actor.clone());
    writing::allow(&ctx, &actor, business.account, true).await.unwrap();
    let campaign = business.campaign().await;
    let letter = publish::letter(&ctx, &actor, campaign, None).await.unwrap();
    publish::approve(&ctx, &actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
    writing::withdraw(&ctx, &actor, business.account).await.unwrap();
    meta.calls().await;
    business.settle().await;
    let plan = publish::letter(&ctx, &actor, campaign, None).await.unwrap().latest.unwrap().0;
    assert_eq!(plan.state, "failed");
    assert!(plan.problem.unwrap().contains("read-only"));
    let made = meta.calls().await.into_iter().filter(|(path, _)| path.ends_with("/campaigns") || path.ends_with("/adimages"));
    let workspace = actor.workspace;
    let rows = ctx.db.read(move |c| observed::list_present(c, workspace, "campaign")).await.unwrap();
    assert!(rows.is_empty(), "{rows:?} {:?}", made.collect::<Vec<_>>());
}

#[actix_web::test]
async fn another_token_must_be_of_the_same_app_and_reach_what_is_linked() {
    let mut house = TwoSides::start().await;
    let first = house.meta.identity.system_user_token.clone();
    let (connection, account) = house.link(&first).await;
    let path = format!("/connections/{connection}/token");
    house.browser.get(&path).await.assert_has("Another token for Lume at Meta");
    let foreign = house.meta.token(json!({ "app_id": "999999999999999" })).await;
    let answer = house.browser.post(&path, &[("token", &foreign), ("app_secret", "")]).await;
    answer.assert_status(422).assert_has("for the same app");
    let narrow = house.meta.token(json!({ "accounts": [house.meta.identity.jpy_ad_account_id] })).await;
    let answer = house.browser.post(&path, &[("token", &narrow), ("app_secret", "")]).await;
    answer.assert_status(422).assert_has("does not reach “Casa Lume”");

    let second = house.meta.token(json!({})).await;
    house.meta.control("tokens", json!({ "token": first, "revoked": true })).await;
    let begun = house.browser.post(&path, &[("token", &second), ("app_secret", "")]).await;
    let choose = begun.location().to_owned();
    house.browser.get(&choose).await.assert_has("Save").assert_has("linked");
    let tokyo = house.meta.identity.jpy_ad_account_id.clone();
    house.browser.post(&choose, &[("account", &tokyo)]).await.assert_status(303);
    house.meta.calls().await;
    connections::sync_now(&house.app.ctx, &house.actor).await.unwrap();
    house.app.run_jobs().await;
    let calls = house.meta.calls().await;
    assert!(calls.iter().all(|(_, status)| *status != 401), "the old token is used no more: {calls:?}");
    let linked = connections::list(&house.app.ctx, &house.actor).await.unwrap();
    assert_eq!(linked[0].accounts.len(), 2);
    assert!(linked[0].accounts.iter().any(|known| known.id == account), "what was linked stays");

    let widened = house.browser.post(&format!("/connections/{connection}/choose"), &[]).await;
    house.browser.get(widened.location()).await.assert_has("Save");
}

#[actix_web::test]
async fn a_token_that_ends_in_the_middle_of_a_plan_is_replaced_and_the_same_plan_goes_on() {
    let (business, meta, mut browser) = TwoSides::start().await.business().await;
    let (ctx, actor, workspace) = (business.app.ctx.clone(), business.actor.clone(), business.actor.workspace);
    writing::allow(&ctx, &actor, business.account, true).await.unwrap();
    let path = format!("/connections/{}/token", connections::list(&ctx, &actor).await.unwrap()[0].connection.id);
    let meta = Arc::new(meta);
    let (mut token, mut census) = (meta.identity.system_user_token.clone(), Census::default());
    for nth in [0, 3, 8] {
        let campaign = business.campaign_with(|form| form.name = format!("Ends at write {nth}")).await;
        let letter = publish::letter(&ctx, &actor, campaign, None).await.unwrap();
        publish::approve(&ctx, &actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
        let (writes, inner, ending) = (Arc::new(AtomicUsize::new(0)), meta.clone(), token.clone());
        let watcher: Watcher = Arc::new(move |moment| {
            let is_write = matches!(&moment, Moment::BeforeCall(call) if call.writes);
            let is_now = is_write && writes.fetch_add(1, Ordering::SeqCst) == nth;
            let (meta, token) = (inner.clone(), ending.clone());
            Box::pin(async move {
                if is_now {
                    meta.control("tokens", json!({ "token": token, "revoked": true })).await;
                }
            })
        });
        failpoint::watched(watcher, Worker::new(ctx.clone()).step()).await.unwrap();
        let state = move |c: &mut Conn| Ok(plans::find_latest_approved(c, workspace, campaign)?.unwrap());
        let broken = ctx.db.read(state).await.unwrap();
        assert_eq!(broken.state, "failed", "write {nth}");
        assert!(broken.problem.as_deref().unwrap().contains("token"), "{:?}", broken.problem);

        token = meta.token(json!({})).await;
        let begun = browser.post(&path, &[("token", &token), ("app_secret", "")]).await;
        browser.post(begun.location(), &[]).await.assert_status(303);
        publish::apply_again(&ctx, &actor, campaign).await.unwrap();
        business.app.run_jobs().await;
        let ended = ctx.db.read(state).await.unwrap();
        assert_eq!((ended.state.as_str(), ended.problem), ("applied", None), "write {nth}");
        assert_eq!(ended.id, broken.id, "the very plan that was approved");
        census.expect(&ctx.db, workspace, campaign).await;
    }
    let client = Client::new(&meta.running.base_url(), token.into(), None).unwrap();
    let wrong = census.take(&client, &meta.identity.ad_account_id.parse().unwrap()).await;
    assert!(wrong.is_nothing(), "{wrong:#?}");
}

#[actix_web::test]
async fn an_unlinked_ad_account_keeps_its_history_and_goes_on_when_it_is_linked_again() {
    let (business, meta, mut browser) = TwoSides::start().await.business().await;
    let (ctx, actor) = (business.app.ctx.clone(), business.actor.clone());
    writing::allow(&ctx, &actor, business.account, true).await.unwrap();
    let campaign = business.campaign().await;
    let letter = publish::letter(&ctx, &actor, campaign, None).await.unwrap();
    publish::approve(&ctx, &actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
    business.settle().await;
    let unlink = format!("/connections/accounts/{}/unlink", business.account);
    let kept = browser.post(&unlink, &[]).await;
    browser.get(kept.location()).await.assert_has("nobody would watch it");
    stop::pause(&ctx, &actor, campaign).await.unwrap();
    let connection = connections::list(&ctx, &actor).await.unwrap()[0].connection.id;
    let gone = browser.post(&format!("/connections/{connection}/remove"), &[]).await;
    assert_eq!(gone.location(), "/connections");
    let (workspace, id) = (actor.workspace, business.account);
    let row = ctx.db.read(move |c| rows::get_account(c, workspace, id)).await.unwrap();
    assert!(row.connection_id.is_none() && row.synced_until_on.is_some());
    meta.calls().await;
    connections::heartbeat(&ctx).await.unwrap();
    business.settle().await;
    assert!(meta.calls().await.is_empty(), "nobody is asked any more");
    browser.get("/campaigns").await.assert_has("Christmas sale");

    let token = meta.identity.system_user_token.clone();
    let begun = browser.post("/connections/new", &[("token", &token), ("app_secret", "")]).await;
    let path = begun.location().to_owned();
    browser.get(&path).await.assert_has("its history is here and goes on");
    browser.post(&path, &[("name", "Again"), ("account", &meta.identity.ad_account_id)]).await.assert_status(303);
    let linked = connections::list(&ctx, &actor).await.unwrap();
    assert_eq!(linked[0].accounts[0].id, business.account);
    assert!(linked[0].writable.is_empty(), "leave to write ended with the link");
    business.settle().await;
}

#[actix_web::test]
async fn a_token_or_an_id_of_one_side_never_reaches_the_other() {
    let mut house = TwoSides::start().await;
    let embedded = house.app.ctx.sandbox.clone().unwrap().base_url.clone();
    let sandbox = house.app.sandbox.as_ref().unwrap().identity();
    calls(&embedded).await;
    house.meta.calls().await;

    // The sandbox's token, pasted into the real workspace, is not even tried.
    let answer = house.browser.post("/connections/new", &[("token", &sandbox.access_token), ("app_secret", "")]).await;
    answer.assert_status(422).assert_has("never mix");
    assert!(house.meta.calls().await.is_empty());

    // A whole life on the real side leaves nothing at the sandbox.
    let token = house.meta.identity.system_user_token.clone();
    house.link(&token).await;
    house.app.ctx.clock.advance(Duration::minutes(20));
    connections::sync_now(&house.app.ctx, &house.actor).await.unwrap();
    house.app.run_jobs().await;
    assert!(calls(&embedded).await.is_empty());
    let real = house.meta.calls().await;
    let own = |text: &str| [&sandbox.ad_account_id, &sandbox.page_id, &sandbox.pixel_id].iter().any(|id| text.contains(*id));
    assert!(real.len() > 10 && real.iter().all(|(path, status)| *status != 401 && !own(path)), "{real:?}");

    // And the reverse: the real token in the sandbox workspace is refused, its own life goes to its own base.
    let casa = house.app.workspace("Casa Lume").await.to_string();
    house.browser.post("/workspace", &[("workspace", &casa)]).await.assert_status(303);
    let answer = house.browser.post("/connections/new", &[("token", &token), ("app_secret", "")]).await;
    answer.assert_status(422).assert_has("never mix");
    let actor = house.app.actor("Casa Lume").await;
    connections::sync_now(&house.app.ctx, &actor).await.unwrap();
    house.app.run_jobs().await;
    assert!(house.meta.calls().await.is_empty());
    let ids = house.meta.identity.clone();
    let theirs = |text: &str| [&ids.ad_account_id, &ids.page_id, &ids.pixel_id].iter().any(|id| text.contains(*id));
    let calls = calls(&embedded).await;
    assert!(calls.len() > 10 && calls.iter().all(|(path, status)| *status == 200 && !theirs(path)), "{calls:?}");
    house.browser.get("/connections").await.assert_has("stays one").assert_lacks("Lume at Meta");
}

#[actix_web::test]
async fn a_real_workspace_never_speaks_to_the_sandbox_and_a_page_of_another_workspace_is_not_there() {
    let scripted = MockServer::start().await;
    let mut house = TwoSides::at(&scripted.uri(), Meta::start(3)).await;
    house.browser.post("/workspaces/new", &[("name", "Real Lume"), ("kind", "real")]).await.assert_status(303);
    let token = house.app.sandbox.as_ref().unwrap().identity().access_token;
    house.browser.post("/connections/new", &[("token", &token), ("app_secret", "")]).await.assert_status(422);
    assert!(scripted.received_requests().await.unwrap().is_empty(), "the sandbox's token stayed here");

    let own = house.app.ctx.sandbox.clone().unwrap().base_url.replace("127.0.0.1", "localhost");
    let confused = TwoSides::at(&own, Meta::start(3)).await;
    let port = own.rsplit(':').next().unwrap();
    let mut ctx = confused.app.ctx.clone();
    ctx.graph_url =
        format!("http://localhost:{}", confused.app.ctx.sandbox.as_ref().unwrap().base_url.rsplit(':').next().unwrap());
    assert!(!port.is_empty());
    let kind = tandem::domain::workspace::WorkspaceKind::Real;
    let made = tandem::service::workspaces::create_for(&ctx, "ana@example.com", "Confused", kind).await.unwrap();
    let actor = tandem::service::Actor::command(made);
    let pasted = connections::Pasted { token: "EAAB0123456789".into(), app_secret: None };
    let refused = connections::begin(&ctx, &actor, pasted).await;
    assert!(matches!(&refused, Err(Error::Conflict(said)) if said.slug == "graph-url-of-the-sandbox"), "{refused:?}");

    let mut stranger = house.app.member("Other Shop", "eva@example.com", Role::Owner).await;
    let linked = connections::list(&house.app.ctx, &house.app.actor("Casa Lume").await).await.unwrap();
    let (connection, account) = (linked[0].connection.id, linked[0].accounts[0].id);
    stranger.get(&format!("/connections/{connection}")).await.assert_status(404);
    stranger.get(&format!("/connections/accounts/{account}")).await.assert_status(404);
    stranger.post(&format!("/connections/accounts/{account}/writing"), &[("writing", "off")]).await.assert_status(404);
    stranger.post(&format!("/connections/{connection}/remove"), &[]).await.assert_status(404);
}

#[actix_web::test]
async fn a_workspace_is_made_real_or_a_sandbox_by_an_owner() {
    let mut app = TestApp::with_sandbox().await;
    let mut owner = app.owner().await;
    owner.get("/workspaces/new").await.assert_has("Real ad accounts");
    owner.post("/workspaces/new", &[("name", ""), ("kind", "real")]).await.assert_status(422).assert_has("Name the business");
    owner.post("/workspaces/new", &[("name", "Casa Lume"), ("kind", "real")]).await.assert_status(422).assert_has("here already");
    owner.post("/workspaces/new", &[("name", "x"), ("kind", "")]).await.assert_status(422);
    let made = owner.post("/workspaces/new", &[("name", "Real Lume"), ("kind", "real")]).await;
    assert_eq!(made.location(), "/connections/new");
    owner.get("/").await.assert_lacks("no real money");
    owner.post("/workspaces/new", &[("name", "Toy"), ("kind", "sandbox")]).await.assert_status(303);
    owner.get("/connections").await.assert_has("no real money").assert_has("Casa Lume");
    let mut analyst = app.member("Real Lume", "rui@example.com", Role::Analyst).await;
    analyst.get("/workspaces/new").await.assert_status(403);
    app = app.expecting_failures();
    drop(app);
}

static WANTED: Mutex<Vec<String>> = Mutex::new(Vec::new());
static LEAKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps lines of the log that carry a secret.
struct Watch;

impl Write for Watch {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        let wanted = WANTED.lock().unwrap_or_else(PoisonError::into_inner);
        if wanted.iter().any(|secret| line.contains(secret)) {
            LEAKED.lock().unwrap_or_else(PoisonError::into_inner).push(line.into_owned());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[actix_web::test]
async fn no_log_no_page_no_job_and_no_audit_event_carries_a_token_or_an_app_secret() {
    let mut house = TwoSides::start().await;
    let token = house.meta.token(json!({})).await;
    let secret = house.meta.identity.app_secret.clone();
    *WANTED.lock().unwrap() = vec![token.clone(), secret.clone()];
    let log = tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG).with_writer(|| Watch);
    // Only this test installs one; without it nothing would be watched.
    log.try_init().unwrap();
    tracing::info!(probe = %token, "a line that must be caught");
    assert_eq!(std::mem::take(&mut *LEAKED.lock().unwrap()).len(), 1, "the watch works");

    let mut bodies = Vec::new();
    let begun = house.browser.post("/connections/new", &[("token", &token), ("app_secret", &secret)]).await;
    let path = begun.location().to_owned();
    bodies.push(begun.body.clone());
    bodies.push(format!("{:?}", begun.headers));
    bodies.push(house.browser.get(&path).await.body);
    let account = house.meta.identity.ad_account_id.clone();
    bodies.push(house.browser.post(&path, &[("name", "Lume"), ("account", "act_7")]).await.body);
    bodies.push(house.browser.post(&path, &[("name", "Lume"), ("account", &account)]).await.body);
    house.app.run_jobs().await;
    house.meta.control("tokens", json!({ "token": token, "revoked": true })).await;
    house.app.ctx.clock.advance(Duration::minutes(20));
    connections::heartbeat(&house.app.ctx).await.unwrap();
    connections::sync_now(&house.app.ctx, &house.actor).await.unwrap();
    house.app.run_jobs().await;
    let connection = connections::list(&house.app.ctx, &house.actor).await.unwrap()[0].connection.clone();
    for page in ["/connections", &format!("/connections/{}", connection.id), "/audit", "/", "/settings"] {
        bodies.push(house.browser.get(page).await.body);
    }
    bodies.push(format!("{connection:?}"));
    let failed = house.app.ctx.db.read_now(jobs::list_failed).unwrap();
    bodies.push(format!("{failed:?}"));
    for body in &bodies {
        assert!(!body.contains(&token) && !body.contains(&secret), "{body}");
    }
    let raw = String::from_utf8_lossy(&connection.token_sealed).into_owned();
    assert!(!raw.contains(&token));
    assert!(LEAKED.lock().unwrap().is_empty(), "{:?}", LEAKED.lock().unwrap());
    WANTED.lock().unwrap().clear();
    drop(house.app.expecting_failures());
}

#[actix_web::test]
async fn a_choice_can_be_made_without_a_browser() {
    let house = TwoSides::start().await;
    let ctx = &house.app.ctx;
    let pasted = connections::Pasted { token: house.meta.identity.system_user_token.clone().into(), app_secret: None };
    let pending = connections::begin(ctx, &house.actor, pasted).await.unwrap();
    let offer = connections::offer(ctx, &house.actor, pending).await.unwrap();
    assert!(!offer.is_sandbox && offer.detailed && offer.accounts.len() == 2 && offer.pixels.len() == 2);
    assert!(serde_json::to_string(&offer).unwrap().contains("casalume"));
    let choice: Choice = serde_json::from_value(json!({
        "name": "By program", "accounts": [offer.accounts[0].remote], "pages": [], "instagram": {}, "pixels": [],
    }))
    .unwrap();
    connections::link(ctx, &house.actor, pending, choice).await.unwrap();
    let linked = connections::list(ctx, &house.actor).await.unwrap();
    assert!(linked[0].pixels.is_empty() && linked[0].pages.is_empty());
    house.app.run_jobs().await;
    let linked = connections::list(ctx, &house.actor).await.unwrap();
    assert!(linked[0].pixels.is_empty(), "a sync links nothing that was not chosen");
}
