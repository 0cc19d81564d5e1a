//! The transport: one base URL, one token, one call at a time turned into an answer or a [`GraphError`].
//!
//! The base is fixed when the client is made. Redirects are refused and every URL that the server names is compared with the
//! base's origin, so a token cannot leave for another host. Nothing here logs or shows a URL, because the token is one of its
//! parameters; GET carries it in the query and POST in the body, as Meta's own SDKs do.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::Sha256;

use super::VERSION;
use super::error::{AuthProblem, GraphError, WireError};
use super::gate::{Gate, Heard};
use super::node::NodeId;
use super::params::Params;
use super::usage::Usage;
use crate::domain::quota::{Cost, Together};
use crate::failpoint::{self, Moment};
use crate::metrics;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Meta ends its own calls after about a minute; a longer wait only hides a dead connection.
const CALL_TIMEOUT: Duration = Duration::from_secs(90);
/// The largest answer read: a page of insights is a few megabytes, and a compressed answer may unpack to anything.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// A client of one connection: its base URL and its token; and, where it speaks about one ad account, the gate of that account.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    gate: Option<Arc<dyn Gate>>,
}

struct Inner {
    http: reqwest::Client,
    base: Url,
    token: SecretString,
    proof: Option<String>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    usage: Usage,
    date: Option<PlatformDate>,
}

