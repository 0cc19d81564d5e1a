//! The learning phase, as `learning_stage_info` tells it.

use serde_json::{Value, json};

use crate::sandbox::insights;
use crate::sandbox::state::Object;
use crate::sandbox::world::World;

/// `learning_stage_info`: LEARNING until 50 results in a week after the last significant change, then SUCCESS;
/// FAIL ("learning limited") when seven days passed without them.
pub fn learning(world: &mut World, object: &Object) -> Option<Value> {
    if object.text("status") != "ACTIVE" {
        return None;
    }
    let significant =
        ["targeting", "optimization_goal", "bid_amount", "daily_budget", "lifetime_budget", "promoted_object", "status"];
    let mut since = object.created();
    for pair in object.versions.windows(2) {
        if let [before, after] = pair
            && significant.iter().any(|name| before.fields.get(*name) != after.fields.get(*name))
        {
            since = after.at;
        }
    }
    let results = insights::results_since(world, object, since);
    let status = if results >= 50 {
        "SUCCESS"
    } else if world.now() - since > 7 * 86_400 {
        "FAIL"
    } else {
        "LEARNING"
    };
    Some(
        json!({ "status": status, "conversions": results, "last_sig_edit_ts": since, "attribution_windows": ["1d_view", "7d_click"] }),
    )
}
