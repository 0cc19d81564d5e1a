//! Pages of an edge: cursors, absolute `next` and `previous` addresses, and the `summary`.
//! A cursor is the position in base64, opaque to clients as Meta's are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::errors::GraphError;
use super::params::Params;

/// Meta's default page size.
const DEFAULT_LIMIT: usize = 25;
/// Largest page this server answers.
const LARGEST_LIMIT: usize = 5_000;

/// The window of a list that one call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First position.
    pub start: usize,
    /// Most rows.
    pub limit: usize,
}

impl Window {
    /// Reads `limit`, `after` and `before`.
    ///
    /// # Errors
    /// Code 100 for a bad limit, 2642 for a bad cursor.
    pub fn of(params: &Params) -> Result<Self, GraphError> {
        let limit = match params.integer("limit")? {
            None => DEFAULT_LIMIT,
            Some(given) if given > 0 => usize::try_from(given).unwrap_or(LARGEST_LIMIT).min(LARGEST_LIMIT),
            Some(_) => {
                return Err(GraphError::invalid("Param limit must be a positive integer").blame("limit"));
            }
        };
        let start = if let Some(after) = params.text("after") {
            position(&after)?.saturating_add(1)
        } else if let Some(before) = params.text("before") {
            position(&before)?.saturating_sub(limit)
        } else {
            0
        };
        Ok(Self { start, limit })
    }

    /// The positions of this window in a list of that length.
    #[must_use]
    pub fn range(&self, total: usize) -> std::ops::Range<usize> {
        let start = self.start.min(total);
        start..start.saturating_add(self.limit).min(total)
    }
}

fn position(cursor: &str) -> Result<usize, GraphError> {
    STANDARD
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.strip_prefix("p:").and_then(|number| number.parse().ok()))
        .ok_or_else(|| GraphError::new(2642, "(#2642) Invalid cursors values"))
}

fn cursor(position: usize) -> String {
    STANDARD.encode(format!("p:{position}"))
}

/// Where a page's addresses point: the edge's own address without query, and the call's parameters.
#[derive(Debug, Clone)]
pub struct Link<'a> {
    /// `http://host/v26.0/act_1/campaigns`
    pub address: String,
    /// Parameters to repeat.
    pub params: &'a Params,
}

impl Link<'_> {
    fn at(&self, key: &str, position: usize) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.params.0 {
            if !matches!(name.as_str(), "after" | "before" | "method") {
                query.append_pair(name, &super::params::as_text(value));
            }
        }
        query.append_pair(key, &cursor(position));
        format!("{}?{}", self.address, query.finish())
    }
}

/// Writes one page: the rows of `window` out of `total`.
#[must_use]
pub fn page(rows: Vec<Value>, window: Window, total: usize, link: &Link<'_>) -> Value {
    let range = window.range(total);
    let mut body = json!({ "data": rows });
    if !range.is_empty() {
        let last = range.end - 1;
        let mut paging = json!({
            "cursors": { "before": cursor(range.start), "after": cursor(last) },
        });
        if range.end < total {
            paging["next"] = json!(link.at("after", last));
        }
        if range.start > 0 {
            paging["previous"] = json!(link.at("before", range.start));
        }
        body["paging"] = paging;
    }
    if link.params.has("summary") && link.params.text("summary").as_deref() != Some("false") {
        body["summary"] = json!({ "total_count": total });
    }
    body
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn walking_next_sees_every_row_once() {
        let mut params = Params::default();
        params.0.insert("limit".into(), json!("3"));
        let mut seen = Vec::new();
        loop {
            let window = Window::of(&params).unwrap();
            let range = window.range(8);
            seen.extend(range.clone());
            let link = Link { address: "http://h/e".into(), params: &params };
            let body = page(vec![], window, 8, &link);
            let Some(next) = body["paging"]["next"].as_str() else {
                break;
            };
            let after = url::Url::parse(next).unwrap().query_pairs().find(|(k, _)| k == "after").unwrap().1.into_owned();
            params.0.insert("after".into(), json!(after));
        }
        assert_eq!(seen, (0..8).collect::<Vec<_>>());
    }

    #[test]
    fn a_foreign_cursor_is_refused_with_2642() {
        let mut params = Params::default();
        params.0.insert("after".into(), json!("zzz"));
        assert_eq!(Window::of(&params).unwrap_err().code, 2642);
    }
}
