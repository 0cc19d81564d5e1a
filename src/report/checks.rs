//! Days on which an ad account's own total and the sum of its parts differ by more than Meta's rounding.

use chrono::NaiveDate;

use crate::domain::currency::Currency;
use crate::domain::id::AdAccountId;
use crate::domain::money::{MICROS, Spend};
use crate::domain::period::Period;
use crate::store::Conn;
use crate::store::account_checks::{self, AccountCheck};

use super::Result;
use super::scope::Scope;

/// A day whose total does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unequal {
    /// The ad account.
    pub account: AdAccountId,
    /// Its name.
    pub name: String,
    /// The day, in the account's zone.
    pub day: NaiveDate,
    /// What the account says.
    pub theirs: Spend,
    /// What its parts sum to.
    pub ours: Spend,
}

/// The days of the scope that do not match, by account and day. The day that still runs is left out: its two answers were given
/// at two moments.
pub(super) fn list(connection: &mut Conn, scope: &Scope) -> Result<Vec<Unequal>> {
    let rows = account_checks::list_unequal(connection, scope.workspace)?;
    let of = |row: &AccountCheck| {
        let account = scope.accounts.iter().find(|account| account.id == row.ad_account_id)?;
        let differs =
            !is_rounding(row, account.currency) && row.on_day < scope.today && scope.period.contains(Period::day(row.on_day));
        differs.then(|| Unequal {
            account: account.id,
            name: account.name.clone(),
            day: row.on_day,
            theirs: Spend::new(row.theirs_micros.unwrap_or(0), account.currency),
            ours: Spend::new(row.ours_micros.unwrap_or(0), account.currency),
        })
    };
    Ok(rows.iter().filter_map(of).collect())
}

/// Meta rounds each part and the total to the minor unit: so many halves may lie between them.
fn is_rounding(row: &AccountCheck, currency: Currency) -> bool {
    let half = MICROS / currency.offset() / 2;
    let apart = (row.theirs_micros.unwrap_or(0) - row.ours_micros.unwrap_or(0)).saturating_abs();
    apart <= half.saturating_mul(row.parts.saturating_add(1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::id::WorkspaceId;

    #[test]
    fn halves_of_a_cent_are_rounding_and_more_is_not() {
        let row = |theirs: i64, ours: i64, parts: i64| AccountCheck {
            workspace_id: WorkspaceId(1),
            ad_account_id: AdAccountId(2),
            on_day: "2026-11-20".parse().unwrap(),
            theirs_micros: Some(theirs),
            ours_micros: Some(ours),
            parts,
            checked_at: chrono::DateTime::UNIX_EPOCH.into(),
        };
        assert!(is_rounding(&row(10_000_000, 10_020_000, 3), Currency::EUR));
        assert!(!is_rounding(&row(10_000_000, 10_030_000, 3), Currency::EUR));
        assert!(!is_rounding(&row(10_000_000, 0, 0), Currency::EUR));
    }
}
