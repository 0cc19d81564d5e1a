//! The document: OpenAPI 3.1, made from the operations and the types they are made of.

use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::operation::{Described, Operation};
use super::operations;
use crate::web::error::PROBLEM_JSON;

/// `GET /api/v1/openapi.json`
pub async fn show() -> HttpResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| document().to_string());
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/json")).body(text.as_str())
}

/// The generator whose definitions stand under `components`.
pub fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = "/components/schemas".into()).into_generator()
}

/// The whole document.
pub fn document() -> Value {
    let mut generator = generator();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations() {
        let page = page(&operation, operation.described(&mut generator));
        let path = paths.entry(format!("/api/v1{}", operation.path)).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_lowercase()] = page;
    }
    let mut schemas = generator.take_definitions(true);
    for schema in schemas.values_mut() {
        refuse_unknown(schema);
    }
    schemas.insert("Refusal".to_owned(), refusal());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tandem",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0" },
            "description": "Everything a person can do on the pages, for programs; kept filters, how somebody is told and new \
                workspaces belong to people and stay on the pages. Ids are strings. Money is whole minor units with its \
                currency; in rows of figures it is a decimal as text. Times are RFC 3339 in UTC. Every error is problem+json \
                (RFC 9457), with the field of each problem; its type is the page of the error dictionary, /help/errors, \
                about it. \
                Every operation but GET takes an Idempotency-Key, which is kept for 24 hours.",
        },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "Made with `tandem token create` or under Settings; it opens one workspace with one role.",
            } },
            "schemas": schemas,
        },
    })
}

fn page(operation: &Operation, described: Described) -> Value {
    let name_in_path = operation.path.split(['{', '}']).nth(1).unwrap_or_default();
    let mut parameters: Vec<Value> = described
        .parameters
        .into_iter()
        .map(|p| {
            let name = if p.place == "path" { name_in_path.to_owned() } else { p.name };
            json!({ "name": name, "in": p.place, "required": p.required, "description": p.description, "schema": p.schema })
        })
        .collect();
    if operation.takes_key() {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": false,
            "description": "Send the same request with the same key again to get the same answer, marked `Idempotent-Replayed: \
                true`, and nothing done twice. Another request with the key is refused (422); while the first is under way, 409.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        }));
    }
    let (status, body) = described.answer;
    let mut answer = json!({ "description": words(status) });
    if let Some((media, schema)) = body {
        answer["content"] = json!({ media: { "schema": schema } });
    }
    let mut page = json!({
        "operationId": operation.id(),
        "tags": [operation.tag()],
        "summary": operation.summary,
        "description": format!("{} Needs the role {}.", operation.detail, operation.role).trim_start(),
        "x-role": operation.role,
        "parameters": parameters,
        "responses": {
            status.to_string(): answer,
            "default": {
                "description": "Refused: the problem in a sentence, and each one at its field.",
                "content": { PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/Refusal" } } },
            },
        },
    });
    if let Some((media, schema)) = described.body {
        page["requestBody"] = json!({ "required": true, "content": { media: { "schema": schema } } });
    }
    page
}

fn words(status: u16) -> &'static str {
    match status {
        201 => "Made.",
        202 => "Queued.",
        204 => "Done.",
        _ => "Here it is.",
    }
}

/// Bodies with members that nothing reads are refused, and answers have no others than these.
fn refuse_unknown(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    if object.contains_key("properties") {
        object.entry("additionalProperties").or_insert(Value::Bool(false));
    }
}

/// A refusal, as `web::error` writes it.
fn refusal() -> Value {
    json!({
        "type": "object",
        "description": "Why a request was refused (RFC 9457).",
        "required": ["type", "title", "status", "detail", "instance"],
        "additionalProperties": false,
        "properties": {
            "type": {
                "type": "string",
                "format": "uri-reference",
                "description": "The page of the error dictionary about it, on this server; stable, and readable without signing in. \
                    Where several things are wrong, each has its own in `errors`.",
            },
            "title": { "type": "string", "description": "The kind of problem." },
            "status": { "type": "integer" },
            "detail": { "type": "string", "description": "A sentence for people, with the way out." },
            "instance": { "type": "string", "description": "Names this very refusal in the server's log." },
            "errors": {
                "type": "array",
                "description": "Each problem at its field.",
                "items": {
                    "type": "object",
                    "required": ["field", "message", "type"],
                    "additionalProperties": false,
                    "properties": {
                        "field": { "type": "string", "description": "As in the body: `ads.0.message`; empty where all of it is meant." },
                        "message": { "type": "string" },
                        "type": { "type": "string", "format": "uri-reference", "description": "The page about it: `/help/errors/budget-below-minimum`." },
                    },
                },
            },
        },
    })
}
