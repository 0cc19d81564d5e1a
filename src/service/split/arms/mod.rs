//! A simulation of two arms: a campaign whose amounts are learned beside a copy of it that is one shared ad set, each with half of
//! the money, in the sandbox. It says something about the sandbox's auction and nothing about Meta's.

mod compared;
mod end;
mod start;

use chrono::{DateTime, Days, NaiveDate, Utc};

use self::compared::{Span, days, sums};
use super::decide::is_unsettled;
use super::figures::counted_by;
use crate::domain::campaign::{Campaign, CampaignForm, ShapeChoice};
use crate::domain::currency::Currency;
use crate::domain::dictionary;
use crate::domain::id::{AdAccountId, CampaignId, ObjectId, PlanId, WorkspaceId};
use crate::domain::money::Money;
use crate::service::campaigns::result_kind;
use crate::service::{Actor, Ctx, Error, Result, sync};
use crate::store::campaigns::{self, CampaignRow};
use crate::store::connections::{self, AdAccount};
use crate::store::split_tests::{self as rows, TestRow, Wanted};
use crate::store::{Conn, observed, splits, workspaces};

pub use compared::{Comparison, Day, DayState, Figures};
pub use end::{Ended, end};
pub use start::{Offer, Offered, StartForm, offered, start};

/// What stands wherever the figures of a test do.
pub const NOTE: &str = "Simulation: made in the sandbox; it says nothing about Meta.";

/// One of the two arms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arm {
    /// Results decide the amounts of its ad sets.
    Learned,
    /// One ad set over all placements, whose money the platform divides.
    Shared,
}

impl Arm {
    /// In the order shown.
    pub const BOTH: [Self; 2] = [Self::Learned, Self::Shared];

    /// The word in forms, twins and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Learned => "learned",
            Self::Shared => "shared",
        }
    }

    /// From the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::BOTH.into_iter().find(|arm| arm.as_str() == text.trim())
    }
}

/// How far a test is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A plan of an arm waits for approval or is being carried out.
    Waiting,
    /// Both run as planned; the first whole day is still to come or to be read.
    Starting,
    /// So many of its days are over.
    Running {
        /// Today's number; the first is 1.
        day: i64,
    },
    /// All its days are over, and nobody has chosen yet.
    Over,
    /// A person kept this arm.
    Ended(Arm),
}

/// One arm as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArmView {
    /// Which.
    pub arm: Arm,
    /// Its campaign.
    pub campaign: CampaignId,
    /// The campaign's name.
    pub name: String,
    /// What it is to spend a day; `None` where its form has problems.
    pub budget: Option<Money>,
    /// Whether its plan waits for approval or is being carried out; asked while the test has not begun.
    pub waits: bool,
    /// Why it does not deliver as planned, a sentence.
    pub remark: Option<String>,
    /// What it did on the days that count.
    pub figures: Figures,
}

/// A test.
#[derive(Debug, Clone)]
pub struct Test {
    /// How far it is.
    pub state: State,
    /// How many days it is to last.
    pub days: i64,
    /// When a person started it, real time.
    pub started_at: DateTime<Utc>,
    /// The first and the last day that count; `None` before both arms run.
    pub span: Option<(NaiveDate, NaiveDate)>,
    /// When the figures of the last day are complete.
    pub complete_on: Option<NaiveDate>,
    /// Days for which results come in after a day.
    pub window_days: u32,
    /// Both, learned first.
    pub arms: [ArmView; 2],
    /// What is not as it was planned, of both together, a sentence each.
    pub remarks: Vec<String>,
    /// Every whole day so far, oldest first.
    pub daily: Vec<Day>,
    /// What the days that count say; `None` before there is anything to compare.
    pub comparison: Option<Comparison>,
    /// How many learned moves were carried out since it began.
    pub moves: usize,
    /// The plan that puts the other arm away, once ended.
    pub ending_plan: Option<PlanId>,
}

