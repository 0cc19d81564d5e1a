//! The rows of a plan as its page shows them, in groups; the same for one campaign and for several.

use crate::domain::money::{Money, grouped};
use crate::domain::network::Network;
use crate::domain::plan::{self, EffectKind, Group, Kind, Mark, Row, Stakes};

/// Rows that do the same, under a heading.
pub struct GroupView {
    /// The word in the heading's id.
    pub id: &'static str,
    /// The heading.
    pub heading: &'static str,
    /// How many things it is about: `2 ad sets`.
    pub count: String,
    /// The rows.
    pub rows: Vec<Line>,
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
    /// Each field: its label, old and new value.
    pub fields: Vec<(&'static str, String, String)>,
    /// Whether the fields are to be unfolded: those of something new.
    pub folded: bool,
    /// What its budget makes of a week and of the worst day, in a sentence.
    pub weeks: String,
    /// What it may set off: the badge's class, its label, why.
    pub effects: Vec<(&'static str, &'static str, String)>,
    /// Rows folded into this one.
    pub parts: Vec<(String, String)>,
}

/// The rows in groups; pictures, creatives and ads that are made stand in one row.
pub fn groups(rows: &[Row]) -> Vec<GroupView> {
    plan::grouped(rows).into_iter().map(|(group, rows)| view(group, &rows)).collect()
}

fn view(group: Group, rows: &[&Row]) -> GroupView {
    let folds = |row: &&Row| group == Group::Create && matches!(row.object.kind, Kind::Image | Kind::Creative | Kind::Ad);
    let folded: Vec<&Row> = rows.iter().copied().filter(folds).collect();
    let mut lines: Vec<Line> = rows.iter().copied().filter(|row| !folds(row)).map(line).collect();
    if !folded.is_empty() {
        lines.push(fold(&folded));
    }
    GroupView { id: group.as_str(), heading: group.heading(), count: counted(rows), rows: lines }
}

/// `1 campaign, 2 ad sets`.
pub fn counted(rows: &[&Row]) -> String {
    let kinds = [
        (Kind::Campaign, "campaign", "campaigns"),
        (Kind::AdSet, "ad set", "ad sets"),
        (Kind::Image, "picture", "pictures"),
        (Kind::Creative, "creative", "creatives"),
        (Kind::Ad, "ad", "ads"),
    ];
    let parts = kinds.into_iter().filter_map(|(kind, one, many)| {
        let n = rows.iter().filter(|row| row.object.kind == kind).count();
        (n > 0).then(|| format!("{n} {}", if n == 1 { one } else { many }))
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Pictures, creatives and ads in one row, each to be read behind it.
fn fold(rows: &[&Row]) -> Line {
    let part = |row: &&Row| {
        let was: Vec<String> = row
            .changes
            .iter()
            .filter_map(|change| Some(format!("{}: {} → {}", change.field.label(), change.now.as_ref()?, change.after)))
            .collect();
        let was = if was.is_empty() { String::new() } else { format!("; {}", was.join("; ")) };
        (format!("{} {}", row.object.kind.label(), row.name), format!("{}{was}", row.after))
    };
    let mut effects: Vec<(&'static str, &'static str, String)> = Vec::new();
    for effect in rows.iter().flat_map(|row| shown_effects(row)) {
        // Every new ad is reviewed: said once.
        if !effects.iter().any(|known| known.0 == effect.0 && (known.2 == effect.2 || effect.0 == EffectKind::Review.as_str())) {
            effects.push(effect);
        }
    }
    Line {
        op: "+",
        class: "add",
        does: "Made",
        kind: "",
        name: counted(rows),
        network: "",
        inner: true,
        now: "none".to_owned(),
        after: "to Meta’s review; paused".to_owned(),
        money: String::new(),
        fields: Vec::new(),
        folded: false,
        weeks: String::new(),
        effects,
        parts: rows.iter().map(part).collect(),
    }
}

/// One row as it is shown.
pub fn line(row: &Row) -> Line {
    let (op, class, does) = match row.mark {
        Mark::Create => ("+", "add", "Made"),
        Mark::Change => ("~", "change", "Changed"),
        Mark::Pause => ("‖", "pause", "Paused"),
        Mark::Arm => ("▶", "arm", "Switched on"),
        Mark::Archive => ("■", "pause", "Archived"),
    };
    let field = |change: &plan::FieldChange| {
        (change.field.label(), change.now.clone().unwrap_or_else(|| "none".to_owned()), change.after.clone())
    };
    let told = row.is_told_by_fields();
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
        // Where fields tell it, the same in a line would only repeat them.
        now: if told { String::new() } else { row.now.clone() },
        after: if told { String::new() } else { row.after.clone() },
        money: row.money.map(|money| signed(money, row.mark)).unwrap_or_default(),
        fields: row.changes.iter().map(field).collect(),
        folded: !told,
        weeks: row.review.stakes.as_ref().map(weeks).unwrap_or_default(),
        effects: shown_effects(row),
        parts: Vec::new(),
    }
}

fn shown_effects(row: &Row) -> Vec<(&'static str, &'static str, String)> {
    row.review.effects.iter().map(|effect| (effect.kind.as_str(), effect.kind.label(), effect.words.clone())).collect()
}

/// `+58.80`, `−10.00`; the switch's own row says the whole without a sign.
fn signed(money: Money, mark: Mark) -> String {
    let sign = if money.minor > 0 && mark != Mark::Arm { "+" } else { "" };
    format!("{sign}{}", grouped(&money.plain()))
}

/// What one budget makes of the week that runs, of whole weeks and of the worst day.
fn weeks(stakes: &Stakes) -> String {
    let (before, after) = (stakes.before, stakes.after);
    // What was nothing before needs no words.
    let was = |money: Money| if money.minor == 0 { String::new() } else { format!(" (was {money})") };
    match (after.a_day.minor, after.in_all.minor) {
        (0, 0) => String::new(),
        (0, _) => format!("At most {} in all{}; it may all go in one day.", after.in_all, was(before.in_all)),
        _ => format!(
            "This week at most {}, a whole week at most {}{}, the worst day {}{}.",
            stakes.this_week,
            after.worst_week,
            was(before.worst_week),
            after.worst_day,
            was(before.worst_day)
        ),
    }
}
