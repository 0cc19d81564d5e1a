//! Interests, behaviours and custom audiences, and what special ad categories leave of them.

use std::collections::BTreeMap;

use super::Reader;
use crate::domain::audience::{CustomAudience, Detail, MOST_CUSTOM, MOST_DETAILS, MOST_GROUPS, Segment, SpecialCategory};
use crate::domain::dictionary;

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
            self.invalid.add(DETAILS, dictionary::details_too_many(MOST_DETAILS));
            return None;
        }
        let mut groups: BTreeMap<u32, Vec<Detail>> = BTreeMap::new();
        for typed in &self.form.details {
            let (name, id) = (typed.name.trim(), typed.id.trim());
            let (Some(segment), Ok(group), true) = (Segment::parse(&typed.segment), typed.group.trim().parse(), is_id(id)) else {
                self.invalid.add(DETAILS, dictionary::detail_not_chosen(name));
                return None;
            };
            if let Some(category) = limited
                && !segment.is_open_to_limited()
            {
                self.invalid.add(DETAILS, dictionary::special_interests_only(category.label(), name));
                return None;
            }
            let group = groups.entry(group).or_default();
            if !group.iter().any(|known| known.segment == segment && known.id == id) {
                group.push(Detail { segment, id: id.to_owned(), name: name.to_owned() });
            }
        }
        if groups.len() > MOST_GROUPS {
            self.invalid.add(DETAILS, dictionary::detail_groups_too_many(MOST_GROUPS));
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
            self.invalid.add(CUSTOM, dictionary::custom_too_many(MOST_CUSTOM));
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
                self.invalid.add(CUSTOM, dictionary::custom_not_chosen(name));
                return None;
            };
            if side.iter().all(|known| known.id != id) {
                let is_lookalike = typed.kind.trim() == "lookalike";
                side.push(CustomAudience { id: id.to_owned(), name: name.to_owned(), is_lookalike });
            }
        }
        if let Some(both) = included.iter().find(|one| excluded.iter().any(|other| other.id == one.id)) {
            self.invalid.add(CUSTOM, dictionary::custom_both_sides(&both.name));
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
            self.invalid.add(CUSTOM, dictionary::special_no_exclusion(label, &first.name));
            return None;
        }
        if let Some(like) = included.iter().find(|audience| audience.is_lookalike) {
            self.invalid.add(CUSTOM, dictionary::special_no_lookalike(label, &like.name));
            return None;
        }
        Some(())
    }
}
