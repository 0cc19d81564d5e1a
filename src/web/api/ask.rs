//! What endpoints are asked with: path, query and body, each read strictly and described from the type that reads it.
//!
//! Unknown members and parameters are refused with their name, because a misspelt one would silently not count.

use std::future::Future;

use actix_web::dev::{Path, Payload, Url};
use actix_web::http::header::{CONTENT_TYPE, IF_MATCH};
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::domain::dictionary;
use crate::domain::invalid::Invalid;
use crate::secrets::sha256_hex;
use crate::service::imports::inbox::{Incoming, limit_words};
use crate::service::{Actor, Ctx, Error, pictures};
use crate::web::error::{ApiError, AppError, field_problem};

/// The largest JSON body, in bytes.
const MOST_JSON: usize = 1024 * 1024;
/// The most things a page of a list holds.
const MOST_ITEMS: u32 = 200;
/// The things a page holds where nobody says.
const USUAL_ITEMS: u32 = 50;

/// A parameter as the document tells it.
pub struct Parameter {
    /// Its name; of the path's one parameter, empty: the path says it.
    pub name: String,
    /// `path`, `query` or `header`.
    pub place: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it is.
    pub description: String,
    /// Its schema.
    pub schema: Value,
}

/// What the path's `{...}` becomes; `()` for a path without one.
pub trait PathPart: Sized + 'static {
    /// Reads it. What does not fit names nothing that could be there.
    fn read(path: &Path<Url>) -> Result<Self, ApiError>;

    /// Its page in the document.
    fn parameters(generator: &mut SchemaGenerator) -> Vec<Parameter>;
}

impl PathPart for () {
    fn read(_: &Path<Url>) -> Result<Self, ApiError> {
        Ok(())
    }

    fn parameters(_: &mut SchemaGenerator) -> Vec<Parameter> {
        Vec::new()
    }
}

/// The id or token in a path.
#[derive(Debug, Clone)]
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + 'static> PathPart for Named<T> {
    fn read(path: &Path<Url>) -> Result<Self, ApiError> {
        path.load().map(Self).map_err(|_| AppError::NotAnId.into())
    }

    fn parameters(generator: &mut SchemaGenerator) -> Vec<Parameter> {
        let schema = generator.subschema_for::<T>().to_value();
        vec![Parameter { name: String::new(), place: "path", required: true, description: "Which one.".to_owned(), schema }]
    }
}

/// What the query may ask.
pub trait Params: Sized + 'static {
    /// Reads it.
    fn read(query: &str) -> Result<Self, ApiError>;

    /// Its page in the document.
    fn parameters(generator: &mut SchemaGenerator) -> Vec<Parameter>;
}

impl Params for () {
    fn read(query: &str) -> Result<Self, ApiError> {
        match url::form_urlencoded::parse(query.as_bytes()).next() {
            None => Ok(()),
            Some((name, _)) => Err(field_problem(&name, dictionary::parameter_not_taken(&name))),
        }
    }

    fn parameters(_: &mut SchemaGenerator) -> Vec<Parameter> {
        Vec::new()
    }
}

/// A query that is a struct: every field is text, a number or a word.
pub trait Fields: DeserializeOwned + JsonSchema + 'static {}

impl<T: Fields> Params for T {
    fn read(query: &str) -> Result<Self, ApiError> {
        let given = url::form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty());
        let clean: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
        let reader = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(clean.as_bytes()));
        strictly(reader)
    }

    fn parameters(generator: &mut SchemaGenerator) -> Vec<Parameter> {
        let schema = T::json_schema(generator).to_value();
        let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let each = |(name, schema): (&String, &Value)| {
            let mut schema = schema.clone();
            let described = schema.as_object_mut().and_then(|object| object.remove("description"));
            Parameter {
                name: name.clone(),
                place: "query",
                required: required.contains(&name.as_str()),
                description: described.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
                schema,
            }
        };
        schema["properties"].as_object().into_iter().flatten().map(each).collect()
    }
}

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct Paging {
    /// How many things, 1 to 200; 50 where nothing is said.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u32>,
    /// `next` of the page before. Opaque: it says nothing to anybody else.
    after: Option<String>,
}

impl Fields for Paging {}

impl Paging {
    /// How many things.
    pub fn limit(&self) -> Result<usize, ApiError> {
        match self.limit.unwrap_or(USUAL_ITEMS) {
            limit @ 1..=MOST_ITEMS => Ok(limit as usize),
            _ => Err(field_problem("limit", dictionary::page_size(MOST_ITEMS))),
        }
    }

