//! Days of delivery on demand. A finished day is reckoned once and kept; the running day is reckoned anew when time or
//! objects changed. Everything here can be thrown away and reckoned again: it is a cache, not state.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::day::Day;
use super::learning::{self, Stage};
use super::ledger::{History, Ledger};
use super::market::Market;
use super::memo::Memo;
use super::pacing;
use super::part::AdDay;
use super::restated;
use super::spec::AdSetSpec;
use crate::sandbox::seeded::AccountSeed;
use crate::sandbox::state::{Kind, Object, State};

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
    history: History,
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
            let market = Market::on(state.seed, seeded, date, span);
            let day = Day { state, account, zone: seeded.zone, market, span, history: &kept.history };
            let delivered = Arc::new(day.run(&mut self.memo, now.min(span.1)));
            if !finished {
                kept.running = Some((date, now, state.revision, delivered));
                break;
            }
            kept.history.book(state, date, span.1, &delivered);
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
        let mut ledger = kept.history.ledger.clone();
        if let Some((_, _, _, running)) = &kept.running {
            ledger.book(running);
        }
        ledger
    }

    /// How far an ad set has learnt up to a moment.
    pub fn stage(&mut self, state: &State, ad_set: &Object, seeded: AccountSeed, now: i64) -> Stage {
        self.advance(state, &ad_set.account, seeded, now);
        let edited = learning::last_edit(ad_set, now);
        let Some(kept) = self.accounts.get(&ad_set.account) else {
            return Stage::default();
        };
        let mut stage = kept.history.stage(&ad_set.id, edited);
        if let Some((date, _, _, running)) = &kept.running {
            let own = running.iter().filter(|day| *day.ad_set == *ad_set.id);
            stage.learn(*date, own.map(AdDay::results).fold(0, u32::saturating_add));
        }
        stage
    }

    /// The spec of an ad set at a moment.
    pub fn spec(&mut self, seed: u64, ad_set: &Object, moment: i64) -> Option<Arc<AdSetSpec>> {
        self.memo.spec(seed, ad_set, ad_set.version_at(moment)?)
    }

    /// What is remembered of the finished days of an account, and its market today.
    pub fn today(&mut self, state: &State, account: &str, seeded: AccountSeed, now: i64) -> (&History, Market) {
        self.advance(state, account, seeded, now);
        let date = pacing::local_day(seeded.zone, now);
        let market = Market::on(state.seed, seeded, date, pacing::bounds(seeded.zone, date));
        (&self.accounts.entry(account.to_owned()).or_default().history, market)
    }
}
