//! Currencies as Meta's Marketing API counts them.
//!
//! Meta's unit table differs from ISO 4217: eleven currencies have offset 1 (budgets in whole units), all others 100, even
//! those with three decimals in ISO. Source: Meta, "Currencies", Marketing API documentation.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::dictionary::{self, Sentence};

/// Currencies whose smallest budget unit is the whole unit (Meta's offset 1).
const OFFSET_ONE: [&str; 11] = ["CLP", "COP", "CRC", "HUF", "IDR", "ISK", "JPY", "KRW", "PYG", "TWD", "VND"];

/// Every other currency an ad account can have (Meta's offset 100).
const OFFSET_HUNDRED: [&str; 60] = [
    "AED", "ARS", "AUD", "BDT", "BGN", "BHD", "BOB", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "DOP", "DZD", "EGP", "EUR", "GBP",
    "GEL", "GHS", "GTQ", "HKD", "HNL", "HRK", "ILS", "INR", "IQD", "JOD", "KES", "KWD", "KZT", "LBP", "LKR", "MAD", "MOP", "MXN",
    "MYR", "NGN", "NIO", "NOK", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB",
    "TND", "TRY", "UAH", "USD", "UYU", "ZAR",
];

/// A currency that an ad account can have.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// Text that names no currency of Meta's table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", dictionary::currency_unknown(.0))]
pub struct UnknownCurrency(pub String);

impl From<UnknownCurrency> for Sentence {
    fn from(UnknownCurrency(text): UnknownCurrency) -> Self {
        dictionary::currency_unknown(text)
    }
}

impl Currency {
    /// Euro, the sandbox's currency.
    pub const EUR: Self = Self(*b"EUR");
    /// US dollar.
    pub const USD: Self = Self(*b"USD");
    /// Japanese yen: offset 1.
    pub const JPY: Self = Self(*b"JPY");

    /// Every currency of Meta's table, by offset and then by code.
    pub fn all() -> impl Iterator<Item = Self> {
        OFFSET_ONE.iter().chain(&OFFSET_HUNDRED).filter_map(|code| code.parse().ok())
    }

    /// The three-letter code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Minor units in one unit: 1 or 100, Meta's offset.
    pub fn offset(self) -> i64 {
        if OFFSET_ONE.contains(&self.code()) { 1 } else { 100 }
    }

    /// Decimals shown: 0 or 2, following the offset.
    pub fn decimals(self) -> u32 {
        if self.offset() == 1 { 0 } else { 2 }
    }
}

impl schemars::JsonSchema for Currency {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[A-Z]{3}$", "description": "A currency's three letters." })
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        let upper = text.trim().to_ascii_uppercase();
        let known = OFFSET_ONE.contains(&upper.as_str()) || OFFSET_HUNDRED.contains(&upper.as_str());
        match <[u8; 3]>::try_from(upper.as_bytes()) {
            Ok(code) if known => Ok(Self(code)),
            _ => Err(UnknownCurrency(text.trim().to_owned())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn metas_offsets_win_over_iso_4217() {
        for (code, offset) in [("EUR", 100), ("JPY", 1), ("TWD", 1), ("HUF", 1), ("BHD", 100), ("JOD", 100)] {
            assert_eq!(code.parse::<Currency>().unwrap().offset(), offset, "{code}");
        }
        assert_eq!(Currency::all().count(), 71);
    }

    #[test]
    fn a_code_is_read_in_any_case_and_unknown_ones_are_refused() {
        assert_eq!(" eur ".parse::<Currency>().unwrap(), Currency::EUR);
        assert!("EURO".parse::<Currency>().is_err());
        assert!("XXX".parse::<Currency>().is_err());
    }
}
