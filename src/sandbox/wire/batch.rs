//! Batches: up to 50 calls in one, with named references such as `{result=campaign:$.id}`.
//! Source: "Batch Requests" of the Graph API guide; of the Marketing API, "Batch Requests": several ad sets of one campaign may not
//! stand in one batch (graph-api reference, section 3).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::errors::{Answer, GraphError};
use super::params::as_text;
use super::request::{self, Call, Method};
use super::response::{Headers, trace_id};
use crate::sandbox::faults::FaultKind;
use crate::sandbox::limits::Used;
use crate::sandbox::limits::meter::{self, Target};
use crate::sandbox::state::Kind;
use crate::sandbox::world::World;

const MOST: usize = 50;

/// Answers a batch.
///
/// # Errors
/// `GraphBatchException` for a batch that is malformed as a whole; an operation's error is that operation's answer.
pub fn answer(world: &mut World, call: &Call) -> Answer {
    let broken = |text: &str| GraphError { kind: "GraphBatchException", ..GraphError::new(100, text) };
    let batch = call.params.list("batch")?.unwrap_or_default();
    if batch.is_empty() {
        return Err(broken("Batch must contain at least one request"));
    }
    if batch.len() > MOST {
        return Err(broken("Too many requests in batch message. Maximum batch size is 50"));
    }
    let with_headers = call.params.flag("include_headers")?.unwrap_or(true);
    let mut results: BTreeMap<String, Value> = BTreeMap::new();
    let mut with_ad_set: BTreeSet<String> = BTreeSet::new();
    let mut answers = Vec::with_capacity(batch.len());
    for operation in &batch {
        let name = operation.get("name").and_then(Value::as_str);
        let (answer, headers) = match prepared(call, operation, &results) {
            Ok(inner) => {
                let target = meter::target(world, &inner.path);
                let twice = campaign_of_ad_set(world, &inner).is_some_and(|campaign| !with_ad_set.insert(campaign));
                let (answer, used) = if twice { (Some(Err(several_ad_sets())), None) } else { part(world, &inner) };
                (answer, headers(world, &inner.version, target, used))
            }
            Err(error) => (Some(Err(error)), headers(world, &call.version, None, None)),
        };
        let Some(answer) = answer else {
            // Not finished in time, whatever became of it.
            world.served += 1;
            answers.push(Value::Null);
            continue;
        };
        let (code, body) = match answer {
            Ok(value) => (200, value),
            Err(error) => (error.status, error.body(&trace_id(world.state.seed, world.served))),
        };
        world.served += 1;
        let silent = operation.get("omit_response_on_success").map(as_text).as_deref() != Some("false");
        let used_later =
            name.is_some_and(|name| batch.iter().any(|other| other.to_string().contains(&format!("result={name}:"))));
        if let Some(name) = name {
            results.insert(name.to_owned(), body.clone());
        }
        let mut row = json!({ "code": code });
        if with_headers {
            row["headers"] = headers;
        }
        // The body of an operation that others build on is left out unless it is wanted.
        row["body"] = if used_later && silent && code == 200 { Value::Null } else { json!(body.to_string()) };
        answers.push(row);
    }
    Ok(Value::Array(answers))
}

/// Answers one operation; `None` where a fault keeps it from being finished in time, although it is carried out.
fn part(world: &mut World, inner: &Call) -> (Option<Answer>, Option<Used>) {
    let path = inner.path.join("/");
    let Some(fault) = world.faults.take_in_batch(inner.method.verb(), &path, &inner.params) else {
        let (answer, used) = meter::answer(world, inner);
        return (Some(answer), used);
    };
    if matches!(fault.kind, FaultKind::Error | FaultKind::Throttle | FaultKind::TokenDead) {
        return (Some(Err(fault.error())), None);
    }
    let (answer, used) = meter::answer(world, inner);
    match fault.kind {
        FaultKind::Cut | FaultKind::Truncated => (None, used),
        FaultKind::ErrorAfterCommit => (Some(answer.and(Err(fault.error()))), used),
        FaultKind::Short => {
            let shortened = answer.map(|mut value| {
                if let Some(rows) = value.get_mut("data").and_then(Value::as_array_mut) {
                    fault.shorten(rows);
                }
                value
            });
            (Some(shortened), used)
        }
        _ => (Some(answer), used),
    }
}

/// The campaign whose ad set an operation makes, changes or deletes.
fn campaign_of_ad_set(world: &World, inner: &Call) -> Option<String> {
    if inner.method == Method::Get {
        return None;
    }
    match inner.path.as_slice() {
        [_, edge] if edge == "adsets" => inner.params.text("campaign_id"),
        [id] => world.state.find(id, Kind::AdSet).and_then(|ad_set| ad_set.parent.clone()),
        _ => None,
    }
}

