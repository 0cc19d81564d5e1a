//! The socket side: bodies are decoded, calls handed to the world on a blocking thread, faults played, answers written.
//! All rules live behind `World`; nothing here knows a node.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, StreamExt, stream};
use serde_json::Value;
use tokio::sync::mpsc;

use super::auth::dialog;
use super::control;
use super::faults::{Fault, FaultKind};
use super::insights::page::Report;
use super::limits::meter;
use super::nodes::dispatch;
use super::webhooks;
use super::wire::errors::GraphError;
use super::wire::multipart;
use super::wire::request::{self, Call, DEFAULT_VERSION, FilePart};
use super::wire::response::{Headers, trace_id};
use super::world::{Received, World};

/// Largest body; an image is at most 30 MB at Meta.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// The world as the workers share it.
pub type Shared = Arc<Mutex<World>>;

/// Locks the world. A panic while it was locked is a bug that a test shows; the state itself is only changed by whole events.
pub fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A decoded body.
#[derive(Debug, Default)]
struct Body {
    params: BTreeMap<String, Value>,
    files: Vec<FilePart>,
}

/// What the blocking part decided.
struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    /// What is still to be written of a long page.
    rest: Option<Report>,
    cut: bool,
    truncated: bool,
}

/// Answers any request.
pub async fn handle(request: HttpRequest, payload: web::Payload, world: web::Data<Shared>) -> HttpResponse {
    let world = Arc::clone(world.get_ref());
    if request.path() == "/_sandbox" || request.path().starts_with("/_sandbox/") {
        let Ok(body) = raw(payload).await else {
            return HttpResponse::PayloadTooLarge().finish();
        };
        return control::answer(&request, body, world).await;
    }
    if dialog::is_dialog(request.path()) {
        let Ok(body) = raw(payload).await else {
            return HttpResponse::PayloadTooLarge().finish();
        };
        return dialog::answer(&request, body, world).await;
    }
    let method = request.method().as_str().to_owned();
    let path = request.path().to_owned();
    let base_url = format!("http://{}", request.connection_info().host());
    let bearer = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth"))
        .map(|(_, token)| token.trim().to_owned());
    let mut params = BTreeMap::new();
    request::add_pairs(&mut params, request.query_string().as_bytes());
    let decoded = decode(&request, payload).await.and_then(|body| {
        params.extend(body.params);
        request::assemble(&method, &path, params, body.files, bearer, base_url)
    });
    let answering = Arc::clone(&world);
    let reply = web::block(move || reply(&answering, &method, &path, decoded)).await;
    match reply {
        Ok(reply) => write(reply, world),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

fn write(reply: Reply, world: Shared) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = HttpResponse::build(status);
    response.content_type("application/json; charset=UTF-8");
    for (name, value) in reply.headers {
        response.insert_header((name, value));
    }
    if reply.cut {
        // Half of the answer, then the connection breaks.
        let (half, _) = reply.body.as_bytes().split_at(reply.body.len() / 2);
        let chunks: Vec<Result<Bytes, std::io::Error>> =
            vec![Ok(Bytes::copy_from_slice(half)), Err(std::io::Error::other("cut"))];
        return response.streaming(stream::iter(chunks));
    }
    if reply.truncated {
        let (half, _) = reply.body.as_bytes().split_at(reply.body.len() / 2);
        return response.body(half.to_vec());
    }
    match reply.rest {
        Some(rest) => response.streaming(pieces(reply.body, rest, world)),
        None => response.body(reply.body),
    }
}

/// The pieces of a page as they are written; only a few wait for a slow client, and none of them holds the world.
fn pieces(first: String, mut rest: Report, world: Shared) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    let (sender, receiver) = mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        let mut next = Some(first);
        while let Some(piece) = next {
            if sender.blocking_send(Ok(Bytes::from(piece))).is_err() {
                // The client has gone.
                break;
            }
            next = rest.piece(&mut lock(&world));
        }
    });
    stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|piece| (piece, receiver)) })
}

