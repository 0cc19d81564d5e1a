//! What the buttons of the form want besides saving: find, add, take out. They change the form that is shown, and store nothing.

use crate::domain::audience::SpecialCategory;
use crate::domain::campaign::{AdForm, ByNetwork, CampaignForm, CityForm, CustomForm, DetailForm, LanguageForm};
use crate::domain::creative::MOST_ADS;
use crate::domain::dictionary;
use crate::domain::id::SavedAudienceId;
use crate::domain::invalid::Invalid;
use crate::service::campaigns::{self as service, FoundAudience, FoundCity, FoundDetail, FoundLanguage};
use crate::service::{Actor, Ctx, Error, audiences};

use super::sent::Queries;

/// How far around a city a new row reaches, in kilometres.
const USUAL_RADIUS_KM: &str = "25";

/// What a button wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web::pages) enum Wish {
    /// Keep the draft.
    Save,
    /// Keep it and go to the plan.
    Review,
    /// Show what it makes.
    Look,
    FindCities,
    FindLanguages,
    FindDetails,
    FindCustom,
    /// An interest or the like, into the group chosen beside the search.
    AddDetail(String),
    /// A custom audience, `include` or `exclude`.
    AddCustom(&'static str, String),
    RemoveDetail(usize),
    RemoveCustom(usize),
    /// The newest version of a saved audience: the one named, else the one chosen in the list.
    UseAudience(String),
    /// The audience as it is typed, under a name of its own.
    SaveAudience,
    AddCity(String),
    AddLanguage(String),
    AddAd,
    CopyAd(usize),
    ClearVertical(usize),
    RemoveCity(usize),
    RemoveLanguage(usize),
    RemoveAd(usize),
    /// Names and links from the workspace's templates.
    UseNames,
}

/// What a search found, and what was searched for.
#[derive(Debug, Default)]
pub(in crate::web::pages) struct Found {
    pub queries: Queries,
    pub cities: Option<Vec<FoundCity>>,
    pub languages: Option<Vec<FoundLanguage>>,
    pub details: Option<Vec<FoundDetail>>,
    pub custom: Option<Vec<FoundAudience>>,
    /// What stands against saving the audience.
    pub invalid: Invalid,
    /// What was done, in words.
    pub done: Option<String>,
    /// Why a search failed, in words.
    pub problem: Option<String>,
}

impl Wish {
    /// From the button's value; a form sent by the return key has none and saves.
    pub(in crate::web::pages) fn of(action: &str) -> Self {
        let (word, rest) = action.split_once(':').unwrap_or((action, ""));
        let row = || rest.parse().unwrap_or(usize::MAX);
        match word {
            "review" => Self::Review,
            "look" => Self::Look,
            "find_cities" => Self::FindCities,
            "find_languages" => Self::FindLanguages,
            "find_details" => Self::FindDetails,
            "find_custom" => Self::FindCustom,
            "add_detail" => Self::AddDetail(rest.to_owned()),
            "include" => Self::AddCustom("include", rest.to_owned()),
            "exclude" => Self::AddCustom("exclude", rest.to_owned()),
            "remove_detail" => Self::RemoveDetail(row()),
            "remove_custom" => Self::RemoveCustom(row()),
            "use_audience" => Self::UseAudience(rest.to_owned()),
            "save_audience" => Self::SaveAudience,
            "add_city" => Self::AddCity(rest.to_owned()),
            "add_language" => Self::AddLanguage(rest.to_owned()),
            "add_ad" => Self::AddAd,
            "copy_ad" => Self::CopyAd(row()),
            "clear_vertical" => Self::ClearVertical(row()),
            "remove_city" => Self::RemoveCity(row()),
            "remove_language" => Self::RemoveLanguage(row()),
            "remove_ad" => Self::RemoveAd(row()),
            "use_names" => Self::UseNames,
            _ => Self::Save,
        }
    }
}

