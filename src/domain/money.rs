//! Exact money: budgets in minor units ([`Money`]), spend and value in micros ([`Spend`]).
//!
//! Budgets are what a person commits and what Meta accepts: whole minor units. What was spent or earned carries more decimals
//! than coins do, so it is kept in millionths of the major unit and rounded (half to even) only when shown, after summing.

use std::fmt;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::currency::Currency;
use super::dictionary::{self, Sentence};

/// Micros in one major unit.
pub const MICROS: i64 = 1_000_000;

/// A budget: whole minor units of a currency (cents; whole yen).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Money {
    /// Minor units; never a fraction of one.
    pub minor: i64,
    /// The currency, which says how many minor units make one.
    pub currency: Currency,
}

/// Why text is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said())]
pub enum MoneyError {
    /// Not a number at all.
    NotANumber(String),
    /// More decimals than the currency has.
    TooPrecise {
        /// What was written.
        text: String,
        /// The currency.
        currency: Currency,
        /// Its decimals.
        decimals: u32,
    },
    /// Larger than 64 bits hold.
    TooLarge(String),
}

impl MoneyError {
    /// The sentence, with its page.
    pub fn said(&self) -> Sentence {
        match self {
            Self::NotANumber(text) => dictionary::amount_unreadable(text),
            Self::TooPrecise { text, currency, decimals } => dictionary::amount_too_precise(currency, decimals, text),
            Self::TooLarge(text) => dictionary::amount_too_large(text),
        }
    }
}

impl From<MoneyError> for Sentence {
    fn from(error: MoneyError) -> Self {
        error.said()
    }
}

impl Money {
    /// An amount from minor units.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads what a person wrote: `140`, `140.5`, `1,400.00`. A comma is a thousands separator only where three digits follow it
    /// and a decimal point may follow; `140,50` is read as a decimal comma.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let value = parse_decimal(text).ok_or_else(|| MoneyError::NotANumber(text.trim().to_owned()))?;
        let minor =
            value.checked_mul(Decimal::from(currency.offset())).ok_or_else(|| MoneyError::TooLarge(text.trim().to_owned()))?;
        if !minor.fract().is_zero() {
            return Err(MoneyError::TooPrecise { text: text.trim().to_owned(), currency, decimals: currency.decimals() });
        }
        let minor = minor.to_i64().ok_or_else(|| MoneyError::TooLarge(text.trim().to_owned()))?;
        Ok(Self { minor, currency })
    }

    /// The amount in major units, exactly.
    pub fn to_decimal(self) -> Decimal {
        Decimal::from(self.minor) / Decimal::from(self.currency.offset())
    }

    /// The same amount as [`Spend`].
    pub fn to_spend(self) -> Spend {
        Spend { micros: self.minor.saturating_mul(MICROS / self.currency.offset()), currency: self.currency }
    }

    /// Plain decimal text without separators: `1234.50`; for forms, CSV and JSON.
    pub fn plain(self) -> String {
        plain(self.to_decimal(), self.currency)
    }
}

impl fmt::Display for Money {
    /// `1,234.50`, without the currency: it is said once, beside the figures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(&self.plain()))
    }
}

/// What was spent or earned: integer micros of the major unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spend {
    /// Millionths of the major unit, in every currency.
    pub micros: i64,
    /// The currency.
    pub currency: Currency,
}

impl Spend {
    /// An amount from micros.
    pub fn new(micros: i64, currency: Currency) -> Self {
        Self { micros, currency }
    }

    /// Rounded half to even to the currency's decimals: only for showing, after summing.
    pub fn rounded(self) -> Decimal {
        let exact = Decimal::from(self.micros) / Decimal::from(MICROS);
        exact.round_dp_with_strategy(self.currency.decimals(), RoundingStrategy::MidpointNearestEven)
    }

    /// Plain decimal text without separators, rounded: `15978.28`.
    pub fn plain(self) -> String {
        plain(self.rounded(), self.currency)
    }
}

impl fmt::Display for Spend {
    /// `15,978.28`, rounded half to even, without the currency.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(&self.plain()))
    }
}

