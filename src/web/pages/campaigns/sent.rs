//! A campaign's form as it was sent: fields and, from browsers without JavaScript, picture files.
//!
//! The form's token comes first and is checked before anything else is looked at. Pictures are kept one at a time, so that no
//! more than one is held in memory.

use actix_multipart::{Field, Multipart};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, web};

use crate::domain::campaign::CampaignForm;
use crate::domain::invalid::Invalid;
use crate::service::{Error, pictures};
use crate::web::error::AppError;
use crate::web::extract::{As, Manager};
use crate::web::state::State;
use crate::web::upload::{CutOff, next};

/// The most text a form may carry, in bytes, over all its fields.
const MAX_TEXT: usize = 1024 * 1024;
/// A refused picture is read on and dropped up to this size, so that the browser gets to see the answer.
const DROPPED: usize = 4 * pictures::MAX_BYTES;

/// What was sent.
#[derive(Debug)]
pub(super) struct Sent {
    /// The form, pictures that came along included.
    pub form: CampaignForm,
    /// What the button wants.
    pub action: String,
    /// The revision the page showed.
    pub revision: i64,
    /// What is searched for.
    pub queries: Queries,
    /// Pictures that could not be kept.
    pub pictures: Invalid,
}

/// What is searched for.
#[derive(Debug, Default, Clone)]
pub(in crate::web::pages) struct Queries {
    pub city: String,
    pub language: String,
    pub detail: String,
    /// The group that a chosen interest joins.
    pub detail_group: String,
    pub custom: String,
    /// The saved audience chosen to be used.
    pub chosen_audience: String,
    /// The name to save the audience under.
    pub audience_name: String,
}

impl Queries {
    pub(in crate::web::pages) fn of(pairs: &[(String, String)]) -> Self {
        let text = |name: &str| value(pairs, name).to_owned();
        Self {
            city: text("city_query"),
            language: text("language_query"),
            detail: text("detail_query"),
            detail_group: text("detail_group"),
            custom: text("custom_query"),
            chosen_audience: text("chosen_audience"),
            audience_name: text("audience_name"),
        }
    }
}

/// Receives the form, urlencoded or as multipart, and keeps its pictures.
pub(super) async fn receive(
    request: &HttpRequest,
    state: &State,
    by: &As<Manager>,
    payload: web::Payload,
) -> Result<Sent, AppError> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (pairs, problems) = if kind.starts_with("multipart/form-data") {
        multipart(state, by, Multipart::new(request.headers(), payload)).await?
    } else {
        let body = payload.to_bytes_limited(MAX_TEXT).await.map_err(|_| too_large())?.map_err(|_| cut_off())?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&body)
            .map_err(|error| AppError::Unreadable(format!("the form cannot be read: {error}")))?;
        by.require_csrf(value(&pairs, "csrf"))?;
        (pairs, Invalid::default())
    };
    Ok(Sent {
        action: value(&pairs, "action").to_owned(),
        revision: value(&pairs, "revision").parse().unwrap_or_default(),
        queries: Queries::of(&pairs),
        form: CampaignForm::from_pairs(pairs),
        pictures: problems,
    })
}

pub(in crate::web::pages) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().rfind(|(key, _)| key == name).map_or("", |(_, value)| value)
}

fn too_large() -> AppError {
    AppError::TooLarge(format!("{} KiB, the limit for a form’s texts", MAX_TEXT / 1024))
}

fn cut_off() -> AppError {
    AppError::Unreadable("the form did not arrive whole; send it again".to_owned())
}

fn broken(_: CutOff) -> AppError {
    cut_off()
}

async fn multipart(state: &State, by: &As<Manager>, mut form: Multipart) -> Result<(Vec<(String, String)>, Invalid), AppError> {
    let (mut pairs, mut problems) = (Vec::new(), Invalid::default());
    let (mut checked, mut left) = (false, MAX_TEXT);
    while let Some(mut field) = next(&mut form).await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(at) = picture_field(&name) {
            if !checked {
                return Err(AppError::Forged);
            }
            if let Some(id) = keep(state, by, &at, &mut field, &mut problems).await? {
                // After the row's hidden field, and the last value counts.
                pairs.push((at, id));
            }
            continue;
        }
        let text = read_text(&mut field, &mut left).await?;
        if name == "csrf" {
            by.require_csrf(&text)?;
            checked = true;
        }
        pairs.push((name, text));
    }
    if checked { Ok((pairs, problems)) } else { Err(AppError::Forged) }
}

/// The field that a file's picture goes into: `ads.2.picture` of `ads.2.file`, `ads.2.vertical` of `ads.2.vertical_file`.
fn picture_field(name: &str) -> Option<String> {
    let (row, file) = name.strip_prefix("ads.")?.split_once('.')?;
    match file {
        "file" => Some(format!("ads.{row}.picture")),
        "vertical_file" => Some(format!("ads.{row}.vertical")),
        _ => None,
    }
}

async fn read_text(field: &mut Field, left: &mut usize) -> Result<String, AppError> {
    let mut text = Vec::new();
    while let Some(chunk) = next(field).await.map_err(broken)? {
        *left = left.checked_sub(chunk.len()).ok_or_else(too_large)?;
        text.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Keeps one picture; `None` where no file was chosen or it could not be kept, which is then a problem of the field `at`.
async fn keep(
    state: &State,
    by: &As<Manager>,
    at: &str,
    field: &mut Field,
    problems: &mut Invalid,
) -> Result<Option<String>, AppError> {
    let file_name = field.content_disposition().and_then(|d| d.get_filename()).unwrap_or_default().to_owned();
    let (mut bytes, mut seen) = (Vec::new(), 0_usize);
    while let Some(chunk) = next(field).await.map_err(broken)? {
        seen += chunk.len();
        if seen <= pictures::MAX_BYTES {
            bytes.extend_from_slice(&chunk);
        } else if seen > DROPPED {
            return Err(AppError::TooLarge(format!("{} MB, the limit for a picture", pictures::MAX_BYTES / 1_000_000)));
        }
    }
    if seen > pictures::MAX_BYTES {
        problems.add(at, pictures::too_heavy(seen));
        return Ok(None);
    }
    if bytes.is_empty() {
        return Ok(None);
    }
    match pictures::keep(&state.ctx, by.actor(), at, &file_name, bytes).await {
        Ok(kept) => Ok(Some(kept.id.to_string())),
        Err(Error::Invalid(found)) => {
            problems.problems.extend(found.problems);
            Ok(None)
        }
        Err(other) => Err(other.into()),
    }
}
