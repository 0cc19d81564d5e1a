//! Statuses of campaigns: everything they follow from, read for many at once, judged by [`campaign_status`].
//!
//! [`campaign_status`]: crate::domain::campaign_status

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::Value;

use crate::domain::campaign::{Campaign, Pace};
use crate::domain::campaign_status::{PausedBy, PlanState, RecentSpend, Seen, Standing, StatusFacts, standing};
use crate::domain::id::{AdAccountId, CampaignId, WorkspaceId};
use crate::domain::money::Money;
use crate::domain::period::Preset;
use crate::domain::plan::bare;
use crate::graph;
use crate::report::{self, CampaignFigures, Times};
use crate::store::campaign_list::{self as rows, DefinedRow, IndexRow, ObjectRow, PlanStateRow, SwitchEvent};
use crate::store::connections::{self, AdAccount};
use crate::store::{Conn, stops};

use super::super::stop::Running;
use super::super::{Actor, Ctx, Result};

/// An ad account with platform time at its connection.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub account: AdAccount,
    pub zone: Tz,
    pub now: DateTime<Utc>,
}

/// Everything known of one campaign.
#[derive(Debug)]
pub(super) struct Known {
    pub definition: Option<Campaign>,
    pub wanted: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
    pub standing: Standing,
    pub budget: Option<(Pace, Money)>,
    pub starts: Option<DateTime<Utc>>,
    pub ends: Option<DateTime<Utc>>,
    pub objective: Option<String>,
}

/// The workspace's ad accounts by id.
pub(super) fn places(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId) -> crate::store::Result<BTreeMap<AdAccountId, Place>> {
    let bases: BTreeMap<_, _> =
        connections::list(c, workspace)?.into_iter().map(|connection| (connection.id, connection.base_url)).collect();
    let accounts = connections::list_accounts(c, workspace)?.into_iter().map(|account| {
        let base = account.connection_id.and_then(|id| bases.get(&id)).map_or("", String::as_str);
        let now = if base.is_empty() { ctx.now().0 } else { ctx.platform.now(base, ctx.now()).0 };
        (account.id, Place { zone: account.zone.parse().unwrap_or(Tz::UTC), now, account })
    });
    Ok(accounts.collect())
}

/// Statuses of these campaigns, for pages that show them beside something else.
pub async fn standings(ctx: &Ctx, actor: &Actor, ids: Vec<CampaignId>) -> Result<BTreeMap<CampaignId, Standing>> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let times = Times { platform: ctx.platform.clone(), now: ctx.now() };
    let read = ctx.db.read(move |c| {
        let places = places(c, &inner, workspace)?;
        let wanted: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let index = rows::index_of(c, workspace, &wanted)?;
        let of: BTreeMap<i64, AdAccountId> = index.iter().map(|row| (row.id, AdAccountId(row.ad_account_id))).collect();
        let figures = match report::listing(c, workspace, &of, Preset::Yesterday, &times) {
            Ok(figures) => figures,
            Err(report::Error::Store(error)) => return Err(error),
            Err(report::Error::Invalid(_)) => BTreeMap::new(),
        };
        known(c, workspace, &index, &places, &figures)
    });
    Ok(read.await?.into_iter().map(|(id, known)| (CampaignId(id), known.standing)).collect())
}

/// Everything known of these campaigns.
pub(super) fn known(
    c: &mut Conn,
    workspace: WorkspaceId,
    index: &[IndexRow],
    places: &BTreeMap<AdAccountId, Place>,
    figures: &BTreeMap<i64, CampaignFigures>,
) -> crate::store::Result<BTreeMap<i64, Known>> {
    let ids: Vec<i64> = index.iter().map(|row| row.id).collect();
    let mut objects: BTreeMap<i64, Vec<ObjectRow>> = BTreeMap::new();
    for row in rows::objects(c, workspace, &ids)? {
        objects.entry(row.campaign).or_default().push(row);
    }
    let mut defined: BTreeMap<i64, DefinedRow> =
        rows::defined(c, workspace, &ids)?.into_iter().map(|row| (row.id, row)).collect();
    let plans = rows::plan_states(c, workspace, &ids)?;
    let paused: Vec<i64> = index.iter().filter(|row| row.status == "PAUSED").map(|row| row.id).collect();
    let pausers = pausers(c, workspace, &paused)?;
    let mut out = BTreeMap::new();
    for row in index {
        let Some(place) = places.get(&AdAccountId(row.ad_account_id)) else { continue };
        let gathered = Gathered {
            row,
            place,
            objects: objects.remove(&row.id).unwrap_or_default(),
            defined: defined.remove(&row.id),
            plan: plans.get(&row.id),
            paused_by: pausers.get(&row.id).cloned(),
            figures: figures.get(&row.id),
        };
        out.insert(row.id, gathered.judge());
    }
    Ok(out)
}

