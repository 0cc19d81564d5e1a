//! Placements: which there are, and which need others.

use serde_json::{Map, Value, json};

use super::{items, refused};
use crate::sandbox::placements::{self, PLATFORMS};
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::{as_text, not_one_of};

pub(super) fn check(targeting: &mut Map<String, Value>, v26: bool) -> Result<(), GraphError> {
    let words = |targeting: &Map<String, Value>, name: &str| -> Result<Vec<String>, GraphError> {
        Ok(items(targeting, name)?.iter().map(as_text).collect())
    };
    let platforms = words(targeting, "publisher_platforms")?;
    for (index, platform) in platforms.iter().enumerate() {
        if !PLATFORMS.contains(&platform.as_str()) {
            return Err(not_one_of(&format!("targeting[publisher_platforms][{index}]"), PLATFORMS));
        }
    }
    for device in words(targeting, "device_platforms")? {
        if !matches!(device.as_str(), "mobile" | "desktop") {
            return Err(not_one_of("targeting[device_platforms][0]", &["mobile", "desktop"]));
        }
    }
    for platform in PLATFORMS {
        let field = format!("{platform}_positions");
        let asked = words(targeting, &field)?;
        if !asked.is_empty() && !platforms.is_empty() && !platforms.iter().any(|given| given == platform) {
            return Err(refused(format!("{field} needs {platform} in publisher_platforms.")));
        }
        let known: Vec<&str> = placements::positions(platform).map(|placement| placement.position).collect();
        for (index, position) in asked.iter().enumerate() {
            if !known.contains(&position.as_str()) {
                return Err(not_one_of(&format!("targeting[{field}][{index}]"), &known));
            }
            if position == "video_feeds" {
                return Err(refused("The Facebook video feeds placement is no longer available.").sub(2_490_562));
            }
            if v26 && position == "explore" {
                return Err(refused("The Instagram Explore placement is no longer available; use explore_home."));
            }
        }
        if v26 && *platform == "messenger" && asked.iter().any(|position| position == "story") {
            // v26 drops it without a word.
            let kept: Vec<String> = asked.into_iter().filter(|position| position != "story").collect();
            if kept.is_empty() {
                targeting.remove(&field);
            } else {
                targeting.insert(field, json!(kept));
            }
        }
    }
    combinations(targeting, &platforms)
}

fn combinations(targeting: &Map<String, Value>, platforms: &[String]) -> Result<(), GraphError> {
    let has = |field: &str| targeting.get(field).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let holds = |field: &str, position: &str| {
        targeting.get(field).and_then(Value::as_array).is_some_and(|list| list.iter().any(|value| value == position))
    };
    let on = |platform: &str| platforms.is_empty() || platforms.iter().any(|given| given == platform);
    // A platform without positions has them all.
    let selects = |platform: &str, position: &str| {
        let field = format!("{platform}_positions");
        on(platform) && (!has(&field) || holds(&field, position))
    };
    if platforms == ["audience_network"] {
        return Err(refused("Audience Network cannot be selected alone."));
    }
    for position in ["marketplace", "search", "profile_feed", "notification"] {
        if holds("facebook_positions", position) && !holds("facebook_positions", "feed") {
            return Err(refused(format!("The Facebook placement {position} needs the Facebook feed.")));
        }
    }
    if holds("facebook_positions", "story") && !selects("facebook", "feed") && !selects("instagram", "story") {
        return Err(refused("Facebook Stories needs the Facebook feed or Instagram Stories."));
    }
    if platforms.iter().any(|platform| platform == "threads")
        && !(platforms.iter().any(|platform| platform == "instagram") && selects("instagram", "stream"))
    {
        return Err(refused("Threads needs Instagram and its feed (stream)."));
    }
    for (field, position) in [("whatsapp_positions", "status"), ("messenger_positions", "story")] {
        if holds(field, position) && !selects("instagram", "story") {
            return Err(refused(format!("{field} {position} needs Instagram Stories.")));
        }
    }
    let desktop_only = targeting.get("device_platforms") == Some(&json!(["desktop"]));
    if desktop_only && platforms == ["instagram"] && !holds("instagram_positions", "stream") {
        return Err(refused("Instagram on desktop only reaches no one."));
    }
    if placements::selected(targeting).is_empty() {
        return Err(refused("The placements select nothing."));
    }
    Ok(())
}
