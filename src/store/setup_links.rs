//! One-time links that let the first person in.

use diesel::prelude::*;

use super::schema::setup_links;
use super::{Conn, Result, UtcTime};

/// Makes this the only valid link.
pub fn replace(connection: &mut Conn, token_hash: &str, now: UtcTime) -> Result<()> {
    diesel::delete(setup_links::table).execute(connection)?;
    diesel::insert_into(setup_links::table)
        .values((setup_links::token_hash.eq(token_hash), setup_links::created_at.eq(now)))
        .execute(connection)?;
    Ok(())
}

/// Whether the link is there and unused.
pub fn is_valid(connection: &mut Conn, token_hash: &str) -> Result<bool> {
    let open = setup_links::table
        .filter(setup_links::token_hash.eq(token_hash))
        .filter(setup_links::used_at.is_null())
        .select(setup_links::token_hash)
        .first::<String>(connection)
        .optional()?;
    Ok(open.is_some())
}

/// Uses the link up; false where it was used or never there.
pub fn use_up(connection: &mut Conn, token_hash: &str, now: UtcTime) -> Result<bool> {
    let open = setup_links::table.filter(setup_links::token_hash.eq(token_hash)).filter(setup_links::used_at.is_null());
    Ok(diesel::update(open).set(setup_links::used_at.eq(now)).execute(connection)? == 1)
}
