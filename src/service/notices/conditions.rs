//! What is the case and has to be heard of, from what is stored: no call to Meta is made here.

use std::collections::BTreeMap;

use chrono::{Days, Duration};

use super::super::campaigns::standings;
use super::super::health::{self, HealthCode, Problem};
use super::super::limits::{self, Shown};
use super::super::stop::Running;
use super::super::sync::zone;
use crate::domain::campaign_status::{CampaignStatus, Standing};
use crate::domain::currency::Currency;
use crate::domain::id::{CampaignId, WorkspaceId};
use crate::domain::money::Spend;
use crate::domain::notice::NoticeKind;
use crate::domain::plan::bare;
use crate::service::{Actor, Ctx, Result, approvals};
use crate::store::campaigns;
use crate::store::connections::{self, AdAccount};
use crate::store::drifts::{self, Drifted};
use crate::store::observed::{self, Observed};
use crate::store::plans::{self, PlanRow};
use crate::store::rollups::{self, CampaignSums};
use crate::store::splits::{self, DecisionRow};
use crate::store::stops::{self, StopRow};

/// The whole days without a result that are looked at; the day that still runs is too young.
const DRY_DAYS: u64 = 3;
/// The days before them from which the usual cost of a result is known.
const USUAL_DAYS: u64 = 28;
/// The fewest results that make a usual cost.
const USUAL_RESULTS: i64 = 5;
/// Money for so many results without one: by chance alone that happens one time in twenty (Poisson, e^-3 = 5 %).
const DRY_TIMES: i64 = 3;
/// A failed plan is no news after so long.
const FAILED_LATELY: Duration = Duration::days(30);

/// Something to be heard of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    /// What kind.
    pub kind: NoticeKind,
    /// Which very condition: it is said once while it lasts.
    pub key: String,
    /// In a few words.
    pub title: String,
    /// In a sentence.
    pub sentence: String,
    /// What to do.
    pub way_out: String,
    /// The page that shows more, from the root.
    pub path: String,
}

/// What one account's campaigns spent and brought in.
struct Dry {
    account: AdAccount,
    lately: Vec<CampaignSums>,
    before: Vec<CampaignSums>,
    campaigns: Vec<Observed>,
}

/// Everything that is the case now.
pub(super) async fn gather(ctx: &Ctx, workspace: WorkspaceId) -> Result<Vec<Condition>> {
    let lately = (ctx.now().0 - FAILED_LATELY).into();
    let read = ctx.db.read(move |c| {
        let mut failed = Vec::new();
        for plan in plans::list_failed(c, workspace, lately)? {
            // A newer attempt at the same campaign takes its place.
            let newest = match plan.campaign_id {
                Some(campaign) => plans::find_latest_approved(c, workspace, campaign)?,
                None => plans::find_latest_of_kind(c, workspace, &plan.kind)?,
            };
            if newest.is_some_and(|newest| newest.id == plan.id) {
                failed.push(plan);
            }
        }
        let mut dry = Vec::new();
        let campaigns = observed::list_present(c, workspace, "campaign")?;
        for account in connections::list_linked_accounts(c, workspace)? {
            let Some(today) = account.known_until_at.map(|at| at.utc().with_timezone(&zone(&account)).date_naive()) else {
                continue;
            };
            let back = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
            let sums = |c: &mut _, since, until| rollups::sums_by_campaign(c, workspace, account.id, since, until);
            let lately = sums(c, back(DRY_DAYS), back(1))?;
            let before = sums(c, back(DRY_DAYS + USUAL_DAYS), back(DRY_DAYS + 1))?;
            let campaigns = campaigns.iter().filter(|row| row.ad_account_id == account.id).cloned().collect();
            dry.push(Dry { account, lately, before, campaigns });
        }
        let mut drifted = Vec::new();
        for campaign in drifts::list_campaigns(c, workspace)? {
            let name = campaigns::find(c, workspace, campaign.id)?.map(|row| row.name).unwrap_or_default();
            drifted.push(changed_outside(&campaign, &name));
        }
        let splits = splits::list_waiting(c, workspace)?;
        Ok((stops::find_open(c, workspace)?, failed, dry, splits, drifted))
    });
    let (stop, failed, dry, splits, drifted) = read.await?;
    let limits = limits::list(ctx, &Actor::schedule(workspace)).await?;
    let actor = Actor::schedule(workspace);
    let on = |row: &&Observed| row.status == "ACTIVE";
    let names: BTreeMap<CampaignId, &str> = dry
        .iter()
        .flat_map(|account| account.campaigns.iter().filter(on))
        .map(|row| (CampaignId(row.id.0), bare(&row.name)))
        .collect();
    let standing = standings(ctx, &actor, names.keys().copied().collect()).await?;
    let mut found: Vec<Condition> = health::problems(ctx, &actor).await?.iter().filter_map(unhealthy).collect();
    found.extend(standing.iter().filter_map(|(id, standing)| stands(*id, names.get(id)?, standing)));
    if let Some(stop) = stop {
        found.push(stopped(&stop)?);
    }
    found.extend(limits.iter().flat_map(limited));
    found.extend(failed.iter().map(apply_failed));
    approvals::refresh(ctx, workspace).await?;
    found.extend(approvals::waiting(ctx, &actor).await?.iter().map(waits));
    found.extend(splits.iter().filter_map(|decision| Some(split_waits(decision, names.get(&decision.campaign_id)?))));
    found.extend(drifted);
    for account in &dry {
        found.extend(no_results(account));
    }
    Ok(found)
}

