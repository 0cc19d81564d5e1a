//! Uploads that wait for a decision: files under the data directory, each with what was found in it beside it.
//!
//! An upload belongs to the workspace it was sent to and is gone after a day. Its name on disk is a random token, never the
//! person's file name.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::survey::{self, Survey};
use super::{Actor, Ctx, Error, Result, on_a_blocking_thread};
use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::{ImportId, WorkspaceId};
use crate::domain::role::Role;
use crate::files::BadRow;
use crate::store::imports as rows;

/// How long an upload waits.
const KEPT: Duration = Duration::hours(24);
/// Characters of a file name kept.
const NAME_KEPT: usize = 200;

/// An upload and what is in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Upload {
    /// Its name on disk and in links.
    pub token: String,
    /// Whose.
    pub workspace: WorkspaceId,
    /// As the person's computer named it.
    pub file_name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, hex.
    pub content_hash: String,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// What is in it.
    pub survey: Survey,
}

/// What became of a file that was sent.
#[derive(Debug, Clone)]
pub enum Received {
    /// It waits under this token.
    New(Box<Upload>),
    /// The very same file was imported before; nothing changes.
    Known(ImportId),
}

/// A file on its way in. Dropped before [`Incoming::finish`], it leaves nothing.
#[derive(Debug)]
pub struct Incoming {
    token: String,
    path: PathBuf,
    file: tokio::fs::File,
    hasher: Sha256,
    bytes: u64,
    limit: u64,
    kept: bool,
}

fn directory(ctx: &Ctx) -> PathBuf {
    ctx.data_dir.join("uploads")
}

fn io(what: &'static str) -> impl Fn(std::io::Error) -> Error {
    move |source| Error::Io { what, source }
}

impl Incoming {
    /// Makes room for a file.
    pub async fn open(ctx: &Ctx, actor: &Actor) -> Result<Self> {
        actor.require(Role::Manager)?;
        let directory = directory(ctx);
        tokio::fs::create_dir_all(&directory).await.map_err(io("making the directory for uploads"))?;
        let token = uuid::Uuid::new_v4().simple().to_string();
        let path = directory.join(format!("{token}.part"));
        let file = tokio::fs::File::create_new(&path).await.map_err(io("keeping an upload"))?;
        Ok(Self { token, path, file, hasher: Sha256::new(), bytes: 0, limit: ctx.max_upload, kept: false })
    }

