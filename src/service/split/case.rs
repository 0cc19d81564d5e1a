//! A campaign before a decision: its ad sets and their money, what a person allows, what happened to them lately.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use super::figures::{BACK, Scope, number};
use super::settings::{CampaignKey, Settings, settings_of};
use super::{Inputs, Stored};
use crate::allocation::ENGINE;
use crate::allocation::advice::Question;
use crate::allocation::cadence::{self, SIGNIFICANT_BP, Standing};
use crate::allocation::learner::{Segment, Setup};
use crate::domain::campaign::{AdSetKey, Campaign, CampaignForm, Pace, ShapeChoice};
use crate::domain::currency::Currency;
use crate::domain::id::{AdSetId, CampaignId, WorkspaceId};
use crate::domain::money::Money;
use crate::domain::split::WHOLE;
use crate::service::campaigns::result_kind;
use crate::service::{Ctx, Error, Result, outside, sync};
use crate::store::audit::{self, AuditEvent};
use crate::store::campaigns::{self, CampaignRow};
use crate::store::connections::{self, AdAccount};
use crate::store::observed;
use crate::store::{Conn, splits as rows};

/// Events of the log that are looked through for changes made outside.
const EVENTS: i64 = 50;

/// A campaign whose budget stands on several ad sets, each with its own a day.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub row: CampaignRow,
    pub form: CampaignForm,
    pub campaign: Campaign,
    pub account: AdAccount,
    pub currency: Currency,
    pub zone: Tz,
    /// Platform time.
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    pub settings: Settings,
    pub parts: Vec<Part>,
    /// Oldest first, at most as many as days are looked back.
    pub decisions: Vec<Stored>,
    pub changed_outside: bool,
}

/// One of its ad sets.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub key: AdSetKey,
    pub id: AdSetId,
    /// Minor units a day.
    pub budget: i64,
    /// Whether Meta says that it is learning.
    pub learning: Option<bool>,
}

/// What a campaign is, seen from its split.
#[derive(Debug)]
pub(super) enum Ground {
    /// Several ad sets, each with its own budget a day.
    Apart(Box<Case>),
    /// One ad set, or one budget that Meta divides: the words of its shape.
    Together(Box<(CampaignRow, CampaignForm, Option<Campaign>, AdAccount)>),
}

/// Reads a campaign.
///
/// # Errors
/// [`Error::NotFound`] for one that was not defined here.
pub(super) fn load(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, id: CampaignId) -> Result<Ground> {
    let row = campaigns::find(c, workspace, id)?.ok_or(Error::NotFound("campaign"))?;
    let account = connections::get_account(c, workspace, row.ad_account_id)?;
    let form: CampaignForm = serde_json::from_str(&row.form).unwrap_or_default();
    let campaign: Option<Campaign> = row.definition.as_deref().map(serde_json::from_str).transpose()?;
    let apart = campaign.as_ref().is_some_and(|campaign| {
        let choice = ShapeChoice::from(&campaign.shape);
        matches!(choice, ShapeChoice::PerNetwork | ShapeChoice::PerGroup) && campaign.budget.pace == Pace::Daily
    });
    let (Some(campaign), true, Ok(currency)) = (campaign.clone(), apart, account.currency.parse::<Currency>()) else {
        return Ok(Ground::Together(Box::new((row, form, campaign, account))));
    };
    let base = match account.connection_id {
        Some(connection) => connections::get(c, workspace, connection)?.base_url,
        None => String::new(),
    };
    let zone = sync::zone(&account);
    let now = ctx.platform.now(&base, ctx.now()).0;
    let key = CampaignKey { workspace, campaign: id };
    let settings = settings_of(c, &key)?;
    let parts = parts(c, &key, &campaign)?;
    let limit = i64::try_from(BACK).unwrap_or(90);
    let mut decisions = rows::list(c, workspace, id, limit)?.into_iter().map(Stored::read).collect::<Result<Vec<_>>>()?;
    decisions.reverse();
    let events = audit::page_of(c, workspace, "campaign", id.0, None, EVENTS)?;
    let changed_outside = is_changed_outside(&events, settings.looked_seq);
    let today = now.with_timezone(&zone).date_naive();
    let case = Case { row, form, campaign, account, currency, zone, now, today, settings, parts, decisions, changed_outside };
    Ok(Ground::Apart(Box::new(case)))
}

