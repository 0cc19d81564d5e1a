//! Which of Meta's overlapping action types is an ad set's result.
//!
//! `purchase`, `omni_purchase` and the pixel's purchase tell of the same event, so exactly one type is read: the first of the
//! list that the row has. Source: Marketing API, "Insights, actions"; the goal decides, as in Ads Manager's "Results".

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::domain::money::micros;
use crate::graph::{ActionValue, AdSet, InsightsRow};

/// A kind of result and the action types that report it, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// The word in tables and links.
    pub word: &'static str,
    types: &'static [&'static str],
}

/// What an ad set's results are; `None` where its goal counts nothing that can be added (reach, impressions) or is not known.
pub(super) fn kind_of(ad_set: &AdSet) -> Option<Kind> {
    let kind = |word, types| Some(Kind { word, types });
    let event = ad_set.promoted_object.as_ref().and_then(|object| object.custom_event_type.as_deref());
    match (ad_set.optimization_goal.as_deref()?, event) {
        ("LINK_CLICKS", _) => kind("link_click", &["link_click"]),
        ("LANDING_PAGE_VIEWS", _) => kind("landing_page_view", &["landing_page_view", "omni_landing_page_view"]),
        ("LEAD_GENERATION" | "QUALITY_LEAD", _) => kind("lead", &["onsite_conversion.lead_grouped", "lead"]),
        ("POST_ENGAGEMENT", _) => kind("post_engagement", &["post_engagement"]),
        ("PAGE_LIKES", _) => kind("like", &["like"]),
        ("OFFSITE_CONVERSIONS" | "VALUE", Some(event)) => of_event(event),
        _ => None,
    }
}

fn of_event(event: &str) -> Option<Kind> {
    let (word, types): (_, &'static [&'static str]) = match event {
        "PURCHASE" => ("purchase", &["offsite_conversion.fb_pixel_purchase", "purchase", "omni_purchase"]),
        "LEAD" => ("lead", &["offsite_conversion.fb_pixel_lead", "lead"]),
        "ADD_TO_CART" => ("add_to_cart", &["offsite_conversion.fb_pixel_add_to_cart", "add_to_cart", "omni_add_to_cart"]),
        "INITIATED_CHECKOUT" => (
            "initiate_checkout",
            &["offsite_conversion.fb_pixel_initiate_checkout", "initiate_checkout", "omni_initiated_checkout"],
        ),
        "COMPLETE_REGISTRATION" => (
            "complete_registration",
            &["offsite_conversion.fb_pixel_complete_registration", "complete_registration", "omni_complete_registration"],
        ),
        "SUBSCRIBE" => ("subscribe", &["offsite_conversion.fb_pixel_subscribe", "subscribe_total", "subscribe"]),
        "START_TRIAL" => ("start_trial", &["offsite_conversion.fb_pixel_start_trial", "start_trial_total", "start_trial"]),
        "CONTACT" => ("contact", &["offsite_conversion.fb_pixel_contact", "contact_total", "contact"]),
        "SUBMIT_APPLICATION" => {
            ("submit_application", &["offsite_conversion.fb_pixel_submit_application", "submit_application_total"])
        }
        "SCHEDULE" => ("schedule", &["offsite_conversion.fb_pixel_schedule", "schedule_total", "schedule"]),
        _ => return None,
    };
    Some(Kind { word, types })
}

impl Kind {
    /// How many results a row has: an action that is left out happened not once, because `actions` was asked for.
    pub(super) fn results(self, row: &InsightsRow) -> Option<i64> {
        match self.pick(&row.actions) {
            Some(value) => value.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven).to_i64(),
            None => Some(0),
        }
    }

    /// What they were worth, micros; `None` where the report does not say.
    pub(super) fn value_micros(self, row: &InsightsRow) -> Option<i64> {
        self.pick(&row.action_values).and_then(micros)
    }

    fn pick(self, values: &[ActionValue]) -> Option<Decimal> {
        let own = |wanted: &&str| values.iter().find(|v| v.window == "default" && v.kind == **wanted).map(|v| v.value);
        self.types.iter().find_map(own)
    }
}

/// Meta's `7d_click_1d_view` as `7d_click,1d_view`; empty where the setting is not said.
pub(super) fn attribution(setting: Option<&str>) -> String {
    let mut out = String::new();
    for part in setting.unwrap_or_default().split('_').filter(|part| !part.is_empty()) {
        let starts_window =
            part.strip_suffix('d').is_some_and(|days| !days.is_empty() && days.bytes().all(|b| b.is_ascii_digit()));
        if !out.is_empty() {
            out.push(if starts_window { ',' } else { '_' });
        }
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_actions_are_never_added() {
        let action =
            |kind: &str, value: i64| ActionValue { kind: kind.to_owned(), window: "default".to_owned(), value: value.into() };
        let kind = of_event("PURCHASE").map(|kind| {
            let both = [action("omni_purchase", 4), action("offsite_conversion.fb_pixel_purchase", 3), action("purchase", 4)];
            (kind.word, kind.pick(&both), kind.pick(&both[..1]), kind.pick(&[]))
        });
        assert_eq!(kind, Some(("purchase", Some(Decimal::from(3)), Some(Decimal::from(4)), None)));
    }

    #[test]
    fn a_setting_of_two_windows_is_split_where_a_window_begins() {
        assert_eq!(attribution(Some("7d_click_1d_view")), "7d_click,1d_view");
        assert_eq!(attribution(Some("1d_click")), "1d_click");
        assert_eq!(attribution(Some("7d_click_1d_engaged_view")), "7d_click,1d_engaged_view");
        assert_eq!(attribution(None), "");
    }
}
