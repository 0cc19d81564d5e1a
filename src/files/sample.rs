//! The first pass over a bounded sample: delimiter, header row, and what its cells prove about numbers, dates and currency.
//!
//! Reads at most [`SAMPLE`] bytes, so that a file of any size is understood in constant memory.

use std::io::Read;

use crate::domain::currency::Currency;

use super::Refusal;
use super::dates;
use super::fields::{Field, Kind};
use super::header::Header;
use super::numbers;
use super::split::{RawRecord, Splitter, Step};
use super::text::Encoding;
use super::understanding::{self, ColumnUse, Understanding};

/// Bytes of text that a file is understood from.
const SAMPLE: usize = 2 << 20;
/// Records among which the header row is looked for: titles and `sep=;` may stand above it.
const HEADER_WITHIN: usize = 10;
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The start of a text.
pub(super) struct Sample {
    pub bytes: Vec<u8>,
    /// Whether the text goes on behind it.
    cut: bool,
}

/// Takes the sample off a text.
pub(super) fn take(text: &mut impl Read) -> Result<Sample, Refusal> {
    let mut bytes = Vec::new();
    text.by_ref().take(SAMPLE as u64).read_to_end(&mut bytes)?;
    let cut = bytes.len() == SAMPLE;
    Ok(Sample { bytes, cut })
}

impl Sample {
    /// The whole records in it.
    fn records(&self, delimiter: u8) -> impl Iterator<Item = RawRecord> {
        let mut splitter = Splitter::new(self.bytes.as_slice(), delimiter);
        let cut = self.cut;
        let mut read = move || {
            let mut record = RawRecord::default();
            match splitter.next(&mut record) {
                Ok(Step::Record) => Some(record),
                _ => None,
            }
        };
        // Behind a cut, the last record may be half a record.
        let mut ahead = read();
        std::iter::from_fn(move || {
            let current = ahead.take()?;
            ahead = read();
            (ahead.is_some() || !cut).then_some(current)
        })
    }
}

/// Understands the file; the second value is the number of records above the header row.
pub(super) fn understand(sample: &Sample, encoding: Encoding) -> Result<(Understanding, usize), Refusal> {
    let (delimiter, header_at, headers) = find_header(sample)?;
    let columns = understanding::columns(&headers);
    let in_headers = understanding::currency(&headers)?;
    understanding::require(&columns)?;

    let mut numbers = numbers::Evidence::default();
    let mut dates = dates::Evidence::default();
    let mut in_rows: Option<Currency> = None;
    let mut rows = 0_u64;
    // The header is the record at `header_at`; a sample that is one long record has no rows to learn from.
    for record in sample.records(delimiter).skip(header_at + 1).filter(|r| !r.is_blank()) {
        rows += 1;
        if record.fields().any(|field| std::str::from_utf8(field).is_err()) {
            return Err(Refusal::Encoding { line: record.line });
        }
        if record.len() != columns.len() {
            continue;
        }
        in_rows = in_rows.or(cell_currency(&columns, &record));
        let currency = in_headers.or(in_rows);
        gather(&columns, &record, currency, &mut numbers, &mut dates);
    }
    if rows == 0 && !sample.cut && !unfinished(sample, delimiter, header_at) {
        return Err(Refusal::NoRows);
    }
    let currency = match (in_headers, in_rows) {
        (Some(first), Some(second)) if first != second => {
            let place = "the header and the Currency column".to_owned();
            return Err(Refusal::TwoCurrencies { first: first.to_string(), second: second.to_string(), place });
        }
        (first, second) => first.or(second),
    };
    let breakdowns =
        columns.iter().filter(|c| c.used && c.field.is_some_and(Field::is_breakdown)).map(|c| c.header.clone()).collect();
    let has_day = columns.iter().any(|c| c.used && c.field == Some(Field::Day));
    let understanding = Understanding {
        currency,
        delimiter: char::from(delimiter),
        encoding,
        language: understanding::language(&headers),
        numbers: numbers.decide()?,
        dates: dates.decide()?,
        has_day,
        breakdowns,
        columns,
    };
    Ok((understanding, header_at))
}

