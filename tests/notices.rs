//! Telling people: found once, sent in each reader's manner, by a real SMTP server and real webhooks.

use chrono::{Duration, NaiveDate};
use secrecy::SecretString;
use serde_json::{Value, json};
use tandem::domain::id::{CampaignId, PlanId, StopId, UserId, WorkspaceId};
use tandem::domain::notice::{Grouping, Manner, MannerForm, NoticeKind};
use tandem::domain::role::Role;
use tandem::notify::{Notifier, Settings, signature};
use tandem::service::notices::{self, NewWebhook};
use tandem::service::stop::{self, Scope};
use tandem::service::{Actor, Error};
use tandem::store::plans::{self, PlanRow};
use tandem::store::stops::{self, StopRow};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Business, Figures, MailServer, Row, TestApp, TestDatabase};

fn notifier(mail: Option<&MailServer>) -> Notifier {
    Notifier::new(&Settings {
        smtp_url: mail.map(|server| SecretString::from(server.url())),
        mail_from: "Tandem <tandem@example.com>".into(),
        webhooks_private: true,
        base_url: "https://tandem.example/".into(),
    })
    .unwrap()
}

struct House {
    app: TestApp,
    mail: MailServer,
    ana: Actor,
    workspace: WorkspaceId,
}

impl House {
    /// A business whose owner hears everything by mail, at once.
    async fn new() -> Self {
        let mail = MailServer::start();
        let app = TestApp::over(TestDatabase::new(), |mut ctx| {
            ctx.notifier = notifier(Some(&mail));
            ctx
        })
        .await;
        app.owner().await;
        let mut ana = app.actor("Casa Lume").await;
        let members = tandem::service::workspaces::members(&app.ctx, &ana).await.unwrap();
        ana.user = Some(members[0].0);
        let house = Self { workspace: ana.workspace, app, mail, ana };
        house.choose(|_| {}).await;
        house
    }

    async fn choose(&self, change: impl FnOnce(&mut MannerForm)) {
        let mut form = MannerForm::of(&Manner::everything(chrono_tz::Europe::Lisbon));
        change(&mut form);
        notices::save_mine(&self.app.ctx, &self.ana, &form).await.unwrap();
    }

    /// Looks for what is the case and sends what is due.
    async fn tell(&self) {
        notices::watch(&self.app.ctx, self.workspace).await.unwrap();
        self.send().await;
    }

    async fn send(&self) {
        notices::queue_due(&self.app.ctx).await.unwrap();
        self.app.run_jobs().await;
    }

    async fn stop(&self, id: i64) {
        let row = StopRow {
            workspace_id: self.workspace,
            id: StopId(id),
            scope: "account".into(),
            made_by: UserId(0),
            made_at: self.app.ctx.stamp(),
            remembered: "[]".into(),
            resumed_at: None,
        };
        self.app.ctx.db.write(move |c| stops::insert(c, &row)).await.unwrap();
    }

    async fn resume(&self, id: i64) {
        let (workspace, now) = (self.workspace, self.app.ctx.stamp());
        self.app.ctx.db.write(move |c| stops::set_resumed(c, workspace, StopId(id), now)).await.unwrap();
    }

    async fn fail_plan(&self, id: i64, campaign: i64, problem: &str) {
        let now = self.app.ctx.stamp();
        let row = PlanRow {
            workspace_id: self.workspace,
            id: PlanId(id),
            campaign_id: Some(CampaignId(campaign)),
            kind: "campaign".into(),
            hash: "h".into(),
            state: "failed".into(),
            body: json!({"name": "Christmas sale"}).to_string(),
            made_by: UserId(0),
            made_at: now,
            approved_by: None,
            approved_at: Some(now),
            finished_at: Some(now),
            problem: Some(problem.into()),
        };
        self.app.ctx.db.write(move |c| plans::insert(c, &row)).await.unwrap();
    }
}

