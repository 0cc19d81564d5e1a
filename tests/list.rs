//! The list of campaigns: filters and orders that are links, twins with the same figures, kept filters, labels, tenants.

use chrono::NaiveDate;
use tandem::domain::campaign_status::CampaignStatus;
use tandem::domain::role::Role;
use tandem::service::campaigns::{self, ListQuery};

use crate::support::{Browser, Business, Figures, TestApp, between};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Sixty campaigns of one account in euro and two of another in yen.
async fn busy() -> (TestApp, Browser, Figures, Vec<i64>) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    figures.business(60, 3, 1, day("2026-11-21"));
    let tokyo = figures.account("Tokyo", "JPY", Some((day("2026-11-15"), day("2026-11-21"))));
    let yen = vec![figures.campaign(tokyo, "Tokyo lamps", "ACTIVE"), figures.campaign(tokyo, "Tokyo rugs", "PAUSED")];
    (app, owner, figures, yen)
}

fn query(text: &str) -> ListQuery {
    ListQuery::parse(text).unwrap()
}

/// Ids in the order of the page.
fn shown(body: &str) -> Vec<String> {
    body.split("<tr id=\"c").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn pages_follow_each_other_without_a_gap_or_a_double_whatever_the_order() {
    let (app, mut owner, ..) = busy().await;
    let actor = app.actor("Casa Lume").await;
    for sort in
        ["", "sort=name", "sort=-name", "sort=account", "sort=-budget", "sort=status", "sort=-results", "sort=cost", "sort=ends"]
    {
        let all = campaigns::list_all(&app.ctx, &actor, &query(sort)).await.unwrap();
        let expected: Vec<String> = all.campaigns.iter().map(|listed| listed.id.to_string()).collect();
        assert_eq!(expected.len(), 62, "{sort}");
        let first = owner.get(&format!("/campaigns?{sort}")).await;
        let mut found = shown(&first.body);
        assert_eq!(found.len(), campaigns::PAGE, "{sort}");
        let next = between(&first.body, "href=\"", "\" rel=\"next\"").unwrap();
        let next = next.rsplit("href=\"").next().unwrap().replace("&#38;", "&");
        let second = owner.get(&next).await;
        second.assert_has("From the start").assert_lacks("rel=\"next\"");
        found.extend(shown(&second.body));
        assert_eq!(found, expected, "{sort}");
    }
}

#[actix_web::test]
async fn money_is_ordered_within_a_currency_and_what_is_not_known_stands_last() {
    let (app, _, _, yen) = busy().await;
    let actor = app.actor("Casa Lume").await;
    let list = campaigns::list_all(&app.ctx, &actor, &query("sort=-today")).await.unwrap();
    let today: Vec<(String, i64)> =
        list.campaigns.iter().filter_map(|l| Some((l.currency?.to_string(), l.today()?.micros))).collect();
    assert_eq!(today.len(), 62, "known days without a report are zero spend");
    let euro: Vec<i64> = today.iter().filter(|(currency, _)| currency == "EUR").map(|(_, micros)| *micros).collect();
    assert!(euro.is_sorted_by(|a, b| a >= b) && euro[0] > 0, "{euro:?}");
    assert!(today[60..].iter().all(|(currency, micros)| currency == "JPY" && *micros == 0), "{today:?}");
    assert_eq!(list.campaigns.iter().filter(|l| yen.contains(&l.id.0)).count(), 2);
}

#[actix_web::test]
async fn each_filter_is_a_link_and_leaves_what_it_says() {
    let (app, mut owner, _, yen) = busy().await;
    let actor = app.actor("Casa Lume").await;
    let names = |text: &'static str| {
        let (app, actor) = (&app, &actor);
        async move {
            let list = campaigns::list_all(&app.ctx, actor, &query(text)).await.unwrap();
            list.campaigns.into_iter().map(|listed| listed.name).collect::<Vec<_>>()
        }
    };
    assert_eq!(names("q=tokyo&sort=name").await, ["Tokyo lamps", "Tokyo rugs"]);
    assert_eq!(names("q=TOKYO+r").await, ["Tokyo rugs"]);
    assert_eq!(names("status=paused&q=tokyo").await, ["Tokyo rugs"]);
    assert_eq!(names("origin=here").await, Vec::<String>::new());
    assert_eq!(names("origin=elsewhere").await.len(), 62);
    assert_eq!(names("network=instagram").await.len(), 60, "the two in Tokyo never spent");
    assert_eq!(names("objective=sales").await.len(), 0);
    let paused = campaigns::list_all(&app.ctx, &actor, &query("status=paused")).await.unwrap();
    assert!(paused.campaigns.iter().all(|listed| listed.standing.status == CampaignStatus::Paused));
    assert_eq!(paused.campaigns.len(), 13);
    let casa = paused.campaigns[0].account;
    let elsewhere = campaigns::list_all(&app.ctx, &actor, &query(&format!("account={casa}&q=tokyo"))).await.unwrap();
    let all = campaigns::list_all(&app.ctx, &actor, &query(&format!("account={casa}"))).await.unwrap();
    assert!(elsewhere.campaigns.len() < 2 && all.campaigns.iter().all(|listed| listed.account == casa));
    owner.get("/campaigns?status=alive").await.assert_status(422).assert_has("learning_limited");
    assert_eq!(
        shown(&owner.get("/campaigns?q=tokyo&sort=name").await.body),
        yen.iter().map(ToString::to_string).collect::<Vec<_>>()
    );
}