fn parts(c: &mut Conn, key: &CampaignKey, campaign: &Campaign) -> Result<Vec<Part>> {
    let ids = campaigns::list_ad_sets(c, key.workspace, key.campaign)?;
    let seen = observed::list_of_campaign(c, key.workspace, key.campaign)?;
    let mut parts = Vec::new();
    for ad_set in campaign.ad_sets() {
        let Some(row) = ids.iter().find(|row| row.share == ad_set.key.as_str()) else { continue };
        let said = seen.iter().find(|seen| seen.id.0 == row.id.0);
        let stage = said.and_then(|seen| serde_json::from_str::<crate::graph::AdSet>(&seen.fields).ok());
        let stage = stage.and_then(|said| said.learning_stage_info).and_then(|stage| stage.status);
        parts.push(Part {
            key: ad_set.key,
            id: row.id,
            budget: ad_set.budget.map_or(0, |money| money.minor),
            learning: stage.map(|stage| stage == "LEARNING"),
        });
    }
    Ok(parts)
}

/// Whether the newest change outside is newer than everything a person did or looked at since. Newest first.
fn is_changed_outside(events: &[AuditEvent], looked: i64) -> bool {
    for event in events {
        if event.seq <= looked {
            return false;
        }
        if event.action == outside::ACTION {
            return true;
        }
        let by_a_person = matches!(event.via.as_str(), "page" | "api" | "command");
        if by_a_person && matches!(event.action.as_str(), "campaign.saved" | "campaign.changed" | "plan.approved") {
            return false;
        }
    }
    false
}

impl Case {
    /// Its budgets a day, in order.
    pub fn current(&self) -> Vec<i64> {
        self.parts.iter().map(|part| part.budget).collect()
    }

    /// Each part with an amount.
    pub fn typed(&self, amounts: &[i64]) -> Vec<(AdSetKey, Money)> {
        let of = |(part, minor): (&Part, &i64)| (part.key, Money::new(*minor, self.currency));
        self.parts.iter().zip(amounts).map(of).collect()
    }

    /// What figures its question is about.
    pub fn scope(&self) -> Scope {
        let attribution = self.campaign.counting.attribution;
        Scope {
            account: self.account.id,
            campaign: self.row.id,
            ad_sets: self.parts.iter().map(|part| part.id).collect(),
            since: self.today.checked_sub_days(Days::new(BACK)).unwrap_or(self.today),
            known_at: self.now,
            zone: self.zone,
            currency: self.currency,
            result_kind: result_kind(&self.campaign.counting),
            attribution: attribution.map_or(String::new(), |setting| setting.as_str().to_owned()),
            window_days: attribution.map_or(1, |setting| u32::from(setting.days().0)),
            budgets: self.budgets(),
        }
    }

    /// From which day each had which budget, oldest first: each decision notes what was in force on its day.
    fn budgets(&self) -> Vec<(u32, Vec<i64>)> {
        let mut budgets: Vec<(u32, Vec<i64>)> = Vec::new();
        let noted = self.noted().map(|(day, amounts)| (number(day), amounts.to_vec()));
        for (day, amounts) in noted.chain([(number(self.today), self.current())]) {
            if amounts.len() == self.parts.len() && budgets.last().is_none_or(|(_, last)| *last != amounts) {
                budgets.push((day, amounts));
            }
        }
        budgets
    }

