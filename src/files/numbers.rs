//! How a file writes its numbers: decided once for the whole file, from every number in a sample, never cell by cell.
//!
//! Ads Manager writes `1234.56`; spreadsheets turn that into `1,234.56` or `1.234,56`. A cell like `1,234` alone proves nothing,
//! unless its column can only hold whole numbers. What stays ambiguous is refused, never guessed. No floating point here.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use super::Refusal;

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum NumberStyle {
    /// Nothing in the sample has a separator.
    #[default]
    #[serde(rename = "whole numbers")]
    Whole,
    /// `1,234.56`
    #[serde(rename = "decimal point")]
    Point,
    /// `1.234,56`
    #[serde(rename = "decimal comma")]
    Comma,
}

impl NumberStyle {
    /// The words people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Whole => "whole numbers",
            Self::Point => "1,234.56",
            Self::Comma => "1.234,56",
        }
    }
}

/// The largest count read; money may have a hundred times as many units. More is a shifted column, and sums must fit.
const MOST: i64 = 10_000_000_000;

/// Signs for "no figure".
pub(super) fn is_missing(text: &str) -> bool {
    matches!(text, "" | "-" | "–" | "—" | "--" | "N/A" | "n/a")
}

/// A number's text without currency signs, percent and the spaces and apostrophes that group digits.
fn bare(text: &str) -> String {
    let kept = |c: char| !(c.is_whitespace() || matches!(c, '\'' | '’' | '\u{202F}' | '\u{A0}'));
    let trimmed = text.trim_matches(|c: char| {
        c.is_alphabetic()
            || c.is_whitespace()
            || matches!(c, '$' | '€' | '£' | '¥' | '₫' | '₩' | '₹' | '₽' | '₺' | '₴' | '฿' | '%')
    });
    // `Rp. 1.000` and `kr. 5` leave a full stop in front.
    let trimmed = if trimmed.len() < text.len() { trimmed.trim_start_matches(". ") } else { trimmed };
    trimmed.chars().filter(|c| kept(*c)).collect()
}

/// Whether no more letters stand around the digits than a currency has: `V2.3 Summer` in a shifted row is no number.
fn is_amount(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() <= 4
}

/// What one cell proves.
enum Proof {
    Nothing,
    Style(NumberStyle),
    /// One separator with three digits behind it.
    Either,
}

fn proof(text: &str, whole_only: bool) -> Proof {
    if !is_amount(text) {
        return Proof::Nothing;
    }
    let bare = bare(text);
    let body = bare.trim_start_matches(['-', '−']);
    if !body.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')) {
        return Proof::Nothing;
    }
    let (points, commas) = (body.matches('.').count(), body.matches(',').count());
    let by_separator = |point: bool, count: usize| {
        let mark = if point { '.' } else { ',' };
        let decimal = if point { NumberStyle::Point } else { NumberStyle::Comma };
        let grouping = if point { NumberStyle::Comma } else { NumberStyle::Point };
        let (head, tail) = body.rsplit_once(mark).unwrap_or((body, ""));
        if count > 1 {
            return Proof::Style(grouping);
        }
        if tail.len() != 3 || head.len() > 3 || head.starts_with('0') || head.is_empty() {
            return Proof::Style(decimal);
        }
        if whole_only { Proof::Style(grouping) } else { Proof::Either }
    };
    match (points, commas) {
        (0, 0) => Proof::Nothing,
        (_, 0) => by_separator(true, points),
        (0, _) => by_separator(false, commas),
        _ if body.rfind('.') > body.rfind(',') => Proof::Style(NumberStyle::Point),
        _ => Proof::Style(NumberStyle::Comma),
    }
}

/// Gathers what the sample's numbers prove.
#[derive(Default)]
pub(super) struct Evidence {
    point: Option<String>,
    comma: Option<String>,
    either: Option<(String, String)>,
}

impl Evidence {
    /// Takes a cell into account; `whole_only` where its column can hold no fractions.
    pub fn add(&mut self, header: &str, text: &str, whole_only: bool) {
        let text = text.trim();
        if is_missing(text) {
            return;
        }
        match proof(text, whole_only) {
            Proof::Nothing => {}
            Proof::Style(NumberStyle::Comma) => _ = self.comma.get_or_insert_with(|| text.to_owned()),
            Proof::Style(_) => _ = self.point.get_or_insert_with(|| text.to_owned()),
            Proof::Either => _ = self.either.get_or_insert_with(|| (header.to_owned(), text.to_owned())),
        }
    }

