//! The real server, killed again and again while it carries plans out against a sandbox that is a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use tandem::domain::id::CampaignId;
use tandem::graph::Client;
use tandem::store::{Db, workspaces};

use crate::support::{Census, PASSWORD, filled_in, png};

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

/// A process that says where it listens; killed with this.
struct Process {
    child: Child,
    base: String,
}

impl Process {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.find(|line| line.as_ref().unwrap().contains("listens on ")).expect("it ended at once").unwrap();
        let (_, base) = line.rsplit_once(' ').unwrap();
        // Nobody reads on: what it says later must not fill the pipe and stop it.
        std::thread::spawn(move || lines.count());
        Self { child, base: base.to_owned() }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        assert!(!self.child.wait().unwrap().success());
    }

    fn end(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success() && self.child.wait().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Only where the test failed before it ended it; one that has ended already needs nothing.
        let _ = self.child.kill();
    }
}

fn tandem(data: &Path, graph: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
    command.env_remove("DATABASE_URL").env("TANDEM_LOG", "error");
    command.env("TANDEM_SANDBOX", "off").env("TANDEM_GRAPH_URL", graph).arg("--data").arg(data);
    command
}

fn run(mut command: Command, input: &str) -> String {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The admin endpoints of the server as it now runs.
struct Api<'a> {
    http: &'a reqwest::Client,
    base: String,
    token: &'a str,
}

impl Api<'_> {
    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.base)).bearer_auth(self.token);
        let answer = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = answer.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn post(&self, path: &str, body: Value, expected: u16) -> Value {
        let (status, body) = self.send(Method::POST, path, Some(body)).await;
        assert_eq!(status, expected, "{path}: {body}");
        body
    }

    /// Links the sandbox's business and allows writing to its ad account; returns the form of a campaign.
    async fn settle_in(&self, identity: &Value) -> Value {
        let offer = self.post("/connections/pending", json!({ "token": identity["system_user_token"] }), 201).await;
        let wish = json!({
            "name": "Lume at Meta",
            "ad_accounts": [identity["ad_account_id"]],
            "pages": [{ "id": identity["page_id"], "instagram": identity["instagram_user_id"] }],
            "pixels": [{ "account": identity["ad_account_id"], "id": identity["pixel_id"] }],
        });
        let pending = offer["id"].as_str().unwrap();
        let linked = self.post(&format!("/connections/pending/{pending}/link"), wish, 201).await;
        let account = linked["ad_accounts"][0]["id"].as_str().unwrap();
        let (status, said) =
            self.send(Method::PUT, &format!("/accounts/{account}/writing"), Some(json!({ "confirmed": true }))).await;
        assert_eq!(status, 204, "{said}");
        let picture = self.http.post(format!("{}/api/v1/pictures?name=lamp.png", self.base)).bearer_auth(self.token);
        let picture = picture.header("Content-Type", "image/png").body(png(600, 750)).send().await.unwrap();
        let picture: Value = picture.json().await.unwrap();
        let mut form = filled_in(self.get("/campaigns/form").await, &identity["pixel_id"], &picture["id"]);
        form["shape"] = json!("per_group");
        form["amounts"] = json!("even");
        form
    }

    /// Defines a campaign and approves its plan.
    async fn begin(&self, form: &Value, number: usize) -> String {
        let mut form = form.clone();
        form["name"] = json!(format!("Sale {number}"));
        let made = self.post("/campaigns", form, 201).await;
        assert_eq!(made["judged"]["problems"], json!([]));
        let id = made["id"].as_str().unwrap().to_owned();
        // Another plan under way may just have made what this one would have made, the shared picture: then it is read again, as a
        // person would.
        for _ in 0..10 {
            let plan = self.get(&format!("/campaigns/{id}/plan")).await;
            let approval = json!({ "hash": plan["hash"], "run": "active" });
            let (status, said) = self.send(Method::POST, &format!("/campaigns/{id}/plan/approve"), Some(approval)).await;
            match status {
                202 => return id,
                409 => {}
                _ => panic!("{status}: {said}"),
            }
        }
        panic!("the plan of {id} changes each time it is read");
    }

    /// Whether a plan is carried out; one that broke off is carried on.
    async fn is_applied(&self, id: &str) -> bool {
        let progress = self.get(&format!("/campaigns/{id}/plan")).await["progress"].clone();
        match progress["state"].as_str().unwrap() {
            "applied" => true,
            "failed" => panic!("nothing refuses anything here: {progress:#}"),
            _ => false,
        }
    }
}