/// Who switched off each of these campaigns, as far as our own log and the stop that holds say.
fn pausers(c: &mut Conn, workspace: WorkspaceId, ids: &[i64]) -> crate::store::Result<BTreeMap<i64, PausedBy>> {
    let mut by = BTreeMap::new();
    if ids.is_empty() {
        return Ok(by);
    }
    for event in rows::switches(c, workspace, ids)? {
        match pauser(&event) {
            Some(found) => by.insert(event.campaign, found),
            None => by.remove(&event.campaign),
        };
    }
    if let Some(stop) = stops::find_open(c, workspace)? {
        let by_stop = PausedBy::Stop(presser(c, workspace, &stop)?);
        let remembered: Vec<Running> = serde_json::from_str(&stop.remembered).unwrap_or_default();
        by.extend(remembered.into_iter().filter(|running| ids.contains(&running.id.0)).map(|r| (r.id.0, by_stop.clone())));
    }
    Ok(by)
}

/// The name of whoever pressed a stop.
fn presser(c: &mut Conn, workspace: WorkspaceId, stop: &stops::StopRow) -> crate::store::Result<String> {
    let events = crate::store::audit::list_of(c, workspace, "stop", stop.id.0)?;
    Ok(events.into_iter().next().map_or_else(|| "somebody".to_owned(), |event| event.actor_name))
}

/// What an event says about the switch; `None` where it switched on.
fn pauser(event: &SwitchEvent) -> Option<PausedBy> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct State {
        wanted: String,
        run: String,
    }
    let name = event.actor.clone();
    if event.action == "campaign.paused" {
        return Some(PausedBy::Someone(name));
    }
    let state: State = serde_json::from_str(&event.state).unwrap_or_default();
    (state.wanted == "paused" || state.run == "paused").then_some(PausedBy::Plan(name))
}

/// What was read of one campaign.
struct Gathered<'a> {
    row: &'a IndexRow,
    place: &'a Place,
    objects: Vec<ObjectRow>,
    defined: Option<DefinedRow>,
    plan: Option<&'a PlanStateRow>,
    paused_by: Option<PausedBy>,
    figures: Option<&'a CampaignFigures>,
}

