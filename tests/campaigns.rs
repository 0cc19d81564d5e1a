//! From form to draft: exact amounts, every problem at its field, pictures, tenants; all without JavaScript.

use reqwest::multipart::{Form, Part};
use secrecy::SecretString;
use tandem::domain::id::{AdAccountId, CampaignId, ConnectionId, PageId, PixelId, WorkspaceId};
use tandem::domain::role::Role;
use tandem::store::campaigns::find;
use tandem::store::connections::{self as rows, AdAccount, Connection, Page, Pixel};

use crate::support::{Answer, Browser, TestApp, between};

const ACCOUNT: i64 = 5_001;

/// Links an ad account in Lisbon with a Page, an Instagram account and a pixel, without any sandbox.
async fn link(app: &TestApp, workspace: &str, currency: &str, account: i64) {
    let (workspace_id, now) = (app.workspace(workspace).await, app.ctx.stamp());
    let (currency, name) = (currency.to_owned(), workspace.to_owned());
    let sealed = app.ctx.sealer.seal(&SecretString::from("token"), &format!("connection:{}", account + 1)).unwrap();
    app.ctx
        .db
        .write_now(|c| -> tandem::store::Result<()> {
            let connection_id = ConnectionId(account + 1);
            rows::insert(c, &connection(workspace_id, connection_id, sealed, now))?;
            rows::insert_account(c, &ad_account(workspace_id, connection_id, account, &currency, now))?;
            let page = Page {
                workspace_id,
                id: PageId(account + 2),
                connection_id,
                remote_id: "11".into(),
                name,
                instagram_remote_id: Some("22".into()),
                instagram_username: Some("casalume".into()),
            };
            rows::upsert_page(c, &page)?;
            let pixel = Pixel {
                workspace_id,
                id: PixelId(account + 3),
                ad_account_id: AdAccountId(account),
                remote_id: "33".into(),
                name: "Casa Lume".into(),
                last_fired_at: Some(now),
            };
            rows::upsert_pixel(c, &pixel)
        })
        .unwrap();
}

fn connection(workspace_id: WorkspaceId, id: ConnectionId, sealed: Vec<u8>, now: tandem::store::UtcTime) -> Connection {
    Connection {
        workspace_id,
        id,
        kind: "sandbox".into(),
        name: "Sandbox".into(),
        base_url: "http://127.0.0.1:9".into(),
        token_sealed: sealed,
        app_secret_sealed: None,
        status: "ok".into(),
        problem: None,
        created_at: now,
        checked_at: None,
    }
}

fn ad_account(
    workspace_id: WorkspaceId,
    connection: ConnectionId,
    id: i64,
    currency: &str,
    now: tandem::store::UtcTime,
) -> AdAccount {
    AdAccount {
        workspace_id,
        id: AdAccountId(id),
        connection_id: Some(connection),
        remote_id: Some(format!("act_{id}")),
        name: "Casa Lume ads".into(),
        currency: currency.into(),
        zone: "Europe/Lisbon".into(),
        account_status: "active".into(),
        min_daily_minor: Some(100),
        spend_cap_minor: None,
        amount_spent_minor: None,
        payor: String::new(),
        beneficiary: String::new(),
        created_at: now,
        synced_at: None,
        synced_since_on: None,
        synced_until_on: None,
        known_until_at: None,
    }
}

/// A JPEG of this size as far as anybody measures it: start, frame header, end.
fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 16];
    bytes.extend_from_slice(b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    bytes.extend_from_slice(&[0xFF, 0xC0, 0, 17, 8]);
    bytes.extend_from_slice(&height.to_be_bytes());
    bytes.extend_from_slice(&width.to_be_bytes());
    bytes.extend_from_slice(&[3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xFF, 0xD9]);
    bytes
}

