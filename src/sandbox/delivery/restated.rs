//! Days that Meta restated afterwards: what reports say of them changes, what was decided while they ran does not.
//! Set by `/_sandbox/restate`; the bill (`amount_spent`, budgets) stays, as Meta credits invalid traffic apart.

use std::sync::Arc;

use chrono::NaiveDate;

use super::part::{AdDay, Part};
use crate::sandbox::state::State;

/// Puts restated days in the place of delivered ones.
pub fn apply(state: &State, account: &str, days: &mut [(NaiveDate, Arc<Vec<AdDay>>)]) {
    let Some(restated) = state.restated.get(account) else {
        return;
    };
    for (date, ads) in days {
        if let Some(percent) = restated.get(&date.to_string()) {
            let scaled = ads
                .iter()
                .map(|day| AdDay { parts: day.parts.iter().map(|part| scale(part, *percent)).collect(), ..day.clone() });
            *ads = Arc::new(scaled.collect());
        }
    }
}

/// A part with every count, its spend and its outcomes changed by a percentage, -100 at the least; rounded down.
fn scale(part: &Part, percent: i64) -> Part {
    let percent = (100 + percent).max(0);
    let count = |count: u32| u32::try_from(i64::from(count).saturating_mul(percent) / 100).unwrap_or(u32::MAX);
    let mut scaled = Part {
        impressions: count(part.impressions),
        clicks: count(part.clicks),
        links: count(part.links),
        landings: count(part.landings),
        reactions: count(part.reactions),
        comments: count(part.comments),
        spend: i64::try_from(i128::from(part.spend) * i128::from(percent) / 100).unwrap_or(i64::MAX),
        ..part.clone()
    };
    let wanted =
        usize::try_from(i64::try_from(part.outcomes.len()).unwrap_or(i64::MAX).saturating_mul(percent) / 100).unwrap_or(0);
    let last = scaled.impressions.saturating_sub(1);
    scaled.outcomes = part.outcomes.iter().cycle().take(wanted).cloned().collect();
    for outcome in &mut scaled.outcomes {
        outcome.impression = outcome.impression.min(last);
    }
    scaled
}
