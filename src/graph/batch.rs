//! Several calls in one request, each with an answer of its own: up to 50, each counted as a call by Meta's limits.
//!
//! A part that was not answered, or whose batch was not, is as unknown as a single call whose answer was lost. Parts are carried out
//! in no particular order, so none may depend on another; and Meta takes at most one ad set of a campaign in a batch, which whoever
//! puts parts together keeps. Source: Graph API, "Batch Requests"; Marketing API, "Batch Requests".

use std::future::Future;
use std::pin::Pin;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::multipart::{Form, Part as FilePart};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::client::{Client, Path, Writer, judge};
use super::error::GraphError;
use super::params::Params;
use crate::domain::quota::Cost;
use crate::failpoint;

/// Most calls of a batch.
pub const MOST: usize = 50;

/// A call that may go alone or among others.
#[derive(Debug, Clone)]
struct Part<A> {
    method: Method,
    path: String,
    params: Params,
    file: Option<File>,
    read: fn(Value) -> Result<A, GraphError>,
}

/// A file that goes with a call.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) mime: String,
    pub(super) bytes: Vec<u8>,
}

/// A call that changes something: only a [`Writer`] sends it.
#[derive(Debug, Clone)]
pub struct Write<A> {
    part: Part<A>,
    harmless: bool,
}

/// A call that changes nothing.
#[derive(Debug, Clone)]
pub struct Read<A>(Part<A>);

impl<A> Write<A> {
    pub(super) fn new(path: &Path<'_>, params: Params, read: fn(Value) -> Result<A, GraphError>) -> Self {
        let part = Part { method: Method::POST, path: path.to_string(), params, file: None, read };
        Self { part, harmless: false }
    }

    /// An upload; repeating it makes nothing new, so one that was not answered is simply repeated.
    pub(super) fn upload(path: &Path<'_>, file: File, read: fn(Value) -> Result<A, GraphError>) -> Self {
        let part = Part { method: Method::POST, path: path.to_string(), params: Params::new(), file: Some(file), read };
        Self { part, harmless: true }
    }
}

impl<A: DeserializeOwned> Read<A> {
    pub(super) fn get(path: &Path<'_>, params: Params) -> Self {
        Self(Part { method: Method::GET, path: path.to_string(), params, file: None, read: parsed })
    }
}

impl Read<()> {
    /// Asks whether a write would be taken; nothing is made.
    pub(super) fn check(path: &Path<'_>, params: Params) -> Self {
        Self(Part { method: Method::POST, path: path.to_string(), params: params.validate_only(), file: None, read: |_| Ok(()) })
    }

    /// A question of which only the refusal matters.
    pub(super) fn question(path: &Path<'_>, params: Params) -> Self {
        Self(Part { method: Method::GET, path: path.to_string(), params, file: None, read: |_| Ok(()) })
    }
}

/// An answer as it stands in the JSON.
pub(super) fn parsed<A: DeserializeOwned>(value: Value) -> Result<A, GraphError> {
    serde_json::from_value(value).map_err(|e| GraphError::Unexpected { message: e.to_string() })
}

/// The answer to a part; `null` is a part that Meta did not finish.
#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    code: u16,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default)]
    body: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Header {
    name: String,
    value: String,
}

type Answers<'a, A> = Pin<Box<dyn Future<Output = Vec<Result<A, GraphError>>> + Send + 'a>>;

impl Writer {
    /// Sends a change.
    ///
    /// # Errors
    /// As any write.
    pub async fn write<A: Send + 'static>(&self, call: Write<A>) -> Result<A, GraphError> {
        only(self.write_together(vec![call]).await)
    }

    /// Sends changes together, at most 50 a request; each has its own result, in order. One alone goes as a plain call.
    pub async fn write_together<A: Send + 'static>(&self, calls: Vec<Write<A>>) -> Vec<Result<A, GraphError>> {
        let harmless = calls.iter().all(|call| call.harmless);
        together(self, calls.into_iter().map(|call| call.part).collect(), true, !harmless).await
    }
}

impl Client {
    /// Sends a question.
    ///
    /// # Errors
    /// As any call.
    pub async fn read<A: Send + 'static>(&self, call: Read<A>) -> Result<A, GraphError> {
        only(self.read_together(vec![call]).await)
    }

    /// Sends questions together, at most 50 a request; each has its own result, in order.
    pub async fn read_together<A: Send + 'static>(&self, calls: Vec<Read<A>>) -> Vec<Result<A, GraphError>> {
        together(self, calls.into_iter().map(|call| call.0).collect(), false, false).await
    }
}

fn only<A>(mut answers: Vec<Result<A, GraphError>>) -> Result<A, GraphError> {
    answers.pop().unwrap_or_else(|| Err(GraphError::Unexpected { message: "no answer".to_owned() }))
}

/// Sends parts in as few requests as they need. `costly` is whether they count as writes, `write` whether a lost answer may hide one
/// that happened. Boxed, because the futures of calls within calls grow beyond what a task should carry.
fn together<A: Send + 'static>(client: &Client, parts: Vec<Part<A>>, costly: bool, write: bool) -> Answers<'_, A> {
    Box::pin(async move {
        let mut answers = Vec::with_capacity(parts.len());
        let mut parts = parts.into_iter().peekable();
        while parts.peek().is_some() {
            let some: Vec<Part<A>> = parts.by_ref().take(MOST).collect();
            answers.extend(request(client, some, costly, write).await);
        }
        answers
    })
}

