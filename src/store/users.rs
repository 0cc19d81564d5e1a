//! People who sign in.

use diesel::prelude::*;

use super::schema::users;
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
