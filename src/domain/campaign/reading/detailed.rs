//! Interests, behaviours and custom audiences, and what special ad categories leave of them.

use std::collections::BTreeMap;

use super::Reader;
use crate::domain::audience::{CustomAudience, Detail, MOST_CUSTOM, MOST_DETAILS, MOST_GROUPS, Segment, SpecialCategory};

/// The field of interests and behaviours on the page.
const DETAILS: &str = "details";
/// The field of custom audiences on the page.
const CUSTOM: &str = "custom";

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 32 && text.bytes().all(|b| b.is_ascii_digit())
}

impl Reader<'_> {
    /// Groups in the order of their numbers; `limited` is the category whose limits hold.
    pub(super) fn details(&mut self, limited: Option<SpecialCategory>) -> Option<Vec<Vec<Detail>>> {
        if self.form.details.len() > MOST_DETAILS {
            self.invalid.add(DETAILS, format!("At most {MOST_DETAILS} interests and behaviours; take some out."));
            return None;
        }
        let mut groups: BTreeMap<u32, Vec<Detail>> = BTreeMap::new();
        for typed in &self.form.details {
            let (name, id) = (typed.name.trim(), typed.id.trim());
            let (Some(segment), Ok(group), true) = (Segment::parse(&typed.segment), typed.group.trim().parse(), is_id(id)) else {
                self.invalid.add(DETAILS, format!("“{name}” was not chosen from the search; look for it again."));
                return None;
            };
            if let Some(category) = limited
                && !segment.is_open_to_limited()
            {
                let message = format!("{}: Meta lets these ads use interests only; take “{name}” out.", category.label());
                self.invalid.add(DETAILS, message);
                return None;
            }
            let group = groups.entry(group).or_default();
            if !group.iter().any(|known| known.segment == segment && known.id == id) {
                group.push(Detail { segment, id: id.to_owned(), name: name.to_owned() });
            }
        }
        if groups.len() > MOST_GROUPS {
            self.invalid.add(DETAILS, format!("At most {MOST_GROUPS} groups must match; join some."));
            return None;
        }
        Some(groups.into_values().collect())
    }

    /// Those to be in and those to be in none of.
    pub(super) fn custom_audiences(
        &mut self,
        limited: Option<SpecialCategory>,
    ) -> Option<(Vec<CustomAudience>, Vec<CustomAudience>)> {
        if self.form.custom.len() > MOST_CUSTOM {
            self.invalid.add(CUSTOM, format!("At most {MOST_CUSTOM} custom audiences; take some out."));
            return None;
        }
        let (mut included, mut excluded): (Vec<CustomAudience>, Vec<CustomAudience>) = Default::default();
        for typed in &self.form.custom {
            let (name, id) = (typed.name.trim(), typed.id.trim());
            let side = match typed.side.trim() {
                "include" => Some(&mut included),
                "exclude" => Some(&mut excluded),
                _ => None,
            };
            let Some(side) = side.filter(|_| is_id(id)) else {
                self.invalid.add(CUSTOM, format!("“{name}” was not chosen from the ad account’s audiences; look for it again."));
                return None;
            };
            if side.iter().all(|known| known.id != id) {
                let is_lookalike = typed.kind.trim() == "lookalike";
                side.push(CustomAudience { id: id.to_owned(), name: name.to_owned(), is_lookalike });
            }
        }
        if let Some(both) = included.iter().find(|one| excluded.iter().any(|other| other.id == one.id)) {
            self.invalid.add(CUSTOM, format!("“{}” cannot be both included and left out; choose one.", both.name));
            return None;
        }
        if let Some(category) = limited {
            self.custom_limits(category, &included, &excluded)?;
        }
        Some((included, excluded))
    }

    /// Source: Meta, "Audiences for housing, employment or financial products and services campaigns".
    fn custom_limits(
        &mut self,
        category: SpecialCategory,
        included: &[CustomAudience],
        excluded: &[CustomAudience],
    ) -> Option<()> {
        let label = category.label();
        if let Some(first) = excluded.first() {
            let message = format!("{label}: Meta lets these ads leave no audience out; take “{}” out of the list.", first.name);
            self.invalid.add(CUSTOM, message);
            return None;
        }
        if let Some(like) = included.iter().find(|audience| audience.is_lookalike) {
            let message = format!("{label}: Meta lets these ads use no lookalikes; take “{}” out.", like.name);
            self.invalid.add(CUSTOM, message);
            return None;
        }
        Some(())
    }
}