    /// The file's style, or why it cannot be told.
    pub fn decide(self) -> Result<NumberStyle, Refusal> {
        match (self.point, self.comma, self.either) {
            (Some(first), Some(second), _) => Err(Refusal::ConflictingNumbers { first, second }),
            (Some(_), None, _) => Ok(NumberStyle::Point),
            (None, Some(_), _) => Ok(NumberStyle::Comma),
            (None, None, Some((header, example))) => Err(Refusal::AmbiguousNumbers { header, example }),
            (None, None, None) => Ok(NumberStyle::Whole),
        }
    }
}

impl NumberStyle {
    /// Reads one number; `Ok(None)` where the cell says there is none, `Err` with the reason otherwise.
    pub(super) fn read(self, text: &str) -> Result<Option<Decimal>, String> {
        let text = text.trim();
        if is_missing(text) {
            return Ok(None);
        }
        // Exports are plain digits and a point: the common case needs no copy.
        if self != Self::Comma && is_plain(text) && (self == Self::Point || !text.contains('.')) {
            return text.parse().map(Some).map_err(|_| "has too many digits".to_owned());
        }
        if let Some(value) = scientific(text) {
            return value.map(Some);
        }
        let style = match (self, proof(text, false)) {
            (Self::Whole, Proof::Style(Self::Point)) => Self::Point,
            (Self::Whole, Proof::Nothing) => Self::Point,
            (Self::Whole, _) => return Err("may be thousands or decimals, and no other number tells which".to_owned()),
            (style, _) => style,
        };
        if !is_amount(text) {
            return Err("is not a number".to_owned());
        }
        let bare = bare(text);
        let (group, decimal) = if style == Self::Comma { ('.', ',') } else { (',', '.') };
        let (whole, fraction) = bare.split_once(decimal).map_or((bare.as_str(), None), |(w, f)| (w, Some(f)));
        let not_a_number = || "is not a number".to_owned();
        let (sign, whole) = whole.strip_prefix(['-', '−']).map_or(("", whole), |rest| ("-", rest));
        let whole = ungrouped(whole, group).ok_or_else(not_a_number)?;
        let plain = match fraction {
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => format!("{sign}{whole}.{digits}"),
            Some(_) => return Err(not_a_number()),
            None => format!("{sign}{whole}"),
        };
        plain.parse().map(Some).map_err(|_| not_a_number())
    }

    /// Reads a whole number that cannot be negative.
    pub(super) fn read_count(self, text: &str) -> Result<Option<i64>, String> {
        let Some(value) = self.read(text)? else { return Ok(None) };
        if value.is_sign_negative() && !value.is_zero() {
            return Err("is negative".to_owned());
        }
        if !value.fract().is_zero() {
            return Err("is not a whole number".to_owned());
        }
        value.to_i64().filter(|count| *count <= MOST).map(Some).ok_or_else(|| "is too large".to_owned())
    }

    /// Reads money as micros of the major unit.
    pub(super) fn read_money(self, text: &str) -> Result<Option<i64>, String> {
        let Some(value) = self.read(text)? else { return Ok(None) };
        if value.is_sign_negative() && !value.is_zero() {
            return Err("is negative".to_owned());
        }
        let micros = if value <= Decimal::from(100 * MOST) { crate::domain::money::micros(value) } else { None };
        micros.map(Some).ok_or_else(|| "is too large".to_owned())
    }
}

fn is_plain(text: &str) -> bool {
    let mut points = 0;
    text.bytes().all(|b| {
        points += u32::from(b == b'.');
        b.is_ascii_digit() || b == b'.'
    }) && points <= 1
        && text.bytes().any(|b| b.is_ascii_digit())
}

/// `9.5e-05` keeps its digits; `1.2E+17` has lost them to a spreadsheet.
fn scientific(text: &str) -> Option<Result<Decimal, String>> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    if !is_plain(mantissa) || !exponent.trim_start_matches(['+', '-']).bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if !exponent.starts_with('-') {
        return Some(Err("was shortened by a spreadsheet, so its digits are lost; export the file again".to_owned()));
    }
    Some(Decimal::from_scientific(text).map_err(|_| "is not a number".to_owned()))
}