/// The page of a campaign's test.
#[derive(Debug, Clone)]
pub struct TestPage {
    /// The campaign with learned amounts: its page is the test's.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// Its currency.
    pub currency: Currency,
    /// One result, and several.
    pub noun: (String, String),
    /// The newest test; `None` where none was ever started.
    pub test: Option<Test>,
    /// Whether another can be started.
    pub offer: Offer,
}

/// Of which test a campaign is an arm now, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArmOf {
    /// The campaign with learned amounts, whose page is the test's.
    pub campaign: CampaignId,
    /// Which arm it is.
    pub arm: Arm,
}

/// The page of the newest test that a campaign is or was an arm of.
///
/// # Errors
/// [`Error::NotFound`] for a campaign that was not defined here.
pub async fn open_test(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<TestPage> {
    let workspace = actor.workspace;
    let newest = ctx.db.read(move |c| rows::find_latest(c, workspace, campaign)).await?;
    let mut waits = [false; 2];
    if let Some(row) = newest.as_ref().filter(|row| row.began_on.is_none() && row.ended_at.is_none()) {
        waits = [is_unsettled(ctx, actor, row.campaign_id).await?, is_unsettled(ctx, actor, row.copy_id).await?];
    }
    let inner = ctx.clone();
    let read = ctx.db.read_with(move |c| {
        let first = newest.as_ref().map_or(campaign, |row| row.campaign_id);
        let home = Home::of(c, &inner, workspace, first)?;
        let offer = start::offer(c, &home)?;
        let test = newest.map(|row| test(c, &home, row, waits)).transpose()?;
        let definition = home.definition()?;
        let noun = definition.as_ref().map_or(("result", "results"), |campaign| campaign.counting.noun());
        Ok::<_, Error>(TestPage {
            campaign: first,
            name: home.row.name.clone(),
            currency: home.currency,
            noun: (noun.0.to_owned(), noun.1.to_owned()),
            test,
            offer,
        })
    });
    read.await
}

/// Of which test a campaign is an arm, while nobody ended it.
pub async fn arm_of(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<Option<ArmOf>> {
    let workspace = actor.workspace;
    let newest = ctx.db.read(move |c| rows::find_latest(c, workspace, campaign)).await?;
    Ok(newest.filter(|row| row.ended_at.is_none()).map(|row| ArmOf {
        campaign: row.campaign_id,
        arm: if row.campaign_id == campaign { Arm::Learned } else { Arm::Shared },
    }))
}

/// Notes for each test of an ad account from which day it counts: the first whole day after both arms run as planned.
pub(super) async fn begin(ctx: &Ctx, workspace: WorkspaceId, account: AdAccountId) -> Result<()> {
    let actor = Actor::schedule(workspace);
    for row in ctx.db.read(move |c| rows::list_not_begun(c, workspace, account)).await? {
        if is_unsettled(ctx, &actor, row.campaign_id).await? || is_unsettled(ctx, &actor, row.copy_id).await? {
            continue;
        }
        let inner = ctx.clone();
        let begun = ctx.db.write(move |c| {
            let home = Home::of(c, &inner, workspace, row.campaign_id)?;
            let copy = campaigns::find(c, workspace, row.copy_id)?.ok_or(Error::NotFound("campaign"))?;
            let since = home.today.checked_add_days(Days::new(1));
            let last = u64::try_from(row.days - 1).unwrap_or(0);
            let until = since.and_then(|since| since.checked_add_days(Days::new(last)));
            if let (Some(since), Some(until), "active", "active") = (since, until, home.row.wanted.as_str(), copy.wanted.as_str())
            {
                rows::begin(c, workspace, row.id, (since, until))?;
            }
            Ok::<_, Error>(())
        });
        begun.await?;
    }
    Ok(())
}

/// Where a test takes place: the campaign whose amounts are learned, its ad account and the day there.
struct Home {
    row: CampaignRow,
    account: AdAccount,
    currency: Currency,
    is_sandbox: bool,
    /// Platform time.
    now: DateTime<Utc>,
    /// In the ad account's zone.
    today: NaiveDate,
}

impl Home {
    fn of(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, campaign: CampaignId) -> Result<Self> {
        let row = campaigns::find(c, workspace, campaign)?.ok_or(Error::NotFound("campaign"))?;
        let account = connections::get_account(c, workspace, row.ad_account_id)?;
        let (is_sandbox, base) = match account.connection_id {
            Some(connection) => {
                let connection = connections::get(c, workspace, connection)?;
                (connection.kind == "sandbox", connection.base_url)
            }
            None => (false, String::new()),
        };
        let now = ctx.platform.now(&base, ctx.now()).0;
        let today = now.with_timezone(&sync::zone(&account)).date_naive();
        let currency =
            account.currency.parse().map_err(|_| Error::conflict(dictionary::account_currency_unknown(&account.name)))?;
        Ok(Self { row, account, currency, is_sandbox, now, today })
    }

    fn definition(&self) -> Result<Option<Campaign>> {
        definition(&self.row)
    }
}

fn definition(row: &CampaignRow) -> Result<Option<Campaign>> {
    Ok(row.definition.as_deref().map(serde_json::from_str).transpose()?)
}

/// A test as it stands.
fn test(c: &mut Conn, home: &Home, row: TestRow, waits: [bool; 2]) -> Result<Test> {
    let workspace = row.workspace_id;
    let copy = campaigns::find(c, workspace, row.copy_id)?.ok_or(Error::NotFound("campaign"))?;
    let (learned, shared) = (home.definition()?, definition(&copy)?);
    let counting = learned.as_ref().map(|campaign| &campaign.counting);
    let attribution = counting.and_then(|counting| counting.attribution);
    let window_days = attribution.map_or(1, |setting| u32::from(setting.days().0));
    // One that was ended before its first day has none.
    let span = row.began_on.zip(row.until_on).filter(|(since, until)| since <= until);
    let mut daily = Vec::new();
    if let Some((since, until)) = span {
        let arms = [row.campaign_id, row.copy_id];
        let wanted = Wanted { workspace, account: home.account.id, arms, since, until };
        let brought = match counting.and_then(result_kind) {
            Some(kind) => rows::brought(c, &wanted, &kind)?,
            None => Vec::new(),
        };
        let own = attribution.map_or("", |setting| setting.as_str());
        let counted = counted_by(own, brought.iter().map(|row| (row.attribution.as_str(), row.results)));
        let span = Span { since, until, window_days, today: home.today };
        daily = days(&span, arms, &rows::spent(c, &wanted)?, &brought, counted.as_deref());
    }
    let figures = sums(&daily);
    let is_open = row.ended_at.is_none();
    let mut arm = |at: usize, campaign: &CampaignRow, definition: Option<&Campaign>| -> Result<ArmView> {
        Ok(ArmView {
            arm: Arm::BOTH[at],
            campaign: campaign.id,
            name: campaign.name.clone(),
            budget: definition.map(|definition| definition.budget.amount),
            waits: waits[at],
            remark: if is_open { remark(c, campaign)? } else { None },
            figures: figures[at],
        })
    };
    let arms = [arm(0, &home.row, learned.as_ref())?, arm(1, &copy, shared.as_ref())?];
    let remarks = if is_open { remarks(c, &home.row, &arms, shared.as_ref())? } else { Vec::new() };
    let decisions = splits::list(c, workspace, row.campaign_id, row.days)?;
    let moved = |day: NaiveDate| span.is_some_and(|(since, until)| (since..=until).contains(&day));
    Ok(Test {
        state: state(&row, home.today, waits),
        days: row.days,
        started_at: row.started_at.utc(),
        span,
        complete_on: span.map(|(since, until)| Span { since, until, window_days, today: home.today }.complete_on()),
        window_days,
        arms,
        remarks,
        comparison: Comparison::of(figures[0], figures[1]),
        daily,
        moves: decisions.iter().filter(|decision| decision.state == "applied" && moved(decision.on_day)).count(),
        ending_plan: row.ending_plan_id,
    })
}

fn state(row: &TestRow, today: NaiveDate, waits: [bool; 2]) -> State {
    if let Some(kept) = row.kept.as_deref().and_then(Arm::parse) {
        return State::Ended(kept);
    }
    match (row.began_on, row.until_on) {
        (Some(_), Some(until)) if today > until => State::Over,
        (Some(began), _) if today >= began => State::Running { day: (today - began).num_days() + 1 },
        (None, _) if waits.contains(&true) => State::Waiting,
        _ => State::Starting,
    }
}

/// Why an arm does not deliver as planned.
fn remark(c: &mut Conn, row: &CampaignRow) -> Result<Option<String>> {
    let seen = observed::find(c, row.workspace_id, ObjectId(row.id.0))?;
    let status = seen.as_ref().map_or("", |seen| seen.status.as_str());
    let is_gone = seen.as_ref().is_some_and(|seen| seen.gone_at.is_some()) || status == "DELETED";
    let words = if is_gone {
        "It was deleted in the sandbox; no further day of it counts."
    } else if row.wanted == "archived" || status == "ARCHIVED" {
        "It is archived and delivers no more."
    } else if row.wanted == "paused" {
        "It is paused; days on which not both arms spend do not count."
    } else if row.published_at.is_some() && status == "PAUSED" {
        "It is switched off in the sandbox, though it is wanted on; days on which not both arms spend do not count."
    } else {
        return Ok(None);
    };
    Ok(Some(words.to_owned()))
}

/// What is not as it was planned, of both together.
fn remarks(c: &mut Conn, learned: &CampaignRow, arms: &[ArmView; 2], shared: Option<&Campaign>) -> Result<Vec<String>> {
    let mut remarks = Vec::new();
    if workspaces::get(c, learned.workspace_id)?.frozen_at.is_some() {
        remarks.push("Everything is stopped: neither arm delivers until it is resumed.".to_owned());
    }
    if let [Some(one), Some(two)] = [arms[0].budget, arms[1].budget]
        && one.minor.abs_diff(two.minor) > 1
    {
        let currency = one.currency;
        remarks.push(format!("The arms have not the same money any more: {one} and {two} {currency} a day."));
    }
    let form: CampaignForm = serde_json::from_str(&learned.form).unwrap_or_default();
    if !form.is_learned() {
        remarks.push("The amounts of the learned arm are fixed by a person now: from then on it learns nothing.".to_owned());
    }
    if shared.is_some_and(|campaign| ShapeChoice::from(&campaign.shape) != ShapeChoice::Shared) {
        remarks.push("The shared arm has another shape now: from then on it is not shared.".to_owned());
    }
    Ok(remarks)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::id::SplitTestId;

    fn row(began: Option<&str>, until: Option<&str>, kept: Option<&str>) -> TestRow {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        TestRow {
            workspace_id: WorkspaceId(1),
            id: SplitTestId(1),
            campaign_id: CampaignId(1),
            copy_id: CampaignId(2),
            days: 28,
            started_at: Utc::now().into(),
            began_on: began.map(day),
            until_on: until.map(day),
            kept: kept.map(str::to_owned),
            ending_plan_id: None,
            ended_at: None,
        }
    }

    #[test]
    fn a_test_waits_starts_runs_is_over_and_ended() {
        let today = "2026-12-10".parse().unwrap();
        let of = |row: &TestRow, waits| state(row, today, waits);
        assert_eq!(of(&row(None, None, None), [false, true]), State::Waiting);
        assert_eq!(of(&row(None, None, None), [false, false]), State::Starting);
        assert_eq!(of(&row(Some("2026-12-11"), Some("2027-01-07"), None), [false; 2]), State::Starting);
        assert_eq!(of(&row(Some("2026-12-10"), Some("2027-01-06"), None), [false; 2]), State::Running { day: 1 });
        assert_eq!(of(&row(Some("2026-12-03"), Some("2026-12-10"), None), [false; 2]), State::Running { day: 8 });
        assert_eq!(of(&row(Some("2026-12-02"), Some("2026-12-09"), None), [false; 2]), State::Over);
        assert_eq!(of(&row(None, None, Some("shared")), [true; 2]), State::Ended(Arm::Shared));
    }
}
