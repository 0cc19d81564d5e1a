//! Codes and tokens that logins made: stored as objects, so that they outlive a restart, and what was taken back.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::ask::Ask;
use crate::sandbox::nodes::social::{change, make};
use crate::sandbox::nodes::token::SCOPES;
use crate::sandbox::num;
use crate::sandbox::settings::{Token, Whose};
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::world::World;

/// A code is exchanged within this many seconds.
const CODE_LIFE: i64 = 600;
/// "A short-lived token lives about an hour or two", "a long-lived one about 60 days".
pub const LIVES: (i64, i64) = (5_400, 5_184_000);
/// "An app's access to a person's data ends 90 days after the last login."
const DATA_LIFE: i64 = 7_776_000;

fn random(world: &World, kind: u64, words: u64) -> String {
    let part = |word: u64| num::hash(world.state.seed, &[0x7043, kind, world.state.created, word]);
    (0..words).fold(String::new(), |text, word| format!("{text}{:016x}", part(word)))
}

/// Notes an accepted login and returns its code.
///
/// # Errors
/// As [`World::commit`].
pub fn code(world: &mut World, ask: &Ask, scopes: &[&str], accounts: &[String], page: bool) -> Result<String, GraphError> {
    let code = format!("AQ{}", random(world, 1, 8));
    let owner = world.identity.user_id.clone();
    let fields = json!({
        "redirect_uri": ask.redirect_uri, "scopes": scopes, "accounts": accounts, "page": page,
        "expires_at": world.now() + CODE_LIFE,
    });
    make(world, Kind::LoginCode, &code, &owner, None, fields)?;
    // Who grants again what he had taken back has it again.
    let again: Vec<String> = removed(world).into_iter().filter(|scope| !scopes.contains(&scope.as_str())).collect();
    if again.len() != removed(world).len() {
        put(world, json!({ "removed": again }))?;
    }
    Ok(code)
}

/// Issues the token of a login, and the Page's token with it, and returns the person's with the seconds it lives.
///
/// # Errors
/// As [`World::commit`].
pub fn issue(world: &mut World, login: &Map<String, Value>, long: bool) -> Result<(String, i64), GraphError> {
    let now = world.now();
    let life = if long { LIVES.1 } else { LIVES.0 };
    let text = format!("EAAlogin{}", random(world, 2, 4));
    let page = page_token(world, &text);
    let owner = world.identity.user_id.clone();
    let of = |name: &str| login.get(name).cloned().unwrap_or(Value::Null);
    let data = login.get("data_access_expires_at").and_then(Value::as_i64).unwrap_or(now + DATA_LIFE);
    let serial = login.get("serial").and_then(Value::as_u64).unwrap_or(world.state.created);
    let fields = |whose: &str, expires: i64| {
        json!({
            "whose": whose, "scopes": of("scopes"), "accounts": of("accounts"), "page": of("page"), "issued_at": now,
            "expires_at": expires, "data_access_expires_at": data, "serial": serial,
        })
    };
    let (person, of_page) = (fields("person", now + life), fields("page", if long { 0 } else { now + life }));
    make(world, Kind::Token, &text, &owner, None, person)?;
    if login.get("page").and_then(Value::as_bool) == Some(true) {
        make(world, Kind::Token, &page, &owner, None, of_page)?;
    }
    Ok((text, life))
}

/// The text of the Page's token that belongs to a person's.
#[must_use]
pub fn page_token(world: &World, text: &str) -> String {
    if world.state.find(text, Kind::Token).is_none() && world.settings.token(text).is_some() {
        return world.identity.page_access_token.clone();
    }
    let part = |word: u64| num::hash(world.state.seed, &[0x7A6E, num::hash_text(text), word]);
    (0..4).fold(String::from("EAApage"), |out, word| format!("{out}{:016x}", part(word)))
}

/// The token with a text: one of the settings', or one that a login made.
#[must_use]
pub fn find(world: &World, text: &str) -> Option<Token> {
    let mut token = match world.settings.token(text) {
        Some(token) => token.clone(),
        None => of_login(world, world.state.find(text, Kind::Token)?),
    };
    if matches!(token.whose, Whose::Person) || token.serial > 0 {
        token.declined.extend(removed(world));
    }
    Some(token)
}

fn of_login(world: &World, object: &Object) -> Token {
    let texts = |name: &str| -> Vec<String> {
        let list = object.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let number = |name: &str| object.get(name).and_then(Value::as_i64).unwrap_or(0);
    let whose = if object.text("whose") == "page" { Whose::Page } else { Whose::Person };
    let granted = texts("scopes");
    let declined: BTreeSet<String> =
        SCOPES.iter().filter(|scope| !granted.iter().any(|one| one == *scope)).map(|scope| (*scope).to_owned()).collect();
    Token {
        declined,
        expires_at: number("expires_at"),
        data_access_expires_at: number("data_access_expires_at"),
        accounts: Some(texts("accounts")),
        page: object.get("page").and_then(Value::as_bool) == Some(true),
        issued_at: number("issued_at"),
        serial: object.get("serial").and_then(Value::as_u64).unwrap_or(0),
        ..Token::endless(&object.id, whose, &world.identity.app_id)
    }
}

fn grant_id(world: &World) -> String {
    format!("grant_{}", world.identity.user_id)
}

/// Permissions that the person has taken back.
#[must_use]
pub fn removed(world: &World) -> Vec<String> {
    let grant = world.state.objects.get(&grant_id(world));
    let list = grant.and_then(|grant| grant.get("removed")).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Whether the person has taken the app off since the token was made.
#[must_use]
pub fn is_off(world: &World, token: &Token) -> bool {
    let off = world.state.objects.get(&grant_id(world)).and_then(|grant| grant.get("off_at")).and_then(Value::as_u64);
    let personal = token.whose == Whose::Person || token.serial > 0;
    personal && off.is_some_and(|off| token.serial <= off)
}

/// Changes what the person granted.
fn put(world: &mut World, set: Value) -> Result<(), GraphError> {
    let id = grant_id(world);
    if world.state.objects.contains_key(&id) {
        change(world, &id, set)?;
        return Ok(());
    }
    let owner = world.identity.user_id.clone();
    make(world, Kind::Grant, &id, &owner, None, set)
}

/// Takes one permission back.
///
/// # Errors
/// As [`World::commit`].
pub fn remove(world: &mut World, scope: &str) -> Result<(), GraphError> {
    let mut all = removed(world);
    if !all.iter().any(|one| one == scope) {
        all.push(scope.to_owned());
    }
    put(world, json!({ "removed": all }))
}

/// Takes the app off: every token of the person that there is ends.
///
/// # Errors
/// As [`World::commit`].
pub fn take_off(world: &mut World) -> Result<(), GraphError> {
    let serial = world.state.created;
    put(world, json!({ "off_at": serial, "removed": [] }))
}

/// Puts the person's grants back as they were at the start, for the control surface.
///
/// # Errors
/// As [`World::commit`].
pub fn restore(world: &mut World) -> Result<(), GraphError> {
    if world.state.objects.contains_key(&grant_id(world)) {
        put(world, json!({ "off_at": null, "removed": [] }))?;
    }
    Ok(())
}