/// Digits without their separators, which stand before groups of three (or of two, in India, before the last three).
fn ungrouped(whole: &str, separator: char) -> Option<String> {
    let groups: Vec<&str> = whole.split(separator).collect();
    let digits = |g: &&str| !g.is_empty() && g.bytes().all(|b| b.is_ascii_digit());
    let well_formed = match groups.as_slice() {
        [only] => only.is_empty() || digits(only),
        [first, middle @ .., last] => {
            digits(first) && middle.iter().all(|g| digits(g) && matches!(g.len(), 2 | 3)) && last.len() == 3 && digits(last)
        }
        [] => false,
    };
    (well_formed && whole.bytes().any(|b| b.is_ascii_digit())).then(|| groups.concat())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn decide(cells: &[(&str, bool)]) -> Result<NumberStyle, Refusal> {
        let mut evidence = Evidence::default();
        for (cell, whole_only) in cells {
            evidence.add("Amount spent (USD)", cell, *whole_only);
        }
        evidence.decide()
    }

    #[test]
    fn one_cell_that_proves_the_style_decides_for_all() {
        assert_eq!(decide(&[("1,234", false), ("1,234.50", false)]).unwrap(), NumberStyle::Point);
        assert_eq!(decide(&[("1.234", false), ("7,5", false)]).unwrap(), NumberStyle::Comma);
        assert_eq!(decide(&[("1.234", false), ("1529.9933875526", false)]).unwrap(), NumberStyle::Point);
        assert_eq!(decide(&[("Rp 1.234.567", false)]).unwrap(), NumberStyle::Comma);
        assert_eq!(decide(&[("12", false), ("-", false)]).unwrap(), NumberStyle::Whole);
    }

    #[test]
    fn a_separator_in_a_column_of_whole_numbers_groups_thousands() {
        assert_eq!(decide(&[("1,234", true)]).unwrap(), NumberStyle::Point);
        assert_eq!(decide(&[("1.234", true)]).unwrap(), NumberStyle::Comma);
    }

    #[test]
    fn what_may_be_either_is_refused_with_the_example() {
        let refusal = decide(&[("1,234", false)]).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "“1,234” in column “Amount spent (USD)” may be 1234 or 1.234, and nothing else in the file tells which. \
             Export again with more decimals, or write the numbers without thousands separators."
        );
        assert!(matches!(decide(&[("1,5", false), ("1.5", false)]), Err(Refusal::ConflictingNumbers { .. })));
    }

    #[test]
    fn numbers_are_read_with_their_signs_and_separators() {
        let read = |style: NumberStyle, text| style.read(text).unwrap().unwrap().to_string();
        assert_eq!(read(NumberStyle::Point, "$1,234.50"), "1234.50");
        assert_eq!(read(NumberStyle::Comma, "1.234,50 €"), "1234.50");
        assert_eq!(read(NumberStyle::Comma, "1 234,5"), "1234.5");
        assert_eq!(read(NumberStyle::Point, "12,34,567.00"), "1234567.00");
        assert_eq!(read(NumberStyle::Point, "0.83%"), "0.83");
        assert_eq!(read(NumberStyle::Point, "9.5e-05"), "0.000095");
        assert_eq!(read(NumberStyle::Comma, "Rp 1.234.567"), "1234567");
        assert_eq!(NumberStyle::Point.read(" – "), Ok(None));
    }

    #[test]
    fn what_is_no_number_is_told_apart_from_what_is_missing() {
        for text in ["abc", "1.2.3", "1,23", "..", "$", "1.2E+17", "(5.00)", "1e", "99999999999999999999999999999999"] {
            assert!(NumberStyle::Point.read(text).is_err(), "{text}");
        }
        assert!(NumberStyle::Point.read_count("1.5").is_err());
        assert!(NumberStyle::Point.read_count("-3").is_err());
        assert_eq!(NumberStyle::Point.read_count("124.0"), Ok(Some(124)));
        assert_eq!(NumberStyle::Point.read_money("1529.9933875526"), Ok(Some(1_529_993_388)));
        assert!(NumberStyle::Point.read_money("99999999999999.99").is_err());
    }
}