#[actix_web::test]
async fn a_stop_reaches_the_person_as_a_letter_and_is_said_once() {
    let mail = MailServer::start();
    let mut business = Business::connected().await;
    business.app.ctx.notifier = notifier(Some(&mail));
    let members = tandem::service::workspaces::members(&business.app.ctx, &business.actor).await.unwrap();
    let ana = Actor { user: Some(members[0].0), ..business.actor.clone() };
    let everything = MannerForm::of(&Manner::everything(chrono_tz::UTC));
    notices::save_mine(&business.app.ctx, &ana, &everything).await.unwrap();
    stop::stop(&business.app.ctx, &business.actor, Scope::Account).await.unwrap();
    for _ in 0..3 {
        notices::watch(&business.app.ctx, ana.workspace).await.unwrap();
        notices::queue_due(&business.app.ctx).await.unwrap();
        business.app.run_jobs().await;
    }
    let letters = mail.letters();
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0].to, ["ana@example.com"]);
    assert_eq!(letters[0].from, "tandem@example.com");
    let data = &letters[0].data;
    assert!(data.contains("Subject: [Sandbox] Casa Lume: "), "{data}");
    assert!(data.contains("https://tandem.example/stop") && data.contains("text/html"), "{data}");
}

#[actix_web::test]
async fn what_comes_together_is_one_letter() {
    let house = House::new().await;
    house.stop(1).await;
    house.fail_plan(2, 70, "the picture is too small").await;
    house.fail_plan(3, 71, "the card was refused").await;
    house.tell().await;
    let letters = house.mail.letters();
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(letters[0].data.contains("3 things need a look"), "{}", letters[0].data);
    assert!(letters[0].data.contains("/campaigns/71/plan"), "{}", letters[0].data);
}

#[actix_web::test]
async fn a_newer_attempt_takes_the_place_of_a_failed_plan() {
    let house = House::new().await;
    house.fail_plan(2, 70, "first").await;
    house.fail_plan(3, 70, "second").await;
    house.tell().await;
    let told = notices::list(&house.app.ctx, &house.ana, None, 10).await.unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].sentence.contains("second") && told[0].path == "/campaigns/70/plan", "{told:?}");
}

#[actix_web::test]
async fn in_quiet_hours_a_letter_waits_and_what_is_over_by_then_is_not_sent() {
    let house = House::new().await;
    // It is 08:00 in Lisbon.
    house
        .choose(|form| {
            (form.quiet_from, form.quiet_until) = ("07:00".into(), "09:30".into());
            form.urgent_anyway = false;
        })
        .await;
    house.stop(1).await;
    house.tell().await;
    assert!(house.mail.letters().is_empty());
    let told = notices::list(&house.app.ctx, &house.ana, None, 10).await.unwrap();
    assert_eq!(told[0].messages, ["mail to ana, waits until 21 Nov 09:30 UTC"]);
    house.app.ctx.clock.advance(Duration::minutes(90));
    // A stop stays worth telling when it is over.
    house.resume(1).await;
    house.tell().await;
    assert_eq!(house.mail.letters().len(), 1);
    let told = notices::list(&house.app.ctx, &house.ana, None, 10).await.unwrap();
    assert!(told[0].resolved_at.is_some() && told[0].messages == ["mail to ana, sent"], "{told:?}");
}

#[actix_web::test]
async fn who_wants_to_hear_nothing_hears_nothing_and_others_do() {
    let house = House::new().await;
    house.choose(|form| form.kinds.clear()).await;
    house.stop(1).await;
    house.tell().await;
    assert!(house.mail.letters().is_empty());
    // Nobody who said nothing is written to from a sandbox.
    house.app.member("Casa Lume", "bo@example.com", Role::Manager).await;
    house.fail_plan(2, 70, "x").await;
    house.tell().await;
    assert!(house.mail.letters().is_empty());
    assert_eq!(notices::list(&house.app.ctx, &house.ana, None, 10).await.unwrap().len(), 2);
}

