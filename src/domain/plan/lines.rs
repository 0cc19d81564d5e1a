//! What a plan says: rows, labels of steps, what is worth knowing, what nobody knows.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::build::Known;
use super::wanted::bare;
use super::{Field, FieldChange, Kind, Mark, ObjectRef, Observed, PlannedStep, Row, RowReview, Step, Wanted};
use crate::domain::audience::SpecialCategory;
use crate::domain::campaign::{Campaign, Limits, Pace};
use crate::domain::dictionary;
use crate::domain::money::Money;
use crate::domain::objective::Bid;

/// A field that is not as it should be, in canonical texts.
pub(super) struct Difference {
    pub field: Field,
    pub now: String,
    pub after: String,
}

/// A step with the sentence shown while it runs.
pub(super) fn step(step: Step, name: &str) -> PlannedStep {
    let (kind, name) = (step.object().kind.label().to_lowercase(), bare(name));
    let label = match &step {
        Step::Upload { .. } => "Send the picture".into(),
        Step::Create { wanted, .. } if wanted.object().kind.has_switch() => format!("Make the {kind} {name}, paused"),
        Step::Create { .. } => format!("Make the {kind} {name}"),
        Step::Change { fields, .. } => {
            let labels: Vec<String> = fields.iter().map(|field| field.label().to_lowercase()).collect();
            format!("Change the {kind} {name}: {}", labels.join(", "))
        }
        Step::Verify { .. } => "Read everything back and compare".into(),
        Step::Pause { .. } => format!("Switch the {kind} {name} off"),
        Step::Archive { .. } => format!("Archive the {kind} {name}"),
        Step::Activate { object } if object.kind == Kind::Campaign => format!("Switch {name} on: from here it may spend"),
        Step::Activate { .. } => format!("Switch the {kind} {name} on under the paused campaign"),
    };
    PlannedStep { label, step }
}

/// How much more a field's amount is after the changes, in minor units.
fn more_of(field: Field, differences: &[Difference]) -> i64 {
    let minor = |text: &str| text.split_once(' ').and_then(|(_, minor)| minor.parse::<i64>().ok()).unwrap_or(0);
    differences.iter().filter(|d| d.field == field).map(|d| minor(&d.after) - minor(&d.now)).sum()
}

/// How much money the changes add, in minor units.
pub(super) fn money_of(differences: &[Difference]) -> i64 {
    more_of(Field::Budget, differences)
}

/// In which order changes are safe: floors fall before a campaign budget does and rise after it, because Meta refuses floors
/// that together exceed it; and less money comes first, so that no moment commits more than before or after.
pub(super) fn order_of(differences: &[Difference]) -> (i64, i64) {
    (more_of(Field::Floor, differences).signum(), money_of(differences))
}

/// An amount in the campaign's currency; negative where money is taken away.
fn money(campaign: &Campaign, minor: i64) -> Money {
    Money::new(minor, campaign.budget.amount.currency)
}

/// Whether a row is about something that is made.
fn is_new(row: &Row) -> bool {
    row.mark == Mark::Create
}

fn row(mark: Mark, wanted: &Wanted, now: &str, after: String) -> Row {
    let budget = match wanted {
        Wanted::AdSet(set) if mark == Mark::Create => set.budget,
        Wanted::Campaign(made) if mark == Mark::Create => made.budget.map(|(budget, _)| budget.amount),
        _ => None,
    };
    Row {
        mark,
        object: wanted.object(),
        name: bare(wanted.name()).to_owned(),
        networks: wanted.networks(),
        now: now.to_owned(),
        after,
        changes: Vec::new(),
        money: budget,
        review: RowReview::default(),
    }
}