#[actix_web::test]
async fn the_twins_carry_the_very_figures_of_the_page() {
    let (_app, mut owner, ..) = busy().await;
    let page = owner.get("/campaigns?q=autumn").await;
    page.assert_has("href=\"/campaigns.csv?q=autumn\"");
    let csv = owner.get("/campaigns.csv?q=autumn").await;
    let json = owner.get("/campaigns.json?q=autumn").await.json();
    let lines: Vec<&str> = csv.body.trim_end().split("\r\n").collect();
    assert_eq!((lines.len(), json["rows"].as_array().unwrap().len()), (2, 1));
    let row = &json["rows"][0];
    let names: Vec<&str> = lines[0].split(',').collect();
    let cells: Vec<&str> = lines[1].split(',').collect();
    for (name, cell) in names.iter().zip(&cells) {
        let said = match &row[*name] {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert_eq!(&said, cell, "{name}");
    }
    for name in ["spent_today", "spent_yesterday", "cost_per_result"] {
        let plain = row[name].as_str().unwrap();
        page.assert_has(&tandem::domain::money::grouped(plain));
    }
    assert_eq!((row["origin"].as_str(), row["currency"].as_str()), (Some("elsewhere"), Some("EUR")));
    assert_eq!(owner.get("/campaigns.json").await.json()["rows"].as_array().unwrap().len(), 62, "all pages");
}

#[actix_web::test]
async fn a_kept_filter_is_ones_own_and_may_open_the_list() {
    let (app, mut owner, ..) = busy().await;
    let keep = [("name", "Tokyo only"), ("query", "q=tokyo&sort=name"), ("open_with", "1")];
    owner.post("/campaigns/filters", &keep).await.assert_status(303);
    let opened = owner.get("/campaigns").await;
    assert_eq!((opened.status, opened.location()), (303, "/campaigns?q=tokyo&sort=name"));
    let page = owner.get(opened.location()).await;
    page.assert_has("Tokyo only").assert_has("(opened first)");
    assert_eq!(shown(&owner.get("/campaigns?view=all").await.body).len(), campaigns::PAGE);
    let id = between(&page.body, "name=\"filter\" value=\"", "\"").unwrap();
    let mut eva = app.member("Casa Lume", "eva@example.com", Role::Analyst).await;
    eva.get("/campaigns").await.assert_status(200).assert_lacks("Tokyo only");
    let change = [("filter", id.as_str()), ("action", "delete"), ("query", "")];
    eva.post("/campaigns/filters/change", &change).await.assert_status(404);
    owner.post("/campaigns/filters/change", &change).await.assert_status(303);
    owner.get("/campaigns").await.assert_status(200).assert_lacks("Tokyo only");
}

#[actix_web::test]
async fn labels_apply_at_once_and_are_taken_back() {
    let (app, mut owner, _, yen) = busy().await;
    let [lamps, rugs] = [yen[0].to_string(), yen[1].to_string()];
    let one = [("action", "label"), ("label", " Japan "), ("campaigns", lamps.as_str())];
    owner.post("/campaigns/bulk", &one).await.assert_status(303);
    let both = [("action", "label"), ("label", "japan"), ("back", "q=tokyo"), ("campaigns", &*lamps), ("campaigns", &*rugs)];
    let answer = owner.post("/campaigns/bulk", &both).await;
    let event = answer.location().split("undo=").nth(1).unwrap().to_owned();
    let page = owner.get(answer.location()).await;
    page.assert_has("“Japan” was put on 1 campaign.").assert_has("Take it back");
    let label = between(&page.body, "class=\"label-mark\" href=\"/campaigns?", "\"").unwrap().replace("&#38;", "&");
    assert_eq!(shown(&owner.get(&format!("/campaigns?{label}")).await.body).len(), 2);
    owner.post("/campaigns/labels/undo", &[("event", &event), ("back", "")]).await.assert_status(303);
    assert_eq!(
        shown(&owner.get(&format!("/campaigns?{label}")).await.body),
        std::slice::from_ref(&lamps),
        "the first one keeps it"
    );
    let mut zoe = app.member("Another house", "zoe@example.com", Role::Owner).await;
    zoe.post("/campaigns/bulk", &[("action", "label"), ("label", "x"), ("campaigns", &lamps)]).await.assert_status(404);
    zoe.post("/campaigns/labels/undo", &[("event", &event), ("back", "")]).await.assert_status(404);
    assert!(shown(&zoe.get("/campaigns").await.body).is_empty());
}

#[actix_web::test]
async fn every_place_that_shows_a_status_shows_the_same_one() {
    let business = Business::connected().await;
    let campaign = business.campaign_with(|form| form.ads[0].message = "Please reject me.".into()).await;
    let mut ana = business.browser().await;
    ana.get("/campaigns").await.assert_has("Draft").assert_has("Ready to be planned.");
    business.publish(campaign).await;
    ana.get("/campaigns").await.assert_has("In review").assert_has("Meta reviews its ads");
    business.app.control("clock", serde_json::json!({"advance_days": 1})).await;
    let workspace = business.actor.workspace;
    let task = tandem::service::sync::SyncAccount { workspace, account: business.account };
    tandem::service::sync::run(&business.app.ctx, &task).await.unwrap();
    for path in ["/campaigns".to_owned(), format!("/campaigns/{campaign}")] {
        let page = ana.get(&path).await;
        page.assert_has("Rejected").assert_has("Meta refused all 2 ads: Unacceptable Business Practices");
    }
    let json = ana.get("/campaigns.json?status=rejected").await.json();
    assert_eq!(json["rows"][0]["status"], "rejected");
    assert!(json["rows"][0]["reason"].as_str().unwrap().contains("reject me"), "{json}");
}
