//! Rows a second: an export over HTTP, an import of a file, a sync from the sandbox; start to listening; idle memory.
//!
//! `cargo bench --bench throughput` runs all of them on SQLite in a temporary directory and prints a line each.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code, unused_imports)]
#[path = "../tests/support/mod.rs"]
mod support;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::json;
use support::{Business, Figures, TestApp};
use tandem::domain::campaign::AdForm;
use tandem::service::{imports, publish, sync};
use tandem::store::StoreError;

const RUNS: usize = 5;
const IMPORT_ROWS: usize = 100_000;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn main() {
    actix_web::rt::System::new().block_on(async {
        export().await;
        import().await;
        sync_from_the_sandbox().await;
    });
    start();
}

/// Prints the rates of several runs: the middle one and the spread.
fn tell(what: &str, rows: usize, mut seconds: Vec<f64>) {
    seconds.sort_by(f64::total_cmp);
    let rate = |s: f64| rows as f64 / s;
    let middle = seconds[seconds.len() / 2];
    println!(
        "{what}: {rows} rows, median {:.0} rows/s, {:.0} to {:.0} over {} runs",
        rate(middle),
        rate(seconds[seconds.len() - 1]),
        rate(seconds[0]),
        seconds.len()
    );
}

async fn export() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    figures.business(20, 90, 1, "2026-11-21".parse().unwrap());
    let mut seconds = Vec::new();
    let mut rows = 0;
    for _ in 0..RUNS {
        let started = Instant::now();
        let answer = owner.get("/dashboard.csv?period=90d&compare=none&by=day,campaign,network,placement").await;
        seconds.push(started.elapsed().as_secs_f64());
        answer.assert_status(200);
        rows = answer.body.lines().count() - 1;
    }
    tell("export (CSV over HTTP, day x campaign x placement)", rows, seconds);
}

async fn import() {
    let mut seconds = Vec::new();
    for _ in 0..RUNS {
        let app = TestApp::new().await;
        app.owner().await;
        let actor = app.actor("Casa Lume").await;
        let path = app.ctx.data_dir.join("big.csv");
        let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        writeln!(file, "Campaign name,Ad name,Day,Platform,Placement,Impressions,Link clicks,Amount spent (EUR),Reporting starts,Reporting ends").unwrap();
        let first: chrono::NaiveDate = "2026-01-01".parse().unwrap();
        for row in 0..IMPORT_ROWS {
            let day = first + chrono::Days::new((row % 90) as u64);
            let ad = row / 90;
            writeln!(
                file,
                "Campaign {},Ad {ad},{day},facebook,Feed,{},{},{}.{:02},{day},{day}",
                ad % 40,
                100 + row % 900,
                row % 30,
                row % 12,
                row % 100
            )
            .unwrap();
        }
        file.flush().unwrap();
        drop(file);
        let wish =
            imports::Wish { account: imports::AccountChoice::Named("Old account".into()), currency: None, skip_bad: false };
        let started = Instant::now();
        imports::import_file(&app.ctx, &actor, &path, wish).await.unwrap();
        seconds.push(started.elapsed().as_secs_f64());
    }
    tell("import (file to visible, read twice, roll-ups included)", IMPORT_ROWS, seconds);
}

async fn sync_from_the_sandbox() {
    let business = Business::connected().await;
    for _ in 0..10 {
        let campaign = business
            .campaign_with(|form| {
                let first = form.ads[0].clone();
                let numbered = |n: usize| AdForm { key: n.to_string(), name: format!("Ad {n}"), ..first.clone() };
                form.ads = (1..=10).map(numbered).collect();
            })
            .await;
        let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
        publish::approve(&business.app.ctx, &business.actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
        business.app.run_jobs().await;
    }
    business.app.control("clock", json!({"advance_days": 28})).await;
    let task = sync::SyncAccount { workspace: business.actor.workspace, account: business.account };
    // The first run has the sandbox work out its days; the ones measured read what is worked out already.
    sync::run(&business.app.ctx, &task).await.unwrap();
    let read = business.app.ctx.db.read(|c| Ok(diesel::sql_query("SELECT COUNT(*) AS n FROM facts").get_result::<Count>(c)?.n));
    let rows = usize::try_from(read.await.unwrap()).unwrap();
    let mut seconds = Vec::new();
    for _ in 0..RUNS {
        for statement in [
            "DELETE FROM facts",
            "DELETE FROM action_facts",
            "DELETE FROM rollups",
            "DELETE FROM action_rollups",
            "DELETE FROM reach_facts",
            "UPDATE ad_accounts SET synced_since_on = NULL, synced_until_on = NULL",
        ] {
            let emptied = business.app.ctx.db.write(move |c| Ok::<_, StoreError>(diesel::sql_query(statement).execute(c)?));
            emptied.await.unwrap();
        }
        let started = Instant::now();
        sync::run(&business.app.ctx, &task).await.unwrap();
        seconds.push(started.elapsed().as_secs_f64());
    }
    tell("sync (sandbox over HTTP to facts and roll-ups)", rows, seconds);
}

/// Starts the real binary on an empty directory: time to listening, and memory when nothing is published.
fn start() {
    let mut seconds = Vec::new();
    let mut memory = Vec::new();
    for _ in 0..RUNS {
        let directory = tempfile::tempdir().unwrap();
        let started = Instant::now();
        let mut server = Command::new(env!("CARGO_BIN_EXE_tandem"))
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(directory.path())
            .env("TANDEM_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        while !lines.next().unwrap().unwrap().contains("listens on") {}
        seconds.push(started.elapsed().as_secs_f64());
        std::thread::sleep(std::time::Duration::from_secs(3));
        let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
        let resident = status.lines().find(|l| l.starts_with("VmRSS")).unwrap();
        memory.push(resident.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap());
        server.kill().unwrap();
        server.wait().unwrap();
    }
    seconds.sort_by(f64::total_cmp);
    memory.sort_unstable();
    println!(
        "start to listening on an empty directory: median {:.0} ms, {:.0} to {:.0}",
        seconds[2] * 1e3,
        seconds[0] * 1e3,
        seconds[4] * 1e3
    );
    println!(
        "memory 3 s after the start, nothing published: median {} MB, {} to {}",
        memory[2] / 1024,
        memory[0] / 1024,
        memory[4] / 1024
    );
}