    /// The amounts of past days in the order of time: what a decision found, and what it made where it was carried out.
    fn noted(&self) -> impl Iterator<Item = (NaiveDate, &[i64])> {
        let same = |stored: &&Stored| stored.inputs.keys.iter().eq(self.parts.iter().map(|part| &part.key));
        self.decisions.iter().filter(same).flat_map(|stored| {
            let found = std::iter::once((stored.row.on_day, stored.inputs.question.current.as_slice()));
            let made = (stored.row.state == "applied").then_some((stored.row.on_day, stored.amounts.as_slice()));
            found.chain(made)
        })
    }

    /// When each ad set's amount last changed, and last changed much; `first` is the first day with figures.
    pub fn standings(&self, first: Option<NaiveDate>) -> Vec<Standing> {
        let current = self.current();
        let mut standings: Vec<Standing> =
            self.parts.iter().map(|part| Standing { learning: part.learning, moved_on: None, significant_on: first }).collect();
        let mut before: Option<&[i64]> = None;
        for (day, amounts) in self.noted().chain([(self.today, current.as_slice())]) {
            if let Some(before) = before {
                for (standing, (was, is)) in standings.iter_mut().zip(before.iter().zip(amounts)) {
                    if was != is {
                        standing.moved_on = Some(day);
                    }
                    if cadence::largest_change_bp(&[*was], &[*is]) >= SIGNIFICANT_BP {
                        standing.significant_on = Some(day);
                    }
                }
            }
            before = Some(amounts);
        }
        standings
    }

    /// The question of today, with nothing pinned.
    pub fn question(&self) -> Question {
        let total = self.campaign.budget.amount;
        let least = self.account.min_daily_minor.unwrap_or(0).max(1);
        let bounds: Vec<_> = self.parts.iter().map(|part| self.form.bounds_of(part.key, total)).collect();
        let segment = |part: &Part| Segment {
            name: part.key.as_str().to_owned(),
            platform: part.key.network().map_or(String::new(), |network| network.as_str().to_owned()),
            placement: part.key.group().map_or(String::new(), |group| group.as_str().to_owned()),
        };
        let attribution = self.campaign.counting.attribution;
        Question {
            setup: Setup {
                objective: self.settings.objective,
                total: total.minor,
                horizon_days: None,
                window_days: attribution.map_or(1, |setting| u32::from(setting.days().0)),
                segments: self.parts.iter().map(segment).collect(),
            },
            day: number(self.today),
            current: self.current(),
            floors: bounds.iter().map(|bound| bound.floor.max(least)).collect(),
            ceilings: bounds.iter().map(|bound| bound.ceiling.min(total.minor)).collect(),
            step_bp: self.settings.step_bp.clamp(1, WHOLE),
            pins: vec![None; self.parts.len()],
        }
    }

    /// A decision's inputs from its parts.
    pub fn inputs(&self, question: Question, scope: Scope, hash: String) -> Inputs {
        Inputs { engine: ENGINE, question, keys: self.parts.iter().map(|part| part.key).collect(), scope, hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: i64, action: &str, via: &str) -> AuditEvent {
        AuditEvent {
            workspace_id: WorkspaceId(1),
            seq,
            at: Utc::now().into(),
            actor_id: None,
            actor_name: String::new(),
            via: via.to_owned(),
            action: action.to_owned(),
            subject_kind: "campaign".to_owned(),
            subject_id: 1,
            state: String::new(),
            previous_hash: String::new(),
            hash: String::new(),
        }
    }

    #[test]
    fn a_change_outside_suspends_until_a_person_has_looked_or_acted() {
        let outside = event(5, "campaign.changed_outside", "outside");
        let machine = event(6, "campaign.saved", "learned");
        assert!(is_changed_outside(&[machine, outside.clone()], 0));
        assert!(!is_changed_outside(std::slice::from_ref(&outside), 5));
        assert!(!is_changed_outside(&[event(7, "plan.approved", "page"), outside], 0));
        assert!(!is_changed_outside(&[], 0));
    }
}
