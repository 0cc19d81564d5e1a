//! Report files: sent, looked at, imported or discarded; what was imported, and what of it was skipped.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Json, Named, Paging, ReportFile};
use super::operation::{Call, Outcome};
use super::pictures::FileName;
use super::reply::{Created, Done, List, Shown};
use super::words::Time;
use crate::domain::currency::Currency;
use crate::domain::dictionary;
use crate::domain::id::{AdAccountId, ImportId};
use crate::domain::money::Spend;
use crate::service::imports::inbox::{self, Received, Upload};
use crate::service::imports::{self, AccountChoice, BadRow, ImportView, Outcome as Imported, Totals, Wish};
use crate::web::error::field_problem;
use crate::web::extract::{Analyst, Manager};

/// What rows add up to. Missing is not zero: what the file does not say is absent.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TotalsView {
    /// Rows that can be read.
    rows: u64,
    /// Money spent, decimal text in the file's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    spend: Option<String>,
    /// Times shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    impressions: Option<i64>,
    /// Clicks on the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    link_clicks: Option<i64>,
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
}

/// A file that waits for a decision.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UploadView {
    /// Its name in paths; gone after a day.
    token: String,
    /// As the sender named it.
    file_name: String,
    /// Its size.
    bytes: u64,
    /// The currency its header names.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    /// What its rows add up to.
    totals: TotalsView,
    /// How many campaigns it names.
    campaigns: usize,
    /// Rows that cannot be read.
    bad: u64,
    /// The first of them.
    first_bad: Vec<SkippedRow>,
    /// The import it already is: the very same file was imported before, and nothing waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<ImportId>,
}

/// A row that cannot be read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SkippedRow {
    /// Physical line, from 1.
    line: u64,
    /// Header of the column at fault; empty where the whole row is.
    column: String,
    /// What stands there, shortened.
    value: String,
    /// What is wrong.
    reason: String,
}

/// How a file is to be imported.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Decision {
    /// The ad account that is there; or else `new_account`.
    account: Option<AdAccountId>,
    /// The ad account of this name, made if it is not there; only files feed it.
    new_account: Option<String>,
    /// The currency, where the file does not say.
    currency: Option<String>,
    /// Leave out rows that cannot be read instead of refusing the file.
    #[serde(default)]
    skip_bad: bool,
}

/// An import.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportState {
    /// Its id.
    id: ImportId,
    /// Into which ad account.
    account: AdAccountId,
    /// That account's name.
    account_name: String,
    /// As the sender named the file.
    file_name: String,
    /// SHA-256 of the file's bytes.
    content_hash: String,
    /// `visible`: its rows count; or `removed`.
    state: String,
    /// Its currency.
    currency: Currency,
    /// What its rows add up to.
    totals: TotalsView,
    /// Rows that were left out.
    skipped: i64,
    /// When it came.
    created_at: Time,
}

/// `POST /uploads`
pub async fn receive(call: Call<Manager, (), FileName, ReportFile>) -> Outcome<Created<UploadView>> {
    let (ctx, actor) = (call.ctx, call.by.actor);
    let name = call.query.name.unwrap_or_default();
    match call.body.0.finish(&ctx, &actor, &name).await? {
        Received::New(upload) => {
            Ok(Created { at: format!("/uploads/{}", upload.token), revision: None, thing: upload_view(&upload) })
        }
        Received::Known(id) => {
            let known = imports::get(&ctx, &actor, id).await?;
            let thing = UploadView {
                token: String::new(),
                file_name: known.import.file_name.clone(),
                bytes: 0,
                currency: Some(known.currency),
                totals: totals(&known.told.totals, Some(known.currency)),
                campaigns: known.told.campaign_count,
                bad: known.import.skipped.unsigned_abs(),
                first_bad: Vec::new(),
                known: Some(id),
            };
            Ok(Created { at: format!("/imports/{id}"), revision: None, thing })
        }
    }
}

/// `GET /uploads/{token}`
pub async fn upload(call: Call<Manager, Named<String>>) -> Outcome<Shown<UploadView>> {
    Ok(Shown(upload_view(&inbox::get(&call.ctx, call.actor(), &call.path.0).await?)))
}

/// `DELETE /uploads/{token}`
pub async fn discard(call: Call<Manager, Named<String>>) -> Outcome<Done> {
    inbox::discard(&call.ctx, call.actor(), &call.path.0).await?;
    Ok(Done)
}

