//! An upload: received as it streams in, shown as it was understood, imported or discarded by the person.

use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::reading::{self, Reading, SampleRow, problem_rows};
use super::{CSV_HEADER, csv_head, csv_rows, list_page};
use crate::domain::currency::Currency;
use crate::domain::dictionary;
use crate::domain::id::AdAccountId;
use crate::domain::invalid::Invalid;
use crate::report::csv_line;
use crate::service::Error;
use crate::service::imports::inbox::{self, Incoming, Received, Upload};
use crate::service::imports::{self, AccountChoice, BadRow, Outcome, Wish};
use crate::web::error::AppError;
use crate::web::extract::{As, Manager, Nothing, Posted};
use crate::web::pages::layout::{Page, Section, Tone};
use crate::web::pages::{frame, html, html_with, redirect, redirect_saying};
use crate::web::state::State;
use crate::web::upload::{CutOff, next};

/// Rows in the list of problems, far more than anybody reads.
const PROBLEMS_LISTED: usize = 100_000;
/// A browser that is cut off shows no page, so the rest of a refused upload is read and dropped, up to this many limits.
const DROPPED: u64 = 4;

#[derive(Template)]
#[template(path = "imports/upload.html")]
struct UploadPage {
    page: Page,
    token: String,
    size: String,
    reading: Reading,
    sample: Vec<SampleRow>,
    bad: u64,
    bad_rows: Vec<BadRow>,
    more_bad: u64,
    form: ImportForm,
    accounts: Vec<(String, String)>,
    currencies: Option<Vec<(String, String)>>,
    problems: Invalid,
}

/// What the person decided.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct ImportForm {
    /// An ad account's id; empty for a new one.
    #[serde(default)]
    account: String,
    #[serde(default)]
    new_account: String,
    #[serde(default)]
    currency: String,
    #[serde(default)]
    skip_bad: String,
}

/// `POST /imports`: takes the file in and shows how it is understood.
pub async fn receive(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    mut form: Multipart,
) -> Result<HttpResponse, AppError> {
    let received = take(&state, &by, &mut form).await;
    drain(&state, form).await;
    match received {
        Ok(Received::New(upload)) => Ok(redirect(&format!("/imports/uploads/{}", upload.token))),
        Ok(Received::Known(id)) => Ok(redirect_saying(
            &format!("/imports/{id}"),
            Tone::Good,
            "This very file is here already, so nothing was changed. This is what came of it.",
        )),
        Err(Refused::Problem(problems, status)) => {
            html_with(&list_page(&request, &state, &by, None, problems).await?, status, None)
        }
        Err(Refused::Other(error)) => Err(error),
    }
}

/// Why a file was not taken in.
enum Refused {
    /// Something to say at the form, and its status.
    Problem(Invalid, u16),
    Other(AppError),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(problems) => Self::Problem(problems, 422),
            other => Self::Other(other.into()),
        }
    }
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        Self::Other(error)
    }
}

fn cut_off(_: CutOff) -> Refused {
    Refused::Other(AppError::Unreadable("the upload did not arrive whole; send it again".to_owned()))
}

/// Reads the form: the token first, then the file.
async fn take(state: &State, by: &As<Manager>, form: &mut Multipart) -> Result<Received, Refused> {
    let mut checked = false;
    while let Some(mut field) = next(form).await.map_err(cut_off)? {
        match field.name() {
            Some("csrf") => {
                by.require_csrf(&short_text(&mut field).await?)?;
                checked = true;
            }
            Some("file") if !checked => return Err(AppError::Forged.into()),
            Some("file") => return keep(state, by, field).await,
            _ => {}
        }
    }
    if checked {
        Err(Refused::Problem(Invalid::one("file", dictionary::file_missing()), 422))
    } else {
        Err(AppError::Forged.into())
    }
}

async fn keep(state: &State, by: &As<Manager>, mut field: Field) -> Result<Received, Refused> {
    let name = field.content_disposition().and_then(|d| d.get_filename()).unwrap_or_default().to_owned();
    let mut incoming = Incoming::open(&state.ctx, by.actor()).await?;
    while let Some(chunk) = next(&mut field).await.map_err(cut_off)? {
        incoming.write(&chunk).await?;
        if incoming.is_too_large() {
            return Err(Refused::Problem(Invalid::one("file", inbox::too_large(state.ctx.max_upload)), 413));
        }
    }
    if incoming.bytes() == 0 && name.is_empty() {
        return Err(Refused::Problem(Invalid::one("file", dictionary::file_missing()), 422));
    }
    Ok(incoming.finish(&state.ctx, by.actor(), &name).await?)
}

