//! Meta's own search for what an audience is made of: cities, languages, interests, custom audiences.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::Fields;
use super::audiences::People;
use super::operation::{Call, Outcome};
use super::reply::{List, Shown};
use crate::domain::audience::SpecialCategory;
use crate::domain::dictionary;
use crate::domain::id::AdAccountId;
use crate::service::campaigns::{self, FoundAudience, FoundDetail};
use crate::web::error::field_problem;
use crate::web::extract::Manager;

/// What to look for at Meta.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Search {
    /// The ad account for which it is asked.
    account: AdAccountId,
    /// How the name starts, two letters or more; fewer find nothing.
    text: String,
}

impl Fields for Search {}

/// A city to target.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CityView {
    /// Meta's key.
    key: String,
    /// Its name.
    name: String,
    /// Its region.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    /// Its country's code.
    country: String,
}

/// A language to target.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LanguageView {
    /// Meta's locale key.
    key: u32,
    /// Its name.
    name: String,
}

/// What to look for among interests, behaviours and the like.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct InterestSearch {
    /// The ad account for which it is asked.
    account: AdAccountId,
    /// What the name holds, two letters or more; fewer find nothing.
    text: String,
    /// The campaign's special category, `housing`, `employment`, `financial`, `politics` or `gambling`: some leave less to choose.
    special_category: Option<String>,
}

impl Fields for InterestSearch {}

/// What to look for among an ad account's custom audiences.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct CustomSearch {
    /// The ad account.
    account: AdAccountId,
    /// What the name holds; all of them where nothing is said.
    text: Option<String>,
}

impl Fields for CustomSearch {}

/// An option of detailed targeting: `segment`, `id` and `name` are what a form takes under `details`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InterestView {
    /// Its class: `interests`, `behaviors`, ...
    segment: &'static str,
    /// Meta's id.
    id: String,
    /// Its name.
    name: String,
    /// The category it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    /// How many people worldwide, where Meta says.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<People>,
}

/// A custom audience: `id` and `name` are what a form takes under `custom`, with `lookalike` as `kind` for one that is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CustomAudienceView {
    /// Meta's id.
    id: String,
    /// Its name.
    name: String,
    /// What it is made of, in words.
    made_of: &'static str,
    /// Whether it is a lookalike.
    is_lookalike: bool,
    /// How many people, where Meta says.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<People>,
    /// Why it cannot be delivered to yet, in Meta's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_ready: Option<String>,
}

/// `GET /cities`
pub async fn cities(call: Call<Manager, (), Search>) -> Outcome<Shown<List<CityView>>> {
    let found = campaigns::find_cities(&call.ctx, call.actor(), call.query.account, &call.query.text).await?;
    let view = |city: campaigns::FoundCity| CityView {
        key: city.key,
        name: city.name,
        region: city.region,
        country: city.country.to_string(),
    };
    Ok(Shown(List { items: found.into_iter().map(view).collect(), next: None }))
}

/// `GET /languages`
pub async fn languages(call: Call<Manager, (), Search>) -> Outcome<Shown<List<LanguageView>>> {
    let found = campaigns::find_languages(&call.ctx, call.actor(), call.query.account, &call.query.text).await?;
    let view = |language: campaigns::FoundLanguage| LanguageView { key: language.key, name: language.name };
    Ok(Shown(List { items: found.into_iter().map(view).collect(), next: None }))
}

/// `GET /interests`
pub async fn interests(call: Call<Manager, (), InterestSearch>) -> Outcome<Shown<List<InterestView>>> {
    let InterestSearch { account, text, special_category } = &call.query;
    let known = |word: &String| SpecialCategory::ALL.into_iter().find(|category| category.as_str() == word);
    let special = match special_category {
        None => None,
        Some(word) => Some(known(word).ok_or_else(|| field_problem("special_category", dictionary::special_unknown()))?),
    };
    let found = campaigns::find_details(&call.ctx, call.actor(), *account, text, special).await?;
    let view = |found: FoundDetail| InterestView {
        segment: found.segment.wire(),
        id: found.id,
        name: found.name,
        category: found.category,
        people: found.people.map(People::of),
    };
    Ok(Shown(List { items: found.into_iter().map(view).collect(), next: None }))
}

/// `GET /custom-audiences`
pub async fn custom(call: Call<Manager, (), CustomSearch>) -> Outcome<Shown<List<CustomAudienceView>>> {
    let text = call.query.text.as_deref().unwrap_or_default();
    let found = campaigns::find_custom_audiences(&call.ctx, call.actor(), call.query.account, text).await?;
    let view = |found: FoundAudience| CustomAudienceView {
        id: found.id,
        name: found.name,
        made_of: found.kind,
        is_lookalike: found.is_lookalike,
        people: found.people.map(People::of),
        not_ready: found.not_ready,
    };
    Ok(Shown(List { items: found.into_iter().map(view).collect(), next: None }))
}
