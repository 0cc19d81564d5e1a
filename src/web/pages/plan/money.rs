//! The money of a plan in a table: before, after and by how much it differs; one table a currency.

use crate::domain::money::{Money, grouped};
use crate::domain::plan::{Most, Stakes};
use crate::domain::split::percent;

/// The money in one currency.
pub struct MoneyTable {
    /// The currency.
    pub currency: String,
    /// What, before, after, the difference.
    pub rows: Vec<(String, String, String, String)>,
    /// `This week at most 154.00 EUR, from next week at most 168.00.`
    pub weeks: String,
}

/// How the figures are made and where the rule stands.
pub struct Sources {
    /// How far Meta may go over a daily budget on one day, in percent.
    pub overdelivery: String,
}

impl Sources {
    /// From the workspace's setting.
    pub fn of(overdelivery_bp: i64) -> Self {
        Self { overdelivery: percent(overdelivery_bp) }
    }
}

impl MoneyTable {
    /// The table; rows that are nothing before and after are left out.
    pub fn of(stakes: &Stakes) -> Self {
        let Stakes { before, after, .. } = stakes;
        let ends = stakes.week_ends.format("%a %-d %b");
        let row = |what: &str, of: fn(&Most) -> Money| {
            let (was, is) = (of(before), of(after));
            (was.minor != 0 || is.minor != 0).then(|| (what.to_owned(), was.to_string(), is.to_string(), difference(was, is)))
        };
        let mut rows: Vec<(String, String, String, String)> = [
            row("A day", |most| most.a_day),
            row("For the whole flight", |most| most.in_all),
            row("The worst day", |most| most.worst_day),
            row("A whole week at most", |most| most.worst_week),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !rows.is_empty() {
            let ever = |most: &Most| most.at_most.map_or_else(|| "no end".to_owned(), |money| money.to_string());
            let differs = before.at_most.zip(after.at_most).map(|(was, is)| difference(was, is)).unwrap_or_default();
            rows.push(("From now on at most".to_owned(), ever(before), ever(after), differs));
        }
        let currency = stakes.currency();
        let weeks = match (after.a_day.minor, before.a_day.minor) {
            (0, 0) => String::new(),
            (0, _) => format!(
                "This week (to {ends}) at most {} {currency}, which may be spent already; then nothing.",
                stakes.this_week
            ),
            _ => format!(
                "This week (to {ends}) at most {} {currency}, from next week at most {}.",
                stakes.this_week, after.worst_week
            ),
        };
        Self { currency: currency.to_string(), rows, weeks }
    }
}

/// `+4.00`, `−4.00`, nothing where it is the same.
fn difference(was: Money, is: Money) -> String {
    match is.minor.saturating_sub(was.minor) {
        0 => String::new(),
        minor => {
            let sign = if minor > 0 { "+" } else { "" };
            format!("{sign}{}", grouped(&Money::new(minor, is.currency).plain()))
        }
    }
}