/// Changes the form as wished.
pub(in crate::web::pages) async fn carry_out(
    ctx: &Ctx,
    actor: &Actor,
    form: &mut CampaignForm,
    wish: &Wish,
    queries: Queries,
) -> Result<Found, Error> {
    let mut found = Found { queries, ..Found::default() };
    match wish {
        Wish::FindCities | Wish::FindLanguages | Wish::FindDetails | Wish::FindCustom => {
            search(ctx, actor, form, wish, &mut found).await?;
        }
        Wish::AddDetail(text) => {
            add_detail(form, text, &found.queries.detail_group);
            found.queries.detail.clear();
        }
        Wish::AddCustom(side, text) => {
            add_custom(form, side, text);
            found.queries.custom.clear();
        }
        Wish::RemoveDetail(row) => take_out(&mut form.details, *row),
        Wish::RemoveCustom(row) => take_out(&mut form.custom, *row),
        Wish::UseAudience(named) => use_audience(ctx, actor, form, named, &mut found).await?,
        Wish::SaveAudience => save_audience(ctx, actor, form, &mut found).await?,
        Wish::AddCity(text) => {
            if let [key, country, name] = text.splitn(3, '|').collect::<Vec<_>>()[..]
                && form.cities.iter().all(|city| city.key != key)
            {
                let (key, country, name) = (key.to_owned(), country.to_owned(), name.to_owned());
                form.cities.push(CityForm { key, name, country, radius: USUAL_RADIUS_KM.to_owned() });
            }
            found.queries.city.clear();
        }
        Wish::AddLanguage(text) => {
            if let Some((key, name)) = text.split_once('|')
                && form.languages.iter().all(|language| language.key != key)
            {
                form.languages.push(LanguageForm { key: key.to_owned(), name: name.to_owned() });
            }
            found.queries.language.clear();
        }
        Wish::AddAd => add_ad(form),
        Wish::CopyAd(row) => copy_ad(form, *row),
        Wish::ClearVertical(row) => {
            if let Some(ad) = form.ads.get_mut(*row) {
                ad.vertical.clear();
            }
        }
        Wish::RemoveCity(row) => take_out(&mut form.cities, *row),
        Wish::RemoveLanguage(row) => take_out(&mut form.languages, *row),
        Wish::RemoveAd(row) => take_out(&mut form.ads, *row),
        Wish::UseNames => form.call_by(&crate::service::naming::get(ctx, actor).await?),
        Wish::Save | Wish::Review | Wish::Look => {}
    }
    Ok(found)
}

/// A search that Meta does not answer costs nothing that was typed.
async fn search(ctx: &Ctx, actor: &Actor, form: &CampaignForm, wish: &Wish, found: &mut Found) -> Result<(), Error> {
    let Ok(account) = form.account.trim().parse() else {
        found.problem = Some("Connect an ad account first; the search asks Meta through it.".to_owned());
        return Ok(());
    };
    let queries = &found.queries;
    let outcome = match wish {
        Wish::FindCities => service::find_cities(ctx, actor, account, &queries.city).await.map(|all| found.cities = Some(all)),
        Wish::FindLanguages => {
            service::find_languages(ctx, actor, account, &queries.language).await.map(|all| found.languages = Some(all))
        }
        Wish::FindCustom => {
            service::find_custom_audiences(ctx, actor, account, &queries.custom).await.map(|all| found.custom = Some(all))
        }
        _ => {
            let special = SpecialCategory::parse(&form.special_category);
            let all = service::find_details(ctx, actor, account, &queries.detail, special).await;
            all.map(|all| found.details = Some(all))
        }
    };
    match outcome {
        Err(Error::Graph(error)) => {
            found.problem = Some(format!("The search did not answer: {error}. Try again in a moment."));
            Ok(())
        }
        other => other,
    }
}

/// `interests|6003139266461|Movies` into a group; a group that is none is the first.
fn add_detail(form: &mut CampaignForm, text: &str, group: &str) {
    let [segment, id, name] = text.splitn(3, '|').collect::<Vec<_>>()[..] else { return };
    let group = group.trim().parse::<u32>().unwrap_or(0).to_string();
    let (segment, id, name) = (segment.to_owned(), id.to_owned(), name.to_owned());
    if form.details.iter().all(|known| known.group != group || known.id != id || known.segment != segment) {
        form.details.push(DetailForm { group, segment, id, name });
    }
}

/// `23851001|lookalike|Customers` on a side; one that is on the other side changes over.
fn add_custom(form: &mut CampaignForm, side: &str, text: &str) {
    let [id, kind, name] = text.splitn(3, '|').collect::<Vec<_>>()[..] else { return };
    let custom = CustomForm { side: side.to_owned(), id: id.to_owned(), name: name.to_owned(), kind: kind.to_owned() };
    form.custom.retain(|known| known.id != custom.id);
    form.custom.push(custom);
}

