//! The words of the budget: how urgent a call is, what it counts as, what an answer told, why a call waits.

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

/// Points of a batch of 50 changes and the call that reads them back.
const FULL_BATCH: i64 = 151;

/// How urgent work is: lower first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Pausing and stopping.
    Stop = 0,
    /// Changing what runs.
    Edit = 10,
    /// Making new things.
    Create = 20,
    /// Reading.
    Read = 30,
}

impl Urgency {
    /// Every urgency, the most urgent first.
    pub const ALL: [Self; 4] = [Self::Stop, Self::Edit, Self::Create, Self::Read];

    /// The word people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Stop => "stops",
            Self::Edit => "edits",
            Self::Create => "creates",
            Self::Read => "reads",
        }
    }

    /// Percent of a budget that this urgency may use up.
    pub fn ceiling(self) -> i64 {
        match self {
            Self::Stop => 100,
            Self::Edit => 90,
            Self::Create => 75,
            Self::Read => 60,
        }
    }

    /// Points that must have come back before work which had to wait goes on: a little at a time would cost more in waking up, and in
    /// reading back, than it moves. What is urgent goes as soon as it can; what makes something waits for all that is wanted, for a
    /// full batch, or for two fifths of the budget.
    pub(super) fn stride(self, tier: Tier, wanted: Cost) -> i64 {
        match self {
            Self::Stop | Self::Edit => 0,
            Self::Create => (tier.points() * 2 / 5).min(FULL_BATCH).min(wanted.points()),
            Self::Read => tier.points() / 10,
        }
    }
}

/// What an app may do with an ad account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Limited access, in headers still `development_access`.
    Limited,
    /// Full access, in headers still `standard_access`.
    Full,
}

impl Tier {
    /// From the word in headers.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "development_access" => Some(Self::Limited),
            "standard_access" => Some(Self::Full),
            _ => None,
        }
    }

    /// Most points of an ad account.
    pub fn points(self) -> i64 {
        match self {
            Self::Limited => 60,
            Self::Full => 9_000,
        }
    }

    /// Calls an hour that an ad account has whatever runs in it; ads that are on add to them.
    pub(super) fn calls(self, use_case: UseCase) -> i64 {
        match (use_case, self) {
            (UseCase::Management, Self::Limited) => 300,
            (UseCase::Management, Self::Full) => 100_000,
            (UseCase::Insights, Self::Limited) => 600,
            (UseCase::Insights, Self::Full) => 190_000,
        }
    }
}

/// Which calls an hour a call counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UseCase {
    /// Campaigns, ad sets, ads and what belongs to them.
    Management,
    /// Figures.
    Insights,
}

/// What a request counts as: each part of a batch is a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Calls that read.
    pub reads: u32,
    /// Calls that change something, or ask whether they could.
    pub writes: u32,
    /// Whether they are about figures.
    pub insights: bool,
}

impl Cost {
    /// One call that changes something, and one that reads it back.
    pub const CHANGE: Self = Self { reads: 1, writes: 1, insights: false };
    /// One call that changes something.
    pub const WRITE: Self = Self { reads: 0, writes: 1, insights: false };
    /// One call that reads.
    pub const READ: Self = Self { reads: 1, writes: 0, insights: false };

    /// Points of an ad account.
    pub fn points(self) -> i64 {
        i64::from(self.reads) + 3 * i64::from(self.writes)
    }

    pub(super) fn calls(self) -> i64 {
        i64::from(self.reads) + i64::from(self.writes)
    }

    pub(super) fn use_case(self) -> UseCase {
        if self.insights { UseCase::Insights } else { UseCase::Management }
    }

    pub(super) fn times(self, count: usize) -> Self {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Self { reads: self.reads.saturating_mul(count), writes: self.writes.saturating_mul(count), ..self }
    }

    fn and(self, other: Self) -> Self {
        let (reads, writes) = (self.reads.saturating_add(other.reads), self.writes.saturating_add(other.writes));
        Self { reads, writes, insights: self.insights }
    }
}

/// Calls of one kind that go together as far as there is room, and what goes with them however many they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Together {
    /// One of them.
    pub each: Cost,
    /// How many there are.
    pub at_most: usize,
    /// What belongs to all of them, such as the call that reads them back.
    pub with: Cost,
}

impl Together {
    /// What goes as a whole or not at all.
    pub fn whole(cost: Cost) -> Self {
        Self { each: cost, at_most: 1, with: Cost::default() }
    }

    /// So many changes, and one call that reads them back.
    pub fn changes(count: usize) -> Self {
        Self { each: Cost::WRITE, at_most: count, with: Cost::READ }
    }

    /// What so many of them cost.
    pub(super) fn of(self, count: usize) -> Cost {
        self.each.times(count).and(self.with)
    }
}

/// What an answer told of the limits; what it left out is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// The app's access.
    pub tier: Option<Tier>,
    /// Hundredths of a percent of the ad account's points, rounded up.
    pub points: Option<i64>,
    /// Percent of the calls an hour for management, rounded up.
    pub management: Option<i64>,
    /// Percent of the calls an hour for insights, rounded up.
    pub insights: Option<i64>,
    /// Percent of the app's own calls an hour, rounded up.
    pub app: Option<i64>,
    /// How long to stay away.
    pub regain: Option<Duration>,
}

/// Why a call waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The account's points.
    Points,
    /// The account's calls an hour.
    Calls,
    /// Changes within a second.
    Changes,
    /// Meta said to stay away.
    Closed,
    /// The app's own calls an hour.
    App,
    /// Something else comes first: it is more urgent, or has waited long.
    Turn,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Points => "the ad account’s points are used up as far as this may use them",
            Self::Calls => "the ad account’s calls of this hour are used up as far as this may use them",
            Self::Changes => "a hundred changes a second are allowed",
            Self::Closed => "Meta asked to stay away for a while",
            Self::Turn => "something more urgent, or that has waited long, comes first",
            Self::App => "the app’s calls of this hour are used up as far as this may use them",
        })
    }
}

/// That a call must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// What waits.
    pub urgency: Urgency,
    /// Since when, of the calls of this urgency that had to wait one after another.
    pub since: DateTime<Utc>,
    /// Until when, platform time.
    pub until: DateTime<Utc>,
    /// For what.
    pub why: Why,
}

/// How a budget stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The app's access, where it is known.
    pub tier: Option<Tier>,
    /// Points used and most; `None` where nobody tells.
    pub points: Option<(i64, i64)>,
    /// When no point would be used any more, were no call made.
    pub empty_at: DateTime<Utc>,
    /// Calls of the last hour for management, used and most.
    pub management: Option<(i64, i64)>,
    /// The same for figures.
    pub insights: Option<(i64, i64)>,
    /// Until when Meta wants nobody to come.
    pub closed_until: Option<DateTime<Utc>>,
    /// What waits now.
    pub waiting: Vec<Wait>,
}
