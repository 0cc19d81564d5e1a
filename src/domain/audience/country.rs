//! Countries: ISO 3166-1 codes with English names, and where the European Union's Digital Services Act asks who pays.
//!
//! Territories nobody lives in and countries Meta does not deliver to are left out. Names follow the public domain list of the
//! IANA time zone database.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::dictionary::{self, Sentence};

/// Code and name, by name.
#[rustfmt::skip]
const COUNTRIES: [(&str, &str); 237] = [
    ("AF", "Afghanistan"), ("AX", "Åland Islands"), ("AL", "Albania"), ("DZ", "Algeria"), ("AS", "American Samoa"),
    ("AD", "Andorra"), ("AO", "Angola"), ("AI", "Anguilla"), ("AG", "Antigua and Barbuda"), ("AR", "Argentina"),
    ("AM", "Armenia"), ("AW", "Aruba"), ("AU", "Australia"), ("AT", "Austria"), ("AZ", "Azerbaijan"), ("BS", "Bahamas"),
    ("BH", "Bahrain"), ("BD", "Bangladesh"), ("BB", "Barbados"), ("BY", "Belarus"), ("BE", "Belgium"), ("BZ", "Belize"),
    ("BJ", "Benin"), ("BM", "Bermuda"), ("BT", "Bhutan"), ("BO", "Bolivia"), ("BA", "Bosnia and Herzegovina"),
    ("BW", "Botswana"), ("BR", "Brazil"), ("VG", "British Virgin Islands"), ("BN", "Brunei"), ("BG", "Bulgaria"),
    ("BF", "Burkina Faso"), ("BI", "Burundi"), ("KH", "Cambodia"), ("CM", "Cameroon"), ("CA", "Canada"), ("CV", "Cape Verde"),
    ("BQ", "Caribbean Netherlands"), ("KY", "Cayman Islands"), ("CF", "Central African Republic"), ("TD", "Chad"),
    ("CL", "Chile"), ("CN", "China"), ("CX", "Christmas Island"), ("CC", "Cocos Islands"), ("CO", "Colombia"),
    ("KM", "Comoros"), ("CK", "Cook Islands"), ("CR", "Costa Rica"), ("CI", "Côte d’Ivoire"), ("HR", "Croatia"),
    ("CW", "Curaçao"), ("CY", "Cyprus"), ("CZ", "Czechia"), ("CD", "Democratic Republic of the Congo"), ("DK", "Denmark"),
    ("DJ", "Djibouti"), ("DM", "Dominica"), ("DO", "Dominican Republic"), ("TL", "East Timor"), ("EC", "Ecuador"),
    ("EG", "Egypt"), ("SV", "El Salvador"), ("GQ", "Equatorial Guinea"), ("ER", "Eritrea"), ("EE", "Estonia"),
    ("SZ", "Eswatini"), ("ET", "Ethiopia"), ("FK", "Falkland Islands"), ("FO", "Faroe Islands"), ("FJ", "Fiji"),
    ("FI", "Finland"), ("FR", "France"), ("GF", "French Guiana"), ("PF", "French Polynesia"), ("GA", "Gabon"), ("GM", "Gambia"),
    ("GE", "Georgia"), ("DE", "Germany"), ("GH", "Ghana"), ("GI", "Gibraltar"), ("GR", "Greece"), ("GL", "Greenland"),
    ("GD", "Grenada"), ("GP", "Guadeloupe"), ("GU", "Guam"), ("GT", "Guatemala"), ("GG", "Guernsey"), ("GN", "Guinea"),
    ("GW", "Guinea-Bissau"), ("GY", "Guyana"), ("HT", "Haiti"), ("HN", "Honduras"), ("HK", "Hong Kong"), ("HU", "Hungary"),
    ("IS", "Iceland"), ("IN", "India"), ("ID", "Indonesia"), ("IQ", "Iraq"), ("IE", "Ireland"), ("IM", "Isle of Man"),
    ("IL", "Israel"), ("IT", "Italy"), ("JM", "Jamaica"), ("JP", "Japan"), ("JE", "Jersey"), ("JO", "Jordan"),
    ("KZ", "Kazakhstan"), ("KE", "Kenya"), ("KI", "Kiribati"), ("KW", "Kuwait"), ("KG", "Kyrgyzstan"), ("LA", "Laos"),
    ("LV", "Latvia"), ("LB", "Lebanon"), ("LS", "Lesotho"), ("LR", "Liberia"), ("LY", "Libya"), ("LI", "Liechtenstein"),
    ("LT", "Lithuania"), ("LU", "Luxembourg"), ("MO", "Macao"), ("MG", "Madagascar"), ("MW", "Malawi"), ("MY", "Malaysia"),
    ("MV", "Maldives"), ("ML", "Mali"), ("MT", "Malta"), ("MH", "Marshall Islands"), ("MQ", "Martinique"), ("MR", "Mauritania"),
    ("MU", "Mauritius"), ("YT", "Mayotte"), ("MX", "Mexico"), ("FM", "Micronesia"), ("MD", "Moldova"), ("MC", "Monaco"),
    ("MN", "Mongolia"), ("ME", "Montenegro"), ("MS", "Montserrat"), ("MA", "Morocco"), ("MZ", "Mozambique"), ("MM", "Myanmar"),
    ("NA", "Namibia"), ("NR", "Nauru"), ("NP", "Nepal"), ("NL", "Netherlands"), ("NC", "New Caledonia"), ("NZ", "New Zealand"),
    ("NI", "Nicaragua"), ("NE", "Niger"), ("NG", "Nigeria"), ("NU", "Niue"), ("NF", "Norfolk Island"),
    ("MK", "North Macedonia"), ("MP", "Northern Mariana Islands"), ("NO", "Norway"), ("OM", "Oman"), ("PK", "Pakistan"),
    ("PW", "Palau"), ("PS", "Palestine"), ("PA", "Panama"), ("PG", "Papua New Guinea"), ("PY", "Paraguay"), ("PE", "Peru"),
    ("PH", "Philippines"), ("PN", "Pitcairn"), ("PL", "Poland"), ("PT", "Portugal"), ("PR", "Puerto Rico"), ("QA", "Qatar"),
    ("CG", "Republic of the Congo"), ("RE", "Réunion"), ("RO", "Romania"), ("RW", "Rwanda"), ("BL", "Saint Barthélemy"),
    ("SH", "Saint Helena"), ("KN", "Saint Kitts and Nevis"), ("LC", "Saint Lucia"), ("MF", "Saint Martin"),
    ("PM", "Saint Pierre and Miquelon"), ("VC", "Saint Vincent and the Grenadines"), ("WS", "Samoa"), ("SM", "San Marino"),
    ("ST", "São Tomé and Príncipe"), ("SA", "Saudi Arabia"), ("SN", "Senegal"), ("RS", "Serbia"), ("SC", "Seychelles"),
    ("SL", "Sierra Leone"), ("SG", "Singapore"), ("SX", "Sint Maarten"), ("SK", "Slovakia"), ("SI", "Slovenia"),
    ("SB", "Solomon Islands"), ("SO", "Somalia"), ("ZA", "South Africa"), ("KR", "South Korea"), ("SS", "South Sudan"),
    ("ES", "Spain"), ("LK", "Sri Lanka"), ("SD", "Sudan"), ("SR", "Suriname"), ("SJ", "Svalbard and Jan Mayen"),
    ("SE", "Sweden"), ("CH", "Switzerland"), ("TW", "Taiwan"), ("TJ", "Tajikistan"), ("TZ", "Tanzania"), ("TH", "Thailand"),
    ("TG", "Togo"), ("TK", "Tokelau"), ("TO", "Tonga"), ("TT", "Trinidad and Tobago"), ("TN", "Tunisia"), ("TR", "Türkiye"),
    ("TM", "Turkmenistan"), ("TC", "Turks and Caicos Islands"), ("TV", "Tuvalu"), ("VI", "US Virgin Islands"), ("UG", "Uganda"),
    ("UA", "Ukraine"), ("AE", "United Arab Emirates"), ("GB", "United Kingdom"), ("US", "United States"), ("UY", "Uruguay"),
    ("UZ", "Uzbekistan"), ("VU", "Vanuatu"), ("VA", "Vatican City"), ("VE", "Venezuela"), ("VN", "Vietnam"),
    ("WF", "Wallis and Futuna"), ("EH", "Western Sahara"), ("YE", "Yemen"), ("ZM", "Zambia"), ("ZW", "Zimbabwe"),
];

