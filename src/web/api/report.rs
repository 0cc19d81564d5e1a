//! `GET /api/v1/report`: the same figures as the pages, for programs.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::report::{Compare, Query};
use crate::service::{Error, reports};
use crate::web::error::ApiError;
use crate::web::export;
use crate::web::extract::{Analyst, Bearer};
use crate::web::state::State;

/// `GET /api/v1/report?from=&to=&by=campaign,network&metrics=spend,impressions`: `{"columns", "rows", "totals"}`, money as decimal
/// text with the currency beside.
pub async fn show(request: HttpRequest, state: web::Data<State>, by: Bearer<Analyst>) -> Result<HttpResponse, ApiError> {
    let query = Query::parse(request.query_string()).map_err(Error::from)?;
    let query = Query { compare: Compare::Nothing, ..query };
    Ok(export::json(reports::run(&state.ctx, &by.actor, query).await?))
}
