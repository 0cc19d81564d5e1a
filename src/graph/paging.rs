//! Edges read page by page.
//!
//! An edge ends only where `paging.next` is absent: a page may be empty and still have one. The next page is asked for with the
//! same call and the cursor; a `next` on another origin is refused. Source: Graph API, "Paginated results".

use std::collections::VecDeque;
use std::marker::PhantomData;

use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::client::{Client, Path};
use super::error::GraphError;
use super::node::NodeId;
use super::params::Params;

/// More pages than any edge of an account within Meta's limits has (6,000 objects, 500 a page) with room for reports.
const MAX_PAGES: u32 = 2_000;

/// A page that is too large with so few rows is too large for good.
const LEAST_ROWS: u32 = 20;

/// The pages of one edge, fetched as they are asked for.
pub struct Pages<T> {
    client: Client,
    node: NodeId,
    edge: &'static str,
    params: Params,
    left: u32,
    done: bool,
    row: PhantomData<fn() -> T>,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    data: Vec<Value>,
    #[serde(default)]
    paging: Option<Paging>,
}

#[derive(Deserialize)]
struct Paging {
    #[serde(default)]
    cursors: Option<Cursors>,
    #[serde(default)]
    next: Option<String>,
}

#[derive(Deserialize)]
struct Cursors {
    #[serde(default)]
    after: Option<String>,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(super) fn new(client: &Client, node: &NodeId, edge: &'static str, params: Params) -> Self {
        let (client, node) = (client.clone(), node.clone());
        Self { client, node, edge, params, left: MAX_PAGES, done: false, row: PhantomData }
    }

    /// Goes on after a page that was read before, by [`Self::place`].
    #[must_use]
    pub fn after(mut self, place: Option<&str>) -> Self {
        if let Some(place) = place {
            self.params = std::mem::take(&mut self.params).set("after", place);
        }
        self
    }

    /// The cursor of the next page; `None` before the first and after the last.
    pub fn place(&self) -> Option<&str> {
        if self.done {
            return None;
        }
        self.params.pairs().iter().find(|(name, _)| name == "after").map(|(_, value)| value.as_str())
    }

    /// The next page's rows; `None` after the last. A page may be empty and not the last.
    ///
    /// # Errors
    /// As any call; also [`GraphError::Unexpected`] where the server's next page lies elsewhere or the pages do not end.
    pub async fn next_page(&mut self) -> Result<Option<Vec<T>>, GraphError> {
        if self.done {
            return Ok(None);
        }
        let Some(left) = self.left.checked_sub(1) else {
            return Err(GraphError::Unexpected { message: format!("the edge “{}” does not end", self.edge) });
        };
        let page = self.page().await?;
        self.left = left;
        self.advance(page.paging)?;
        let rows = page.data.into_iter().map(serde_json::from_value::<T>).collect::<Result<Vec<T>, _>>();
        rows.map(Some).map_err(|e| GraphError::Unexpected { message: format!("a row of “{}”: {e}", self.edge) })
    }

    /// Every row, up to `most`.
    ///
    /// # Errors
    /// As [`Self::next_page`]; [`GraphError::TooMuchData`] where there are more.
    pub async fn all(mut self, most: usize) -> Result<Vec<T>, GraphError> {
        let mut rows = Vec::new();
        while let Some(page) = self.next_page().await? {
            rows.extend(page);
            if rows.len() > most {
                return Err(GraphError::TooMuchData { message: format!("“{}” has more than {most} rows", self.edge) });
            }
        }
        Ok(rows)
    }

    /// The first row that fits, reading no further than needed.
    ///
    /// # Errors
    /// As [`Self::next_page`].
    pub async fn find(mut self, fits: impl Fn(&T) -> bool) -> Result<Option<T>, GraphError> {
        while let Some(page) = self.next_page().await? {
            let mut page = VecDeque::from(page);
            while let Some(row) = page.pop_front() {
                if fits(&row) {
                    return Ok(Some(row));
                }
            }
        }
        Ok(None)
    }

    /// One call; where Meta finds the page too large the same place is asked for in half as many rows.
    async fn page(&mut self) -> Result<Page, GraphError> {
        loop {
            let answer = self.client.get(&Path::Edge(&self.node, self.edge), &self.params).await;
            let limit: u32 =
                self.params.pairs().iter().find(|(n, _)| n == "limit").and_then(|(_, v)| v.parse().ok()).unwrap_or(0);
            match answer {
                // A report's rows do not get fewer by this: its days are asked for in parts instead.
                Err(GraphError::TooMuchData { .. }) if self.edge != "insights" && limit > LEAST_ROWS => {
                    self.params = std::mem::take(&mut self.params).set("limit", (limit / 2).to_string());
                }
                other => return other,
            }
        }
    }

    fn advance(&mut self, paging: Option<Paging>) -> Result<(), GraphError> {
        let Some((next, cursors)) = paging.and_then(|p| p.next.map(|next| (next, p.cursors))) else {
            self.done = true;
            return Ok(());
        };
        if !self.client.is_own(&next) {
            return Err(GraphError::Unexpected {
                message: "the next page lies on another server, which is never asked".to_owned(),
            });
        }
        let from_link = || Url::parse(&next).ok()?.query_pairs().find(|(n, _)| n == "after").map(|(_, v)| v.into_owned());
        let Some(after) = cursors.and_then(|c| c.after).or_else(from_link) else {
            return Err(GraphError::Unexpected { message: "a next page without a cursor".to_owned() });
        };
        self.params = std::mem::take(&mut self.params).set("after", after);
        Ok(())
    }
}
