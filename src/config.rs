//! One validated configuration from the command line, the environment and a file.
//!
//! The command line wins over the environment, which wins over `DIR/tandem.toml`. Only this module and `cli` read the environment.
//!
//! | key in the file | flag | variable | meaning |
//! |---|---|---|---|
//! | `listen` | `--listen` | `TANDEM_LISTEN` | address and port of the web server; default `127.0.0.1:8080` |
//! | - | `--data` | `TANDEM_DATA` | directory of the SQLite file, keys, uploads, sandbox state; default `./data` |
//! | `database_url` | `--database-url` | `DATABASE_URL` | `postgres://...` instead of the SQLite file |
//! | `graph_url` | `--graph-url` | `TANDEM_GRAPH_URL` | base URL that new connections start with |
//! | `sandbox` | `--sandbox` | `TANDEM_SANDBOX` | `embedded` or `off`; embedded by default, with `--database-url` off |
//! | `sandbox_seed` | `--sandbox-seed` | `TANDEM_SANDBOX_SEED` | seed of the embedded sandbox; default 1 |
//! | `sandbox_speed` | `--sandbox-speed` | `TANDEM_SANDBOX_SPEED` | real seconds for a sandbox day while it runs, 0 = by hand; default 6 |
//! | `public_url` | `--public-url` | `TANDEM_PUBLIC_URL` | how people reach the server; `https://` marks cookies for HTTPS alone |
//! | `smtp_url` | - | `TANDEM_SMTP_URL` | mail server: `smtps://user:password@host`, or `smtp://host:587?tls=required`; without it no mail is sent |
//! | `mail_from` | `--mail-from` | `TANDEM_MAIL_FROM` | who mail comes from; default `Tandem <tandem@localhost>` |
//! | `webhooks_private` | `--webhooks-private` | `TANDEM_WEBHOOKS_PRIVATE` | whether webhooks may go to the local network and over plain HTTP; default no |
//! | `metrics_token` | - | `TANDEM_METRICS_TOKEN` | what `/metrics` asks for as a bearer token; without it only this machine may read it |
//! | `api_calls` | `--api-calls` | `TANDEM_API_CALLS` | calls a minute that one bearer token has; default 600 |
//! | `max_upload` | `--max-upload` | `TANDEM_MAX_UPLOAD` | largest upload in bytes; default 1 GiB |

use std::fs;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

/// Meta's own Graph API.
pub const META_GRAPH_URL: &str = "https://graph.facebook.com";
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
const DEFAULT_MAIL_FROM: &str = "Tandem <tandem@localhost>";
const DEFAULT_MAX_UPLOAD: u64 = 1 << 30;
const DEFAULT_SANDBOX_SPEED: u32 = 6;
const DEFAULT_API_CALLS: u32 = 600;
/// A token that guards something is no word that is guessed.
const SHORTEST_TOKEN: usize = 16;

/// What the command line and the environment say; anything left out comes from the file or the defaults.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Flags {
    /// Address and port of the web server
    #[arg(long, env = "TANDEM_LISTEN", value_name = "ADDR")]
    pub listen: Option<String>,
    /// Directory of the database file, keys, uploads and sandbox state
    #[arg(long, global = true, env = "TANDEM_DATA", default_value = "data", value_name = "DIR")]
    pub data: PathBuf,
    /// PostgreSQL instead of the SQLite file
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Base URL that new connections start with
    #[arg(long, env = "TANDEM_GRAPH_URL", value_name = "URL")]
    pub graph_url: Option<String>,
    /// Whether to run the sandbox inside: embedded or off
    #[arg(long, env = "TANDEM_SANDBOX", value_name = "embedded|off")]
    pub sandbox: Option<String>,
    /// Seed of the embedded sandbox
    #[arg(long, env = "TANDEM_SANDBOX_SEED", value_name = "N")]
    pub sandbox_seed: Option<u64>,
    /// Real seconds for a sandbox day while it runs; 0 moves it by hand only
    #[arg(long, env = "TANDEM_SANDBOX_SPEED", value_name = "SECONDS")]
    pub sandbox_speed: Option<u32>,
    /// How people reach this server
    #[arg(long, env = "TANDEM_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Mail server; only from the environment or the file, because others can read a command line
    #[arg(skip = std::env::var("TANDEM_SMTP_URL").ok())]
    pub smtp_url: Option<String>,
    /// Who mail comes from
    #[arg(long, env = "TANDEM_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Lets webhooks go to the local network and over plain HTTP
    #[arg(long, env = "TANDEM_WEBHOOKS_PRIVATE")]
    pub webhooks_private: bool,
    /// What /metrics asks for as a bearer token: from the environment or the file, so that it stands in no process list
    #[arg(skip = std::env::var("TANDEM_METRICS_TOKEN").ok())]
    pub metrics_token: Option<String>,
    /// Calls a minute that one bearer token has
    #[arg(long, env = "TANDEM_API_CALLS", value_name = "N")]
    pub api_calls: Option<u32>,
    /// Largest upload in bytes
    #[arg(long, env = "TANDEM_MAX_UPLOAD", value_name = "BYTES")]
    pub max_upload: Option<u64>,
}

