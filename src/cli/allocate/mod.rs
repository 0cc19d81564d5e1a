//! `tandem allocate`: the split engine alone. Problems on standard input, an answer a line on standard output.

mod answer;
mod records;

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use crate::allocation::learner::Policy;
use crate::allocation::protocol;

/// Which conversation to have.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Speak adalloc/1: learn from daily reports and answer each day with its budgets
    #[arg(long)]
    stdio: bool,
    /// With --stdio: move amounts as seldom as the product does by default
    #[arg(long, requires = "stdio")]
    seldom: bool,
}

/// Answers every problem on standard input, in order; a problem that cannot be read is answered too. With `--stdio` it is the
/// learner that answers.
///
/// # Errors
/// Where standard input cannot be read or standard output not be written.
pub fn run(Arguments { stdio, seldom }: Arguments) -> anyhow::Result<ExitCode> {
    if stdio {
        protocol::serve(io::stdin().lock(), io::stdout().lock(), Policy::default(), seldom)?;
        return Ok(ExitCode::SUCCESS);
    }
    answer_all(io::stdin().lock(), io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

/// Each answer goes out before the next problem is read, so that a program may wait for it, and one problem at a time is held in
/// memory.
fn answer_all(input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut records = records::Records::new(input);
    while let Some(record) = records.next_record()? {
        let written = serde_json::to_writer(&mut output, &answer::answer(&record))
            .map_err(io::Error::from)
            .and_then(|()| output.write_all(b"\n"))
            .and_then(|()| output.flush());
        match written {
            // Whoever reads has read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            other => other?,
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