/// Fills the audience in from the newest version of a saved one; what was typed elsewhere on the form stays.
async fn use_audience(ctx: &Ctx, actor: &Actor, form: &mut CampaignForm, named: &str, found: &mut Found) -> Result<(), Error> {
    let text = if named.is_empty() { found.queries.chosen_audience.as_str() } else { named };
    let Ok(id) = text.trim().parse::<SavedAudienceId>() else {
        found.invalid.add("chosen_audience", dictionary::audience_not_chosen());
        return Ok(());
    };
    let opened = audiences::open(ctx, actor, id).await?;
    if let Some(newest) = opened.newest() {
        form.put_audience(&newest.audience);
        form.saved_audience = opened.at().to_string();
        found.done = Some(format!(
            "“{}”, version {}, is filled in. Nothing changes at Meta before its plan is approved.",
            opened.name, newest.version
        ));
    }
    Ok(())
}

async fn save_audience(ctx: &Ctx, actor: &Actor, form: &mut CampaignForm, found: &mut Found) -> Result<(), Error> {
    match audiences::save(ctx, actor, None, &found.queries.audience_name, form).await {
        Ok(at) => {
            form.saved_audience = at.to_string();
            found.done = Some(format!("The audience is saved as “{}”.", found.queries.audience_name.trim()));
            found.queries.audience_name.clear();
            Ok(())
        }
        Err(Error::Invalid(invalid)) => {
            found.invalid = invalid;
            Ok(())
        }
        Err(other) => Err(other),
    }
}

/// Another ad like the last one: what usually differs is its text.
fn add_ad(form: &mut CampaignForm) {
    if form.ads.len() >= MOST_ADS {
        return;
    }
    let key = form.next_ad_key();
    let last = form.ads.last().cloned().unwrap_or_default();
    let (message, messages) = (String::new(), ByNetwork::default());
    form.ads.push(AdForm { key: key.to_string(), name: format!("Ad {key}"), message, messages, ..last });
}

/// The same ad once more, right below it, with everything but its number and name.
fn copy_ad(form: &mut CampaignForm, row: usize) {
    let key = form.next_ad_key();
    if let Some(ad) = form.ads.get(row).filter(|_| form.ads.len() < MOST_ADS).cloned() {
        let name = format!("{} copy", ad.name.trim()).trim().to_owned();
        form.ads.insert(row + 1, AdForm { key: key.to_string(), name, ..ad });
    }
}

fn take_out<T>(rows: &mut Vec<T>, row: usize) {
    if row < rows.len() {
        rows.remove(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_says_what_it_wants_and_the_return_key_saves() {
        assert_eq!(Wish::of("remove_ad:2"), Wish::RemoveAd(2));
        assert_eq!(Wish::of("add_city:777|PT|Lisbon"), Wish::AddCity("777|PT|Lisbon".into()));
        assert_eq!(Wish::of(""), Wish::Save);
        assert_eq!(Wish::of("remove_ad:x"), Wish::RemoveAd(usize::MAX));
    }

    #[test]
    fn an_interest_joins_its_group_once_and_an_audience_stands_on_one_side() {
        let mut form = CampaignForm::fresh();
        for _ in 0..2 {
            add_detail(&mut form, "interests|6003139266461|Movies", "0");
        }
        add_detail(&mut form, "behaviors|6002714895372|Frequent travelers", "1");
        let groups: Vec<&str> = form.details.iter().map(|detail| detail.group.as_str()).collect();
        assert_eq!(groups, ["0", "1"]);
        add_custom(&mut form, "include", "1||Customers");
        add_custom(&mut form, "exclude", "1||Customers");
        assert_eq!(form.custom.iter().map(|custom| custom.side.as_str()).collect::<Vec<_>>(), ["exclude"]);
        add_detail(&mut form, "nonsense", "0");
        assert_eq!(form.details.len(), 2);
    }

    #[test]
    fn another_ad_starts_like_the_last_one_under_a_number_of_its_own() {
        let mut form = CampaignForm::fresh();
        form.ads[0].link = "https://a.example/".into();
        add_ad(&mut form);
        assert_eq!((form.ads[1].key.as_str(), form.ads[1].link.as_str()), ("2", "https://a.example/"));
    }

    #[test]
    fn a_copy_stands_below_its_ad_and_ten_are_the_most() {
        let mut form = CampaignForm::fresh();
        form.ads[0].message = "Warm light.".into();
        add_ad(&mut form);
        copy_ad(&mut form, 0);
        let ads: Vec<(&str, &str)> = form.ads.iter().map(|ad| (ad.key.as_str(), ad.message.as_str())).collect();
        assert_eq!(ads, [("1", "Warm light."), ("3", "Warm light."), ("2", "")]);
        for _ in 0..20 {
            copy_ad(&mut form, 1);
            add_ad(&mut form);
        }
        assert_eq!(form.ads.len(), MOST_ADS);
        copy_ad(&mut form, 99);
        assert_eq!(form.ads.len(), MOST_ADS);
    }
}
