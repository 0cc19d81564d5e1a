//! Where the people of a country live: its time zone and its regions, as the breakdowns by region and by the audience's own
//! hour tell them. A hand-made table; names follow the forms that insights use, shares are rounded.

use chrono::{Offset, TimeZone};
use chrono_tz::Tz;

/// What is known of a country besides its people.
#[derive(Debug)]
pub struct Country {
    /// Two letters.
    pub code: &'static str,
    /// The zone in which most of its people live.
    pub zone: Tz,
    /// Regions with their part of the people outside the cities of the table of places, in any unit.
    pub regions: &'static [(&'static str, u32)],
}

macro_rules! country {
    ($code:literal, $zone:ident :: $city:ident, $($region:literal $share:literal),+) => {
        Country { code: $code, zone: chrono_tz::$zone::$city, regions: &[$(($region, $share)),+] }
    };
}

const COUNTRIES: &[Country] = &[
    country!("PT", Europe::Lisbon, "Setúbal District" 18, "Aveiro District" 15, "Leiria District" 10, "Santarém District" 9, "Viseu District" 8, "Braga District" 9, "Porto District" 6, "Faro District" 5, "Madeira" 2, "Azores" 5, "Lisbon District" 4, "Coimbra District" 3, "Évora District" 3, "Viana do Castelo District" 3),
    country!("ES", Europe::Madrid, "Andalusia" 21, "Catalonia" 8, "Galicia" 9, "Castile and León" 8, "Basque Country" 7, "Canary Islands" 7, "Castilla-La Mancha" 7, "Valencian Community" 11, "Region of Murcia" 5, "Aragon" 4, "Extremadura" 4, "Balearic Islands" 4, "Asturias" 3, "Community of Madrid" 2),
    country!("FR", Europe::Paris, "Auvergne-Rhone-Alpes" 11, "Nouvelle-Aquitaine" 11, "Occitanie" 11, "Hauts-de-France" 11, "Grand Est" 10, "Provence-Alpes-Cote d'Azur" 6, "Pays de la Loire" 7, "Brittany" 6, "Normandy" 6, "Bourgogne-Franche-Comte" 5, "Centre-Val de Loire" 5, "Ile-de-France" 2),
    country!("IT", Europe::Rome, "Lombardy" 11, "Veneto" 11, "Sicily" 11, "Emilia-Romagna" 10, "Piedmont" 10, "Puglia" 9, "Tuscany" 8, "Campania" 6, "Calabria" 4, "Sardinia" 4, "Lazio" 3, "Liguria" 3, "Marche" 3),
    country!("DE", Europe::Berlin, "North Rhine-Westphalia" 22, "Bavaria" 14, "Baden-Württemberg" 15, "Lower Saxony" 11, "Hesse" 9, "Rhineland-Palatinate" 6, "Saxony" 6, "Schleswig-Holstein" 4, "Brandenburg" 4, "Saxony-Anhalt" 3, "Thuringia" 3, "Mecklenburg-Western Pomerania" 2),
    country!("AT", Europe::Vienna, "Lower Austria" 27, "Upper Austria" 24, "Styria" 20, "Tyrol" 12, "Carinthia" 9, "Salzburg" 8),
    country!("BE", Europe::Brussels, "Flanders" 64, "Wallonia" 36),
    country!("NL", Europe::Amsterdam, "South Holland" 25, "North Brabant" 17, "Gelderland" 14, "Utrecht" 9, "North Holland" 4, "Overijssel" 8, "Limburg" 8),
    country!("LU", Europe::Luxembourg, "Luxembourg" 1),
    country!("IE", Europe::Dublin, "Munster" 38, "Leinster" 40, "Connacht" 15, "Ulster" 7),
    country!("DK", Europe::Copenhagen, "Central Denmark Region" 33, "Region of Southern Denmark" 30, "North Denmark Region" 15, "Region Zealand" 21),
    country!("SE", Europe::Stockholm, "Västra Götaland County" 22, "Skåne County" 17, "Uppsala County" 5, "Östergötland County" 6),
    country!("FI", Europe::Helsinki, "Uusimaa" 31, "Pirkanmaa" 10, "Southwest Finland" 9),
    country!("PL", Europe::Warsaw, "Masovian" 14, "Silesian Voivodeship" 12, "Greater Poland Voivodeship" 9, "Lesser Poland Voivodeship" 9, "Lower Silesian Voivodeship" 8),
    country!("CZ", Europe::Prague, "Prague" 13, "Central Bohemian Region" 13, "South Moravian Region" 11, "Moravian-Silesian Region" 11),
    country!("SK", Europe::Bratislava, "Prešov Region" 15, "Košice Region" 14, "Bratislava Region" 13),
    country!("HU", Europe::Budapest, "Budapest" 18, "Pest County" 14),
    country!("RO", Europe::Bucharest, "Bucharest" 9, "Iași County" 4, "Cluj County" 4),
    country!("BG", Europe::Sofia, "Sofia" 19, "Plovdiv Province" 9, "Varna Province" 7),
    country!("GR", Europe::Athens, "Attica" 36, "Central Macedonia" 17, "Crete" 6),
    country!("HR", Europe::Zagreb, "Zagreb" 20, "Split-Dalmatia County" 11),
    country!("SI", Europe::Ljubljana, "Ljubljana" 14, "Maribor" 5),
    country!("EE", Europe::Tallinn, "Harju County" 46, "Tartu County" 12),
    country!("LV", Europe::Riga, "Riga" 33, "Daugavpils" 4),
    country!("LT", Europe::Vilnius, "Vilnius County" 30, "Kaunas County" 20),
    country!("CY", Asia::Nicosia, "Nicosia" 39, "Limassol" 28),
    country!("MT", Europe::Malta, "Malta" 1),
    country!("GB", Europe::London, "England" 80, "Scotland" 11, "Wales" 6, "Northern Ireland" 4),
    country!("CH", Europe::Zurich, "Canton of Zürich" 18, "Canton of Bern" 12, "Vaud" 9, "Canton of Geneva" 6),
    country!("NO", Europe::Oslo, "Oslo" 13, "Viken" 23, "Vestland" 12),
    country!("IS", Atlantic::Reykjavik, "Capital Region" 64, "Southern Region" 9),
    country!("US", America::New_York, "California" 22, "Texas" 18, "Florida" 14, "New York" 8, "Pennsylvania" 8, "Illinois" 7, "Ohio" 7, "Georgia" 7, "North Carolina" 7, "Michigan" 6, "Washington" 5),
    country!("CA", America::Toronto, "Ontario" 39, "Quebec" 23, "British Columbia" 13, "Alberta" 12),
    country!("MX", America::Mexico_City, "State of Mexico" 13, "Mexico City" 7, "Jalisco" 7, "Nuevo León" 5),
    country!("BR", America::Sao_Paulo, "Sao Paulo" 22, "Minas Gerais" 10, "Rio de Janeiro" 8, "Bahia" 7),
    country!("AR", America::Buenos_Aires, "Buenos Aires Province" 38, "Córdoba Province" 8, "Santa Fe Province" 8),
    country!("CL", America::Santiago, "Santiago Metropolitan Region" 40, "Valparaíso Region" 10),
    country!("CO", America::Bogota, "Bogotá" 16, "Antioquia" 13, "Valle del Cauca" 9),
    country!("AU", Australia::Sydney, "New South Wales" 31, "Victoria" 26, "Queensland" 20, "Western Australia" 11),
    country!("NZ", Pacific::Auckland, "Auckland Region" 33, "Canterbury" 13, "Wellington Region" 11),
    country!("JP", Asia::Tokyo, "Tokyo" 11, "Kanagawa Prefecture" 7, "Osaka Prefecture" 7, "Aichi Prefecture" 6),
    country!("KR", Asia::Seoul, "Gyeonggi-do" 26, "Seoul" 18, "Busan" 7),
    country!("TW", Asia::Taipei, "New Taipei City" 17, "Taichung" 12, "Kaohsiung" 12, "Taipei City" 11),
    country!("SG", Asia::Singapore, "Singapore" 1),
    country!("IN", Asia::Kolkata, "Uttar Pradesh" 17, "Maharashtra" 9, "Bihar" 9, "Karnataka" 5),
    country!("ID", Asia::Jakarta, "West Java" 18, "East Java" 15, "Central Java" 14, "Jakarta" 4),
    country!("PH", Asia::Manila, "Calabarzon" 15, "Metro Manila" 12, "Central Luzon" 11),
    country!("TH", Asia::Bangkok, "Bangkok" 8, "Chon Buri" 2),
    country!("VN", Asia::Ho_Chi_Minh, "Ho Chi Minh City" 9, "Hanoi" 9),
    country!("TR", Europe::Istanbul, "Istanbul Province" 19, "Ankara Province" 7, "Izmir Province" 5),
    country!("IL", Asia::Jerusalem, "Central District" 25, "Tel Aviv District" 15),
    country!("AE", Asia::Dubai, "Dubai" 36, "Abu Dhabi" 35, "Sharjah" 17),
    country!("ZA", Africa::Johannesburg, "Gauteng" 26, "KwaZulu-Natal" 19, "Western Cape" 12),
    country!("NG", Africa::Lagos, "Lagos" 7, "Kano" 7),
    country!("EG", Africa::Cairo, "Cairo Governorate" 10, "Giza Governorate" 9),
    country!("MA", Africa::Casablanca, "Casablanca-Settat" 20, "Rabat-Salé-Kénitra" 13),
    country!("AO", Africa::Luanda, "Luanda Province" 27, "Huila Province" 9),
    country!("CV", Atlantic::Cape_Verde, "Santiago" 56, "São Vicente" 15),
    country!("MZ", Africa::Maputo, "Nampula Province" 20, "Zambezia Province" 18, "Maputo Province" 7),
    country!("UA", Europe::Kyiv, "Kyiv" 8, "Dnipropetrovsk Oblast" 8),
];

