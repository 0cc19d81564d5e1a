//! Days that Meta restated afterwards: what reports say of them changes, what was decided while they ran does not.
//! Set by `/_sandbox/restate`; the bill (`amount_spent`, budgets) stays, as Meta credits invalid traffic apart.

use std::sync::Arc;

use chrono::NaiveDate;

use super::part::AdDay;
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
                .map(|day| AdDay { parts: day.parts.iter().map(|part| part.scaled(*percent)).collect(), ..day.clone() });
            *ads = Arc::new(scaled.collect());
        }
    }
}
