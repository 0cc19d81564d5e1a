//! Backing up to one file and restoring from it, for whoever runs the machine.
//!
//! The file is a copy of the database with the key and the sandbox's state in a table of its own. Uploads that wait for a decision
//! are not in it: they are gone after a day anyway.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::dictionary;
use crate::secrets::Sealer;
use crate::store::backup::{self as rows, Found, Part};
use crate::store::{Db, connections};

use super::{Error, Result};

/// The part that says what the file is.
const MANIFEST: &str = "manifest.json";
/// The key's place, in the data directory and in the file.
const KEY: &str = "keys/seal.key";
/// The sandbox's directory.
const SANDBOX: &str = "sandbox";
/// Held by a running server, so that nothing is swapped under it.
const LOCK: &str = "tandem.lock";
/// The format written and read.
const FORMAT: u32 = 1;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format.
    pub format: u32,
    /// Which version made it.
    pub version: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Whether the key is in it.
    pub has_key: bool,
}

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// Where what was there before is now.
    pub moved_to: Option<PathBuf>,
}

fn io(what: &'static str) -> impl Fn(std::io::Error) -> Error {
    move |source| Error::Io { what, source }
}

/// Marks the data directory as in use; let go when the file is dropped.
///
/// # Errors
/// [`Error::Conflict`] while a restore is at work there.
pub fn hold(data: &Path) -> Result<File> {
    let file = lock_file(data)?;
    file.try_lock_shared().map_err(|_| Error::conflict(dictionary::restore_under_way(data.display())))?;
    Ok(file)
}

fn lock_file(data: &Path) -> Result<File> {
    fs::OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(false)
        .open(data.join(LOCK))
        .map_err(io("marking the data directory as in use"))
}

/// Writes a backup of the data directory's database to `to`, which must not be there. The server may run meanwhile.
///
/// # Errors
/// [`Error::Conflict`] where `to` is there already; nothing is left behind by a backup that fails.
pub fn make(data: &Path, database: &Path, to: &Path, with_key: bool, now: DateTime<Utc>) -> Result<Manifest> {
    if to.exists() {
        return Err(Error::conflict(dictionary::backup_name_taken(to.display())));
    }
    let part = to.with_extension("part");
    if part.exists() {
        fs::remove_file(&part).map_err(io("removing what an earlier backup left"))?;
    }
    // Before the copy is written: it may hold the key.
    create_private(&part)?;
    fs::remove_file(&part).map_err(io("making the backup"))?;
    let made = write_backup(data, database, &part, with_key, now);
    match made {
        Ok(manifest) => {
            fs::rename(&part, to).map_err(io("naming the backup"))?;
            Ok(manifest)
        }
        Err(error) => {
            // What cannot be removed now is removed by the next backup of this name.
            let _ = fs::remove_file(&part);
            Err(error)
        }
    }
}

fn write_backup(data: &Path, database: &Path, part: &Path, with_key: bool, now: DateTime<Utc>) -> Result<Manifest> {
    rows::copy(database, part)?;
    make_private(part)?;
    let manifest = Manifest { format: FORMAT, version: env!("CARGO_PKG_VERSION").to_owned(), made_at: now, has_key: with_key };
    let mut parts: Vec<Part> = vec![(MANIFEST.to_owned(), serde_json::to_vec(&manifest)?)];
    if with_key {
        parts.push((KEY.to_owned(), fs::read(data.join(KEY)).map_err(io("reading the key"))?));
    }
    // After the database: what the database knows of the sandbox is then in the sandbox's journal too.
    for path in files_below(&data.join(SANDBOX))? {
        let name = path.strip_prefix(data).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        parts.push((name, fs::read(&path).map_err(io("reading the sandbox’s state"))?));
    }
    rows::put_parts(part, &parts)?;
    File::open(part).and_then(|file| file.sync_all()).map_err(io("writing the backup"))?;
    Ok(manifest)
}

/// Puts a backup in the place of the data directory's database, after it was found whole.
///
/// # Errors
/// [`Error::Conflict`] where a server runs there, where something is there and `replace` is not said, and where the backup is damaged,
/// of a newer version, tampered with, or its key is missing. Nothing is changed then.
pub fn restore(data: &Path, database: &Path, from: &Path, replace: bool, now: DateTime<Utc>) -> Result<Restored> {
    fs::create_dir_all(data).map_err(io("making the data directory"))?;
    let lock = lock_file(data)?;
    lock.try_lock().map_err(|_| Error::conflict(dictionary::restore_while_running()))?;
    if database.exists() && !replace {
        return Err(Error::conflict(dictionary::restore_over_database(database.display())));
    }
    let fresh = data.join("restore.db");
    remove_database(&fresh)?;
    fs::copy(from, &fresh).map_err(io("reading the backup"))?;
    make_private(&fresh)?;
    let outcome = check(data, &fresh).and_then(|(manifest, parts)| {
        let moved_to = move_aside(data, database, &parts, now)?;
        fs::rename(&fresh, database).map_err(io("putting the database in place"))?;
        for (name, bytes) in &parts {
            put(data, name, bytes)?;
        }
        Ok(Restored { manifest, moved_to })
    });
    if outcome.is_err() {
        // A failed restore leaves the data directory as it was.
        let _ = remove_database(&fresh);
    }
    drop(lock);
    outcome
}