#[actix_web::test]
async fn a_busy_mail_server_is_tried_again_and_a_refusal_is_shown() {
    let house = House::new().await;
    house.mail.refuse_next(451, "come back later");
    house.stop(1).await;
    house.tell().await;
    assert!(house.mail.letters().is_empty());
    house.app.ctx.clock.advance(Duration::minutes(1));
    house.send().await;
    assert_eq!(house.mail.letters().len(), 1);

    house.mail.refuse_next(550, "no such mailbox");
    house.fail_plan(2, 70, "x").await;
    house.tell().await;
    assert_eq!(house.mail.letters().len(), 1);
    let mut browser = house.app.stranger();
    browser.sign_in("ana@example.com", crate::support::PASSWORD).await;
    browser.get("/notices").await.assert_status(200).assert_has("no such mailbox");
}

#[actix_web::test]
async fn a_letter_sent_before_a_crash_goes_out_again_under_the_same_id() {
    let house = House::new().await;
    house.stop(1).await;
    house.tell().await;
    // As if the process had died between the sending and its note.
    let workspace = house.workspace;
    house
        .app
        .ctx
        .db
        .write(move |c| {
            use diesel::RunQueryDsl;
            diesel::sql_query(format!(
                "UPDATE notice_messages SET state = 'waiting', sent_at = NULL WHERE workspace_id = {workspace}"
            ))
            .execute(c)
            .map_err(tandem::store::StoreError::from)
        })
        .await
        .unwrap();
    house.send().await;
    let letters = house.mail.letters();
    let id = |data: &str| data.lines().find(|line| line.starts_with("Message-ID:")).unwrap().trim().to_owned();
    assert_eq!(letters.len(), 2);
    assert_eq!(id(&letters[0].data), id(&letters[1].data));
}

#[actix_web::test]
async fn a_signed_webhook_can_be_verified_and_keeps_its_address_to_itself() {
    let house = House::new().await;
    let receiver = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(503).set_body_string("busy"))
        .up_to_n_times(1)
        .mount(&receiver)
        .await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200)).mount(&receiver).await;
    let new = NewWebhook {
        name: "Relay".into(),
        url: format!("{}/hook/geheim-path", receiver.uri()),
        form: "signed".into(),
        manner: MannerForm::of(&Manner::everything(chrono_tz::UTC)),
    };
    let made = notices::add_webhook(&house.app.ctx, &house.ana, &new).await.unwrap();
    let secret = made.secret.unwrap();
    house.stop(1).await;
    house.tell().await;
    let hooks = notices::list_webhooks(&house.app.ctx, &house.ana).await.unwrap();
    assert!(hooks[0].problem.as_ref().unwrap().contains("503: busy"), "{hooks:?}");
    house.app.ctx.clock.advance(Duration::minutes(1));
    house.send().await;
    let hooks = notices::list_webhooks(&house.app.ctx, &house.ana).await.unwrap();
    assert_eq!(hooks[0].problem, None);

    let sent = receiver.received_requests().await.unwrap();
    assert_eq!(sent.len(), 2);
    let header = |n: usize, name: &str| sent[n].headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header(0, "Tandem-Message"), header(1, "Tandem-Message"));
    let body = std::str::from_utf8(&sent[1].body).unwrap();
    let signed = header(1, "Tandem-Signature");
    let at: i64 = signed.strip_prefix("t=").unwrap().split(',').next().unwrap().parse().unwrap();
    assert_eq!(signed, signature(&secret, at, body));
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["workspace"], "Casa Lume");
    assert_eq!(body["notices"][0]["kind"], "stopped");
    assert_eq!(body["notices"][0]["url"], "https://tandem.example/stop");

    let mut browser = house.app.stranger();
    browser.sign_in("ana@example.com", crate::support::PASSWORD).await;
    browser.get("/notices").await.assert_has("Relay").assert_has("127.0.0.1").assert_lacks("geheim-path");
    notices::remove_webhook(&house.app.ctx, &house.ana, made.id).await.unwrap();
    let gone = notices::test_webhook(&house.app.ctx, &house.ana, made.id).await.unwrap_err();
    assert!(matches!(gone, Error::NotFound("webhook")), "{gone}");
}

