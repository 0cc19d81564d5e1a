//! Reading any node: the asked fields, nested nodes and edges, in Meta's forms. Empty fields are left out.

use serde_json::{Map, Value, json};

use super::{listing, social, values};
use crate::sandbox::insights;
use crate::sandbox::settings::Whose;
use crate::sandbox::state::Kind;
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::fields::Field;
use crate::sandbox::wire::params::Params;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// A node that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// The token's user.
    User,
    /// The seeded Page.
    Page,
    /// Its Instagram account.
    Instagram,
    /// The seeded pixel.
    Pixel,
    /// The seeded business.
    Business,
    /// A stored object.
    Object(String),
}

/// What a node says to a field's name.
#[derive(Debug, Clone, PartialEq)]
pub enum Got {
    /// A value.
    Value(Value),
    /// Another node, to be read with the sub-fields.
    Node(Node),
    /// Known, but empty.
    Absent,
    /// Not a field of this node.
    Unknown,
}

impl<T: Into<Value>> From<Option<T>> for Got {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, |value| Self::Value(value.into()))
    }
}

/// Finds a node by the id in a path.
#[must_use]
pub fn locate(world: &World, id: &str) -> Option<Node> {
    let identity = &world.identity;
    if id == "me" && world.settings.caller().is_some_and(|token| token.whose == Whose::Page) {
        Some(Node::Page)
    } else if id == "me" || id == identity.user_id || id == identity.system_user_id {
        Some(Node::User)
    } else if id == identity.page_id {
        Some(Node::Page)
    } else if id == identity.instagram_user_id {
        Some(Node::Instagram)
    } else if id == identity.pixel_id {
        Some(Node::Pixel)
    } else if id == identity.business_id {
        Some(Node::Business)
    } else {
        world.state.objects.get(id).filter(|object| social::is_there(object)).map(|object| Node::Object(object.id.clone()))
    }
}

/// Kind of the stored object behind a node.
#[must_use]
pub fn kind(world: &World, node: &Node) -> Option<Kind> {
    match node {
        Node::Object(id) => world.state.objects.get(id).map(|object| object.kind),
        _ => None,
    }
}

/// Meta's name of the node's type.
#[must_use]
pub fn node_type(world: &World, node: &Node) -> &'static str {
    match node {
        Node::User => "User",
        Node::Page => "Page",
        Node::Instagram => "IGUser",
        Node::Pixel => "AdsPixel",
        Node::Business => "Business",
        Node::Object(_) => kind(world, node).map_or("Node", Kind::node_type),
    }
}

/// Reads a node.
///
/// # Errors
/// Code 100 for a field that the node's type does not have.
pub fn node(world: &mut World, call: &Call, node: &Node, fields: Option<&[Field]>) -> Answer {
    let mut answer = Map::new();
    if let Some(id) = values::id(world, node) {
        answer.insert("id".into(), json!(id));
    }
    let defaults: Vec<Field>;
    let fields = match fields {
        Some(fields) if !fields.is_empty() => fields,
        _ => {
            defaults =
                values::defaults(world, node).iter().map(|name| Field { name: (*name).to_owned(), ..Field::default() }).collect();
            &defaults
        }
    };
    for field in fields {
        match values::value(world, node, field)? {
            Got::Value(value) => {
                answer.insert(field.key().to_owned(), narrowed(value, &field.children));
            }
            Got::Node(other) => {
                let value = self::node(world, call, &other, Some(&field.children))?;
                answer.insert(field.key().to_owned(), value);
            }
            Got::Absent => {}
            Got::Unknown => {
                let Some(page) = nested_edge(world, call, node, field)? else {
                    return Err(GraphError::invalid(format!(
                        "Tried accessing nonexisting field ({}) on node type ({})",
                        field.name,
                        node_type(world, node)
                    )));
                };
                if page.get("data").and_then(Value::as_array).is_some_and(|rows| !rows.is_empty()) {
                    answer.insert(field.key().to_owned(), page);
                }
            }
        }
    }
    Ok(Value::Object(answer))
}

/// Keeps the asked sub-fields of an object value (or of each object in a list).
fn narrowed(value: Value, children: &[Field]) -> Value {
    if children.is_empty() {
        return value;
    }
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter().filter(|(name, _)| name == "id" || children.iter().any(|child| child.name == *name)).collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| narrowed(item, children)).collect()),
        other => other,
    }
}

/// An edge inside `fields`: `adsets.limit(5){id,name}`.
fn nested_edge(world: &mut World, call: &Call, node: &Node, field: &Field) -> Result<Option<Value>, GraphError> {
    let mut params = Params::default();
    for name in ["access_token", "appsecret_proof"] {
        if let Some(value) = call.params.0.get(name) {
            params.0.insert(name.into(), value.clone());
        }
    }
    for (name, argument) in &field.modifiers {
        if !matches!(name.as_str(), "as" | "order") {
            params.0.insert(name.clone(), json!(argument));
        }
    }
    let fields = render(&field.children);
    if !fields.is_empty() {
        params.0.insert("fields".into(), json!(fields));
    }
    let id = values::id(world, node).unwrap_or_default();
    let inner = Call { params, path: vec![id, field.name.clone()], files: Vec::new(), ..call.clone() };
    if field.name == "insights" {
        return insights::direct(world, &inner, node)?.whole(world).map(Some);
    }
    let Some(nodes) = listing::list(world, node, &field.name, &inner.params)? else {
        return Ok(None);
    };
    listing::page(world, &inner, &nodes, &field.children).map(Some)
}

/// Writes fields back as text.
fn render(fields: &[Field]) -> String {
    let mut text = String::new();
    for field in fields {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&field.name);
        for (name, argument) in &field.modifiers {
            text.push_str(&format!(".{name}({argument})"));
        }
        if !field.children.is_empty() {
            text.push_str(&format!("{{{}}}", render(&field.children)));
        }
    }
    text
}
