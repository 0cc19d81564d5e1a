//! Splits text into records and fields (RFC 4180, read leniently), one record in memory at a time.
//!
//! Knows physical lines, quoted fields over several lines, LF, CRLF and CR. A record over [`MAX_RECORD`] is skipped to the end of
//! its line, so a hostile file cannot eat memory. Knows nothing of headers or values.

use std::io::{self, BufRead, BufReader, Read};

/// Largest record kept, in bytes of its fields.
pub const MAX_RECORD: usize = 1 << 20;

/// The fields of one record, without quotes, as raw bytes.
#[derive(Debug, Default)]
pub(super) struct RawRecord {
    /// Physical line on which the record starts, from 1.
    pub line: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl RawRecord {
    /// Number of fields.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a field; empty past the end.
    pub fn field(&self, at: usize) -> &[u8] {
        let start = if at == 0 { Some(0) } else { self.ends.get(at - 1).copied() };
        let end = self.ends.get(at).copied();
        start.zip(end).and_then(|(start, end)| self.bytes.get(start..end)).unwrap_or_default()
    }

    /// All fields in order.
    pub fn fields(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|at| self.field(at))
    }

    /// Whether nothing but white space stands in any field.
    pub fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }

    fn start(&mut self, line: u64) {
        self.line = line;
        self.bytes.clear();
        self.ends.clear();
    }

    fn end_field(&mut self) {
        self.ends.push(self.bytes.len());
    }
}

/// What came next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A whole record.
    Record,
    /// A record over [`MAX_RECORD`], skipped up to and including this physical line.
    TooLong { until: u64 },
    /// The text ended inside quotation marks.
    Unclosed,
    /// The text ended.
    End,
}

enum State {
    FieldStart,
    Plain,
    Quoted,
    /// After a quotation mark inside quotes: the end of the field, or the first half of `""`.
    QuoteSeen,
    Skipping,
}

/// Reads records off a text.
pub(super) struct Splitter<R> {
    input: BufReader<R>,
    delimiter: u8,
    line: u64,
    after_cr: bool,
}

impl<R: Read> Splitter<R> {
    pub fn new(text: R, delimiter: u8) -> Self {
        Self { input: BufReader::with_capacity(64 * 1024, text), delimiter, line: 1, after_cr: false }
    }

    /// Reads the next record into `record`, reusing its memory.
    pub fn next(&mut self, record: &mut RawRecord) -> io::Result<Step> {
        record.start(self.line);
        let mut state = State::FieldStart;
        let mut consumed = false;
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                return Ok(at_end(&state, consumed, self.line, record));
            }
            let before = chunk.len();
            let mut rest = chunk;
            if std::mem::take(&mut self.after_cr)
                && let Some((b'\n', tail)) = rest.split_first()
            {
                rest = tail;
            }
            let mut done = None;
            while done.is_none() && !rest.is_empty() {
                consumed = true;
                (rest, done) = advance(rest, &mut state, record, self.delimiter, &mut self.line, &mut self.after_cr);
            }
            let used = before - rest.len();
            self.input.consume(used);
            if let Some(step) = done {
                return Ok(step);
            }
        }
    }
}

/// What the end of the text means in this state.
fn at_end(state: &State, consumed: bool, line: u64, record: &mut RawRecord) -> Step {
    match state {
        State::Quoted => Step::Unclosed,
        State::Skipping => Step::TooLong { until: line },
        _ if !consumed => Step::End,
        _ => {
            record.end_field();
            Step::Record
        }
    }
}

