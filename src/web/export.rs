//! `.csv` and `.json` twins: the writers live in `report`, here they are streamed.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use futures_util::{StreamExt, stream};
use serde::Serialize;
use serde_json::json;

use crate::report::{self, Dimension, Query, Report, csv_line};
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
    csv_head(&name).streaming(pieces(report::csv(report)))
}

/// A report as JSON.
pub fn json(report: Report) -> HttpResponse {
    json_head().streaming(pieces(report::json(report)))
}

/// How an answer begins that is a CSV file to keep.
pub fn csv_head(name: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    response
}

/// A table as a CSV file to keep.
pub fn csv_table<const N: usize, R: AsRef<[String]>>(
    name: &str,
    columns: [&str; N],
    rows: impl IntoIterator<Item = R>,
) -> HttpResponse {
    let lines = rows.into_iter().map(|row| csv_line(row.as_ref().iter().map(String::as_str)));
    csv_head(name).body(csv_line(columns) + &lines.collect::<String>())
}

/// The same table as JSON: the columns once, then the rows.
pub fn json_table<const N: usize, R: Serialize>(columns: [&str; N], rows: impl IntoIterator<Item = R>) -> HttpResponse {
    let rows: Vec<R> = rows.into_iter().collect();
    HttpResponse::Ok().json(json!({ "columns": columns.as_slice(), "rows": rows }))
}

/// How an answer in JSON begins that is written in pieces.
pub fn json_head() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, "application/json"));
    response
}

/// The text of a page of a list, and the number from which what is older is asked for, where there is more.
pub type PageText = (String, Option<i64>);

/// Sends a long list a page at a time: the first page is read already, `read` gives each further one, `end` closes it. What fails
/// half-way must not look whole: the connection is cut.
pub fn in_pages<F, P>(mut response: HttpResponseBuilder, first: PageText, read: F, end: &'static str) -> HttpResponse
where
    F: Fn(i64) -> P + 'static,
    P: Future<Output = Result<PageText, Error>> + 'static,
{
    let (first, older) = first;
    let rest = stream::try_unfold(older, move |older| {
        let page = older.map(&read);
        async move {
            let Some(page) = page else { return Ok(None) };
            let (text, older) = page.await?;
            Ok::<_, AppError>(Some((Bytes::from(text), older)))
        }
    });
    let one = |text: Bytes| stream::iter([Ok(text)]);
    response.streaming(Box::pin(one(Bytes::from(first)).chain(rest).chain(one(Bytes::from_static(end.as_bytes())))))
}

fn pieces(
    pieces: impl Iterator<Item = String> + Send + 'static,
) -> impl futures_util::Stream<Item = Result<Bytes, std::convert::Infallible>> + 'static {
    stream::iter(pieces.map(|piece| Ok(Bytes::from(piece))))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    #[actix_web::test]
    async fn a_long_list_is_sent_page_after_page_and_closed_once() {
        let pages = |before: i64| async move { Ok((format!(",{before}"), Some(before - 1).filter(|next| *next > 0))) };
        let response = in_pages(json_head(), ("[4".to_owned(), Some(3)), pages, "]");
        assert_eq!(to_bytes(response.into_body()).await.ok().unwrap(), "[4,3,2,1]");
    }

    #[actix_web::test]
    async fn a_list_that_breaks_off_half_way_does_not_look_whole() {
        let broken = |_| async { Err(Error::NotFound("campaign")) };
        let response = in_pages(csv_head("a.csv"), ("head\n".to_owned(), Some(3)), broken, "");
        assert!(to_bytes(response.into_body()).await.is_err());
    }
}
