//! A plan in people's words: the sentence, rows, ads as they will read, progress of the steps.

use super::super::ad_preview::{self, AdPreview, Speakers};
use super::money::{MoneyTable, Sources};
use super::rows::{self, GroupView};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::domain::campaign::Pace;
use crate::domain::objective::Bid;
use crate::domain::plan::{AdIds, Field, Ids, Kind, Mark, Plan, Run};
use crate::service::publish;
use crate::service::sync::zone;

/// The letter.
pub struct Letter {
    /// Six digits of its hash.
    pub short: String,
    /// Its hash.
    pub hash: String,
    /// `active` or `paused`: how it ends.
    pub run: &'static str,
    /// When it was made and what it was made from.
    pub made: String,
    /// The bold half of the sentence.
    pub what: String,
    /// The rest of the sentence.
    pub money: String,
    /// What happens to each object, in groups.
    pub groups: Vec<GroupView>,
    /// The money before and after.
    pub stakes: Option<MoneyTable>,
    /// How the money is worked out.
    pub sources: Sources,
    /// What it counts and bids: label and words.
    pub counts: Vec<(&'static str, String)>,
    /// The ads as people will see them.
    pub ads: Vec<Shown>,
    /// What keeps it from being carried out.
    pub blocked: Vec<String>,
    /// What it may trigger or reset.
    pub worth_knowing: Vec<String>,
    /// What nobody knows beforehand.
    pub unknown: Vec<String>,
    /// Whether there is nothing to do.
    pub is_empty: bool,
    /// Whether it starts spending.
    pub arms: bool,
    /// The heading of the money column.
    pub per: &'static str,
}

/// An ad as people will see it.
pub struct Shown {
    /// Its name.
    pub name: String,
    /// In each place.
    pub previews: Vec<AdPreview>,
    /// What Meta may change of it by itself, in half a sentence.
    pub allows: String,
    /// `new`, `changed` or nothing.
    pub is: &'static str,
    /// What it is called in each ad set, and where it leads there, tracking included.
    pub links: Vec<(String, String)>,
}

/// How far an approved plan is.
pub struct Progress {
    /// One of: it runs, it broke off, it is done.
    pub heading: &'static str,
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub steps: Vec<Step>,
    /// Whether the page should look again by itself.
    pub running: bool,
    /// Why it broke off.
    pub problem: String,
}

/// One step.
pub struct Step {
    /// What it does.
    pub label: String,
    /// `done`, `now`, `failed` or nothing.
    pub class: &'static str,
    /// The class in words.
    pub state: &'static str,
    /// Why it waits or failed.
    pub why: String,
}

impl Letter {
    /// From the service's letter.
    pub fn of(letter: &publish::Letter) -> Self {
        let plan = &letter.plan;
        let zone = zone(&letter.input.account);
        Self {
            short: plan.short(),
            hash: plan.hash.clone(),
            run: if letter.run == Run::Active { "active" } else { "paused" },
            made: made(letter, zone),
            what: what(plan),
            money: money(plan, letter.run),
            groups: rows::groups(&plan.rows),
            stakes: plan.review.stakes.as_ref().map(MoneyTable::of).filter(|table| !table.rows.is_empty()),
            sources: Sources::of(letter.input.terms.overdelivery_bp),
            counts: counts(letter),
            ads: ads(letter),
            blocked: plan.blocked.clone(),
            worth_knowing: plan.worth_knowing.clone(),
            unknown: plan.unknown.clone(),
            is_empty: plan.is_empty(),
            arms: plan.arms(),
            per: if plan.pace == Pace::Daily { "Money a day" } else { "Money in all" },
        }
    }
}

fn made(letter: &publish::Letter, zone: Tz) -> String {
    let at = |at: DateTime<Utc>| at.with_timezone(&zone).format("%-d %b %H:%M").to_string();
    let said = if letter.input.observed.is_empty() { "nothing of it is at Meta yet" } else { "from what Meta last said" };
    format!("made {}, {said}", at(letter.made_at.0))
}

fn what(plan: &Plan) -> String {
    let count = |wanted: Mark| plan.counts().iter().find(|(mark, _)| *mark == wanted).map_or(0, |(_, n)| *n);
    let said = |n: usize| if n == 0 { "none".to_owned() } else { n.to_string() };
    if plan.is_empty() {
        return "There is nothing to do: Meta has it as it should be.".to_owned();
    }
    let (made, changed, paused) = (count(Mark::Create), count(Mark::Change), count(Mark::Pause));
    let things = if made == 1 { "thing" } else { "things" };
    let start = if made == 0 { "Nothing will be made".to_owned() } else { format!("{made} {things} will be made") };
    let switched = if plan.arms() { " The campaign is switched on last." } else { "" };
    format!("{start}, {} changed, {} paused.{switched}", said(changed), said(paused))
}

fn money(plan: &Plan, run: Run) -> String {
    if plan.is_empty() {
        return String::new();
    }
    let Some(stakes) = plan.review.stakes else { return String::new() };
    let after = stakes.after;
    let currency = stakes.currency();
    let mut said = match (after.a_day.minor, after.in_all.minor) {
        (0, 0) if run == Run::Paused => return "Nothing will spend: the campaign stays paused.".to_owned(),
        (0, 0) => return "Nothing of it will spend.".to_owned(),
        (_, 0) => format!(
            "Commits {} {currency} a day; {} on the worst day, {} in the worst week",
            after.a_day, after.worst_day, after.worst_week
        ),
        (0, _) => format!("Commits {} {currency} in all", after.in_all),
        (_, _) => {
            format!("Commits {} {currency} a day and {} in all; {} on the worst day", after.a_day, after.in_all, after.worst_day)
        }
    };
    match (after.a_day.minor, after.at_most) {
        (0, _) => said.push('.'),
        (_, Some(most)) => said.push_str(&format!(", {most} at most.")),
        (_, None) => said.push_str("; nothing ends it but you."),
    }
    if plan.arms() {
        said.push_str(" Nothing spends until the last step.");
    }
    said
}

fn ads(letter: &publish::Letter) -> Vec<Shown> {
    // What was adopted keeps its creatives; they are read at Meta, not here.
    let publish::Definition::Made(campaign, ids) = &letter.input.wanted else { return Vec::new() };
    let ad_sets = campaign.ad_sets();
    let instagram = campaign.identity.instagram.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
    let speakers = Speakers { page: campaign.identity.page_name.clone(), instagram };
    let shown = campaign.ads.iter().map(|ad| Shown {
        name: ad.name.clone(),
        previews: ad_preview::of(ad, &speakers, &campaign.placements, &letter.pictures),
        allows: match ad.enhancements.as_slice() {
            [] => "Meta may change nothing by itself.".to_owned(),
            some => format!("Meta may {}.", some.iter().map(|one| one.label()).collect::<Vec<_>>().join(", ")),
        },
        is: touched(&letter.plan, ids, ad.key),
        links: ad_sets.iter().map(|set| (campaign.ad_name(set, ad), campaign.final_url(set, ad))).collect(),
    });
    shown.collect()
}

/// Whether the plan makes an ad or changes what it shows.
fn touched(plan: &Plan, ids: &Ids, key: u32) -> &'static str {
    let mine: Vec<&AdIds> = ids.ad_sets.iter().flat_map(|set| &set.ads).filter(|ad| ad.key == key).collect();
    let of = |mark: Mark| {
        plan.rows.iter().any(|row| {
            let id = row.object.id.0;
            row.mark == mark && row.object.kind == Kind::Ad && mine.iter().any(|ad| ad.ad.0 == id)
        })
    };
    match (of(Mark::Create), of(Mark::Change)) {
        (true, _) => "new",
        (false, true) => "changed",
        (false, false) => "",
    }
}