    /// The number after which the page starts.
    pub fn after(&self) -> Result<Option<i64>, ApiError> {
        use base64::Engine;
        let Some(cursor) = &self.after else { return Ok(None) };
        let read = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(cursor).ok();
        let number = read.and_then(|bytes| String::from_utf8(bytes).ok()?.strip_prefix("after:")?.parse().ok());
        number.map(Some).ok_or_else(|| field_problem("after", dictionary::cursor_unreadable()))
    }

    /// The cursor behind a thing.
    pub fn cursor(number: i64) -> String {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("after:{number}"))
    }
}

/// What the body is.
pub trait Body: Sized + 'static {
    /// Reads it; also its digest, by which a repeated request is known again.
    fn read(
        request: &HttpRequest,
        payload: &mut Payload,
        ctx: &Ctx,
        actor: &Actor,
    ) -> impl Future<Output = Result<(Self, String), ApiError>>;

    /// Media type and schema.
    fn schema(generator: &mut SchemaGenerator) -> Option<(&'static str, Value)>;

    /// Headers that belong to it.
    fn headers() -> Vec<Parameter> {
        Vec::new()
    }
}

impl Body for () {
    async fn read(request: &HttpRequest, payload: &mut Payload, _: &Ctx, _: &Actor) -> Result<(Self, String), ApiError> {
        let bytes = all(request, payload, MOST_JSON).await?;
        // Some clients cannot send a POST without a body.
        if !bytes.is_empty() && serde_json::from_slice::<Value>(&bytes).ok() != Some(json!({})) {
            return Err(AppError::Unreadable("this endpoint takes no body".to_owned()).into());
        }
        Ok(((), String::new()))
    }

    fn schema(_: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        None
    }
}

/// A JSON body.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + 'static> Body for Json<T> {
    async fn read(request: &HttpRequest, payload: &mut Payload, _: &Ctx, _: &Actor) -> Result<(Self, String), ApiError> {
        require_type(request, "application/json")?;
        let bytes = all(request, payload, MOST_JSON).await?;
        Ok((Self(from_json(&bytes)?), sha256_hex(&bytes)))
    }

    fn schema(generator: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        Some(("application/json", generator.subschema_for::<T>().to_value()))
    }
}

/// A JSON body that replaces what stood at a revision: `If-Match` says which.
#[derive(Debug, Clone)]
pub struct Revised<T> {
    /// The revision that was read.
    pub revision: i64,
    /// What it shall be.
    pub thing: T,
}

impl<T: DeserializeOwned + JsonSchema + 'static> Body for Revised<T> {
    async fn read(request: &HttpRequest, payload: &mut Payload, ctx: &Ctx, actor: &Actor) -> Result<(Self, String), ApiError> {
        let header = request.headers().get(IF_MATCH).ok_or(AppError::NoRevision)?;
        let text = header.to_str().unwrap_or_default().trim().trim_matches('"');
        // A tag that none of ours can be never matches.
        let revision = text.parse().map_err(|_| AppError::OldRevision)?;
        let (Json(thing), digest) = Json::<T>::read(request, payload, ctx, actor).await?;
        Ok((Self { revision, thing }, digest))
    }

    fn schema(generator: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        Json::<T>::schema(generator)
    }

    fn headers() -> Vec<Parameter> {
        vec![Parameter {
            name: "If-Match".to_owned(),
            place: "header",
            required: true,
            description: "The revision that was read, as its answer's ETag said: `\"3\"`.".to_owned(),
            schema: json!({ "type": "string" }),
        }]
    }
}

/// A picture's bytes.
#[derive(Debug)]
pub struct Picture(pub Vec<u8>);

impl Body for Picture {
    async fn read(request: &HttpRequest, payload: &mut Payload, _: &Ctx, _: &Actor) -> Result<(Self, String), ApiError> {
        let kind = media_type(request);
        if !matches!(kind.as_str(), "image/jpeg" | "image/png") {
            return Err(AppError::MediaType("image/jpeg or image/png").into());
        }
        let bytes = all(request, payload, pictures::MAX_BYTES).await?;
        let digest = sha256_hex(&bytes);
        Ok((Self(bytes), digest))
    }

    fn schema(_: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        Some(("image/*", json!({ "type": "string", "contentEncoding": "binary", "description": "A JPEG or PNG file." })))
    }
}

/// A report file, kept on disk as it comes in.
#[derive(Debug)]
pub struct ReportFile(pub Incoming);

impl Body for ReportFile {
    async fn read(request: &HttpRequest, payload: &mut Payload, ctx: &Ctx, actor: &Actor) -> Result<(Self, String), ApiError> {
        require_type(request, "text/csv")?;
        let mut incoming = Incoming::open(ctx, actor).await?;
        let mut hasher = Sha256::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| AppError::Unreadable("the file did not arrive whole; send it again".to_owned()))?;
            hasher.update(&chunk);
            incoming.write(&chunk).await?;
            if incoming.is_too_large() {
                return Err(AppError::TooLarge(format!("{}, the limit for a file", limit_words(ctx.max_upload))).into());
            }
        }
        Ok((Self(incoming), hex::encode(hasher.finalize())))
    }

    fn schema(_: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
        Some(("text/csv", json!({ "type": "string", "description": "The file as Ads Manager exported it." })))
    }
}

