//! The dashboard under load: seeds a database, serves it, lets `wrk` ask for the page uncached over gzip.
//!
//! `cargo bench --bench dashboard` measures 20 campaigns x 90 days x 11 positions with one ad a campaign, then with ten times the
//! ads behind the same campaign-days. `cargo bench --bench dashboard -- serve [ads] [days]` seeds and keeps serving, to look at it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code)]
#[path = "../tests/support/figures.rs"]
mod figures;

use std::net::TcpListener;
use std::process::Command;

use secrecy::ExposeSecret;
use tandem::clock::Clock;
use tandem::config::Config;
use tandem::domain::role::Role;
use tandem::service::users::NewUser;
use tandem::service::{sessions, workspaces};
use tandem::web::state::State;

const CAMPAIGNS: usize = 20;
const DAYS: u64 = 90;

struct House {
    address: String,
    cookie: String,
    _directory: tempfile::TempDir,
}

/// The list of campaigns: accounts, and campaigns in all.
const ACCOUNTS: usize = 200;
const LISTED: usize = 2_000;

/// 20 campaigns in one account.
async fn house(ads: usize, days: u64) -> House {
    let until = "2026-11-21".parse().unwrap();
    let seed = |made: &figures::Figures| {
        let account = made.business(CAMPAIGNS, days, ads, until);
        made.reach(account, until - chrono::Days::new(27), until, [184_200, 82_000, 122_900]);
    };
    house_with(seed).await
}

/// An agency: many accounts, ten campaigns each, three days of figures.
async fn agency() -> House {
    let until: chrono::NaiveDate = "2026-11-21".parse().unwrap();
    let since = until - chrono::Days::new(6);
    let seed = |made: &figures::Figures| {
        for at in 0..ACCOUNTS {
            let account = made.account(&format!("Client {at}"), if at % 3 == 0 { "USD" } else { "EUR" }, Some((since, until)));
            let campaigns: Vec<(i64, i64)> = (0..LISTED / ACCOUNTS)
                .map(|n| {
                    let campaign = made.campaign(
                        account,
                        &format!("Client {at} campaign {n}"),
                        if n % 4 == 0 { "PAUSED" } else { "ACTIVE" },
                    );
                    (campaign, made.ad(account, campaign, "Picture"))
                })
                .collect();
            for back in 0..3 {
                let rows: Vec<figures::Row> = campaigns
                    .iter()
                    .flat_map(|(campaign, ad)| {
                        figures::POSITIONS.into_iter().take(8).map(move |(network, position)| figures::Row {
                            campaign: *campaign,
                            ad: *ad,
                            network,
                            position,
                            spend_micros: 1_000_000 + campaign % 977 * 10_000,
                            impressions: 900,
                            clicks: 12,
                            reach: None,
                            result: Some(("purchase", "7d_click", 1, None)),
                        })
                    })
                    .collect();
                made.day(account, until - chrono::Days::new(back), &rows);
            }
        }
    };
    house_with(seed).await
}

async fn house_with(seed: impl FnOnce(&figures::Figures)) -> House {
    let directory = tempfile::tempdir().unwrap();
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        data: directory.path().to_owned(),
        database_url: directory.path().join("tandem.db").display().to_string(),
        graph_url: "http://127.0.0.1:9".parse().unwrap(),
        sandbox: None,
        smtp_url: None,
        mail_from: "Tandem <tandem@localhost>".into(),
        webhooks_private: false,
        public_url: None,
        metrics_token: None,
        api_calls: tandem::web::state::API_CALLS,
        max_upload: 1 << 20,
    };
    let ctx = tandem::app::open(&config, Clock::manual("2026-11-21T08:00:00Z".parse().unwrap())).unwrap();
    let owner = NewUser { email: "ana@example.com".into(), name: "Ana".into(), password: "correct horse battery".into() };
    workspaces::create_member(&ctx, "Casa Lume", owner, Role::Owner).await.unwrap();
    let workspace = workspaces::by_name(&ctx, "Casa Lume").await.unwrap().id;
    let seeded = std::time::Instant::now();
    seed(&figures::Figures::new(&ctx.db, workspace));
    eprintln!("seeded in {:.1?}", seeded.elapsed());
    let session = sessions::sign_in(&ctx, "ana@example.com", "correct horse battery".into(), "bench").await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    actix_web::rt::spawn(tandem::app::serve(State::new(ctx, false), listener, 2).unwrap());
    House { address, cookie: format!("tandem_session={}", session.expose_secret()), _directory: directory }
}

async fn measure(house: &House, query: &str) {
    let url = format!("{}/{query}", house.address);
    let client = reqwest::Client::builder().no_gzip().build().unwrap();
    let page = client.get(&url).header("cookie", &house.cookie).header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(page.status(), 200);
    println!("{query:>14} {} bytes over gzip", page.bytes().await.unwrap().len());
    for connections in ["1", "4"] {
        let (cookie, url) = (format!("Cookie: {}", house.cookie), url.clone());
        let run = move || {
            Command::new("wrk")
                .args(["-t1", "-c", connections, "-d8s", "--latency", "-H", &cookie, "-H", "Accept-Encoding: gzip", &url])
                .output()
                .expect("wrk runs: apt-get install wrk")
        };
        let output = actix_web::web::block(run).await.unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = |name: &str| text.lines().find(|l| l.trim().starts_with(name)).unwrap_or_default().trim().replace("  ", " ");
        println!(
            "{query:>14} {connections} connection(s): p50 {}, p99 {}, {} {}",
            line("50%"),
            line("99%"),
            line("Requests/sec"),
            line("Non-2xx")
        );
    }
}

#[actix_web::main]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if arguments.first().is_some_and(|a| a == "serve") {
        let number = |at: usize, usual: u64| arguments.get(at).and_then(|n| n.parse().ok()).unwrap_or(usual);
        let house = house(usize::try_from(number(1, 2)).unwrap(), number(2, DAYS)).await;
        println!("{} {}", house.address, house.cookie);
        tokio::signal::ctrl_c().await.unwrap();
        return;
    }
    if arguments.first().is_some_and(|a| a == "list") {
        let house = agency().await;
        println!("{ACCOUNTS} accounts, {LISTED} campaigns");
        for query in ["campaigns", "campaigns?sort=name", "campaigns?status=paused", "campaigns?q=client+7"] {
            measure(&house, query).await;
        }
        return;
    }
    for ads in [1, 10] {
        let house = house(ads, DAYS).await;
        println!("{CAMPAIGNS} campaigns x {DAYS} days x 11 positions x {ads} ads");
        for query in ["", "?period=90d"] {
            measure(&house, query).await;
        }
    }
}