/// The campaign of the mockup, but for its picture.
fn fields() -> Vec<(String, String)> {
    let list: &[(&str, &str)] = &[
        ("account", "5001"),
        ("revision", "0"),
        ("name", "Christmas sale"),
        ("objective", "sales"),
        ("result", "33:PURCHASE"),
        ("attribution", "7d_click"),
        ("bid", "lowest_cost"),
        ("page", "11"),
        ("instagram", "22"),
        ("special_category", "none"),
        ("payer", "Casa Lume Lda"),
        ("beneficiary", "Casa Lume Lda"),
        ("starts", "2026-12-01 08:00"),
        ("ends", "2026-12-24 23:59"),
        ("pace", "daily"),
        ("budget", "140.00"),
        ("placements", "facebook.feed"),
        ("placements", "facebook.marketplace"),
        ("placements", "instagram.stream"),
        ("shape", "per_network"),
        ("amounts", "percent"),
        ("share.facebook", "42"),
        ("share.instagram", "58"),
        ("countries", "Portugal, Spain"),
        ("age_min", "25"),
        ("age_max", "54"),
        ("gender", "all"),
        ("reach", "only_these"),
        ("ads.0.key", "1"),
        ("ads.0.name", "Lamp"),
        ("ads.0.message", "Warm light, real linen."),
        ("ads.0.headline", "Christmas sale"),
        ("ads.0.link", "https://casalume.example/sale"),
        ("ads.0.call_to_action", "SHOP_NOW"),
        ("utm_medium", "paid_social"),
    ];
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn with(mut fields: Vec<(String, String)>, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

/// Sends the form as a browser does: urlencoded, with its token.
async fn send(browser: &mut Browser, path: &str, fields: &[(String, String)], action: &str) -> Answer {
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.push(("action", action));
    browser.post(path, &all).await
}

/// Keeps a picture and returns its id.
async fn picture(browser: &mut Browser, width: u16, height: u16) -> String {
    let file = Part::bytes(jpeg(width, height)).file_name("lamp.jpg");
    let answer = browser.upload("/pictures", |form| form.part("ads.0.file", file)).await;
    answer.assert_status(200);
    between(&answer.body, "data-uploaded=\"", "\"").unwrap()
}

async fn ready() -> (TestApp, Browser) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    link(&app, "Casa Lume", "EUR", ACCOUNT).await;
    (app, owner)
}

fn id_of(answer: &Answer) -> i64 {
    between(answer.location(), "/campaigns/", "/").unwrap().parse().unwrap()
}

#[actix_web::test]
async fn a_form_becomes_a_campaign_split_to_the_cent_and_leads_to_its_plan() {
    let (app, mut owner) = ready().await;
    let picture = picture(&mut owner, 1200, 1500).await;
    let answer = send(&mut owner, "/campaigns/new", &with(fields(), &[("ads.0.picture", &picture)]), "review").await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(answer.location().ends_with("/plan"));
    let (workspace, id) = (app.workspace("Casa Lume").await, id_of(&answer));
    let row = app.ctx.db.read_now(|c| find(c, workspace, CampaignId(id))).unwrap().unwrap();
    let campaign: tandem::domain::campaign::Campaign = serde_json::from_str(&row.definition.unwrap()).unwrap();
    let budgets: Vec<i64> = campaign.ad_sets().iter().map(|ad_set| ad_set.budget.unwrap().minor).collect();
    assert_eq!(budgets, [5_880, 8_120]);
    owner
        .get("/campaigns")
        .await
        .assert_has("Christmas sale")
        .assert_has("140.00")
        .assert_has("Casa Lume ads, EUR")
        .assert_has("set 42 : 58");
    let page = owner.get(&format!("/campaigns/{id}/edit")).await;
    page.assert_status(200).assert_has("58.80").assert_has("81.20").assert_has("Worst day 245.00, worst week 980.00");
    page.assert_has("https://casalume.example/sale?utm_source=instagram").assert_has("lamp.jpg, 1200 x 1500");
}

#[actix_web::test]
async fn a_draft_saves_whatever_was_typed() {
    let (app, mut owner) = ready().await;
    let typed = with(fields(), &[("budget", "a lot"), ("countries", "Portugl"), ("name", "<b>Half</b>")]);
    let answer = send(&mut owner, "/campaigns/new", &typed, "save").await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = owner.get(answer.location()).await;
    page.assert_status(200).assert_has("value=\"a lot\"").assert_has("value=\"Portugl\"").assert_lacks("<b>Half</b>");
    page.assert_has("did you mean Portugal?");
    let (workspace, id) = (app.workspace("Casa Lume").await, id_of(&answer));
    let row = app.ctx.db.read_now(|c| find(c, workspace, CampaignId(id))).unwrap().unwrap();
    assert!(row.definition.is_none());
    owner.get("/audit").await.assert_has("campaign.saved");
}

#[actix_web::test]
async fn every_problem_stands_at_its_field_and_in_the_list() {
    let (_app, mut owner) = ready().await;
    let wrong = [
        ("name", "", "Give the campaign a name."),
        ("result", "99:PURCHASE", "That pixel does not belong to this ad account"),
        ("special_category", "", "Say whether the ads are of one of these kinds"),
        ("payer", "", "Ads shown in the EU must say who pays for them"),
        ("starts", "soon", "“soon” is not a date"),
        ("ends", "2026-11-01", "It would have ended already"),
        ("budget", "0.50", "Meta takes at least 1.00 EUR a day here."),
        ("never_more", "20", "The limit is below the budget"),
        ("share.instagram", "57.5", "The shares add up to 99.5 %: 0.5 % is missing."),
        ("ceiling.instagram", "55", "58 % is above your ceiling of 55 %. Raise it to 58, or lower the share."),
        ("countries", "", "Say where the ads may be shown"),
        ("ads.0.message", "", "Write what people will read above the picture."),
        ("ads.0.link", "casalume", "is not a link"),
        ("ads.0.picture", "12", "That picture is not here; choose it again."),
        ("utm_extra", "utm_source=x", "is set already"),
    ];
    let good = picture(&mut owner, 1200, 1500).await;
    for (field, value, message) in wrong {
        let typed = with(with(fields(), &[("ads.0.picture", &good)]), &[(field, value)]);
        let answer = send(&mut owner, "/campaigns/new", &typed, "review").await;
        answer.assert_status(422);
        let at = between(&answer.body, &format!("id=\"error-{field}\">"), "</p>").unwrap_or_else(|| panic!("{field}"));
        assert!(at.contains(message), "{field}: {at}");
        answer.assert_has(&format!("data-field=\"{field}\">"));
        answer.assert_has("saved as a draft").assert_has(&format!("href=\"#{field}\""));
    }
}

#[actix_web::test]
async fn yen_are_split_whole() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    link(&app, "Casa Lume", "JPY", ACCOUNT).await;
    let typed = with(fields(), &[("budget", "10001"), ("share.facebook", "50"), ("share.instagram", "50")]);
    let answer = send(&mut owner, "/campaigns/preview", &typed, "").await;
    answer.assert_status(200).assert_has("5,001").assert_has("5,000").assert_has("JPY a day, exactly");
    let answer = send(&mut owner, "/campaigns/preview", &with(typed, &[("budget", "100.50")]), "").await;
    answer.assert_has("JPY has 0 decimals");
}

