//! The sending side: the challenge before a subscription, and due deliveries. Never while the world is locked, and to this machine
//! only: plain HTTP over a socket of its own.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::outbox;
use super::subscriptions::{self, callback, id_of};
use crate::sandbox::nodes::social::change;
use crate::sandbox::nodes::token::proof;
use crate::sandbox::num;
use crate::sandbox::server::{Shared, lock};
use crate::sandbox::state::Kind;
use crate::sandbox::wire::request::{Call, Method};

/// How long a subscriber may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most of an answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 65_536;

/// Status and body of an answer.
fn exchange(url: &url::Url, request: &str) -> Result<(u16, String), String> {
    let told = |error: std::io::Error| error.to_string();
    let host = url.host_str().unwrap_or("").trim_matches(['[', ']']);
    let addresses = (host, url.port_or_known_default().unwrap_or(80)).to_socket_addrs().map_err(told)?;
    // A name could mean another machine: its address decides.
    let mut own = addresses.filter(|address| address.ip().is_loopback());
    let mut stream = own
        .find_map(|address| TcpStream::connect_timeout(&address, PATIENCE).ok())
        .ok_or_else(|| "the connection was refused".to_owned())?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(told)?;
    stream.set_write_timeout(Some(PATIENCE)).map_err(told)?;
    stream.write_all(request.as_bytes()).map_err(told)?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer).map_err(told)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| "the answer is no HTTP".to_owned())?;
    let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok());
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { unchunked(body) } else { body.to_owned() };
    Ok((status.ok_or_else(|| "the answer is no HTTP".to_owned())?, body))
}

/// The chunks of a body put together.
fn unchunked(body: &str) -> String {
    let (mut out, mut rest) = (String::new(), body);
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.split(';').next().unwrap_or("").trim(), 16).unwrap_or(0);
        let Some(chunk) = after.get(..size).filter(|chunk| !chunk.is_empty()) else { break };
        out.push_str(chunk);
        rest = after.get(size..).unwrap_or("").trim_start_matches("\r\n");
    }
    out
}

fn target(url: &url::Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

fn authority(url: &url::Url) -> String {
    let host = url.host_str().unwrap_or("");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Asks the callback of a subscription for its challenge, before the call is answered. Nothing for other calls.
pub fn challenge(world: &Shared, call: &Call) {
    if call.method != Method::Post || call.path.len() != 2 || call.path.get(1).is_none_or(|edge| edge != "subscriptions") {
        return;
    }
    let Ok((_, url, token, _)) = subscriptions::asked(call) else { return };
    let number = {
        let world = lock(world);
        let app = format!("{}|{}", world.identity.app_id, world.identity.app_secret);
        if call.path.first() != Some(&world.identity.app_id) || call.token.as_deref() != Some(app.as_str()) {
            return;
        }
        num::hash(world.state.seed, &[0xC4A1, world.served]) % 10_u64.pow(10)
    };
    let mut asked = url.clone();
    asked.query_pairs_mut().extend_pairs([
        ("hub.mode", "subscribe"),
        ("hub.challenge", number.to_string().as_str()),
        ("hub.verify_token", token.as_str()),
    ]);
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: facebookplatform/1.0\r\nConnection: close\r\n\r\n",
        target(&asked),
        authority(&asked)
    );
    let heard = match exchange(&asked, &request) {
        Ok((200, body)) if body.trim() == number.to_string() => Ok(()),
        Ok((200, _)) => Err(format!("response does not match challenge, expected value=\"{number}\"")),
        Ok((status, _)) => Err(format!("HTTP Status Code = {status}")),
        Err(text) => Err(text),
    };
    lock(world).webhooks.challenged = Some((url, heard));
}

/// Sends what is due, one after the other, and says how many were sent. `now` sends although more are awaited for reordering.
pub fn pump(world: &Shared, now: bool) -> usize {
    let turn = Arc::clone(&lock(world).webhooks.turn);
    let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
    let mut waiting = {
        let mut world = lock(world);
        let waiting = outbox::due(&world);
        let awaited = world.webhooks.reorder;
        if waiting.is_empty() || !now && waiting.len() < awaited {
            return 0;
        }
        world.webhooks.reorder = 0;
        if awaited > 0 { waiting.into_iter().rev().collect() } else { waiting }
    };
    let mut sent = 0;
    for one in waiting.drain(..) {
        let (url, signature, twice) = {
            let mut world = lock(world);
            let subscription = world.state.find(&id_of(one.text("object")), Kind::Subscription);
            let url = subscription.and_then(|subscription| callback(subscription.text("callback_url")));
            let twice = world.webhooks.duplicate > 0;
            world.webhooks.duplicate = world.webhooks.duplicate.saturating_sub(1);
            (url, proof(&world.identity.app_secret, one.text("body")), twice)
        };
        let body = one.text("body");
        let heard = url.is_some_and(|url| {
            let request = format!(
                "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: facebookexternalua\r\nContent-Type: application/json\r\n\
                 X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                target(&url),
                authority(&url),
                body.len(),
            );
            (0..=usize::from(twice)).fold(false, |heard, _| {
                sent += 1;
                matches!(exchange(&url, &request), Ok((200..=299, _))) || heard
            })
        });
        let mut world = lock(world);
        let moment = world.now();
        // The journal may refuse; the delivery is then tried again, as a subscriber must bear.
        let _ = change(&mut world, &one.id, outbox::after(&one, moment, heard));
    }
    sent
}