#[actix_web::test]
async fn slack_gets_its_own_form_and_a_refusal_is_for_good() {
    let house = House::new().await;
    let receiver = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(404).set_body_string("no_service")).mount(&receiver).await;
    let mut browser = house.app.stranger();
    browser.sign_in("ana@example.com", crate::support::PASSWORD).await;
    let url = format!("{}/services/T/B/x", receiver.uri());
    let mut fields =
        vec![("name", "#ads"), ("url", url.as_str()), ("form", "slack"), ("hook_grouping", "at_once"), ("hook_zone", "UTC")];
    fields.extend(NoticeKind::ALL.map(|kind| ("hook_kinds", kind.as_str())));
    browser.post("/notices/webhooks", &fields).await.assert_status(303);
    house.stop(1).await;
    house.tell().await;
    let sent = receiver.received_requests().await.unwrap();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].headers.get("Tandem-Signature").is_none());
    let body: Value = sent[0].body_json().unwrap();
    assert!(body["text"].as_str().unwrap().starts_with("Casa Lume: "), "{body}");
    assert!(body["blocks"][0]["text"]["text"].as_str().unwrap().contains("<https://tandem.example/stop|Open>"), "{body}");
    browser.get("/notices").await.assert_has("404: no_service");
}

#[actix_web::test]
async fn forms_name_the_field_that_is_wrong_and_keep_what_was_typed() {
    let house = House::new().await;
    let mut browser = house.app.stranger();
    browser.sign_in("ana@example.com", crate::support::PASSWORD).await;
    let wrong = [
        ("kinds", "rejected"),
        ("grouping", "hourly"),
        ("quiet_from", "22:00"),
        ("quiet_until", ""),
        ("zone", "Europe/Atlantis"),
    ];
    let answer = browser.post("/notices/mine", &wrong).await;
    answer
        .assert_status(422)
        .assert_has("id=\"error-zone\">Choose a time zone")
        .assert_has("id=\"error-quiet_until\">Say until when");
    answer.assert_has("Europe/Atlantis");
    let wrong = [("name", "x"), ("url", "ftp://x"), ("form", "slack"), ("hook_grouping", ""), ("hook_zone", "UTC")];
    let answer = browser.post("/notices/webhooks", &wrong).await;
    answer.assert_status(422).assert_has("Only https:// addresses").assert_has("id=\"error-hook_grouping\">Choose how often");
    let grouping = Grouping::Hourly.as_str();
    let right = [("kinds", "rejected"), ("kinds", "stopped"), ("grouping", grouping), ("zone", "UTC")];
    browser.post("/notices/mine", &right).await.assert_status(303);
    let reader = notices::mine(&house.app.ctx, &house.ana).await.unwrap();
    assert_eq!(reader.manner.kinds.len(), 2);
    assert!(reader.chosen && !reader.manner.urgent_anyway);
    browser.post("/notices/try", &[]).await.assert_status(303);
    assert!(house.mail.letters()[0].data.contains("This is how a notice arrives"));
}

#[actix_web::test]
async fn an_analyst_adds_no_webhook_and_a_neighbour_sees_nothing() {
    let house = House::new().await;
    house.stop(1).await;
    house.tell().await;
    let mut bo = house.app.member("Casa Lume", "bo@example.com", Role::Analyst).await;
    bo.post("/notices/webhooks", &[("name", "x"), ("url", "https://example.com"), ("form", "slack")]).await.assert_status(403);
    let mut eve = house.app.member("Elsewhere", "eve@example.com", Role::Owner).await;
    eve.get("/notices").await.assert_status(200).assert_lacks("campaigns were stopped by");
}

