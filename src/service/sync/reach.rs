//! People reached, asked for at each grain that pages show: it cannot be summed, so every period is a question of its own.
//!
//! One of the questions, the account's own days, answers what the account spent as well: it is held against the sum of the parts.

use crate::domain::network::Network;
use crate::domain::period::{Period, Preset};
use crate::graph::{Breakdown, InsightsQuery, InsightsRow, Level};
use crate::store::account_checks::{self, AccountCheck};
use crate::store::observed;
use crate::store::reach::{self, ReachFact};

use super::super::{Error, Result};
use super::Sync;
use super::progress::{Progress, Stage};

/// Fetches and stores reach by day over the window, and over the periods that pages name, a page at a time.
pub(super) async fn bring_in(sync: &Sync, progress: &mut Progress) -> Result<()> {
    let questions = questions(sync, progress.window());
    let (workspace, account) = (sync.account.workspace_id, sync.account.id);
    let campaigns = sync.ctx.db.read(move |c| observed::ids(c, workspace, account, "campaign")).await?;
    while let Some(question) = questions.get(progress.place.asked) {
        let mut pages = sync.client.insights(&sync.node, question)?.after(progress.place.after.as_deref());
        while let Some(rows) = pages.next_page().await? {
            let id = |row: &InsightsRow| match question.level {
                Level::Account => Some(0),
                _ => row.campaign_id.as_ref().and_then(|remote| campaigns.get(remote)).map(|id| id.0),
            };
            let facts: Vec<ReachFact> = rows.iter().filter_map(|row| fact(question, id(row)?, row)).collect();
            let is_total = question.daily && question.level == Level::Account && question.breakdown == Breakdown::None;
            let totals = is_total.then(|| rows.iter().map(|row| (row.period.since, row.spend_micros)).collect::<Vec<_>>());
            match pages.place() {
                Some(after) => progress.place.after = Some(after.to_owned()),
                None => {
                    progress.place.asked += 1;
                    progress.place.after = None;
                }
            }
            let (noted, known_at) = (progress.clone(), sync.began.0.into());
            let stored = sync.ctx.db.write(move |c| {
                reach::upsert(c, workspace, account, &facts, known_at)?;
                if let Some(totals) = totals {
                    let checks = checks(c, &noted, &totals)?;
                    account_checks::upsert(c, &checks)?;
                }
                noted.note(c)
            });
            stored.await?;
            progress.breathe(sync).await?;
        }
    }
    progress.next(Stage::Done);
    Ok(())
}

/// Each day of the window as the account says it and as its parts sum up.
fn checks(
    c: &mut crate::store::Conn,
    progress: &Progress,
    totals: &[(chrono::NaiveDate, Option<i64>)],
) -> Result<Vec<AccountCheck>> {
    let (run, window) = (&progress.run, progress.window());
    let sums = account_checks::day_sums(c, run.workspace_id, run.ad_account_id, (window.since, window.until))?;
    let of = |day: chrono::NaiveDate| AccountCheck {
        workspace_id: run.workspace_id,
        ad_account_id: run.ad_account_id,
        on_day: day,
        theirs_micros: totals.iter().find(|(on, _)| *on == day).and_then(|(_, micros)| *micros),
        ours_micros: sums.iter().find(|sum| sum.since_on == day).and_then(|sum| sum.micros),
        parts: sums.iter().find(|sum| sum.since_on == day).map_or(0, |sum| sum.parts),
        checked_at: run.platform_at,
    };
    Ok::<_, Error>(window.each_day().map(of).collect())
}

/// What is asked, always in the same order: a sync that goes on counts on it.
fn questions(sync: &Sync, window: Period) -> Vec<InsightsQuery> {
    let mut questions = Vec::new();
    for (level, breakdown) in GRAINS {
        questions.push(InsightsQuery::daily(level, breakdown, window));
        for period in periods(sync, window) {
            questions.push(InsightsQuery::whole(level, breakdown, period));
        }
    }
    questions
}
const GRAINS: [(Level, Breakdown); 4] = [
    (Level::Account, Breakdown::None),
    (Level::Account, Breakdown::Network),
    (Level::Campaign, Breakdown::None),
    (Level::Campaign, Breakdown::Network),
];

/// The periods of several days that pages offer; the long ones only when the day has turned.
fn periods(sync: &Sync, window: Period) -> Vec<Period> {
    let turned = window.days() > 1;
    let mut presets = vec![Preset::Days7, Preset::Days28, Preset::ThisMonth];
    if turned {
        presets.extend([Preset::Days14, Preset::Days90, Preset::LastMonth]);
    }
    let mut periods: Vec<Period> = presets.into_iter().map(|p| p.period(sync.today, None)).filter(|p| p.days() > 1).collect();
    periods.sort();
    periods.dedup();
    periods
}

fn fact(question: &InsightsQuery, object_id: i64, row: &InsightsRow) -> Option<ReachFact> {
    let network = match row.breakdown.first().map(|platform| Network::from_platform(platform)) {
        None => "",
        Some(network @ (Network::Facebook | Network::Instagram)) => network.as_str(),
        Some(_) => return None,
    };
    // Meta cuts the range to the days with delivery in some answers; the question's own period is what the figure is about.
    let period = if question.daily { row.period } else { question.period };
    Some(ReachFact {
        since_on: period.since,
        until_on: period.until,
        level: question.level.as_str(),
        object_id,
        network: network.to_owned(),
        reach: row.reach?,
        impressions: row.impressions.unwrap_or_default(),
    })
}
