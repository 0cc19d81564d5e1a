//! `Idempotency-Key` at the door: reads it, finds what it stands for, keeps what is answered under it.

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderName, LOCATION, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::operation::Settled;
use crate::secrets::sha256_hex;
use crate::service::Ctx;
use crate::service::idempotency::{self, Claim, Kept};
use crate::web::error::{ApiError, AppError};
use crate::web::extract::Bearer;

/// The request's header.
const KEY: &str = "Idempotency-Key";
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Headers that belong to an answer and are given again with it.
const KEPT_HEADERS: [HeaderName; 4] = [CONTENT_TYPE, ETAG, LOCATION, WWW_AUTHENTICATE];

/// What a key stands for.
pub enum Begun {
    /// The request is to be carried out.
    Fresh(Claim),
    /// The answer of the first time.
    Answered(HttpResponse),
}

/// The key, where there is one.
pub fn key(request: &HttpRequest) -> Result<Option<String>, ApiError> {
    let Some(value) = request.headers().get(KEY) else { return Ok(None) };
    // What is no text is no key either: an empty one is refused with the sentence that says what one is.
    Ok(Some(value.to_str().unwrap_or_default().trim().to_owned()))
}

/// What makes two requests the same: method, path, query, revision and body.
pub fn fingerprint(request: &HttpRequest, body_digest: &str) -> String {
    let revision = request.headers().get("If-Match").map(|v| v.as_bytes().to_vec()).unwrap_or_default();
    let parts = [
        request.method().as_str().as_bytes(),
        request.uri().path().as_bytes(),
        request.query_string().as_bytes(),
        &revision,
        body_digest.as_bytes(),
    ];
    let mut text = Vec::new();
    for part in parts {
        text.extend_from_slice(&part.len().to_be_bytes());
        text.extend_from_slice(part);
    }
    sha256_hex(&text)
}

/// Claims the key, or finds its answer.
pub async fn begin<R>(ctx: &Ctx, by: &Bearer<R>, key: &str, fingerprint: String) -> Result<Begun, ApiError> {
    match idempotency::begin(ctx, by.actor.workspace, by.token, key, fingerprint).await? {
        idempotency::Begun::Fresh(claim) => Ok(Begun::Fresh(claim)),
        idempotency::Begun::Answered(kept) => Ok(Begun::Answered(respond(&kept)?)),
    }
}

/// Keeps what came of the request and answers it.
pub async fn settle(ctx: &Ctx, claim: &Claim, outcome: Settled) -> Result<HttpResponse, ApiError> {
    match outcome {
        Ok(answer) => {
            idempotency::keep(ctx, claim, &answer.kept()).await?;
            Ok(answer.respond())
        }
        Err(error) => {
            let response = error.error_response();
            let kept = kept_of(&response, String::new());
            let body = response.into_body().try_into_bytes().unwrap_or_default();
            let kept = Kept { body: String::from_utf8_lossy(&body).into_owned(), ..kept };
            idempotency::settle_refusal(ctx, claim, &kept).await?;
            Err(error)
        }
    }
}

fn kept_of<B>(response: &HttpResponse<B>, body: String) -> Kept {
    let text = |name: &HeaderName| {
        let value = response.headers().get(name)?.to_str().ok()?;
        Some((name.to_string(), value.to_owned()))
    };
    Kept { status: response.status().as_u16(), headers: KEPT_HEADERS.iter().filter_map(text).collect(), body }
}

fn respond(kept: &Kept) -> Result<HttpResponse, ApiError> {
    let status = StatusCode::from_u16(kept.status)
        .map_err(|_| AppError::Internal(format!("a kept answer has the status {}", kept.status)))?;
    let mut response = HttpResponse::build(status);
    for (name, value) in &kept.headers {
        response.insert_header((name.as_str(), value.as_str()));
    }
    response.insert_header((REPLAYED, "true"));
    Ok(if kept.body.is_empty() { response.finish() } else { response.body(kept.body.clone()) })
}