/// Micros from a decimal in major units, half to even at the sixth decimal; `None` where it does not fit.
pub fn micros(value: Decimal) -> Option<i64> {
    value.checked_mul(Decimal::from(MICROS))?.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven).to_i64()
}

/// Reads a decimal as people write it: `1234.5`, `1,234.50`, `1234,5`. `None` where that is not one number.
pub fn parse_decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let cleaned: String = match (text.matches(',').count(), text.contains('.')) {
        (0, _) => text.to_owned(),
        (_, true) => strip_groups(text)?,
        (1, false) => {
            let (_, after) = text.split_once(',')?;
            if after.len() == 3 { text.replace(',', "") } else { text.replace(',', ".") }
        }
        (_, false) => strip_groups(text)?,
    };
    let body = cleaned.strip_prefix('-').unwrap_or(&cleaned);
    let well_formed = body.bytes().all(|b| b.is_ascii_digit() || b == b'.') && body.bytes().any(|b| b.is_ascii_digit());
    if well_formed { cleaned.parse().ok() } else { None }
}

/// Removes commas that separate groups of three before the decimal point; `None` where they do not.
fn strip_groups(text: &str) -> Option<String> {
    let (whole, rest) = match text.split_once('.') {
        Some((whole, rest)) => (whole, Some(rest)),
        None => (text, None),
    };
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let ok = !first.is_empty() && groups.all(|g| g.len() == 3) && !rest.is_some_and(|r| r.contains(','));
    ok.then(|| text.replace(',', ""))
}

/// Decimal text with exactly the currency's decimals.
fn plain(value: Decimal, currency: Currency) -> String {
    let mut value = value;
    value.rescale(currency.decimals());
    value.to_string()
}

/// Adds thousands separators to plain decimal text.
pub fn grouped(plain: &str) -> String {
    let (sign, body) = plain.strip_prefix('-').map_or(("", plain), |body| ("−", body));
    let (whole, rest) = body.split_at(body.find('.').unwrap_or(body.len()));
    let mut out = String::with_capacity(plain.len() + plain.len() / 3 + 2);
    out.push_str(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

/// An integer with thousands separators: `770,113`.
pub fn grouped_int(value: i64) -> String {
    grouped(&value.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_as_people_write_it() {
        for (text, minor) in [("140", 14_000), ("140.5", 14_050), ("1,400.00", 140_000), ("140,50", 14_050), ("1,400", 140_000)] {
            assert_eq!(Money::parse(text, Currency::EUR).unwrap().minor, minor, "{text}");
        }
        assert_eq!(Money::parse("5000", Currency::JPY).unwrap().minor, 5_000);
    }

    #[test]
    fn money_that_is_not_an_amount_is_refused() {
        for text in ["", "abc", "1.2.3", "1e5", "--4", "1,23,456.00", "NaN", "."] {
            assert!(Money::parse(text, Currency::EUR).is_err(), "{text}");
        }
        assert!(matches!(Money::parse("1.005", Currency::EUR), Err(MoneyError::TooPrecise { .. })));
        assert!(matches!(Money::parse("10.5", Currency::JPY), Err(MoneyError::TooPrecise { .. })));
        assert!(matches!(Money::parse("99999999999999999999", Currency::EUR), Err(MoneyError::TooLarge(_))));
    }

    #[test]
    fn spend_is_rounded_half_to_even_only_when_shown() {
        assert_eq!(Spend::new(2_345_000, Currency::EUR).to_string(), "2.34");
        assert_eq!(Spend::new(2_355_000, Currency::EUR).to_string(), "2.36");
        assert_eq!(Spend::new(15_978_284_999, Currency::USD).to_string(), "15,978.28");
        assert_eq!(Spend::new(1_500_000, Currency::JPY).to_string(), "2");
    }

    #[test]
    fn separators_stand_in_groups_of_three() {
        assert_eq!(grouped_int(770_113), "770,113");
        assert_eq!(grouped_int(-1_000), "−1,000");
        assert_eq!(grouped_int(7), "7");
    }
}
