//! Cuts standard input into problems: a JSON object a line, or one that is spread over several.

use std::io::{self, BufRead};

/// The most bytes of one problem: some hundred thousand segments.
const LIMIT: usize = 64 << 20;

/// One problem's text.
#[derive(Debug, PartialEq, Eq)]
pub enum Record {
    /// The text, which need not be JSON.
    Text(Vec<u8>),
    /// It was longer than may be held in memory, and is gone.
    TooLong,
}

/// Reads problem after problem; no more than one is held.
pub struct Records<R> {
    input: R,
    /// The line that showed that the problem before it was unfinished.
    ahead: Option<Record>,
}

impl<R: BufRead> Records<R> {
    /// Reads from here.
    pub fn new(input: R) -> Self {
        Self { input, ahead: None }
    }

    /// The next problem; `None` at the end. Blank lines are nothing.
    ///
    /// An object that a line leaves open goes on in the next one, unless that begins another object (`{"` at its very start): then
    /// the first was cut off, and is given as it is.
    pub fn next_record(&mut self) -> io::Result<Option<Record>> {
        let mut text = match self.line()? {
            Some(Record::Text(line)) => line,
            other => return Ok(other),
        };
        let mut open = Open::default();
        open.read(&text);
        while open.expects_more() {
            match self.line()? {
                Some(Record::Text(line)) if !begins(&line) && text.len() + line.len() < LIMIT => {
                    text.push(b'\n');
                    open.read(&line);
                    text.extend_from_slice(&line);
                }
                Some(Record::Text(line)) if begins(&line) => {
                    self.ahead = Some(Record::Text(line));
                    break;
                }
                Some(_) => return self.skip().map(|()| Some(Record::TooLong)),
                None => break,
            }
        }
        Ok(Some(Record::Text(text)))
    }

    /// Passes over the rest of a problem that is too long.
    fn skip(&mut self) -> io::Result<()> {
        while let Some(record) = self.line()? {
            if matches!(&record, Record::Text(line) if begins(line)) {
                self.ahead = Some(record);
                break;
            }
        }
        Ok(())
    }

    /// The next line that is not blank, without its end.
    fn line(&mut self) -> io::Result<Option<Record>> {
        if let Some(record) = self.ahead.take() {
            return Ok(Some(record));
        }
        let mut line = Vec::new();
        let mut too_long = false;
        loop {
            let (taken, ended) = {
                let buffer = self.input.fill_buf()?;
                let end = buffer.iter().position(|byte| *byte == b'\n');
                let part = &buffer[..end.unwrap_or(buffer.len())];
                too_long |= line.len() + part.len() > LIMIT;
                if !too_long {
                    line.extend_from_slice(part);
                }
                (part.len() + usize::from(end.is_some()), end.is_some() || buffer.is_empty())
            };
            self.input.consume(taken);
            if !ended {
                continue;
            }
            if too_long {
                return Ok(Some(Record::TooLong));
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(Record::Text(line)));
            }
            if taken == 0 {
                return Ok(None);
            }
            line.clear();
        }
    }
}

fn begins(line: &[u8]) -> bool {
    line.strip_prefix(b"{").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""))
}

/// How many brackets are open, strings aside.
#[derive(Default)]
struct Open {
    brackets: i64,
    in_string: bool,
}

impl Open {
    fn read(&mut self, line: &[u8]) {
        let mut escaped = false;
        for byte in line {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if self.in_string => escaped = true,
                b'"' => self.in_string = !self.in_string,
                b'{' | b'[' if !self.in_string => self.brackets += 1,
                b'}' | b']' if !self.in_string => self.brackets -= 1,
                _ => {}
            }
        }
    }

    /// A string that a line leaves open is not JSON, whatever follows.
    fn expects_more(&self) -> bool {
        self.brackets > 0 && !self.in_string
    }
}