/// Whether something stands below the header that is no whole record (an open quotation mark, a record over the limit).
fn unfinished(sample: &Sample, delimiter: u8, header_at: usize) -> bool {
    let mut splitter = Splitter::new(sample.bytes.as_slice(), delimiter);
    let mut record = RawRecord::default();
    for _ in 0..=header_at {
        if splitter.next(&mut record).is_err() {
            return false;
        }
    }
    matches!(splitter.next(&mut record), Ok(Step::Unclosed | Step::TooLong { .. }))
}

/// A row that may be the header.
struct Candidate {
    /// Headers understood, then columns (only of the first row: a title above the header has fewer).
    score: (usize, usize),
    delimiter: u8,
    at: usize,
    headers: Vec<Header>,
}

/// The delimiter and header row under which most headers are understood.
fn find_header(sample: &Sample) -> Result<(u8, usize, Vec<Header>), Refusal> {
    let mut best: Option<Candidate> = None;
    let mut damaged = None;
    for delimiter in DELIMITERS {
        for (at, record) in sample.records(delimiter).take(HEADER_WITHIN).enumerate() {
            let Some(headers) = read_headers(&record) else {
                damaged = damaged.or(Some(record.line));
                break;
            };
            let known = headers.iter().filter(|h| h.field.is_some()).count();
            let score = (known, if at == 0 { headers.len() } else { 0 });
            if best.as_ref().is_none_or(|best| score > best.score) {
                best = Some(Candidate { score, delimiter, at, headers });
            }
        }
    }
    match (best, damaged) {
        (Some(best), _) if best.score.0 > 0 => Ok((best.delimiter, best.at, best.headers)),
        (_, Some(line)) => Err(Refusal::Encoding { line }),
        (Some(best), None) if best.headers.iter().any(|h| !h.text.is_empty()) => {
            understanding::require(&understanding::columns(&best.headers)).map(|()| (best.delimiter, best.at, best.headers))
        }
        _ => Err(Refusal::Empty),
    }
}

fn read_headers(record: &RawRecord) -> Option<Vec<Header>> {
    record.fields().map(|field| std::str::from_utf8(field).ok().map(Header::read)).collect()
}

fn cell_currency(columns: &[ColumnUse], record: &RawRecord) -> Option<Currency> {
    let at = columns.iter().position(|c| c.used && c.field == Some(Field::Currency))?;
    std::str::from_utf8(record.field(at)).ok()?.parse().ok()
}

/// Takes a record's numbers and dates into account, those of understood columns that are not read included.
fn gather(
    columns: &[ColumnUse],
    record: &RawRecord,
    currency: Option<Currency>,
    numbers: &mut numbers::Evidence,
    dates: &mut dates::Evidence,
) {
    let cell = |at: usize| std::str::from_utf8(record.field(at)).unwrap_or_default();
    // In a currency without decimals, money is a whole number too.
    let whole_money = currency.is_some_and(|c| c.decimals() == 0);
    for (at, column) in columns.iter().enumerate() {
        let Some(field) = column.field else { continue };
        match field.kind() {
            Kind::Count => numbers.add(&column.header, cell(at), true),
            Kind::Money => numbers.add(&column.header, cell(at), whole_money),
            Kind::Ratio => numbers.add(&column.header, cell(at), false),
            Kind::Date => match dates::ranges(cell(at)) {
                Some((since, until)) => {
                    dates.add(&column.header, since);
                    dates.add(&column.header, until);
                }
                None => dates.add(&column.header, cell(at)),
            },
            Kind::Text => {}
        }
    }
    let column = |field: Field| columns.iter().position(|c| c.used && c.field == Some(field));
    if let Some((start, end)) = column(Field::PeriodStart).zip(column(Field::PeriodEnd)) {
        dates.add_span(cell(start), cell(end));
    }
}