// The code and the words are ours: Meta's pages only say that it may not be.
fn several_ad_sets() -> GraphError {
    GraphError::invalid("A batch cannot contain several ad sets of the same campaign")
}

fn headers(world: &World, version: &str, target: Option<Target>, used: Option<Used>) -> Value {
    let headers = Headers {
        now: world.now(),
        version: version.to_owned(),
        trace: trace_id(world.state.seed, world.served),
        target,
        calls: world.served,
        used,
        exhausted: false,
    };
    headers.pairs().into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

/// The call that an operation stands for.
fn prepared(outer: &Call, operation: &Value, results: &BTreeMap<String, Value>) -> Result<Call, GraphError> {
    let text = |name: &str| operation.get(name).and_then(Value::as_str);
    let method = text("method").unwrap_or("GET");
    let address = text("relative_url").ok_or_else(|| GraphError::invalid("A batch operation needs relative_url"))?;
    let address = resolved(address, results)?;
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    let mut params = BTreeMap::new();
    request::add_pairs(&mut params, query.as_bytes());
    if let Some(body) = text("body") {
        let mut pairs = BTreeMap::new();
        request::add_pairs(&mut pairs, body.as_bytes());
        // Meta resolves references in the encoded body; resolving the decoded values is the same and safer.
        for (name, value) in pairs {
            let value = match value {
                Value::String(text) => Value::String(resolved(&text, results)?),
                other => other,
            };
            params.insert(name, value);
        }
    }
    if params.contains_key("batch") {
        return Err(GraphError::invalid("A batch cannot contain a batch"));
    }
    let versioned = if path.trim_start_matches('/').starts_with('v') && path.contains('.') {
        path.to_owned()
    } else {
        format!("/{}/{}", outer.version, path.trim_start_matches('/'))
    };
    for name in ["access_token", "appsecret_proof"] {
        if let (false, Some(value)) = (params.contains_key(name), outer.params.0.get(name)) {
            params.insert(name.to_owned(), value.clone());
        }
    }
    let mut files = Vec::new();
    if let Some(attached) = text("attached_files") {
        let wanted: Vec<&str> = attached.split(',').map(str::trim).collect();
        files = outer.files.iter().filter(|file| wanted.contains(&file.name.as_str())).cloned().collect();
    }
    request::assemble(method, &versioned, params, files, outer.token.clone(), outer.base_url.clone())
}

/// Replaces `{result=name:$.path}` by the named operation's values, lists joined by commas.
fn resolved(text: &str, results: &BTreeMap<String, Value>) -> Result<String, GraphError> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{result=") {
        let Some((reference, behind)) = after.split_once('}') else {
            break;
        };
        out.push_str(before);
        let (name, path) = reference.split_once(':').unwrap_or((reference, "$"));
        let value =
            results.get(name).ok_or_else(|| GraphError::invalid(format!("Batch reference to unknown operation {name}")))?;
        let found = select(value, path);
        if found.is_empty() {
            return Err(GraphError::invalid(format!("Batch reference {name}:{path} found nothing")));
        }
        out.push_str(&found.join(","));
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

/// The part of JSONPath that batches use: `$.a.b`, `[0]`, `[*]` and `.*`.
fn select(value: &Value, path: &str) -> Vec<String> {
    let mut found = vec![value];
    let steps = path.trim_start_matches('$').replace('[', ".").replace(']', "");
    for step in steps.split('.').filter(|step| !step.is_empty()) {
        found = found
            .into_iter()
            .flat_map(|value| -> Vec<&Value> {
                match (value, step) {
                    (Value::Array(items), "*") => items.iter().collect(),
                    (Value::Object(map), "*") => map.values().collect(),
                    (Value::Array(items), index) => {
                        index.parse::<usize>().ok().and_then(|index| items.get(index)).into_iter().collect()
                    }
                    (Value::Object(map), name) => map.get(name).into_iter().collect(),
                    _ => Vec::new(),
                }
            })
            .collect();
    }
    found.into_iter().map(as_text).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn references_take_values_out_of_earlier_answers() {
        let results = BTreeMap::from([("a".to_owned(), json!({"id": "7", "data": [{"id": "1"}, {"id": "2"}]}))]);
        assert_eq!(resolved("x/{result=a:$.id}?y", &results).unwrap(), "x/7?y");
        assert_eq!(resolved("{result=a:$.data[*].id}", &results).unwrap(), "1,2");
        assert_eq!(resolved("{result=a:$.data.*.id}", &results).unwrap(), "1,2");
        assert!(resolved("{result=b:$.id}", &results).is_err());
        assert_eq!(resolved("{result=a", &results).unwrap(), "{result=a");
    }
}
