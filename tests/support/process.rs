//! The real binary as processes of its own: a server, a sandbox, commands; and the admin endpoints over HTTP.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{PASSWORD, filled_in, png};

/// A process that says where it listens; killed with this.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub base: String,
}

impl Process {
    /// Started, once it has said where.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.find(|line| line.as_ref().unwrap().contains("listens on ")).expect("it ended at once").unwrap();
        let (_, base) = line.rsplit_once(' ').unwrap();
        // Nobody reads on: what it says later must not fill the pipe and stop it.
        std::thread::spawn(move || lines.count());
        Self { child, base: base.to_owned() }
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        assert!(!self.child.wait().unwrap().success());
    }

    /// SIGTERM, and waits for its orderly end.
    pub fn end(mut self) {
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

/// The real binary on a data directory, with Meta at an address.
pub fn tandem(data: &Path, graph: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
    command.env_remove("DATABASE_URL").env("TANDEM_LOG", "error");
    command.env("TANDEM_SANDBOX", "off").env("TANDEM_GRAPH_URL", graph).arg("--data").arg(data);
    command
}

/// Runs a command to its end; what it printed.
fn run(mut command: Command, input: &str) -> String {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The admin endpoints of the server as it now runs.
pub struct Api<'a> {
    /// To call with.
    pub http: &'a reqwest::Client,
    /// Where the server listens.
    pub base: String,
    /// A bearer token.
    pub token: &'a str,
}

impl Api<'_> {
    /// The status and the answer.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.base)).bearer_auth(self.token);
        let answer = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = answer.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    /// What is there.
    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// The answer, of a status that is expected.
    pub async fn post(&self, path: &str, body: Value, expected: u16) -> Value {
        let (status, body) = self.send(Method::POST, path, Some(body)).await;
        assert_eq!(status, expected, "{path}: {body}");
        body
    }

    /// Links the sandbox's business and allows writing to its ad account; returns the form of a campaign.
    pub async fn settle_in(&self, identity: &Value) -> Value {
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
    pub async fn begin(&self, form: &Value, number: usize) -> String {
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
    pub async fn is_applied(&self, id: &str) -> bool {
        let progress = self.get(&format!("/campaigns/{id}/plan")).await["progress"].clone();
        match progress["state"].as_str().unwrap() {
            "applied" => true,
            "failed" => panic!("nothing refuses anything here: {progress:#}"),
            _ => false,
        }
    }
}

/// A sandbox, a data directory with one person and one token, and the servers that are started over them: each a process.
pub struct Apart {
    // Removed with this.
    _directory: TempDir,
    /// The data directory.
    pub data: PathBuf,
    /// Meta.
    pub sandbox: Process,
    /// Its seeded business.
    pub identity: Value,
    http: reqwest::Client,
    token: String,
}

impl Apart {
    /// A sandbox of this seed, and a workspace `Casa Lume` that is connected to nothing yet.
    pub async fn new(seed: &str, token_name: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
        command.args(["sandbox", "--listen", "127.0.0.1:0", "--seed", seed, "--state"]).arg(directory.path().join("sandbox"));
        let sandbox = Process::start(command);
        // Fails only where another test has installed it already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::new();
        let identity = http.get(format!("{}/_sandbox/identity", sandbox.base)).send().await.unwrap().json().await.unwrap();
        let place = ["--workspace", "Casa Lume", "--role", "owner"];
        let mut user = tandem(&data, &sandbox.base);
        user.args(["user", "add", "--email", "ana@example.com", "--name", "Ana", "--password-stdin"]).args(place);
        run(user, &format!("{PASSWORD}\n"));
        let mut token = tandem(&data, &sandbox.base);
        token.args(["token", "create", "--name", token_name]).args(place);
        let token = run(token, "");
        Self { _directory: directory, data, sandbox, identity, http, token }
    }

    /// A server over the data directory.
    pub fn serve(&self) -> Process {
        let mut command = tandem(&self.data, &self.sandbox.base);
        command.args(["--listen", "127.0.0.1:0", "serve"]);
        Process::start(command)
    }

    /// What programs ask of a server.
    pub fn api(&self, server: &Process) -> Api<'_> {
        Api { http: &self.http, base: server.base.clone(), token: &self.token }
    }

    /// Asks the sandbox itself: no body reads, a body posts.
    pub async fn ask(&self, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}/{path}", self.sandbox.base);
        let request = match body {
            Some(body) => self.http.post(url).json(&body),
            None => self.http.get(url),
        };
        request.send().await.unwrap().json().await.unwrap()
    }

    /// How many calls the sandbox received since it was last asked.
    pub async fn calls(&self) -> usize {
        self.ask("_sandbox/calls", None).await["calls"].as_array().unwrap().len()
    }
}
