//! The ledger's rules: double entry, so that every balance is a sum and every posting sums to zero.
//!
//! Three accounts an ad set: what is *outside* Tandem's campaigns, what is *committed* (budgets of what is switched on) and what
//! is *spent*. Budgets a day, budgets for a whole time and spend are different units and are never added.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::currency::Currency;
use super::id::AdSetId;
use super::money::{Money, Spend};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// The word in the database, in files and in links.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// Reads the word back.
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    )*};
}

words! {
    /// Where money stands.
    Account {
        /// Not in a campaign: the other side of every posting.
        Outside = "outside",
        /// Budgets of ad sets (or of a campaign that carries its own) that are switched on at Meta.
        Committed = "committed",
        /// Spent, as Meta reports it.
        Spent = "spent",
    }

    /// What an amount counts.
    Unit {
        /// A budget a day, minor units.
        ADay = "a_day",
        /// A budget for the whole time, minor units.
        InAll = "in_all",
        /// Spend, micros of the major unit.
        Micros = "micros",
    }

    /// Why money moved.
    Kind {
        /// What committed nothing commits a budget now.
        Committed = "committed",
        /// A committed budget became another.
        Changed = "changed",
        /// A budget commits no longer: switched off, ended or gone.
        Released = "released",
        /// A day's spend, reported for the first time.
        Spent = "spent",
        /// A day's spend, reported otherwise than before.
        Restated = "restated",
        /// A day's spend that Meta took back altogether.
        Refunded = "refunded",
    }
}

/// What carries an amount: an ad set, or the campaign itself.
pub type Holder = Option<AdSetId>;

/// Budgets that are switched on, by who carries them and unit; minor units.
pub type Commitments = BTreeMap<(Holder, Unit), i64>;

/// A day's spend by who spent it, micros. What was not reported is absent; a reported zero is there.
pub type DaySpend = BTreeMap<Holder, i64>;

/// One side of a posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Of which account.
    pub account: Account,
    /// Of which ad set.
    pub holder: Holder,
    /// The currency's code; Meta knows some that Tandem does not.
    pub currency: String,
    /// What the amount counts.
    pub unit: Unit,
    /// How much comes to the account; negative for what leaves it.
    pub amount: i64,
}

/// A movement of money, whole: its lines sum to zero in each currency and unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Why.
    pub kind: Kind,
    /// The day it was spent on, in the account's zone; `None` for budgets.
    pub on_day: Option<NaiveDate>,
    /// A sentence.
    pub reason: String,
    /// Both sides.
    pub lines: Vec<Line>,
}

impl Posting {
    fn new(kind: Kind, on_day: Option<NaiveDate>, reason: &str) -> Self {
        Self { kind, on_day, reason: reason.to_owned(), lines: Vec::new() }
    }

    /// Moves an amount from outside to an account of a holder.
    fn bring(&mut self, to: Account, holder: Holder, currency: &str, unit: Unit, amount: i64) {
        let line = |account, amount| Line { account, holder, currency: currency.to_owned(), unit, amount };
        self.lines.extend([line(Account::Outside, amount.saturating_neg()), line(to, amount)]);
    }

    /// Whether its lines sum to zero in each currency and unit, without overflow.
    pub fn is_balanced(&self) -> bool {
        let mut sums: BTreeMap<(&str, Unit), i128> = BTreeMap::new();
        for line in &self.lines {
            *sums.entry((&line.currency, line.unit)).or_default() += i128::from(line.amount);
        }
        !self.lines.is_empty() && sums.values().all(|sum| *sum == 0)
    }
}

/// The postings that bring commitments from what is booked to what is so now: at most one a kind.
pub fn commit(booked: &Commitments, now: &Commitments, currency: &str, reason: &str) -> Vec<Posting> {
    let keys: BTreeSet<&(Holder, Unit)> = booked.keys().chain(now.keys()).collect();
    let mut by_kind: BTreeMap<Kind, Posting> = BTreeMap::new();
    for key in keys {
        let amount = |of: &Commitments| of.get(key).copied().unwrap_or_default();
        let (was, is) = (amount(booked), amount(now));
        let kind = match (was, is) {
            _ if was == is => continue,
            (0, _) => Kind::Committed,
            (_, 0) => Kind::Released,
            _ => Kind::Changed,
        };
        let (holder, unit) = *key;
        let posting = by_kind.entry(kind).or_insert_with(|| Posting::new(kind, None, reason));
        posting.bring(Account::Committed, holder, currency, unit, is.saturating_sub(was));
    }
    by_kind.into_values().collect()
}

/// The postings that bring a day's spend from what is booked to what Meta reports now: at most one a kind.
///
/// A figure that is gone, or that falls to zero or below, was taken back; any other change is a restatement.
pub fn spend(booked: &DaySpend, now: &DaySpend, on: NaiveDate, currency: &str, how: &str) -> Vec<Posting> {
    let holders: BTreeSet<&Holder> = booked.keys().chain(now.keys()).collect();
    let mut by_kind: BTreeMap<Kind, Posting> = BTreeMap::new();
    for holder in holders {
        let (was, is) = (booked.get(holder).copied(), now.get(holder).copied());
        let change = is.unwrap_or_default().saturating_sub(was.unwrap_or_default());
        let (kind, reason) = match was {
            None => (Kind::Spent, "Meta reported this spend.".to_owned()),
            Some(_) if change == 0 => continue,
            Some(was) if was > 0 && is.unwrap_or_default() <= 0 => {
                (Kind::Refunded, format!("Meta took the day’s spend back: {how}."))
            }
            Some(_) => (Kind::Restated, format!("Meta restated the day: {how}.")),
        };
        let posting = by_kind.entry(kind).or_insert_with(|| Posting::new(kind, Some(on), &reason));
        posting.bring(Account::Spent, *holder, currency, Unit::Micros, change);
    }
    by_kind.into_values().collect()
}

