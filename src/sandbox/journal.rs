//! The sandbox's own journal: accepted writes and clock positions, one checked line each, and a snapshot.
//! A write is on the disk before it is answered. A torn last line (the machine stopped) is cut off;
//! damage before it is an error, never silently skipped.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::num;
use super::state::{Event, State};

/// After this many lines a snapshot replaces the journal.
const LINES_PER_SNAPSHOT: u64 = 20_000;

/// Why the state directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system refused.
    #[error("sandbox state at {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Its error.
        source: std::io::Error,
    },
    /// A line before the last is damaged.
    #[error("sandbox journal {path}, line {line}: damaged; move the directory away to start afresh")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// The directory belongs to another seed.
    #[error("sandbox state at {path} was made with seed {found}, not {asked}")]
    OtherSeed {
        /// The directory.
        path: PathBuf,
        /// Its seed.
        found: u64,
        /// The seed asked for.
        asked: u64,
    },
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Counts from 1 and goes on over snapshots.
    pub n: u64,
    /// Clock, simulated milliseconds.
    pub ms: i64,
    /// Last activity, simulated milliseconds.
    pub active: Option<i64>,
    /// The write; absent for a clock position.
    pub event: Option<Event>,
}

#[derive(Serialize, Deserialize)]
struct Snapshot {
    seed: u64,
    n: u64,
    ms: i64,
    active: Option<i64>,
    state: State,
}

/// Where a journal left the world.
#[derive(Debug)]
pub struct Recovered {
    /// All objects.
    pub state: State,
    /// Clock, simulated milliseconds.
    pub ms: i64,
    /// Last activity, simulated milliseconds.
    pub active: Option<i64>,
}

/// An open journal.
#[derive(Debug)]
pub struct Journal {
    directory: PathBuf,
    file: File,
    next: u64,
    lines: u64,
}

impl Journal {
    /// Opens or creates the journal of a directory and replays it over `fresh`.
    ///
    /// # Errors
    /// When the directory cannot be written, is damaged or has another seed.
    pub fn open(directory: &Path, fresh: State, fresh_ms: i64) -> Result<(Self, Recovered), JournalError> {
        std::fs::create_dir_all(directory).map_err(io(directory))?;
        let seed = fresh.seed;
        let mut recovered = Recovered { state: fresh, ms: fresh_ms, active: None };
        let mut seen = 0;
        let snapshot_path = directory.join("snapshot.json");
        if snapshot_path.exists() {
            let text = std::fs::read(&snapshot_path).map_err(io(&snapshot_path))?;
            let snapshot: Snapshot =
                serde_json::from_slice(&text).map_err(|_| JournalError::Damaged { path: snapshot_path.clone(), line: 1 })?;
            if snapshot.seed != seed {
                return Err(JournalError::OtherSeed { path: directory.into(), found: snapshot.seed, asked: seed });
            }
            seen = snapshot.n;
            recovered = Recovered { state: snapshot.state, ms: snapshot.ms, active: snapshot.active };
        }
        let path = directory.join("journal.ndjson");
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io(&path))?;
        let mut content = Vec::new();
        file.read_to_end(&mut content).map_err(io(&path))?;
        let (lines, whole) = read_lines(&content, &path)?;
        file.set_len(whole).map_err(io(&path))?;
        file.seek(SeekFrom::End(0)).map_err(io(&path))?;
        let count = lines.len() as u64;
        for line in lines {
            if line.n <= seen {
                continue;
            }
            seen = line.n;
            recovered.ms = line.ms;
            recovered.active = line.active;
            if let Some(event) = &line.event {
                recovered.state.apply(event);
            }
        }
        let mut journal = Self { directory: directory.into(), file, next: seen + 1, lines: count };
        if seen == 0 {
            // The snapshot carries the seed: a directory without writes has one too.
            journal.snapshot(&recovered.state, recovered.ms, recovered.active)?;
        }
        Ok((journal, recovered))
    }

    /// Appends a line; with `durable` it is on the disk when this returns.
    ///
    /// # Errors
    /// When the file system refuses; the caller must then refuse the write.
    pub fn append(&mut self, ms: i64, active: Option<i64>, event: Option<&Event>, durable: bool) -> Result<(), JournalError> {
        let path = self.directory.join("journal.ndjson");
        let line = Line { n: self.next, ms, active, event: event.cloned() };
        let json = serde_json::to_string(&line).map_err(|error| JournalError::Io { path: path.clone(), source: error.into() })?;
        let text = format!("{:016x} {json}\n", num::hash_text(&json));
        let before = self.file.stream_position().map_err(io(&path))?;
        let written = self.file.write_all(text.as_bytes()).and_then(|()| if durable { self.file.sync_data() } else { Ok(()) });
        if let Err(source) = written {
            // Take the half line back, so that a later one does not follow damage.
            let _ = self.file.set_len(before).and_then(|()| self.file.seek(SeekFrom::End(0)));
            return Err(JournalError::Io { path, source });
        }
        self.next += 1;
        self.lines += 1;
        Ok(())
    }

    /// Replaces a long journal by a snapshot.
    ///
    /// # Errors
    /// When the file system refuses; the journal stays as it was.
    pub fn compact(&mut self, state: &State, ms: i64, active: Option<i64>) -> Result<(), JournalError> {
        if self.lines < LINES_PER_SNAPSHOT {
            return Ok(());
        }
        self.snapshot(state, ms, active)
    }

    /// Writes a snapshot and empties the journal.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn snapshot(&mut self, state: &State, ms: i64, active: Option<i64>) -> Result<(), JournalError> {
        let path = self.directory.join("snapshot.json");
        let draft = self.directory.join("snapshot.draft");
        let snapshot = Snapshot { seed: state.seed, n: self.next - 1, ms, active, state: state.clone() };
        let text =
            serde_json::to_vec(&snapshot).map_err(|error| JournalError::Io { path: path.clone(), source: error.into() })?;
        let mut file = File::create(&draft).map_err(io(&draft))?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(io(&draft))?;
        std::fs::rename(&draft, &path).map_err(io(&path))?;
        File::open(&self.directory).and_then(|directory| directory.sync_all()).map_err(io(&self.directory))?;
        // From here the lines are in the snapshot: replay would skip them by their number.
        self.file
            .set_len(0)
            .and_then(|()| self.file.seek(SeekFrom::Start(0)).map(|_| ()))
            .and_then(|()| self.file.sync_data())
            .map_err(io(&path))?;
        self.lines = 0;
        Ok(())
    }
}

