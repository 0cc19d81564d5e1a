//! Options of detailed targeting besides interests: behaviours, life events, families, industries, employers.
//! A hand-made table of the sandbox; ids only look like Meta's.

use super::places::INTERESTS;

/// The lists of a targeting spec that hold options with an id. Source: `FlexibleTargeting` (v25.0 spec), those of `IDName`.
// spec: FlexibleTargeting fields
pub const CLASSES: &[&str] = &[
    "interests",
    "behaviors",
    "life_events",
    "family_statuses",
    "income",
    "industries",
    "education_schools",
    "education_majors",
    "work_employers",
    "work_positions",
];

/// Class, id, name, category above it.
const OTHERS: &[(&str, &str, &str, &str)] = &[
    ("behaviors", "6002714895372", "Frequent travelers", "Travel"),
    ("behaviors", "6071631541183", "Engaged shoppers", "Purchase behavior"),
    ("behaviors", "6002714898572", "Small business owners", "Digital activities"),
    ("behaviors", "6015559470583", "Lived abroad", "Expats"),
    ("behaviors", "6004386044572", "Facebook access (mobile): iOS devices", "Mobile device user"),
    ("life_events", "6003053984972", "Newly engaged (1 year)", "Life events"),
    ("life_events", "6003050210972", "Newlywed (1 year)", "Life events"),
    ("life_events", "6003054185372", "Recently moved", "Life events"),
    ("life_events", "6005149512172", "New job", "Life events"),
    ("family_statuses", "6002714398372", "Parents (all)", "Parents"),
    ("family_statuses", "6023005372383", "New parents (0-12 months)", "Parents"),
    ("income", "6107813079183", "Household income: top 10% of postal codes", "Financial"),
    ("industries", "6008888980183", "Arts, entertainment and media", "Work"),
    ("industries", "6008888954983", "Education and libraries", "Work"),
    ("education_majors", "668871093201420", "Interior design", "Education"),
    ("education_schools", "105930651606", "University of Lisbon", "Education"),
    ("work_employers", "112068895471690", "Self-employed", "Work"),
    ("work_positions", "109542932398298", "Architect", "Work"),
];

/// One option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detail {
    /// Its list in a targeting spec.
    pub class: &'static str,
    /// Id.
    pub id: &'static str,
    /// Name.
    pub name: &'static str,
    /// The category above it.
    pub topic: &'static str,
}

/// Every option, interests first.
pub fn all() -> impl Iterator<Item = Detail> {
    let interests = INTERESTS.iter().map(|(id, name, topic)| Detail { class: "interests", id, name, topic });
    interests.chain(OTHERS.iter().map(|(class, id, name, topic)| Detail { class, id, name, topic }))
}

/// An option by its class and id.
#[must_use]
pub fn find(class: &str, id: &str) -> Option<Detail> {
    all().find(|detail| detail.class == class && detail.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_has_an_id_of_its_own_and_a_known_class() {
        for detail in all() {
            assert_eq!(all().filter(|other| other.id == detail.id).count(), 1, "{}", detail.name);
            assert!(CLASSES.contains(&detail.class), "{}", detail.name);
        }
    }
}
