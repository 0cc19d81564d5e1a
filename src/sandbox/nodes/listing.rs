//! Edges that list nodes: which nodes, in which order, filtered how. Newest first, as Meta answers.

use serde_json::{Value, json};

use super::read::{self, Node};
use super::social;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::status;
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::fields::Field;
use crate::sandbox::wire::paging::{self, Link, Window};
use crate::sandbox::wire::params::{Params, as_text};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: AdAccount GET /campaigns; AdAccount GET /adsets; AdAccount GET /ads; AdAccount GET /adimages; AdAccount GET /adspixels
// spec beyond: filtering (sent by Airbyte's connector as documented for "Filtering")
const LIST_PARAMS: &[&str] = &[
    "effective_status",
    "filtering",
    "is_completed",
    "updated_since",
    "date_preset",
    "time_range",
    "hashes",
    "name",
    "minwidth",
    "minheight",
    "sort_by",
];

/// The nodes of an edge; `None` when the node has no such edge.
///
/// # Errors
/// Code 100 for bad filters.
pub fn list(world: &World, node: &Node, edge: &str, params: &Params) -> Result<Option<Vec<Node>>, GraphError> {
    if let Some(nodes) = social::list(world, node, edge, params)? {
        return Ok(Some(nodes));
    }
    let identity = &world.identity;
    let settings = &world.settings;
    // What was not granted or assigned is not listed.
    let reads_ads = settings.granted("ads_read") || settings.granted("ads_management");
    let accounts = || -> Vec<Node> {
        let both = [&identity.ad_account_id, &identity.jpy_ad_account_id];
        let seen = both.into_iter().filter(|id| reads_ads && settings.assigned(id));
        seen.map(|id| Node::Object(id.clone())).collect()
    };
    let only = |scope: &str, node: Node| if settings.granted(scope) { vec![node] } else { Vec::new() };
    let fixed = match (node, edge) {
        (Node::User, "accounts") if !settings.sees_page() => Vec::new(),
        (Node::User, "accounts") | (Node::Business, "owned_pages" | "client_pages") => only("pages_show_list", Node::Page),
        (Node::User, "adaccounts") | (Node::Business, "owned_ad_accounts" | "client_ad_accounts") => accounts(),
        (Node::User, "businesses") => only("business_management", Node::Business),
        (Node::Business, "instagram_accounts" | "owned_instagram_accounts") => {
            vec![Node::Instagram]
        }
        (Node::Page, "instagram_accounts") => vec![Node::Instagram],
        (Node::Object(id), _) => return of_object(world, id, edge, params),
        _ => return Ok(None),
    };
    params.only(LIST_PARAMS)?;
    Ok(Some(fixed))
}

fn of_object(world: &World, id: &str, edge: &str, params: &Params) -> Result<Option<Vec<Node>>, GraphError> {
    let Some(object) = world.state.objects.get(id) else {
        return Ok(None);
    };
    let state = &world.state;
    let below = |ids: &[String]| ids.iter().flat_map(|id| state.children_of(id).to_vec()).collect::<Vec<_>>();
    let ids: Vec<String> = match (object.kind, edge) {
        (Kind::Account, "promote_pages") => return Ok(Some(vec![Node::Page])),
        (Kind::Account, "instagram_accounts" | "connected_instagram_accounts") => {
            let seen = world.settings.granted("instagram_basic");
            return Ok(Some(if seen { vec![Node::Instagram] } else { Vec::new() }));
        }
        (Kind::Account, "adspixels") => return Ok(Some(vec![Node::Pixel])),
        (Kind::Account, "campaigns") => state.of_account(id, Kind::Campaign).to_vec(),
        (Kind::Account, "adsets") => state.of_account(id, Kind::AdSet).to_vec(),
        (Kind::Account, "ads") => state.of_account(id, Kind::Ad).to_vec(),
        (Kind::Account, "adcreatives") => state.of_account(id, Kind::Creative).to_vec(),
        (Kind::Account, "adimages") => state.of_account(id, Kind::Image).to_vec(),
        (Kind::Campaign, "adsets") | (Kind::AdSet, "ads") => state.children_of(id).to_vec(),
        (Kind::Campaign, "ads") => below(state.children_of(id)),
        (Kind::AdSet, "adcreatives") => state
            .children_of(id)
            .iter()
            .filter_map(|ad| state.objects.get(ad))
            .map(|ad| ad.text("creative_id").to_owned())
            .collect(),
        (Kind::Ad, "adcreatives") => vec![object.text("creative_id").to_owned()],
        _ => return Ok(None),
    };
    params.only(LIST_PARAMS)?;
    let filters = Filters::read(params)?;
    let mut objects: Vec<&Object> = ids.iter().filter_map(|id| state.objects.get(id)).collect();
    objects.sort_by(|left, right| right.id.cmp(&left.id));
    objects.dedup_by(|left, right| left.id == right.id);
    objects.retain(|object| filters.keep(world, object));
    Ok(Some(objects.into_iter().map(|object| Node::Object(object.id.clone())).collect()))
}