/// Members of the European Union and the territories its law reaches.
#[rustfmt::skip]
const EU: [&str; 34] = [
    "AT", "AX", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GF", "GP", "GR", "HR", "HU", "IE",
    "IT", "LT", "LU", "LV", "MF", "MQ", "MT", "NL", "PL", "PT", "RE", "RO", "SE", "SI", "SK", "YT",
];

/// What people also write.
const ALIASES: [(&str, &str); 9] = [
    ("uk", "GB"),
    ("great britain", "GB"),
    ("england", "GB"),
    ("usa", "US"),
    ("united states of america", "US"),
    ("america", "US"),
    ("holland", "NL"),
    ("turkey", "TR"),
    ("czech republic", "CZ"),
];

/// A country ads can be shown in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// Text that names no country.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said())]
pub struct UnknownCountry {
    /// What was written.
    pub text: String,
    /// The name that comes nearest, if one is near.
    pub guess: Option<&'static str>,
}

impl UnknownCountry {
    /// The sentence, with its page.
    pub fn said(&self) -> Sentence {
        dictionary::country_unknown(&self.text, self.guess.map_or_else(String::new, |name| format!("; did you mean {name}?")))
    }
}

impl From<UnknownCountry> for Sentence {
    fn from(unknown: UnknownCountry) -> Self {
        unknown.said()
    }
}

