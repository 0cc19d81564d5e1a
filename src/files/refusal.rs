//! Why a whole file cannot be read, in sentences that name the header or the example and the way out.
//!
//! A refusal ends the reading; a single row that cannot be read is a [`super::BadRow`] instead and leaves the others alone.

use crate::domain::dictionary::{self, Sentence};

/// Why a file is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said())]
pub enum Refusal {
    /// Nothing in it.
    Empty,
    /// Something else than text in columns.
    NotCsv(&'static str),
    /// Text whose bytes are neither UTF-8 nor UTF-16 with a byte order mark.
    Encoding {
        /// Physical line of the first record that cannot be decoded.
        line: u64,
    },
    /// UTF-16 that breaks in the middle.
    DamagedUtf16,
    /// Columns that an Ads Manager export must have are not there.
    MissingColumns {
        /// What is missing, with the header that would be understood.
        missing: Vec<String>,
        /// The headers that are there.
        found: Vec<String>,
    },
    /// A header row and nothing below it.
    NoRows,
    /// A currency that no ad account can have.
    UnknownCurrency {
        /// Where it stands.
        header: String,
        /// What stands there.
        code: String,
    },
    /// Two currencies can never be added.
    TwoCurrencies {
        /// The one found first.
        first: String,
        /// The one that differs.
        second: String,
        /// Header or line of the second.
        place: String,
    },
    /// `1,234` may be one thousand or one and a bit.
    AmbiguousNumbers {
        /// Header of the column.
        header: String,
        /// The number as it stands.
        example: String,
    },
    /// One cell proves the decimal point, another the decimal comma.
    ConflictingNumbers {
        /// Proves the point.
        first: String,
        /// Proves the comma.
        second: String,
    },
    /// `03/04/2026` may be March or April.
    AmbiguousDates {
        /// Header of the column.
        header: String,
        /// The date as it stands.
        example: String,
    },
    /// One date proves day first, another month first.
    ConflictingDates {
        /// Proves day first.
        first: String,
        /// Proves month first.
        second: String,
    },
    /// The file could not be read to its end.
    Unreadable(String),
}

impl Refusal {
    /// The sentence, with its page.
    pub fn said(&self) -> Sentence {
        match self {
            Self::Empty => dictionary::file_empty(),
            Self::NotCsv(what) => dictionary::file_not_csv(what),
            Self::Encoding { line } => dictionary::file_encoding(line),
            Self::DamagedUtf16 => dictionary::file_damaged(),
            Self::MissingColumns { missing, found } => dictionary::columns_missing(missing.join("; "), quoted(found)),
            Self::NoRows => dictionary::file_without_rows(),
            Self::UnknownCurrency { header, code } => dictionary::file_currency(header, code),
            Self::TwoCurrencies { first, second, place } => dictionary::file_two_currencies(first, second, place),
            Self::AmbiguousNumbers { header, example } => {
                let (whole, point) = (without_separators(example), with_decimal_point(example));
                dictionary::file_numbers_ambiguous(example, header, whole, point)
            }
            Self::ConflictingNumbers { first, second } => dictionary::file_numbers_conflict(first, second),
            Self::AmbiguousDates { header, example } => dictionary::file_dates_ambiguous(example, header),
            Self::ConflictingDates { first, second } => dictionary::file_dates_conflict(first, second),
            Self::Unreadable(why) => dictionary::file_unreadable(why),
        }
    }
}

impl From<Refusal> for Sentence {
    fn from(refusal: Refusal) -> Self {
        refusal.said()
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::InvalidData => Self::DamagedUtf16,
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

/// At most this many headers are listed in a sentence.
const LISTED: usize = 30;

fn quoted(headers: &[String]) -> String {
    let mut shown: Vec<String> = headers.iter().take(LISTED).map(|h| format!("“{}”", super::record::excerpt(h))).collect();
    if headers.len() > LISTED {
        shown.push(format!("and {} more", headers.len() - LISTED));
    }
    if shown.is_empty() { "nothing".to_owned() } else { shown.join(", ") }
}

fn without_separators(example: &str) -> String {
    example.replace([',', '.'], "")
}

fn with_decimal_point(example: &str) -> String {
    example.replace(',', ".")
}
