//! Who was uploaded to a custom audience: the uploads of one folded into its members.
//! Source: Marketing API, "Custom Audience Users", "Replace Users".

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::num;
use super::state::{Kind, Object, State};

/// Of a hundred uploaded people, this many have an account.
const MATCHED: u64 = 62;

/// The members of an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Members {
    /// People with an account.
    pub matched: i64,
    /// When the last upload came, unix seconds; absent without any.
    pub changed: Option<i64>,
    received: u64,
    invalid: u64,
}

impl Members {
    /// Whether more than half of what was uploaded cannot be a person.
    #[must_use]
    pub fn is_mostly_invalid(&self) -> bool {
        self.invalid * 2 > self.received
    }
}

fn keys(upload: &Object) -> impl Iterator<Item = &str> {
    upload.get("keys").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The members of the audience with this id. A replacement counts when its last batch is there.
#[must_use]
pub fn of(state: &State, id: &str) -> Members {
    let mut members: BTreeSet<&str> = BTreeSet::new();
    let mut replacing: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut told = Members::default();
    for upload in state.children_of(id).iter().filter_map(|upload| state.find(upload, Kind::AudienceUpload)) {
        let number = |name: &str| upload.get(name).and_then(Value::as_u64).unwrap_or(0);
        told.changed = Some(upload.created());
        told.received += number("received");
        told.invalid += number("invalid");
        match upload.text("action") {
            "remove" => keys(upload).for_each(|key| {
                members.remove(key);
            }),
            "replace" => {
                let gathered = replacing.entry(upload.text("session")).or_default();
                gathered.extend(keys(upload));
                if upload.get("last").and_then(Value::as_bool) == Some(true) {
                    members = std::mem::take(gathered);
                }
            }
            _ => members.extend(keys(upload)),
        }
    }
    let has_account = |key: &&&str| num::hash(state.seed, &[0x3A7C, num::hash_text(key)]) % 100 < MATCHED;
    told.matched = i64::try_from(members.iter().filter(has_account).count()).unwrap_or(i64::MAX);
    told
}
