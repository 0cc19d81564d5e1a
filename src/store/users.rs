//! People who sign in.

use diesel::prelude::*;

use super::schema::{disabled_users, users};
use super::{Conn, Result, UtcTime};
use crate::domain::id::UserId;

/// A person.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = users)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Lower case; unique.
    pub email: String,
    /// As shown.
    pub name: String,
    /// Argon2id, PHC string.
    pub password_hash: String,
    /// When it was made.
    pub created_at: UtcTime,
}

/// Whether there is anybody at all: none means that set-up is still due.
pub fn any(connection: &mut Conn) -> Result<bool> {
    Ok(users::table.select(users::id).first::<UserId>(connection).optional()?.is_some())
}

/// The person with this address.
pub fn find_by_email(connection: &mut Conn, email: &str) -> Result<Option<User>> {
    Ok(users::table.filter(users::email.eq(email)).first(connection).optional()?)
}

/// The person with this id.
pub fn get(connection: &mut Conn, id: UserId) -> Result<User> {
    Ok(users::table.filter(users::id.eq(id)).first(connection)?)
}

/// Adds a person; [`super::StoreError::Conflict`] where the address is taken.
pub fn insert(connection: &mut Conn, user: &User) -> Result<()> {
    diesel::insert_into(users::table).values(user).execute(connection)?;
    Ok(())
}

/// Changes a person's password.
pub fn set_password(connection: &mut Conn, id: UserId, password_hash: &str) -> Result<()> {
    diesel::update(users::table.filter(users::id.eq(id))).set(users::password_hash.eq(password_hash)).execute(connection)?;
    Ok(())
}

/// Whether a person may not sign in.
pub fn is_disabled(connection: &mut Conn, id: UserId) -> Result<bool> {
    let row = disabled_users::table.filter(disabled_users::user_id.eq(id)).select(disabled_users::user_id);
    Ok(row.first::<UserId>(connection).optional()?.is_some())
}

/// Everybody, by address, and since when each may not sign in.
pub fn list(connection: &mut Conn) -> Result<Vec<(User, Option<UtcTime>)>> {
    let off: Vec<(UserId, UtcTime)> =
        disabled_users::table.select((disabled_users::user_id, disabled_users::disabled_at)).load(connection)?;
    let all: Vec<User> = users::table.order(users::email).load(connection)?;
    let since = |id| off.iter().find(|(user, _)| *user == id).map(|(_, at)| *at);
    Ok(all.into_iter().map(|user| (user.clone(), since(user.id))).collect())
}

/// Keeps a person from signing in, or lets them again (`None`).
pub fn set_disabled(connection: &mut Conn, id: UserId, since: Option<UtcTime>) -> Result<()> {
    diesel::delete(disabled_users::table.filter(disabled_users::user_id.eq(id))).execute(connection)?;
    if let Some(since) = since {
        diesel::insert_into(disabled_users::table)
            .values((disabled_users::user_id.eq(id), disabled_users::disabled_at.eq(since)))
            .execute(connection)?;
    }
    Ok(())
}
