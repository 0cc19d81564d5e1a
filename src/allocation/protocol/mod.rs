//! `adalloc/1`: one JSON object a line on standard input, one on standard output, so that a bench can run the engine.
//!
//! `hello` tells the ad sets, each `day` brings the rows of the last days and asks for the day's budgets, `end` ends. A message
//! that cannot be read or makes no sense is answered by `{"type":"error","reason":"..."}`, changes nothing, and the conversation
//! goes on.

mod messages;
mod session;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;

use std::io::{self, BufRead, Read, Write};

use super::learner::Policy;
use messages::{Answer, Message};
use session::Session;

/// The longest line that is read, bytes.
const LONGEST: u64 = 64 << 20;

/// Speaks the protocol until `end` or the end of the input. With `seldom` it moves amounts in the rhythm of the product
/// ([`super::cadence`]) and as the product does ([`super::advice::policy`]), else every day.
///
/// # Errors
/// What reading or writing fails with, and a line of more than 64 MiB, after its answer.
pub fn serve(mut input: impl BufRead, mut output: impl Write, policy: Policy, seldom: bool) -> io::Result<()> {
    let mut session: Option<Session> = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.by_ref().take(LONGEST + 1).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        let too_long = line.len() as u64 > LONGEST;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = match serde_json::from_slice(&line) {
            _ if too_long => Err("the line is longer than 64 MiB".to_owned()),
            Err(error) => Err(error.to_string()),
            Ok(Message::Hello(hello)) => Session::new(hello, policy, seldom).map(|begun| {
                session = Some(begun);
                Answer::Ready
            }),
            Ok(Message::Day(day)) => match &mut session {
                Some(session) => session.day(&day).map(|budgets_minor| Answer::Budgets { budgets_minor }),
                None => Err("a day came before any hello".to_owned()),
            },
            Ok(Message::End) => return Ok(()),
        };
        serde_json::to_writer(&mut output, &answer.unwrap_or_else(|reason| Answer::Error { reason }))?;
        output.write_all(b"\n")?;
        output.flush()?;
        if too_long {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is longer than 64 MiB"));
        }
    }
}