/// What is known of a country.
#[must_use]
pub fn country(code: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.code == code)
}

/// By how many hours the clocks of a country are ahead of an account's at a moment, whole hours, 0 to 23.
#[must_use]
pub fn hours_ahead(code: &str, account: Tz, moment: i64) -> usize {
    let offset = |zone: Tz| zone.timestamp_opt(moment, 0).earliest().map_or(0, |moment| moment.offset().fix().local_minus_utc());
    let ahead = country(code).map_or(0, |country| offset(country.zone) - offset(account));
    usize::try_from((ahead.div_euclid(3_600)).rem_euclid(24)).unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::sandbox::places::PLACES;

    #[test]
    fn every_country_of_the_table_of_places_has_a_zone_and_regions() {
        for place in PLACES {
            assert!(country(place.country).is_some_and(|known| !known.regions.is_empty()), "{}", place.country);
        }
    }

    #[test]
    fn clocks_differ_by_whole_hours_either_way() {
        let lisbon = country("PT").unwrap().zone;
        assert_eq!(hours_ahead("PT", lisbon, 1_793_610_000), 0);
        assert_eq!(hours_ahead("ES", lisbon, 1_793_610_000), 1);
        assert_eq!(hours_ahead("US", lisbon, 1_793_610_000), 19);
    }
}
