//! `/help/errors`: the error dictionary, a list that can be searched and a page for each entry.
//!
//! Readable without signing in: it holds nothing of any workspace, and the sign-in page and programs lead to it.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::layout::Page;
use super::{frame, html};
use crate::domain::dictionary::{self, Area, Entry};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As};
use crate::web::state::State;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

/// The entries of an area.
struct Group {
    label: &'static str,
    entries: Vec<&'static Entry>,
}

#[derive(Template)]
#[template(path = "dictionary/list.html")]
struct ListPage {
    page: Page,
    query: String,
    shown: usize,
    total: usize,
    groups: Vec<Group>,
}

#[derive(Template)]
#[template(path = "dictionary/entry.html")]
struct EntryPage {
    page: Page,
    entry: &'static Entry,
}

/// `GET /help/errors`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    by: Option<As<Analyst>>,
    search: web::Query<Search>,
) -> Result<HttpResponse, AppError> {
    let query = search.into_inner().q.trim().to_owned();
    let found = found(&query);
    let groups = Area::ALL.into_iter().filter_map(|area| {
        let entries: Vec<&'static Entry> = found.iter().copied().filter(|entry| entry.area == area).collect();
        (!entries.is_empty()).then(|| Group { label: area.label(), entries })
    });
    html(&ListPage {
        page: page(&request, &state, by, "What messages mean"),
        shown: found.len(),
        total: dictionary::all().count(),
        groups: groups.collect(),
        query,
    })
}

/// `GET /help/errors/{slug}`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: Option<As<Analyst>>,
    slug: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let entry = dictionary::find(&slug).ok_or(AppError::NoPage)?;
    html(&EntryPage { page: page(&request, &state, by, entry.title), entry })
}

/// Every entry that holds each word, or that a whole message is of; all for nothing.
fn found(query: &str) -> Vec<&'static Entry> {
    let lower = query.to_lowercase();
    let words: Vec<String> = lower.split_whitespace().map(str::to_owned).collect();
    let mut found: Vec<&'static Entry> = dictionary::all().filter(|entry| entry.holds(&words)).collect();
    // A message pasted whole holds its own figures, which no entry does.
    if let Some(entry) = dictionary::of_sentence(query).filter(|entry| found.iter().all(|known| known.slug != entry.slug)) {
        found.push(entry);
    }
    found
}

fn page(request: &HttpRequest, state: &State, by: Option<As<Analyst>>, title: &str) -> Page {
    match by {
        Some(by) => frame(request, state, &by.signed, title, None),
        None => Page { title: title.to_owned(), ..Page::default() },
    }
}