/// One page of nodes with the asked fields.
///
/// # Errors
/// As [`read::node`], and 2642 for a bad cursor.
pub fn page(world: &mut World, call: &Call, nodes: &[Node], fields: &[Field]) -> Answer {
    let window = Window::of(&call.params)?;
    let mut rows = Vec::new();
    for node in nodes.get(window.range(nodes.len())).unwrap_or(&[]) {
        rows.push(read::node(world, call, node, Some(fields))?);
    }
    let link = Link { address: call.address(), params: &call.params };
    Ok(paging::page(rows, window, nodes.len(), &link))
}

/// One entry of `filtering`.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Dotted field name.
    pub field: String,
    /// Operator's name.
    pub operator: String,
    /// Operand.
    pub value: Value,
}

// spec: none (operators of filtering, "Insights API, Parameters")
const OPERATORS: &[&str] = &[
    "EQUAL",
    "NOT_EQUAL",
    "GREATER_THAN",
    "GREATER_THAN_OR_EQUAL",
    "LESS_THAN",
    "LESS_THAN_OR_EQUAL",
    "IN_RANGE",
    "NOT_IN_RANGE",
    "CONTAIN",
    "NOT_CONTAIN",
    "IN",
    "NOT_IN",
    "STARTS_WITH",
    "ENDS_WITH",
    "ANY",
    "ALL",
    "AFTER",
    "BEFORE",
    "ON_OR_AFTER",
    "ON_OR_BEFORE",
    "NONE",
    "TOP",
    "CONTAINS_ANY",
    "CONTAINS_ALL",
];

impl Filter {
    /// Reads `filtering`.
    ///
    /// # Errors
    /// Code 100 for an entry without field, operator or value, and for an unknown operator.
    pub fn all(params: &Params) -> Result<Vec<Self>, GraphError> {
        let bad = || GraphError::invalid("Param filtering must be an array of {field, operator, value}").blame("filtering");
        let Some(items) = params.json("filtering")? else {
            return Ok(Vec::new());
        };
        let items = items.as_array().ok_or_else(bad)?;
        items
            .iter()
            .map(|item| {
                let item = match item {
                    // Some clients nest each entry as JSON text.
                    Value::String(text) => serde_json::from_str(text).map_err(|_| bad())?,
                    other => other.clone(),
                };
                let field = item.get("field").and_then(Value::as_str).ok_or_else(bad)?.to_owned();
                let operator = item.get("operator").and_then(Value::as_str).ok_or_else(bad)?.to_uppercase();
                let value = item.get("value").cloned().ok_or_else(bad)?;
                if !OPERATORS.contains(&operator.as_str()) {
                    return Err(crate::sandbox::wire::params::not_one_of("filtering[0][operator]", OPERATORS));
                }
                Ok(Self { field, operator, value })
            })
            .collect()
    }

    fn operands(&self) -> Vec<String> {
        match &self.value {
            Value::Array(items) => items.iter().map(as_text).collect(),
            other => vec![as_text(other)],
        }
    }

    /// Whether a text passes.
    #[must_use]
    pub fn passes_text(&self, text: &str) -> bool {
        let operands = self.operands();
        let first = operands.first().map_or("", String::as_str);
        let (lower, first_lower) = (text.to_lowercase(), first.to_lowercase());
        match self.operator.as_str() {
            "EQUAL" => text == first,
            "NOT_EQUAL" => text != first,
            "IN" | "ANY" => operands.iter().any(|operand| operand == text),
            "NOT_IN" | "NONE" => operands.iter().all(|operand| operand != text),
            "CONTAIN" => lower.contains(&first_lower),
            "NOT_CONTAIN" => !lower.contains(&first_lower),
            "CONTAINS_ANY" => operands.iter().any(|operand| lower.contains(&operand.to_lowercase())),
            "CONTAINS_ALL" | "ALL" => operands.iter().all(|operand| lower.contains(&operand.to_lowercase())),
            "STARTS_WITH" => lower.starts_with(&first_lower),
            "ENDS_WITH" => lower.ends_with(&first_lower),
            _ => self.passes_number(text.parse().unwrap_or(0.0)),
        }
    }

    /// Whether a number passes.
    #[must_use]
    pub fn passes_number(&self, number: f64) -> bool {
        let operands: Vec<f64> = self.operands().iter().filter_map(|operand| operand.parse().ok()).collect();
        let Some(first) = operands.first().copied() else {
            return false;
        };
        let second = operands.get(1).copied().unwrap_or(first);
        match self.operator.as_str() {
            "EQUAL" => number == first,
            "NOT_EQUAL" => number != first,
            "GREATER_THAN" | "AFTER" => number > first,
            "GREATER_THAN_OR_EQUAL" | "ON_OR_AFTER" => number >= first,
            "LESS_THAN" | "BEFORE" => number < first,
            "LESS_THAN_OR_EQUAL" | "ON_OR_BEFORE" => number <= first,
            "IN_RANGE" => (first..=second).contains(&number),
            "NOT_IN_RANGE" => !(first..=second).contains(&number),
            "IN" => operands.contains(&number),
            "NOT_IN" => !operands.contains(&number),
            _ => true,
        }
    }
}