    /// Takes the next bytes. Once the file is too large they are counted and not kept.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.bytes = self.bytes.saturating_add(chunk.len() as u64);
        if self.is_too_large() {
            return Ok(());
        }
        self.hasher.update(chunk);
        self.file.write_all(chunk).await.map_err(io("keeping an upload"))
    }

    /// Whether more came than is accepted.
    pub fn is_too_large(&self) -> bool {
        self.bytes > self.limit
    }

    /// Bytes that came so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Reads the file through once and keeps it for a decision.
    pub async fn finish(mut self, ctx: &Ctx, actor: &Actor, file_name: &str) -> Result<Received> {
        if self.is_too_large() {
            return Err(Error::invalid("file", too_large(self.limit)));
        }
        self.file.flush().await.map_err(io("keeping an upload"))?;
        let content_hash = hex::encode(std::mem::take(&mut self.hasher).finalize());
        let (workspace, hash) = (actor.workspace, content_hash.clone());
        if let Some(known) = ctx.db.read(move |c| rows::find_by_content(c, workspace, &hash)).await? {
            return Ok(Received::Known(known.id));
        }
        let path = self.path.clone();
        let survey = on_a_blocking_thread(move || {
            let file = File::open(&path).map_err(io("reading an upload"))?;
            Ok(survey::survey(file)?)
        })
        .await?;
        let upload = Upload {
            token: self.token.clone(),
            workspace,
            file_name: clean_name(file_name),
            bytes: self.bytes,
            content_hash,
            received_at: ctx.now().0,
            survey,
        };
        let json = serde_json::to_vec(&upload)?;
        let kept = self.path.with_extension("csv");
        tokio::fs::rename(&self.path, &kept).await.map_err(io("keeping an upload"))?;
        self.path.clone_from(&kept);
        tokio::fs::write(kept.with_extension("json"), json).await.map_err(io("keeping an upload"))?;
        self.kept = true;
        Ok(Received::New(Box::new(upload)))
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.kept {
            // What cannot be removed now goes with the next clean-up.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The sentence for a file over the limit.
pub fn too_large(limit: u64) -> Sentence {
    dictionary::file_too_large(limit_words(limit))
}

/// The limit as people read it.
pub fn limit_words(limit: u64) -> String {
    let (amount, unit) = if limit >= 1 << 30 { (limit >> 30, "GiB") } else { ((limit >> 20).max(1), "MiB") };
    format!("{amount} {unit}")
}

/// A name for people: without directories and control characters.
pub(super) fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(NAME_KEPT).collect();
    if clean.trim().is_empty() { "report.csv".to_owned() } else { clean }
}

/// An upload of the actor's workspace.
pub async fn get(ctx: &Ctx, actor: &Actor, token: &str) -> Result<Upload> {
    let missing = || Error::NotFound("upload (it was imported, discarded, or waited for more than a day)");
    let path = path_of(ctx, token).ok_or_else(missing)?;
    let json = match tokio::fs::read(path.with_extension("json")).await {
        Ok(json) => json,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(missing()),
        Err(error) => return Err(io("reading an upload")(error)),
    };
    let upload: Upload = serde_json::from_slice(&json)?;
    if upload.workspace == actor.workspace { Ok(upload) } else { Err(missing()) }
}

/// Where an upload's bytes are; `None` for text that is no token.
pub(super) fn path_of(ctx: &Ctx, token: &str) -> Option<PathBuf> {
    let well_formed = token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit());
    well_formed.then(|| directory(ctx).join(format!("{token}.csv")))
}

/// Every row of an upload that cannot be read.
pub async fn problems(ctx: &Ctx, actor: &Actor, token: &str, at_most: usize) -> Result<Vec<BadRow>> {
    let upload = get(ctx, actor, token).await?;
    let path = path_of(ctx, &upload.token).ok_or(Error::NotFound("upload"))?;
    on_a_blocking_thread(move || {
        let file = BufReader::new(File::open(&path).map_err(io("reading an upload"))?);
        let report = crate::files::Report::open(file).map_err(|refusal| Error::invalid("file", refusal.into()))?;
        let bad = report.filter_map(|entry| if let Ok(crate::files::Entry::Bad(row)) = entry { Some(row) } else { None });
        Ok(bad.take(at_most).collect())
    })
    .await
}

/// Removes an upload.
pub async fn discard(ctx: &Ctx, actor: &Actor, token: &str) -> Result<()> {
    let upload = get(ctx, actor, token).await?;
    if let Some(path) = path_of(ctx, &upload.token) {
        remove_files(&path);
    }
    Ok(())
}

pub(super) fn remove_files(path: &Path) {
    for path in [path.with_extension("json"), path.to_owned()] {
        if let Err(error) = std::fs::remove_file(&path) {
            tracing::warn!(%error, path = %path.display(), "an upload could not be removed; the next clean-up tries again");
        }
    }
}

/// Removes uploads that nobody decided on for a day.
pub fn remove_stale(ctx: &Ctx) -> Result<usize> {
    let entries = match std::fs::read_dir(directory(ctx)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(io("looking through uploads")(error)),
    };
    let oldest = ctx.now().0 - KEPT;
    let mut removed = 0;
    for entry in entries.flatten() {
        let modified = entry.metadata().and_then(|m| m.modified()).map(DateTime::<Utc>::from);
        if modified.is_ok_and(|at| at < oldest) && std::fs::remove_file(entry.path()).is_ok() {
            removed += 1;
        }
    }
    Ok(removed)
}