/// How many calls a sandbox received since it was last asked.
async fn calls(http: &reqwest::Client, sandbox: &str) -> usize {
    let answer: Value = http.get(format!("{sandbox}/_sandbox/calls")).send().await.unwrap().json().await.unwrap();
    answer["calls"].as_array().unwrap().len()
}

#[actix_web::test]
async fn fifty_kills_leave_every_plan_carried_out_once() {
    let (began, directory) = (Instant::now(), tempfile::tempdir().unwrap());
    let (data, state) = (directory.path().join("data"), directory.path().join("sandbox"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
    command.args(["sandbox", "--listen", "127.0.0.1:0", "--seed", "7", "--state"]).arg(&state);
    let sandbox = Process::start(command);
    // Fails only where another test has installed it already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    let identity: Value = http.get(format!("{}/_sandbox/identity", sandbox.base)).send().await.unwrap().json().await.unwrap();

    let place = ["--workspace", "Casa Lume", "--role", "owner"];
    let mut user = tandem(&data, &sandbox.base);
    user.args(["user", "add", "--email", "ana@example.com", "--name", "Ana", "--password-stdin"]).args(place);
    run(user, &format!("{PASSWORD}\n"));
    let mut token = tandem(&data, &sandbox.base);
    token.args(["token", "create", "--name", TOKEN_NAME]).args(place);
    let token = run(token, "");

    let serve = || {
        let mut command = tandem(&data, &sandbox.base);
        command.args(["--listen", "127.0.0.1:0", "serve"]);
        Process::start(command)
    };
    let mut server = serve();
    let api = |server: &Process| Api { http: &http, base: server.base.clone(), token: &token };
    let form = api(&server).settle_in(&identity).await;
    let mut rng = StdRng::seed_from_u64(SEED);
    // Every campaign, those whose plan is still carried out, and how many calls were received before each kill.
    let (mut begun, mut open, mut received): (Vec<String>, Vec<String>, Vec<usize>) = Default::default();
    for kill in 1..=KILLS {
        let (api, since) = (api(&server), Instant::now());
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
        calls(&http, &sandbox.base).await;
        let (wanted, mut seen, mut heard) = (rng.random_range(1..=60), 0, Instant::now());
        while seen < wanted {
            let new = calls(&http, &sandbox.base).await;
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
        server = serve();
    }
    let (api, since) = (api(&server), Instant::now());
    for id in &begun {
        while !api.is_applied(id).await {
            assert!(since.elapsed() < PATIENCE, "the plan of {id} does not end");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let plan = api.post(&format!("/campaigns/{id}/plan/refresh"), json!({}), 200).await;
        assert_eq!(plan["is_empty"], true, "{plan:#}");
    }
    server.end();

    let db = Db::open(data.join("tandem.db").to_str().unwrap()).unwrap();
    let workspace = db.read_now(workspaces::list).unwrap()[0].id;
    let mut census = Census::default();
    for id in &begun {
        census.expect(&db, workspace, id.parse::<CampaignId>().unwrap()).await;
    }
    let meta = Client::new(&sandbox.base, identity["access_token"].as_str().unwrap().to_owned().into(), None).unwrap();
    let wrong = census.take(&meta, &identity["ad_account_id"].as_str().unwrap().parse().unwrap()).await;
    assert!(wrong.is_nothing(), "killed after {received:?} calls: {wrong:#?}");
    sandbox.end();
    eprintln!("{} plans, {KILLS} kills, {:.1} s", begun.len(), began.elapsed().as_secs_f64());
}
