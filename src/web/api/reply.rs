//! What endpoints answer, as types that say status, headers and schema.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LOCATION};
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Value, json};

use crate::service::idempotency::Kept;
use crate::web::error::AppError;

const JSON: &str = "application/json";

/// A kind of answer.
pub trait Reply: 'static {
    /// The status of success.
    const STATUS: u16;

    /// Media type and schema of the body; `None` without one.
    fn schema(generator: &mut SchemaGenerator) -> Option<(&'static str, Value)>;

    /// The answer itself.
    fn answer(self) -> Answer;
}

/// An answer that is ready to go out.
pub struct Answer {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: AnswerBody,
}

enum AnswerBody {
    Text(String),
    Made(HttpResponse),
}

impl Answer {
    fn json<T: Serialize>(status: StatusCode, headers: Vec<(String, String)>, body: &T) -> Self {
        let mut all = vec![(CONTENT_TYPE.to_string(), JSON.to_owned())];
        all.extend(headers);
        match serde_json::to_string(body) {
            Ok(text) => Self { status, headers: all, body: AnswerBody::Text(text) },
            Err(error) => {
                let broken = AppError::Internal(format!("an answer cannot be written: {error}"));
                let response = actix_web::ResponseError::error_response(&crate::web::error::ApiError(broken));
                Self { status: response.status(), headers: Vec::new(), body: AnswerBody::Made(response) }
            }
        }
    }

    /// What is kept of it under an idempotency key. A stream is no answer of a write, so nothing of it is.
    pub fn kept(&self) -> Kept {
        let body = match &self.body {
            AnswerBody::Text(text) => text.clone(),
            AnswerBody::Made(_) => String::new(),
        };
        Kept { status: self.status.as_u16(), headers: self.headers.clone(), body }
    }

    /// As it goes out. Nothing under `/api` is kept by caches.
    pub fn respond(self) -> HttpResponse {
        let text = match self.body {
            AnswerBody::Made(response) => return response,
            AnswerBody::Text(text) => text,
        };
        let mut response = HttpResponse::build(self.status);
        response.insert_header((CACHE_CONTROL, "no-store"));
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        if text.is_empty() { response.finish() } else { response.body(text) }
    }
}

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
    Some((JSON, generator.subschema_for::<T>().to_value()))
}

/// 200 with a thing.
#[derive(Debug)]
pub struct Shown<T>(pub T);

impl<T: Serialize + JsonSchema + 'static> Reply for Shown<T> {
    const STATUS: u16 = 200;

    fn schema(generator: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        schema_of::<T>(generator)
    }

    fn answer(self) -> Answer {
        Answer::json(StatusCode::OK, Vec::new(), &self.0)
    }
}

/// 200 with a thing and its revision as `ETag`.
#[derive(Debug)]
pub struct Tagged<T>(pub T, pub i64);

impl<T: Serialize + JsonSchema + 'static> Reply for Tagged<T> {
    const STATUS: u16 = 200;

    fn schema(generator: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        schema_of::<T>(generator)
    }

    fn answer(self) -> Answer {
        Answer::json(StatusCode::OK, vec![tag(self.1)], &self.0)
    }
}

/// 201 with what was made, where it is, and its revision where it has one.
#[derive(Debug)]
pub struct Created<T> {
    /// What was made.
    pub thing: T,
    /// Where it is, below `/api/v1`.
    pub at: String,
    /// Its revision.
    pub revision: Option<i64>,
}

impl<T: Serialize + JsonSchema + 'static> Reply for Created<T> {
    const STATUS: u16 = 201;

    fn schema(generator: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        schema_of::<T>(generator)
    }

    fn answer(self) -> Answer {
        let mut headers = vec![(LOCATION.to_string(), format!("/api/v1{}", self.at))];
        headers.extend(self.revision.map(tag));
        Answer::json(StatusCode::CREATED, headers, &self.thing)
    }
}

/// 202: queued, with what tells how it goes on.
#[derive(Debug)]
pub struct Accepted<T>(pub T);

impl<T: Serialize + JsonSchema + 'static> Reply for Accepted<T> {
    const STATUS: u16 = 202;

    fn schema(generator: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        schema_of::<T>(generator)
    }

    fn answer(self) -> Answer {
        Answer::json(StatusCode::ACCEPTED, Vec::new(), &self.0)
    }
}

/// 204: done, nothing to say.
#[derive(Debug)]
pub struct Done;

impl Reply for Done {
    const STATUS: u16 = 204;

    fn schema(_: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        None
    }

    fn answer(self) -> Answer {
        Answer { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: AnswerBody::Text(String::new()) }
    }
}

/// A picture's file.
#[derive(Debug)]
pub struct Image(pub HttpResponse);

/// A report as CSV, in pieces.
#[derive(Debug)]
pub struct Csv(pub HttpResponse);

/// A report as JSON, in pieces.
#[derive(Debug)]
pub struct Figures(pub HttpResponse);

impl Reply for Image {
    const STATUS: u16 = 200;

    fn schema(_: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        Some(("image/*", json!({ "type": "string", "contentEncoding": "binary" })))
    }

    fn answer(self) -> Answer {
        Answer { status: StatusCode::OK, headers: Vec::new(), body: AnswerBody::Made(self.0) }
    }
}

impl Reply for Csv {
    const STATUS: u16 = 200;

    fn schema(_: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        Some(("text/csv", json!({ "type": "string" })))
    }

    fn answer(self) -> Answer {
        Answer { status: StatusCode::OK, headers: Vec::new(), body: AnswerBody::Made(self.0) }
    }
}

impl Reply for Figures {
    const STATUS: u16 = 200;

    fn schema(generator: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        schema_of::<super::reports::ReportDocument>(generator)
    }

    fn answer(self) -> Answer {
        Answer { status: StatusCode::OK, headers: Vec::new(), body: AnswerBody::Made(self.0) }
    }
}

fn tag(revision: i64) -> (String, String) {
    (ETAG.to_string(), format!("\"{revision}\""))
}

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct List<T> {
    /// The things, in the order that each list states.
    pub items: Vec<T>,
    /// What to send as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
