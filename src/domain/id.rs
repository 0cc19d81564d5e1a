//! Ids: globally unique, time-ordered 64-bit integers, one newtype a kind of thing.
//!
//! 43 bits of milliseconds since 2020, then 20 bits that differ within a millisecond. They are strings in JSON, because
//! JavaScript's numbers lose integers above 2^53.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::dictionary::{self, Sentence};

/// 2020-01-01T00:00:00Z in Unix milliseconds: the zero of the time part.
const EPOCH_MS: i64 = 1_577_836_800_000;
const LOW_BITS: u32 = 20;

static LAST: AtomicI64 = AtomicI64::new(0);

/// Makes the next id from the time in Unix milliseconds and some random bits.
///
/// Within one process ids strictly increase even if the clock stands still or steps back; between processes the random low
/// bits keep ids of the same millisecond apart (a collision is a primary-key conflict, never a silent overwrite).
pub fn next(now_ms: i64, random: u32) -> i64 {
    let fresh = ((now_ms - EPOCH_MS).max(0) << LOW_BITS) | i64::from(random & ((1 << LOW_BITS) - 1));
    let mut last = LAST.load(Ordering::Relaxed);
    loop {
        let id = fresh.max(last + 1);
        match LAST.compare_exchange_weak(last, id, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return id,
            Err(seen) => last = seen,
        }
    }
}

/// Text that is not an id: ids are digits only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is a whole number made of digits only")]
pub struct NotAnId;

impl From<NotAnId> for Sentence {
    fn from(_: NotAnId) -> Self {
        dictionary::not_an_id()
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(NotAnId);
                }
                text.parse().map(Self).map_err(|_| NotAnId)
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": "^[0-9]{1,19}$" })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// One business: the tenant.
    WorkspaceId;
    /// A person who signs in.
    UserId;
    /// A bearer token of the admin HTTP endpoints.
    ApiTokenId;
    /// A login to Meta or to the sandbox.
    ConnectionId;
    /// An ad account linked to a workspace, or a file-only one that imports feed.
    AdAccountId;
    /// A campaign: desired here, or observed at Meta or in a file.
    CampaignId;
    /// An ad set, desired or observed.
    AdSetId;
    /// An ad, desired or observed.
    AdId;
    /// Any observed object, whatever its kind.
    ObjectId;
    /// One report file read in.
    ImportId;
    /// A plan: the reviewed difference between desired and observed.
    PlanId;
    /// A queued piece of work.
    JobId;
    /// A picture kept for ads.
    PictureId;
    /// An emergency stop and what it remembers.
    StopId;
    /// A plan that waits for a second person, or did.
    ApprovalId;
    /// A pasted token whose ad accounts are not chosen yet.
    PendingId;
    /// A page of a connection.
    PageId;
    /// A pixel of an ad account.
    PixelId;
    /// A notice to people.
    NoticeId;
    /// A webhook that notices go to.
    WebhookId;
    /// A label of campaigns.
    LabelId;
    /// A filter of the list that somebody keeps.
    FilterId;
    /// A spending limit.
    LimitId;
    /// A campaign that the guard paused.
    HoldId;
    /// A saved audience of a workspace.
    SavedAudienceId;
    /// A month envelope.
    EnvelopeId;
    /// A decision about how a campaign's budget is split.
    DecisionId;
    /// A simulation of two arms: learned amounts against the shared division.
    SplitTestId;
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ids_increase_even_when_the_clock_steps_back() {
        let first = next(1_800_000_000_000, 7);
        let second = next(1_700_000_000_000, 3);
        assert!(second > first);
    }

    #[test]
    fn ids_are_strings_in_json() {
        assert_eq!(serde_json::to_string(&CampaignId(9_007_199_254_740_993)).unwrap(), "\"9007199254740993\"");
        assert_eq!(serde_json::from_str::<CampaignId>("\"12\"").unwrap(), CampaignId(12));
    }

    #[test]
    fn only_digits_are_an_id() {
        for text in ["", "-1", "+1", "12a", "99999999999999999999"] {
            assert_eq!(text.parse::<CampaignId>(), Err(NotAnId), "{text:?}");
        }
    }
}
