//! Requests that no client sends: kept ones, and as many mutations of them as are asked for. Every answer is Meta's, none a panic or
//! a failure of our own. The requests of `corpus/` are mutated by a fixed sequence, so each run of a seed is the same.
//!
//! A long run: `TANDEM_FUZZ_CASES=1000000 TANDEM_FUZZ_SEED=7 cargo test --release sandbox::tests::fuzz`. What it finds is printed as a
//! file for `corpus/`, where it is kept.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::support::Sandbox;
use crate::sandbox::num::mix;

/// Cases of an ordinary run.
const CASES: u64 = 1_200;
/// Findings after which a run ends.
const MOST_FOUND: usize = 10;
/// After so long without a byte an answer counts as never to come.
const HUNG: Duration = Duration::from_secs(20);
/// Cases between two edits from outside, which leave odd values in objects.
const EDIT_EVERY: u64 = 40;

/// Pieces that decoders, parsers and rules stumble over.
const PIECES: &[&str] = &[
    "%00",
    "%ff",
    "%",
    "&",
    "=",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\\",
    ",",
    ":",
    "(",
    ")",
    ".",
    "/",
    "..",
    "[]",
    "{}",
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551616",
    "0.5",
    "NaN",
    "\u{0}",
    "é",
    "日本",
    "\u{202e}",
    "{result=",
    "{result=c:$.id}",
    "$..*",
    "fields=",
    "batch=",
    "method=delete",
    "access_token=",
    "limit=0",
    "limit=999999999",
    "after=",
    "before=cDo5",
    "time_range={\"since\":\"9999-12-31\",\"until\":\"0000-01-01\"}",
    "[[[[[[[[[[[[[[[[",
    "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":",
    "a{a{a{a{a{a{a{a{a{a{",
    "--X7",
    "\r\n",
    "+",
    "act_",
    "v26.0",
];
/// Values that an edit from outside puts where others are expected.
const ODD: &[&str] = &[
    "null",
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "\"\"",
    "\"x\"",
    "\"é\"",
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "{\"a\":[]}",
    "true",
    "{\"geo_locations\":1}",
    "{\"geo_locations\":{\"countries\":[7]}}",
    "\"99999999999999999999\"",
];
const FIELDS: &[&str] = &[
    "status",
    "name",
    "daily_budget",
    "lifetime_budget",
    "targeting",
    "start_time",
    "end_time",
    "stop_time",
    "bid_amount",
    "creative_id",
    "promoted_object",
    "optimization_goal",
    "attribution_spec",
    "spend_cap",
    "object_story_spec",
    "special_ad_categories",
    "bid_strategy",
];

struct Rng(u64);

impl Rng {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(1);
        (mix(self.0) % count.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// A request as the corpus keeps it: method and target, headers, body.
#[derive(Clone)]
struct Request {
    method: String,
    target: Vec<u8>,
    headers: Vec<String>,
    body: Vec<u8>,
}

impl Request {
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
        Self {
            method: method.to_owned(),
            target: target.as_bytes().to_vec(),
            headers: lines.map(str::to_owned).collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    /// What goes over the wire; the target without the bytes that HTTP itself refuses.
    fn bytes(&self) -> Vec<u8> {
        let mut target = String::from("/");
        for byte in self.target.iter().skip_while(|byte| **byte == b'/') {
            if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%[]{}".contains(byte) {
                target.push(char::from(*byte));
            } else {
                target.push_str(&format!("%{byte:02x}"));
            }
        }
        let mut out = format!(
            "{} {target} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.method,
            self.body.len()
        );
        for header in &self.headers {
            out.push_str(header);
            out.push_str("\r\n");
        }
        let mut out = out.into_bytes();
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.body);
        out
    }

    fn mutated(&self, rng: &mut Rng, others: &[Self]) -> Self {
        let mut request = self.clone();
        for _ in 0..=rng.below(3) {
            match rng.below(10) {
                0 => request.method = (*rng.pick(&["GET", "POST", "DELETE", "PUT", "HEADLESS"])).to_owned(),
                1 => {
                    let kinds = [
                        "application/json",
                        "application/x-www-form-urlencoded",
                        "multipart/form-data; boundary=X7",
                        "multipart/form-data",
                        "text/plain",
                        "",
                    ];
                    request.headers = vec![format!("content-type: {}", rng.pick(&kinds))];
                }
                2 => request.body = rng.pick(others).body.clone(),
                3..=5 if !request.body.is_empty() => bend(&mut request.body, rng),
                _ => bend(&mut request.target, rng),
            }
        }
        request
    }
}

fn bend(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let at = rng.below(bytes.len() + 1);
    let end = (at + 1 + rng.below(12)).min(bytes.len());
    match rng.below(6) {
        0 => drop(bytes.drain(at.min(end)..end)),
        1 => bytes.truncate(at),
        2 => {
            let again = bytes[at.min(end)..end].to_vec();
            bytes.splice(at..at, again);
        }
        3 if at < bytes.len() => bytes[at] = (rng.below(256)) as u8,
        _ => {
            let piece = rng.pick(PIECES).as_bytes().to_vec();
            let until = if rng.below(2) == 0 { at } else { end.max(at) };
            bytes.splice(at..until, piece);
        }
    }
}

/// The answer's head and body; the server may keep the connection open behind it.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that answers early may close before all is written.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    loop {
        if let Some(whole) = whole(&answer) {
            return whole;
        }
        let mut piece = [0; 16_384];
        let read = tokio::time::timeout(HUNG, stream.read(&mut piece));
        match read.await {
            Ok(Ok(count)) if count > 0 => answer.extend_from_slice(&piece[..count]),
            ended => return (format!("no whole answer ({ended:?}): {}", String::from_utf8_lossy(&answer)), Vec::new()),
        }
    }
}

