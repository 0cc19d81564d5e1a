//! Filters of the list that people keep: each for one person in one workspace, one of them perhaps opened first.

use serde::Serialize;

use crate::domain::dictionary;
use crate::domain::id::{FilterId, UserId};
use crate::store::saved_filters::{self as rows, FilterRow};

use super::super::{Actor, Ctx, Error, Result};
use super::query::ListQuery;

/// The longest name, in characters.
const NAME_MAX: usize = 60;
/// The most filters one person keeps.
const MOST: usize = 50;

/// A kept filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SavedFilter {
    /// Its id.
    pub id: FilterId,
    /// As shown.
    pub name: String,
    /// The link's query string.
    pub query: String,
    /// Whether the list opens with it.
    pub is_default: bool,
}

/// The person's filters, by name; none for the machine and for tokens, which are nobody.
pub async fn filters(ctx: &Ctx, actor: &Actor) -> Result<Vec<SavedFilter>> {
    let Some(user) = actor.user else { return Ok(Vec::new()) };
    let workspace = actor.workspace;
    let found = ctx.db.read(move |c| rows::list(c, workspace, user)).await?;
    Ok(found.into_iter().map(saved).collect())
}

fn saved(row: FilterRow) -> SavedFilter {
    SavedFilter { id: row.id, name: row.name, query: row.query, is_default: row.is_default == 1 }
}

/// Keeps a filter under a name; one of the same name is overwritten.
///
/// # Errors
/// [`Error::Invalid`] for a name or a query that is none.
pub async fn keep(ctx: &Ctx, actor: &Actor, name: &str, query: &str) -> Result<()> {
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_MAX {
        return Err(Error::invalid("name", dictionary::filter_name(NAME_MAX)));
    }
    let query = ListQuery { after: None, ..ListQuery::parse(query)? }.to_query_string();
    let user = person(actor)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let kept = ctx.db.write(move |c| {
        let there = rows::list(c, actor.workspace, user)?;
        if there.len() >= MOST && there.iter().all(|row| row.name != name) {
            return Err(Error::conflict(dictionary::filters_too_many(MOST)));
        }
        let id = there.iter().find(|row| row.name == name).map_or_else(|| FilterId(inner.new_id()), |row| row.id);
        let row =
            FilterRow { workspace_id: actor.workspace, id, user_id: user, name, query, is_default: 0, created_at: inner.stamp() };
        rows::upsert(c, &row)?;
        actor.record(c, inner.stamp(), "filter.kept", ("filter", id.0), &saved(row))
    });
    kept.await
}

/// Lets the list open with one of the person's filters; with none where `id` is `None`.
pub async fn open_with(ctx: &Ctx, actor: &Actor, id: Option<FilterId>) -> Result<()> {
    let user = person(actor)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let done = ctx.db.write(move |c| {
        if let Some(id) = id
            && !rows::list(c, actor.workspace, user)?.iter().any(|row| row.id == id)
        {
            return Err(Error::NotFound("filter"));
        }
        rows::set_default(c, actor.workspace, user, id)?;
        actor.record(c, inner.stamp(), "filter.default", ("filter", id.map_or(0, |id| id.0)), &id)
    });
    done.await
}

/// Removes one of the person's filters.
pub async fn forget(ctx: &Ctx, actor: &Actor, id: FilterId) -> Result<()> {
    let user = person(actor)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let done = ctx.db.write(move |c| {
        if !rows::delete(c, actor.workspace, user, id)? {
            return Err(Error::NotFound("filter"));
        }
        actor.record(c, inner.stamp(), "filter.deleted", ("filter", id.0), &id)
    });
    done.await
}

fn person(actor: &Actor) -> Result<UserId> {
    actor.user.ok_or_else(|| Error::conflict(dictionary::filters_of_people()))
}
