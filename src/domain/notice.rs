//! Notices: what a person has to hear of, and when each wants to hear it.
//!
//! A notice is said once while its condition lasts. When it is sent follows from the reader's [`Manner`] alone: what is wanted,
//! how often, and the hours in which nothing comes.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::dictionary;
use super::id::{UserId, WebhookId};
use super::invalid::Invalid;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Meta refused an ad.
    Rejected,
    /// Somebody, or a guard, stopped campaigns.
    Stopped,
    /// A spending limit is close, its figures are old, or nobody guards it.
    LimitClose,
    /// A campaign is on and has spent nothing for 24 hours.
    NoDelivery,
    /// Money goes out and no result comes in.
    NoResults,
    /// The ad account cannot run ads, or soon cannot pay.
    AccountProblem,
    /// The connection's token ends soon, or has.
    TokenDying,
    /// A plan could not be carried out.
    ApplyFailed,
    /// A plan waits for a second person.
    ApprovalWaits,
    /// A learned split waits for a person.
    SplitWaits,
    /// Somebody changed a campaign outside Tandem, or Meta did.
    ChangedOutside,
}

impl NoticeKind {
    /// In the order shown.
    pub const ALL: [Self; 11] = [
        Self::Rejected,
        Self::Stopped,
        Self::LimitClose,
        Self::NoDelivery,
        Self::NoResults,
        Self::AccountProblem,
        Self::TokenDying,
        Self::ApplyFailed,
        Self::ApprovalWaits,
        Self::SplitWaits,
        Self::ChangedOutside,
    ];

    /// The word in forms, tables and webhook bodies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Stopped => "stopped",
            Self::LimitClose => "limit_close",
            Self::NoDelivery => "no_delivery",
            Self::NoResults => "no_results",
            Self::AccountProblem => "account_problem",
            Self::TokenDying => "token_dying",
            Self::ApplyFailed => "apply_failed",
            Self::ApprovalWaits => "approval_waits",
            Self::SplitWaits => "split_waits",
            Self::ChangedOutside => "changed_outside",
        }
    }

    /// From the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Rejected => "An ad was rejected",
            Self::Stopped => "Campaigns were stopped",
            Self::LimitClose => "A spending limit is close",
            Self::NoDelivery => "No delivery for 24 hours",
            Self::NoResults => "Spending without results",
            Self::AccountProblem => "Account or billing problem",
            Self::TokenDying => "A connection is about to end",
            Self::ApplyFailed => "A plan could not be carried out",
            Self::ApprovalWaits => "A plan waits for a second person",
            Self::SplitWaits => "A better split waits for approval",
            Self::ChangedOutside => "A campaign was changed outside",
        }
    }

    /// Whether money is at stake at once, so that waiting for the morning may cost some.
    pub fn is_urgent(self) -> bool {
        matches!(self, Self::Stopped | Self::LimitClose | Self::NoResults | Self::AccountProblem | Self::ApplyFailed)
    }

    /// Whether it tells of something that happened, and so stays worth telling when it is over.
    pub fn is_event(self) -> bool {
        matches!(self, Self::Stopped | Self::ApplyFailed)
    }
}

/// How often a reader wants to hear; whatever came together is one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// When it happens.
    AtOnce,
    /// At most once an hour, at the full hour.
    Hourly,
    /// Once a day, at eight in the morning.
    Daily,
}

impl Grouping {
    /// In the order shown.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Hourly, Self::Daily];

    /// The word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::AtOnce => "when it happens",
            Self::Hourly => "once an hour at most",
            Self::Daily => "once a day, at 8:00",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grouping| grouping.as_str() == text)
    }
}

/// Hours of the day in which nothing comes; over midnight where `from` is later than `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct QuietHours {
    /// The first quiet minute.
    pub from: NaiveTime,
    /// The first minute that is not quiet any more.
    pub until: NaiveTime,
}

