//! From a decoded call to its answer: batch, fixed paths, node reads, edges, writes and deletes.

use serde_json::json;

use super::read::{self, Node};
use super::{
    account, activities, ad, ad_set, campaign, creative, detailed, edit, image, listing, minimums, people, preview, search,
    social, token,
};
use crate::sandbox::auth::exchange;
use crate::sandbox::insights::{self, page::Report};
use crate::sandbox::state::Kind;
use crate::sandbox::webhooks::subscriptions;
use crate::sandbox::wire::batch;
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::fields;
use crate::sandbox::wire::request::{Call, Method};
use crate::sandbox::world::World;

/// Answers a call.
///
/// # Errors
/// Meta's errors.
pub fn answer(world: &mut World, call: &Call) -> Answer {
    if call.path.iter().map(String::as_str).eq(["oauth", "access_token"]) {
        return exchange::answer(world, call);
    }
    check(world, call)?;
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match (call.method, path.as_slice()) {
        (Method::Post, []) if call.params.has("batch") => batch::answer(world, call),
        (_, []) if call.params.has("ids") => {
            Err(GraphError::new(100, "(#100) Requests by ?ids= are no longer supported; read each id or use a batch"))
        }
        (_, []) => Err(GraphError::new(
            100,
            format!("Unsupported {} request. Please read the Graph API documentation", call.method.verb()),
        )),
        (Method::Get, ["search"]) => search::search(world, call),
        (Method::Get, ["debug_token"]) => token::debug(world, call),
        // The Python SDK posts its crash reports here.
        (Method::Post, [app, "instruments"]) if *app == world.identity.app_id => Ok(json!({ "success": true })),
        (_, [app, "subscriptions"]) if *app == world.identity.app_id => subscriptions::answer(world, call),
        (method, [id]) => {
            let node = found(world, call, id)?;
            match method {
                Method::Get => read_node(world, call, &node),
                Method::Post => write_node(world, call, &node),
                Method::Delete if social::is_social(world, id) => social::delete(world, call, id),
                Method::Delete => edit::delete(world, call, id),
            }
        }
        (Method::Delete, [id, "permissions", name]) if read::locate(world, id) == Some(Node::User) => {
            token::revoke(world, call, Some(name))
        }
        (method, [id, edge]) => {
            let node = found(world, call, id)?;
            self::edge(world, call, method, &node, edge)
        }
        _ => Err(GraphError::unknown_path(&call.path.join("/"))),
    }
}

/// Whether a call asks for rows of ads insights.
#[must_use]
pub fn is_report(world: &World, call: &Call) -> bool {
    let [id, edge] = call.path.as_slice() else { return false };
    let reports = |kind| matches!(kind, Kind::ReportRun | Kind::Account | Kind::Campaign | Kind::AdSet | Kind::Ad);
    call.method == Method::Get && edge == "insights" && world.state.objects.get(id).is_some_and(|object| reports(object.kind))
}

/// The page of rows that such a call asks for, to be sent in pieces.
///
/// # Errors
/// Meta's errors.
pub fn report(world: &mut World, call: &Call) -> Result<Report, GraphError> {
    check(world, call)?;
    let node = found(world, call, call.path.first().map_or("", String::as_str))?;
    page(world, call, &node)
}

/// Rows of an account or an ad object, or of a report made before.
fn page(world: &mut World, call: &Call, node: &Node) -> Result<Report, GraphError> {
    if read::kind(world, node) == Some(Kind::ReportRun) {
        insights::runs::rows(world, call, node)
    } else {
        insights::direct(world, call, node)
    }
}

fn check(world: &mut World, call: &Call) -> Result<(), GraphError> {
    token::check(world, call)?;
    if call.params.has("date_format") {
        return Err(GraphError::invalid("date_format is no longer supported").blame("date_format"));
    }
    Ok(())
}

fn found(world: &mut World, call: &Call, id: &str) -> Result<Node, GraphError> {
    social::uncover(world, id)?;
    let node = read::locate(world, id).ok_or_else(|| GraphError::missing(id, call.method.verb()))?;
    if matches!(node, Node::Page | Node::Instagram) && !world.settings.sees_page() {
        return Err(GraphError::missing(id, call.method.verb()));
    }
    if let Node::Object(id) = &node
        && let Some(object) = world.state.objects.get(id)
    {
        if social::owns(object.kind) {
            social::permit(world, call, object)?;
        } else {
            token::permit(world, call, &object.account)?;
        }
    }
    Ok(node)
}

fn read_node(world: &mut World, call: &Call, node: &Node) -> Answer {
    // spec: Campaign GET; AdSet GET; Ad GET; AdCreative GET
    // spec beyond: metadata (any node, without effect since 2026-05-19)
    call.params.only(&[
        "am_call_tags",
        "date_preset",
        "from_adtable",
        "metadata",
        "thumbnail_height",
        "thumbnail_width",
        "time_range",
    ])?;
    let fields = fields::asked(&call.params)?;
    if read::kind(world, node) == Some(Kind::ReportRun) {
        return insights::runs::read(world, call, node, fields.as_deref());
    }
    read::node(world, call, node, fields.as_deref())
}