/// A row for each picture sent and object made.
pub(super) fn created(
    campaign: &Campaign,
    wanted: &[Wanted],
    steps: &[PlannedStep],
    replaced: &BTreeMap<ObjectRef, Vec<FieldChange>>,
    now: DateTime<Utc>,
) -> Vec<Row> {
    let ads_with = |picture| {
        let shows = campaign.ads.iter().filter(|ad| ad.pictures().any(|one| one == picture));
        shows.map(|ad| ad.name.as_str()).collect::<Vec<_>>()
    };
    let made = steps.iter().filter_map(|planned| match &planned.step {
        Step::Upload { image } => Some(Row {
            mark: Mark::Create,
            object: planned.step.object(),
            name: format!("for {}", ads_with(image.picture).join(", ")),
            networks: Vec::new(),
            now: "none".into(),
            after: "kept with the ad account".into(),
            changes: Vec::new(),
            money: None,
            review: RowReview::default(),
        }),
        Step::Create { wanted: object, .. } => {
            let changes = replaced.get(&object.object()).cloned();
            let is = if changes.is_some() { "another one" } else { "none" };
            let made = row(Mark::Create, object, is, after(campaign, object));
            Some(Row { changes: changes.unwrap_or_else(|| fields(campaign, object, now)), ..made })
        }
        _ => None,
    });
    let mut rows: Vec<Row> = made.collect();
    // In the order of the letter: the campaign, each ad set, then what it shows.
    let place = |row: &Row| (row.object.kind == Kind::Image, wanted.iter().position(|w| w.object() == row.object));
    rows.sort_by_key(place);
    rows
}

/// Every field of an object that is made, as people read it; what it has none of is left out.
fn fields(campaign: &Campaign, wanted: &Wanted, now: DateTime<Utc>) -> Vec<FieldChange> {
    let show = |field: Field, text: &str| match (field, wanted) {
        (Field::Name, _) => bare(text).to_owned(),
        // The canonical text names interests and cities by Meta's ids alone.
        (Field::Audience, Wanted::AdSet(set)) => set.audience.sentence(),
        _ => field.show(text, campaign.budget.amount.currency, |at| local(campaign, at)),
    };
    let said = wanted.fields(now).into_iter().filter(|(field, text)| *field == Field::Enhancements || !text.is_empty());
    said.map(|(field, text)| FieldChange { field, now: None, after: show(field, &text) }).collect()
}

/// What a new object will be, in a few words.
fn after(campaign: &Campaign, wanted: &Wanted) -> String {
    let show = |field: Field, text: &str| field.show(text, campaign.budget.amount.currency, |at| local(campaign, at));
    match wanted {
        Wanted::Campaign(made) => {
            let limit = made.limit.map(|limit| format!(", never more than {limit} {}", limit.currency)).unwrap_or_default();
            let special = if made.special == SpecialCategory::None { "no special category" } else { made.special.label() };
            let budget = made.budget.map(|(budget, _)| {
                let amount = show(Field::Budget, &Field::budget(budget.pace, budget.amount.minor));
                format!("; {amount} that Meta divides over its ad sets")
            });
            format!("{}, auction, {special}{limit}{}; paused", made.objective.label(), budget.unwrap_or_default())
        }
        Wanted::AdSet(made) => {
            let amount = |of: Money| show(Field::Budget, &Field::budget(made.pace, of.minor));
            let budget = made.budget.map_or_else(|| within(&made.limits, amount), amount);
            let places = show(Field::Placements, &made.placement_words());
            format!("{budget}; {places}; {}; paused", made.audience.sentence())
        }
        Wanted::Creative(made) => {
            let by_itself = match made.enhancements.as_slice() {
                [] => "Meta may change nothing by itself".to_owned(),
                some => {
                    let labels: Vec<&str> = some.iter().map(|one| one.label()).collect();
                    format!("Meta may {}", labels.join(", "))
                }
            };
            let rules = match made.rules.len() {
                0 => "",
                1 => "; two versions by placement",
                _ => "; several versions by placement",
            };
            format!("{by_itself}{rules}; leads to {}", final_url(&made.link, &made.url_tags))
        }
        Wanted::Ad(_) => "goes to Meta’s review; paused".into(),
        Wanted::Kept(_) => "kept as it is".into(),
    }
}

