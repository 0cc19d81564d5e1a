//! What a change makes of one campaign: rows, calls and another definition, or the reason why it cannot be.

use chrono::{DateTime, Utc};

use super::{BudgetChange, Change, Line, Subject};
use crate::domain::campaign::{Campaign, CampaignForm, Pace};
use crate::domain::dictionary::{self, Sentence};
use crate::domain::money::Money;
use crate::domain::plan::{self, Desired, Field, Kind, Mark, Part, Review, Run};
use crate::domain::schedule::{Schedule, parse_local};

/// The shortest flight Meta takes. Source: Marketing API, Ad Set, `end_time`: at least 24 hours with a daily budget.
const SHORTEST_HOURS: i64 = 24;

/// What a change makes of one campaign.
///
/// # Errors
/// A sentence that says why it cannot be, and the way out.
pub fn line(change: &Change, subject: &Subject) -> Result<Line, Sentence> {
    if subject.is_busy {
        return Err(dictionary::line_busy());
    }
    let top = subject.observed.iter().find(|o| o.object.kind == Kind::Campaign && !o.gone);
    let Some(top) = top else { return away(change, subject) };
    if let Some(why) = &subject.barred {
        return Err(why.clone());
    }
    let is_on = top.is_on();
    let before = subject.a_day.map(|money| if is_on { money } else { Money::new(0, money.currency) });
    let switched =
        |mark: Mark, after: Option<Money>| Ok(Line { after, ..blank(subject, before, plan::switch(top, mark, subject.a_day)) });
    let nothing = subject.a_day.map(|money| Money::new(0, money.currency));
    match change {
        Change::Pause if !is_on => Err(dictionary::line_paused()),
        Change::Pause => switched(Mark::Pause, nothing),
        Change::Archive => switched(Mark::Archive, nothing),
        Change::Resume if is_on => Err(dictionary::line_on()),
        Change::Resume => {
            if ended(subject) {
                return Err(dictionary::line_over());
            }
            switched(Mark::Arm, subject.a_day)
        }
        Change::Budget { budget } => {
            let changed = |campaign: &Campaign, form: &mut CampaignForm| rebudget(*budget, subject, campaign, form);
            redefined(subject, is_on, before, &[Field::Budget, Field::Floor, Field::Ceiling], changed)
        }
        Change::Budgets { budgets } => {
            let asked = budgets.iter().find(|asked| asked.campaign == subject.id);
            let Some(asked) = asked else { return Err(dictionary::line_not_asked()) };
            let budget = BudgetChange::To { money: asked.money };
            let changed = |campaign: &Campaign, form: &mut CampaignForm| rebudget(budget, subject, campaign, form);
            redefined(subject, is_on, before, &[Field::Budget, Field::Floor, Field::Ceiling], changed)
        }
        Change::Dates { starts, ends } => {
            let (starts, ends) = (starts.as_deref(), ends.as_deref());
            let changed = |campaign: &Campaign, form: &mut CampaignForm| redate(starts, ends, subject, campaign, form);
            redefined(subject, is_on, before, &[Field::Starts, Field::Ends], changed)
        }
    }
}

/// What is not at Meta: only putting a draft away makes sense.
fn away(change: &Change, subject: &Subject) -> Result<Line, Sentence> {
    match (change, &subject.ours) {
        (_, None) => Err(dictionary::line_unlisted()),
        (Change::Archive, Some(_)) => Ok(blank(subject, None, Part::default())),
        (_, Some(_)) => Err(dictionary::line_draft()),
    }
}

fn blank(subject: &Subject, before: Option<Money>, part: Part) -> Line {
    Line {
        campaign: subject.id,
        name: subject.name.clone(),
        account: subject.account.clone(),
        revision: subject.ours.as_ref().map(|ours| ours.revision),
        rows: part.rows,
        steps: part.steps,
        before,
        after: before,
        definition: None,
        form: None,
        review: Review::default(),
    }
}

fn ended(subject: &Subject) -> bool {
    let ends = subject.ours.as_ref().and_then(|ours| ours.campaign.as_ref()).and_then(|campaign| campaign.schedule.ends);
    ends.is_some_and(|ends| ends <= subject.now)
}

