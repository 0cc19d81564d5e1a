//! Countries, cities, languages and interests that can be searched and targeted.
//! A hand-made table of the sandbox; keys of cities, languages and interests only look like Meta's.

use super::delivery::people::Place;

macro_rules! places {
    ($(($key:literal, $name:literal, $country:literal, $region:literal, $thousands:literal, $price:literal)),* $(,)?) => {
        /// All places; positions in this table are used as place numbers.
        pub const PLACES: &[Place] = &[
            $(Place { key: $key, name: $name, country: $country, region: $region, thousands: $thousands, price: $price }),*
        ];
    };
}

places! {
    ("PT", "Portugal", "PT", "", 10400, 0.85),
    ("ES", "Spain", "ES", "", 48000, 0.95),
    ("FR", "France", "FR", "", 68000, 1.1),
    ("IT", "Italy", "IT", "", 59000, 0.95),
    ("DE", "Germany", "DE", "", 84000, 1.25),
    ("AT", "Austria", "AT", "", 9100, 1.2),
    ("BE", "Belgium", "BE", "", 11700, 1.1),
    ("NL", "Netherlands", "NL", "", 17900, 1.2),
    ("LU", "Luxembourg", "LU", "", 660, 1.3),
    ("IE", "Ireland", "IE", "", 5200, 1.2),
    ("DK", "Denmark", "DK", "", 5900, 1.35),
    ("SE", "Sweden", "SE", "", 10500, 1.25),
    ("FI", "Finland", "FI", "", 5600, 1.15),
    ("PL", "Poland", "PL", "", 37600, 0.7),
    ("CZ", "Czech Republic", "CZ", "", 10900, 0.75),
    ("SK", "Slovakia", "SK", "", 5400, 0.65),
    ("HU", "Hungary", "HU", "", 9600, 0.6),
    ("RO", "Romania", "RO", "", 19000, 0.5),
    ("BG", "Bulgaria", "BG", "", 6400, 0.5),
    ("GR", "Greece", "GR", "", 10400, 0.7),
    ("HR", "Croatia", "HR", "", 3900, 0.6),
    ("SI", "Slovenia", "SI", "", 2100, 0.75),
    ("EE", "Estonia", "EE", "", 1370, 0.75),
    ("LV", "Latvia", "LV", "", 1880, 0.65),
    ("LT", "Lithuania", "LT", "", 2860, 0.65),
    ("CY", "Cyprus", "CY", "", 920, 0.8),
    ("MT", "Malta", "MT", "", 540, 0.8),
    ("GB", "United Kingdom", "GB", "", 68000, 1.3),
    ("CH", "Switzerland", "CH", "", 8900, 1.6),
    ("NO", "Norway", "NO", "", 5500, 1.5),
    ("IS", "Iceland", "IS", "", 390, 1.3),
    ("US", "United States", "US", "", 335000, 1.7),
    ("CA", "Canada", "CA", "", 40000, 1.35),
    ("MX", "Mexico", "MX", "", 129000, 0.45),
    ("BR", "Brazil", "BR", "", 212000, 0.4),
    ("AR", "Argentina", "AR", "", 46000, 0.35),
    ("CL", "Chile", "CL", "", 19600, 0.5),
    ("CO", "Colombia", "CO", "", 52000, 0.35),
    ("AU", "Australia", "AU", "", 26600, 1.5),
    ("NZ", "New Zealand", "NZ", "", 5200, 1.3),
    ("JP", "Japan", "JP", "", 124000, 1.0),
    ("KR", "South Korea", "KR", "", 51700, 0.9),
    ("TW", "Taiwan", "TW", "", 23400, 0.8),
    ("SG", "Singapore", "SG", "", 5900, 1.2),
    ("IN", "India", "IN", "", 1430000, 0.2),
    ("ID", "Indonesia", "ID", "", 277000, 0.2),
    ("PH", "Philippines", "PH", "", 117000, 0.2),
    ("TH", "Thailand", "TH", "", 71800, 0.3),
    ("VN", "Vietnam", "VN", "", 99000, 0.2),
    ("TR", "Turkey", "TR", "", 85000, 0.3),
    ("IL", "Israel", "IL", "", 9700, 1.1),
    ("AE", "United Arab Emirates", "AE", "", 9500, 0.9),
    ("ZA", "South Africa", "ZA", "", 60000, 0.35),
    ("NG", "Nigeria", "NG", "", 224000, 0.15),
    ("EG", "Egypt", "EG", "", 113000, 0.15),
    ("MA", "Morocco", "MA", "", 37800, 0.2),
    ("AO", "Angola", "AO", "", 36700, 0.2),
    ("CV", "Cape Verde", "CV", "", 590, 0.3),
    ("MZ", "Mozambique", "MZ", "", 33900, 0.15),
    ("UA", "Ukraine", "UA", "", 37000, 0.3),
    ("2421600", "Lisbon", "PT", "Lisbon District", 2900, 0.9),
    ("2422841", "Porto", "PT", "Porto District", 1700, 0.88),
    ("2419874", "Braga", "PT", "Braga District", 420, 0.83),
    ("2420353", "Coimbra", "PT", "Coimbra District", 260, 0.82),
    ("2420707", "Faro", "PT", "Faro District", 230, 0.84),
    ("2421011", "Funchal", "PT", "Madeira", 160, 0.84),
    ("784302", "Madrid", "ES", "Community of Madrid", 6700, 1.0),
    ("769370", "Barcelona", "ES", "Catalonia", 5600, 1.0),
    ("810544", "Valencia", "ES", "Valencian Community", 1700, 0.92),
    ("805107", "Seville", "ES", "Andalusia", 1500, 0.9),
    ("777934", "Paris", "FR", "Ile-de-France", 11000, 1.2),
    ("777160", "Lyon", "FR", "Auvergne-Rhone-Alpes", 2300, 1.1),
    ("777522", "Marseille", "FR", "Provence-Alpes-Cote d'Azur", 1800, 1.05),
    ("1273711", "Rome", "IT", "Lazio", 4300, 1.0),
    ("1264841", "Milan", "IT", "Lombardy", 4900, 1.05),
    ("1265972", "Naples", "IT", "Campania", 3000, 0.85),
    ("508467", "Berlin", "DE", "Berlin", 4700, 1.25),
    ("547103", "Munich", "DE", "Bavaria", 2900, 1.35),
    ("525143", "Hamburg", "DE", "Hamburg", 2700, 1.3),
    ("526453", "Cologne", "DE", "North Rhine-Westphalia", 2100, 1.25),
    ("124501", "Vienna", "AT", "Vienna", 2900, 1.25),
    ("199540", "Brussels", "BE", "Brussels", 2100, 1.15),
    ("1593616", "Amsterdam", "NL", "North Holland", 2500, 1.25),
    ("2420605", "London", "GB", "England", 14500, 1.4),
    ("815102", "Manchester", "GB", "England", 2900, 1.25),
    ("1149420", "Dublin", "IE", "Leinster", 1500, 1.25),
    ("618417", "Copenhagen", "DK", "Capital Region", 1900, 1.4),
    ("2303513", "Stockholm", "SE", "Stockholm County", 2400, 1.3),
    ("1858022", "Warsaw", "PL", "Masovian", 3100, 0.78),
    ("2490299", "New York", "US", "New York", 19800, 1.9),
    ("2420379", "Los Angeles", "US", "California", 12900, 1.8),
    ("290502", "Sao Paulo", "BR", "Sao Paulo", 22000, 0.45),
    ("1191052", "Tokyo", "JP", "Tokyo", 37000, 1.1),
    ("1199342", "Osaka", "JP", "Osaka", 18900, 1.05),
}