fn reply(world: &Shared, method: &str, path: &str, decoded: Result<Call, GraphError>) -> Reply {
    if let Ok(call) = &decoded {
        webhooks::send::challenge(world, call);
    }
    let fault = lock(world).faults.take(method, path, decoded.as_ref().ok().map(|call| &call.params));
    if let Some(fault) = fault.as_ref().filter(|fault| fault.kind == FaultKind::Slow) {
        // On a thread of the blocking pool: only this call waits.
        std::thread::sleep(fault.delay());
    }
    let mut world = lock(world);
    world.tick();
    world.served += 1;
    let trace = trace_id(world.state.seed, world.served);
    let mut headers = headers(&world, &decoded, trace.clone(), fault.as_ref());
    let before =
        fault.as_ref().filter(|fault| matches!(fault.kind, FaultKind::Error | FaultKind::Throttle | FaultKind::TokenDead));
    let paged = decoded.as_ref().ok().filter(|call| fault.is_none() && dispatch::is_report(&world, call));
    let (mut answer, used) = match paged.map(|call| meter::report(&mut world, call)) {
        Some((Ok(mut report), used)) => {
            headers.used = used;
            let body = report.piece(&mut world).unwrap_or_default();
            world.remember(Received { method: method.to_owned(), path: path.to_owned(), status: Some(200) });
            let rest = (!report.is_ended()).then_some(report);
            return Reply { status: 200, headers: headers.pairs(), body, rest, cut: false, truncated: false };
        }
        Some((Err(error), used)) => (Err(error), used),
        None => match (before, decoded) {
            (Some(fault), _) => (Err(fault.error()), None),
            (None, Err(error)) => (Err(error), None),
            (None, Ok(call)) => meter::answer(&mut world, &call),
        },
    };
    headers.used = used;
    if let Some(fault) = fault.as_ref().filter(|fault| fault.kind == FaultKind::ErrorAfterCommit) {
        answer = answer.and(Err(fault.error()));
    }
    if let (Some(fault), Ok(value)) = (fault.as_ref().filter(|fault| fault.kind == FaultKind::Short), &mut answer)
        && let Some(rows) = value.get_mut("data").and_then(Value::as_array_mut)
    {
        fault.shorten(rows);
    }
    let (status, body) = match answer {
        Ok(value) => (200, value.to_string()),
        Err(error) => (error.status, error.body(&trace).to_string()),
    };
    let is = |kind| fault.as_ref().is_some_and(|fault| fault.kind == kind);
    let (cut, truncated) = (is(FaultKind::Cut), is(FaultKind::Truncated));
    let received = Received { method: method.to_owned(), path: path.to_owned(), status: (!cut).then_some(status) };
    world.remember(received);
    Reply { status, headers: headers.pairs(), body, rest: None, cut, truncated }
}

fn headers(world: &World, decoded: &Result<Call, GraphError>, trace: String, fault: Option<&Fault>) -> Headers {
    let call = decoded.as_ref().ok();
    Headers {
        now: world.now(),
        version: call.map_or(DEFAULT_VERSION, |call| call.version.as_str()).to_owned(),
        trace,
        target: call.and_then(|call| meter::target(world, &call.path)),
        calls: world.served,
        used: None,
        exhausted: fault.is_some_and(|fault| fault.kind == FaultKind::Throttle),
    }
}

async fn raw(mut payload: web::Payload) -> Result<Vec<u8>, GraphError> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| GraphError::invalid("The request body could not be read"))?;
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(GraphError { status: 413, ..GraphError::invalid("The request body is too large") });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

async fn decode(request: &HttpRequest, payload: web::Payload) -> Result<Body, GraphError> {
    let given = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = given.to_ascii_lowercase();
    let bytes = raw(payload).await?;
    let mut body = Body::default();
    if kind.starts_with("multipart/form-data") {
        multipart::read(given, &bytes, &mut body.params, &mut body.files)?;
    } else if kind.starts_with("application/json") {
        request::add_json(&mut body.params, &bytes)?;
    } else {
        request::add_pairs(&mut body.params, &bytes);
    }
    Ok(body)
}