#[actix_web::test]
async fn the_live_preview_and_the_page_show_the_same_column() {
    let (_app, mut owner) = ready().await;
    let typed = with(fields(), &[("expected_cost", "5.00"), ("ceiling.instagram", "55")]);
    let live = send(&mut owner, "/campaigns/preview", &typed, "").await;
    live.assert_status(200).assert_has("65 to 110 purchases a week, at the cost you entered");
    let page = send(&mut owner, "/campaigns/new", &typed, "look").await;
    page.assert_status(200);
    let column = |body: &str| between(body, "<aside id=\"makes\"", "</aside>").unwrap();
    assert_eq!(column(&live.body), column(&page.body));
}

#[actix_web::test]
async fn sharing_is_advised_where_an_ad_set_would_starve() {
    let (_app, mut owner) = ready().await;
    let typed = with(fields(), &[("expected_cost", "30.00")]);
    send(&mut owner, "/campaigns/preview", &typed, "").await.assert_has("shared is advised");
    let shared = with(typed, &[("shape", "shared")]);
    send(&mut owner, "/campaigns/preview", &shared, "").await.assert_lacks("shared is advised");
}

#[actix_web::test]
async fn without_costs_the_results_are_unknown() {
    let (_app, mut owner) = ready().await;
    send(&mut owner, "/campaigns/preview", &fields(), "").await.assert_has("results a week: unknown");
}

#[actix_web::test]
async fn rows_are_added_and_taken_out_without_losing_what_was_typed() {
    let (_app, mut owner) = ready().await;
    let page = send(&mut owner, "/campaigns/new", &fields(), "add_ad").await;
    page.assert_status(200).assert_has("name=\"ads.1.message\"").assert_has("Warm light, real linen.");
    let page = send(&mut owner, "/campaigns/new", &fields(), "add_city:777|PT|Lisbon").await;
    page.assert_has("name=\"cities.0.key\" value=\"777\"").assert_has("Lisbon, PT and");
    let typed = with(fields(), &[("languages.0.key", "31"), ("languages.0.name", "Portuguese")]);
    send(&mut owner, "/campaigns/new", &typed, "look").await.assert_has("name=\"languages.0.key\" value=\"31\"");
    send(&mut owner, "/campaigns/new", &typed, "remove_language:0").await.assert_lacks("languages.0.key");
}

