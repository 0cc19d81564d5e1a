//! The built binary: people, tokens, backup, restore, doctor, export.

use std::io::BufRead;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use chrono::NaiveDate;
use secrecy::SecretString;
use serde_json::Value;
use tandem::domain::role::Role;
use tandem::service::sessions;
use tandem::store::audit;

use crate::support::{Figures, PASSWORD, TestApp, TestDatabase};

/// Runs `tandem` on a data directory (and a PostgreSQL database, where the suite runs on one).
fn tandem(data: &Path, database: Option<&str>, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
    command.args(arguments).arg("--data").arg(data).env_remove("DATABASE_URL").env_remove("TANDEM_LOG");
    if let Some(url) = database {
        command.env("DATABASE_URL", url);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The app's own data directory and database.
fn in_house(app: &TestApp, arguments: &[&str], input: &str) -> Output {
    let url = app.ctx.db.is_postgres().then_some(app.database.url.as_str());
    tandem(app.database.directory.path(), url, arguments, input)
}

#[track_caller]
fn said(output: &Output, code: i32) -> String {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

async fn may_sign_in(app: &TestApp, email: &str, password: &str) -> bool {
    sessions::sign_in(&app.ctx, email, SecretString::from(password.to_owned()), "test").await.is_ok()
}

#[actix_web::test]
async fn people_are_added_listed_given_roles_and_passwords_and_shut_out() {
    let app = TestApp::new().await;
    app.owner().await;
    let bo = ["--email", "bo@example.com"];
    let create =
        ["user", "add", bo[0], bo[1], "--name", "Bo", "--workspace", "Casa Lume", "--role", "analyst", "--password-stdin"];
    said(&in_house(&app, &create, &format!("{PASSWORD}\n")), 0);
    said(&in_house(&app, &["user", "role", bo[0], bo[1], "--workspace", "Casa Lume", "--role", "manager"], ""), 0);
    let list = said(&in_house(&app, &["user", "list"], ""), 0);
    assert!(list.contains("bo@example.com\tBo\tmanager of Casa Lume"), "{list}");
    assert!(may_sign_in(&app, bo[1], PASSWORD).await);
    let mut browser = app.stranger();
    browser.sign_in(bo[1], PASSWORD).await;
    said(&in_house(&app, &["user", "password", bo[0], bo[1], "--password-stdin"], "a new and longer password\n"), 0);
    browser.get("/").await.assert_status(303);
    assert!(!may_sign_in(&app, bo[1], PASSWORD).await);
    assert!(may_sign_in(&app, bo[1], "a new and longer password").await);
    let mut browser = app.stranger();
    browser.sign_in(bo[1], "a new and longer password").await;
    said(&in_house(&app, &["user", "disable", bo[0], bo[1]], ""), 0);
    browser.get("/").await.assert_status(303);
    assert!(!may_sign_in(&app, bo[1], "a new and longer password").await);
    assert!(said(&in_house(&app, &["user", "list"], ""), 0).contains("bo@example.com (disabled)"));
    said(&in_house(&app, &["user", "enable", bo[0], bo[1]], ""), 0);
    assert!(may_sign_in(&app, bo[1], "a new and longer password").await);

    let last =
        in_house(&app, &["user", "role", "--email", "ana@example.com", "--workspace", "Casa Lume", "--role", "analyst"], "");
    assert!(said(&last, 1).contains("last owner"));
    assert!(said(&in_house(&app, &["user", "disable", "--email", "nobody@example.com"], ""), 1).contains("nobody@example.com"));
    let workspace = app.workspace("Casa Lume").await;
    let events = app.ctx.db.read(move |c| audit::list(c, workspace, None, 100)).await.unwrap();
    for action in ["member.role_changed", "user.password_changed", "user.disabled", "user.enabled"] {
        assert!(events.iter().any(|event| event.action == action && event.via == "command"), "{action}");
    }
}

#[actix_web::test]
async fn tokens_are_made_listed_and_revoked() {
    let app = TestApp::new().await;
    app.owner().await;
    let place = ["--workspace", "Casa Lume"];
    let made = said(&in_house(&app, &["token", "create", "--role", "analyst", "--name", "nightly", place[0], place[1]], ""), 0);
    let token = made.trim();
    app.stranger().get_with_token("/api/v1/workspace", token).await.assert_status(200);
    let list = said(&in_house(&app, &["token", "list", place[0], place[1]], ""), 0);
    let line = list.lines().find(|line| line.contains("nightly")).unwrap();
    assert!(line.contains("analyst") && line.contains("valid") && !list.contains(token), "{list}");
    let id = line.split('\t').next().unwrap();
    said(&in_house(&app, &["token", "revoke", place[0], place[1], id], ""), 0);
    app.stranger().get_with_token("/api/v1/workspace", token).await.assert_status(401);
    assert!(said(&in_house(&app, &["token", "revoke", place[0], place[1], "12"], ""), 1).contains("no such token"));
}

#[actix_web::test]
async fn an_export_has_the_figures_of_the_pages() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let on: NaiveDate = "2026-11-20".parse().unwrap();
    let figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    figures.business(2, 5, 1, on);
    let query = "from=2026-11-16&to=2026-11-20&by=campaign,network&metrics=spend,impressions";
    let file = in_house(&app, &["export", query, "--workspace", "Casa Lume"], "");
    assert!(file.status.success());
    let page = owner.get(&format!("/reports.csv?{query}")).await;
    assert_eq!(String::from_utf8(file.stdout).unwrap(), page.body);
    assert!(page.body.lines().count() > 4, "{}", page.body);
    let json = in_house(&app, &["export", query, "--workspace", "Casa Lume", "--format", "json"], "");
    assert_eq!(serde_json::from_slice::<Value>(&json.stdout).unwrap(), owner.get(&format!("/reports.json?{query}")).await.json());
    assert!(said(&in_house(&app, &["export", "by=shoe", "--workspace", "Casa Lume"], ""), 1).contains("by=shoe"));
}

/// A house on disk with a key of its own, made by the command; `None` on PostgreSQL.
fn house() -> Option<TestDatabase> {
    let database = TestDatabase::new();
    if database.url.starts_with("postgres") {
        return None;
    }
    let create = [
        "user",
        "add",
        "--email",
        "ana@example.com",
        "--name",
        "Ana",
        "--workspace",
        "Casa Lume",
        "--role",
        "owner",
        "--password-stdin",
    ];
    said(&tandem(database.directory.path(), None, &create, &format!("{PASSWORD}\n")), 0);
    Some(database)
}

#[actix_web::test]
async fn a_backup_taken_beside_a_running_server_restores_to_the_same_house() {
    let Some(database) = house() else { return postgres_is_told_its_own_tool() };
    let app = TestApp::over(database, |ctx| ctx).await;
    let data = app.database.directory.path();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("monday.tandem");
    let file = file.to_str().unwrap();
    std::fs::create_dir_all(data.join("sandbox")).unwrap();
    std::fs::write(data.join("sandbox/address"), "127.0.0.1:1").unwrap();
    app.token("Casa Lume", Role::Analyst).await;
    assert!(said(&tandem(data, None, &["backup", file], ""), 0).contains("The key is in it"));
    assert!(said(&tandem(data, None, &["backup", file], ""), 1).contains("is there already"));
    // Written after the backup, so gone after the restore.
    app.token("Casa Lume", Role::Owner).await;

    let there = tempfile::tempdir().unwrap();
    assert!(said(&tandem(there.path(), None, &["restore", file], ""), 0).contains("Restored"));
    let list = said(&tandem(there.path(), None, &["token", "list", "--workspace", "Casa Lume"], ""), 0);
    assert_eq!(list.lines().count(), 1, "{list}");
    let same = |name: &str| assert_eq!(std::fs::read(data.join(name)).unwrap(), std::fs::read(there.path().join(name)).unwrap());
    same("keys/seal.key");
    same("sandbox/address");
    assert!(said(&tandem(there.path(), None, &["doctor"], ""), 0).contains("Every chain is whole"));
    assert!(said(&tandem(there.path(), None, &["restore", file], ""), 1).contains("--replace"));
    said(&tandem(there.path(), None, &["token", "create", "--role", "owner", "--workspace", "Casa Lume"], ""), 0);
    assert!(said(&tandem(there.path(), None, &["restore", file, "--replace"], ""), 0).contains("before-restore-"));
    let list = said(&tandem(there.path(), None, &["token", "list", "--workspace", "Casa Lume"], ""), 0);
    assert_eq!(list.lines().count(), 1, "{list}");
}

fn postgres_is_told_its_own_tool() {
    let database = TestDatabase::new();
    let data = tempfile::tempdir().unwrap();
    for (arguments, tool) in [(["backup", "x"], "pg_dump"), (["restore", "x"], "pg_restore")] {
        let text = said(&tandem(data.path(), Some(&database.url), &arguments, ""), 2);
        assert!(text.contains(tool) && text.contains("seal.key"), "{text}");
    }
}

#[actix_web::test]
async fn what_cannot_be_trusted_is_not_restored_and_changes_nothing() {
    let Some(database) = house() else { return };
    let data = database.directory.path();
    let elsewhere = tempfile::tempdir().unwrap();
    let at = |name: &str| elsewhere.path().join(name).to_str().unwrap().to_owned();
    said(&tandem(data, None, &["backup", &at("good")], ""), 0);
    said(&tandem(data, None, &["backup", &at("keyless"), "--without-key"], ""), 0);
    let change = |name: &str, statement: &str| {
        use diesel::Connection;
        use diesel::connection::SimpleConnection;
        std::fs::copy(at("good"), at(name)).unwrap();
        diesel::SqliteConnection::establish(&at(name)).unwrap().batch_execute(statement).unwrap();
    };
    change("tampered", "UPDATE audit_events SET actor_name = 'nobody' WHERE seq = 1");
    change("newer", "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')");
    change("stranger", "DROP TABLE tandem_backup");
    change("climber", "UPDATE tandem_backup SET name = '../escaped' WHERE name = 'keys/seal.key'");
    std::fs::write(at("text"), "not a database").unwrap();
    let mut cut = std::fs::read(at("good")).unwrap();
    cut.truncate(cut.len() / 2);
    std::fs::write(at("cut"), cut).unwrap();
    let before = std::fs::read(data.join("tandem.db")).unwrap();
    for (name, words) in
        [("tampered", "event 1"), ("newer", "newer version"), ("stranger", "no backup"), ("text", "no backup"), ("cut", "")]
    {
        let text = said(&tandem(data, None, &["restore", &at(name), "--replace"], ""), 1);
        assert!(text.contains(words), "{name}: {text}");
        assert_eq!(std::fs::read(data.join("tandem.db")).unwrap(), before, "{name}");
    }
    let empty = tempfile::tempdir().unwrap();
    assert!(said(&tandem(empty.path(), None, &["restore", &at("keyless")], ""), 1).contains("holds no key"));
    said(&tandem(empty.path(), None, &["restore", &at("climber")], ""), 1);
    assert!(!elsewhere.path().join("escaped").exists() && !empty.path().join("tandem.db").exists());
    std::fs::create_dir_all(empty.path().join("keys")).unwrap();
    std::fs::copy(data.join("keys/seal.key"), empty.path().join("keys/seal.key")).unwrap();
    said(&tandem(empty.path(), None, &["restore", &at("keyless")], ""), 0);
    // As a running server holds it.
    let lock = std::fs::File::open(data.join("tandem.lock")).unwrap();
    lock.lock_shared().unwrap();
    assert!(said(&tandem(data, None, &["restore", &at("good"), "--replace"], ""), 1).contains("stop it first"));
}

#[actix_web::test]
async fn the_doctor_finds_a_healthy_house_healthy_and_says_what_is_wrong_with_an_ill_one() {
    let app = TestApp::new().await;
    app.owner().await;
    // Makes the key.
    said(&in_house(&app, &["user", "list"], ""), 0);
    let json = in_house(&app, &["doctor", "--json", "--online"], "");
    let findings: Value = serde_json::from_slice(&json.stdout).unwrap();
    let bad: Vec<&Value> = findings.as_array().unwrap().iter().filter(|f| f["health"] == "bad" && f["about"] != "disk").collect();
    assert!(bad.is_empty(), "{bad:?}");
    for about in ["configuration", "data directory", "database", "migrations", "audit log", "ledger", "clock", "queue"] {
        assert!(findings.as_array().unwrap().iter().any(|f| f["about"] == about), "{about}");
    }

    assert!(said(&in_house(&app, &["audit", "verify", "--workspace", "Casa Lume"], ""), 0).contains("events is whole"));
    let lines = said(&in_house(&app, &["audit", "export", "--workspace", "Casa Lume"], ""), 0);
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((first["seq"].as_i64(), first["previous_hash"].as_str()), (Some(1), Some("")));
    let csv = said(&in_house(&app, &["audit", "export", "--workspace", "Casa Lume", "--format", "csv"], ""), 0);
    assert!(csv.starts_with("seq,at,actor_id,") && csv.lines().count() == lines.lines().count() + 1, "{csv}");
    said(&in_house(&app, &["ledger", "check"], ""), 0);

    let workspace = app.workspace("Casa Lume").await;
    let figures = Figures::new(&app.ctx.db, workspace);
    figures.business(1, 2, 1, "2026-11-20".parse().unwrap());
    app.ctx
        .db
        .write_now::<_, tandem::store::StoreError>(|c| {
            use diesel::RunQueryDsl;
            diesel::sql_query("UPDATE audit_events SET state = '{}' WHERE seq = 1").execute(c)?;
            diesel::sql_query("UPDATE facts SET spend_micros = spend_micros + 1 WHERE since_on = '2026-11-19'").execute(c)?;
            Ok(())
        })
        .unwrap();
    let text = said(&in_house(&app, &["doctor"], ""), 1);
    assert!(text.contains("BAD   audit log: “Casa Lume” from event 1"), "{text}");
    assert!(text.contains("BAD   ledger: “Casa Lume”, campaign") && text.contains("2026-11-19: the ledger holds"), "{text}");
    let text = said(&in_house(&app, &["audit", "verify"], ""), 1);
    assert!(text.contains("event 1 is the first that does not fit: it was changed after it was written"), "{text}");
    let text = said(&in_house(&app, &["ledger", "check"], ""), 1);
    assert!(text.contains("2026-11-19: the ledger holds") && text.contains("less than Meta reported"), "{text}");
    std::fs::write(app.database.directory.path().join("keys/seal.key"), "nonsense").unwrap();
    assert!(said(&in_house(&app, &["doctor"], ""), 1).contains("damaged"));
    let nowhere = app.database.directory.path().join("nowhere");
    assert!(said(&tandem(&nowhere, None, &["doctor"], ""), 1).contains("There is none at"));
    assert!(!nowhere.exists(), "the doctor makes nothing");
}

#[test]
fn the_split_engine_answers_every_certified_problem_a_line_each() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/allocation/instances.json");
    let instances: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let instances = instances["instances"].as_array().unwrap();
    let lines: String = instances.iter().map(|instance| format!("{instance}\nnonsense\n")).collect();
    let directory = tempfile::tempdir().unwrap();
    // From a file, because the answers begin before the problems end.
    let (problems, data) = (directory.path().join("problems.jsonl"), directory.path().join("data"));
    std::fs::write(&problems, lines).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
    command.arg("allocate").arg("--data").arg(&data).stdin(std::fs::File::open(&problems).unwrap());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let answers: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    assert_eq!(answers.len(), 2 * instances.len());
    for (instance, answer) in instances.iter().zip(answers.iter().step_by(2)) {
        assert_eq!((&answer["id"], &answer["status"]), (&instance["id"], &instance["status"]));
        let (value, optimum) = (answer["value"].as_f64().unwrap_or(0.0), instance["optimum"].as_f64().unwrap_or(0.0));
        assert!(optimum - value <= 1e-6 * optimum, "{answer}");
    }
    assert!(answers.iter().skip(1).step_by(2).all(|answer| answer["status"] == "invalid" && answer["reason"].is_string()));
    assert!(!data.exists(), "it needs no data directory");
}
