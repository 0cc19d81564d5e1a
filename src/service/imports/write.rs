//! The second reading of a file, into an import that nobody sees until it is whole.
//!
//! Chunks of at most [`CHUNK`] rows, each its own transaction; then one short transaction sums the roll-ups and makes the import
//! visible. Whatever fails before that leaves nothing.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::inbox::{self, clean_name};
use super::objects::{Level, fact};
use super::survey::{self, Survey};
use super::{AccountChoice, Actor, Ctx, Error, Result, clear, on_a_blocking_thread, overlap, target};
use crate::domain::currency::Currency;
use crate::domain::dictionary;
use crate::domain::id::{ImportId, ObjectId, UserId};
use crate::domain::role::Role;
use crate::files::{BadRow, Entry, Record, Refusal, Report};
use crate::store::connections::AdAccount;
use crate::store::imported_facts::{self as facts, FileFact, FileObject, Target};
use crate::store::imports::{self as rows, Import, Reject};
use crate::store::rollups;

/// Rows written in one transaction.
pub const CHUNK: usize = 20_000;
/// Objects whose ids are remembered between chunks.
const REMEMBERED: usize = 200_000;

/// How a file is to be imported.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Where to.
    pub account: AccountChoice,
    /// The currency, where the file does not say.
    pub currency: Option<Currency>,
    /// Whether rows that cannot be read are left out; otherwise one of them refuses the file.
    pub skip_bad: bool,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Its rows count now.
    Imported(Import),
    /// The same file was imported before; nothing changed.
    Known(Import),
}

struct Source {
    path: PathBuf,
    file_name: String,
    content_hash: String,
    survey: Survey,
}

/// Imports an upload and removes it from the inbox.
pub async fn import_upload(ctx: &Ctx, actor: &Actor, token: &str, wish: Wish) -> Result<Outcome> {
    let upload = inbox::get(ctx, actor, token).await?;
    let path = inbox::path_of(ctx, token).ok_or(Error::NotFound("upload"))?;
    let source =
        Source { path: path.clone(), file_name: upload.file_name, content_hash: upload.content_hash, survey: upload.survey };
    let (ctx, actor) = (ctx.clone(), actor.clone());
    on_a_blocking_thread(move || {
        let outcome = import(&ctx, &actor, &source, &wish)?;
        inbox::remove_files(&path);
        Ok(outcome)
    })
    .await
}

/// Imports a file of this machine, for the command line.
pub async fn import_file(ctx: &Ctx, actor: &Actor, path: &Path, wish: Wish) -> Result<Outcome> {
    let (ctx, actor, path) = (ctx.clone(), actor.clone(), path.to_owned());
    on_a_blocking_thread(move || {
        let mut reader = Hashing::new(File::open(&path).map_err(cannot_read)?);
        let survey = survey::survey(&mut reader)?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let source = Source { file_name: clean_name(&name), content_hash: reader.finish().map_err(cannot_read)?, survey, path };
        import(&ctx, &actor, &source, &wish)
    })
    .await
}

fn cannot_read(source: io::Error) -> Error {
    Error::invalid("file", dictionary::file_unreadable(source))
}

fn import(ctx: &Ctx, actor: &Actor, source: &Source, wish: &Wish) -> Result<Outcome> {
    actor.require(Role::Manager)?;
    let known = ctx.db.read_now(|c| rows::find_by_content(c, actor.workspace, &source.content_hash))?;
    if let Some(known) = known {
        return Ok(Outcome::Known(known));
    }
    refuse_bad_rows(&source.survey, wish)?;
    let (import, account) = begin(ctx, actor, source, wish)?;
    let written = write(ctx, &import, source).and_then(|()| finish(ctx, actor, &import, &account, source));
    if let Err(error) = written {
        clear::unfinished(&ctx.db, &import)?;
        return Err(error);
    }
    Ok(Outcome::Imported(import))
}

fn refuse_bad_rows(survey: &Survey, wish: &Wish) -> Result<()> {
    if survey.bad == 0 || wish.skip_bad {
        return Ok(());
    }
    let first = survey.first_bad.first().map(|b| format!(" The first, on line {}: {}", b.line, b.reason)).unwrap_or_default();
    let (count, rows) = (survey.bad, if survey.bad == 1 { "row" } else { "rows" });
    Err(Error::invalid("skip_bad", dictionary::file_rows_unreadable(count, rows, first)))
}

/// Makes the import that nobody sees yet, with its account.
fn begin(ctx: &Ctx, actor: &Actor, source: &Source, wish: &Wish) -> Result<(Import, AdAccount)> {
    ctx.db.write_now(|c| {
        let (account, currency) = target::settle(c, ctx, actor, &wish.account, wish.currency, &source.survey)?;
        let (survey, totals) = (&source.survey, &source.survey.totals);
        let import = Import {
            workspace_id: actor.workspace,
            id: ImportId(ctx.new_id()),
            ad_account_id: account.id,
            file_name: source.file_name.clone(),
            content_hash: source.content_hash.clone(),
            state: rows::WRITING.to_owned(),
            currency: currency.code().to_owned(),
            since_on: totals.period.map(|p| p.since),
            until_on: totals.period.map(|p| p.until),
            records: i64::try_from(totals.rows).unwrap_or(i64::MAX),
            skipped: i64::try_from(survey.bad).unwrap_or(i64::MAX),
            understanding: serde_json::to_string(&survey.told())?,
            created_by: actor.user.unwrap_or(UserId(0)),
            created_at: ctx.stamp(),
        };
        rows::insert(c, &import)?;
        Ok((import, account))
    })
}

