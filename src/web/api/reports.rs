//! Reports: the same query and the same figures as the pages.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use super::ask::{Parameter, Params};
use super::operation::{Call, Outcome};
use super::reply::{Csv, Figures};
use crate::domain::network::Network;
use crate::domain::period::Preset;
use crate::report::{Compare, Dimension, Metric, Query, Report};
use crate::service::{Error, reports};
use crate::web::error::ApiError;
use crate::web::export;
use crate::web::extract::Analyst;

/// What to report: the query string of `/reports`, word for word.
#[derive(Debug)]
pub struct Asked(Query);

impl Params for Asked {
    fn read(query: &str) -> Result<Self, ApiError> {
        let query = Query::parse(query).map_err(Error::from)?;
        Ok(Self(Query { compare: Compare::Nothing, ..query }))
    }

    fn parameters(_: &mut SchemaGenerator) -> Vec<Parameter> {
        let words = |all: Vec<&'static str>| json!({ "type": "string", "enum": all });
        let several =
            |all: Vec<&'static str>, or: &str| json!({ "type": "string", "description": format!("{}{or}", all.join(", ")) });
        let day = || json!({ "type": "string", "format": "date" });
        let networks = [Network::Facebook, Network::Instagram, Network::Other, Network::Unknown].map(Network::as_str).to_vec();
        let dimensions: Vec<&'static str> = Dimension::ALL.iter().map(|d| d.as_str()).collect();
        let metrics: Vec<&'static str> = Metric::ALL.iter().map(|m| m.as_str()).collect();
        [
            (
                "period",
                "A named range, relative to today in the account's zone.",
                words(Preset::ALL.iter().map(|p| p.as_str()).collect()),
            ),
            ("from", "The first day; needs `to`.", day()),
            ("to", "The last day; needs `from`.", day()),
            ("compare", "Taken for the pages' sake; a report compares with nothing.", words(vec!["before", "none"])),
            ("by", "What a row is one of; several with commas.", several(dimensions, "")),
            ("metrics", "The columns; several with commas. Those that fit where nothing is said.", several(metrics.clone(), "")),
            ("network", "Only this network.", words(networks)),
            ("campaign", "Only these campaigns: ids with commas.", json!({ "type": "string" })),
            ("account", "Only these ad accounts: ids with commas.", json!({ "type": "string" })),
            ("currency", "Which currency, where the workspace has several: two are never added.", json!({ "type": "string" })),
            ("result", "Which result stands beside spend: `purchase:7d_click`.", json!({ "type": "string" })),
            ("sort", "A column or a dimension, with - in front for largest first.", json!({ "type": "string" })),
            ("as_known_on", "What was known at the end of this day, in UTC.", day()),
        ]
        .into_iter()
        .map(|(name, description, schema)| Parameter {
            name: name.to_owned(),
            place: "query",
            required: false,
            description: description.to_owned(),
            schema,
        })
        .collect()
    }
}

/// A report: one rectangle with its totals.
#[derive(JsonSchema)]
#[allow(dead_code)] // describes what the report's own writer streams; a test holds the two together
pub struct ReportDocument {
    /// The first day.
    from: String,
    /// The last day.
    to: String,
    /// The currency of all money in it.
    currency: String,
    /// Each column: name, label, type and, for money, the currency.
    columns: Vec<serde_json::Map<String, Value>>,
    /// Each row by column name: ids and decimals are text, counts are integers, missing is null.
    rows: Vec<serde_json::Map<String, Value>>,
    /// The same over all rows, where it can be added at all.
    totals: serde_json::Map<String, Value>,
    /// Totals of results by kind and attribution, which are never summed.
    totals_by_result: Vec<serde_json::Map<String, Value>>,
    /// Rows that cover days outside the range too and are in no figure.
    left_out: Option<serde_json::Map<String, Value>>,
}

/// `GET /report`
pub async fn show(call: Call<Analyst, (), Asked>) -> Outcome<Figures> {
    Ok(Figures(export::json(run(&call).await?)))
}

/// `GET /report.csv`
pub async fn csv(call: Call<Analyst, (), Asked>) -> Outcome<Csv> {
    Ok(Csv(export::csv(run(&call).await?)))
}

async fn run(call: &Call<Analyst, (), Asked>) -> Outcome<Report> {
    Ok(reports::run(&call.ctx, call.actor(), call.query.0.clone()).await?)
}