/// `POST /uploads/{token}/import`
pub async fn import(call: Call<Manager, Named<String>, (), Json<Decision>>) -> Outcome<Created<ImportState>> {
    let wish = wish(&call.body.0)?;
    let (Imported::Imported(import) | Imported::Known(import)) =
        imports::import_upload(&call.ctx, call.actor(), &call.path.0, wish).await?;
    let view = imports::get(&call.ctx, call.actor(), import.id).await?;
    Ok(Created { at: format!("/imports/{}", import.id), revision: None, thing: state(view) })
}

/// `GET /imports`
pub async fn list(call: Call<Analyst, (), Paging>) -> Outcome<Shown<List<ImportState>>> {
    let (after, limit) = (call.query.after()?.map(ImportId), call.query.limit()?);
    let (mut views, more) = imports::list(&call.ctx, call.actor(), after).await?;
    let cut = views.len() > limit;
    views.truncate(limit);
    let next = views.last().filter(|_| cut || more.is_some()).map(|view| Paging::cursor(view.import.id.0));
    Ok(Shown(List { items: views.into_iter().map(state).collect(), next }))
}

/// `GET /imports/{id}`
pub async fn show(call: Call<Analyst, Named<ImportId>>) -> Outcome<Shown<ImportState>> {
    Ok(Shown(state(imports::get(&call.ctx, call.actor(), call.path.0).await?)))
}

/// `GET /imports/{id}/skipped`
pub async fn skipped(call: Call<Analyst, Named<ImportId>, Paging>) -> Outcome<Shown<List<SkippedRow>>> {
    let (after, limit) = (call.query.after()?.unwrap_or(0).unsigned_abs(), call.query.limit()?);
    imports::get(&call.ctx, call.actor(), call.path.0).await?;
    let asked = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let mut rows = imports::skipped(&call.ctx, call.actor(), call.path.0, after, asked).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| Paging::cursor(i64::try_from(row.line).unwrap_or(i64::MAX)));
    Ok(Shown(List { items: rows.into_iter().map(row).collect(), next }))
}

/// `DELETE /imports/{id}`
pub async fn remove(call: Call<Manager, Named<ImportId>>) -> Outcome<Done> {
    imports::remove(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}

fn wish(decision: &Decision) -> Outcome<Wish> {
    let account = match (decision.account, &decision.new_account) {
        (Some(id), None) => AccountChoice::Existing(id),
        (None, Some(name)) => AccountChoice::Named(name.clone()),
        _ => return Err(field_problem("account", dictionary::import_account_unclear())),
    };
    let currency = match decision.currency.as_deref().map(str::parse::<Currency>) {
        None => None,
        Some(Ok(currency)) => Some(currency),
        Some(Err(unknown)) => return Err(field_problem("currency", unknown.into())),
    };
    Ok(Wish { account, currency, skip_bad: decision.skip_bad })
}

fn upload_view(upload: &Upload) -> UploadView {
    let survey = &upload.survey;
    UploadView {
        token: upload.token.clone(),
        file_name: upload.file_name.clone(),
        bytes: upload.bytes,
        currency: survey.understanding.currency,
        totals: totals(&survey.totals, survey.understanding.currency),
        campaigns: survey.campaign_count,
        bad: survey.bad,
        first_bad: survey.first_bad.iter().cloned().map(row).collect(),
        known: None,
    }
}

fn state(view: ImportView) -> ImportState {
    let import = view.import;
    ImportState {
        id: import.id,
        account: import.ad_account_id,
        account_name: view.account,
        file_name: import.file_name,
        content_hash: import.content_hash,
        state: import.state,
        currency: view.currency,
        totals: totals(&view.told.totals, Some(view.currency)),
        skipped: import.skipped,
        created_at: Time(import.created_at.utc()),
    }
}

fn totals(totals: &Totals, currency: Option<Currency>) -> TotalsView {
    // Without a currency the file's own two decimals are as good as any: they are shown, never added.
    let spend = |micros| Spend::new(micros, currency.unwrap_or(Currency::USD)).plain();
    TotalsView {
        rows: totals.rows,
        spend: totals.spend_micros.map(spend),
        impressions: totals.impressions,
        link_clicks: totals.link_clicks,
        from: totals.period.map(|period| period.since.to_string()),
        to: totals.period.map(|period| period.until.to_string()),
    }
}

fn row(row: BadRow) -> SkippedRow {
    SkippedRow { line: row.line, column: row.column, value: row.value, reason: row.reason }
}
