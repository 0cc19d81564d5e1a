//! The rows of a plan in the order people ask for them: what is made, what changes, what is paused, what ends, what is switched on.

use serde::{Deserialize, Serialize};

use super::{Mark, Row};

/// Rows that do the same; the derived order is the order shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Made, paused.
    Create,
    /// Changed in some fields.
    Change,
    /// Switched off.
    Pause,
    /// Put away for good.
    End,
    /// Switched on: what comes last.
    SwitchOn,
}

impl Group {
    /// In the order shown.
    pub const ALL: [Self; 5] = [Self::Create, Self::Change, Self::Pause, Self::End, Self::SwitchOn];

    /// The group of what happens to an object.
    pub fn of(mark: Mark) -> Self {
        match mark {
            Mark::Create => Self::Create,
            Mark::Change => Self::Change,
            Mark::Pause => Self::Pause,
            Mark::Archive => Self::End,
            Mark::Arm => Self::SwitchOn,
        }
    }

    /// The word in ids of a page and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Change => "change",
            Self::Pause => "pause",
            Self::End => "end",
            Self::SwitchOn => "switch_on",
        }
    }

    /// The heading over its rows.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Create => "Made",
            Self::Change => "Changed",
            Self::Pause => "Paused",
            Self::End => "Ended for good",
            Self::SwitchOn => "Switched on",
        }
    }
}

/// The rows by group, groups without rows left out; rows keep their order.
pub fn grouped<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<(Group, Vec<&'a Row>)> {
    let mut groups = Group::ALL.map(|group| (group, Vec::new()));
    for row in rows {
        let of = Group::of(row.mark);
        groups.iter_mut().filter(|(group, _)| *group == of).for_each(|(_, rows)| rows.push(row));
    }
    groups.into_iter().filter(|(_, rows)| !rows.is_empty()).collect()
}