/// A problem of an account or a token, where it is one that people are told of.
fn unhealthy(problem: &Problem) -> Option<Condition> {
    let (kind, title) = match problem.code {
        HealthCode::AccountStatus | HealthCode::Funding | HealthCode::SpendLimit => {
            (NoticeKind::AccountProblem, format!("{}: account or billing problem", problem.subject))
        }
        HealthCode::TokenInvalid | HealthCode::TokenExpires | HealthCode::DataAccessExpires => {
            (NoticeKind::TokenDying, format!("The connection {} needs a new token", problem.subject))
        }
        HealthCode::PermissionMissing | HealthCode::PageMissing | HealthCode::InstagramMissing | HealthCode::PixelSilent => {
            return None;
        }
    };
    let of = problem.ad_account.map_or(problem.connection.0, |account| account.0);
    Some(Condition {
        kind,
        key: format!("{}:{of}", problem.code.as_str()),
        title,
        sentence: problem.sentence.words.clone(),
        way_out: problem.way_out.clone(),
        path: format!("/connections/{}", problem.connection),
    })
}

/// A campaign that is on and cannot do what it should.
fn stands(id: CampaignId, name: &str, standing: &Standing) -> Option<Condition> {
    let (kind, title, way_out) = match standing.status {
        CampaignStatus::Rejected => (
            NoticeKind::Rejected,
            format!("{name}: its ads were rejected"),
            "Change what Meta names, or ask for another review in Ads Manager.",
        ),
        CampaignStatus::WithIssues => (
            NoticeKind::Rejected,
            format!("{name}: something of it cannot run"),
            "Change what Meta names; the rest goes on meanwhile.",
        ),
        CampaignStatus::NoSpend => (
            NoticeKind::NoDelivery,
            format!("{name} has not delivered for 24 hours"),
            "See whether audience, cost goal and budget leave Meta anything to buy.",
        ),
        _ => return None,
    };
    Some(Condition {
        kind,
        key: format!("{}:{id}", standing.status.as_str()),
        sentence: if standing.reason.is_empty() { format!("{title}.") } else { standing.reason.clone() },
        title,
        way_out: way_out.to_owned(),
        path: format!("/campaigns/{id}"),
    })
}