fn io(path: &Path) -> impl Fn(std::io::Error) -> JournalError + '_ {
    move |source| JournalError::Io { path: path.into(), source }
}

/// The whole lines and the length they take.
fn read_lines(content: &[u8], path: &Path) -> Result<(Vec<Line>, u64), JournalError> {
    let mut lines = Vec::new();
    let mut whole = 0;
    let mut rest = content;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, after) = rest.split_at(end);
        rest = after.get(1..).unwrap_or(&[]);
        match read_line(line) {
            Some(line) => lines.push(line),
            None if rest.is_empty() => break,
            None => {
                return Err(JournalError::Damaged { path: path.into(), line: lines.len() + 1 });
            }
        }
        whole += end as u64 + 1;
    }
    Ok((lines, whole))
}

fn read_line(line: &[u8]) -> Option<Line> {
    let (check, json) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    if u64::from_str_radix(check, 16).ok()? != num::hash_text(json) {
        return None;
    }
    serde_json::from_str(json).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::sandbox::seeded;
    use crate::sandbox::state::Kind;
    use serde_json::Map;

    fn fresh(seed: u64) -> State {
        State::new(seed, &seeded::identity(seed), 0)
    }

    fn create(id: &str) -> Event {
        Event::Create {
            at: 1,
            id: id.into(),
            kind: Kind::Campaign,
            account: "act_1".into(),
            parent: None,
            fields: Map::new(),
            by: None,
        }
    }

    #[test]
    fn a_torn_last_line_is_cut_off_and_the_rest_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal.ndjson");
        let (mut journal, _) = Journal::open(directory.path(), fresh(1), 5).unwrap();
        journal.append(6, None, Some(&create("1")), true).unwrap();
        journal.append(7, Some(7), Some(&create("2")), true).unwrap();
        drop(journal);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 9]).unwrap();
        let (mut journal, recovered) = Journal::open(directory.path(), fresh(1), 5).unwrap();
        assert_eq!(recovered.state.created, 1);
        assert_eq!(recovered.ms, 6);
        journal.append(8, None, Some(&create("3")), true).unwrap();
        drop(journal);
        let (_, recovered) = Journal::open(directory.path(), fresh(1), 5).unwrap();
        assert_eq!(recovered.state.created, 2);
        assert_eq!(recovered.ms, 8);
    }

    #[test]
    fn damage_in_the_middle_and_another_seed_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal.ndjson");
        let (mut journal, _) = Journal::open(directory.path(), fresh(1), 5).unwrap();
        journal.append(6, None, Some(&create("1")), true).unwrap();
        journal.append(7, None, Some(&create("2")), true).unwrap();
        drop(journal);
        assert!(matches!(Journal::open(directory.path(), fresh(2), 5), Err(JournalError::OtherSeed { .. })));
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[30] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert!(matches!(Journal::open(directory.path(), fresh(1), 5), Err(JournalError::Damaged { line: 1, .. })));
    }

    #[test]
    fn a_snapshot_keeps_everything_and_numbering_goes_on() {
        let directory = tempfile::tempdir().unwrap();
        let (mut journal, mut recovered) = Journal::open(directory.path(), fresh(1), 5).unwrap();
        journal.append(6, None, Some(&create("1")), true).unwrap();
        recovered.state.apply(&create("1"));
        journal.snapshot(&recovered.state, 6, Some(6)).unwrap();
        journal.append(9, None, Some(&create("2")), true).unwrap();
        drop(journal);
        let (_, recovered) = Journal::open(directory.path(), fresh(1), 5).unwrap();
        assert_eq!(recovered.state.created, 2);
        assert_eq!(recovered.ms, 9);
    }
}
