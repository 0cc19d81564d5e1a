//! What the buttons of the form want besides saving: find, add, take out. They change the form that is shown, and store nothing.

use crate::domain::campaign::{AdForm, ByNetwork, CampaignForm, CityForm, LanguageForm};
use crate::domain::creative::MOST_ADS;
use crate::service::campaigns::{self as service, FoundCity, FoundLanguage};
use crate::service::{Actor, Ctx, Error};

use super::sent::Queries;

/// How far around a city a new row reaches, in kilometres.
const USUAL_RADIUS_KM: &str = "25";

/// What a button wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// Keep the draft.
    Save,
    /// Keep it and go to the plan.
    Review,
    /// Show what it makes.
    Look,
    FindCities,
    FindLanguages,
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
pub(super) struct Found {
    pub queries: Queries,
    pub cities: Option<Vec<FoundCity>>,
    pub languages: Option<Vec<FoundLanguage>>,
    /// Why a search failed, in words.
    pub problem: Option<String>,
}

impl Wish {
    /// From the button's value; a form sent by the return key has none and saves.
    pub(super) fn of(action: &str) -> Self {
        let (word, rest) = action.split_once(':').unwrap_or((action, ""));
        let row = || rest.parse().unwrap_or(usize::MAX);
        match word {
            "review" => Self::Review,
            "look" => Self::Look,
            "find_cities" => Self::FindCities,
            "find_languages" => Self::FindLanguages,
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
pub(super) async fn carry_out(
    ctx: &Ctx,
    actor: &Actor,
    form: &mut CampaignForm,
    wish: &Wish,
    queries: Queries,
) -> Result<Found, Error> {
    let mut found = Found { queries, ..Found::default() };
    match wish {
        Wish::FindCities | Wish::FindLanguages => search(ctx, actor, form, wish, &mut found).await?,
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
    let outcome = if *wish == Wish::FindCities {
        service::find_cities(ctx, actor, account, &found.queries.city).await.map(|cities| found.cities = Some(cities))
    } else {
        service::find_languages(ctx, actor, account, &found.queries.language).await.map(|all| found.languages = Some(all))
    };
    match outcome {
        Err(Error::Graph(error)) => {
            found.problem = Some(format!("The search did not answer: {error}. Try again in a moment."));
            Ok(())
        }
        other => other,
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
