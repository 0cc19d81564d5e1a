//! People: making them, checking their passwords.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::domain::dictionary;
use crate::domain::id::UserId;
use crate::domain::invalid::Invalid;
use crate::domain::role::Role;
use crate::store::users::{self, User};
use crate::store::{Conn, StoreError};

use super::{Actor, Ctx, Error, Result};

/// The shortest password accepted, in characters (NIST SP 800-63B asks for at least 8 and no composition rules).
pub const MIN_PASSWORD: usize = 12;
/// The longest password read; hashing time grows with nothing else.
const MAX_PASSWORD: usize = 1_000;

/// What makes a person.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The address to sign in with.
    pub email: String,
    /// The name shown.
    pub name: String,
    /// The password.
    pub password: SecretString,
}

/// A checked [`NewUser`].
#[derive(Debug)]
pub(super) struct CheckedUser {
    email: String,
    name: String,
    password_hash: String,
}

#[derive(Serialize)]
struct MemberState<'a> {
    user: UserId,
    email: &'a str,
    name: &'a str,
    role: Role,
}

impl CheckedUser {
    /// The password's hash.
    pub(super) fn password_hash(&self) -> &str {
        &self.password_hash
    }
}

impl NewUser {
    /// Checks the fields and hashes the password, which takes a while on purpose: call it outside a transaction.
    pub(super) fn check(self) -> std::result::Result<CheckedUser, Invalid> {
        let mut invalid = Invalid::default();
        let email = self.email.trim().to_lowercase();
        let well_formed = email.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
        });
        if !well_formed || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
            invalid.add("email", dictionary::email_unreadable());
        }
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 100 {
            invalid.add("name", dictionary::person_name());
        }
        let length = self.password.expose_secret().chars().count();
        if length < MIN_PASSWORD {
            invalid.add("password", dictionary::password_short(MIN_PASSWORD, length));
        } else if length > MAX_PASSWORD {
            invalid.add("password", dictionary::password_long(MAX_PASSWORD));
        }
        invalid.into_result()?;
        let hash = Argon2::default()
            .hash_password(self.password.expose_secret().as_bytes())
            .map_err(|_| Invalid::one("password", dictionary::password_unusable()))?;
        Ok(CheckedUser { email, name, password_hash: hash.to_string() })
    }
}

/// Inserts a checked person and makes it a member; call it in a transaction.
pub(super) fn insert(connection: &mut Conn, ctx: &Ctx, actor: &Actor, user: &CheckedUser, role: Role) -> Result<UserId> {
    let id = UserId(ctx.new_id());
    let row = User {
        id,
        email: user.email.clone(),
        name: user.name.clone(),
        password_hash: user.password_hash.clone(),
        created_at: ctx.stamp(),
    };
    users::insert(connection, &row).map_err(|error| match error {
        StoreError::Conflict(_) => Error::invalid("email", dictionary::email_taken()),
        other => other.into(),
    })?;
    crate::store::workspaces::set_member(connection, actor.workspace, id, role, ctx.stamp())?;
    let state = MemberState { user: id, email: &row.email, name: &row.name, role };
    actor.record(connection, ctx.stamp(), "member.added", ("user", id.0), &state)?;
    Ok(id)
}

/// Whether set-up is done: somebody is there.
pub async fn any(ctx: &Ctx) -> Result<bool> {
    Ok(ctx.db.read(users::any).await?)
}

/// Whether the password belongs to the hash. An unknown address is compared with a decoy, so that the time taken does not tell
/// who is here.
pub(super) fn verify(password: &SecretString, hash: Option<&str>) -> bool {
    /// The hash of a random password nobody knows, with the default parameters.
    const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$x1Vd5Yc0bqm2cQyVtCz7bq8o0mTz3oQn6l4cQF3mZ0E";
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(DECOY)) else { return false };
    let password = password.expose_secret().as_bytes();
    let bounded = password.get(..MAX_PASSWORD * 4).unwrap_or(password);
    Argon2::default().verify_password(bounded, &parsed).is_ok() && hash.is_some()
}