async fn all(request: &HttpRequest, payload: &mut Payload, most: usize) -> Result<Vec<u8>, ApiError> {
    // The app's own limit is for forms; each kind of body here has its own.
    let mut bytes = Vec::new();
    let mut stream = web::Payload::from_request(request, payload).await.map_err(|_| cut_off())?;
    while let Some(chunk) = stream.next().await {
        bytes.extend_from_slice(&chunk.map_err(|_| cut_off())?);
        if bytes.len() > most {
            return Err(AppError::TooLarge(format!("{} KiB, the limit for this body", most / 1024)).into());
        }
    }
    Ok(bytes)
}

fn cut_off() -> ApiError {
    AppError::Unreadable("the body did not arrive whole; send it again".to_owned()).into()
}

fn media_type(request: &HttpRequest) -> String {
    let text = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn require_type(request: &HttpRequest, wanted: &'static str) -> Result<(), ApiError> {
    if media_type(request) == wanted { Ok(()) } else { Err(AppError::MediaType(wanted).into()) }
}

fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // Two readings, so that a text that is no JSON is told apart from JSON that says something else.
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| AppError::Unreadable(format!("the body is not JSON: {error}")))?;
    if value.is_array() {
        // A list would pass for an object whose fields are all left out.
        return Err(field_problem("", dictionary::body_is_list()));
    }
    strictly(value)
}

/// Reads a value; what does not fit is said at its field, and so is every member that nothing reads.
fn strictly<'de, T: DeserializeOwned, D: serde::Deserializer<'de>>(reader: D) -> Result<T, ApiError> {
    let mut unknown = Vec::new();
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(reader, &mut track);
    let read = serde_ignored::deserialize(tracked, |path| unknown.push(path.to_string().replace(".?.", ".")));
    let value: T = read.map_err(|error| {
        let place = field_of(&track.path().to_string());
        field_problem(&place, dictionary::member_unreadable(error))
    })?;
    let mut invalid = Invalid::default();
    for name in unknown {
        invalid.add(field_of(&name), dictionary::field_unknown());
    }
    invalid.into_result().map_err(Error::from)?;
    Ok(value)
}

/// `ads[0].name` as problems name it: `ads.0.name`; nothing for the whole.
fn field_of(path: &str) -> String {
    let dotted = path.replace('[', ".").replace(']', "");
    if dotted == "." { String::new() } else { dotted.trim_start_matches('.').to_owned() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::domain::campaign::CampaignForm;

    fn problems<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> Vec<String> {
        match from_json::<T>(text.as_bytes()).unwrap_err().0 {
            AppError::Service(Error::Invalid(invalid)) => invalid.problems.into_iter().map(|p| p.field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_nothing_reads_and_what_does_not_fit_is_said_at_its_field() {
        assert_eq!(problems::<CampaignForm>(r#"{"nmae": "x"}"#), ["nmae"]);
        assert_eq!(problems::<CampaignForm>(r#"{"ads": [{"name": "a", "heading": "b", "x": 1}]}"#), ["ads.0.heading", "ads.0.x"]);
        assert_eq!(problems::<CampaignForm>(r#"{"ads": [{"name": 5}]}"#), ["ads.0.name"]);
        assert_eq!(problems::<CampaignForm>("[]"), [""]);
    }

    #[test]
    fn what_is_no_json_is_not_read() {
        let error = from_json::<CampaignForm>(b"{\"name\":").unwrap_err();
        assert!(matches!(error.0, AppError::Unreadable(_)), "{error:?}");
    }

    #[test]
    fn a_cursor_reads_back_and_anything_else_is_refused() {
        let paging = |after: &str| Paging { limit: None, after: Some(after.to_owned()) };
        assert_eq!(paging(&Paging::cursor(77)).after().unwrap(), Some(77));
        for wrong in ["77", "", "!!", "YWZ0ZXI6eA"] {
            assert!(paging(wrong).after().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_query_refuses_what_it_does_not_know() {
        assert_eq!(Paging::read("limit=3&after=").unwrap().limit().unwrap(), 3);
        assert!(Paging::read("limt=3").is_err());
        assert!(Paging::read("limit=three").is_err());
        assert!(Paging::read("limit=0").unwrap().limit().is_err());
        assert!(<() as Params>::read("x=1").is_err());
    }
}