/// What it counts and how it bids; of an adopted campaign as its ad sets say.
fn counts(letter: &publish::Letter) -> Vec<(&'static str, String)> {
    match &letter.input.wanted {
        publish::Definition::Made(campaign, _) => {
            let counting = &campaign.counting;
            let mut said = vec![("Objective", counting.objective.label().to_owned())];
            said.push((
                "Counts",
                match &counting.event {
                    Some(event) => format!("{} of the pixel {}", counting.noun().1, event.pixel_name),
                    None => counting.noun().1.to_owned(),
                },
            ));
            said.extend(counting.attribution.map(|setting| ("Within", setting.label().to_owned())));
            said.push((
                "Bids",
                match counting.bid {
                    Bid::LowestCost => "most results for the money".to_owned(),
                    Bid::CostGoal(cost) => format!("about {cost} {} a result", cost.currency),
                },
            ));
            said
        }
        publish::Definition::Kept(adopted) => {
            let mut said: Vec<(&'static str, String)> = Vec::new();
            for field in [Field::Goal, Field::Event, Field::Attribution, Field::Bid] {
                let mut all: Vec<String> = adopted
                    .of_kind(Kind::AdSet)
                    .filter_map(|set| set.fields.get(&field).filter(|text| !text.is_empty()))
                    .map(|text| adopted.show(field, text))
                    .collect();
                all.dedup();
                if !all.is_empty() {
                    said.push((field.label(), all.join("; ")));
                }
            }
            said
        }
    }
}

impl Progress {
    /// Of the newest approved plan: while it runs or where it broke off; one that was carried out only while nothing new is due.
    pub fn of(letter: &publish::Letter) -> Option<Self> {
        let (plan, steps) = letter.latest.as_ref()?;
        if plan.state == "applied" && !letter.plan.is_empty() {
            return None;
        }
        let running = letter.is_running();
        let next = steps.iter().position(|step| step.state != "done" && step.state != "failed");
        let shown = steps.iter().enumerate().map(|(at, step)| {
            let (class, state) = match step.state.as_str() {
                "done" => ("done", "done"),
                "failed" => ("failed", "failed"),
                _ if running && next == Some(at) => ("now", "now"),
                _ => ("", "waits"),
            };
            Step { label: step.label.clone(), class, state, why: step.problem.clone().unwrap_or_default() }
        });
        Some(Self {
            heading: match plan.state.as_str() {
                "applied" => "Carried out",
                "failed" => "It broke off",
                _ if letter.frozen => "Held back by the stop",
                _ => "Being carried out",
            },
            done: steps.iter().filter(|step| step.state == "done").count(),
            steps: shown.collect(),
            running,
            problem: plan.problem.clone().unwrap_or_default(),
        })
    }
}
