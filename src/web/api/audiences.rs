//! Saved audiences with their history; how many people an audience reaches.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Json, Named, Revised};
use super::operation::{Call, Outcome};
use super::reply::{Created, Done, List, Shown, Tagged};
use super::words::{Time, at_member};
use crate::domain::audience::{Audience, AudienceChange};
use crate::domain::campaign::{CampaignForm, CityForm, CustomForm, DetailForm, LanguageForm, SavedAudienceRef};
use crate::domain::id::{AdAccountId, CampaignId, SavedAudienceId};
use crate::service::audiences::{self, Listed, Opened, Use, Version};
use crate::service::campaigns::{self, Estimate, PeopleRange};
use crate::service::{Actor, Ctx, Error};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, Manager};

/// The audience part of a campaign's form, field for field. What is absent is as in a new campaign.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AudienceForm {
    /// Countries, by name or code, with commas between.
    countries: String,
    /// Cities.
    cities: Vec<CityForm>,
    /// From this age.
    age_min: String,
    /// To this age.
    age_max: String,
    /// A gender's word.
    gender: String,
    /// Languages.
    languages: Vec<LanguageForm>,
    /// `only_these` or `as_suggestion`.
    reach: String,
    /// Interests, behaviours and the like.
    details: Vec<DetailForm>,
    /// Custom audiences to be in, or to be in none of.
    custom: Vec<CustomForm>,
}

impl Default for AudienceForm {
    fn default() -> Self {
        Self::part_of(CampaignForm::fresh())
    }
}

impl AudienceForm {
    fn part_of(form: CampaignForm) -> Self {
        let CampaignForm { countries, cities, age_min, age_max, gender, languages, reach, details, custom, .. } = form;
        Self { countries, cities, age_min, age_max, gender, languages, reach, details, custom }
    }

    fn of(audience: &Audience) -> Self {
        let mut form = CampaignForm::fresh();
        form.put_audience(audience);
        Self::part_of(form)
    }

    fn into_form(self, account: Option<AdAccountId>) -> CampaignForm {
        let Self { countries, cities, age_min, age_max, gender, languages, reach, details, custom } = self;
        let account = account.map(|id| id.to_string()).unwrap_or_default();
        let rest = CampaignForm::fresh();
        CampaignForm { account, countries, cities, age_min, age_max, gender, languages, reach, details, custom, ..rest }
    }
}

/// An audience to save.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct AudienceWish {
    /// Its name.
    name: String,
    /// The ad account whose facts it is read with; the first one where nothing is said.
    account: Option<AdAccountId>,
    /// The audience.
    audience: AudienceForm,
}

/// An audience to count.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct EstimateWish {
    /// The ad account that asks Meta; the first one where nothing is said.
    account: Option<AdAccountId>,
    /// The audience.
    audience: AudienceForm,
}

/// About how many people, as Meta says it: never a single figure where two are known.
#[derive(Debug, Serialize, JsonSchema)]
pub struct People {
    /// At least.
    least: i64,
    /// At most.
    most: i64,
}

impl People {
    /// From what Meta told.
    pub fn of(range: PeopleRange) -> Self {
        Self { least: range.least, most: range.most }
    }
}

/// How many people an audience reaches over all placements.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EstimateView {
    /// `people`, `not_asked` (no ad account is linked), `not_ready` (Meta is still counting) or `unavailable`.
    state: &'static str,
    /// The range; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<People>,
    /// Why it could not be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// A campaign that uses an audience.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AudienceUse {
    /// The campaign.
    campaign: CampaignId,
    /// Its name.
    name: String,
    /// Which version it keeps.
    version: i32,
    /// Whether its audience was changed in the campaign since.
    is_changed: bool,
}

/// A saved audience in the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AudienceLine {
    /// Its id.
    id: SavedAudienceId,
    /// Its newest version.
    version: i32,
    /// Its name.
    name: String,
    /// In words.
    sentence: String,
    /// Who last changed it.
    changed_by: String,
    /// When.
    changed_at: Time,
    /// The campaigns that use any version of it.
    used_by: Vec<AudienceUse>,
    /// Whether it is put away.
    is_archived: bool,
}

/// What one version changed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AudienceDifference {
    /// What differs, in people's words.
    what: String,
    /// How it was.
    before: String,
    /// How it is.
    after: String,
}

/// A version of a saved audience.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AudienceVersion {
    /// Counts from 1.
    version: i32,
    /// Its name then.
    name: String,
    /// In words.
    sentence: String,
    /// What differs from the version before; empty for the first.
    changes: Vec<AudienceDifference>,
    /// Who made it.
    made_by: String,
    /// When.
    made_at: Time,
    /// The audience then.
    audience: AudienceForm,
}

/// A saved audience.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AudienceView {
    /// Its id.
    id: SavedAudienceId,
    /// Its newest version; also the `ETag`. A campaign's form takes `<id>:<version>` as `saved_audience`.
    version: i32,
    /// Its name.
    name: String,
    /// Whether it is put away: offered no more, kept where it is used.
    is_archived: bool,
    /// The newest version, as it is sent to save it.
    audience: AudienceForm,
    /// The campaigns that use it.
    used_by: Vec<AudienceUse>,
    /// Every version, newest first.
    history: Vec<AudienceVersion>,
}