async fn request<A>(client: &Client, parts: Vec<Part<A>>, costly: bool, write: bool) -> Vec<Result<A, GraphError>> {
    let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
    // A check is a POST, and counts as one.
    let posts = u32::try_from(parts.iter().filter(|part| costly || part.method == Method::POST).count()).unwrap_or(count);
    let cost = Cost { reads: count - posts, writes: posts, insights: false };
    let first = parts.first().map(|part| part.path.clone()).unwrap_or_default();
    let named = || failpoint::Call { path: first.clone(), writes: write, parts: parts.len() };
    let sent = match parts.as_slice() {
        [one] => plain(client, one),
        all => joined(client, all),
    };
    let request = match sent {
        Ok(request) => request,
        Err(error) => return parts.iter().map(|_| Err(error.clone())).collect(),
    };
    if let [one] = parts.as_slice() {
        let answer: Result<Value, GraphError> = client
            .count(cost, named, async {
                let (status, headers, body) = client.fetch(request, write).await?;
                judge(status, &headers, &body, write)
            })
            .await;
        return vec![answer.and_then(|value| read(one, value, write))];
    }
    let answer: Result<Vec<Option<Answer>>, GraphError> = client
        .count(cost, named, async {
            let (status, headers, body) = client.fetch(request, write).await?;
            let answers = judge::<Value>(status, &headers, &body, write)?;
            serde_json::from_value(answers).map_err(|e| GraphError::unanswered(format!("a batch’s answer: {e}"), write))
        })
        .await;
    match answer {
        // The batch as a whole was refused, held back or lost: so was each part.
        Err(error) => parts.iter().map(|_| Err(error.clone())).collect(),
        Ok(answers) => {
            let mut answers = answers.into_iter();
            parts.iter().map(|part| answer_of(client, part, answers.next().flatten(), write)).collect()
        }
    }
}

/// What the answer to one part of a batch says; one that is missing or not finished says nothing.
fn answer_of<A>(client: &Client, part: &Part<A>, answer: Option<Answer>, write: bool) -> Result<A, GraphError> {
    let Some(Answer { code, headers, body }) = answer else {
        return Err(GraphError::unanswered("a part of a batch that was not finished", write));
    };
    let mut told = HeaderMap::new();
    for header in &headers {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(header.name.as_bytes()), HeaderValue::from_str(&header.value)) {
            told.insert(name, value);
        }
    }
    client.note(&told);
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY);
    let value = judge(status, &told, body.unwrap_or_default().as_bytes(), write)?;
    read(part, value, write)
}

/// A write that was answered happened, whatever the answer looks like.
fn read<A>(part: &Part<A>, value: Value, write: bool) -> Result<A, GraphError> {
    (part.read)(value).map_err(|error| match error {
        GraphError::Unexpected { message } => match write {
            true => GraphError::unanswered(message, true),
            false => GraphError::Unexpected { message },
        },
        error => error,
    })
}

/// One part as a plain call.
fn plain<A>(client: &Client, part: &Part<A>) -> Result<RequestBuilder, GraphError> {
    let path = Path::Of(&part.path);
    Ok(match &part.file {
        Some(file) => {
            let form = credentials(client).part("filename", file.part()?);
            client.http().request(Method::POST, client.url(&path)).multipart(form)
        }
        None if part.method == Method::GET => {
            client.http().request(Method::GET, client.url(&path)).query(&client.signed(&part.params))
        }
        None => client.form(&path, &part.params),
    })
}

/// Several parts as a batch; files travel beside it.
fn joined<A>(client: &Client, parts: &[Part<A>]) -> Result<RequestBuilder, GraphError> {
    let (mut calls, mut form) = (Vec::with_capacity(parts.len()), credentials(client));
    for (number, part) in parts.iter().enumerate() {
        let encoded = serde_urlencoded::to_string(part.params.pairs())
            .map_err(|e| GraphError::Unexpected { message: format!("a part of a batch: {e}") })?;
        let mut call = Map::from_iter([("method".to_owned(), json!(part.method.as_str()))]);
        if part.method == Method::GET {
            call.insert("relative_url".to_owned(), json!(format!("{}?{encoded}", part.path)));
        } else {
            call.insert("relative_url".to_owned(), json!(part.path));
            call.insert("body".to_owned(), json!(encoded));
        }
        if let Some(file) = &part.file {
            let name = format!("file{number}");
            call.insert("attached_files".to_owned(), json!(name));
            form = form.part(name, file.part()?);
        }
        calls.push(Value::Object(call));
    }
    let params = Params::new().json("batch", &calls)?;
    if parts.iter().all(|part| part.file.is_none()) {
        return Ok(client.form(&Path::Root(""), &params));
    }
    for (name, value) in params.pairs() {
        form = form.text(name.clone(), value.clone());
    }
    Ok(client.http().request(Method::POST, client.url(&Path::Root(""))).multipart(form))
}

fn credentials(client: &Client) -> Form {
    client.credentials().fold(Form::new(), |form, (name, value)| form.text(name.to_owned(), value.to_owned()))
}

impl File {
    fn part(&self) -> Result<FilePart, GraphError> {
        let part = FilePart::bytes(self.bytes.clone()).file_name(self.name.clone());
        part.mime_str(&self.mime).map_err(|e| GraphError::Unexpected { message: e.without_url().to_string() })
    }
}
