//! `.csv` and `.json` twins: the writers live in `report`, here they are streamed.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;

use crate::report::{self, Dimension, Query, Report};
use crate::service::{Error, reports};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As};
use crate::web::state::State;

/// `GET /dashboard.csv?by=...`, `GET /reports.csv?...`
pub async fn csv_twin(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    Ok(csv(run(&request, &state, &by).await?))
}

/// `GET /dashboard.json?by=...`, `GET /reports.json?...`
pub async fn json_twin(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    Ok(json(run(&request, &state, &by).await?))
}

async fn run(request: &HttpRequest, state: &State, by: &As<Analyst>) -> Result<Report, AppError> {
    let mut query = Query::parse(request.query_string()).map_err(Error::from)?;
    if query.by.is_empty() {
        query.by = vec![Dimension::Campaign];
    }
    Ok(reports::run(&state.ctx, by.actor(), query).await?)
}

/// A report as a CSV file to keep.
pub fn csv(report: Report) -> HttpResponse {
    let name = format!("tandem-{}-{}.csv", report.scope.period.since, report.scope.period.until);
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(pieces(report::csv(report)))
}

/// A report as JSON.
pub fn json(report: Report) -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/json")).streaming(pieces(report::json(report)))
}

fn pieces(
    pieces: impl Iterator<Item = String> + Send + 'static,
) -> impl futures_util::Stream<Item = Result<Bytes, std::convert::Infallible>> + 'static {
    stream::iter(pieces.map(|piece| Ok(Bytes::from(piece))))
}
