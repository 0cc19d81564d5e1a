//! Why a whole file cannot be read, in sentences that name the header or the example and the way out.
//!
//! A refusal ends the reading; a single row that cannot be read is a [`super::BadRow`] instead and leaves the others alone.

/// Why a file is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing in it.
    #[error("The file is empty. Export the report from Ads Manager again and choose CSV.")]
    Empty,
    /// Something else than text in columns.
    #[error(
        "This is {0}, not a CSV file. Export the report from Ads Manager again and choose CSV, or save the sheet as “CSV UTF-8”."
    )]
    NotCsv(&'static str),
    /// Text whose bytes are neither UTF-8 nor UTF-16 with a byte order mark.
    #[error("The text on line {line} is not UTF-8. Save the file as “CSV UTF-8”, or take the CSV that Ads Manager exports.")]
    Encoding {
        /// Physical line of the first record that cannot be decoded.
        line: u64,
    },
    /// UTF-16 that breaks in the middle.
    #[error("The file says it is UTF-16, but its text is damaged. Export it again, or save it as “CSV UTF-8”.")]
    DamagedUtf16,
    /// Columns that an Ads Manager export must have are not there.
    #[error("Not found in the header: {}. Found: {}. Add the missing columns in Ads Manager and export again.", .missing.join("; "), quoted(.found))]
    MissingColumns {
        /// What is missing, with the header that would be understood.
        missing: Vec<String>,
        /// The headers that are there.
        found: Vec<String>,
    },
    /// A header row and nothing below it.
    #[error(
        "The file has a header and no rows: nothing was delivered in its period. Choose a longer period in Ads Manager and export again."
    )]
    NoRows,
    /// A currency that no ad account can have.
    #[error("“{header}” names {code}, which is not a currency that Meta's ad accounts can have.")]
    UnknownCurrency {
        /// Where it stands.
        header: String,
        /// What stands there.
        code: String,
    },
    /// Two currencies can never be added.
    #[error(
        "The file holds two currencies, {first} and {second} ({place}). Export one ad account or one currency a file: two currencies are never added."
    )]
    TwoCurrencies {
        /// The one found first.
        first: String,
        /// The one that differs.
        second: String,
        /// Header or line of the second.
        place: String,
    },
    /// `1,234` may be one thousand or one and a bit.
    #[error("“{example}” in column “{header}” may be {with_thousands} or {with_decimals}, and nothing else in the file tells which. Export again with more decimals, or write the numbers without thousands separators.", with_thousands = without_separators(.example), with_decimals = with_decimal_point(.example))]
    AmbiguousNumbers {
        /// Header of the column.
        header: String,
        /// The number as it stands.
        example: String,
    },
    /// One cell proves the decimal point, another the decimal comma.
    #[error(
        "Numbers are written in two ways: “{first}” has a decimal point and “{second}” a decimal comma. Write all of them in one way, or export the file again."
    )]
    ConflictingNumbers {
        /// Proves the point.
        first: String,
        /// Proves the comma.
        second: String,
    },
    /// `03/04/2026` may be March or April.
    #[error(
        "“{example}” in column “{header}” may be day/month or month/day, and no date in the file tells which. Write the dates as year-month-day (2026-04-03)."
    )]
    AmbiguousDates {
        /// Header of the column.
        header: String,
        /// The date as it stands.
        example: String,
    },
    /// One date proves day first, another month first.
    #[error(
        "Dates are written in two ways: “{first}” has the day first and “{second}” the month first. Write all of them as year-month-day (2026-04-03)."
    )]
    ConflictingDates {
        /// Proves day first.
        first: String,
        /// Proves month first.
        second: String,
    },
    /// The file could not be read to its end.
    #[error("The file could not be read: {0}.")]
    Unreadable(String),
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
