//! The real app in process: database, workers by hand, web server on loopback, clock by hand.

use std::net::TcpListener;
use std::sync::{Arc, OnceLock};

use actix_web::dev::ServerHandle;
use chrono::{DateTime, Utc};
use tandem::clock::{Clock, PlatformClocks};
use tandem::domain::id::WorkspaceId;
use tandem::domain::role::Role;
use tandem::domain::workspace::WorkspaceKind;
use tandem::jobs::Worker;
use tandem::notify::{self, Notifier};
use tandem::sandbox::{self, Options, Speed};
use tandem::secrets::Sealer;
use tandem::service::users::NewUser;
use tandem::service::workspaces::create_member;
use tandem::service::{Actor, Ctx, SandboxLink};
use tandem::web::state::State;

use super::{Browser, TestDatabase};

/// The password of everybody made here.
pub const PASSWORD: &str = "correct horse battery staple";

pub struct TestApp {
    pub ctx: Ctx,
    pub base: String,
    pub database: TestDatabase,
    pub sandbox: Option<sandbox::Running>,
    server: ServerHandle,
    expect_failures: bool,
    http: OnceLock<reqwest::Client>,
}

impl TestApp {
    /// The app without a sandbox, at 2026-11-21 08:00 UTC.
    pub async fn new() -> Self {
        Self::over(TestDatabase::new(), |ctx| ctx).await
    }

    /// The app with a sandbox of its own, whose clock moves by hand only. The demo business is not connected yet.
    pub async fn with_sandbox() -> Self {
        Self::with_sandbox_of(1).await
    }

    /// The same with a sandbox of another seed.
    pub async fn with_sandbox_of(seed: u64) -> Self {
        let sandbox = sandbox::start(Options {
            listen: ([127, 0, 0, 1], 0).into(),
            seed,
            state_dir: None,
            speed: Speed::Off,
            strict: true,
        })
        .unwrap();
        let link = SandboxLink { base_url: sandbox.base_url(), access_token: sandbox.identity().access_token.into() };
        let mut app = Self::over(TestDatabase::new(), |mut ctx| {
            ctx.sandbox = Some(Arc::new(link));
            ctx
        })
        .await;
        app.sandbox = Some(sandbox);
        app
    }

    /// Calls the sandbox's control surface: `clock`, `faults`, `edit`.
    pub async fn control(&self, path: &str, body: serde_json::Value) -> serde_json::Value {
        let base = &self.ctx.sandbox.as_ref().unwrap().base_url;
        let request = self.http().post(format!("{base}/_sandbox/{path}")).header("X-Sandbox-Control", "1").json(&body);
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// A client for calls past the app: made once, because reading the roots of trust takes its time.
    pub fn http(&self) -> &reqwest::Client {
        self.http.get_or_init(reqwest::Client::new)
    }

    /// The app over a database, with a context changed as the test needs it.
    pub async fn over(database: TestDatabase, change: impl FnOnce(Ctx) -> Ctx) -> Self {
        let at: DateTime<Utc> = "2026-11-21T08:00:00Z".parse().unwrap();
        let ctx = change(Ctx {
            db: database.open(),
            clock: Clock::manual(at),
            platform: PlatformClocks::default(),
            sealer: Arc::new(Sealer::new([7; 32])),
            data_dir: Arc::new(database.directory.path().to_owned()),
            max_upload: 64 << 20,
            new_workspaces: WorkspaceKind::Sandbox,
            // Nobody listens there: what goes to it fails at once.
            graph_url: "http://127.0.0.1:9".to_owned(),
            quotas: tandem::service::quota::Quotas::default(),
            graphs: tandem::service::connections::Graphs::default(),
            notifier: Notifier::new(&notify::Settings {
                smtp_url: None,
                mail_from: "Tandem <tandem@example.com>".into(),
                webhooks_private: true,
                base_url: "http://tandem.example".into(),
            })
            .unwrap(),
            estimates: tandem::service::campaigns::Estimates::default(),
            sandbox: None,
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = tandem::app::serve(State::new(ctx.clone(), false), listener, 1).unwrap();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { ctx, base, database, sandbox: None, server: handle, expect_failures: false, http: OnceLock::new() }
    }

    /// Jobs may fail for good in this test.
    pub fn expecting_failures(mut self) -> Self {
        self.expect_failures = true;
        self
    }

    /// A person with a role in a workspace (made if need be), signed in.
    pub async fn member(&self, workspace: &str, email: &str, role: Role) -> Browser {
        let user = NewUser { email: email.into(), name: email.split('@').next().unwrap().into(), password: PASSWORD.into() };
        create_member(&self.ctx, workspace, user, role).await.unwrap();
        let mut browser = self.stranger();
        browser.sign_in(email, PASSWORD).await;
        browser
    }

    /// The owner of the workspace "Casa Lume", signed in.
    pub async fn owner(&self) -> Browser {
        self.member("Casa Lume", "ana@example.com", Role::Owner).await
    }

    /// A browser of somebody who is not signed in.
    pub fn stranger(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// Somebody who may do everything in a workspace, for calling use cases directly.
    pub async fn actor(&self, workspace: &str) -> Actor {
        Actor::command(self.workspace(workspace).await)
    }

    pub async fn workspace(&self, name: &str) -> WorkspaceId {
        tandem::service::workspaces::by_name(&self.ctx, name).await.unwrap().id
    }

    /// A bearer token.
    pub async fn token(&self, workspace: &str, role: Role) -> String {
        use secrecy::ExposeSecret;
        let actor = self.actor(workspace).await;
        tandem::service::tokens::create(&self.ctx, &actor, "test", role).await.unwrap().expose_secret().to_owned()
    }

    /// Runs every job that is due; returns how many.
    pub async fn run_jobs(&self) -> usize {
        Worker::new(self.ctx.clone()).run_until_idle().await.unwrap()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // Stopping is told, not awaited: the system ends with the test.
        std::mem::drop(self.server.stop(false));
        if std::thread::panicking() || self.expect_failures {
            return;
        }
        let failed = self.ctx.db.read_now(tandem::store::jobs::list_failed).unwrap();
        assert!(failed.is_empty(), "jobs failed for good: {failed:?}");
    }
}
