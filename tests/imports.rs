//! Report files: their true totals, each whole or not at all, never counted twice, and taken out again.

use reqwest::multipart::Part;
use tandem::domain::id::ImportId;
use tandem::domain::role::Role;
use tandem::service::imports::{self, AccountChoice, Outcome, Wish, clear};
use tandem::service::{Actor, Error};

use crate::support::{Answer, Browser, TestApp};

const GWWC: &[u8] = include_bytes!("fixtures/gwwc_gg-image-video-breakdowns.csv");
const HEADER: &str = "Campaign name,Ad name,Day,Platform,Placement,Amount spent (EUR),Impressions,Results,Result type";

async fn send(browser: &mut Browser, name: &str, bytes: impl Into<Vec<u8>>) -> Answer {
    let part = Part::bytes(bytes.into()).file_name(name.to_owned());
    browser.upload("/imports", |form| form.part("file", part)).await
}

/// Sends a file, decides on it and returns the import's address.
async fn take_in(browser: &mut Browser, name: &str, bytes: impl Into<Vec<u8>>, account: &str) -> String {
    let upload = send(browser, name, bytes).await;
    assert_eq!(upload.status, 303, "{}", upload.body);
    let done = browser.post(upload.location(), &[("account", ""), ("new_account", account)]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    done.location().to_owned()
}

fn wish(account: &str) -> Wish {
    Wish { account: AccountChoice::Named(account.into()), currency: None, skip_bad: false }
}

/// Imports a file of this machine, as the command does.
async fn by_command(app: &TestApp, actor: &Actor, name: &str, text: &str, wish: Wish) -> Result<Outcome, Error> {
    let path = app.ctx.data_dir.join(name);
    std::fs::write(&path, text).unwrap();
    imports::import_file(&app.ctx, actor, &path, wish).await
}

fn id_of(location: &str) -> ImportId {
    location.rsplit('/').next().unwrap().parse().unwrap()
}

/// `day` rows of one campaign, 1.10 EUR and 10 impressions each.
fn days_of(campaign: &str, days: std::ops::RangeInclusive<u32>) -> String {
    let rows = days.map(|d| format!("{campaign},One,2026-04-{d:02},facebook,Feed,1.10,10,1,Website leads\n"));
    format!("{HEADER}\n{}", rows.collect::<String>())
}

async fn spend(browser: &mut Browser, range: &str) -> serde_json::Value {
    browser.get(&format!("/dashboard.json?by=campaign&{range}")).await.json()["totals"]["spend"].clone()
}

#[actix_web::test]
async fn the_real_export_shows_its_true_totals_everywhere() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let upload = send(&mut owner, "gg-image-video-breakdowns.csv", GWWC).await;
    let page = owner.get(upload.location()).await;
    let sums = "15,978.28 USD spent, 770,113 impressions, 4,704 link clicks, 1,581 results (leads).";
    page.assert_status(200).assert_has("291 rows of 7 campaigns, 20 Nov 2021 to 31 Jan 2022.").assert_has(sums);
    page.assert_has("12 of 16 are used").assert_has("Unique link clicks");
    assert_eq!(spend(&mut owner, "period=all").await, serde_json::Value::Null, "nothing counts before the decision");

    let done = owner.post(upload.location(), &[("account", ""), ("new_account", "Giving")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    owner.get(done.location()).await.assert_status(200).assert_has(sums).assert_has("3,782.51").assert_has("Giving");
    owner.get("/imports").await.assert_has("gg-image-video-breakdowns.csv").assert_has("15,978.28 USD");

    let report = owner.get("/dashboard.json?by=campaign&period=all&metrics=spend,impressions,link_clicks,results").await.json();
    let totals = &report["totals"];
    assert_eq!((totals["spend"].as_str(), totals["impressions"].as_i64()), (Some("15978.28"), Some(770_113)), "{totals}");
    assert_eq!(totals["link_clicks"], 4_704);
    let page = owner.get("/?period=all").await;
    for figure in [
        "15,978.28",
        "770,113",
        "4,704",
        "1,581",
        "5,000.00",
        "1,516.74",
        "1,217.49",
        "3,782.51",
        "1,517.01",
        "1,335.29",
        "1,609.24",
    ] {
        page.assert_has(figure);
    }
    let campaigns = owner.get("/dashboard.json?by=campaign&period=all").await.json();
    assert_eq!(campaigns["rows"].as_array().unwrap().len(), 7, "an en dash is not a hyphen");
}

#[actix_web::test]
async fn a_period_row_counts_only_where_its_whole_period_lies_in_the_range() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    take_in(&mut owner, "gg.csv", GWWC, "Giving").await;
    assert_eq!(spend(&mut owner, "from=2021-11-20&to=2022-01-31").await, "15978.28");
    let narrower = owner.get("/dashboard.json?by=campaign&from=2021-12-01&to=2022-01-31").await.json();
    assert_eq!((&narrower["totals"]["spend"], &narrower["left_out"]["spend"]), (&serde_json::Value::Null, &"15978.28".into()));
    let by_day = owner.get("/dashboard.json?by=day&period=all").await.json();
    assert_eq!(by_day["rows"].as_array().unwrap().len(), 0, "{by_day}");
}

#[actix_web::test]
async fn the_same_file_again_changes_nothing_and_says_so() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let first = take_in(&mut owner, "gg.csv", GWWC, "Giving").await;
    let again = send(&mut owner, "other name.csv", GWWC).await;
    assert_eq!((again.status, again.location()), (303, first.as_str()));
    owner.get(&first).await.assert_has("here already, so nothing was changed");
    let actor = app.actor("Casa Lume").await;
    let path = app.ctx.data_dir.join("gg.csv");
    std::fs::write(&path, GWWC).unwrap();
    let known = imports::import_file(&app.ctx, &actor, &path, wish("Elsewhere")).await.unwrap();
    assert!(matches!(known, Outcome::Known(import) if import.id == id_of(&first)));
    assert_eq!(spend(&mut owner, "period=all").await, "15978.28");
}