/// The server's clock as last heard, to reckon platform time from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlatformDate {
    /// The `Date` header.
    pub date: DateTime<Utc>,
    /// When it arrived.
    pub seen_at: Instant,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.inner.base.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client that talks to `base_url` alone. The app secret, where there is one, signs every call with `appsecret_proof`.
    ///
    /// # Errors
    /// [`GraphError::Unexpected`] where the base is not a plain http(s) URL or TLS cannot be set up.
    pub fn new(base_url: &str, token: SecretString, app_secret: Option<&SecretString>) -> Result<Self, GraphError> {
        let proof = app_secret.map(|secret| app_secret_proof(secret, &token)).transpose()?;
        let inner = Inner { http: http_client()?, base: parse_base(base_url)?, token, proof, seen: Mutex::default() };
        Ok(Self { inner: Arc::new(inner), gate: None })
    }

    /// The same client, each of whose calls asks `gate` first and tells it what was answered.
    #[must_use]
    pub fn through(&self, gate: Arc<dyn Gate>) -> Self {
        Self { inner: Arc::clone(&self.inner), gate: Some(gate) }
    }

    /// How many calls of a kind may go together now; all of them where nobody limits them.
    ///
    /// # Errors
    /// [`GraphError::Held`] until it is worth going on.
    pub fn room(&self, calls: Together) -> Result<usize, GraphError> {
        self.gate.as_ref().map_or(Ok(calls.at_most), |gate| gate.room(calls))
    }

    /// The base URL this client talks to, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.inner.base.as_str().trim_end_matches('/')
    }

    pub(super) fn token(&self) -> &SecretString {
        &self.inner.token
    }

    /// How much of the limits was used at the last answer that said so.
    pub fn usage(&self) -> Usage {
        self.seen().usage
    }

    /// The server's clock at its last answer; `None` before the first.
    pub fn platform_date(&self) -> Option<PlatformDate> {
        self.seen().date
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &Path<'_>, params: &Params) -> Result<T, GraphError> {
        let request = self.inner.http.request(Method::GET, self.url(path)).query(&self.signed(params));
        self.call(path, request, false).await
    }

    /// A POST that starts a report or asks for a check: repeating it does no harm, so a lost answer is [`GraphError::Transient`].
    pub(super) async fn post_harmless<T: DeserializeOwned>(&self, path: &Path<'_>, params: &Params) -> Result<T, GraphError> {
        self.call(path, self.form(path, params), false).await
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }

    /// Whether a URL that the server named lies on the base's origin.
    pub(super) fn is_own(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| url.origin() == self.inner.base.origin())
    }

    pub(super) fn url(&self, path: &Path<'_>) -> Url {
        let mut url = self.inner.base.clone();
        let prefix = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{prefix}/{VERSION}/{path}"));
        url
    }

    pub(super) fn form(&self, path: &Path<'_>, params: &Params) -> RequestBuilder {
        self.inner.http.request(Method::POST, self.url(path)).form(&self.signed(params))
    }

    pub(super) fn signed<'a>(&'a self, params: &'a Params) -> Vec<(&'a str, &'a str)> {
        params.pairs().iter().map(|(n, v)| (n.as_str(), v.as_str())).chain(self.credentials()).collect()
    }

    pub(super) fn credentials(&self) -> impl Iterator<Item = (&str, &str)> {
        let token = ("access_token", self.inner.token.expose_secret());
        std::iter::once(token).chain(self.inner.proof.as_deref().map(|proof| ("appsecret_proof", proof)))
    }

    /// Sends one request that counts as `cost`.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        path: &Path<'_>,
        request: RequestBuilder,
        write: bool,
    ) -> Result<T, GraphError> {
        let insights = matches!(path, Path::Edge(_, "insights")) || matches!(path, Path::Of(of) if of.ends_with("/insights"));
        let cost = Cost { reads: u32::from(!write), writes: u32::from(write), insights };
        let named = || failpoint::Call { path: path.to_string(), writes: write, parts: 1 };
        self.count(cost, named, self.ask(request, write)).await
    }

    /// Lets a request go where the gate does, counts it and names its moments. What its parts tell the gate, they tell themselves.
    pub(super) async fn count<T>(
        &self,
        cost: Cost,
        named: impl Fn() -> failpoint::Call,
        asking: impl Future<Output = Result<T, GraphError>>,
    ) -> Result<T, GraphError> {
        if let Some(gate) = &self.gate {
            gate.admit(cost)?;
        }
        failpoint::reach(|| Moment::BeforeCall(named())).await;
        let began = Instant::now();
        let answer = asking.await;
        metrics::graph_call(answer.as_ref().err().map_or("ok", outcome), began.elapsed());
        if let Some(gate) = &self.gate {
            gate.answered(cost);
        }
        failpoint::reach(|| Moment::AfterCall(named())).await;
        answer
    }

    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder, write: bool) -> Result<T, GraphError> {
        let (status, headers, body) = self.fetch(request, write).await?;
        judge(status, &headers, &body, write)
    }

    /// Sends a request and reads its answer, whatever it is.
    pub(super) async fn fetch(
        &self,
        request: RequestBuilder,
        write: bool,
    ) -> Result<(StatusCode, HeaderMap, Vec<u8>), GraphError> {
        let response = request.send().await.map_err(|error| unsent(error, write))?;
        let (headers, status) = (response.headers().clone(), response.status());
        self.note(&headers);
        let body = read(response, write).await?;
        Ok((status, headers, body))
    }

    pub(super) fn note(&self, headers: &HeaderMap) {
        let date = headers.get(DATE).and_then(|v| v.to_str().ok()).and_then(|v| DateTime::parse_from_rfc2822(v).ok());
        let usage = Usage::from_headers(headers);
        let mut seen = self.seen();
        if let Some(date) = date {
            seen.date = Some(PlatformDate { date: date.with_timezone(&Utc), seen_at: Instant::now() });
        }
        if let Some(usage) = usage {
            metrics::graph_usage(usage.peak_percent);
            seen.usage = usage;
        }
        drop(seen);
        if let Some(gate) = &self.gate {
            gate.heard(&Heard { usage, date: date.map(|date| date.with_timezone(&Utc)) });
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        // The guarded values are replaced whole, so a panic elsewhere cannot have left them half-written.
        self.inner.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an answer says: of a call, or of one part of a batch.
pub(super) fn judge<T: DeserializeOwned>(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    write: bool,
) -> Result<T, GraphError> {
    let wait = Usage::from_headers(headers).and_then(|usage| usage.regain).or_else(|| retry_after(headers));
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        return Err(match status.as_u16() {
            429 => GraphError::RateLimited {
                retry_after: wait.unwrap_or(Duration::from_secs(60)),
                message: "too many calls".to_owned(),
            },
            // Somebody on the way answered for a server that may have taken the request.
            408 | 500..=599 => GraphError::unanswered(format!("HTTP status {status}"), write),
            300..=399 => GraphError::Unexpected { message: format!("a redirect ({status}), which is never followed") },
            200..=299 if write => GraphError::unanswered("an answer that is not whole", true),
            _ => GraphError::Unexpected { message: format!("HTTP status {status} without JSON") },
        });
    };
    // Meta's SDKs decide by the presence of `error`, not by the status.
    if let Some(error) = value.get_mut("error").map(Value::take) {
        let error: WireError = serde_json::from_value(error).unwrap_or_default();
        return Err(match GraphError::from_wire(error, wait, write) {
            // A server that broke down while it wrote refuses nothing, whatever code it names.
            GraphError::Rejected { message, .. } if write && status.is_server_error() => GraphError::Lost { message },
            error => error,
        });
    }
    match status.as_u16() {
        // A write that was answered happened, whatever the answer looks like.
        200..=299 if write => serde_json::from_value(value).map_err(|e| GraphError::unanswered(e.to_string(), true)),
        200..=299 => serde_json::from_value(value).map_err(|e| GraphError::Unexpected { message: e.to_string() }),
        401 => Err(GraphError::Auth { problem: AuthProblem::Token, message: "the token is not accepted".to_owned() }),
        404 => Err(GraphError::NotFound { message: "Meta knows no such object".to_owned() }),
        500..=599 => Err(GraphError::unanswered(format!("HTTP status {status}"), write)),
        _ => Err(GraphError::Unexpected { message: format!("HTTP status {status} without an error object") }),
    }
}

/// What came of a call that did not work, in a word.
fn outcome(error: &GraphError) -> &'static str {
    match error {
        GraphError::RateLimited { .. } | GraphError::Held { .. } => "limited",
        GraphError::Unexpected { .. } => "unreadable",
        error if error.is_temporary() => "lost",
        _ => "refused",
    }
}

