//! People reached, asked for at each grain that pages show: it cannot be summed, so every period is a question of its own.

use crate::domain::network::Network;
use crate::domain::period::{Period, Preset};
use crate::graph::{Breakdown, InsightsQuery, InsightsRow, Level};
use crate::store::observed;
use crate::store::reach::{self, ReachFact};

use super::super::Result;
use super::Sync;

/// More campaigns and days than one question answers.
const MOST_ROWS: usize = 50_000;

/// Fetches and stores reach by day over the window, and over the periods that pages name.
pub(super) async fn bring_in(sync: &Sync, window: Period) -> Result<()> {
    let mut questions = Vec::new();
    for (level, breakdown) in GRAINS {
        questions.push(InsightsQuery::daily(level, breakdown, window));
        for period in periods(sync, window) {
            questions.push(InsightsQuery::whole(level, breakdown, period));
        }
    }
    let mut facts = Vec::new();
    let (workspace, account) = (sync.account.workspace_id, sync.account.id);
    let campaigns = sync.ctx.db.read(move |c| observed::ids(c, workspace, account, "campaign")).await?;
    for question in questions {
        for row in sync.client.insights(&sync.node, &question)?.all(MOST_ROWS).await? {
            let object_id = match question.level {
                Level::Account => Some(0),
                _ => row.campaign_id.as_ref().and_then(|remote| campaigns.get(remote)).map(|id| id.0),
            };
            if let Some(fact) = object_id.and_then(|id| fact(&question, id, &row)) {
                facts.push(fact);
            }
        }
    }
    let known_at = sync.began.0.into();
    Ok(sync.ctx.db.write(move |c| reach::upsert(c, workspace, account, &facts, known_at)).await?)
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