/// A field that is no file.
async fn short_text(field: &mut Field) -> Result<String, Refused> {
    const MOST: usize = 1_000;
    let mut text = Vec::new();
    while let Some(chunk) = next(field).await.map_err(cut_off)? {
        text.extend_from_slice(&chunk);
        if text.len() > MOST {
            return Err(AppError::Forged.into());
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Reads what is left of the body, so that the browser gets to see the answer.
async fn drain(state: &State, mut form: Multipart) {
    let mut left = state.ctx.max_upload.saturating_mul(DROPPED);
    while let Ok(Some(mut field)) = next(&mut form).await {
        while let Ok(Some(chunk)) = next(&mut field).await {
            left = left.saturating_sub(chunk.len() as u64);
            if left == 0 {
                return;
            }
        }
    }
}

/// `GET /imports/uploads/{token}`
pub async fn upload(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    token: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let upload = inbox::get(&state.ctx, by.actor(), &token).await?;
    html(&upload_page(&request, &state, &by, &upload, None, Invalid::default()).await?)
}

async fn upload_page(
    request: &HttpRequest,
    state: &State,
    by: &As<Manager>,
    upload: &Upload,
    form: Option<ImportForm>,
    problems: Invalid,
) -> Result<UploadPage, AppError> {
    let in_file = upload.survey.understanding.currency;
    let fitting = imports::accounts(&state.ctx, by.actor()).await?;
    let fitting: Vec<_> = fitting.into_iter().filter(|a| in_file.is_none_or(|c| c == a.currency)).collect();
    let first = fitting.iter().find(|a| !a.linked).map(|a| a.id.to_string());
    let accounts = fitting
        .into_iter()
        .map(|a| {
            let linked = if a.linked { ", synced: only days before its sync" } else { "" };
            (a.id.to_string(), format!("{} ({}{linked})", a.name, a.currency))
        })
        .chain([(String::new(), "A new ad account, fed by files".to_owned())])
        .collect();
    let all = || {
        let none = (String::new(), "Choose".to_owned());
        std::iter::once(none).chain(Currency::all().map(|c| (c.to_string(), c.to_string()))).collect()
    };
    let (bad_rows, more_bad) = problem_rows(&upload.survey);
    Ok(UploadPage {
        page: frame(request, state, &by.signed, &upload.file_name, Some(Section::Imports)),
        token: upload.token.clone(),
        size: reading::size(upload.bytes),
        reading: Reading::of(&upload.survey.told(), None),
        sample: reading::sample(&upload.survey),
        bad: upload.survey.bad,
        bad_rows,
        more_bad,
        form: form.unwrap_or_else(|| ImportForm { account: first.unwrap_or_default(), ..ImportForm::default() }),
        accounts,
        currencies: in_file.is_none().then(all),
        problems,
    })
}

/// `POST /imports/uploads/{token}`
pub async fn import(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
    posted: Posted<Manager, ImportForm>,
) -> Result<HttpResponse, AppError> {
    let (by, form) = (&posted.by, posted.form);
    let result = match wish(&form) {
        Ok(wish) => imports::import_upload(&state.ctx, by.actor(), &token, wish).await,
        Err(problems) => Err(problems.into()),
    };
    match result {
        Ok(Outcome::Imported(import)) => {
            Ok(redirect_saying(&format!("/imports/{}", import.id), Tone::Good, "Imported. Its figures are on the dashboard now."))
        }
        Ok(Outcome::Known(import)) => Ok(redirect_saying(
            &format!("/imports/{}", import.id),
            Tone::Good,
            "This very file is here already, so nothing was changed.",
        )),
        Err(Error::Invalid(problems)) => {
            let upload = inbox::get(&state.ctx, by.actor(), &token).await?;
            html_with(&upload_page(&request, &state, by, &upload, Some(form), problems).await?, 422, None)
        }
        Err(other) => Err(other.into()),
    }
}

fn wish(form: &ImportForm) -> Result<Wish, Invalid> {
    let mut invalid = Invalid::default();
    let account = match form.account.trim() {
        "" => Some(AccountChoice::Named(form.new_account.clone())),
        id => invalid.check("account", id.parse::<AdAccountId>()).map(AccountChoice::Existing),
    };
    let currency = match form.currency.trim() {
        "" => None,
        code => invalid.check("currency", code.parse::<Currency>()),
    };
    match account {
        Some(account) if invalid.is_empty() => Ok(Wish { account, currency, skip_bad: !form.skip_bad.is_empty() }),
        _ => Err(invalid),
    }
}

/// `POST /imports/uploads/{token}/discard`
pub async fn discard(
    state: web::Data<State>,
    token: web::Path<String>,
    posted: Posted<Manager, Nothing>,
) -> Result<HttpResponse, AppError> {
    inbox::discard(&state.ctx, posted.by.actor(), &token).await?;
    Ok(redirect_saying("/imports", Tone::Good, "The upload is gone; nothing was imported."))
}

/// `GET /imports/uploads/{token}/problems.csv`
pub async fn problems_csv(state: web::Data<State>, by: As<Manager>, token: web::Path<String>) -> Result<HttpResponse, AppError> {
    let rows = inbox::problems(&state.ctx, by.actor(), &token, PROBLEMS_LISTED).await?;
    Ok(csv_head("problems.csv").body(csv_line(CSV_HEADER) + &csv_rows(&rows)))
}