/// Whether a backup is whole, of this version or an older one, and can be opened with its key.
fn check(data: &Path, fresh: &Path) -> Result<(Manifest, Vec<Part>)> {
    let no_backup = || Error::conflict(dictionary::backup_unreadable());
    let parts = rows::take_parts(fresh).map_err(|_| no_backup())?.ok_or_else(no_backup)?;
    let manifest = parts.iter().find(|(name, _)| name == MANIFEST).ok_or_else(no_backup)?;
    let manifest: Manifest = serde_json::from_slice(&manifest.1).map_err(|_| no_backup())?;
    if manifest.format != FORMAT {
        return Err(Error::conflict(dictionary::backup_of_version(&manifest.version)));
    }
    let Found { damage, newer, broken_chains, .. } = rows::inspect_file(fresh)?;
    if let Some(first) = damage.first() {
        return Err(Error::conflict(dictionary::backup_damaged(first)));
    }
    if !newer.is_empty() {
        return Err(Error::conflict(dictionary::backup_newer(&manifest.version)));
    }
    if let Some((workspace, seq)) = broken_chains.first() {
        return Err(Error::conflict(dictionary::backup_chain_broken(workspace, seq)));
    }
    let key = match parts.iter().find(|(name, _)| name == KEY) {
        Some((_, key)) => key.clone(),
        None => {
            fs::read(data.join(KEY)).map_err(|_| Error::conflict(dictionary::backup_without_key(data.join(KEY).display())))?
        }
    };
    opens(fresh, &key)?;
    Ok((manifest, parts.into_iter().filter(|(name, _)| name != MANIFEST).collect()))
}

/// Whether the key opens every token in the database.
fn opens(database: &Path, key: &[u8]) -> Result<()> {
    let sealer =
        Sealer::from_hex(&String::from_utf8_lossy(key)).ok_or_else(|| Error::conflict(dictionary::backup_key_damaged()))?;
    let db = Db::open(&database.to_string_lossy())?;
    for connection in db.read_now(connections::list_all)? {
        let place = super::connections::place(connection.id);
        sealer.open(&connection.token_sealed, &place).map_err(|_| Error::conflict(dictionary::backup_key_foreign()))?;
    }
    Ok(())
}

/// Moves what is there into a directory beside it, nothing is deleted.
fn move_aside(data: &Path, database: &Path, parts: &[Part], now: DateTime<Utc>) -> Result<Option<PathBuf>> {
    if !database.exists() {
        return Ok(None);
    }
    let aside = data.join(format!("before-restore-{}", now.format("%Y%m%dT%H%M%SZ")));
    fs::create_dir_all(aside.join("keys")).map_err(io("moving the old database aside"))?;
    let name = database.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    for suffix in ["", "-wal", "-shm"] {
        let old = PathBuf::from(format!("{}{suffix}", database.display()));
        if old.exists() {
            fs::rename(&old, aside.join(format!("{name}{suffix}"))).map_err(io("moving the old database aside"))?;
        }
    }
    for part in [KEY, SANDBOX] {
        let replaced = parts.iter().any(|(name, _)| name == part || name.starts_with(&format!("{part}/")));
        if replaced && data.join(part).exists() {
            fs::rename(data.join(part), aside.join(part)).map_err(io("moving the old files aside"))?;
        }
    }
    Ok(Some(aside))
}

/// Puts a file of the backup in place: only below the data directory, whatever the backup says.
fn put(data: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let plain = name.split('/').all(|word| !word.is_empty() && word != "." && word != ".." && !word.contains(['\\', ':']));
    if !plain || !(name == KEY || name.starts_with("sandbox/")) {
        return Err(Error::conflict(dictionary::backup_foreign_file(name)));
    }
    let path = data.join(name);
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(io("putting files in place"))?;
    }
    let mut file = create_private(&path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io("putting files in place"))
}

fn create_private(path: &Path) -> Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(io("writing a file"))
}

/// Lets nobody else read a file.
fn make_private(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(io("protecting a file"))?;
    }
    Ok(())
}

fn remove_database(path: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let file = PathBuf::from(format!("{}{suffix}", path.display()));
        if file.exists() {
            fs::remove_file(&file).map_err(io("removing what an earlier restore left"))?;
        }
    }
    Ok(())
}

fn files_below(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut todo = vec![directory.to_owned()];
    while let Some(directory) = todo.pop() {
        let entries = match fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(io("reading the sandbox’s state")(error)),
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() { todo.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}