/// The file `DIR/tandem.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<String>,
    database_url: Option<String>,
    graph_url: Option<String>,
    sandbox: Option<String>,
    sandbox_seed: Option<u64>,
    sandbox_speed: Option<u32>,
    public_url: Option<String>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    webhooks_private: Option<bool>,
    metrics_token: Option<String>,
    api_calls: Option<u32>,
    max_upload: Option<u64>,
}

/// The configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the web server listens.
    pub listen: SocketAddr,
    /// The data directory.
    pub data: PathBuf,
    /// `postgres://...` or the path of the SQLite file.
    pub database_url: String,
    /// Base URL that new connections start with.
    pub graph_url: Url,
    /// The embedded sandbox, if it runs.
    pub sandbox: Option<SandboxConfig>,
    /// How people reach this server; where unset, its own address.
    pub public_url: Option<Url>,
    /// The mail server, if there is one; with its password.
    pub smtp_url: Option<SecretString>,
    /// Who mail comes from.
    pub mail_from: String,
    /// Whether webhooks may go to the local network.
    pub webhooks_private: bool,
    /// What `/metrics` asks for as a bearer token.
    pub metrics_token: Option<SecretString>,
    /// Calls a minute that one bearer token has.
    pub api_calls: NonZeroU32,
    /// Largest upload in bytes.
    pub max_upload: u64,
}

/// How the embedded sandbox runs.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// Same seed, same bytes.
    pub seed: u64,
    /// Real seconds for a sandbox day; 0 = by hand only.
    pub seconds_per_day: u32,
    /// Its journal and snapshots.
    pub state_dir: PathBuf,
}

/// A configuration that cannot be used; the sentence names the key and the way out.
#[derive(Debug, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct ConfigError {
    key: &'static str,
    problem: String,
}

fn wrong(key: &'static str, problem: impl Into<String>) -> ConfigError {
    ConfigError { key, problem: problem.into() }
}

impl Config {
    /// Puts flags, environment (clap has read it into the flags), file and defaults together and checks them.
    pub fn load(flags: Flags) -> Result<Self, ConfigError> {
        let path = flags.data.join("tandem.toml");
        let file = match fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|e| wrong("tandem.toml", e.to_string()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => File::default(),
            Err(error) => return Err(wrong("tandem.toml", error.to_string())),
        };
        Self::check(flags, file)
    }

