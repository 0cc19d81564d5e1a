//! Days of delivery on demand. A finished day is reckoned once and kept; the running day is reckoned anew when time or
//! objects changed. Everything here can be thrown away and reckoned again: it is a cache, not state.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::day::{Day, Ledger, Memo};
use super::pacing;
use super::part::AdDay;
use super::restated;
use crate::sandbox::seeded::AccountSeed;
use crate::sandbox::state::{Kind, State};

/// The kept days of all accounts.
#[derive(Debug, Default)]
pub struct Engine {
    accounts: BTreeMap<String, Kept>,
    memo: Memo,
    revision: u64,
}

#[derive(Debug, Default)]
struct Kept {
    days: BTreeMap<NaiveDate, Arc<Vec<AdDay>>>,
    next: Option<NaiveDate>,
    ledger: Ledger,
    running: Option<(NaiveDate, i64, u64, Arc<Vec<AdDay>>)>,
}

impl Engine {
    /// Brings an account up to a moment.
    fn advance(&mut self, state: &State, account: &str, seeded: AccountSeed, now: i64) {
        if self.revision != state.revision {
            self.memo.forget_reviews();
            self.revision = state.revision;
        }
        let kept = self.accounts.entry(account.to_owned()).or_default();
        let first = state
            .of_account(account, Kind::Ad)
            .first()
            .and_then(|id| state.objects.get(id))
            .map(|ad| pacing::local_day(seeded.zone, ad.created()));
        let Some(mut date) = kept.next.or(first) else {
            return;
        };
        loop {
            let span = pacing::bounds(seeded.zone, date);
            let finished = span.1 <= now;
            if !finished
                && kept
                    .running
                    .as_ref()
                    .is_some_and(|(of, at, revision, _)| *of == date && *at == now && *revision == state.revision)
            {
                break;
            }
            let day = Day { state, account, seeded, date, span, ledger: &kept.ledger };
            let delivered = Arc::new(day.run(&mut self.memo, now.min(span.1)));
            if !finished {
                kept.running = Some((date, now, state.revision, delivered));
                break;
            }
            kept.ledger.book(&delivered);
            if !delivered.is_empty() {
                kept.days.insert(date, delivered);
            }
            let Some(next) = date.succ_opt() else { break };
            date = next;
            kept.next = Some(next);
            kept.running = None;
        }
    }

    /// The delivered days of an account between two local days, both included, as of a moment.
    pub fn days(
        &mut self,
        state: &State,
        account: &str,
        seeded: AccountSeed,
        now: i64,
        (since, until): (NaiveDate, NaiveDate),
    ) -> Vec<(NaiveDate, Arc<Vec<AdDay>>)> {
        self.advance(state, account, seeded, now);
        let Some(kept) = self.accounts.get(account) else {
            return Vec::new();
        };
        if since > until {
            return Vec::new();
        }
        let mut days: Vec<_> = kept.days.range(since..=until).map(|(date, days)| (*date, Arc::clone(days))).collect();
        if let Some((date, _, _, running)) = &kept.running
            && (since..=until).contains(date)
        {
            days.push((*date, Arc::clone(running)));
        }
        restated::apply(state, account, &mut days);
        days
    }

    /// Spend of an account and its objects up to a moment.
    pub fn ledger(&mut self, state: &State, account: &str, seeded: AccountSeed, now: i64) -> Ledger {
        self.advance(state, account, seeded, now);
        let Some(kept) = self.accounts.get(account) else {
            return Ledger::default();
        };
        let mut ledger = kept.ledger.clone();
        if let Some((_, _, _, running)) = &kept.running {
            ledger.book(running);
        }
        ledger
    }
}