fn stopped(stop: &StopRow) -> Result<Condition> {
    let remembered: Vec<Running> = serde_json::from_str(&stop.remembered)?;
    let waiting = remembered.iter().filter(|running| !running.confirmed).count();
    let what = match remembered.len() {
        1 => "One campaign was stopped".to_owned(),
        n => format!("{n} campaigns were stopped"),
    };
    let confirmed = match waiting {
        0 => "all are confirmed paused by Meta".to_owned(),
        n => format!("{n} of them are not confirmed yet and are tried again"),
    };
    Ok(Condition {
        kind: NoticeKind::Stopped,
        key: format!("stopped:{}", stop.id),
        title: what.clone(),
        sentence: format!("{what} by the emergency stop of {} UTC; {confirmed}.", stop.made_at.utc().format("%-d %b %H:%M")),
        way_out: "Nothing runs again until a person resumes it.".to_owned(),
        path: "/stop".to_owned(),
    })
}

/// What the guard says of a limit: what it paused, that it is close or its figures are old, that nobody looks.
fn limited(shown: &Shown) -> Vec<Condition> {
    let of = format!("{} {} {}", shown.limit.amount, shown.limit.amount.currency.code(), shown.limit.span.words());
    let close = |key: String, title: String, sentence: String, way_out: &str| Condition {
        kind: NoticeKind::LimitClose,
        key,
        title,
        sentence,
        way_out: way_out.to_owned(),
        path: "/limits".to_owned(),
    };
    let mut found: Vec<Condition> = shown
        .holds
        .iter()
        .map(|hold| Condition {
            kind: NoticeKind::Stopped,
            key: format!("held:{}", hold.id),
            title: format!("{} was paused by the guard", hold.name),
            sentence: hold.reason.clone(),
            way_out: "It stays off until a person switches it on through its plan.".to_owned(),
            path: format!("/campaigns/{}", hold.campaign_id),
        })
        .collect();
    if let Some(check) = shown.last.as_ref().filter(|check| shown.is_watched && check.decision != "fine" && found.is_empty()) {
        let way_out = "Lower budgets, pause something, or raise the limit if that is meant.";
        let title = format!("{}: the limit of {of} is close", shown.name);
        found.push(close(format!("limit_close:{}:{}", shown.id, shown.state()), title, check.sentence.clone(), way_out));
    }
    if shown.last.is_some() && !shown.is_watched && shown.stands.is_some() {
        let way_out = "Start Tandem, or “tandem guard” alone, on the machine with its data.";
        let title = format!("{}: nobody guards the limit of {of}", shown.name);
        found.push(close(
            format!("limit_unguarded:{}", shown.id),
            title,
            shown.notes.first().cloned().unwrap_or_default(),
            way_out,
        ));
    }
    if shown.cap_is_old {
        let way_out = "Renew it on the page Limits and approve the campaign’s plan, or let the guard hold the month alone.";
        let title = format!("{}: Meta still holds an earlier month’s limit", shown.name);
        let sentence = "A new month has begun, and Meta stops the campaign at what was left of the old one.".to_owned();
        found.push(close(format!("limit_renew:{}", shown.id), title, sentence, way_out));
    }
    found
}

/// Each look that finds more is another condition: what came later is told too.
fn changed_outside(campaign: &Drifted, name: &str) -> Condition {
    let (what, them) = match campaign.fields {
        1 => ("1 field of it is".to_owned(), "it"),
        n => (format!("{n} fields of it are"), "them"),
    };
    Condition {
        kind: NoticeKind::ChangedOutside,
        key: format!("changed_outside:{}:{}", campaign.id, campaign.newest_at.utc().timestamp_micros()),
        title: format!("{name} was changed outside Tandem"),
        sentence: format!("{what} not as Tandem left {them}: somebody changed {them} at Meta, or Meta did."),
        way_out: "Adopt what Meta has, or set it back, field by field.".to_owned(),
        path: format!("/campaigns/{}/drift", campaign.id),
    }
}

