//! Whether an event of the Conversions API is valid: its names, times, customer information and custom data.
//! Source: Conversions API, "Server event parameters", "Customer information parameters", "Custom data parameters", "Best
//! practices" (required parameters, combinations that are too broad), "Data processing options".

use serde_json::{Map, Value, json};

use super::social::is_web;
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::{as_text, not_one_of};

// spec: none (server event parameters, "Conversions API")
const EVENT_KEYS: &[&str] = &[
    "action_source",
    "advanced_measurement_table",
    "app_data",
    "attribution_data",
    "custom_data",
    "data_processing_options",
    "data_processing_options_country",
    "data_processing_options_state",
    "event_id",
    "event_name",
    "event_source_url",
    "event_time",
    "messaging_channel",
    "opt_out",
    "original_event_data",
    "referrer_url",
    "user_data",
];
// spec: none (server event parameters, "Conversions API")
const SOURCES: &[&str] =
    &["email", "website", "app", "phone_call", "chat", "physical_store", "system_generated", "business_messaging", "other"];
/// Customer information that must be hashed with SHA-256.
// spec: none (server event parameters, "Conversions API")
const HASHED: &[&str] =
    &["em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country", "f5first", "f5last", "fi", "dobd", "dobm", "doby"];
/// Customer information that is sent as it is; of `external_id` hashing is recommended only.
// spec: none (server event parameters, "Conversions API")
const PLAIN: &[&str] = &[
    "anon_id",
    "client_ip_address",
    "client_user_agent",
    "ctwa_clid",
    "external_id",
    "fb_login_id",
    "fbc",
    "fbp",
    "ig_account_id",
    "ig_sid",
    "lead_id",
    "madid",
    "page_id",
    "page_scoped_user_id",
    "subscription_id",
];
/// Combinations that are too broad to match anybody, and all parts of them.
const TOO_BROAD: &[&[&str]] = &[
    &["ct", "country", "st", "zp", "ge", "client_user_agent"],
    &["db", "client_user_agent"],
    &["fn", "ge"],
    &["ge", "client_user_agent"],
];
// spec: none (server event parameters, "Conversions API")
const DELIVERIES: &[&str] = &["curbside", "home_delivery", "in_store"];
// spec: none (server event parameters, "Conversions API")
const CHANNELS: &[&str] = &["instagram", "messenger", "whatsapp"];
const DAY: i64 = 86_400;
/// Events are at most 7 days old, those of shops 62.
const OLDEST: (i64, i64) = (7 * DAY, 62 * DAY);
/// Longest name of an event.
const LONGEST_NAME: usize = 50;

/// What is kept of an accepted event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Unix seconds.
    pub time: i64,
    name: String,
    id: Option<String>,
    source: String,
    keys: Vec<String>,
    host: Option<String>,
}

impl Accepted {
    /// As it is stored: time, name, id, action source, keys of customer information, host.
    #[must_use]
    pub fn row(&self) -> Value {
        json!({ "t": self.time, "n": self.name, "i": self.id, "s": self.source, "k": self.keys, "h": self.host })
    }
}

struct At(usize);

impl At {
    fn refused(&self, text: impl AsRef<str>) -> GraphError {
        GraphError::invalid(format!("data[{}]: {}", self.0, text.as_ref())).blame("data")
    }

    fn missing(&self, name: &str) -> GraphError {
        GraphError::invalid(format!("The parameter data[{}][{name}] is required", self.0)).blame("data")
    }

    fn told(&self, title: &str, text: &str) -> GraphError {
        GraphError::blamed("data", title, text)
    }

    fn flag(&self, name: &str, value: Option<&Value>) -> Result<(), GraphError> {
        match value {
            None | Some(Value::Null | Value::Bool(_)) => Ok(()),
            Some(other) if matches!(as_text(other).as_str(), "0" | "1" | "true" | "false") => Ok(()),
            Some(_) => Err(self.refused(format!("{name} must be a boolean"))),
        }
    }

    fn whole(&self, name: &str, value: &Value) -> Result<i64, GraphError> {
        let number = value.as_i64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()));
        number.ok_or_else(|| self.refused(format!("{name} must be an integer")))
    }

    fn object<'a>(&self, name: &str, value: &'a Value) -> Result<&'a Map<String, Value>, GraphError> {
        value.as_object().ok_or_else(|| self.refused(format!("{name} must be an object")))
    }
}

