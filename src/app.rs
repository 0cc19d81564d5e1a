//! Where the wires cross: database, clock, secrets, sandbox, workers and the web server, put together and taken apart.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::{Compress, NormalizePath, from_fn};
use actix_web::{App as Actix, HttpServer, web as actix};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

use crate::clock::{Clock, PlatformClocks};
use crate::config::{Config, SandboxConfig};
use crate::domain::workspace::WorkspaceKind;
use crate::jobs::{self, Worker};
use crate::notify::{self, Notifier, NotifyError};
use crate::sandbox::{self, Options, SandboxError, Speed};
use crate::secrets::{Sealer, SecretError};
use crate::service::{self, Ctx, SandboxLink};
use crate::store::{Db, StoreError};
use crate::web::state::State;
use crate::web::{self, middleware};

/// Workers that carry out jobs at the same time.
const WORKERS: usize = 2;

/// Why the house does not start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The data directory.
    #[error("the data directory {path}: {source}")]
    DataDir {
        /// Which.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}; choose another with --listen")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key file.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The embedded sandbox.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A use case at start-up.
    #[error(transparent)]
    Service(#[from] service::Error),
    /// A setting of mail or webhooks.
    #[error(transparent)]
    Notify(#[from] NotifyError),
    /// The web server itself.
    #[error("the web server: {0}")]
    Server(std::io::Error),
}

/// Opens what every command needs: data directory, database (migrated), key. No sandbox, no server.
pub fn open(config: &Config, clock: Clock) -> Result<Ctx, AppError> {
    std::fs::create_dir_all(&config.data)
        .map_err(|source| AppError::DataDir { path: config.data.display().to_string(), source })?;
    let ctx = open_as_is(config, clock)?;
    for name in ctx.db.migrate()? {
        tracing::info!(migration = %name, "the database was brought up to date");
    }
    Ok(ctx)
}

/// The same without bringing the database up to date: for looking at it.
pub fn open_as_is(config: &Config, clock: Clock) -> Result<Ctx, AppError> {
    Ok(Ctx {
        db: Db::open(&config.database_url)?,
        clock,
        platform: PlatformClocks::default(),
        sealer: Arc::new(Sealer::load_or_create(&config.data.join("keys/seal.key"))?),
        data_dir: Arc::new(config.data.clone()),
        max_upload: config.max_upload,
        new_workspaces: if config.sandbox.is_some() { WorkspaceKind::Sandbox } else { WorkspaceKind::Real },
        graph_url: config.graph_url.as_str().trim_end_matches('/').to_owned(),
        quotas: service::quota::Quotas::default(),
        graphs: service::connections::Graphs::default(),
        notifier: Notifier::new(&notify::Settings {
            smtp_url: config.smtp_url.clone(),
            mail_from: config.mail_from.clone(),
            webhooks_private: config.webhooks_private,
            base_url: config.public_url.as_ref().map_or_else(|| format!("http://{}", config.listen), ToString::to_string),
        })?,
        estimates: service::campaigns::Estimates::default(),
        sandbox: None,
    })
}

/// A running house.
pub struct Running {
    /// Into the use cases.
    pub ctx: Ctx,
    /// Where the web server listens.
    pub address: SocketAddr,
    /// The one-time set-up link's token, while nobody is there.
    pub setup_token: Option<SecretString>,
    server: ServerHandle,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
    workers: Vec<tokio::task::JoinHandle<()>>,
    stop: watch::Sender<bool>,
    sandbox: Option<sandbox::Running>,
    /// Keeps a restore from swapping the database under a running server.
    _hold: std::fs::File,
    /// Tells the next process whether this one still works.
    _working: Option<std::fs::File>,
}

/// Starts everything: must be called inside an actix system.
pub async fn start(config: &Config, clock: Clock) -> Result<Running, AppError> {
    std::fs::create_dir_all(&config.data)
        .map_err(|source| AppError::DataDir { path: config.data.display().to_string(), source })?;
    let hold = service::backup::hold(&config.data)?;
    let mut ctx = open(config, clock)?;
    let sandbox = config.sandbox.as_ref().map(start_sandbox).transpose()?;
    ctx.sandbox = sandbox.as_ref().map(|running| {
        Arc::new(SandboxLink { base_url: running.base_url(), access_token: running.identity().access_token.into() })
    });
    service::imports::clear::recover(&ctx).await?;
    let working = service::queue::take_over(&ctx).await?;
    let listener = TcpListener::bind(config.listen).map_err(|source| AppError::Listen { address: config.listen, source })?;
    let address = listener.local_addr().map_err(AppError::Server)?;
    let secure = config.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
    let state = State::new(ctx.clone(), secure).with_api_calls(config.api_calls).with_metrics_token(config.metrics_token.clone());
    let server = serve(state, listener, 2).map_err(AppError::Server)?;
    let handle = server.handle();
    let serving = tokio::spawn(server);
    let (stop, stopped) = watch::channel(false);
    let mut workers: Vec<_> = (0..WORKERS).map(|_| tokio::spawn(Worker::new(ctx.clone()).run(stopped.clone()))).collect();
    workers.push(tokio::spawn(jobs::heartbeat::run(ctx.clone(), stopped.clone())));
    let guarded = ctx.clone();
    workers.push(tokio::task::spawn_blocking(move || jobs::guard::run_here(guarded, stopped)));
    let setup_token = service::workspaces::new_setup_link(&ctx).await?;
    Ok(Running { ctx, address, setup_token, server: handle, serving, workers, stop, sandbox, _hold: hold, _working: working })
}

/// Runs the guard of spending limits alone until Ctrl-C or SIGTERM.
pub async fn guard(config: &Config, clock: Clock) -> Result<(), AppError> {
    std::fs::create_dir_all(&config.data)
        .map_err(|source| AppError::DataDir { path: config.data.display().to_string(), source })?;
    let _hold = service::backup::hold(&config.data)?;
    let ctx = open(config, clock)?;
    let (stop, stopped) = watch::channel(false);
    let guarding = tokio::spawn(jobs::guard::run(ctx, stopped));
    wait_for_signal().await.map_err(AppError::Server)?;
    // One that is gone already needs no telling.
    let _ = stop.send(true);
    guarding.await.map_err(|join| AppError::Server(std::io::Error::other(join)))
}

/// Starts the embedded sandbox at the address it had before: connections remember it, and a connection's base never changes.
fn start_sandbox(config: &SandboxConfig) -> Result<sandbox::Running, AppError> {
    let unusable = |source| AppError::DataDir { path: config.state_dir.display().to_string(), source };
    std::fs::create_dir_all(&config.state_dir).map_err(unusable)?;
    let address_file = config.state_dir.join("address");
    let known = std::fs::read_to_string(&address_file).ok().and_then(|text| text.trim().parse().ok());
    let running = sandbox::start(Options {
        listen: known.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0))),
        seed: config.seed,
        state_dir: Some(config.state_dir.clone()),
        speed: match config.seconds_per_day {
            0 => Speed::Off,
            seconds => Speed::RealSecondsPerDay(seconds),
        },
        strict: true,
    })?;
    std::fs::write(&address_file, running.address().to_string()).map_err(unusable)?;
    Ok(running)
}

