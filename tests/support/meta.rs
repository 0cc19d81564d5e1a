//! A second sandbox that stands for Meta: a real workspace speaks to it by the base URL that the operator configured.

use std::sync::Arc;

use serde_json::{Value, json};
use tandem::domain::id::{AdAccountId, ConnectionId};
use tandem::domain::role::Role;
use tandem::sandbox::{self, Identity, Options, Running, Speed};
use tandem::service::{Actor, SandboxLink, connections};

use super::{Answer, Browser, Business, TestApp, TestDatabase};

/// What real ad accounts are at.
pub struct Meta {
    pub running: Running,
    pub identity: Identity,
}

/// A house with the embedded sandbox and, at another address, what stands for Meta; an owner with a workspace on each side.
pub struct TwoSides {
    pub app: TestApp,
    pub meta: Meta,
    /// The owner's browser, in the real workspace.
    pub browser: Browser,
    /// The owner of the real workspace.
    pub actor: Actor,
}

fn start(seed: u64) -> Running {
    let options = Options { listen: ([127, 0, 0, 1], 0).into(), seed, state_dir: None, speed: Speed::Off, strict: true };
    sandbox::start(options).unwrap()
}

impl Meta {
    pub fn start(seed: u64) -> Self {
        let running = start(seed);
        Self { identity: running.identity(), running }
    }

    /// Calls the control surface.
    pub async fn control(&self, path: &str, body: Value) -> Value {
        control(&self.running.base_url(), path, body).await
    }

    /// Another token of the system user, changed as given.
    pub async fn token(&self, change: Value) -> String {
        self.control("tokens", change).await["access_token"].as_str().unwrap().to_owned()
    }

    /// Changes a field as somebody would in Ads Manager or the billing settings.
    pub async fn edit(&self, id: &str, fields: Value) {
        self.control("edit", json!({ "id": id, "fields": fields })).await;
    }

    /// Calls received since this was last asked: path and status.
    pub async fn calls(&self) -> Vec<(String, u16)> {
        calls(&self.running.base_url()).await
    }
}

/// Calls that a sandbox received since it was last asked: path and status.
pub async fn calls(base: &str) -> Vec<(String, u16)> {
    let answer: Value = reqwest::get(format!("{base}/_sandbox/calls")).await.unwrap().json().await.unwrap();
    let call = |call: &Value| {
        let status = call["status"].as_u64().unwrap_or_default();
        (call["path"].as_str().unwrap().to_owned(), u16::try_from(status).unwrap())
    };
    answer["calls"].as_array().unwrap().iter().map(call).collect()
}

async fn control(base: &str, path: &str, body: Value) -> Value {
    let request = reqwest::Client::new().post(format!("{base}/_sandbox/{path}")).header("X-Sandbox-Control", "1").json(&body);
    let response = request.send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap()
}

impl TwoSides {
    pub async fn start() -> Self {
        let meta = Meta::start(2);
        let base = meta.running.base_url();
        let mut this = Self::at(&base, meta).await;
        let made = this.browser.post("/workspaces/new", &[("name", "Real Lume"), ("kind", "real")]).await;
        assert_eq!((made.status, made.location()), (303, "/connections/new"), "{}", made.body);
        // Listed second by name, so that signing in anew would lead elsewhere; the browser is in it now.
        this.actor = this.app.actor("Real Lume").await;
        this
    }

    /// With another address for real workspaces, which nobody has yet.
    pub async fn at(graph_url: &str, meta: Meta) -> Self {
        let embedded = start(1);
        let link = SandboxLink { base_url: embedded.base_url(), access_token: embedded.identity().access_token.into() };
        let graph_url = graph_url.to_owned();
        let mut app = TestApp::over(TestDatabase::new(), |mut ctx| {
            ctx.sandbox = Some(Arc::new(link));
            ctx.graph_url = graph_url;
            ctx
        })
        .await;
        app.sandbox = Some(embedded);
        let browser = app.owner().await;
        connections::connect_sandboxes(&app.ctx).await.unwrap();
        app.run_jobs().await;
        let actor = app.actor("Casa Lume").await;
        Self { app, meta, browser, actor }
    }

    /// Pastes a token and follows to the page where one chooses.
    pub async fn paste(&mut self, token: &str) -> (String, Answer) {
        let pasted = self.browser.post("/connections/new", &[("token", token), ("app_secret", "")]).await;
        pasted.assert_status(303);
        let path = pasted.location().to_owned();
        let page = self.browser.get(&path).await;
        (path, page)
    }

    /// Links the EUR account, the Page, its Instagram account and the pixel; returns the connection.
    pub async fn link(&mut self, token: &str) -> (ConnectionId, AdAccountId) {
        let (path, _) = self.paste(token).await;
        let identity = self.meta.identity.clone();
        let (instagram, pixel) =
            (format!("instagram.{}", identity.page_id), format!("{}:{}", identity.ad_account_id, identity.pixel_id));
        let fields = [
            ("name", "Lume at Meta"),
            ("account", identity.ad_account_id.as_str()),
            ("page", identity.page_id.as_str()),
            (instagram.as_str(), identity.instagram_user_id.as_str()),
            ("pixel", pixel.as_str()),
        ];
        let linked = self.browser.post(&path, &fields).await;
        assert_eq!((linked.status, linked.location()), (303, "/connections"), "{}", linked.body);
        self.app.run_jobs().await;
        let all = connections::list(&self.app.ctx, &self.actor).await.unwrap();
        let one = all.iter().find(|linked| linked.connection.name == "Lume at Meta").unwrap();
        (one.connection.id, one.accounts[0].id)
    }

    /// Links as above and goes on as a business, for tests of what follows.
    pub async fn business(mut self) -> (Business, Meta, Browser) {
        let token = self.meta.identity.system_user_token.clone();
        let (_, account) = self.link(&token).await;
        (Business { app: self.app, actor: self.actor, account }, self.meta, self.browser)
    }

    /// Somebody else in the real workspace.
    pub async fn member(&self, email: &str, role: Role) -> Browser {
        self.app.member("Real Lume", email, role).await
    }
}