impl Country {
    /// Every country, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        COUNTRIES.iter().filter_map(|(code, _)| Self::from_code(code))
    }

    fn from_code(code: &str) -> Option<Self> {
        <[u8; 2]>::try_from(code.as_bytes()).ok().map(Self)
    }

    /// The two-letter code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }

    /// The English name.
    pub fn name(&self) -> &'static str {
        COUNTRIES.iter().find(|(code, _)| *code == self.code()).map_or("", |(_, name)| name)
    }

    /// Whether ads shown there must name who pays and who benefits (Digital Services Act, article 26).
    pub fn in_eu(&self) -> bool {
        EU.contains(&self.code())
    }
}

impl FromStr for Country {
    type Err = UnknownCountry;

    /// From a code or a name, in any case.
    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        let wanted = text.trim().to_lowercase();
        let named = COUNTRIES.iter().find(|(code, name)| code.to_lowercase() == wanted || name.to_lowercase() == wanted);
        let alias = || ALIASES.iter().find(|(alias, _)| *alias == wanted).map(|(_, code)| *code);
        let code = named.map(|(code, _)| *code).or_else(alias);
        code.and_then(Self::from_code).ok_or_else(|| UnknownCountry { text: text.trim().to_owned(), guess: nearest(&wanted) })
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The name nearest to what was written, where at most a third of its letters would have to change.
fn nearest(wanted: &str) -> Option<&'static str> {
    let far = |name: &str| edits(wanted, &name.to_lowercase());
    let (distance, name) = COUNTRIES.iter().map(|(_, name)| (far(name), *name)).min_by_key(|(distance, _)| *distance)?;
    (distance * 3 <= wanted.chars().count()).then_some(name)
}

/// How many letters must be added, removed or replaced to make one text the other (Levenshtein, 1965).
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, letter) in from.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((other, above), diagonal) in to.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            next.push((left + 1).min(above + 1).min(diagonal + usize::from(letter != *other)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_read_by_code_or_name_in_any_case() {
        for (text, code) in [("PT", "PT"), ("portugal", "PT"), (" Spain ", "ES"), ("uk", "GB"), ("United Kingdom", "GB")] {
            assert_eq!(text.parse::<Country>().unwrap().code(), code, "{text}");
        }
    }

    #[test]
    fn a_slip_of_the_pen_gets_a_guess() {
        let error = "Portugl".parse::<Country>().unwrap_err();
        assert_eq!(error.to_string(), "“Portugl” is not a country; did you mean Portugal?");
        assert_eq!("Atlantis".parse::<Country>().unwrap_err().guess, None);
    }

    #[test]
    fn the_union_has_its_members_and_not_its_neighbours() {
        let in_eu = |code: &str| code.parse::<Country>().unwrap().in_eu();
        assert!(["PT", "ES", "DE", "IE", "HR"].into_iter().all(in_eu));
        assert!(!["GB", "CH", "NO", "US"].into_iter().any(in_eu));
    }

    #[test]
    fn every_code_is_two_letters_and_leads_back_to_its_name() {
        assert!(Country::all().count() > 230);
        assert!(Country::all().all(|country| country.code().parse() == Ok(country) && !country.name().is_empty()));
    }
}