#[actix_web::test]
async fn two_files_never_count_the_same_campaign_and_day() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    take_in(&mut owner, "april.csv", days_of("Spring", 1..=10), "Shop").await;
    let upload = send(&mut owner, "more.csv", days_of("Spring", 10..=12)).await;
    let refused = owner.post(upload.location(), &[("account", ""), ("new_account", "Shop")]).await;
    refused.assert_status(422).assert_has("“april.csv”, imported on").assert_has("from 2026-04-10 to 2026-04-10");
    assert_eq!(spend(&mut owner, "period=all").await, "11.00");
    take_in(&mut owner, "later.csv", days_of("Spring", 11..=12), "Shop").await;
    take_in(&mut owner, "summer.csv", days_of("Summer", 1..=3), "Shop").await;
    assert_eq!(spend(&mut owner, "period=all").await, "16.50", "other days and other campaigns are not the same money");
    let nameless = "Ad name,Day,Amount spent (EUR)\nOne,2026-04-02,1.10\n";
    let upload = send(&mut owner, "ads.csv", nameless).await;
    let refused = owner.post(upload.location(), &[("account", ""), ("new_account", "Shop")]).await;
    refused.assert_status(422).assert_has("already holds");
}

#[actix_web::test]
async fn a_removed_import_counts_nowhere_and_can_come_back() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let first = take_in(&mut owner, "gg.csv", GWWC, "Giving").await;
    take_in(&mut owner, "april.csv", days_of("Spring", 1..=2), "Shop").await;
    owner.post(&format!("{first}/remove"), &[]).await.assert_status(303);
    owner.get(&first).await.assert_has("This import was removed");
    assert_eq!(spend(&mut owner, "period=all&currency=EUR").await, "2.20");
    let campaigns = owner.get("/dashboard.json?by=campaign&period=all&currency=USD").await.json();
    assert_eq!(campaigns["rows"].as_array().map_or(0, Vec::len), 0, "{campaigns}");
    owner.get("/audit").await.assert_has("import.removed").assert_has("import.finished").assert_has("ad_account.created");
    owner.post(&format!("{first}/remove"), &[]).await.assert_status(404);
    take_in(&mut owner, "gg.csv", GWWC, "Giving").await;
    assert_eq!(spend(&mut owner, "period=all&currency=USD").await, "15978.28");
}

#[actix_web::test]
async fn rows_that_cannot_be_read_need_a_decision_and_are_all_listed() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let text = format!("{}=cmd,One,2026-04-03,facebook,Feed,many,10,1,Website leads\ncut,One\n", days_of("Spring", 1..=2));
    let upload = send(&mut owner, "bad.csv", text.clone()).await;
    let page = owner.get(upload.location()).await;
    page.assert_has("2 rows cannot be read").assert_has("“many” is not a number.").assert_has("The row has 2 cells");
    let fields = [("account", ""), ("new_account", "Shop")];
    owner.post(upload.location(), &fields).await.assert_status(422).assert_has("2 rows cannot be read. The first, on line 4");
    assert_eq!(spend(&mut owner, "period=all").await, serde_json::Value::Null);
    let csv = owner.get(&format!("{}/problems.csv", upload.location())).await;
    csv.assert_status(200).assert_has("4,Amount spent (EUR),many,“many” is not a number.");

    let done = owner.post(upload.location(), &[fields[0], fields[1], ("skip_bad", "yes")]).await;
    owner.get(done.location()).await.assert_has("2 rows were skipped");
    let listed = owner.get(&format!("{}/skipped", done.location())).await;
    listed.assert_status(200).assert_has(">4</td>").assert_has(">5</td>").assert_has("Amount spent (EUR)");
    let csv = owner.get(&format!("{}/skipped.csv", done.location())).await;
    assert_eq!(csv.body.lines().count(), 3, "{}", csv.body);
    assert_eq!(spend(&mut owner, "period=all").await, "2.20");

    let actor = app.actor("Casa Lume").await;
    let refused = by_command(&app, &actor, "bad2.csv", &text.replace("Spring", "Autumn"), wish("Shop")).await;
    let Err(Error::Invalid(problems)) = refused else { panic!("{refused:?}") };
    assert!(problems.at("skip_bad").unwrap().contains("on line 4"), "{problems}");
}

