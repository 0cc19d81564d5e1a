//! Idempotency keys of the admin HTTP endpoints: one row a key, from the first request to the end of its day.

use diesel::prelude::*;

use super::schema::idempotency_keys::{self as table, dsl};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{ApiTokenId, WorkspaceId};

/// A key and what became of its request.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = table)]
pub struct IdempotencyKey {
    /// In which workspace.
    pub workspace_id: WorkspaceId,
    /// By which bearer token.
    pub token_id: ApiTokenId,
    /// The key as sent.
    pub idempotency_key: String,
    /// SHA-256 of the request.
    pub fingerprint: String,
    /// The one run of the request that may write and answer.
    pub attempt: i64,
    /// Until when that run counts as under way.
    pub lease_until: UtcTime,
    /// When it wrote; set in the transaction of the write.
    pub written_at: Option<UtcTime>,
    /// What it wrote: the audit event's action and its subject.
    pub wrote: Option<String>,
    /// What was answered, sealed.
    pub answer: Option<Vec<u8>>,
    /// When the key was first used.
    pub created_at: UtcTime,
}

/// Which row: workspace, token and key.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// By which bearer token.
    pub token: ApiTokenId,
    /// The key.
    pub key: &'a str,
}

/// The row of a key.
pub fn find(connection: &mut Conn, place: Place<'_>) -> Result<Option<IdempotencyKey>> {
    Ok(dsl::idempotency_keys.find((place.workspace, place.token, place.key)).first(connection).optional()?)
}

/// Adds a key; [`super::StoreError::Conflict`] where another request did so meanwhile.
pub fn insert(connection: &mut Conn, row: &IdempotencyKey) -> Result<()> {
    diesel::insert_into(dsl::idempotency_keys).values(row).execute(connection)?;
    Ok(())
}

/// Hands a key whose run is over without an answer to a new run; false where another took it meanwhile.
pub fn take_over(connection: &mut Conn, place: Place<'_>, seen: i64, attempt: i64, lease_until: UtcTime) -> Result<bool> {
    let row = dsl::idempotency_keys.find((place.workspace, place.token, place.key)).filter(dsl::attempt.eq(seen));
    Ok(diesel::update(row).set((dsl::attempt.eq(attempt), dsl::lease_until.eq(lease_until))).execute(connection)? == 1)
}

/// Notes that this run wrote; false where it is no longer the one that may.
pub fn set_written(connection: &mut Conn, place: Place<'_>, attempt: i64, at: UtcTime, wrote: &str) -> Result<bool> {
    let row = dsl::idempotency_keys
        .find((place.workspace, place.token, place.key))
        .filter(dsl::attempt.eq(attempt))
        .filter(dsl::answer.is_null());
    Ok(diesel::update(row).set((dsl::written_at.eq(at), dsl::wrote.eq(wrote))).execute(connection)? == 1)
}

/// Keeps the answer of this run; nothing happens where it is no longer the one that may.
pub fn set_answer(connection: &mut Conn, place: Place<'_>, attempt: i64, answer: &[u8]) -> Result<()> {
    let row = dsl::idempotency_keys.find((place.workspace, place.token, place.key)).filter(dsl::attempt.eq(attempt));
    diesel::update(row).set(dsl::answer.eq(answer)).execute(connection)?;
    Ok(())
}

/// Forgets a key.
pub fn delete(connection: &mut Conn, place: Place<'_>, attempt: i64) -> Result<()> {
    let row = dsl::idempotency_keys.find((place.workspace, place.token, place.key)).filter(dsl::attempt.eq(attempt));
    diesel::delete(row).execute(connection)?;
    Ok(())
}

/// Removes keys first used before `before`.
pub fn prune(connection: &mut Conn, before: UtcTime) -> Result<usize> {
    Ok(diesel::delete(dsl::idempotency_keys.filter(dsl::created_at.lt(before))).execute(connection)?)
}