impl QuietHours {
    fn covers(self, time: NaiveTime) -> bool {
        if self.from <= self.until { self.from <= time && time < self.until } else { time >= self.from || time < self.until }
    }
}

/// What a reader wants to hear of, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manner {
    /// Which kinds; none means silence.
    pub kinds: BTreeSet<NoticeKind>,
    /// How often.
    pub grouping: Grouping,
    /// When nothing comes.
    pub quiet: Option<QuietHours>,
    /// Whether [urgent](NoticeKind::is_urgent) kinds come in the quiet hours too, and at once.
    pub urgent_anyway: bool,
    /// The zone in which hours are meant.
    pub zone: Tz,
}

impl Manner {
    /// Everything, when it happens.
    pub fn everything(zone: Tz) -> Self {
        Self { kinds: NoticeKind::ALL.into(), grouping: Grouping::AtOnce, quiet: None, urgent_anyway: true, zone }
    }

    /// Nothing.
    pub fn silence(zone: Tz) -> Self {
        Self { kinds: BTreeSet::new(), ..Self::everything(zone) }
    }

    /// When a notice of this kind, raised at `raised`, goes out; `None` where it is not wanted.
    pub fn due(&self, kind: NoticeKind, raised: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if !self.kinds.contains(&kind) {
            return None;
        }
        if self.urgent_anyway && kind.is_urgent() {
            return Some(raised);
        }
        Some(self.after_quiet(self.grouped(raised)))
    }

    fn grouped(&self, raised: DateTime<Utc>) -> DateTime<Utc> {
        const MORNING: u32 = 8;
        let local = raised.with_timezone(&self.zone);
        match self.grouping {
            Grouping::AtOnce => raised,
            Grouping::Hourly => {
                let into = i64::from(local.minute()) * 60 + i64::from(local.second());
                raised - Duration::nanoseconds(i64::from(raised.nanosecond())) + Duration::seconds(3600 - into)
            }
            Grouping::Daily => {
                let eight = NaiveTime::from_hms_opt(MORNING, 0, 0).unwrap_or_default();
                let day = if local.time() < eight { local.date_naive() } else { local.date_naive() + Duration::days(1) };
                self.at(day.and_time(eight))
            }
        }
    }

    fn after_quiet(&self, due: DateTime<Utc>) -> DateTime<Utc> {
        let local = due.with_timezone(&self.zone);
        match self.quiet {
            Some(quiet) if quiet.covers(local.time()) => {
                let day = if local.time() < quiet.until { local.date_naive() } else { local.date_naive() + Duration::days(1) };
                self.at(day.and_time(quiet.until))
            }
            _ => due,
        }
    }

    /// A local time as an instant; one that the clocks skip means the first that exists after it.
    fn at(&self, local: chrono::NaiveDateTime) -> DateTime<Utc> {
        let mut local = local;
        // No zone has ever skipped a whole day's worth of half hours but one; 48 tries cover a day.
        for _ in 0..48 {
            if let Some(found) = self.zone.from_local_datetime(&local).earliest() {
                return found.to_utc();
            }
            local += Duration::minutes(30);
        }
        local.and_utc()
    }
}

/// A [`Manner`] as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct MannerForm {
    /// Kinds' words.
    pub kinds: Vec<String>,
    /// A grouping's word.
    pub grouping: String,
    /// `HH:MM`, or empty for no quiet hours.
    pub quiet_from: String,
    /// `HH:MM`, or empty.
    pub quiet_until: String,
    /// Whether urgent kinds come anyway.
    pub urgent_anyway: bool,
    /// The zone's name, as `Europe/Lisbon`.
    pub zone: String,
}

impl MannerForm {
    /// What a form shows of a manner.
    pub fn of(manner: &Manner) -> Self {
        let time = |time: NaiveTime| time.format("%H:%M").to_string();
        Self {
            kinds: manner.kinds.iter().map(|kind| kind.as_str().to_owned()).collect(),
            grouping: manner.grouping.as_str().to_owned(),
            quiet_from: manner.quiet.map(|quiet| time(quiet.from)).unwrap_or_default(),
            quiet_until: manner.quiet.map(|quiet| time(quiet.until)).unwrap_or_default(),
            urgent_anyway: manner.urgent_anyway,
            zone: manner.zone.name().to_owned(),
        }
    }

