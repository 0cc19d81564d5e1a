//! What a person allows learned amounts: how far, how much at once, when not, and towards what.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::allocation::learner::Objective;
use crate::domain::dictionary;
use crate::domain::id::CampaignId;
use crate::domain::invalid::Invalid;
use crate::domain::money::parse_decimal;
use crate::domain::role::Role;
use crate::domain::split::percent;
use crate::service::{Actor, Ctx, Error, Result};
use crate::store::splits::{self as rows, SettingsRow};
use crate::store::{Conn, UtcTime, audit, campaigns};

/// The step of a move unless a person says otherwise, basis points: what agencies keep to so that Meta does not learn anew. Meta
/// publishes no threshold ("About the learning phase": significant edits).
const STEP_BP: i64 = 2_000;
/// The largest move without asking unless a person says otherwise, basis points of the budget.
const LARGEST_MOVE_BP: i64 = 1_000;
/// The most times of rest that are kept.
const MOST_FREEZES: usize = 20;

/// Who acts on a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It waits for a person.
    Propose,
    /// It is carried out, up to a limit; what is above waits.
    Apply,
    /// Nothing is proposed.
    Off,
}

impl Mode {
    /// In the order shown.
    pub const ALL: [Self; 3] = [Self::Propose, Self::Apply, Self::Off];

    /// The word in forms and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Propose => "propose",
            Self::Apply => "apply",
            Self::Off => "off",
        }
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Propose => "propose, and wait for a person",
            Self::Apply => "apply by itself, within the limit below",
            Self::Off => "off: nothing moves",
        }
    }
}

/// What a person allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Who acts.
    pub mode: Mode,
    /// What is to be made large.
    pub objective: Objective,
    /// The most an amount changes in one move, basis points of it.
    pub step_bp: i64,
    /// The most of the budget that moves without asking, basis points.
    pub largest_move_bp: i64,
    /// First and last days of the times in which nothing moves.
    pub freezes: Vec<(NaiveDate, NaiveDate)>,
    /// The newest event of the log that a person has looked at.
    pub(super) looked_seq: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::Propose,
            objective: Objective::Results,
            step_bp: STEP_BP,
            largest_move_bp: LARGEST_MOVE_BP,
            freezes: Vec::new(),
            looked_seq: 0,
        }
    }
}

/// The settings as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct SettingsForm {
    /// `propose`, `apply` or `off`.
    pub mode: String,
    /// `results` or `value`.
    pub objective: String,
    /// Percent.
    pub step: String,
    /// Percent.
    pub largest_move: String,
    /// Times of rest, `2026-12-24 to 2026-12-26` a line; a day alone is one line too.
    pub freezes: String,
}

impl SettingsForm {
    /// What the form shows of settings.
    pub fn of(settings: &Settings) -> Self {
        let line = |(since, until): &(NaiveDate, NaiveDate)| {
            if since == until { since.to_string() } else { format!("{since} to {until}") }
        };
        Self {
            mode: settings.mode.as_str().to_owned(),
            objective: objective_word(settings.objective).to_owned(),
            step: percent(settings.step_bp),
            largest_move: percent(settings.largest_move_bp),
            freezes: settings.freezes.iter().map(line).collect::<Vec<_>>().join("\n"),
        }
    }

    /// The settings, or what is wrong at which field.
    pub fn read(&self) -> std::result::Result<Settings, Invalid> {
        let mut invalid = Invalid::default();
        let mode = Mode::ALL.into_iter().find(|mode| mode.as_str() == self.mode.trim());
        if mode.is_none() {
            invalid.add("mode", dictionary::learned_mode_missing());
        }
        let objective = objective_of(self.objective.trim());
        if objective.is_none() {
            invalid.add("objective", dictionary::learned_aim_missing());
        }
        let mut share = |field: &str, text: &str, least: i64, most: i64| {
            let read = parse_decimal(text.trim().trim_end_matches('%').trim());
            let points = read.and_then(|value| i64::try_from(value.checked_mul(rust_decimal::Decimal::ONE_HUNDRED)?).ok());
            let good = points.filter(|points| (least..=most).contains(points));
            if good.is_none() {
                invalid.add(field, dictionary::learned_percent(percent(least), percent(most)));
            }
            good
        };
        let step = share("step", &self.step, 100, 5_000);
        let largest = share("largest_move", &self.largest_move, 0, 10_000);
        let freezes = self.times(&mut invalid);
        match (mode, objective, step, largest) {
            (Some(mode), Some(objective), Some(step_bp), Some(largest_move_bp)) if invalid.is_empty() => {
                Ok(Settings { mode, objective, step_bp, largest_move_bp, freezes, looked_seq: 0 })
            }
            _ => Err(invalid),
        }
    }

    fn times(&self, invalid: &mut Invalid) -> Vec<(NaiveDate, NaiveDate)> {
        let lines = self.freezes.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut times = Vec::new();
        for line in lines {
            let (since, until) = line.split_once(" to ").unwrap_or((line, line));
            match (since.trim().parse::<NaiveDate>(), until.trim().parse::<NaiveDate>()) {
                (Ok(since), Ok(until)) if since <= until => times.push((since, until)),
                (Ok(_), Ok(_)) => invalid.add("freezes", dictionary::rest_backwards(line)),
                _ => invalid.add("freezes", dictionary::rest_unreadable(line)),
            }
        }
        if times.len() > MOST_FREEZES {
            invalid.add("freezes", dictionary::rest_too_long(MOST_FREEZES));
        }
        times
    }
}