    fn check(flags: Flags, file: File) -> Result<Self, ConfigError> {
        let listen = flags.listen.or(file.listen).unwrap_or_else(|| DEFAULT_LISTEN.to_owned());
        let listen =
            listen.parse().map_err(|_| wrong("listen", format!("“{listen}” is not ADDRESS:PORT, such as 127.0.0.1:8080")))?;
        let external = flags.database_url.or(file.database_url).filter(|url| !url.is_empty());
        if let Some(url) = external.as_deref().filter(|url| !is_postgres(url)) {
            let scheme = url.split(':').next().unwrap_or_default();
            return Err(wrong(
                "database_url",
                format!("starts with “{scheme}”; only postgres://... is read here, SQLite is used without it"),
            ));
        }
        let embedded = match flags.sandbox.or(file.sandbox).as_deref() {
            Some("embedded") => true,
            Some("off") => false,
            None => external.is_none(),
            Some(other) => return Err(wrong("sandbox", format!("“{other}” is neither embedded nor off"))),
        };
        let sandbox = embedded.then(|| SandboxConfig {
            seed: flags.sandbox_seed.or(file.sandbox_seed).unwrap_or(1),
            seconds_per_day: flags.sandbox_speed.or(file.sandbox_speed).unwrap_or(DEFAULT_SANDBOX_SPEED),
            state_dir: flags.data.join("sandbox"),
        });
        let graph_url = flags.graph_url.or(file.graph_url).unwrap_or_else(|| META_GRAPH_URL.to_owned());
        let public_url = flags.public_url.or(file.public_url);
        let metrics_token = flags.metrics_token.or(file.metrics_token).filter(|token| !token.is_empty());
        if metrics_token.as_ref().is_some_and(|token| token.len() < SHORTEST_TOKEN) {
            return Err(wrong(
                "metrics_token",
                format!("is shorter than {SHORTEST_TOKEN} characters; make one with openssl rand -hex 32"),
            ));
        }
        let api_calls = flags.api_calls.or(file.api_calls).unwrap_or(DEFAULT_API_CALLS);
        Ok(Self {
            listen,
            database_url: external.unwrap_or_else(|| flags.data.join("tandem.db").display().to_string()),
            data: flags.data,
            graph_url: web_url("graph_url", &graph_url)?,
            sandbox,
            public_url: public_url.map(|url| web_url("public_url", &url)).transpose()?,
            smtp_url: flags.smtp_url.or(file.smtp_url).filter(|url| !url.is_empty()).map(SecretString::from),
            mail_from: flags.mail_from.or(file.mail_from).unwrap_or_else(|| DEFAULT_MAIL_FROM.to_owned()),
            webhooks_private: flags.webhooks_private || file.webhooks_private.unwrap_or(false),
            metrics_token: metrics_token.map(SecretString::from),
            api_calls: NonZeroU32::new(api_calls).ok_or_else(|| wrong("api_calls", "0 would refuse every call"))?,
            max_upload: flags.max_upload.or(file.max_upload).unwrap_or(DEFAULT_MAX_UPLOAD),
        })
    }
}

impl Config {
    /// Whether the database is PostgreSQL; else `database_url` is the path of the SQLite file.
    pub fn is_postgres(&self) -> bool {
        is_postgres(&self.database_url)
    }
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

fn web_url(key: &'static str, text: &str) -> Result<Url, ConfigError> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.host().is_some() => Ok(url),
        _ => Err(wrong(key, format!("“{text}” is not a web address"))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn file(text: &str) -> File {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn nothing_said_means_sqlite_and_the_embedded_sandbox() {
        let config = Config::check(Flags { data: "d".into(), ..Flags::default() }, File::default()).unwrap();
        assert_eq!(config.database_url, "d/tandem.db");
        assert_eq!(config.listen.port(), 8080);
        assert!(config.sandbox.is_some());
    }

    #[test]
    fn with_postgresql_the_sandbox_is_embedded_only_when_asked_for() {
        let flags = Flags { database_url: Some("postgres://h/d".into()), ..Flags::default() };
        assert!(Config::check(flags.clone(), File::default()).unwrap().sandbox.is_none());
        assert!(Config::check(flags, file("sandbox = 'embedded'")).unwrap().sandbox.is_some());
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let flags = Flags { listen: Some("127.0.0.1:1".into()), ..Flags::default() };
        assert_eq!(Config::check(flags, file("listen = '127.0.0.1:2'")).unwrap().listen.port(), 1);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (flags, key) in [
            (Flags { listen: Some("8080".into()), ..Flags::default() }, "listen"),
            (Flags { database_url: Some("mysql://x".into()), ..Flags::default() }, "database_url"),
            (Flags { sandbox: Some("on".into()), ..Flags::default() }, "sandbox"),
            (Flags { graph_url: Some("ftp://x".into()), ..Flags::default() }, "graph_url"),
            (Flags { metrics_token: Some("short".into()), ..Flags::default() }, "metrics_token"),
            (Flags { api_calls: Some(0), ..Flags::default() }, "api_calls"),
        ] {
            let error = Config::check(flags, File::default()).unwrap_err();
            assert!(error.to_string().starts_with(key), "{error}");
        }
        assert!(toml::from_str::<File>("lisen = 'x'").is_err());
    }
}