/// Checks the event at a position of `data`: an object, or one as JSON text, as the Python SDK sends it.
///
/// # Errors
/// Code 100 saying what is wrong; 2804003 for an event that is too old, 2804050 for customer information that matches nobody.
pub fn check(position: usize, event: Value, now: i64) -> Result<Accepted, GraphError> {
    let at = At(position);
    let event = match event {
        Value::String(text) => serde_json::from_str(&text).map_err(|_| at.refused("the event is not valid JSON"))?,
        other => other,
    };
    let event = at.object("the event", &event)?;
    if let Some(unknown) = event.keys().find(|name| !EVENT_KEYS.contains(&name.as_str())) {
        return Err(
            GraphError::invalid(format!("Invalid keys \"{unknown}\" were found in param \"data[{position}]\"")).blame("data")
        );
    }
    let present = |name: &str| event.get(name).filter(|value| !value.is_null() && value.as_str() != Some(""));
    let name = present("event_name").ok_or_else(|| at.missing("event_name"))?;
    let name = name
        .as_str()
        .filter(|name| name.chars().count() <= LONGEST_NAME)
        .ok_or_else(|| at.refused(format!("event_name must be a text of at most {LONGEST_NAME} characters")))?;
    let time = at.whole("event_time", present("event_time").ok_or_else(|| at.missing("event_time"))?)?;
    let source = present("action_source").ok_or_else(|| at.missing("action_source"))?;
    let source = as_text(source);
    if !SOURCES.contains(&source.as_str()) {
        return Err(not_one_of(&format!("data[{position}][action_source]"), SOURCES).blame("data"));
    }
    check_time(&at, time, &source, now)?;
    let user = at.object("user_data", present("user_data").ok_or_else(|| at.missing("user_data"))?)?;
    let keys = customer(&at, user)?;
    let url = present("event_source_url").map(as_text);
    if let Some(url) = &url
        && !is_web(url)
    {
        return Err(at.refused("event_source_url must be a valid URL"));
    }
    if source == "website" {
        url.as_ref().ok_or_else(|| at.missing("event_source_url"))?;
        user.get("client_user_agent").ok_or_else(|| at.missing("user_data][client_user_agent"))?;
    }
    if source == "app" {
        app(&at, present("app_data").ok_or_else(|| at.missing("app_data"))?)?;
    }
    if let Some(channel) = present("messaging_channel").map(as_text)
        && !CHANNELS.contains(&channel.as_str())
    {
        return Err(not_one_of(&format!("data[{position}][messaging_channel]"), CHANNELS).blame("data"));
    }
    custom(&at, name, present("custom_data"))?;
    at.flag("opt_out", event.get("opt_out"))?;
    processing(&at, event)?;
    let host = url.and_then(|url| url::Url::parse(&url).ok()).and_then(|url| url.host_str().map(str::to_owned));
    Ok(Accepted { time, name: name.to_owned(), id: present("event_id").map(as_text), source, keys, host })
}

fn check_time(at: &At, time: i64, source: &str, now: i64) -> Result<(), GraphError> {
    if time > now {
        let text = "The event_time must be a unix timestamp in seconds that is not in the future.";
        return Err(at.told("Event timestamp in the future", text));
    }
    let (oldest, days) = if source == "physical_store" { (OLDEST.1, 62) } else { (OLDEST.0, 7) };
    if time < now - oldest {
        let text = format!(
            "The timestamp for this event is too far in the past. Events need to be sent from your server within {days} days of \
             when they occurred. Enter a timestamp that has occurred within the last {days} days."
        );
        return Err(at.told("Event Timestamp Too Old", &text).sub(2_804_003));
    }
    Ok(())
}

/// Checks `user_data` and returns its names.
fn customer(at: &At, user: &Map<String, Value>) -> Result<Vec<String>, GraphError> {
    let mut given = Vec::new();
    for (name, value) in user {
        let hashed = HASHED.contains(&name.as_str());
        if !hashed && !PLAIN.contains(&name.as_str()) {
            let text = format!("Invalid keys \"{name}\" were found in param \"data[{}][user_data]\"", at.0);
            return Err(GraphError::invalid(text).blame("data"));
        }
        let values: Vec<String> = match value {
            Value::Array(items) => items.iter().map(as_text).collect(),
            Value::Null => Vec::new(),
            one => vec![as_text(one)],
        };
        let values: Vec<&str> = values.iter().map(String::as_str).filter(|value| !value.is_empty()).collect();
        if values.is_empty() {
            continue;
        }
        if hashed && !values.iter().all(|value| is_hash(value)) {
            let text = format!("user_data[{name}] must be normalised and hashed with SHA-256, in lower-case hexadecimal");
            return Err(at.refused(text));
        }
        if !values.iter().all(|value| well_formed(name, value)) {
            return Err(at.refused(format!("user_data[{name}] is not in the documented form")));
        }
        given.push(name.clone());
    }
    let broad = TOO_BROAD.iter().any(|names| given.iter().all(|name| names.contains(&name.as_str())));
    if broad {
        let text = "This event has no customer information parameters, or has a combination of them that is so broad that it is \
                    unlikely to be effective for matching.";
        return Err(at
            .told("You haven't added sufficient customer information parameter data for this event", text)
            .sub(2_804_050));
    }
    Ok(given)
}