#[actix_web::test]
async fn three_days_of_spend_without_any_result_are_told_until_one_comes() {
    let house = House::new().await;
    let day = |d: u32| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    let mut figures = Figures::new(&house.app.ctx.db, house.workspace);
    figures.known_at("2026-11-21T08:00:00Z");
    let account = figures.account("Main", "EUR", Some((day(1), day(21))));
    let dry = figures.campaign(account, "Dry well", "ACTIVE");
    let fine = figures.campaign(account, "Fine", "ACTIVE");
    let (dry_ad, fine_ad) = (figures.ad(account, dry, "a"), figures.ad(account, fine, "b"));
    let row = |campaign, ad, results: Option<i64>| Row {
        campaign,
        ad,
        network: "facebook",
        position: "feed",
        spend_micros: 20_000_000,
        impressions: 1_000,
        clicks: 10,
        reach: None,
        result: results.map(|n| ("purchase", "7d_click", n, None)),
    };
    for d in 18..21 {
        figures.day(account, day(d), &[row(dry, dry_ad, None), row(fine, fine_ad, Some(1))]);
    }
    house.tell().await;
    let told = notices::list(&house.app.ctx, &house.ana, None, 10).await.unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].title.starts_with("Dry well") && told[0].sentence.contains("60.00 EUR"), "{told:?}");
    figures.day(account, day(20), &[row(dry, dry_ad, Some(1)), row(fine, fine_ad, Some(1))]);
    house.tell().await;
    let told = notices::list(&house.app.ctx, &house.ana, None, 10).await.unwrap();
    assert!(told[0].resolved_at.is_some(), "{told:?}");
}

#[actix_web::test]
async fn a_disabled_account_is_told_with_the_way_out_until_it_runs_again() {
    let mut business = Business::connected().await;
    let mail = MailServer::start();
    business.app.ctx.notifier = notifier(Some(&mail));
    let members = tandem::service::workspaces::members(&business.app.ctx, &business.actor).await.unwrap();
    let ana = Actor { user: Some(members[0].0), ..business.actor.clone() };
    notices::save_mine(&business.app.ctx, &ana, &MannerForm::of(&Manner::everything(chrono_tz::UTC))).await.unwrap();
    let campaign = business.campaign().await;
    business.publish(campaign).await;
    let watched = |kind: NoticeKind| {
        let (ctx, ana) = (business.app.ctx.clone(), ana.clone());
        async move {
            notices::watch(&ctx, ana.workspace).await.unwrap();
            let told = notices::list(&ctx, &ana, None, 20).await.unwrap();
            told.into_iter().find(|told| told.kind == kind.as_str() && told.resolved_at.is_none())
        }
    };
    assert!(watched(NoticeKind::AccountProblem).await.is_none());
    let remote = {
        let (workspace, account) = (ana.workspace, business.account);
        let read = business.app.ctx.db.read(move |c| tandem::store::connections::get_account(c, workspace, account));
        read.await.unwrap().remote_id.unwrap()
    };
    let edit = |fields: Value| json!({ "id": remote.clone(), "fields": fields });
    business.app.control("edit", edit(json!({ "account_status": 2, "disable_reason": 1 }))).await;
    tandem::service::connections::sync_now(&business.app.ctx, &business.actor).await.unwrap();
    business.settle().await;
    let told = watched(NoticeKind::AccountProblem).await.unwrap();
    assert!(!told.way_out.is_empty() && told.path.starts_with("/connections/"), "{told:?}");
    business.app.control("edit", edit(json!({ "account_status": 1, "disable_reason": 0 }))).await;
    tandem::service::connections::sync_now(&business.app.ctx, &business.actor).await.unwrap();
    business.settle().await;
    assert!(watched(NoticeKind::AccountProblem).await.is_none());
}
