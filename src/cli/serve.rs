//! `tandem serve`, and `tandem` alone.

use crate::app;
use crate::clock::Clock;
use crate::config::Config;

/// Serves until stopped; prints where, and the set-up link while nobody is there.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let running = app::start(&config, Clock::System).await?;
    println!("Tandem listens on http://{}", running.address);
    if let Some(link) = running.setup_link(config.public_url.as_ref()) {
        println!("Set it up here (the link works once): {link}");
    }
    Ok(running.until_stopped().await?)
}