/// The web server over a listener; not yet running.
pub fn serve(state: State, listener: TcpListener, threads: usize) -> std::io::Result<Server> {
    let state = actix::Data::new(state);
    let server = HttpServer::new(move || {
        Actix::new()
            .app_data(state.clone())
            .wrap(from_fn(middleware::page_manners))
            .wrap(from_fn(middleware::count))
            .wrap(middleware::security_headers())
            .wrap(Compress::default())
            .wrap(NormalizePath::trim())
            .wrap(tracing_actix_web::TracingLogger::default())
            .configure(web::routes)
    });
    // A page goes out in two writes, head and body: held back for each other they would wait for a delayed ACK, 40 ms.
    Ok(server.workers(threads).tcp_nodelay(true).disable_signals().shutdown_timeout(10).listen(listener)?.run())
}

impl Running {
    /// The set-up link to print, if set-up is still due.
    pub fn setup_link(&self, public_url: Option<&url::Url>) -> Option<String> {
        let base =
            public_url.map_or_else(|| format!("http://{}", self.address), |url| url.as_str().trim_end_matches('/').to_owned());
        self.setup_token.as_ref().map(|token| format!("{base}/setup/{}", token.expose_secret()))
    }

    /// Waits for Ctrl-C or SIGTERM, then stops in order: no new requests, running jobs finished.
    pub async fn until_stopped(self) -> Result<(), AppError> {
        wait_for_signal().await.map_err(AppError::Server)?;
        tracing::info!("stopping");
        self.stop().await
    }

    /// Stops in order.
    pub async fn stop(self) -> Result<(), AppError> {
        self.server.stop(true).await;
        // A worker that is gone already needs no telling.
        let _ = self.stop.send(true);
        for worker in self.workers {
            if worker.await.is_err() {
                tracing::error!("a worker had ended by panic");
            }
        }
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
        match self.serving.await {
            Ok(result) => result.map_err(AppError::Server),
            Err(join) => Err(AppError::Server(std::io::Error::other(join))),
        }
    }
}

/// Waits for Ctrl-C or SIGTERM.
#[cfg(unix)]
pub async fn wait_for_signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub async fn wait_for_signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