/// The word in forms and the database.
pub(super) fn objective_word(objective: Objective) -> &'static str {
    match objective {
        Objective::Results => "results",
        Objective::Value => "value",
    }
}

fn objective_of(word: &str) -> Option<Objective> {
    [Objective::Results, Objective::Value].into_iter().find(|objective| objective_word(*objective) == word)
}

/// What a person allows a campaign; the usual where nothing was ever said.
pub(super) fn settings_of(c: &mut Conn, key: &CampaignKey) -> Result<Settings> {
    let Some(row) = rows::find_settings(c, key.workspace, key.campaign)? else { return Ok(Settings::default()) };
    Ok(Settings {
        mode: Mode::ALL.into_iter().find(|mode| mode.as_str() == row.mode).unwrap_or(Mode::Off),
        objective: objective_of(&row.objective).unwrap_or(Objective::Results),
        step_bp: row.step_bp,
        largest_move_bp: row.largest_move_bp,
        freezes: serde_json::from_str(&row.freezes)?,
        looked_seq: row.looked_seq,
    })
}

/// Which campaign of which workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CampaignKey {
    pub workspace: crate::domain::id::WorkspaceId,
    pub campaign: CampaignId,
}

/// Saves what a person allows.
///
/// # Errors
/// [`Error::Invalid`] naming the field; [`Error::NotFound`] for a campaign that was not defined here.
pub async fn save_settings(ctx: &Ctx, actor: &Actor, campaign: CampaignId, form: &SettingsForm) -> Result<()> {
    actor.require(Role::Manager)?;
    let settings = form.read().map_err(Error::Invalid)?;
    write(ctx, actor, campaign, move |old| Settings { looked_seq: old.looked_seq, ..settings }, "split.set").await
}

/// Notes that a person has looked at what was changed outside, so that amounts may move again.
///
/// # Errors
/// [`Error::NotFound`] for a campaign that was not defined here.
pub async fn looked(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<()> {
    actor.require(Role::Manager)?;
    let workspace = actor.workspace;
    let newest = ctx.db.read(move |c| Ok(audit::list(c, workspace, None, 1)?.first().map_or(0, |event| event.seq)));
    let newest = newest.await?;
    write(ctx, actor, campaign, move |old| Settings { looked_seq: newest, ..old }, "split.looked").await
}

async fn write(
    ctx: &Ctx,
    actor: &Actor,
    campaign: CampaignId,
    change: impl FnOnce(Settings) -> Settings + Send + 'static,
    action: &'static str,
) -> Result<()> {
    let (actor, now) = (actor.clone(), ctx.stamp());
    ctx.db
        .write(move |c| {
            let key = CampaignKey { workspace: actor.workspace, campaign };
            if campaigns::find(c, key.workspace, campaign)?.is_none() {
                return Err(Error::NotFound("campaign"));
            }
            let settings = change(settings_of(c, &key)?);
            rows::put_settings(c, &row_of(&key, &settings, now)?)?;
            actor.record(c, now, action, ("campaign", campaign.0), &SettingsForm::of(&settings))
        })
        .await
}

fn row_of(key: &CampaignKey, settings: &Settings, now: UtcTime) -> Result<SettingsRow> {
    Ok(SettingsRow {
        workspace_id: key.workspace,
        campaign_id: key.campaign,
        mode: settings.mode.as_str().to_owned(),
        objective: objective_word(settings.objective).to_owned(),
        step_bp: settings.step_bp,
        largest_move_bp: settings.largest_move_bp,
        freezes: serde_json::to_string(&settings.freezes)?,
        looked_seq: settings.looked_seq,
        updated_at: now,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_settings_reads_back_as_the_same_settings() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let freezes = vec![(day("2026-12-24"), day("2026-12-26")), (day("2026-12-31"), day("2026-12-31"))];
        let settings = Settings { mode: Mode::Apply, step_bp: 1_250, freezes, ..Settings::default() };
        assert_eq!(SettingsForm::of(&settings).read(), Ok(settings));
    }

    #[test]
    fn what_cannot_be_is_named_at_its_field() {
        let usual = SettingsForm::of(&Settings::default());
        for (field, form) in [
            ("mode", SettingsForm { mode: "always".into(), ..usual.clone() }),
            ("objective", SettingsForm { objective: String::new(), ..usual.clone() }),
            ("step", SettingsForm { step: "0".into(), ..usual.clone() }),
            ("step", SettingsForm { step: "much".into(), ..usual.clone() }),
            ("largest_move", SettingsForm { largest_move: "101".into(), ..usual.clone() }),
            ("freezes", SettingsForm { freezes: "2026-12-26 to 2026-12-24".into(), ..usual.clone() }),
            ("freezes", SettingsForm { freezes: "Christmas".into(), ..usual.clone() }),
        ] {
            assert!(form.read().unwrap_err().at(field).is_some(), "{form:?}");
        }
    }
}