fn apply_failed(plan: &PlanRow) -> Condition {
    let name = serde_json::from_str::<serde_json::Value>(&plan.body)
        .ok()
        .and_then(|body| body.get("name").and_then(|name| name.as_str()).map(str::to_owned));
    let (of, path) = match (plan.campaign_id, name) {
        (Some(campaign), Some(name)) => (format!("of {name} "), format!("/campaigns/{campaign}/plan")),
        (Some(campaign), None) => (String::new(), format!("/campaigns/{campaign}/plan")),
        (None, _) => ("over several campaigns ".to_owned(), "/campaigns".to_owned()),
    };
    let why = plan.problem.as_deref().unwrap_or("Meta gave no reason");
    Condition {
        kind: NoticeKind::ApplyFailed,
        key: format!("apply_failed:{}", plan.id),
        title: format!("The plan {of}was not carried out").replace("  ", " "),
        sentence: crate::domain::invalid::sentence(&format!("It stopped at a step: {why}")),
        way_out: "What was made is paused and kept; put right what it names, then apply the plan again.".to_owned(),
        path,
    }
}

fn waits(row: &approvals::Row) -> Condition {
    Condition {
        kind: NoticeKind::ApprovalWaits,
        key: format!("approval_waits:{}", row.id),
        title: format!("Waits for a second person: {}", row.title),
        sentence: format!("{} asked for it. {}", row.asked_name, row.sentence),
        way_out: "Read the plan and approve it, or decline it with a reason. Nothing happens before that.".to_owned(),
        path: row.path.clone(),
    }
}

/// A learned split that waits. One condition a campaign: tomorrow's proposal in its place is no news.
fn split_waits(decision: &DecisionRow, name: &str) -> Condition {
    Condition {
        kind: NoticeKind::SplitWaits,
        key: format!("split_waits:{}", decision.campaign_id),
        title: format!("{name}: a better split waits"),
        sentence: decision.reason.clone(),
        way_out: "Read it on its page, then take it over or refuse it.".to_owned(),
        path: format!("/campaigns/{}/split", decision.campaign_id),
    }
}

/// Campaigns that are on and paid for three results or more, by their own usual cost, without getting one. Where no usual cost is
/// known, three days in a row with spend and without any result.
fn no_results(dry: &Dry) -> Vec<Condition> {
    let Ok(currency) = dry.account.currency.parse::<Currency>() else { return Vec::new() };
    let money = |micros: i64| format!("{} {currency}", Spend::new(micros, currency));
    let mut found = Vec::new();
    for sums in &dry.lately {
        let campaign = dry.campaigns.iter().find(|row| row.id.0 == sums.campaign_id && row.effective_status == "ACTIVE");
        let (Some(campaign), Some(spend)) = (campaign, sums.spend_micros.filter(|spend| *spend > 0)) else { continue };
        if sums.results.is_some_and(|results| results > 0) {
            continue;
        }
        let before = dry.before.iter().find(|before| before.campaign_id == sums.campaign_id);
        let usual = before.and_then(|before| match (before.spend_micros, before.results) {
            (Some(spend), Some(results)) if results >= USUAL_RESULTS => Some(spend / results),
            _ => None,
        });
        let why = match usual {
            Some(usual) if spend >= usual.saturating_mul(DRY_TIMES) => {
                format!("a result usually costs it about {}", money(usual))
            }
            None if u64::try_from(sums.days).is_ok_and(|days| days >= DRY_DAYS) => {
                "what a result usually costs it is not known yet".to_owned()
            }
            _ => continue,
        };
        found.push(Condition {
            kind: NoticeKind::NoResults,
            key: format!("no_results:{}", sums.campaign_id),
            title: format!("{} spends without results", campaign.name),
            sentence: format!("In the last {DRY_DAYS} whole days it spent {} and had no result; {why}.", money(spend)),
            way_out: "See whether the pixel still fires and the page still opens; pause it if they do not.".to_owned(),
            path: format!("/campaigns/{}", CampaignId(sums.campaign_id)),
        });
    }
    found
}