#[actix_web::test]
async fn an_import_that_breaks_in_the_middle_leaves_nothing() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let upload = send(&mut owner, "april.csv", days_of("Spring", 1..=28)).await;
    let token = upload.location().rsplit('/').next().unwrap().to_owned();
    let stored = app.ctx.data_dir.join("uploads").join(format!("{token}.csv"));
    // The file on disk is no longer the one that was surveyed: reading it again fails after its rows were written.
    std::fs::write(&stored, days_of("Spring", 1..=27)).unwrap();
    let broken = owner.post(upload.location(), &[("account", ""), ("new_account", "Shop")]).await;
    broken.assert_status(409).assert_has("The file changed while it was read; nothing was imported.");
    assert_eq!(spend(&mut owner, "period=all").await, serde_json::Value::Null);
    owner.get("/imports").await.assert_lacks("april.csv</a>");
    let actor = app.actor("Casa Lume").await;
    assert!(imports::accounts(&app.ctx, &actor).await.unwrap().is_empty(), "the account made for it is gone too");
    by_command(&app, &actor, "april.csv", &days_of("Spring", 1..=28), wish("Shop")).await.unwrap();
    assert_eq!(spend(&mut owner, "period=all").await, "30.80");
}

#[actix_web::test]
async fn what_a_crash_left_half_written_is_never_seen_and_gone_after_the_next_start() {
    use tandem::store::imports as rows;
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let location = take_in(&mut owner, "april.csv", days_of("Spring", 1..=28), "Shop").await;
    let (id, workspace) = (id_of(&location), app.workspace("Casa Lume").await);
    // As a crash just before the last transaction leaves it: rows are there, the import is not visible, nothing is summed.
    let db = &app.ctx.db;
    db.write_now::<_, tandem::store::StoreError>(|c| {
        let import = rows::get(c, workspace, id)?;
        tandem::store::rollups::delete_import(c, workspace, import.ad_account_id, id)?;
        rows::set_state(c, workspace, id, rows::VISIBLE, rows::WRITING)
    })
    .unwrap();
    assert_eq!(spend(&mut owner, "period=all").await, serde_json::Value::Null);
    assert_eq!(owner.get("/dashboard.json?by=ad&period=all").await.json()["totals"]["spend"], serde_json::Value::Null);
    owner.get(&location).await.assert_status(404);
    assert_eq!(clear::recover(&app.ctx).await.unwrap(), 1);
    assert_eq!(clear::recover(&app.ctx).await.unwrap(), 0);
    take_in(&mut owner, "april.csv", days_of("Spring", 1..=28), "Shop").await;
    assert_eq!(spend(&mut owner, "period=all").await, "30.80");
}

#[actix_web::test]
async fn files_that_cannot_be_imported_say_why_at_the_field() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    for (bytes, words) in [
        (&b"PK\x03\x04"[..], "This is an Excel workbook"),
        (b"", "The file is empty."),
        (b"a,b\n1,2\n", "Not found in the header: spend"),
        (b"Campaign name,Day,Amount spent (USD)\n", "has a header and no rows"),
        (b"Campaign name,Day,Amount spent (USD)\n,,5\n", "has a summary row and no others"),
        (b"Campaign name,Day,Amount spent (USD),CPC (All) (EUR)\nA,2026-04-01,1,1\n", "two currencies, USD and EUR"),
    ] {
        send(&mut owner, "x.csv", bytes).await.assert_status(422).assert_has(words).assert_has("id=\"error-file\"");
    }
    let left = std::fs::read_dir(app.ctx.data_dir.join("uploads")).unwrap().count();
    assert_eq!(left, 0, "a refused upload leaves nothing");
}

#[actix_web::test]
async fn an_upload_over_the_limit_gets_a_page_and_not_a_cut_connection() {
    let app = TestApp::over(crate::support::TestDatabase::new(), |ctx| tandem::service::Ctx { max_upload: 1 << 20, ..ctx }).await;
    let mut owner = app.owner().await;
    let answer = send(&mut owner, "big.csv", vec![b'x'; 3 << 20]).await;
    answer.assert_status(413).assert_has("larger than 1 MiB, the limit here");
}

