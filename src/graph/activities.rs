//! The activity log of an ad account: who changed what, and when.
//! Source: Marketing API, "Ad account, activities"; the names of the spec of AdActivity (v25.0). Without `since` Meta tells the last
//! week only.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;
use super::wire;

const FIELDS: [&str; 6] = ["actor_name", "application_name", "event_time", "event_type", "extra_data", "object_id"];
/// Rows of a page.
const PAGE: &str = "500";

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Activity {
    /// Who; `Meta` where Meta did it by itself.
    #[serde(default)]
    pub actor_name: Option<String>,
    /// With which program.
    #[serde(default)]
    pub application_name: Option<String>,
    /// When.
    #[serde(default, deserialize_with = "wire::time")]
    pub event_time: Option<DateTime<Utc>>,
    /// Meta's word, as `update_ad_set_budget`.
    #[serde(default)]
    pub event_type: Option<String>,
    /// What Meta adds, JSON as text.
    #[serde(default)]
    pub extra_data: Option<String>,
    /// The object.
    #[serde(default)]
    pub object_id: Option<String>,
}

impl Client {
    /// What was done in an ad account between two moments, newest first.
    pub fn activities(&self, account: &NodeId, since: DateTime<Utc>, until: DateTime<Utc>) -> Pages<Activity> {
        let params = Params::fields(&FIELDS).time_opt("since", Some(since)).time_opt("until", Some(until)).text("limit", PAGE);
        Pages::new(self, account, "activities", params)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_the_log_is_read_whatever_it_lacks() {
        let text = r#"{"event_time":"2026-11-21T09:30:00+0000","event_type":"update_ad_set_budget","actor_name":"Marta Reis",
            "extra_data":"{\"old_value\":\"5880\",\"new_value\":\"9900\"}","object_id":"12"}"#;
        let read: Activity = serde_json::from_str(text).unwrap();
        assert_eq!((read.actor_name.as_deref(), read.event_time.unwrap().timestamp()), (Some("Marta Reis"), 1_795_253_400));
        let bare: Activity = serde_json::from_str("{}").unwrap();
        assert!(bare.event_time.is_none() && bare.object_id.is_none());
    }
}
