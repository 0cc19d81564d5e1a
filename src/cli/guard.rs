//! `tandem guard`: the guard of spending limits in a process of its own.

use crate::app;
use crate::clock::Clock;
use crate::config::Config;

/// Guards until stopped.
pub async fn run(config: Config) -> anyhow::Result<()> {
    println!("The guard looks at every spending limit of {}; it needs no server beside it.", config.data.display());
    Ok(app::guard(&config, Clock::System).await?)
}