impl Gathered<'_> {
    fn judge(self) -> Known {
        let definition: Option<Campaign> =
            self.defined.as_ref().and_then(|row| row.definition.as_deref()).and_then(|text| serde_json::from_str(text).ok());
        let top = self.objects.iter().find(|row| row.kind == "campaign");
        let (campaign_fields, campaign) = top.map(|row| (said(row), seen(row))).unzip();
        let below = |kind: &str| -> Vec<(Value, Seen)> {
            self.objects.iter().filter(|row| row.kind == kind).map(|row| (said(row), seen(row))).collect()
        };
        let ad_sets = below("ad_set");
        let schedule = definition.as_ref().map(|campaign| campaign.schedule);
        let latest_end =
            ad_sets.iter().map(|(_, set)| set.ends).collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max());
        let ends = schedule.and_then(|s| s.ends).or(latest_end).or_else(|| campaign.as_ref().and_then(|c: &Seen| c.ends));
        let starts = schedule
            .and_then(|s| s.starts)
            .or_else(|| ad_sets.iter().filter_map(|(_, set)| set.starts).min())
            .or_else(|| campaign.as_ref().and_then(|c: &Seen| c.starts));
        let published_at = self.defined.as_ref().and_then(|row| row.published_at).map(|at| at.and_utc());
        let budget = match &definition {
            Some(campaign) => Some((campaign.budget.pace, campaign.budget.amount)),
            None => self.budget(campaign_fields.as_ref(), &ad_sets),
        };
        let made = campaign_fields.as_ref().and_then(|said| time(said, "created_time"));
        let facts = StatusFacts {
            now: self.place.now,
            zone: self.place.zone,
            account: self.place.account.account_status.clone(),
            is_ours: self.defined.is_some(),
            from_file: self.row.origin == "file",
            is_valid: definition.is_some(),
            plan: self.plan.and_then(|plan| match plan.state.as_str() {
                "approved" | "applying" => Some(PlanState::Running),
                "failed" => Some(PlanState::Failed(plan.problem.clone())),
                _ => None,
            }),
            gone: self.row.gone_at.is_some(),
            campaign,
            ad_sets: ad_sets.iter().map(|(_, seen)| seen.clone()).collect(),
            ads: below("ad").into_iter().map(|(_, seen)| seen).collect(),
            starts,
            ends,
            spent: self.figures.filter(|f| f.is_known).map(|f| RecentSpend { today: f.today, yesterday: f.yesterday }),
            on_since: [starts, published_at, made].into_iter().flatten().max(),
            paused_by: self.paused_by,
        };
        let objective = definition
            .as_ref()
            .map(|campaign| campaign.counting.objective.wire().to_owned())
            .or_else(|| campaign_fields.as_ref().and_then(|said| text(said, "objective")));
        Known {
            standing: standing(&facts),
            wanted: self.defined.map(|row| row.wanted),
            definition,
            published_at,
            budget,
            starts,
            ends,
            objective,
        }
    }

    /// A campaign's budget as Meta says it: its own, or the sum of what its ad sets have of one kind.
    fn budget(&self, campaign: Option<&Value>, ad_sets: &[(Value, Seen)]) -> Option<(Pace, Money)> {
        let currency = self.place.account.currency.parse().ok()?;
        let of = |said: &Value| {
            let daily = minor(said, "daily_budget").map(|minor| (Pace::Daily, minor));
            daily.or_else(|| minor(said, "lifetime_budget").map(|minor| (Pace::Lifetime, minor)))
        };
        if let Some((pace, minor)) = campaign.and_then(of) {
            return Some((pace, Money::new(minor, currency)));
        }
        let on = |set: &&(Value, Seen)| set.1.status == "ACTIVE";
        let all: Vec<(Pace, i64)> = ad_sets.iter().filter(on).filter_map(|(said, _)| of(said)).collect();
        let (pace, _) = *all.first()?;
        // Daily and lifetime money have no sum.
        let same = all.iter().all(|(other, _)| *other == pace);
        same.then(|| (pace, Money::new(all.iter().map(|(_, minor)| minor).sum(), currency)))
    }
}

/// What Meta said of an object; nothing where it is not JSON.
fn said(row: &ObjectRow) -> Value {
    serde_json::from_str(&row.fields).unwrap_or_default()
}

fn text(said: &Value, name: &str) -> Option<String> {
    said.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Whole minor units above zero, as number or text: Meta writes budgets as text, and 0 where there is none.
fn minor(said: &Value, name: &str) -> Option<i64> {
    let value = said.get(name)?;
    let number = value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    number.filter(|minor| *minor > 0)
}

fn time(said: &Value, name: &str) -> Option<DateTime<Utc>> {
    let text = said.get(name)?.as_str()?;
    let at = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z"));
    // 1970 is how Meta writes "none".
    at.ok().map(|at| at.to_utc()).filter(|at| *at - DateTime::UNIX_EPOCH > TimeDelta::days(1))
}

fn seen(row: &ObjectRow) -> Seen {
    let said = said(row);
    let issues: Vec<graph::Issue> =
        said.get("issues_info").and_then(|issues| serde_json::from_value(issues.clone()).ok()).unwrap_or_default();
    let words = |issue: graph::Issue| issue.error_message.or(issue.error_summary);
    let stage = said.get("learning_stage_info").and_then(|info| text(info, "status"));
    Seen {
        name: bare(&row.name).to_owned(),
        status: row.status.clone(),
        effective: row.effective_status.clone(),
        // A soft one delivers on, so it speaks only where Meta itself says that there are issues.
        issues: issues
            .into_iter()
            .filter(|issue| issue.error_type.as_deref() != Some("SOFT_ERROR") || row.effective_status == "WITH_ISSUES")
            .filter_map(words)
            .collect(),
        refusal: match row.kind.as_str() {
            "ad" => serde_json::from_value::<graph::Ad>(said.clone()).map(|ad| ad.review_words()).unwrap_or_default(),
            _ => Vec::new(),
        },
        learning: stage,
        ends: time(&said, "end_time").or_else(|| time(&said, "stop_time")),
        starts: time(&said, "start_time"),
    }
}