struct Filters {
    statuses: Option<Vec<String>>,
    entries: Vec<Filter>,
    hashes: Option<Vec<String>>,
    name: Option<String>,
    updated_since: Option<i64>,
}

impl Filters {
    fn read(params: &Params) -> Result<Self, GraphError> {
        let entries = Filter::all(params)?;
        for entry in &entries {
            let name = entry.field.rsplit('.').next().unwrap_or("");
            // spec: Campaign fields; AdSet fields; Ad fields
            // spec beyond: delivery_info (Insights API, "Filtering")
            const KNOWN: &[&str] = &[
                "id",
                "name",
                "effective_status",
                "status",
                "configured_status",
                "delivery_info",
                "updated_time",
                "created_time",
                "objective",
            ];
            if !KNOWN.contains(&name) {
                return Err(GraphError::invalid(format!("Filtering field {} is invalid", entry.field)).blame("filtering"));
            }
        }
        Ok(Self {
            statuses: params.words("effective_status", STATUSES)?,
            entries,
            hashes: params.texts("hashes")?,
            name: params.text("name"),
            updated_since: params.integer("updated_since")?,
        })
    }

    fn keep(&self, world: &World, object: &Object) -> bool {
        let effective = match object.kind {
            Kind::Image => object.text("status"),
            _ => status::effective(&world.state, object, world.now()),
        };
        let asks_status = |entry: &Filter| entry.field.ends_with("effective_status") || entry.field.ends_with("delivery_info");
        let by_status = match &self.statuses {
            Some(statuses) => statuses.iter().any(|status| status == effective),
            // What is gone is listed only when it is asked for.
            None => self.entries.iter().any(asks_status) || !matches!(effective, "DELETED" | "ARCHIVED"),
        };
        by_status
            && self.hashes.as_ref().is_none_or(|hashes| hashes.iter().any(|hash| hash == object.text("hash")))
            && self.name.as_ref().is_none_or(|name| object.text("name") == name)
            && self.updated_since.is_none_or(|since| object.updated() >= since)
            && self.entries.iter().all(|entry| passes(world, object, effective, entry))
    }
}

fn passes(world: &World, object: &Object, effective: &str, entry: &Filter) -> bool {
    let (level, name) = entry.field.split_once('.').unwrap_or(("", entry.field.as_str()));
    let mut of = Some(object);
    let wanted = match level {
        "campaign" => Some(Kind::Campaign),
        "adset" => Some(Kind::AdSet),
        "ad" | "adgroup" => Some(Kind::Ad),
        _ => None,
    };
    while let (Some(current), Some(kind)) = (of, wanted) {
        if current.kind == kind {
            break;
        }
        of = world.state.parent_of(current);
    }
    let Some(of) = of else { return true };
    match name {
        "id" => entry.passes_text(&of.id),
        "updated_time" => entry.passes_number(of.updated() as f64),
        "created_time" => entry.passes_number(of.created() as f64),
        "effective_status" if of.id == object.id => entry.passes_text(effective),
        "effective_status" => entry.passes_text(status::effective(&world.state, of, world.now())),
        "configured_status" => entry.passes_text(of.text("status")),
        "delivery_info" => entry.passes_text(status::delivery_info(&world.state, of, world.now())),
        other => entry.passes_text(of.text(other)),
    }
}

/// Values of `effective_status`.
// spec: enum adaccountcampaigns_effective_status_enum_param
pub const STATUSES: &[&str] = &[
    "ACTIVE",
    "PAUSED",
    "DELETED",
    "PENDING_REVIEW",
    "DISAPPROVED",
    "PREAPPROVED",
    "PENDING_BILLING_INFO",
    "CAMPAIGN_PAUSED",
    "ARCHIVED",
    "ADSET_PAUSED",
    "IN_PROCESS",
    "WITH_ISSUES",
];

/// A plain list of rows as one page, for edges that are no nodes.
///
/// # Errors
/// 2642 for a bad cursor.
pub fn rows(call: &Call, rows: &[Value]) -> Answer {
    let window = Window::of(&call.params)?;
    let shown = rows.get(window.range(rows.len())).unwrap_or(&[]).to_vec();
    let link = Link { address: call.address(), params: &call.params };
    let mut page = paging::page(shown, window, rows.len(), &link);
    if rows.is_empty() {
        page = json!({ "data": [] });
    }
    Ok(page)
}