/// 64 digits of lower-case hexadecimal.
#[must_use]
pub fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The form of what is not hashed: addresses, and `fb.1.<milliseconds>.<rest>` of browser and click ids.
fn well_formed(name: &str, value: &str) -> bool {
    match name {
        "client_ip_address" => value.parse::<std::net::IpAddr>().is_ok(),
        "fbp" | "fbc" => {
            let mut parts = value.splitn(4, '.');
            let digits =
                |part: Option<&str>| part.is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
            parts.next() == Some("fb")
                && digits(parts.next())
                && digits(parts.next())
                && parts.next().is_some_and(|id| !id.is_empty())
        }
        "lead_id" | "page_id" | "fb_login_id" => value.bytes().all(|byte| byte.is_ascii_digit()),
        _ => true,
    }
}

/// "advertiser_tracking_enabled, application_tracking_enabled and extinfo are required for app events."
fn app(at: &At, data: &Value) -> Result<(), GraphError> {
    let data = at.object("app_data", data)?;
    for name in ["advertiser_tracking_enabled", "application_tracking_enabled"] {
        at.flag(name, Some(data.get(name).ok_or_else(|| at.missing(&format!("app_data][{name}")))?))?;
    }
    let info = data.get("extinfo").ok_or_else(|| at.missing("app_data][extinfo"))?;
    let first = info.get(0).and_then(Value::as_str);
    if info.as_array().is_some_and(|info| info.len() == 16) && matches!(first, Some("a2" | "i2")) {
        return Ok(());
    }
    Err(at.refused("app_data[extinfo] must be a list of 16 values that begins with a2 or i2"))
}

/// Value and currency of purchases, contents, and the few words that are fixed; other names are the business's own.
fn custom(at: &At, event: &str, data: Option<&Value>) -> Result<(), GraphError> {
    let none = Map::new();
    let data = data.map_or(Ok(&none), |data| at.object("custom_data", data))?;
    let present = |name: &str| data.get(name).filter(|value| !value.is_null());
    if let Some(value) = present("value") {
        let number = value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        if number.is_none_or(|number: f64| !number.is_finite() || number < 0.0) {
            return Err(at.refused("custom_data[value] must be a number that is not negative"));
        }
    }
    if let Some(currency) = present("currency") {
        let text = as_text(currency);
        if text.len() != 3 || !text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(at.refused("custom_data[currency] must be an ISO 4217 code of three letters"));
        }
    }
    if event == "Purchase" {
        for name in ["currency", "value"] {
            present(name).ok_or_else(|| at.missing(&format!("custom_data][{name}")))?;
        }
    }
    if let Some(kind) = present("content_type").map(as_text)
        && !matches!(kind.as_str(), "product" | "product_group")
    {
        return Err(
            not_one_of(&format!("data[{}][custom_data][content_type]", at.0), &["product", "product_group"]).blame("data")
        );
    }
    if let Some(word) = present("delivery_category").map(as_text)
        && !DELIVERIES.contains(&word.as_str())
    {
        return Err(not_one_of(&format!("data[{}][custom_data][delivery_category]", at.0), DELIVERIES).blame("data"));
    }
    if let Some(count) = present("num_items") {
        at.whole("custom_data[num_items]", count)?;
    }
    let Some(contents) = present("contents") else { return Ok(()) };
    let each = |item: &Value| item.get("id").is_some_and(|id| !as_text(id).is_empty());
    if contents.as_array().is_some_and(|items| items.iter().all(each)) {
        return Ok(());
    }
    Err(at.refused("custom_data[contents] must be a list of objects with an id"))
}

/// `data_processing_options`: none, or Limited Data Use with a country (0, 1) and a state (0, 1000 and more) together.
fn processing(at: &At, event: &Map<String, Value>) -> Result<(), GraphError> {
    let options = match event.get("data_processing_options") {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(at.refused("data_processing_options must be a list")),
    };
    if options.iter().any(|option| option != "LDU") {
        return Err(not_one_of(&format!("data[{}][data_processing_options]", at.0), &["LDU"]).blame("data"));
    }
    let number = |name: &str| event.get(name).filter(|value| !value.is_null()).map(|value| at.whole(name, value)).transpose();
    match (number("data_processing_options_country")?, number("data_processing_options_state")?) {
        (None, None) => Ok(()),
        (Some(0), Some(0)) | (Some(1), Some(0 | 1_000..=1_999)) => Ok(()),
        _ => Err(at.refused("data_processing_options_country and data_processing_options_state do not fit each other")),
    }
}
