//! Idempotency keys: a program that lost an answer sends its request again and gets that very answer, nothing happens twice.
//!
//! The key's row is written before the request runs. The run's first audit event marks the row in the transaction of the write
//! ([`Claim::mark`], called by [`Actor::record`](super::Actor::record)), and only the run that holds the row may do so: a run that
//! was given up for dead and comes back cannot write any more. Between the write and the kept answer a crash can lose the answer;
//! then the same key says what was written instead of doing it again.

use chrono::Duration;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::domain::dictionary;
use crate::domain::id::{ApiTokenId, WorkspaceId};
use crate::store::idempotency_keys::{self as rows, IdempotencyKey, Place};
use crate::store::{Conn, StoreError, UtcTime};

use super::{Ctx, Error, Result};

/// How long a key stands for its request.
pub const KEPT: Duration = Duration::hours(24);
/// How long a run without an answer counts as under way.
const LEASE: Duration = Duration::minutes(5);
/// The longest key, in characters.
const LONGEST: usize = 255;

/// The right of one run of a request to write and to answer under its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    workspace: WorkspaceId,
    token: ApiTokenId,
    key: String,
    attempt: i64,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The HTTP status.
    pub status: u16,
    /// Headers that belong to the answer: name and value.
    pub headers: Vec<(String, String)>,
    /// The body's text.
    pub body: String,
}

/// What a key stands for when a request brings it.
#[derive(Debug)]
pub enum Begun {
    /// The request is to be carried out.
    Fresh(Claim),
    /// It was carried out; this was answered.
    Answered(Kept),
}

impl Claim {
    fn place(&self) -> Place<'_> {
        Place { workspace: self.workspace, token: self.token, key: &self.key }
    }

    /// Notes in the transaction of a write that this request wrote.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the request was taken over meanwhile: then nothing of the transaction is kept.
    pub(super) fn mark(&self, c: &mut Conn, at: UtcTime, wrote: &str) -> Result<()> {
        if rows::set_written(c, self.place(), self.attempt, at, wrote)? {
            return Ok(());
        }
        Err(Error::conflict(dictionary::key_taken_over()))
    }

    fn seal_place(&self) -> String {
        format!("answer:{}:{}:{}", self.workspace, self.token, self.key)
    }
}

/// Looks at what a key stands for, and claims it where it is new or its run died without writing.
///
/// # Errors
/// [`Error::Invalid`] where the key is malformed or stands for another request; [`Error::Conflict`] while its request is under way,
/// and where the answer was lost after the write.
pub async fn begin(ctx: &Ctx, workspace: WorkspaceId, token: ApiTokenId, key: &str, fingerprint: String) -> Result<Begun> {
    if key.is_empty() || key.len() > LONGEST || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Error::invalid("Idempotency-Key", dictionary::key_malformed()));
    }
    let claim = Claim { workspace, token, key: key.to_owned(), attempt: ctx.new_id() };
    let (inner, mine) = (ctx.clone(), claim.clone());
    let known = ctx.db.write(move |c| {
        let now = inner.now();
        let lease_until = (now + LEASE).0.into();
        let there = rows::find(c, mine.place())?;
        let there = match there {
            Some(old) if now.0 - old.created_at.utc() >= KEPT => {
                rows::delete(c, mine.place(), old.attempt)?;
                None
            }
            other => other,
        };
        let Some(there) = there else {
            let row = IdempotencyKey {
                workspace_id: mine.workspace,
                token_id: mine.token,
                idempotency_key: mine.key.clone(),
                fingerprint,
                attempt: mine.attempt,
                lease_until,
                written_at: None,
                wrote: None,
                answer: None,
                created_at: now.0.into(),
            };
            return match rows::insert(c, &row) {
                Ok(()) => Ok(None),
                Err(StoreError::Conflict(_)) => Err(under_way()),
                Err(other) => Err(other.into()),
            };
        };
        if there.fingerprint != fingerprint {
            return Err(Error::invalid("Idempotency-Key", dictionary::key_of_another()));
        }
        if there.answer.is_some() {
            return Ok(there.answer);
        }
        if let Some(wrote) = &there.wrote {
            return Err(Error::conflict(dictionary::key_answer_lost(wrote)));
        }
        if there.lease_until.utc() > now.0 || !rows::take_over(c, mine.place(), there.attempt, mine.attempt, lease_until)? {
            return Err(under_way());
        }
        Ok(None)
    });
    match known.await? {
        None => Ok(Begun::Fresh(claim)),
        Some(sealed) => {
            let text = ctx.sealer.open(&sealed, &claim.seal_place())?;
            Ok(Begun::Answered(serde_json::from_str(text.expose_secret())?))
        }
    }
}

/// Keeps the answer under its key.
pub async fn keep(ctx: &Ctx, claim: &Claim, answer: &Kept) -> Result<()> {
    let text = SecretString::from(serde_json::to_string(answer)?);
    let sealed = ctx.sealer.seal(&text, &claim.seal_place())?;
    let claim = claim.clone();
    ctx.db.write(move |c| Ok(rows::set_answer(c, claim.place(), claim.attempt, &sealed)?)).await
}

/// After a refusal: keeps its answer where something had been written before it, else frees the key for another try.
pub async fn settle_refusal(ctx: &Ctx, claim: &Claim, answer: &Kept) -> Result<()> {
    let mine = claim.clone();
    let wrote = ctx.db.write(move |c| {
        let row = rows::find(c, mine.place())?.filter(|row| row.attempt == mine.attempt);
        let wrote = row.is_some_and(|row| row.written_at.is_some());
        if !wrote {
            rows::delete(c, mine.place(), mine.attempt)?;
        }
        Ok::<_, Error>(wrote)
    });
    if wrote.await? { keep(ctx, claim, answer).await } else { Ok(()) }
}

fn under_way() -> Error {
    Error::conflict(dictionary::key_under_way())
}
