//! The real server, killed again and again while it carries plans out against a sandbox that is a process of its own; and the guard
//! that goes on without it.

use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use tandem::domain::id::CampaignId;
use tandem::graph::Client;
use tandem::store::{Db, workspaces};

use crate::support::{Apart, Census, tandem};

const KILLS: usize = 50;
const SEED: u64 = 5;
const TOKEN_NAME: &str = "killer";
/// How long any wait here may take before the test says that it hangs.
const PATIENCE: Duration = Duration::from_secs(60);
/// Without a call for so long the plans at hand wait for something; another one is begun.
const QUIET: Duration = Duration::from_millis(400);
/// Plans that are carried out at a time, where none of them waits.
const AT_ONCE: usize = 3;
/// Plans that are begun at most, those that wait included.
const MOST_AT_ONCE: usize = 6;

#[actix_web::test]
async fn fifty_kills_leave_every_plan_carried_out_once() {
    let began = Instant::now();
    let apart = Apart::new("7", TOKEN_NAME).await;
    let mut server = apart.serve();
    let form = apart.api(&server).settle_in(&apart.identity).await;
    let mut rng = StdRng::seed_from_u64(SEED);
    // Every campaign, those whose plan is still carried out, and how many calls were received before each kill.
    let (mut begun, mut open, mut received): (Vec<String>, Vec<String>, Vec<usize>) = Default::default();
    for kill in 1..=KILLS {
        let (api, since) = (apart.api(&server), Instant::now());
        let mut still: Vec<String> = Vec::new();
        for id in open {
            if !api.is_applied(&id).await {
                still.push(id);
            }
        }
        open = still;
        while open.len() < AT_ONCE {
            open.push(api.begin(&form, begun.len()).await);
            begun.extend(open.last().cloned());
        }
        apart.calls().await;
        let (wanted, mut seen, mut heard) = (rng.random_range(1..=60), 0, Instant::now());
        while seen < wanted {
            let new = apart.calls().await;
            seen += new;
            if new > 0 {
                heard = Instant::now();
            } else if heard.elapsed() > QUIET && open.len() < MOST_AT_ONCE {
                open.push(api.begin(&form, begun.len()).await);
                begun.extend(open.last().cloned());
                heard = Instant::now();
            }
            assert!(since.elapsed() < PATIENCE, "kill {kill}, {} plans begun: the server makes no calls any more", begun.len());
        }
        received.push(seen);
        eprintln!("kill {kill} after {seen} calls, {} plans, {:.1} s", begun.len(), began.elapsed().as_secs_f64());
        server.kill();
        server = apart.serve();
    }
    let (api, since) = (apart.api(&server), Instant::now());
    for id in &begun {
        while !api.is_applied(id).await {
            assert!(since.elapsed() < PATIENCE, "the plan of {id} does not end");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let plan = api.post(&format!("/campaigns/{id}/plan/refresh"), json!({}), 200).await;
        assert_eq!(plan["is_empty"], true, "{plan:#}");
    }
    server.end();

    let db = Db::open(apart.data.join("tandem.db").to_str().unwrap()).unwrap();
    let workspace = db.read_now(workspaces::list).unwrap()[0].id;
    let mut census = Census::default();
    for id in &begun {
        census.expect(&db, workspace, id.parse::<CampaignId>().unwrap()).await;
    }
    let Apart { sandbox, identity, .. } = apart;
    let meta = Client::new(&sandbox.base, identity["access_token"].as_str().unwrap().to_owned().into(), None).unwrap();
    let wrong = census.take(&meta, &identity["ad_account_id"].as_str().unwrap().parse().unwrap()).await;
    assert!(wrong.is_nothing(), "killed after {received:?} calls: {wrong:#?}");
    sandbox.end();
    eprintln!("{} plans, {KILLS} kills, {:.1} s", begun.len(), began.elapsed().as_secs_f64());
}

#[actix_web::test]
async fn the_guard_alone_pauses_what_a_killed_server_left_running() {
    let apart = Apart::new("11", "guarded").await;
    // A connection that is no sandbox workspace goes by the clock of this machine; Meta's goes with it.
    let clock = apart.ask("_sandbox/clock", None).await;
    let there: chrono::DateTime<chrono::Utc> = clock["now"].as_str().unwrap().parse().unwrap();
    let here = chrono::Utc::now();
    apart.ask("_sandbox/clock", Some(json!({ "advance_minutes": (here - there).num_minutes().max(0) }))).await;
    let server = apart.serve();
    let api = apart.api(&server);
    let form = api.settle_in(&apart.identity).await;
    let id = api.begin(&form, 1).await;
    let since = Instant::now();
    while !api.is_applied(&id).await {
        assert!(since.elapsed() < PATIENCE, "the plan does not end");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (first, last) = (here.date_naive() - chrono::Days::new(2), here.date_naive() + chrono::Days::new(60));
    let limit = json!({ "covers": format!("campaign:{id}"), "span": "flight", "since": first, "until": last, "amount": "20", "at_meta": "" });
    api.post("/limits", limit, 201).await;
    server.kill();
    // Six hours of 140 a day are more than 20, and nobody is there but the guard.
    apart.ask("_sandbox/clock", Some(json!({ "advance_minutes": 360 }))).await;
    let token = apart.identity["access_token"].as_str().unwrap().to_owned();
    let account = apart.identity["ad_account_id"].as_str().unwrap().to_owned();
    let status = async || {
        let path = format!("v26.0/{account}/campaigns?fields=status&access_token={token}");
        apart.ask(&path, None).await["data"][0]["status"].clone()
    };
    assert_eq!(status().await, "ACTIVE");
    let mut command = tandem(&apart.data, &apart.sandbox.base);
    let mut guard = command.arg("guard").stdout(Stdio::piped()).spawn().unwrap();
    let since = Instant::now();
    while status().await != "PAUSED" {
        assert!(since.elapsed() < PATIENCE && guard.try_wait().unwrap().is_none(), "the guard did not pause");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(std::process::Command::new("kill").args(["-TERM", &guard.id().to_string()]).status().unwrap().success());
    assert!(guard.wait().unwrap().success());
    let mut told = String::new();
    guard.stdout.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(told.contains("needs no server beside it"), "{told}");
    // The server that comes back knows of it and does not switch it on again.
    let server = apart.serve();
    let limits = apart.api(&server).get("/limits").await;
    assert_eq!(limits["items"][0]["state"], "paused", "{limits:#}");
    assert_eq!(status().await, "PAUSED");
    server.end();
}
