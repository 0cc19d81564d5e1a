//! `/_sandbox/clock`: steps, jumps to a date, and the running speed.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refusal, now, parse};
use crate::sandbox::clock::Speed;
use crate::sandbox::wire::params::parse_moment;
use crate::sandbox::world::World;

/// Most days that one call may step.
const MOST_DAYS: i64 = 3_660;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(default)]
    advance_days: i64,
    #[serde(default)]
    advance_hours: i64,
    #[serde(default)]
    advance_minutes: i64,
    /// A date or time still to come; without an offset in UTC.
    to: Option<String>,
    /// `off`, or real seconds for a simulated day.
    speed: Option<Value>,
}

/// Where the clock stands and how it runs.
pub fn tell(world: &mut World) -> Value {
    let speed = match world.speed() {
        Speed::Off => json!("off"),
        Speed::RealSecondsPerDay(seconds) => json!(seconds),
    };
    json!({ "now": now(world), "running": world.running(), "speed": speed })
}

/// Changes speed, steps or jumps; an empty body only tells.
pub fn set(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    if body.is_empty() {
        return Ok(tell(world));
    }
    let change: Change = parse(body)?;
    let speed = change.speed.as_ref().map(speed).transpose()?;
    let stepped = [(change.advance_days, 1_440), (change.advance_hours, 60), (change.advance_minutes, 1)]
        .iter()
        .try_fold(0_i64, |sum, (count, minutes)| {
            (*count >= 0).then_some(())?;
            sum.checked_add(count.checked_mul(*minutes)?)
        })
        .and_then(|minutes| minutes.checked_mul(60));
    let jumped = match &change.to {
        None => Some(0),
        Some(text) => {
            let moment = parse_moment(text, chrono_tz::UTC).ok_or_else(|| (400, format!("{text} is no date or time.")))?;
            Some(moment - world.now()).filter(|seconds| *seconds >= 0)
        }
    };
    let seconds = stepped
        .zip(jumped)
        .and_then(|(stepped, jumped)| stepped.checked_add(jumped))
        .filter(|seconds| *seconds <= MOST_DAYS * 86_400)
        .ok_or_else(|| (400, format!("The clock steps forward only, at most {MOST_DAYS} days at once.")))?;
    if seconds > 0 {
        world.step(seconds).map_err(|error| (503, error.message))?;
    }
    if let Some(speed) = speed {
        world.set_speed(speed);
    }
    Ok(tell(world))
}

fn speed(value: &Value) -> Result<Speed, Refusal> {
    match value {
        Value::String(text) if text == "off" => Ok(Speed::Off),
        value => match value.as_u64().and_then(|seconds| u32::try_from(seconds).ok()) {
            Some(0) => Ok(Speed::Off),
            Some(seconds) => Ok(Speed::RealSecondsPerDay(seconds)),
            None => Err((400, "speed is \"off\", or whole real seconds for a simulated day.".into())),
        },
    }
}
