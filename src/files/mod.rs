//! Readers of report files: recognise, understand, read row by row, explain.
//!
//! [`Report::open`] looks at a bounded sample and says how the file is understood; iterating then reads it in constant memory. The
//! only input is a [`std::io::Read`]; nothing is guessed that the file does not prove, and nothing here stores or sums for a page.

mod aliases;
mod dates;
mod fields;
mod header;
mod kinds;
mod numbers;
mod placements;
mod record;
mod refusal;
mod sample;
mod split;
#[cfg(test)]
mod tests;
mod text;
mod totals;
mod understanding;

use std::io::{Chain, Cursor, Read};

use crate::domain::currency::Currency;

pub use dates::DateStyle;
pub use fields::{Field, Language};
pub use kinds::{PURCHASE, UNSPECIFIED, is_purchase, key as result_kind_key};
pub use numbers::NumberStyle;
pub use record::{BadRow, Entry, Figures, Record, Summary};
pub use refusal::Refusal;
pub use split::MAX_RECORD;
pub use text::Encoding;
pub use totals::{Check, Compared, Figure, Totals};
pub use understanding::{ColumnUse, Understanding};

use record::{Cells, Layout};
use split::{RawRecord, Splitter, Step};

/// A report file, understood and ready to be read row by row.
///
/// Yields `Err` once, and then ends, where the whole file must be refused (a second currency, damaged UTF-16); a row that cannot
/// be read is an [`Entry::Bad`] and leaves the others alone.
pub struct Report<R> {
    understanding: Understanding,
    layout: Layout,
    currency_column: Option<usize>,
    splitter: Splitter<Chain<Cursor<Vec<u8>>, text::Text<R>>>,
    raw: RawRecord,
    number: u64,
    ended: bool,
}

impl<R: Read> Report<R> {
    /// Recognises a file: encoding, delimiter, header row, columns, currency, and how it writes numbers and dates.
    ///
    /// # Errors
    /// Whatever makes the file unreadable as a whole, naming the header or the example and the way out.
    pub fn open(reader: R) -> Result<Self, Refusal> {
        let (encoding, mut text) = text::open(reader)?;
        let sample = sample::take(&mut text)?;
        let (understanding, header_at) = sample::understand(&sample, encoding)?;
        let delimiter = u8::try_from(understanding.delimiter).unwrap_or(b',');
        let mut splitter = Splitter::new(Cursor::new(sample.bytes).chain(text), delimiter);
        let mut raw = RawRecord::default();
        for _ in 0..=header_at {
            splitter.next(&mut raw)?;
        }
        let layout = Layout::new(&understanding);
        let currency_column = understanding.column(Field::Currency);
        Ok(Self { understanding, layout, currency_column, splitter, raw, number: 0, ended: false })
    }

    /// How the file was understood.
    pub fn understanding(&self) -> &Understanding {
        &self.understanding
    }

    fn entry(&mut self) -> Result<Option<Entry>, Refusal> {
        loop {
            let step = self.splitter.next(&mut self.raw)?;
            if step == Step::End {
                return Ok(None);
            }
            if step == Step::Record && self.raw.is_blank() {
                continue;
            }
            self.number += 1;
            return match step {
                Step::TooLong { until } => {
                    let reason = format!(
                        "The row from line {} on is over {} KiB: a quotation mark in it is probably never closed. Lines up to {until} are not read.",
                        self.raw.line,
                        MAX_RECORD / 1024
                    );
                    Ok(Some(self.whole_row_bad(reason)))
                }
                Step::Unclosed => {
                    let reason = "A quotation mark opens here and is never closed: the file is cut off.".to_owned();
                    Ok(Some(self.whole_row_bad(reason)))
                }
                Step::Record | Step::End => {
                    self.check_currency()?;
                    let cells =
                        Cells { understanding: &self.understanding, layout: &self.layout, raw: &self.raw, number: self.number };
                    Ok(Some(cells.read().unwrap_or_else(Entry::Bad)))
                }
            };
        }
    }

    fn whole_row_bad(&self, reason: String) -> Entry {
        Entry::Bad(BadRow { line: self.raw.line, number: self.number, column: String::new(), value: String::new(), reason })
    }

    /// Two currencies are never added: a second one ends the reading.
    fn check_currency(&self) -> Result<(), Refusal> {
        let Some(at) = self.currency_column else { return Ok(()) };
        let cell = String::from_utf8_lossy(self.raw.field(at));
        let (Some(first), Ok(second)) = (self.understanding.currency, cell.parse::<Currency>()) else { return Ok(()) };
        if first == second {
            return Ok(());
        }
        let place = format!("line {}", self.raw.line);
        Err(Refusal::TwoCurrencies { first: first.to_string(), second: second.to_string(), place })
    }
}

impl<R: Read> Iterator for Report<R> {
    type Item = Result<Entry, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.entry().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}