/// Head and body, once all of them is there.
fn whole(answer: &[u8]) -> Option<(String, Vec<u8>)> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let body = &answer[end + 4..];
    if head.contains("transfer-encoding: chunked") {
        return unchunked(body).map(|body| (head, body));
    }
    let length: usize = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
    (body.len() >= length).then(|| (head, body.to_vec()))
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(end + 2..end + 2 + length)?);
        rest = rest.get(end + 4 + length..)?;
    }
}

/// What is wrong with an answer.
fn wrong((head, body): &(String, Vec<u8>)) -> Option<String> {
    let status: u16 = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return Some(format!("no JSON: {head}\n{}", String::from_utf8_lossy(body)));
    };
    let error = &body["error"];
    let is_metas =
        error["code"].is_i64() && error["message"].is_string() && error["type"].is_string() && error["fbtrace_id"].is_string();
    match status {
        200 if error.is_null() => None,
        400..=499 if is_metas => None,
        _ => Some(format!("{status}: {body}")),
    }
}

fn corpus(names: &[(&str, &str)]) -> Vec<(String, Request)> {
    let directory = Path::new(file!()).with_file_name("corpus");
    let mut files: Vec<_> = std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: &Path| {
        let mut text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        for (name, value) in names {
            text = text.replace(&format!("{{{{{name}}}}}"), value);
        }
        (path.file_name().unwrap().to_string_lossy().into_owned(), Request::read(&text))
    };
    files.iter().map(|path| read(path)).collect()
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[actix_web::test]
async fn no_request_is_answered_by_anything_but_metas_json() {
    let sandbox = Sandbox::new(1, None);
    let (campaign, ad_set, ad) = sandbox.delivering(json!({ "daily_budget": "2000" })).await;
    let creative = sandbox.get(&ad, json!({ "fields": "creative{id}" })).await["creative"]["id"].as_str().unwrap().to_owned();
    sandbox.days(3).await;
    let identity = &sandbox.identity;
    let corpus = corpus(&[
        ("token", &identity.access_token),
        ("account", &identity.ad_account_id),
        ("page", &identity.page_id),
        ("page_token", &identity.page_access_token),
        ("instagram", &identity.instagram_user_id),
        ("pixel", &identity.pixel_id),
        ("campaign", &campaign),
        ("ad_set", &ad_set),
        ("ad", &ad),
        ("creative", &creative),
    ]);
    assert!(corpus.len() > 30);
    let address = sandbox.running.address();
    for (name, request) in &corpus {
        let problem = wrong(&exchange(address, &request.bytes()).await);
        assert!(problem.is_none(), "{name}: {}", problem.unwrap_or_default());
    }
    let requests: Vec<Request> = corpus.into_iter().map(|(_, request)| request).collect();
    let mut found = Vec::new();
    let mut rng = Rng(number("TANDEM_FUZZ_SEED", 1) << 32);
    for case in 0..number("TANDEM_FUZZ_CASES", CASES) {
        if case % EDIT_EVERY == EDIT_EVERY - 1 {
            let ids = [&campaign, &ad_set, &ad, &creative];
            let id = rng.pick(&ids);
            let (field, odd) = (rng.pick(FIELDS), rng.pick(ODD));
            let edit = format!("{{\"id\":\"{id}\",\"fields\":{{\"{field}\":{odd}}}}}");
            // Times are read before they are stored; the rest is stored as it is.
            let _ = sandbox.running.control("edit", &edit);
            if rng.below(4) == 0 {
                sandbox.days(1).await;
            }
        }
        let chosen = rng.below(requests.len());
        let request = requests[chosen].mutated(&mut rng, &requests);
        if let Some(problem) = wrong(&exchange(address, &request.bytes()).await) {
            let (target, body) = (String::from_utf8_lossy(&request.target), String::from_utf8_lossy(&request.body));
            found.push(format!("case {case}: {problem}\n{} {target}\n{}\n\n{body}", request.method, request.headers.join("\n")));
            if found.len() == MOST_FOUND {
                break;
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
    let me = sandbox.get("me", json!({})).await;
    assert_eq!(me["id"], json!(identity.user_id), "{me}");
}
