//! A local Graph API server that delivers: Meta's wire and errors, a seeded business, people, an auction and a clock.
//!
//! It is written from Meta's documentation alone and names nothing else of this crate: our client and this server are
//! each other's test. Same seed and same calls give the same bytes; nothing here ever reaches a network beyond the
//! address it listens on, and no money is real.

mod audience_members;
mod auth;
pub mod clock;
mod control;
mod custom_audiences;
pub mod delivery;
pub mod details;
mod faults;
mod html;
mod insights;
mod journal;
pub mod limits;
mod nodes;
pub mod num;
mod placements;
mod places;
pub mod seeded;
mod server;
mod settings;
mod state;
mod status;
mod truth;
mod visitors;
mod webhooks;
mod wire;
mod world;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use tokio::task::JoinHandle;

pub use clock::Speed;
pub use seeded::Identity;

use server::{Shared, lock};
use world::World;

/// How often a running clock looks at real time when nobody calls.
const TICK: Duration = Duration::from_millis(250);

/// How to run a sandbox.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Everything seeded follows from this.
    pub seed: u64,
    /// Where journal and snapshot live; `None` keeps everything in memory.
    pub state_dir: Option<PathBuf>,
    /// How fast time passes while something is active.
    pub speed: Speed,
    /// Whether to refuse what Meta's own SDK examples still do (`is_adset_budget_sharing_enabled` left out).
    pub strict: bool,
}

/// Why a sandbox does not start or ended.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address cannot be listened on.
    #[error("the sandbox cannot listen on {address}: {source}")]
    Listen {
        /// The asked address.
        address: SocketAddr,
        /// The system's error.
        source: std::io::Error,
    },
    /// The state directory cannot be used.
    #[error("{0}")]
    State(String),
    /// The server ended with an error.
    #[error("the sandbox stopped: {0}")]
    Stopped(String),
}

/// A sandbox that listens.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    identity: Identity,
    world: Shared,
    handle: ServerHandle,
    server: JoinHandle<std::io::Result<()>>,
}

/// Starts a sandbox on the current tokio or actix runtime.
///
/// # Errors
/// When the address or the state directory cannot be used.
pub fn start(options: Options) -> Result<Running, SandboxError> {
    let listen = |source| SandboxError::Listen { address: options.listen, source };
    let world = World::open(options.seed, options.state_dir.as_deref(), options.speed, options.strict)
        .map_err(|error| SandboxError::State(error.to_string()))?;
    let identity = world.identity.clone();
    let world: Shared = Arc::new(Mutex::new(world));
    let shared = web::Data::new(Arc::clone(&world));
    let server = HttpServer::new(move || App::new().app_data(shared.clone()).default_service(web::to(server::handle)))
        .workers(1)
        .tcp_nodelay(true)
        .shutdown_timeout(2)
        .disable_signals()
        .bind(options.listen)
        .map_err(listen)?;
    let address = server.addrs().first().copied().ok_or_else(|| listen(std::io::Error::other("no address bound")))?;
    let server = server.run();
    let handle = server.handle();
    let server = tokio::spawn(server);
    let ticking = Arc::downgrade(&world);
    tokio::spawn(async move {
        let mut interval = tokio::time::interval(TICK);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            interval.tick().await;
            let Some(world) = ticking.upgrade() else {
                break;
            };
            // Busy means that a call is being answered, which ticks by itself.
            if let Ok(mut world) = world.try_lock() {
                world.tick();
            }
        }
    });
    let telling = Arc::downgrade(&world);
    tokio::spawn(async move {
        let mut interval = tokio::time::interval(TICK);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            interval.tick().await;
            let Some(world) = telling.upgrade() else {
                break;
            };
            // On a thread that may wait: a slow subscriber holds nobody up.
            let _ = tokio::task::spawn_blocking(move || webhooks::send::pump(&world, false)).await;
        }
    });
    Ok(Running { address, identity, world, handle, server })
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The seeded business.
    #[must_use]
    pub fn identity(&self) -> Identity {
        self.identity.clone()
    }

    /// Does what a post to `/_sandbox/{path}` with that JSON body would do.
    ///
    /// # Errors
    /// The reason in words.
    pub fn control(&self, path: &str, body: &str) -> Result<(), String> {
        control::by_flag(&self.world, path, body)
    }

    /// Stops gracefully and notes the clock's position on the disk.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        let _ = self.server.await;
        lock(&self.world).note(true);
    }

    /// Waits until the server ends by itself.
    ///
    /// # Errors
    /// When it ended with an error.
    pub async fn finished(&mut self) -> Result<(), SandboxError> {
        match (&mut self.server).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(SandboxError::Stopped(error.to_string())),
            Err(error) => Err(SandboxError::Stopped(error.to_string())),
        }
    }
}
