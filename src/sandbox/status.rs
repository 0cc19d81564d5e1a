//! Effective status: what an object's own status becomes under its parents and under review.
//! Review is a function of the ad's versions and the time, so nothing has to happen for it to pass.

use serde_json::{Value, json};

use super::num;
use super::state::{Kind, Object, State};

/// Words that make the review refuse an ad, so that refusals can be tried.
const REFUSED_WORDS: &str = "reject me";

/// How the review of an ad stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    /// Not decided yet.
    Pending,
    /// May deliver.
    Approved,
    /// Refused.
    Disapproved,
}

/// When the review of the ad's creative at a moment ends, in unix seconds: 6 to 30 simulated minutes after it came.
#[must_use]
pub fn review_ends(seed: u64, ad: &Object, moment: i64) -> i64 {
    let mut since = ad.created();
    let mut creative = String::new();
    for version in ad.versions.iter().filter(|version| version.at <= moment) {
        let given = version.fields.get("creative_id").and_then(Value::as_str).unwrap_or("");
        if given != creative {
            creative = given.to_owned();
            since = version.at;
        }
    }
    let wait = num::hash(seed, &[0x4E71, num::hash_text(&ad.id)]) % 1_440;
    since + 360 + i64::try_from(wait).unwrap_or(0)
}

fn refused(state: &State, ad: &Object, moment: i64) -> bool {
    let creative = state.objects.get(ad.text_at("creative_id", moment));
    let says = |value: &Value| value.to_string().to_lowercase().contains(REFUSED_WORDS);
    creative.is_some_and(|creative| {
        ["object_story_spec", "asset_feed_spec", "name", "title", "body"].iter().any(|name| creative.get(name).is_some_and(says))
    })
}

/// The review of an ad at a moment.
#[must_use]
pub fn review(state: &State, ad: &Object, moment: i64) -> Review {
    if moment < review_ends(state.seed, ad, moment) {
        Review::Pending
    } else if refused(state, ad, moment) {
        Review::Disapproved
    } else {
        Review::Approved
    }
}

/// `ad_review_feedback` of a refused ad.
#[must_use]
pub fn feedback() -> Value {
    json!({ "global": {
        "Unacceptable Business Practices": "The sandbox refuses ads whose text contains the words \"reject me\"."
    }})
}

/// Effective status of a campaign, ad set, ad or creative now.
#[must_use]
pub fn effective(state: &State, object: &Object, now: i64) -> &'static str {
    let own = object.text("status");
    let parent = state.parent_of(object);
    let grandparent = parent.and_then(|parent| state.parent_of(parent));
    for gone in ["DELETED", "ARCHIVED"] {
        let above = [parent, grandparent].into_iter().flatten();
        if own == gone || above.into_iter().any(|object| object.text("status") == gone) {
            return if gone == "DELETED" { "DELETED" } else { "ARCHIVED" };
        }
    }
    if object.kind == Kind::Ad {
        match review(state, object, now) {
            Review::Pending => return "PENDING_REVIEW",
            Review::Disapproved => return "DISAPPROVED",
            Review::Approved => {}
        }
    }
    let paused = |object: Option<&Object>| object.is_some_and(|object| object.text("status") == "PAUSED");
    if own == "PAUSED" {
        "PAUSED"
    } else if object.kind == Kind::AdSet && paused(parent) || object.kind == Kind::Ad && paused(grandparent) {
        "CAMPAIGN_PAUSED"
    } else if object.kind == Kind::Ad && paused(parent) {
        "ADSET_PAUSED"
    } else {
        "ACTIVE"
    }
}

/// The end (unix seconds) of what is switched on: the latest end of an ad whose whole chain is ACTIVE,
/// `i64::MAX` for an open end, `None` when nothing is on. A refused ad counts until its review ends.
#[must_use]
pub fn active_until(state: &State) -> Option<i64> {
    state
        .objects
        .values()
        .filter(|object| object.kind == Kind::Ad && object.text("status") == "ACTIVE")
        .filter_map(|ad| {
            let ad_set = state.parent_of(ad)?;
            let campaign = state.parent_of(ad_set)?;
            if ad_set.text("status") != "ACTIVE" || campaign.text("status") != "ACTIVE" {
                return None;
            }
            let end = |object: &Object, name: &str| object.get(name).and_then(Value::as_i64).unwrap_or(i64::MAX);
            let flight = end(ad_set, "end_time").min(end(campaign, "stop_time"));
            if refused(state, ad, i64::MAX) {
                return Some(flight.min(review_ends(state.seed, ad, i64::MAX)));
            }
            Some(flight)
        })
        .max()
}

/// Delivery as Ads Manager words it, which clients filter by (`ad.delivery_info`): a word for what the effective status
/// says, or for a time frame that has not begun or is over.
#[must_use]
pub fn delivery_info(state: &State, object: &Object, now: i64) -> &'static str {
    match effective(state, object, now) {
        "DELETED" => "deleted",
        "ARCHIVED" => "archived",
        "PENDING_REVIEW" | "IN_PROCESS" => "pending_review",
        "DISAPPROVED" => "rejected",
        "ACTIVE" => {
            let moment = |name: &str| object.get(name).and_then(Value::as_i64);
            if moment("start_time").is_some_and(|start| start > now) {
                "scheduled"
            } else if moment("end_time").or_else(|| moment("stop_time")).is_some_and(|end| end <= now) {
                "completed"
            } else {
                "active"
            }
        }
        _ => "inactive",
    }
}