/// A change of the definition, and the calls that bring Meta there.
fn redefined(
    subject: &Subject,
    is_on: bool,
    before: Option<Money>,
    fields: &[Field],
    changed: impl Fn(&Campaign, &mut CampaignForm) -> Result<Campaign, Sentence>,
) -> Result<Line, Sentence> {
    let Some(ours) = &subject.ours else {
        return Err(dictionary::line_elsewhere());
    };
    let (Some(campaign), Some(ids)) = (&ours.campaign, &ours.ids) else {
        return Err(dictionary::line_problems());
    };
    let part_of = |campaign: &Campaign| {
        let desired = Desired { campaign, ids, run: if is_on { Run::Active } else { Run::Paused } };
        plan::fields_only(desired, &subject.observed, subject.now, fields)
    };
    let drifted = part_of(campaign);
    if !drifted.rows.is_empty() || !drifted.blocked.is_empty() {
        return Err(dictionary::line_differs());
    }
    let mut form = ours.form.clone();
    let after = changed(campaign, &mut form)?;
    if after == *campaign {
        return Err(dictionary::line_same());
    }
    let part = part_of(&after);
    if let Some(why) = part.blocked.first() {
        return Err(Sentence::quoted(why));
    }
    let a_day = (after.budget.pace == Pace::Daily && is_on).then_some(after.budget.amount).or(before);
    Ok(Line {
        after: before.and(a_day),
        definition: Some(Box::new(after)),
        form: Some(Box::new(form)),
        ..blank(subject, before, part)
    })
}

fn rebudget(change: BudgetChange, subject: &Subject, campaign: &Campaign, form: &mut CampaignForm) -> Result<Campaign, Sentence> {
    // Bounds typed as money are the person's own figures; percentages move with the budget.
    let keep = form.amounts.trim() == "money";
    let after = campaign.with_budget(change.of(campaign.budget.amount)?, keep)?;
    enough(subject, &after)?;
    form.retype_budget(&after)?;
    Ok(after)
}

/// Refuses money below Meta's least for an ad set, or a whole flight's budget that is spent already.
fn enough(subject: &Subject, campaign: &Campaign) -> Result<(), Sentence> {
    let (amount, currency) = (campaign.budget.amount, subject.currency);
    let lifetime = campaign.budget.pace == Pace::Lifetime;
    if let Some(spent) = subject.spent.filter(|spent| lifetime && amount.to_spend().micros <= spent.micros) {
        return Err(dictionary::line_spent(spent, currency));
    }
    let days = if lifetime { campaign.schedule.days(subject.now).map_or(1, |days| days.days()) } else { 1 };
    let Some(minimum) = subject.min_daily_minor.map(|daily| daily.saturating_mul(days)) else { return Ok(()) };
    let least = campaign.budgets().into_iter().filter(|budget| budget.minor < minimum).min();
    if let Some(least) = least {
        let minimum = Money::new(minimum, currency);
        let pace = campaign.budget.pace.label();
        return Err(dictionary::line_minimum(least, currency, pace, minimum));
    }
    Ok(())
}

fn redate(
    starts: Option<&str>,
    ends: Option<&str>,
    subject: &Subject,
    campaign: &Campaign,
    form: &mut CampaignForm,
) -> Result<Campaign, Sentence> {
    let (zone, now) = (campaign.schedule.zone, subject.now);
    let mut schedule = campaign.schedule;
    if let Some(text) = starts {
        let Some(at) = parse_local(text, zone, false)? else { return Err(dictionary::line_start_missing()) };
        if schedule.starts.is_none_or(|starts| starts <= now) {
            return Err(dictionary::line_begun());
        }
        if at <= now {
            return Err(dictionary::line_start_passed(schedule.local(now)));
        }
        schedule.starts = Some(at);
        form.starts = schedule.local(at);
    }
    if let Some(text) = ends {
        let Some(at) = parse_local(text, zone, true)? else { return Err(dictionary::line_end_missing()) };
        if at <= now {
            return Err(dictionary::line_end_passed(schedule.local(now)));
        }
        schedule.ends = Some(at);
        form.ends = schedule.local(at);
    }
    long_enough(&schedule, now)?;
    let after = Campaign { schedule, ..campaign.clone() };
    enough(subject, &after)?;
    Ok(after)
}

fn long_enough(schedule: &Schedule, now: DateTime<Utc>) -> Result<(), Sentence> {
    let Some(ends) = schedule.ends else { return Ok(()) };
    let begins = schedule.starts.unwrap_or(now);
    if ends <= begins {
        return Err(dictionary::line_backwards());
    }
    if (ends - begins).num_hours() < SHORTEST_HOURS {
        return Err(dictionary::flight_too_short());
    }
    Ok(())
}
