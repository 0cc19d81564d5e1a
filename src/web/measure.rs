//! `/metrics`, for Prometheus: guarded, because it tells how busy the house is.
//!
//! With `metrics_token` configured the scraper sends it as a bearer token. Without, only this machine may read: a connection from
//! loopback that no proxy has passed on.

use std::net::IpAddr;

use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::ExposeSecret;

use super::error::{ApiError, AppError};
use super::state::State;
use crate::metrics;
use crate::secrets::same;
use crate::service::measure;

/// Headers by which proxies tell that they pass a request on.
const FORWARDED: [&str; 3] = ["Forwarded", "X-Forwarded-For", "Via"];

/// `GET /metrics`
pub async fn show(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    admit(&request, &state)?;
    let gauges = measure::gauges(&state.ctx).await?;
    let text = metrics::text(&gauges).map_err(AppError::Internal)?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")).body(text))
}

fn admit(request: &HttpRequest, state: &State) -> Result<(), AppError> {
    if let Some(token) = &state.metrics_token {
        let sent = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        return match sent {
            Some(sent) if same(sent.trim(), token.expose_secret()) => Ok(()),
            other => Err(AppError::NoToken(other.is_some())),
        };
    }
    let passed_on = FORWARDED.iter().any(|name| request.headers().contains_key(*name));
    if request.peer_addr().is_some_and(|peer| is_loopback(peer.ip())) && !passed_on { Ok(()) } else { Err(AppError::NoEndpoint) }
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}
