//! The learning phase, as `learning_stage_info` tells it.

use serde_json::{Value, json};

use crate::sandbox::delivery::learning::{DAYS, last_edit};
use crate::sandbox::insights;
use crate::sandbox::state::Object;
use crate::sandbox::world::World;

/// `learning_stage_info`: LEARNING until about 50 results in a week after the last significant edit, then SUCCESS;
/// FAIL ("learning limited") when seven days passed without them. It is the phase that delivery itself goes through;
/// `conversions` are the results of the last week as they are known by now.
pub fn learning(world: &mut World, object: &Object) -> Option<Value> {
    if object.text("status") != "ACTIVE" {
        return None;
    }
    let now = world.now();
    let since = last_edit(object, now);
    let seeded = world.identity.account(&object.account)?;
    let ended = world.engine.stage(&world.state, object, seeded, now).ended;
    let results = insights::results_since(world, object, since);
    let status = if ended {
        "SUCCESS"
    } else if now - since > DAYS as i64 * 86_400 {
        "FAIL"
    } else {
        "LEARNING"
    };
    Some(
        json!({ "status": status, "conversions": results, "last_sig_edit_ts": since, "attribution_windows": ["1d_view", "7d_click"] }),
    )
}
