//! Sums of facts by account, campaign, network and position, so that pages cost what they show and not what is stored.
//!
//! Never changed by deltas: the touched period is summed anew from its facts in the transaction that wrote them. Reach is not
//! summed: a roll-up keeps the largest part and the sum of the parts as its bounds.

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Date, Text};

use super::{Conn, Result};
use crate::domain::id::{AdAccountId, ImportId, WorkspaceId};

/// The rows of one source that cover exactly this period.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Of which ad account.
    pub account: AdAccountId,
    /// 0 for synced facts, else the import's id.
    pub source: i64,
    /// The one breakdown whose rows are summed: the same money in two breakdowns is never added.
    pub breakdown: &'a str,
    /// First day.
    pub since: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
}

/// What a grain keeps apart; what it does not is 0 or empty.
struct Grain {
    name: &'static str,
    campaign: &'static str,
    network: &'static str,
    position: &'static str,
    group: &'static str,
}

const GRAINS: [Grain; 6] = [
    Grain { name: "account", campaign: "0", network: "''", position: "''", group: "" },
    Grain { name: "account_network", campaign: "0", network: "network", position: "''", group: "network" },
    Grain { name: "account_placement", campaign: "0", network: "network", position: "position", group: "network, position" },
    Grain { name: "campaign", campaign: "campaign_id", network: "''", position: "''", group: "campaign_id" },
    Grain {
        name: "campaign_network",
        campaign: "campaign_id",
        network: "network",
        position: "''",
        group: "campaign_id, network",
    },
    Grain {
        name: "campaign_placement",
        campaign: "campaign_id",
        network: "network",
        position: "position",
        group: "campaign_id, network, position",
    },
];

const OF_THE_SCOPE: &str =
    "WHERE workspace_id = $1 AND ad_account_id = $2 AND source_id = $3 AND since_on = $4 AND until_on = $5";

/// Sums a period anew, at every grain.
pub fn recompute(connection: &mut Conn, scope: &Scope<'_>) -> Result<()> {
    for table in ["rollups", "action_rollups"] {
        bound(format!("DELETE FROM {table} {OF_THE_SCOPE}"), scope).execute(connection)?;
    }
    for grain in &GRAINS {
        bound(sum_facts(grain), scope).bind::<Text, _>(scope.breakdown).execute(connection)?;
        bound(sum_actions(grain), scope).bind::<Text, _>(scope.breakdown).execute(connection)?;
    }
    Ok(())
}

fn sum_facts(grain: &Grain) -> String {
    let Grain { name, campaign, network, position, group } = grain;
    let by = if group.is_empty() { String::new() } else { format!(", {group}") };
    format!(
        "INSERT INTO rollups (workspace_id, grain, ad_account_id, since_on, until_on, campaign_id, network, position, source_id, \
         spend_micros, impressions, clicks, link_clicks, reach_at_least, reach_at_most) \
         SELECT workspace_id, '{name}', ad_account_id, since_on, until_on, {campaign}, {network}, {position}, source_id, \
         CAST(SUM(spend_micros) AS BIGINT), CAST(SUM(impressions) AS BIGINT), CAST(SUM(clicks) AS BIGINT), \
         CAST(SUM(link_clicks) AS BIGINT), MAX(reach), \
         CASE WHEN COUNT(reach) = COUNT(*) THEN CAST(SUM(reach) AS BIGINT) END \
         FROM facts {OF_THE_SCOPE} AND breakdown = $6 \
         GROUP BY workspace_id, ad_account_id, since_on, until_on, source_id{by}"
    )
}

fn sum_actions(grain: &Grain) -> String {
    let Grain { name, campaign, network, position, group } = grain;
    let by = if group.is_empty() { String::new() } else { format!(", {group}") };
    format!(
        "INSERT INTO action_rollups (workspace_id, grain, ad_account_id, since_on, until_on, campaign_id, network, position, \
         source_id, result_kind, attribution, results, value_micros) \
         SELECT workspace_id, '{name}', ad_account_id, since_on, until_on, {campaign}, {network}, {position}, source_id, \
         result_kind, attribution, CAST(SUM(results) AS BIGINT), CAST(SUM(value_micros) AS BIGINT) \
         FROM action_facts {OF_THE_SCOPE} AND breakdown = $6 \
         GROUP BY workspace_id, ad_account_id, since_on, until_on, source_id, result_kind, attribution{by}"
    )
}

