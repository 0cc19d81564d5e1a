//! Values that several endpoints share, as programs read them: times, ids of Meta, lists of problems.

use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::SecretString;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::domain::campaign::{Reading, Sketch};
use crate::domain::invalid::{Invalid, Problem};
use crate::domain::money::Money;
use crate::domain::network::Network;
use crate::service::Error;
use crate::web::error::ApiError;
use crate::web::format::stamp;

/// A time: RFC 3339 in UTC, to the second.
#[derive(Debug, Clone, Copy)]
pub struct Time(pub DateTime<Utc>);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&stamp(self.0))
    }
}

impl JsonSchema for Time {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "pattern": "Z$" })
    }
}

/// A secret that is sent and never answered: a secret from the moment it is read.
pub struct Secret(pub SecretString);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The usual refusal of a number would quote it.
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text.into())),
            _ => Err(D::Error::custom("a secret is text")),
        }
    }
}

impl JsonSchema for Secret {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "password", "writeOnly": true })
    }
}

/// Puts each problem at the member of the body that it is about, where the use case calls that otherwise.
pub fn at_member(error: Error, member: impl Fn(&str) -> String) -> ApiError {
    let Error::Invalid(invalid) = error else { return error.into() };
    let mut renamed = Invalid::default();
    for problem in invalid.problems {
        renamed.problems.push(Problem { field: member(&problem.field), ..problem });
    }
    Error::Invalid(renamed).into()
}

/// An ad set that a campaign makes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdSetSketch {
    /// Its networks.
    networks: Vec<Network>,
    /// Its placements' words.
    placements: Vec<String>,
    /// Its budget, exactly; absent where the form does not say enough or the campaign holds the budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<Money>,
}

impl AdSetSketch {
    fn of(sketch: &Sketch) -> Self {
        Self {
            networks: sketch.networks.clone(),
            placements: sketch.placements.iter().map(ToString::to_string).collect(),
            budget: sketch.budget,
        }
    }
}

/// Something worth knowing about a field.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FieldNote {
    /// The form field.
    field: String,
    /// A sentence for people.
    message: String,
}

/// What a campaign's form says.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Judged {
    /// Whether it can be planned: there is no problem.
    pub is_valid: bool,
    /// Every problem at its field.
    pub problems: Vec<Problem>,
    /// What is not wrong but worth knowing, at its field.
    pub notes: Vec<FieldNote>,
    /// The ad sets it makes, as far as they can be worked out.
    pub ad_sets: Vec<AdSetSketch>,
    /// The money committed, once budget and split are known.
    pub commitments: Option<crate::domain::campaign::Commitments>,
}

impl Judged {
    /// From the reading of a form.
    pub fn of(reading: &Reading) -> Self {
        let note = |note: &crate::domain::campaign::Note| FieldNote { field: note.field.clone(), message: note.message.clone() };
        Self {
            is_valid: reading.campaign.is_some(),
            problems: reading.invalid.problems.clone(),
            notes: reading.makes.notes.iter().map(note).collect(),
            ad_sets: reading.makes.ad_sets.iter().map(AdSetSketch::of).collect(),
            commitments: reading.makes.commitments,
        }
    }
}