fn write_node(world: &mut World, call: &Call, node: &Node) -> Answer {
    let unsupported = |id: &str| Err(GraphError::missing(id, "post"));
    let Node::Object(id) = node else {
        return unsupported(call.path.first().map_or("", String::as_str));
    };
    let Some(object) = world.state.objects.get(id).cloned() else {
        return unsupported(id);
    };
    match object.kind {
        Kind::Account => account::update(world, call, id),
        Kind::Campaign => campaign::update(world, call, &object),
        Kind::AdSet => ad_set::update(world, call, &object),
        Kind::Ad => ad::update(world, call, &object),
        Kind::Creative => creative::update(world, call, &object),
        Kind::Image | Kind::ReportRun => unsupported(id),
        _ => social::write(world, call, &object),
    }
}

fn edge(world: &mut World, call: &Call, method: Method, node: &Node, edge: &str) -> Answer {
    let id = super::values::id(world, node).unwrap_or_default();
    let kind = read::kind(world, node);
    if let Some(answer) = social::edge(world, call, method, node, edge) {
        return answer;
    }
    match (method, kind, edge) {
        (Method::Get, _, "permissions") if *node == Node::User => token::permissions(world, call),
        (Method::Delete, _, "permissions") if *node == Node::User => token::revoke(world, call, None),
        (Method::Get, Some(Kind::ReportRun | Kind::Account | Kind::Campaign | Kind::AdSet | Kind::Ad), "insights") => {
            page(world, call, node)?.whole(world)
        }
        (Method::Post, Some(Kind::Account | Kind::Campaign | Kind::AdSet | Kind::Ad), "insights") => {
            insights::runs::start(world, call, node)
        }
        (Method::Get, Some(Kind::Account), "minimum_budgets") => {
            // spec: AdAccount GET /minimum_budgets
            call.params.only(&["bid_amount"])?;
            let seeded = world.identity.account(&id).ok_or_else(|| GraphError::missing(&id, "get"))?;
            listing::rows(call, &minimums::rows(seeded, call.params.integer("bid_amount")?))
        }
        (Method::Get, _, "business_users") if *node == Node::User => people::business_users(world, call),
        (Method::Get, Some(Kind::Account), "assigned_users") => {
            let object = world.state.objects.get(&id).ok_or_else(|| GraphError::missing(&id, "get"))?;
            people::assigned_users(world, call, object)
        }
        (Method::Get, Some(Kind::Account | Kind::AdSet), "activities") => {
            let object = world.state.objects.get(&id).ok_or_else(|| GraphError::missing(&id, "get"))?;
            activities::list(world, call, object)
        }
        (Method::Get, Some(Kind::Ad | Kind::Creative), "previews") => preview::of_node(world, call, &id),
        (Method::Get, Some(Kind::Account), "generatepreviews") => preview::generate(world, call, &id),
        (
            Method::Get,
            Some(Kind::Account),
            "targetingsearch" | "targetingbrowse" | "targetingsuggestions" | "targetingvalidation",
        ) => detailed::options(world, call, edge),
        (Method::Get, Some(Kind::Account), "customaudiences") => detailed::custom(world, call, &id),
        (Method::Get, Some(Kind::AdSet), "delivery_estimate") => {
            let ad_set = world.state.objects.get(&id).ok_or_else(|| GraphError::missing(&id, "get"))?;
            detailed::estimate_of(world, call, ad_set)
        }
        (Method::Get, Some(Kind::Account), "reachestimate" | "delivery_estimate") => detailed::estimate(world, call, &id, edge),
        (Method::Post, Some(Kind::Account), "campaigns") => campaign::create(world, call, &id),
        (Method::Post, Some(Kind::Account), "adsets") => ad_set::create(world, call, &id),
        (Method::Post, Some(Kind::Account), "adimages") => image::create(world, call, &id),
        (Method::Post, Some(Kind::Account), "adcreatives") => creative::create(world, call, &id),
        (Method::Post, Some(Kind::Account), "ads") => ad::create(world, call, &id),
        (Method::Delete, Some(Kind::Account), "adimages") => image::delete(world, call, &id),
        (Method::Get, _, _) => {
            let Some(nodes) = listing::list(world, node, edge, &call.params)? else {
                return Err(GraphError::unknown_path(edge));
            };
            let fields = fields::asked(&call.params)?.unwrap_or_default();
            listing::page(world, call, &nodes, &fields)
        }
        (method, _, _) => Err(GraphError::missing(&id, method.verb())),
    }
}