/// Reads the file again and writes its rows, chunk by chunk.
fn write(ctx: &Ctx, import: &Import, source: &Source) -> Result<()> {
    let mut reader = Hashing::new(File::open(&source.path).map_err(cannot_read)?);
    let report = Report::open(&mut reader).map_err(changed)?;
    let mut writer = Writer::new(ctx, import);
    let mut summaries = 0;
    for entry in report {
        match entry.map_err(changed)? {
            Entry::Row(row) => writer.row(*row)?,
            Entry::Bad(row) => writer.bad(&row)?,
            Entry::Summary(row) => {
                summaries += 1;
                if let Some(again) = source.survey.first_bad.iter().find(|b| summaries > 1 && b.line == row.line) {
                    writer.bad(again)?;
                }
            }
        }
    }
    writer.flush()?;
    if reader.finish().map_err(cannot_read)? == source.content_hash {
        return Ok(());
    }
    Err(Error::conflict(dictionary::file_changed()))
}

/// What was readable a moment ago is not any more.
fn changed(refusal: Refusal) -> Error {
    Error::invalid("file", dictionary::file_changed().and(refusal.to_string()))
}

/// One short transaction: roll-ups, visible, audit event.
fn finish(ctx: &Ctx, actor: &Actor, import: &Import, account: &AdAccount, source: &Source) -> Result<()> {
    ctx.db.write_now(|c| {
        // Another import of the same days may have become visible meanwhile.
        overlap::check_imports(c, actor.workspace, account, &source.survey)?;
        rollups::sum_import(c, actor.workspace, account.id, import.id)?;
        if !rows::set_state(c, actor.workspace, import.id, rows::WRITING, rows::VISIBLE)? {
            return Err(interrupted());
        }
        let state = state_of(import, Some(&source.survey));
        actor.record(c, ctx.stamp(), "import.finished", ("import", import.id.0), &state)
    })
}

fn interrupted() -> Error {
    Error::conflict(dictionary::import_restarted())
}

/// The state after a change, for the audit log.
pub(super) fn state_of(import: &Import, survey: Option<&Survey>) -> Value {
    json!({
        "id": import.id,
        "ad_account": import.ad_account_id,
        "file_name": import.file_name,
        "content_hash": import.content_hash,
        "currency": import.currency,
        "since_on": import.since_on,
        "until_on": import.until_on,
        "records": import.records,
        "skipped": import.skipped,
        "spend_micros": survey.and_then(|s| s.totals.spend_micros),
        "state": if survey.is_some() { rows::VISIBLE } else { &import.state },
    })
}

/// Collects rows and writes them in chunks.
struct Writer<'a> {
    ctx: &'a Ctx,
    target: Target,
    rows: Vec<Record>,
    rejects: Vec<Reject>,
    known: HashMap<String, ObjectId>,
}

impl<'a> Writer<'a> {
    fn new(ctx: &'a Ctx, import: &Import) -> Self {
        let target = Target {
            workspace: import.workspace_id,
            account: import.ad_account_id,
            import: import.id,
            known_at: import.created_at,
        };
        Self { ctx, target, rows: Vec::new(), rejects: Vec::new(), known: HashMap::new() }
    }

    fn row(&mut self, row: Record) -> Result<()> {
        self.rows.push(row);
        if self.rows.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    fn bad(&mut self, row: &BadRow) -> Result<()> {
        self.rejects.push(Reject {
            line: i64::try_from(row.line).unwrap_or(i64::MAX),
            column_name: row.column.clone(),
            value: row.value.clone(),
            reason: row.reason.clone(),
        });
        if self.rejects.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        if self.known.len() > REMEMBERED {
            self.known.clear();
        }
        let (rows, rejects) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.rejects));
        let (ctx, target, known) = (self.ctx, self.target, &mut self.known);
        ctx.db.write_now(|c| {
            if !rows::is_in_state(c, target.workspace, target.import, rows::WRITING)? {
                return Err(interrupted());
            }
            for level in Level::ALL {
                let mut asked = HashSet::new();
                let unknown: Vec<FileObject> = rows
                    .iter()
                    .filter_map(|row| level.object(row, known))
                    .filter(|(key, _)| !known.contains_key(key) && asked.insert(key.clone()))
                    .map(|(_, object)| FileObject { id: ObjectId(ctx.new_id()), ..object })
                    .collect();
                let found = facts::resolve(c, &target, level.kind(), &unknown)?;
                known.extend(found.into_iter().map(|(remote, id)| (level.key(&remote), id)));
            }
            let mut written: Vec<FileFact> = rows.iter().filter_map(|row| fact(row, known)).collect();
            if written.len() != rows.len() {
                return Err(interrupted());
            }
            facts::insert(c, &target, &mut written)?;
            Ok(rows::insert_rejects(c, target.workspace, target.import, &rejects)?)
        })
    }
}

/// Hashes what passes through.
struct Hashing<R> {
    inner: R,
    hasher: Sha256,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Self {
        Self { inner, hasher: Sha256::new() }
    }

    /// The hash of the whole file, what nobody read included.
    fn finish(mut self) -> io::Result<String> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(hex::encode(self.hasher.finalize()))
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if let Some(taken) = buffer.get(..read) {
            self.hasher.update(taken);
        }
        Ok(read)
    }
}