/// Every roll-up of an import: coarser grains are summed from the finest one, so that its facts are read once.
///
/// The import must have none yet.
pub fn sum_import(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId, import: ImportId) -> Result<()> {
    const FINEST: &str = "campaign_placement";
    const PERIOD: &str = "workspace_id, ad_account_id, since_on, until_on, source_id";
    let of_import = "WHERE workspace_id = $1 AND ad_account_id = $2 AND source_id = $3";
    let mut run = |statement: String| -> Result<()> {
        diesel::sql_query(statement)
            .bind::<BigInt, _>(workspace.0)
            .bind::<BigInt, _>(account.0)
            .bind::<BigInt, _>(import.0)
            .execute(connection)?;
        Ok(())
    };
    for grain in GRAINS.iter().rev() {
        let Grain { name, campaign, network, position, group } = grain;
        let by = if group.is_empty() { PERIOD.to_owned() } else { format!("{PERIOD}, {group}") };
        let finest = *name == FINEST;
        let (rows, of_grain) = if finest { ("facts", "") } else { ("rollups", " AND grain = 'campaign_placement'") };
        let (least, most) = if finest { ("reach", "reach") } else { ("reach_at_least", "reach_at_most") };
        run(format!(
            "INSERT INTO rollups (workspace_id, grain, ad_account_id, since_on, until_on, campaign_id, network, position, \
             source_id, spend_micros, impressions, clicks, link_clicks, reach_at_least, reach_at_most) \
             SELECT workspace_id, '{name}', ad_account_id, since_on, until_on, {campaign}, {network}, {position}, source_id, \
             CAST(SUM(spend_micros) AS BIGINT), CAST(SUM(impressions) AS BIGINT), CAST(SUM(clicks) AS BIGINT), \
             CAST(SUM(link_clicks) AS BIGINT), MAX({least}), \
             CASE WHEN COUNT({most}) = COUNT(*) THEN CAST(SUM({most}) AS BIGINT) END \
             FROM {rows} {of_import}{of_grain} GROUP BY {by}"
        ))?;
        let actions = if finest { "action_facts" } else { "action_rollups" };
        run(format!(
            "INSERT INTO action_rollups (workspace_id, grain, ad_account_id, since_on, until_on, campaign_id, network, position, \
             source_id, result_kind, attribution, results, value_micros) \
             SELECT workspace_id, '{name}', ad_account_id, since_on, until_on, {campaign}, {network}, {position}, source_id, \
             result_kind, attribution, CAST(SUM(results) AS BIGINT), CAST(SUM(value_micros) AS BIGINT) \
             FROM {actions} {of_import}{of_grain} GROUP BY {by}, result_kind, attribution"
        ))?;
    }
    Ok(())
}

/// Removes every roll-up of an import.
pub fn delete_import(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId, import: ImportId) -> Result<()> {
    for table in ["rollups", "action_rollups"] {
        diesel::sql_query(format!("DELETE FROM {table} WHERE workspace_id = $1 AND ad_account_id = $2 AND source_id = $3"))
            .bind::<BigInt, _>(workspace.0)
            .bind::<BigInt, _>(account.0)
            .bind::<BigInt, _>(import.0)
            .execute(connection)?;
    }
    Ok(())
}

type Bound = diesel::query_builder::BoxedSqlQuery<'static, super::MultiBackend, diesel::query_builder::SqlQuery>;

/// Binds the scope's five values in the order in which the statement names them.
fn bound(statement: String, scope: &Scope<'_>) -> Bound {
    diesel::sql_query(statement)
        .into_boxed()
        .bind::<BigInt, _>(scope.workspace.0)
        .bind::<BigInt, _>(scope.account.0)
        .bind::<BigInt, _>(scope.source)
        .bind::<Date, _>(scope.since)
        .bind::<Date, _>(scope.until)
}

/// What a campaign spent and brought in over some days, as synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::QueryableByName)]
pub struct CampaignSums {
    /// Which campaign.
    #[diesel(sql_type = BigInt)]
    pub campaign_id: i64,
    /// Spend in micros; `None` where no day has any figure.
    #[diesel(sql_type = diesel::sql_types::Nullable<BigInt>)]
    pub spend_micros: Option<i64>,
    /// On how many days it spent.
    #[diesel(sql_type = BigInt)]
    pub days: i64,
    /// Results of whatever kind it counts; `None` where none was reported.
    #[diesel(sql_type = diesel::sql_types::Nullable<BigInt>)]
    pub results: Option<i64>,
}

/// The synced sums of each campaign of an ad account over the days from `since` to `until`, by campaign.
pub fn sums_by_campaign(
    connection: &mut Conn,
    workspace: WorkspaceId,
    account: AdAccountId,
    since: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<CampaignSums>> {
    // The day's rows of a campaign are one each at this grain, so that sums over days count nothing twice.
    let statement = "SELECT spend.campaign_id, spend.spend_micros, spend.days, actions.results FROM (\
             SELECT campaign_id, CAST(SUM(spend_micros) AS BIGINT) AS spend_micros, \
                 CAST(SUM(CASE WHEN spend_micros > 0 THEN 1 ELSE 0 END) AS BIGINT) AS days FROM rollups \
             WHERE workspace_id = $1 AND grain = 'campaign' AND ad_account_id = $2 AND since_on >= $3 AND until_on <= $4 \
                 AND source_id = 0 GROUP BY campaign_id) spend \
         LEFT JOIN (SELECT campaign_id, CAST(SUM(results) AS BIGINT) AS results FROM action_rollups \
             WHERE workspace_id = $1 AND grain = 'campaign' AND ad_account_id = $2 AND since_on >= $3 AND until_on <= $4 \
                 AND source_id = 0 GROUP BY campaign_id) actions ON actions.campaign_id = spend.campaign_id \
         ORDER BY spend.campaign_id";
    Ok(diesel::sql_query(statement)
        .bind::<BigInt, _>(workspace.0)
        .bind::<BigInt, _>(account.0)
        .bind::<Date, _>(since)
        .bind::<Date, _>(until)
        .load(connection)?)
}
