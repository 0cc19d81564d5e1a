//! A plan in people's words: the sentence, rows, ads as they will read, progress of the steps.

use super::super::ad_preview::{self, AdPreview, Speakers};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::domain::campaign::Pace;
use crate::domain::money::{Money, grouped};
use crate::domain::network::Network;
use crate::domain::plan::{Kind, Mark, Plan, Row, Run};
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
    /// What happens to each object.
    pub rows: Vec<Line>,
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

/// One row.
pub struct Line {
    /// The sign before it.
    pub op: &'static str,
    /// How the sign looks.
    pub class: &'static str,
    /// The sign in words.
    pub does: &'static str,
    /// The object's kind.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// `facebook` or `instagram` where it runs on one alone.
    pub network: &'static str,
    /// Whether it stands below a campaign.
    pub inner: bool,
    /// What it is now.
    pub now: String,
    /// What it will be.
    pub after: String,
    /// More or less money.
    pub money: String,
    /// Rows folded into this one.
    pub parts: Vec<(String, String)>,
}

/// An ad as people will see it.
pub struct Shown {
    /// Its name.
    pub name: String,
    /// In each place.
    pub previews: Vec<AdPreview>,
    /// What Meta may change of it by itself, in half a sentence.
    pub allows: String,
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
            short: plan.hash.chars().take(6).collect(),
            hash: plan.hash.clone(),
            run: if letter.run == Run::Active { "active" } else { "paused" },
            made: made(letter, zone),
            what: what(plan),
            money: money(plan, letter.run),
            rows: rows(plan),
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
    let Some(committed) = &plan.commitments else {
        if run == Run::Active && !plan.is_empty() {
            return "It has daily budgets and budgets for all side by side, so no single figure says what it commits.".to_owned();
        }
        return if plan.is_empty() { String::new() } else { "Nothing will spend: the campaign stays paused.".to_owned() };
    };
    let currency = committed.worst_day.currency;
    let mut said = match committed.a_day {
        Some(a_day) => format!(
            "Commits {a_day} {currency} a day; {} on the worst day, {} in the worst week",
            committed.worst_day, committed.worst_week
        ),
        None => format!("Commits {} {currency} in all", committed.worst_day),
    };
    match (committed.a_day, committed.at_most) {
        (Some(_), Some(most)) => said.push_str(&format!(", {most} at most.")),
        (Some(_), None) => said.push_str("; nothing ends it but you."),
        (None, _) => said.push('.'),
    }
    if plan.arms() {
        said.push_str(" Nothing spends until the last step.");
    }
    said
}

fn rows(plan: &Plan) -> Vec<Line> {
    let folds = |row: &&Row| row.mark == Mark::Create && matches!(row.object.kind, Kind::Image | Kind::Creative | Kind::Ad);
    let folded: Vec<&Row> = plan.rows.iter().filter(folds).collect();
    let mut lines: Vec<Line> = plan.rows.iter().filter(|row| !folds(row) && row.mark != Mark::Arm).map(line).collect();
    if !folded.is_empty() {
        let place = lines.iter().rposition(|l| l.op == "+").map_or(0, |at| at + 1);
        lines.insert(place, fold(&folded));
    }
    lines.extend(plan.rows.iter().filter(|row| row.mark == Mark::Arm).map(line));
    lines
}

/// Pictures, creatives and ads in one row, each to be read behind it.
fn fold(rows: &[&Row]) -> Line {
    let count = |kind: Kind, one: &str, many: &str| {
        let n = rows.iter().filter(|row| row.object.kind == kind).count();
        (n > 0).then(|| format!("{n} {}", if n == 1 { one } else { many }))
    };
    let parts =
        [count(Kind::Image, "picture", "pictures"), count(Kind::Creative, "creative", "creatives"), count(Kind::Ad, "ad", "ads")];
    Line {
        op: "+",
        class: "add",
        does: "Made",
        kind: "",
        name: parts.into_iter().flatten().collect::<Vec<_>>().join(", "),
        network: "",
        inner: true,
        now: "none".to_owned(),
        after: "to Meta’s review; paused".to_owned(),
        money: String::new(),
        parts: rows.iter().map(|row| (format!("{} {}", row.object.kind.label(), row.name), row.after.clone())).collect(),
    }
}

fn line(row: &Row) -> Line {
    let (op, class, does) = match row.mark {
        Mark::Create => ("+", "add", "Made"),
        Mark::Change => ("~", "change", "Changed"),
        Mark::Pause => ("‖", "pause", "Paused"),
        Mark::Arm => ("▶", "arm", "Switched on"),
        Mark::Archive => ("■", "pause", "Archived"),
    };
    Line {
        op,
        class,
        does,
        kind: row.object.kind.label(),
        name: row.name.clone(),
        network: match row.networks.as_slice() {
            [Network::Facebook] => "facebook",
            [Network::Instagram] => "instagram",
            _ => "",
        },
        inner: row.object.kind != Kind::Campaign,
        now: row.now.clone(),
        after: row.after.clone(),
        money: row.money.map(|money| signed(money, row.mark)).unwrap_or_default(),
        parts: Vec::new(),
    }
}

/// `+58.80`, `−10.00`; the switch's own row says the whole without a sign.
fn signed(money: Money, mark: Mark) -> String {
    let sign = if money.minor > 0 && mark != Mark::Arm { "+" } else { "" };
    format!("{sign}{}", grouped(&money.plain()))
}

fn ads(letter: &publish::Letter) -> Vec<Shown> {
    // What was adopted keeps its creatives; they are read at Meta, not here.
    let Some(campaign) = letter.input.campaign() else { return Vec::new() };
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
        links: ad_sets.iter().map(|set| (campaign.ad_name(set, ad), campaign.final_url(set, ad))).collect(),
    });
    shown.collect()
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