#[actix_web::test]
async fn a_file_without_a_currency_asks_for_one_and_another_currency_is_refused() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let plain = days_of("Spring", 1..=2).replace(" (EUR)", "");
    let upload = send(&mut owner, "plain.csv", plain).await;
    owner.get(upload.location()).await.assert_has("The file does not say it.");
    let fields = [("account", ""), ("new_account", "Shop")];
    owner.post(upload.location(), &fields).await.assert_status(422).assert_has("choose the ad account&#39;s");
    owner.post(upload.location(), &[fields[0], fields[1], ("currency", "JPY")]).await.assert_status(303);
    let upload = send(&mut owner, "euro.csv", days_of("Autumn", 1..=2)).await;
    owner
        .post(upload.location(), &fields)
        .await
        .assert_status(422)
        .assert_has("The file is in EUR and the ad account “Shop” in JPY");
}

#[actix_web::test]
async fn the_summary_row_is_checked_and_shown_and_never_added() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let rows = days_of("Spring", 1..=2);
    let with = |total: &str| rows.replace(&format!("{HEADER}\n"), &format!("{HEADER}\n,,,,,{total},20,2,\n"));
    let right = take_in(&mut owner, "right.csv", with("2.20"), "Shop").await;
    owner.get(&right).await.assert_has("The summary row on line 2 agrees with the rows.");
    assert_eq!(spend(&mut owner, "period=all").await, "2.20");
    let upload = send(&mut owner, "wrong.csv", with("9.99").replace("Spring", "Summer")).await;
    let page = owner.get(upload.location()).await;
    page.assert_has("does not agree with the rows").assert_has("9.99").assert_has("Spend: differs");
}

#[actix_web::test]
async fn files_and_imports_are_seen_in_their_own_workspace_only_and_need_a_manager() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let upload = send(&mut owner, "april.csv", days_of("Spring", 1..=2)).await;
    let location = take_in(&mut owner, "gg.csv", GWWC, "Giving").await;
    let mut other = app.member("Other Shop", "eva@example.com", Role::Owner).await;
    for path in [upload.location().to_owned(), location.clone(), format!("{location}/skipped"), format!("{location}/skipped.csv")]
    {
        other.get(&path).await.assert_status(404);
    }
    other.post(upload.location(), &[("new_account", "Mine")]).await.assert_status(404);
    other.post(&format!("{location}/remove"), &[]).await.assert_status(404);
    other.get("/imports").await.assert_lacks("gg.csv");
    other.get("/imports/uploads/..%2F..%2Ftandem").await.assert_status(404);
    let mut analyst = app.member("Casa Lume", "rui@example.com", Role::Analyst).await;
    analyst.get(&location).await.assert_status(200).assert_lacks("Remove this import");
    send(&mut analyst, "x.csv", days_of("Autumn", 1..=2)).await.assert_status(403);
    analyst.post(&format!("{location}/remove"), &[]).await.assert_status(403);
    // The same bytes are a file of its own in another workspace.
    take_in(&mut other, "gg.csv", GWWC, "Giving").await;
    assert_eq!(spend(&mut other, "period=all").await, "15978.28");
}

#[actix_web::test]
async fn an_upload_without_the_forms_token_is_refused() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let part = Part::bytes(GWWC).file_name("gg.csv");
    let answer = owner.upload("/imports", |_| reqwest::multipart::Form::new().text("csrf", "forged").part("file", part)).await;
    answer.assert_status(403);
}

#[actix_web::test]
async fn networks_placements_and_purchases_of_a_file_stand_in_reports() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let text = "Campaign name,Day,Platform,Placement,Amount spent (EUR),Purchases,Purchases conversion value,Results,Result indicator\n\
                A,2026-04-01,instagram,Instagram Stories,2.50,2,80.10,2,actions:offsite_conversion.fb_pixel_purchase\n\
                A,2026-04-01,facebook,Feed,1.50,,,,\n\
                A,2026-04-01,audience_network,,0.25,1,5,,\n";
    take_in(&mut owner, "places.csv", text, "Shop").await;
    let report = owner.get("/dashboard.json?by=network&period=all&metrics=spend").await.json();
    let rows: Vec<(String, String)> = report["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["network"].as_str().unwrap().to_owned(), r["spend"].as_str().unwrap().to_owned()))
        .collect();
    for expected in [("facebook", "1.50"), ("instagram", "2.50"), ("other", "0.25")] {
        assert!(rows.contains(&(expected.0.to_owned(), expected.1.to_owned())), "{rows:?}");
    }
    owner.get("/dashboard.json?by=placement&period=all&metrics=spend").await.assert_has("instagram_stories");
    owner.get("/?period=all").await.assert_has("80.10");
}
