//! The list of campaigns: the query and the rows of the page `/campaigns`.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::ask::{Paging, Parameter, Params};
use super::operation::{Call, Outcome};
use super::reply::Shown;
use crate::domain::campaign_status::CampaignStatus;
use crate::domain::dictionary;
use crate::domain::id::CampaignId;
use crate::domain::objective::Objective;
use crate::domain::period::Preset;
use crate::service::Error;
use crate::service::campaigns::{self, COLUMNS, ListQuery, SortKey};
use crate::web::error::{ApiError, field_problem};
use crate::web::extract::Analyst;

/// Columns of whole numbers; the others are text.
const COUNTS: [&str; 3] = ["days_gone", "days_in_all", "results"];

/// What is asked of the list: the page's filters and order, and which page of it.
#[derive(Debug)]
pub struct Asked {
    query: ListQuery,
    limit: usize,
}

impl Params for Asked {
    fn read(query: &str) -> Result<Self, ApiError> {
        // The cursor is opaque here; everything else is the page's.
        let own = |name: &str| matches!(name, "limit" | "after");
        let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        if let Some((name, _)) = pairs.iter().find(|(name, _)| name != "limit" && !ListQuery::PARAMETERS.contains(&name.as_ref()))
        {
            return Err(field_problem(name, dictionary::parameter_not_taken(name)));
        }
        let part = |mine: bool| {
            let chosen = pairs.iter().filter(|(name, _)| own(name) == mine);
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(chosen).finish()
        };
        let paging = <Paging as Params>::read(&part(true))?;
        let query = ListQuery::parse(&part(false)).map_err(Error::from)?;
        Ok(Self { limit: paging.limit()?, query: ListQuery { after: paging.after()?.map(CampaignId), ..query } })
    }

    fn parameters(generator: &mut SchemaGenerator) -> Vec<Parameter> {
        let text = || json!({ "type": "string" });
        let words = |all: Vec<&'static str>| json!({ "type": "string", "enum": all });
        let several = |all: Vec<&'static str>| json!({ "type": "string", "description": all.join(", ") });
        let sorts: Vec<String> =
            SortKey::ALL.iter().flat_map(|key| [key.as_str().to_owned(), format!("-{}", key.as_str())]).collect();
        let asked = [
            ("status", "Only these statuses, with commas.", several(CampaignStatus::ALL.iter().map(|s| s.as_str()).collect())),
            ("account", "Only these ad accounts: ids with commas.", text()),
            ("network", "Only what runs on this network.", words(vec!["facebook", "instagram"])),
            ("objective", "Only this objective.", words(Objective::ALL.iter().map(|o| o.as_str()).collect())),
            ("label", "Only what carries this label: its id.", text()),
            ("origin", "Only what was made there.", words(vec!["here", "elsewhere", "file"])),
            ("drift", "`1`: only what was changed outside.", words(vec!["1"])),
            ("q", "Only names that hold this.", text()),
            ("archived", "`1`: what was archived or deleted too.", words(vec!["1"])),
            ("period", "The days of results, cost and split.", words(Preset::ALL.iter().map(|p| p.as_str()).collect())),
            (
                "sort",
                "A column, with - in front for the largest first; `-today` where nothing is said.",
                json!({ "type": "string", "enum": sorts }),
            ),
        ];
        let parameter = |(name, description, schema): (&str, &str, Value)| Parameter {
            name: name.to_owned(),
            place: "query",
            required: false,
            description: description.to_owned(),
            schema,
        };
        let mut all: Vec<Parameter> = asked.into_iter().map(parameter).collect();
        all.extend(<Paging as Params>::parameters(generator));
        all
    }
}

/// A campaign: the row of the page's JSON twin.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct CampaignLine(Map<String, Value>);

impl JsonSchema for CampaignLine {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CampaignLine".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let column = |name: &&str| {
            let schema = match *name {
                "campaign_id" | "account_id" => json!({ "type": "string", "pattern": "^[0-9]{1,19}$" }),
                "campaign" | "account" | "origin" | "status" => json!({ "type": "string" }),
                name if COUNTS.contains(&name) => json!({ "type": ["integer", "null"] }),
                _ => json!({ "type": ["string", "null"] }),
            };
            ((*name).to_owned(), schema)
        };
        let properties: Map<String, Value> = COLUMNS.iter().map(column).collect();
        let mut schema = Schema::default();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("description".to_owned(), json!("A campaign, column by column; null is not known."));
        schema.insert("properties".to_owned(), Value::Object(properties));
        schema.insert("required".to_owned(), json!(COLUMNS));
        schema
    }
}

/// A page of the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CampaignPage {
    /// The first day of results, cost and split; absent where no campaign has figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// The last day of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// The campaigns, in the order asked for.
    items: Vec<CampaignLine>,
    /// What to send as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// `GET /campaigns`
pub async fn show(call: Call<Analyst, (), Asked>) -> Outcome<Shown<CampaignPage>> {
    let list = campaigns::list_page(&call.ctx, call.actor(), &call.query.query, call.query.limit).await?;
    Ok(Shown(CampaignPage {
        from: list.period.map(|period| period.since.to_string()),
        to: list.period.map(|period| period.until.to_string()),
        next: list.next.map(|id| Paging::cursor(id.0)),
        items: list.campaigns.iter().map(|listed| CampaignLine(campaigns::json_row(listed))).collect(),
    }))
}