/// Languages: Meta's `adlocale` keys and names.
pub const LOCALES: &[(i64, &str)] = &[
    (1, "Catalan"),
    (5, "German"),
    (6, "English (US)"),
    (7, "Spanish"),
    (9, "French (France)"),
    (10, "Italian"),
    (11, "Japanese"),
    (14, "Dutch"),
    (15, "Polish"),
    (16, "Portuguese (Brazil)"),
    (18, "Swedish"),
    (23, "Spanish (Spain)"),
    (24, "English (UK)"),
    (28, "Arabic"),
    (31, "Portuguese (Portugal)"),
    (44, "French (Canada)"),
    (1001, "English (All)"),
    (1002, "Spanish (All)"),
    (1003, "French (All)"),
    (1005, "Portuguese (All)"),
];

/// Interests: id, name and topic.
pub const INTERESTS: &[(&str, &str, &str)] = &[
    ("6003139266461", "Movies", "Entertainment"),
    ("6003107902433", "Football", "Sports and outdoors"),
    ("6003348604581", "Fashion", "Shopping and fashion"),
    ("6003346592981", "Online shopping", "Shopping and fashion"),
    ("6003234413249", "Interior design", "Hobbies and activities"),
    ("6003132926214", "Home decoration", "Home and garden"),
    ("6003470511564", "Do it yourself (DIY)", "Hobbies and activities"),
    ("6003263791114", "Shopping", "Shopping and fashion"),
    ("6003384248805", "Fitness and wellness", "Fitness and wellness"),
    ("6003659420716", "Cooking", "Food and drink"),
    ("6003435096731", "Wine", "Food and drink"),
    ("6003626773307", "Coffee", "Food and drink"),
    ("6004160395895", "Travel", "Travel, places and events"),
    ("6003020834693", "Music", "Entertainment"),
    ("6003462707303", "Books", "Entertainment"),
    ("6003899195666", "Photography", "Hobbies and activities"),
    ("6003306084421", "Yoga", "Fitness and wellness"),
    ("6003397496347", "Running", "Sports and outdoors"),
    ("6003277229371", "Physical fitness", "Fitness and wellness"),
    ("6003349442621", "Entertainment", "Entertainment"),
    ("6003985771306", "Technology", "Technology"),
    ("6003142974961", "Gardening", "Home and garden"),
    ("6003654559478", "Pets", "Family and relationships"),
    ("6003332344237", "Dogs", "Family and relationships"),
    ("6003159378782", "Cats", "Family and relationships"),
    ("6003101323797", "Motherhood", "Family and relationships"),
    ("6003232518610", "Parenting", "Family and relationships"),
    ("6003088846792", "Beauty", "Shopping and fashion"),
    ("6002867432822", "Cosmetics", "Shopping and fashion"),
    ("6003445506042", "Marriage", "Family and relationships"),
    ("6003127206524", "Digital marketing", "Business and industry"),
    ("6003371567474", "Entrepreneurship", "Business and industry"),
    ("6003195797498", "Gourmet food", "Food and drink"),
    ("6003629266583", "Sustainability", "Hobbies and activities"),
    ("6003342222945", "Lighting", "Home and garden"),
    ("6003409392877", "Furniture", "Home and garden"),
];

/// Countries of the European Union and of the European Economic Area, where ads name beneficiary and payer (DSA).
// spec: none (countries)
pub const DSA_COUNTRIES: &[&str] = &[
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL",
    "PT", "RO", "SK", "SI", "ES", "SE",
];

/// Position of a country in [`PLACES`].
#[must_use]
pub fn country(code: &str) -> Option<usize> {
    PLACES.iter().position(|place| !place.is_city() && place.key == code)
}

/// Position of a city in [`PLACES`].
#[must_use]
pub fn city(key: &str) -> Option<usize> {
    PLACES.iter().position(|place| place.is_city() && place.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_a_key_of_its_own_and_a_known_country() {
        for (index, place) in PLACES.iter().enumerate() {
            assert_eq!(PLACES.iter().position(|other| other.key == place.key), Some(index), "{}", place.key);
            assert!(country(place.country).is_some(), "{}", place.name);
        }
    }
}
