//! Least budgets by currency and goal, in minor units, in the manner of Meta's historic rule: one unit a day when
//! billed on impressions, more for rarer events. `minimum_budgets` and the refusals use the same table.

use serde_json::{Value, json};

use crate::sandbox::seeded::AccountSeed;

/// Minor units a day for ad sets billed on impressions.
#[must_use]
pub fn daily(account: AccountSeed) -> i64 {
    if account.currency == "JPY" { 160 } else { 100 }
}

/// Minor units a day for a billing event.
#[must_use]
pub fn daily_for(account: AccountSeed, billing_event: &str) -> i64 {
    match billing_event {
        "IMPRESSIONS" => daily(account),
        _ => 5 * daily(account),
    }
}

/// Rows of `GET /act_x/minimum_budgets`.
#[must_use]
pub fn rows(account: AccountSeed, bid: Option<i64>) -> Vec<Value> {
    // A capped ad set needs five times its bid.
    let least = bid.map_or(0, |bid| bid.saturating_mul(5));
    let daily = daily(account);
    vec![json!({
        "currency": account.currency,
        "min_daily_budget_imp": daily.max(least),
        "min_daily_budget_high_freq": (5 * daily).max(least),
        "min_daily_budget_low_freq": (40 * daily).max(least),
        "min_daily_budget_video_views": (5 * daily).max(least),
    })]
}

/// An amount as Meta writes it for people: `EUR1.00`, `JPY1,000`.
#[must_use]
pub fn written(account: AccountSeed, minor: i64) -> String {
    let offset = crate::sandbox::seeded::currency_offset(account.currency);
    let digits = (minor / offset).to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if offset == 1 {
        format!("{}{grouped}", account.currency)
    } else {
        format!("{}{grouped}.{:02}", account.currency, minor % offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::seeded::ACCOUNTS;

    #[test]
    fn amounts_are_written_as_meta_writes_them() {
        assert_eq!(written(ACCOUNTS[0], 100), "EUR1.00");
        assert_eq!(written(ACCOUNTS[0], 370_005), "EUR3,700.05");
        assert_eq!(written(ACCOUNTS[1], 1_600), "JPY1,600");
    }
}
