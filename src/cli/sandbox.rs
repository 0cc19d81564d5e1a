//! `tandem sandbox`: the sandbox alone, for other people's tools.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::sandbox::{self, Options, Speed};

/// How to run it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Address and port
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDR")]
    listen: SocketAddr,
    /// Same seed and calls, same bytes
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Directory of its journal; without one it forgets everything at the end
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// off, or real seconds for a simulated day while something is active
    #[arg(long, default_value = "off", value_name = "off|SECONDS", value_parser = speed)]
    speed: Speed,
    /// Accept what Meta's own SDK examples still leave out
    #[arg(long)]
    lenient: bool,
    /// What a POST to /_sandbox/PATH with that body would do, at the start; may be repeated: faults='{"kind":"slow","times":3}'
    #[arg(long, value_name = "PATH=JSON", value_parser = control)]
    control: Vec<(String, String)>,
}

fn control(text: &str) -> Result<(String, String), String> {
    let (path, body) = text.split_once('=').ok_or("write PATH=JSON, such as clock='{\"advance_days\":1}'")?;
    serde_json::from_str::<serde_json::Value>(body).map_err(|error| format!("the part behind = is no JSON: {error}"))?;
    Ok((path.to_owned(), body.to_owned()))
}

fn speed(text: &str) -> Result<Speed, String> {
    match text {
        "off" | "0" => Ok(Speed::Off),
        seconds => seconds.parse().map(Speed::RealSecondsPerDay).map_err(|_| "write off, or whole seconds for a day".to_owned()),
    }
}

/// Runs until stopped.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let options = Options {
        listen: arguments.listen,
        seed: arguments.seed,
        state_dir: arguments.state,
        speed: arguments.speed,
        strict: !arguments.lenient,
    };
    let running = sandbox::start(options)?;
    for (path, body) in &arguments.control {
        running.control(path, body).map_err(|error| anyhow::anyhow!("--control {path}: {error}"))?;
    }
    println!("The sandbox listens on {}", running.base_url());
    println!("Its seeded business: {}/_sandbox/identity", running.base_url());
    println!("What exists, clock and faults: {}/_sandbox", running.base_url());
    crate::app::wait_for_signal().await?;
    running.stop().await;
    Ok(())
}