/// An amount as people read it, with its currency; minor units or micros as digits where the currency is unknown.
pub fn show(amount: i64, unit: Unit, currency: &str) -> String {
    let known: Result<Currency, _> = currency.parse();
    let number = match (known, unit) {
        (Ok(currency), Unit::Micros) => Spend::new(amount, currency).to_string(),
        (Ok(currency), Unit::ADay | Unit::InAll) => Money::new(amount, currency).to_string(),
        (Err(_), _) => amount.to_string(),
    };
    format!("{number} {currency}{}", unit.suffix())
}

impl Unit {
    /// What follows an amount of this unit.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::ADay => " a day",
            Self::InAll => " in all",
            Self::Micros => "",
        }
    }
}

impl Kind {
    /// The word people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Committed => "Committed",
            Self::Changed => "Changed",
            Self::Released => "Released",
            Self::Spent => "Spent",
            Self::Restated => "Restated",
            Self::Refunded => "Refunded",
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const A: Holder = Some(AdSetId(1));
    const B: Holder = Some(AdSetId(2));

    fn day() -> NaiveDate {
        "2026-11-20".parse().unwrap()
    }

    fn balance(postings: &[Posting], account: Account, holder: Holder) -> i64 {
        let lines = postings.iter().flat_map(|posting| &posting.lines);
        lines.filter(|line| line.account == account && line.holder == holder).map(|line| line.amount).sum()
    }

    #[test]
    fn a_budget_is_committed_changed_and_released_by_ad_set() {
        let booked = Commitments::from([((A, Unit::ADay), 500), ((B, Unit::ADay), 700)]);
        let now = Commitments::from([((A, Unit::ADay), 600), ((None, Unit::InAll), 90)]);
        let postings = commit(&booked, &now, "EUR", "Because.");
        let kinds: Vec<Kind> = postings.iter().map(|posting| posting.kind).collect();
        assert_eq!(kinds, [Kind::Committed, Kind::Changed, Kind::Released]);
        assert!(postings.iter().all(Posting::is_balanced));
        assert_eq!(balance(&postings, Account::Committed, A), 100);
        assert_eq!(balance(&postings, Account::Committed, B), -700);
        assert_eq!(balance(&postings, Account::Committed, None), 90);
        assert_eq!(commit(&now, &now, "EUR", "Because."), []);
    }

    #[test]
    fn a_daily_and_a_lifetime_budget_are_never_added() {
        let mut posting = Posting::new(Kind::Changed, None, "");
        posting.bring(Account::Committed, A, "EUR", Unit::ADay, 5);
        assert!(posting.is_balanced());
        posting.lines[1].unit = Unit::InAll;
        assert!(!posting.is_balanced());
    }

    #[test]
    fn spend_is_reported_restated_and_taken_back() {
        let first = spend(&DaySpend::new(), &DaySpend::from([(A, 10), (B, 0)]), day(), "EUR", "");
        assert_eq!(first.len(), 1, "a reported zero is an entry too: missing is not zero");
        assert_eq!(first[0].lines.len(), 4);
        let less = spend(&DaySpend::from([(A, 10), (B, 4)]), &DaySpend::from([(A, 7)]), day(), "EUR", "1 row changed");
        let kinds: Vec<Kind> = less.iter().map(|posting| posting.kind).collect();
        assert_eq!(kinds, [Kind::Restated, Kind::Refunded]);
        let below = spend(&DaySpend::from([(A, 10)]), &DaySpend::from([(A, -3)]), day(), "EUR", "");
        assert_eq!((below[0].kind, balance(&below, Account::Spent, A)), (Kind::Refunded, -13));
    }

    fn days() -> impl Strategy<Value = DaySpend> {
        prop::collection::btree_map(
            (0_i64..4).prop_map(|id| (id > 0).then_some(AdSetId(id))),
            -1_000_000_i64..1_000_000_000,
            0..4,
        )
    }

    proptest! {
        #[test]
        fn after_any_restatements_each_posting_balances_and_the_sums_are_what_was_said_last(said in prop::collection::vec(days(), 1..6)) {
            let mut booked = DaySpend::new();
            for now in &said {
                for posting in spend(&booked, now, day(), "EUR", "") {
                    prop_assert!(posting.is_balanced());
                    for line in posting.lines.iter().filter(|line| line.account == Account::Spent) {
                        *booked.entry(line.holder).or_default() += line.amount;
                    }
                }
                for (holder, amount) in &booked {
                    prop_assert_eq!(*amount, now.get(holder).copied().unwrap_or_default());
                }
            }
        }
    }
}
