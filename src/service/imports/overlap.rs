//! The same money is never counted twice: a file's rows must not cover what a sync or another import covers.
//!
//! Between imports the measure is the campaign and the day: exports of one account by age and by placement repeat the same money.
//! A file without campaign names may hold any campaign, so it overlaps all of them.

use chrono::{DateTime, Utc};

use super::survey::{Coverage, Survey};
use super::{Error, Result};
use crate::domain::dictionary;
use crate::domain::id::{ImportId, WorkspaceId};
use crate::domain::period::Period;
use crate::store::Conn;
use crate::store::connections::AdAccount;
use crate::store::imports::{self as rows, Covered};

/// Refuses rows that touch days synced from Meta.
pub(super) fn check_synced(account: &AdAccount, survey: &Survey) -> Result<()> {
    let synced = account.synced_since_on.zip(account.synced_until_on).and_then(|(since, until)| Period::new(since, until).ok());
    let Some(synced) = synced else { return Ok(()) };
    match survey.coverage.iter().flat_map(|c| &c.days).find(|days| days.overlaps(synced)) {
        None => Ok(()),
        Some(days) => {
            let said = dictionary::import_days_synced(&account.name, synced.since, synced.until, days.since, days.until);
            Err(Error::invalid("account", said))
        }
    }
}

/// Refuses rows of campaigns and days that a visible import of the same account holds, naming that import.
pub(super) fn check_imports(c: &mut Conn, workspace: WorkspaceId, account: &AdAccount, survey: &Survey) -> Result<()> {
    let Some(hull) = survey.totals.period else { return Ok(()) };
    let covered = rows::covered(c, workspace, account.id, hull.since, hull.until)?;
    let Some((theirs, days)) =
        covered.iter().find_map(|theirs| Some((theirs, survey.coverage.iter().find_map(|o| shared(o, theirs))?)))
    else {
        return Ok(());
    };
    let import = rows::get(c, workspace, ImportId(theirs.import_id))?;
    let at: DateTime<Utc> = import.created_at.into();
    let at = at.format("%-d %b %Y %H:%M UTC");
    let said = dictionary::import_days_imported(import.file_name, at, &theirs.name, days.since, days.until);
    Err(Error::invalid("account", said))
}

/// Days that both cover, where they may be the same campaign.
fn shared(ours: &Coverage, theirs: &Covered) -> Option<Period> {
    let same = match (&ours.name, &ours.id) {
        _ if theirs.remote_id == super::objects::NO_CAMPAIGN => true,
        (None, _) => true,
        (Some(name), id) => *name == theirs.name || id.as_deref() == Some(theirs.remote_id.as_str()),
    };
    let period = Period { since: theirs.since_on, until: theirs.until_on };
    ours.days
        .iter()
        .find(|days| same && days.overlaps(period))
        .map(|days| Period { since: days.since.max(period.since), until: days.until.min(period.until) })
}