#[actix_web::test]
async fn a_search_that_meta_does_not_answer_loses_nothing() {
    let (_app, mut owner) = ready().await;
    let typed = with(fields(), &[("city_query", "Lis")]);
    let page = send(&mut owner, "/campaigns/new", &typed, "find_cities").await;
    page.assert_status(200).assert_has("The search did not answer").assert_has("value=\"Lis\"").assert_has("Christmas sale");
}

#[actix_web::test]
async fn a_picture_may_come_with_the_form() {
    let (_app, mut owner) = ready().await;
    let form = |file: Vec<u8>| {
        let all = with(fields(), &[("action", "save")]);
        let text = all.into_iter().fold(Form::new(), |form, (name, value)| form.text(name, value));
        text.part("ads.0.file", Part::bytes(file).file_name("C:\\pictures\\lamp.jpg"))
    };
    let csrf = owner.csrf().await;
    let answer = owner.upload("/campaigns/new", |_| form(jpeg(1200, 1500)).text("csrf", csrf.clone())).await;
    answer.assert_status(403); // The token came after the file.
    let prepend = |token: Form, file: Vec<u8>| {
        let all = with(fields(), &[("action", "save")]);
        let text = all.into_iter().fold(token, |form, (name, value)| form.text(name, value));
        text.part("ads.0.file", Part::bytes(file).file_name("C:\\pictures\\lamp.jpg"))
    };
    let answer = owner.upload("/campaigns/new", |token| prepend(token, jpeg(1200, 1500))).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    owner.get(answer.location()).await.assert_has("lamp.jpg, 1200 x 1500");
    let answer = owner.upload("/campaigns/new", |token| prepend(token, b"GIF89a".to_vec())).await;
    answer.assert_status(422).assert_has("This is neither a JPEG nor a PNG picture").assert_has("Warm light, real linen.");
}

#[actix_web::test]
async fn a_picture_that_is_too_small_is_refused_at_its_field() {
    let (_app, mut owner) = ready().await;
    let small = picture(&mut owner, 400, 500).await;
    let answer = send(&mut owner, "/campaigns/new", &with(fields(), &[("ads.0.picture", &small)]), "review").await;
    answer.assert_status(422).assert_has("The picture is 400 x 500; Meta wants at least 600 x 600.");
}

#[actix_web::test]
async fn a_save_over_somebody_elses_is_refused_and_nothing_is_lost() {
    let (_app, mut owner) = ready().await;
    let answer = send(&mut owner, "/campaigns/new", &fields(), "save").await;
    let path = answer.location().to_owned();
    send(&mut owner, &path, &with(fields(), &[("revision", "1"), ("name", "First")]), "save").await.assert_status(303);
    let late = send(&mut owner, &path, &with(fields(), &[("revision", "1"), ("name", "Second")]), "save").await;
    late.assert_status(409).assert_has("Somebody saved this campaign meanwhile").assert_has("value=\"Second\"");
    owner.get(&path).await.assert_has("value=\"First\"");
}

#[actix_web::test]
async fn campaigns_and_pictures_of_other_workspaces_are_not_here() {
    let (app, mut owner) = ready().await;
    let mine = picture(&mut owner, 1200, 1500).await;
    let campaign = send(&mut owner, "/campaigns/new", &fields(), "save").await;
    let mut other = app.member("Other Shop", "eva@example.com", Role::Owner).await;
    link(&app, "Other Shop", "EUR", 6_001).await;
    other.get(campaign.location()).await.assert_status(404);
    send(&mut other, campaign.location(), &with(fields(), &[("revision", "1")]), "save").await.assert_status(404);
    other.get(&format!("/pictures/{mine}")).await.assert_status(404);
    other.get("/campaigns").await.assert_lacks("Christmas sale");
    let stolen = with(fields(), &[("account", "6001"), ("ads.0.picture", &mine)]);
    let answer = send(&mut other, "/campaigns/new", &stolen, "review").await;
    answer.assert_status(422).assert_has("That picture is not here; choose it again.");
    owner.get(&format!("/pictures/{mine}")).await.assert_status(200);
}

#[actix_web::test]
async fn an_analyst_sees_the_list_and_defines_nothing() {
    let (app, mut owner) = ready().await;
    send(&mut owner, "/campaigns/new", &fields(), "save").await.assert_status(303);
    let mut analyst = app.member("Casa Lume", "rui@example.com", Role::Analyst).await;
    analyst.get("/campaigns").await.assert_status(200).assert_has("Christmas sale").assert_lacks("New campaign");
    analyst.get("/campaigns/new").await.assert_status(403);
    send(&mut analyst, "/campaigns/new", &fields(), "save").await.assert_status(403);
}

