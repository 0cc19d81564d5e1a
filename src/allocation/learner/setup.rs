//! What the learner is told: the ad sets, the objective and the daily rows. Everything here is plain data that can be stored,
//! so that a decision can be made again from its inputs.

use serde::{Deserialize, Serialize};

/// The step by which a budget may move a day. That larger changes restart Meta's learning is common knowledge among agencies;
/// Meta publishes no threshold ("significant edits and the learning phase"), hence a setting.
pub const DEFAULT_STEP: f64 = 0.2;
/// Days in which results are still added to the day of their click: Meta's default attribution window.
pub const DEFAULT_WINDOW: u32 = 7;
/// The most ad sets one learner divides money over.
pub const MOST_SEGMENTS: usize = 1_000;
/// The most days one learner keeps; older ones are history for reports.
pub const MOST_DAYS: u32 = 4_000;

/// What is to be made as large as possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// The number of results.
    Results,
    /// The value of the results.
    Value,
}

/// One ad set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Unique among its siblings.
    pub name: String,
    /// The network, such as `facebook`; ad sets of one network are pooled more closely. May be empty.
    #[serde(default)]
    pub platform: String,
    /// The position, such as `feed`. May be empty.
    #[serde(default)]
    pub placement: String,
}

/// What does not change while the learner learns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// Results or value.
    pub objective: Objective,
    /// The daily total at the start, minor units: only the scale at which curves are looked for.
    pub total: i64,
    /// How many days it will run, where that is known: exploration fades towards the end.
    pub horizon_days: Option<u32>,
    /// Days in which results are still added to the day of their click.
    pub window_days: u32,
    /// The ad sets.
    pub segments: Vec<Segment>,
}

/// One ad set's figures of one day, as known when they were read. A later row of the same day replaces an earlier one.
///
/// A day on which an ad set has no row is unknown, which is not the same as zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Days since any fixed day; weekdays are told by the remainder of division by 7.
    pub day: u32,
    /// The ad set, by its place in the set-up.
    pub segment: usize,
    /// The budget of the day, minor units.
    pub budget: i64,
    /// What was spent, minor units.
    pub spend: i64,
    /// Clicks (link clicks at Meta); where the account counts none, results stand in for them.
    pub clicks: u64,
    /// Results booked on this day so far.
    pub results: u64,
    /// Their value so far, minor units.
    pub value: i64,
}

/// Why the learner does not take what it was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too few or too many ad sets.
    #[error("between 1 and {MOST_SEGMENTS} ad sets can share a budget, not {0}")]
    Segments(usize),
    /// Two ad sets of one name.
    #[error("two ad sets are named {0:?}")]
    SameName(String),
    /// A total that cannot be divided.
    #[error("the daily total must be above zero, not {0}")]
    Total(i64),
    /// A window that makes no sense.
    #[error("results may come in for 0 to 28 days after the click, not {0}")]
    Window(u32),
    /// A row of an ad set that is not there.
    #[error("a row names ad set {0}, and there are {1}")]
    UnknownSegment(usize, usize),
    /// A row with an amount below zero.
    #[error("a row of day {0} has an amount below zero")]
    Negative(u32),
    /// A day beyond what can be kept.
    #[error("day {0} is more than {MOST_DAYS} days after the first")]
    TooLong(u32),
    /// A list that does not have one entry an ad set.
    #[error("there are {expected} ad sets and {found} {what}")]
    Lengths {
        /// What was listed.
        what: &'static str,
        /// How many there were.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// Bounds that no division can meet.
    #[error("the bounds leave no room: floors sum to {floors}, ceilings to {ceilings}, the total is {total}")]
    NoRoom {
        /// Sum of the floors.
        floors: i64,
        /// Sum of the ceilings.
        ceilings: i64,
        /// The total.
        total: i64,
    },
    /// One ad set's floor above its ceiling, or below zero.
    #[error("ad set {0}: the floor must lie between 0 and the ceiling")]
    Crossed(usize),
    /// A step that makes no sense.
    #[error("the step must be above 0 and at most 1 (20 % is 0.2)")]
    Step,
}

impl Setup {
    /// Looks the set-up over.
    ///
    /// # Errors
    /// [`Refused`] naming what is wrong.
    pub fn check(&self) -> Result<(), Refused> {
        let n = self.segments.len();
        if n == 0 || n > MOST_SEGMENTS {
            return Err(Refused::Segments(n));
        }
        if self.total <= 0 {
            return Err(Refused::Total(self.total));
        }
        if self.window_days > 28 {
            return Err(Refused::Window(self.window_days));
        }
        let mut names: Vec<&str> = self.segments.iter().map(|s| s.name.as_str()).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(Refused::SameName(pair[0].to_owned())),
            None => Ok(()),
        }
    }

    /// An even share of the starting total, minor units: the unit in which spend is looked at.
    pub fn even_share(&self) -> f64 {
        self.total as f64 / self.segments.len().max(1) as f64
    }
}