    /// The manner, or what is wrong at which field.
    pub fn read(&self) -> Result<Manner, Invalid> {
        let mut invalid = Invalid::default();
        let mut kinds = BTreeSet::new();
        for word in &self.kinds {
            match NoticeKind::parse(word) {
                Some(kind) => {
                    kinds.insert(kind);
                }
                None => invalid.add("kinds", dictionary::notice_kind_unknown(word)),
            }
        }
        let grouping = Grouping::parse(&self.grouping);
        if grouping.is_none() {
            invalid.add("grouping", dictionary::notice_grouping_missing());
        }
        let zone = self.zone.trim().parse::<Tz>().ok();
        if zone.is_none() {
            invalid.add("zone", dictionary::zone_unknown());
        }
        let mut time = |field: &str, text: &str| match text.trim() {
            "" => None,
            text => match NaiveTime::parse_from_str(text, "%H:%M") {
                Ok(time) => Some(time),
                Err(_) => {
                    invalid.add(field, dictionary::time_of_day_unreadable(text));
                    None
                }
            },
        };
        let (from, until) = (time("quiet_from", &self.quiet_from), time("quiet_until", &self.quiet_until));
        let quiet = match (from, until) {
            (Some(from), Some(until)) if from == until => {
                invalid.add("quiet_until", dictionary::quiet_hours_endless());
                None
            }
            (Some(from), Some(until)) => Some(QuietHours { from, until }),
            (None, None) => None,
            (Some(_), None) => {
                invalid.add("quiet_until", dictionary::quiet_until_missing());
                None
            }
            (None, Some(_)) => {
                invalid.add("quiet_from", dictionary::quiet_from_missing());
                None
            }
        };
        match (grouping, zone) {
            (Some(grouping), Some(zone)) if invalid.is_empty() => {
                Ok(Manner { kinds, grouping, quiet, urgent_anyway: self.urgent_anyway, zone })
            }
            _ => Err(invalid),
        }
    }
}

/// Who a message goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A member, by e-mail.
    Person(UserId),
    /// A webhook of the workspace.
    Webhook(WebhookId),
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Webhook(id) => write!(f, "webhook:{id}"),
        }
    }
}

impl Target {
    /// From the database's word.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("person", id) => id.parse().ok().map(Self::Person),
            ("webhook", id) => id.parse().ok().map(Self::Webhook),
            _ => None,
        }
    }
}

/// In which form a webhook is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookForm {
    /// Our own JSON, signed with HMAC-SHA256.
    Signed,
    /// What Slack's incoming webhooks take.
    Slack,
}

