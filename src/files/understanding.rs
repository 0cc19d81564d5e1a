//! How a file's columns were understood: made once from the header row, shown to the person before anything is imported.
//!
//! Decides which column feeds which field and whether the columns suffice; reads no rows.

use serde::{Deserialize, Serialize};

use crate::domain::currency::Currency;

use super::Refusal;
use super::dates::DateStyle;
use super::fields::{Field, Language};
use super::header::Header;
use super::numbers::NumberStyle;
use super::text::Encoding;

/// One column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnUse {
    /// Column number, from 1.
    pub position: usize,
    /// The header as it stands in the file.
    pub header: String,
    /// What the header means; `None` where it is not known.
    pub field: Option<Field>,
    /// Whether its values are read.
    pub used: bool,
    /// Why they are not, or what to know about them.
    pub note: Option<String>,
}

/// How the file was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Understanding {
    /// Every column in order.
    pub columns: Vec<ColumnUse>,
    /// The currency in the headers or the Currency column; `None` where the file does not say.
    pub currency: Option<Currency>,
    /// What separates fields: `,`, `;` or a tab.
    pub delimiter: char,
    /// How the text is encoded.
    pub encoding: Encoding,
    /// The language of most headers.
    pub language: Language,
    /// How numbers are written.
    pub numbers: NumberStyle,
    /// How dates are written.
    pub dates: DateStyle,
    /// Whether rows are days; otherwise they cover longer periods and cannot be put on a chart by day.
    pub has_day: bool,
    /// Headers of the columns that divide rows beyond object and period.
    pub breakdowns: Vec<String>,
}

impl Understanding {
    /// The column that is read for a field, from 0.
    pub(super) fn column(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|c| c.used && c.field == Some(field))
    }

    /// The header of the column that is read for a field.
    pub fn header(&self, field: Field) -> Option<&str> {
        self.columns.iter().find(|c| c.used && c.field == Some(field)).map(|c| c.header.as_str())
    }

    /// Columns whose values are not read.
    pub fn unused(&self) -> impl Iterator<Item = &ColumnUse> {
        self.columns.iter().filter(|c| !c.used)
    }

    /// What separates fields, in words.
    pub fn delimiter_label(&self) -> &'static str {
        match self.delimiter {
            ';' => "semicolon",
            '\t' => "tab",
            _ => "comma",
        }
    }
}

/// Gives each column its use: the first column of a field is read, others are told about.
pub(super) fn columns(headers: &[Header]) -> Vec<ColumnUse> {
    let mut uses: Vec<ColumnUse> = Vec::with_capacity(headers.len());
    for (at, header) in headers.iter().enumerate() {
        let earlier = uses.iter().find(|u| u.used && u.field.is_some() && u.field == header.field);
        let (used, note) = match (header.field, earlier) {
            (None, _) => (false, None),
            (Some(field), _) if field.unread().is_some() => (false, field.unread().map(str::to_owned)),
            (Some(field), Some(first)) if first.header == header.text => {
                let note = format!("same header as column {}, which is read for {}", first.position, field.label());
                (false, Some(note))
            }
            (Some(field), Some(first)) => {
                (false, Some(format!("{} is read from column {}, “{}”", field.label(), first.position, first.header)))
            }
            (Some(_), None) => (true, None),
        };
        uses.push(ColumnUse { position: at + 1, header: header.text.clone(), field: header.field, used, note });
    }
    uses
}

/// The currency of the headers; refuses two of them, and one that no ad account can have.
pub(super) fn currency(headers: &[Header]) -> Result<Option<Currency>, Refusal> {
    let mut found: Option<(Currency, &str)> = None;
    for header in headers {
        let Some(code) = &header.currency else { continue };
        let currency: Currency = match (code.parse(), header.field) {
            (Ok(currency), _) => currency,
            (Err(_), Some(_)) => return Err(Refusal::UnknownCurrency { header: header.text.clone(), code: code.clone() }),
            // Three capital letters in the name of a column that is not known need not be a currency.
            (Err(_), None) => continue,
        };
        match found {
            Some((first, _)) if first != currency => {
                let place = format!("column “{}”", header.text);
                return Err(Refusal::TwoCurrencies { first: first.to_string(), second: currency.to_string(), place });
            }
            _ => found = Some((currency, &header.text)),
        }
    }
    Ok(found.map(|(currency, _)| currency))
}

/// The language that most headers are in.
pub(super) fn language(headers: &[Header]) -> Language {
    let count = |language: &Language| headers.iter().filter(|h| h.languages.contains(language)).count();
    let mut best = (Language::English, 0);
    for language in Language::ALL {
        let seen = count(&language);
        if seen > best.1 {
            best = (language, seen);
        }
    }
    best.0
}

/// Refuses a header row without spend, without any name, or without dates.
pub(super) fn require(columns: &[ColumnUse]) -> Result<(), Refusal> {
    let has = |field: Field| columns.iter().any(|c| c.used && c.field == Some(field));
    let mut missing = Vec::new();
    if !has(Field::Spend) {
        missing.push("spend (“Amount spent (…)”)".to_owned());
    }
    if !Field::NAMES.into_iter().any(has) {
        missing.push("a name (“Campaign name”, “Ad set name” or “Ad name”)".to_owned());
    }
    let both_ends = has(Field::PeriodStart) && has(Field::PeriodEnd);
    if !(both_ends || has(Field::Day) || has(Field::Week) || has(Field::Month)) {
        let what = match (has(Field::PeriodStart), has(Field::PeriodEnd)) {
            (true, false) => "the end of the period (“Reporting ends”)",
            (false, true) => "the start of the period (“Reporting starts”)",
            _ => "dates (“Reporting starts” and “Reporting ends”, or “Day”)",
        };
        missing.push(what.to_owned());
    }
    if missing.is_empty() {
        return Ok(());
    }
    let found = columns.iter().map(|c| c.header.clone()).filter(|h| !h.is_empty()).collect();
    Err(Refusal::MissingColumns { missing, found })
}
