//! Drift: what somebody changed outside Tandem since Tandem last wrote it, object by object and field by field.
//!
//! Three things are compared: what is wanted here, what Meta said when Tandem last wrote it ([`Settled`]), and what Meta says now.
//! Where Meta still says what it said then, a difference from what is wanted is an edit made here that waits to be published, and
//! no drift. Where Meta says what is wanted, nothing is to be done, whoever did it.

mod find;
mod take;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::creative::Enhancement;
use super::currency::Currency;
use super::id::ObjectId;
use super::plan::{Field, Kind, ObjectRef, bare};

pub use find::find;
pub use take::{Taken, take};

/// What Meta said of each object, field by field, when Tandem last wrote that field.
pub type Settled = BTreeMap<ObjectRef, BTreeMap<Field, String>>;

/// What of an object drifted; the derived order is the order shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// It was deleted or archived.
    Gone,
    /// It appeared under a campaign of ours.
    Added,
    /// One of its fields.
    Field(Field),
    /// One of the changes that Meta may make by itself.
    Enhancement(Enhancement),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("gone"),
            Self::Added => f.write_str("added"),
            Self::Field(field) => f.write_str(&field.word()),
            Self::Enhancement(one) => write!(f, "enhancement.{}", one.wire()),
        }
    }
}

impl FromStr for Part {
    type Err = NotAPick;

    fn from_str(text: &str) -> Result<Self, NotAPick> {
        match text {
            "gone" => Ok(Self::Gone),
            "added" => Ok(Self::Added),
            _ => match text.strip_prefix("enhancement.") {
                Some(name) => Enhancement::parse(name).map(Self::Enhancement).ok_or(NotAPick),
                None => Field::parse(text).map(Self::Field).ok_or(NotAPick),
            },
        }
    }
}

/// The text names no part of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a drift is named like 123.budget: the object’s id, a dot, and the field")]
pub struct NotAPick;

/// One drift, as it is ticked: which object, and what of it. As text `123.budget`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pick {
    /// The object's id here.
    pub object: ObjectId,
    /// What of it.
    pub part: Part,
}

impl fmt::Display for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.object, self.part)
    }
}

impl FromStr for Pick {
    type Err = NotAPick;

    fn from_str(text: &str) -> Result<Self, NotAPick> {
        let (object, part) = text.trim().split_once('.').ok_or(NotAPick)?;
        Ok(Self { object: object.parse().map_err(|_| NotAPick)?, part: part.parse()? })
    }
}

/// Something that is not as Tandem left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Which object.
    pub object: ObjectRef,
    /// Its name, without the token; a creative is called by its ad.
    pub name: String,
    /// What of it.
    pub part: Part,
    /// What is wanted, canonical; of an object that is gone or appeared, nothing.
    pub wanted: String,
    /// What Meta says, canonical.
    pub now: String,
    /// Whether what is wanted was changed here too since and is not published yet.
    pub edited_here: bool,
}

impl Drift {
    /// Which it is.
    pub fn pick(&self) -> Pick {
        Pick { object: self.object.id, part: self.part }
    }

    /// What of it, as people read it.
    pub fn label(&self) -> String {
        match self.part {
            Part::Gone | Part::Added => "State".to_owned(),
            Part::Field(field) => field.label().to_owned(),
            Part::Enhancement(one) => format!("Meta may {}", one.label()),
        }
    }

    /// What is wanted, as people read it.
    pub fn show_wanted(&self, currency: Currency, local: impl Fn(&str) -> String) -> String {
        match self.part {
            Part::Gone => "there".to_owned(),
            Part::Added => "not there".to_owned(),
            _ => self.show(&self.wanted, "the one chosen here", currency, local),
        }
    }

    /// What Meta says, as people read it.
    pub fn show_now(&self, currency: Currency, local: impl Fn(&str) -> String) -> String {
        match self.part {
            Part::Gone => "deleted or archived".to_owned(),
            Part::Added => format!("added, {}", Field::Switch.show(&self.now, currency, local)),
            _ => self.show(&self.now, "another one", currency, local),
        }
    }

    fn show(&self, text: &str, only_an_id: &str, currency: Currency, local: impl Fn(&str) -> String) -> String {
        match self.part {
            Part::Field(Field::Name) => bare(text).to_owned(),
            Part::Field(Field::Creative | Field::Picture) => only_an_id.to_owned(),
            Part::Field(field) => field.show(text, currency, local),
            Part::Enhancement(_) if text == "on" => "allowed".to_owned(),
            _ => "not allowed".to_owned(),
        }
    }

    /// Whether it is about what an ad says and shows, which Meta keeps in one creative that never changes.
    pub fn is_of_creative(&self) -> bool {
        self.object.kind == Kind::Creative
    }
}

/// What was found of a campaign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// What is not as Tandem left it, the campaign first, then by object and part.
    pub drifts: Vec<Drift>,
    /// How many fields were edited here and wait to be published, objects to be made included.
    pub waiting: usize,
}

#[cfg(test)]
mod tests;
