//! Who: places, ages, genders, languages, how strictly; and who pays, where the audience touches the EU.

use super::Reader;
use crate::domain::audience::{
    Audience, City, Country, Gender, Language, OLDEST, Payer, RADIUS_KM, RADIUS_KM_LIMITED, Reach, SpecialCategory, YOUNGEST,
};
use crate::domain::dictionary::{self, Sentence};

/// The most cities in one audience (Meta's limit is 250; the page shows a row each).
const MOST_CITIES: usize = 50;
/// The longest payer or beneficiary Meta takes, in characters.
const PAYER_MAX: usize = 512;

impl Reader<'_> {
    pub(super) fn audience(&mut self, special: Option<SpecialCategory>) -> Option<Audience> {
        let limited = special.is_some_and(SpecialCategory::limits_targeting);
        let countries = self.countries();
        let cities = self.cities(limited);
        if let (Some([]), []) = (countries.as_deref(), self.form.cities.as_slice()) {
            self.invalid.add("countries", dictionary::places_missing());
        }
        let ages = self.ages();
        let gender = Gender::parse(&self.form.gender);
        if gender.is_none() {
            self.invalid.add("gender", dictionary::gender_missing());
        }
        if limited {
            self.limits(special, ages, gender);
        }
        let languages = self.languages();
        let reach = match self.form.reach.trim() {
            "only_these" => Some(Reach::OnlyThese),
            "as_suggestion" => Some(Reach::AsSuggestion),
            _ => {
                self.invalid.add("reach", dictionary::reach_missing());
                None
            }
        };
        let narrowed = self.details(special.filter(|_| limited));
        let custom = self.custom_audiences(special.filter(|_| limited));
        let (age_min, age_max) = ages?;
        let (included, excluded) = custom?;
        Some(Audience {
            countries: countries?,
            cities: cities?,
            age_min,
            age_max,
            gender: gender?,
            languages: languages?,
            reach: reach?,
            narrowed: narrowed?,
            included,
            excluded,
        })
    }

    fn countries(&mut self) -> Option<Vec<Country>> {
        let mut countries: Vec<Country> = Vec::new();
        for text in self.form.countries.split([',', ';', '\n']).map(str::trim).filter(|text| !text.is_empty()) {
            let country = self.invalid.check("countries", text.parse::<Country>())?;
            if !countries.contains(&country) {
                countries.push(country);
            }
        }
        Some(countries)
    }

    fn cities(&mut self, limited: bool) -> Option<Vec<City>> {
        if self.form.cities.len() > MOST_CITIES {
            self.invalid.add("cities", dictionary::cities_too_many(MOST_CITIES));
            return None;
        }
        let form = self.form;
        let read: Vec<Option<City>> = form
            .cities
            .iter()
            .enumerate()
            .map(|(row, city)| {
                let field = format!("cities.{row}.radius");
                let least = if limited { RADIUS_KM_LIMITED } else { *RADIUS_KM.start() };
                let radius = city.radius.trim().parse::<u16>().ok().filter(|km| (least..=*RADIUS_KM.end()).contains(km));
                if radius.is_none() {
                    self.invalid.add(&field, dictionary::city_radius(least, RADIUS_KM.end()));
                }
                let country = self.invalid.check(&field, city.country.parse::<Country>());
                let key = city.key.trim();
                if key.is_empty() || !key.bytes().all(|b| b.is_ascii_alphanumeric()) {
                    self.invalid.add(&field, dictionary::city_not_chosen(city.name.trim()));
                    return None;
                }
                Some(City { key: key.to_owned(), name: city.name.trim().to_owned(), country: country?, radius_km: radius? })
            })
            .collect();
        read.into_iter().collect()
    }

    fn ages(&mut self) -> Option<(u8, u8)> {
        let mut age = |field: &str, text: &str| {
            let years = text.trim().trim_end_matches('+').parse::<u8>().ok().filter(|age| (YOUNGEST..=OLDEST).contains(age));
            if years.is_none() {
                self.invalid.add(field, dictionary::age_out_of_range(YOUNGEST, OLDEST));
            }
            years
        };
        let from = age("age_min", &self.form.age_min);
        let to = age("age_max", &self.form.age_max);
        let (from, to) = (from?, to?);
        if from > to {
            self.invalid.add("age_max", dictionary::ages_backwards(from, to));
            return None;
        }
        Some((from, to))
    }

    /// What housing, employment and financial ads must not choose.
    fn limits(&mut self, special: Option<SpecialCategory>, ages: Option<(u8, u8)>, gender: Option<Gender>) {
        let label = special.map_or("", SpecialCategory::label);
        if ages.is_some_and(|ages| ages != (YOUNGEST, OLDEST)) {
            self.invalid.add("age_min", dictionary::special_age(label, YOUNGEST, OLDEST));
        }
        if gender.is_some_and(|gender| gender != Gender::All) {
            self.invalid.add("gender", dictionary::special_gender(label));
        }
    }

    fn languages(&mut self) -> Option<Vec<Language>> {
        let mut languages: Vec<Language> = Vec::new();
        for typed in &self.form.languages {
            let Ok(key) = typed.key.trim().parse::<u32>() else {
                self.invalid.add("languages", dictionary::language_not_chosen(typed.name.trim()));
                return None;
            };
            if languages.iter().all(|known| known.key != key) {
                languages.push(Language { key, name: typed.name.trim().to_owned() });
            }
        }
        languages.sort_by_key(|language| language.key);
        Some(languages)
    }

    /// `None` where it is wrong, `Some(None)` where nothing is asked for and nothing was given.
    pub(super) fn payer(&mut self, audience: Option<&Audience>) -> Option<Option<Payer>> {
        let (payer, beneficiary) = (self.form.payer.trim(), self.form.beneficiary.trim());
        let touches_eu = audience.is_some_and(Audience::touches_eu);
        if payer.is_empty() && beneficiary.is_empty() && !touches_eu {
            return Some(None);
        }
        let mut side = |field: &str, text: &str, missing: Sentence| self.required(field, text, missing, PAYER_MAX);
        let payer = side("payer", payer, dictionary::payer_missing());
        let beneficiary = side("beneficiary", beneficiary, dictionary::beneficiary_missing());
        Some(Some(Payer { payer: payer?, beneficiary: beneficiary? }))
    }
}