#[actix_web::test]
async fn no_form_is_taken_without_its_token() {
    let (_app, mut owner) = ready().await;
    for path in ["/campaigns/new", "/campaigns/preview", "/pictures"] {
        owner.post_raw(path, &[("csrf", "forged"), ("name", "x")]).await.assert_status(403);
    }
}

#[actix_web::test]
async fn without_an_ad_account_the_form_says_so_and_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    owner.get("/campaigns/new").await.assert_status(200).assert_has("No ad account is connected yet");
    let answer = send(&mut owner, "/campaigns/new", &with(fields(), &[("account", "")]), "save").await;
    answer.assert_status(422).assert_has("Connect an ad account first").assert_has("Warm light, real linen.");
}

#[actix_web::test]
async fn every_shape_is_chosen_and_shown_without_javascript() {
    let (_app, mut owner) = ready().await;
    let picture = picture(&mut owner, 1200, 1500).await;
    let usual = with(fields(), &[("ads.0.picture", &picture)]);
    let guided = with(usual.clone(), &[("shape", "guided"), ("floor.facebook", "30"), ("ceiling.facebook", "70 %")]);
    let shown = send(&mut owner, "/campaigns/new", &guided, "look").await;
    shown.assert_status(200).assert_has("42.00 to 98.00").assert_has("EUR a day, Meta divides").assert_has("value=\"70 %\"");
    send(&mut owner, "/campaigns/new", &guided, "review").await.assert_status(303);
    let crossed = with(guided, &[("ceiling.facebook", "20")]);
    let answer = send(&mut owner, "/campaigns/new", &crossed, "review").await;
    answer.assert_status(422).assert_has("id=\"error-ceiling.facebook\">The ceiling is below the floor");

    let mut groups = with(usual.clone(), &[("shape", "per_group"), ("share.feeds", "70"), ("share.stories", "")]);
    for place in ["facebook.story", "instagram.story"] {
        groups.push(("placements".into(), place.into()));
    }
    let shown = send(&mut owner, "/campaigns/new", &groups, "look").await;
    shown.assert_status(200).assert_has("98.00").assert_has("42.00").assert_has("Christmas sale · Stories");
    send(&mut owner, "/campaigns/new", &groups, "review").await.assert_status(303);

    let automatic = with(usual, &[("automatic", "yes")]);
    send(&mut owner, "/campaigns/new", &automatic, "review")
        .await
        .assert_status(422)
        .assert_has("id=\"error-automatic\">Where Meta");
    let automatic = with(automatic, &[("shape", "shared")]);
    let shown = send(&mut owner, "/campaigns/new", &automatic, "look").await;
    shown.assert_has("Automatic placements").assert_has("shown as “other”");
    send(&mut owner, "/campaigns/new", &automatic, "review").await.assert_status(303);
    owner.get("/campaigns").await.assert_has("guided").assert_has("per placement group").assert_has("shared");
}

#[actix_web::test]
async fn names_and_links_are_previewed_as_they_are_typed() {
    let (_app, mut owner) = ready().await;
    let picture = picture(&mut owner, 1200, 1500).await;
    let typed = with(
        fields(),
        &[
            ("ads.0.picture", &picture),
            ("names.campaign", "{objective}_{countries}_{start:YYYY-MM}_{campaign}"),
            ("names.ad", "{ad}_{net}"),
            ("source.instagram", "ig"),
            ("utm_content", "{ad}-{network}"),
        ],
    );
    let seen = send(&mut owner, "/campaigns/preview", &typed, "").await;
    seen.assert_status(200).assert_has("Sales_PT-ES_2026-12_Christmas sale").assert_has("Lamp_FB").assert_has("Lamp_IG");
    seen.assert_has("utm_source=ig&#38;utm_medium=paid_social&#38;utm_campaign=christmas-sale&#38;utm_content=lamp-ig");
    let wrong = with(typed, &[("names.ad_set", "{campaign} {network"), ("utm_content", "{nothing}")]);
    let answer = send(&mut owner, "/campaigns/new", &wrong, "review").await;
    answer.assert_status(422).assert_has("stands alone").assert_has("{nothing} is no variable; there are {campaign}");
    answer.assert_has("value=\"{campaign} {network\"");
}