/// What Meta may give an ad set of a campaign budget.
fn within(limits: &Limits, show: impl Fn(Money) -> String) -> String {
    match (limits.floor.map(&show), limits.ceiling.map(&show)) {
        (None, None) => "what Meta gives it".into(),
        (Some(floor), None) => format!("at least {floor}"),
        (None, Some(ceiling)) => format!("at most {ceiling}"),
        (Some(floor), Some(ceiling)) => format!("at least {floor}, at most {ceiling}"),
    }
}

fn final_url(link: &str, tags: &str) -> String {
    let joint = if link.contains('?') { "&" } else { "?" };
    format!("{link}{joint}{tags}")
}

/// A time of the canonical texts as the account's clock shows it.
fn local(campaign: &Campaign, text: &str) -> String {
    let at: Result<DateTime<Utc>, _> = text.parse();
    at.map_or_else(|_| text.to_owned(), |at| campaign.schedule.local(at))
}

/// Differences as people read them.
pub(super) fn changes(campaign: &Campaign, differences: &[Difference]) -> Vec<FieldChange> {
    let currency = campaign.budget.amount.currency;
    let show = |field: Field, text: &str, is_after: bool| match field {
        Field::Name => bare(text).to_owned(),
        Field::Creative if text.is_empty() => "a new one".into(),
        Field::Creative | Field::Picture if is_after => "the one chosen here".into(),
        Field::Creative | Field::Picture => "another one".into(),
        _ => field.show(text, currency, |at| local(campaign, at)),
    };
    let change = |d: &Difference| FieldChange {
        field: d.field,
        now: Some(show(d.field, &d.now, false)),
        after: show(d.field, &d.after, true),
    };
    differences.iter().map(change).collect()
}

/// A row for an object whose fields change.
pub(super) fn changed(campaign: &Campaign, wanted: &Wanted, differences: &[Difference]) -> Row {
    let changes = changes(campaign, differences);
    let labels: Vec<String> =
        changes.iter().map(|change| format!("{} {}", change.field.label().to_lowercase(), change.after)).collect();
    let more = money_of(differences);
    Row {
        money: (more != 0).then(|| money(campaign, more)),
        now: changes.iter().filter_map(|change| change.now.clone()).collect::<Vec<_>>().join("; "),
        changes,
        ..row(Mark::Change, wanted, "", labels.join("; "))
    }
}

/// A row for an object that is switched off.
pub(super) fn paused(campaign: &Campaign, found: &Observed) -> Row {
    let budget = found.fields.get(&Field::Budget).and_then(|text| text.split_once(' '));
    let minor: Option<i64> = match found.object.kind {
        Kind::Campaign => Some(campaign.budget.amount.minor),
        _ => budget.and_then(|(_, minor)| minor.parse().ok()),
    };
    Row {
        mark: Mark::Pause,
        object: found.object,
        name: found.fields.get(&Field::Name).map_or(found.remote.as_str(), |name| bare(name)).to_owned(),
        networks: Vec::new(),
        now: "active".into(),
        after: "paused".into(),
        changes: Vec::new(),
        money: minor.map(|minor| money(campaign, -minor)),
        review: RowReview::default(),
    }
}

/// A row for an object that is switched on.
pub(super) fn armed(campaign: &Campaign, wanted: &Wanted, found: Option<&Observed>) -> Row {
    let is_campaign = wanted.object().kind == Kind::Campaign;
    let begins = campaign.schedule.starts.map(|at| format!(", from {}", campaign.schedule.local(at))).unwrap_or_default();
    let after = if is_campaign { format!("active{begins}") } else { "active".into() };
    let money = is_campaign.then(|| money(campaign, campaign.budget.amount.minor));
    let now = if found.is_some() || is_campaign { "paused" } else { "none" };
    Row { money, ..row(Mark::Arm, wanted, now, after) }
}