/// Takes one run of bytes off `rest`; the second value is set when that ends the record.
fn advance<'a>(
    rest: &'a [u8],
    state: &mut State,
    record: &mut RawRecord,
    delimiter: u8,
    line: &mut u64,
    after_cr: &mut bool,
) -> (&'a [u8], Option<Step>) {
    let Some((&byte, tail)) = rest.split_first() else { return (rest, None) };
    let newline = matches!(byte, b'\n' | b'\r');
    match state {
        State::Quoted => return (quoted(rest, state, record, line), None),
        State::Skipping => {
            let Some(end) = rest.iter().position(|b| *b == b'\n') else { return (&[], None) };
            *line += 1;
            return (rest.split_at(end + 1).1, Some(Step::TooLong { until: *line - 1 }));
        }
        State::FieldStart if byte == b'"' => {
            *state = State::Quoted;
            return (tail, None);
        }
        State::QuoteSeen if byte == b'"' => {
            record.bytes.push(b'"');
            *state = State::Quoted;
            return (tail, None);
        }
        _ => {}
    }
    if byte == delimiter {
        record.end_field();
        *state = if keep(record, &[]) { State::FieldStart } else { State::Skipping };
        return (tail, None);
    }
    if newline {
        record.end_field();
        *line += 1;
        *after_cr = byte == b'\r';
        return (tail, Some(Step::Record));
    }
    let end = rest.iter().position(|b| *b == delimiter || *b == b'\n' || *b == b'\r').unwrap_or(rest.len());
    let (run, after) = rest.split_at(end);
    *state = if keep(record, run) { State::Plain } else { State::Skipping };
    (after, None)
}

/// Takes the text up to the next quotation mark, counting the lines in it.
fn quoted<'a>(rest: &'a [u8], state: &mut State, record: &mut RawRecord, line: &mut u64) -> &'a [u8] {
    let end = rest.iter().position(|b| *b == b'"');
    let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
    if !keep(record, run) {
        *state = State::Skipping;
        return rest;
    }
    *line += run.iter().filter(|b| **b == b'\n').count() as u64;
    match after.split_first() {
        Some((_, tail)) => {
            *state = State::QuoteSeen;
            tail
        }
        None => after,
    }
}

/// Keeps bytes of a field; `false` where the record has become too long.
fn keep(record: &mut RawRecord, run: &[u8]) -> bool {
    if record.bytes.len() + run.len() + record.ends.len() > MAX_RECORD {
        return false;
    }
    record.bytes.extend_from_slice(run);
    true
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut splitter = Splitter::new(text.as_bytes(), b',');
        let mut record = RawRecord::default();
        let mut all = Vec::new();
        while splitter.next(&mut record).unwrap() == Step::Record {
            all.push((record.line, record.fields().map(|f| String::from_utf8_lossy(f).into_owned()).collect()));
        }
        all
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(|f| (*f).to_owned()).collect())
    }

    #[test]
    fn quotes_hold_commas_quotation_marks_and_lines() {
        let rows = split("a,\"b, c\",\"say \"\"hi\"\"\"\r\n\"two\nlines\",x,\n,,\"\"");
        assert_eq!(rows, [row(1, &["a", "b, c", "say \"hi\""]), row(2, &["two\nlines", "x", ""]), row(4, &["", "", ""])]);
    }

    #[test]
    fn all_three_line_ends_count_once() {
        assert_eq!(split("a\rb\r\nc\n"), [row(1, &["a"]), row(2, &["b"]), row(3, &["c"])]);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_told() {
        let mut splitter = Splitter::new("a,b\n\"open,1\n2\n".as_bytes(), b',');
        let mut record = RawRecord::default();
        assert_eq!(splitter.next(&mut record).unwrap(), Step::Record);
        assert_eq!(splitter.next(&mut record).unwrap(), Step::Unclosed);
        assert_eq!((record.line, splitter.next(&mut record).unwrap()), (2, Step::End));
    }

    #[test]
    fn a_record_without_end_is_skipped_without_keeping_it() {
        let text = format!("\"{}\nb,c\n", "x".repeat(MAX_RECORD + 10));
        let mut splitter = Splitter::new(text.as_bytes(), b',');
        let mut record = RawRecord::default();
        assert_eq!(splitter.next(&mut record).unwrap(), Step::TooLong { until: 1 });
        assert!(record.bytes.len() <= MAX_RECORD);
        assert_eq!(splitter.next(&mut record).unwrap(), Step::Record);
        assert_eq!((record.line, record.field(0), record.field(7)), (2, b"b".as_slice(), b"".as_slice()));
    }
}