/// A client that may write: every call that changes something at Meta is a method of this type alone.
///
/// Nothing here judges who may have one. The service makes it in one place (`service::writing`), where the switch of the ad
/// account is asked; a test keeps it the only one.
#[derive(Debug, Clone)]
pub struct Writer(Client);

impl Writer {
    /// The writing side of a client.
    pub fn new(client: Client) -> Self {
        Self(client)
    }
}

/// Whoever may write may read.
impl Deref for Writer {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

/// Where a call goes, below the version.
pub(super) enum Path<'a> {
    /// `/{id}`
    Node(&'a NodeId),
    /// `/{id}/{edge}`
    Edge(&'a NodeId, &'static str),
    /// `/{name}`, as `/search`; without a name, where batches go.
    Root(&'static str),
    /// A path that was made of ids before.
    Of(&'a str),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(id) => write!(f, "{id}"),
            Self::Edge(id, edge) => write!(f, "{id}/{edge}"),
            Self::Root(name) => f.write_str(name),
            Self::Of(path) => f.write_str(path),
        }
    }
}

/// An HTTP client that follows nothing and reads no proxy from the environment.
pub(super) fn http_client() -> Result<reqwest::Client, GraphError> {
    // Fails only where a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .gzip(true)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(CALL_TIMEOUT)
        .user_agent(concat!("tandem/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| unexpected(e.without_url()))
}

/// Reads a base URL: http or https, with neither a user, a query nor a fragment.
pub(super) fn parse_base(text: &str) -> Result<Url, GraphError> {
    let refused = || GraphError::Unexpected { message: "the base URL is not a plain http or https URL".to_owned() };
    let url = Url::parse(text).map_err(|_| refused())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if plain { Ok(url) } else { Err(refused()) }
}

/// Lowercase hex HMAC-SHA256 of the token under the app secret. Source: Graph API, "Secure Graph API calls".
fn app_secret_proof(secret: &SecretString, token: &SecretString) -> Result<String, GraphError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).map_err(unexpected)?;
    mac.update(token.expose_secret().as_bytes());
    Ok(hex::encode(mac.finalize().into_bytes()))
}

async fn read(mut response: Response, write: bool) -> Result<Vec<u8>, GraphError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| GraphError::unanswered(describe(&e), write))? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(GraphError::TooMuchData { message: "the answer is larger than 64 MiB".to_owned() });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// A request that failed before an answer came: only one that never connected is certainly undone.
fn unsent(error: reqwest::Error, write: bool) -> GraphError {
    let never_sent = error.is_connect() || error.is_builder();
    GraphError::unanswered(describe(&error), write && !never_sent)
}

/// What happened in words, without the URL: reqwest's own text carries it, and with it the token.
fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "no answer in time".to_owned()
    } else if error.is_connect() {
        "the server cannot be reached".to_owned()
    } else {
        "the connection was cut".to_owned()
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

fn unexpected(error: impl fmt::Display) -> GraphError {
    GraphError::Unexpected { message: error.to_string() }
}
