//! Removing what an import left behind: unfinished ones without a trace, the rows of those that were taken out.
//!
//! Works in short transactions; what a crash leaves is found again at start-up.

use super::{Ctx, Result, inbox, on_a_blocking_thread};
use crate::store::imports::{self as rows, Import};
use crate::store::{Db, StoreError, connections, imported_facts};

/// Rows removed in one transaction.
const AT_ONCE: i64 = 20_000;

/// Removes the rows of an import, and the objects that no other figures mention.
pub(super) fn rows_of(db: &Db, import: &Import) -> Result<()> {
    let (workspace, account, id) = (import.workspace_id, import.ad_account_id, import.id);
    while db.write_now::<_, StoreError>(|c| imported_facts::delete_some(c, workspace, account, id, AT_ONCE))? > 0 {}
    db.write_now::<_, StoreError>(|c| imported_facts::delete_orphans(c, workspace, account))?;
    Ok(())
}

/// Removes an import that never became visible, and the ad account that was made for it.
pub(super) fn unfinished(db: &Db, import: &Import) -> Result<()> {
    let (workspace, account, id) = (import.workspace_id, import.ad_account_id, import.id);
    // First the state, so that a writer that is still alive stops at its next chunk.
    let still = db.write_now::<_, StoreError>(|c| rows::set_state(c, workspace, id, rows::WRITING, rows::REMOVED))?;
    if !still {
        return Ok(());
    }
    rows_of(db, import)?;
    db.write_now::<_, StoreError>(|c| {
        rows::delete(c, workspace, id)?;
        if !rows::any_into(c, workspace, account)? {
            connections::delete_file_account(c, workspace, account)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// At start-up: removes unfinished imports, rows of removed ones, and uploads nobody decided on. Returns how many imports.
pub async fn recover(ctx: &Ctx) -> Result<usize> {
    let ctx = ctx.clone();
    on_a_blocking_thread(move || {
        inbox::remove_stale(&ctx)?;
        let left = ctx.db.read_now(rows::list_unfinished)?;
        for import in &left {
            tracing::warn!(import.id = %import.id, file = %import.file_name, "an import was not finished; it is removed");
            unfinished(&ctx.db, import)?;
        }
        for import in ctx.db.read_now(rows::list_removed_with_rows)? {
            rows_of(&ctx.db, &import)?;
        }
        Ok(left.len())
    })
    .await
}