impl WebhookForm {
    /// The word in forms and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Slack => "slack",
        }
    }

    /// From the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Signed, Self::Slack].into_iter().find(|form| form.as_str() == text)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn manner(grouping: Grouping, quiet: Option<(&str, &str)>) -> Manner {
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
        let quiet = quiet.map(|(from, until)| QuietHours { from: time(from), until: time(until) });
        Manner { grouping, quiet, urgent_anyway: false, ..Manner::everything(chrono_tz::Europe::Lisbon) }
    }

    #[test]
    fn in_the_quiet_hours_a_notice_waits_for_their_end() {
        let night = manner(Grouping::AtOnce, Some(("22:00", "07:30")));
        for (raised, due) in [
            ("2026-11-21T21:59:59Z", "2026-11-21T21:59:59Z"),
            ("2026-11-21T22:00:00Z", "2026-11-22T07:30:00Z"),
            ("2026-11-22T03:00:00Z", "2026-11-22T07:30:00Z"),
            ("2026-11-22T07:30:00Z", "2026-11-22T07:30:00Z"),
            // In July Lisbon is an hour ahead of UTC.
            ("2026-07-01T21:30:00Z", "2026-07-02T06:30:00Z"),
        ] {
            assert_eq!(night.due(NoticeKind::Rejected, at(raised)), Some(at(due)), "{raised}");
        }
        let noon = manner(Grouping::AtOnce, Some(("12:00", "13:00")));
        assert_eq!(noon.due(NoticeKind::Rejected, at("2026-11-21T12:10:00Z")), Some(at("2026-11-21T13:00:00Z")));
        assert_eq!(noon.due(NoticeKind::Rejected, at("2026-11-21T14:10:00Z")), Some(at("2026-11-21T14:10:00Z")));
    }

    #[test]
    fn what_is_grouped_waits_for_the_hour_or_the_morning_and_then_for_the_end_of_quiet() {
        let hourly = manner(Grouping::Hourly, None);
        assert_eq!(hourly.due(NoticeKind::Rejected, at("2026-11-21T10:20:30.5Z")), Some(at("2026-11-21T11:00:00Z")));
        let daily = manner(Grouping::Daily, None);
        assert_eq!(daily.due(NoticeKind::Rejected, at("2026-11-21T07:59:00Z")), Some(at("2026-11-21T08:00:00Z")));
        assert_eq!(daily.due(NoticeKind::Rejected, at("2026-11-21T08:00:00Z")), Some(at("2026-11-22T08:00:00Z")));
        let both = manner(Grouping::Daily, Some(("20:00", "09:00")));
        assert_eq!(both.due(NoticeKind::Rejected, at("2026-11-21T10:00:00Z")), Some(at("2026-11-22T09:00:00Z")));
    }

    #[test]
    fn what_is_urgent_comes_anyway_only_where_that_is_wanted() {
        let mut night = manner(Grouping::Hourly, Some(("22:00", "07:00")));
        let raised = at("2026-11-21T23:10:00Z");
        assert_eq!(night.due(NoticeKind::Stopped, raised), Some(at("2026-11-22T07:00:00Z")));
        night.urgent_anyway = true;
        assert_eq!(night.due(NoticeKind::Stopped, raised), Some(raised));
        assert_eq!(night.due(NoticeKind::Rejected, raised), Some(at("2026-11-22T07:00:00Z")));
        night.kinds.remove(&NoticeKind::Stopped);
        assert_eq!(night.due(NoticeKind::Stopped, raised), None);
    }

    #[test]
    fn an_hour_that_the_clocks_skip_means_the_next_one_there_is() {
        let spring = manner(Grouping::AtOnce, Some(("00:00", "01:30")));
        // On 29 March 2026 Lisbon goes from 01:00 straight to 02:00.
        assert_eq!(spring.due(NoticeKind::Rejected, at("2026-03-29T00:20:00Z")), Some(at("2026-03-29T01:00:00Z")));
    }

    #[test]
    fn a_form_reads_back_what_it_shows_and_names_the_field_that_is_wrong() {
        let manner = manner(Grouping::Daily, Some(("22:00", "07:30")));
        assert_eq!(MannerForm::of(&manner).read(), Ok(manner.clone()));
        let wrong = |change: fn(&mut MannerForm)| {
            let mut form = MannerForm::of(&manner);
            change(&mut form);
            form.read().unwrap_err().problems[0].field.clone()
        };
        assert_eq!(wrong(|f| f.kinds.push("weather".into())), "kinds");
        assert_eq!(wrong(|f| f.grouping = String::new()), "grouping");
        assert_eq!(wrong(|f| f.quiet_from = "25:00".into()), "quiet_from");
        assert_eq!(wrong(|f| f.quiet_from = String::new()), "quiet_from");
        assert_eq!(wrong(|f| f.quiet_until = "22:00".into()), "quiet_until");
        assert_eq!(wrong(|f| f.zone = "Mars/Olympus".into()), "zone");
    }
}
