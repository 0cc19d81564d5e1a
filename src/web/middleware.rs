//! What goes around every answer: security headers, and forgetting a sentence once it was shown.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::cookie::Cookie;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use actix_web::middleware::{DefaultHeaders, Next};

use super::pages::FLASH_COOKIE;
use crate::metrics;

/// Headers of every answer. No inline script or style runs; nobody frames our pages; no address leaks to other sites.
pub fn security_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "same-origin"))
        .add(("X-Frame-Options", "DENY"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        .add(("Permissions-Policy", "camera=(), geolocation=(), microphone=()"))
}

/// Counts each request under its route's pattern, never under its path: ids would make a series each.
pub async fn count(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let (began, method) = (Instant::now(), request.method().clone());
    let response = next.call(request).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    // What somebody may have made up is counted as one.
    let method = if matches!(method.as_str(), "GET" | "HEAD" | "POST" | "PUT" | "DELETE") { method.as_str() } else { "other" };
    metrics::request(&route, method, response.status().as_u16(), began.elapsed());
    Ok(response)
}

/// Pages are not kept by caches, and a sentence carried over a redirect is forgotten once a page has shown it.
pub async fn page_manners(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let carried = request.cookie(FLASH_COOKIE).is_some();
    let mut response = next.call(request).await?;
    let is_page = response.headers().get(CONTENT_TYPE).and_then(|t| t.to_str().ok()).is_some_and(|t| t.starts_with("text/html"));
    if is_page && !response.headers().contains_key(CACHE_CONTROL) {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if carried && is_page && response.status() == StatusCode::OK {
        let mut gone = Cookie::build(FLASH_COOKIE, "").path("/").finish();
        gone.make_removal();
        response.response_mut().add_cookie(&gone)?;
    }
    Ok(response)
}