/// Why the budget stays at the level where Meta has it.
///
/// Meta changes the level of a campaign only over all its ad sets at once, those switched off included, and that cannot be
/// taken back step by step. Source: Marketing API, "Advantage campaign budget", `adset_budgets`.
pub(super) fn budget_moves(campaign: &Campaign) -> String {
    let (now, after) =
        if campaign.carries_budget() { ("on its ad sets", "to the campaign") } else { ("on the campaign", "to its ad sets") };
    dictionary::budget_moves(&campaign.name, now, after).words
}

/// Why a difference cannot be closed.
pub(super) fn blocked(campaign: &Campaign, wanted: &Wanted, difference: &Difference) -> String {
    let show = |text: &str| difference.field.show(text, campaign.budget.amount.currency, |at| local(campaign, at));
    dictionary::cannot_become(
        difference.field.label(),
        wanted.object().kind.label().to_lowercase(),
        bare(wanted.name()),
        show(&difference.now),
        show(&difference.after),
    )
    .words
}

/// What else a person should know; what rows may set off is weighed apart.
pub(super) fn worth_knowing(campaign: &Campaign, rows: &[Row]) -> Vec<String> {
    let mut lines = Vec::new();
    let new_sets = rows.iter().filter(|row| is_new(row) && row.object.kind == Kind::AdSet).count();
    let on_by_itself = rows
        .iter()
        .filter(|row| is_new(row))
        .flat_map(|row| row.changes.iter().map(move |change| (row, change)))
        .filter(|(_, change)| change.field == Field::Enhancements && change.now.is_some());
    lines.extend(on_by_itself.map(|(row, change)| {
        let now = change.now.as_deref().filter(|now| *now != "none");
        match now {
            Some(now) => {
                format!("At Meta, {} lets Meta {now}; you said {}. The new creative says so.", row.name, said(&change.after))
            }
            None => format!("{} lets Meta {} from now on.", row.name, change.after),
        }
    }));
    if rows.iter().any(|row| row.changes.iter().any(|change| change.field == Field::Creative)) {
        lines.push("An ad that gets another creative loses its likes and comments and is reviewed again.".into());
    }
    if new_sets > 0 {
        let counting = &campaign.counting;
        let within = counting.attribution.map(|setting| format!(" within {}", setting.label())).unwrap_or_default();
        let bid = match counting.bid {
            Bid::LowestCost => "most results for the money".into(),
            Bid::CostGoal(cost) => format!("about {cost} {} a result", cost.currency),
        };
        lines.push(format!("It counts {}{within}; {bid}.", counting.noun().1));
        if campaign.automatic_placements {
            let words = "Meta chooses the placements and may spend outside Facebook and Instagram (Audience Network, Messenger, \
                         Threads); that is shown as “other”.";
            lines.push(words.into());
        }
        if campaign.budget.pace == Pace::Daily && campaign.never_more.is_none() && campaign.schedule.ends.is_none() {
            lines.push("Nothing ends it: it has neither an end nor a limit in all.".into());
        }
    }
    lines
}

/// The enhancements a person allowed, after "you said".
fn said(after: &str) -> String {
    if after == "none" { "it may change nothing".to_owned() } else { format!("it may only {after}") }
}

/// What nobody knows beforehand.
pub(super) fn unknown(campaign: &Campaign, rows: &[Row], known: &Known<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if rows.iter().any(|row| is_new(row) && row.object.kind == Kind::AdSet) {
        lines.push("Whether Meta limits delivery for this ad account’s age or history.".into());
        if campaign.carries_budget() {
            lines.push("How Meta divides the budget: a ceiling holds, a floor is a target that Meta tries to reach.".into());
        } else if campaign.ad_sets().len() > 1 {
            lines.push("Whether Meta spends each budget in full; the actual share is shown beside the set one.".into());
        }
    }
    let unsaid = known.values().filter(|o| o.object.kind.compared().iter().any(|field| !o.fields.contains_key(field))).count();
    if unsaid > 0 && !rows.is_empty() {
        lines.push(format!("Some fields of {unsaid} objects, because Meta did not say them; they are left as they are."));
    }
    lines
}