/// `GET /audiences`
pub async fn list(call: Call<Analyst>) -> Outcome<Shown<List<AudienceLine>>> {
    let all = audiences::list(&call.ctx, call.actor()).await?;
    Ok(Shown(List { items: all.into_iter().map(line).collect(), next: None }))
}

/// `POST /audiences`
pub async fn create(call: Call<Manager, (), (), Json<AudienceWish>>) -> Outcome<Created<AudienceView>> {
    let at = save(&call.ctx, call.actor(), None, &call.body.0).await.map_err(|error| at_member(error, member))?;
    let thing = view(audiences::open(&call.ctx, call.actor(), at.id).await?);
    Ok(Created { at: format!("/audiences/{}", at.id), revision: Some(i64::from(at.version)), thing })
}

/// `GET /audiences/{id}`
pub async fn show(call: Call<Analyst, Named<SavedAudienceId>>) -> Outcome<Tagged<AudienceView>> {
    Ok(tagged(audiences::open(&call.ctx, call.actor(), call.path.0).await?))
}

/// `PUT /audiences/{id}`
pub async fn update(call: Call<Manager, Named<SavedAudienceId>, (), Revised<AudienceWish>>) -> Outcome<Tagged<AudienceView>> {
    let (ctx, actor, id) = (&call.ctx, call.actor(), call.path.0);
    let seen = audiences::open(ctx, actor, id).await?.at();
    if i64::from(seen.version) != call.body.revision {
        return Err(AppError::OldRevision.into());
    }
    match save(ctx, actor, Some(seen), &call.body.thing).await {
        Ok(_) => Ok(tagged(audiences::open(ctx, actor, id).await?)),
        // Somebody was quicker between the look and the save.
        Err(Error::Conflict(_)) => Err(AppError::OldRevision.into()),
        Err(error) => Err(at_member(error, member)),
    }
}

/// `PUT /audiences/{id}/archive`
pub async fn archive(call: Call<Manager, Named<SavedAudienceId>>) -> Outcome<Done> {
    audiences::archive(&call.ctx, call.actor(), call.path.0, true).await?;
    Ok(Done)
}

/// `DELETE /audiences/{id}/archive`
pub async fn restore(call: Call<Manager, Named<SavedAudienceId>>) -> Outcome<Done> {
    audiences::archive(&call.ctx, call.actor(), call.path.0, false).await?;
    Ok(Done)
}

/// `POST /audiences/estimate`
pub async fn estimate(call: Call<Analyst, (), (), Json<EstimateWish>>) -> Outcome<Shown<EstimateView>> {
    let EstimateWish { account, audience } = call.body.0.clone();
    let desk = campaigns::read_with_estimate(&call.ctx, call.actor(), &audience.into_form(account)).await?;
    let (state, people, problem) = match desk.estimate {
        Estimate::People(range) => ("people", Some(People::of(range)), None),
        Estimate::NotAsked => ("not_asked", None, None),
        Estimate::NotReady => ("not_ready", None, None),
        Estimate::Unavailable(why) => ("unavailable", None, Some(why)),
    };
    Ok(Shown(EstimateView { state, people, problem }))
}

async fn save(ctx: &Ctx, actor: &Actor, seen: Option<SavedAudienceRef>, wish: &AudienceWish) -> Result<SavedAudienceRef, Error> {
    let form = wish.audience.clone().into_form(wish.account);
    audiences::save(ctx, actor, seen, &wish.name, &form).await
}

/// The member of the body that a field of the form is.
fn member(field: &str) -> String {
    match field {
        "" | "account" => field.to_owned(),
        "audience_name" => "name".to_owned(),
        other => format!("audience.{other}"),
    }
}

fn line(listed: Listed) -> AudienceLine {
    AudienceLine {
        id: listed.at.id,
        version: listed.at.version,
        name: listed.name,
        sentence: listed.sentence,
        changed_by: listed.changed_by,
        changed_at: Time(listed.changed_at),
        used_by: listed.used_by.into_iter().map(using).collect(),
        is_archived: listed.is_archived,
    }
}

fn using(used: Use) -> AudienceUse {
    let Use { campaign, name, version, is_changed } = used;
    AudienceUse { campaign, name, version, is_changed }
}

fn tagged(opened: Opened) -> Tagged<AudienceView> {
    let revision = i64::from(opened.at().version);
    Tagged(view(opened), revision)
}

fn view(opened: Opened) -> AudienceView {
    AudienceView {
        id: opened.id,
        version: opened.at().version,
        audience: opened.newest().map(|newest| AudienceForm::of(&newest.audience)).unwrap_or_default(),
        name: opened.name,
        is_archived: opened.is_archived,
        used_by: opened.used_by.into_iter().map(using).collect(),
        history: opened.versions.into_iter().map(told).collect(),
    }
}

fn told(version: Version) -> AudienceVersion {
    let renamed =
        version.name_before.map(|before| AudienceDifference { what: "Name".to_owned(), before, after: version.name.clone() });
    let change =
        |change: AudienceChange| AudienceDifference { what: change.what.to_owned(), before: change.before, after: change.after };
    AudienceVersion {
        version: version.version,
        sentence: version.audience.sentence(),
        audience: AudienceForm::of(&version.audience),
        name: version.name,
        changes: renamed.into_iter().chain(version.changes.into_iter().map(change)).collect(),
        made_by: version.made_by,
        made_at: Time(version.made_at),
    }
}
