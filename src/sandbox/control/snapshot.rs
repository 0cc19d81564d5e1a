//! `/_sandbox/snapshot` and `/_sandbox/restore`: the whole world as one JSON text, and back.

use super::{Refusal, parse};
use crate::sandbox::world::{Image, World};
use serde_json::Value;

/// Everything that later answers follow from: objects, clock, faults, tokens, limits, count of calls.
pub fn take(world: &World) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(&world.image()).map_err(|error| (503, format!("The snapshot cannot be written: {error}")))
}

/// Puts a snapshot in the place of what is there. All or nothing; the clock may go back.
pub fn restore(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    let image: Image<'static> = parse(body)?;
    if image.format != Image::FORMAT {
        return Err((400, format!("The snapshot is of format {}; this sandbox reads {}.", image.format, Image::FORMAT)));
    }
    if image.state.seed != world.state.seed {
        // Ids and tokens of the business follow the seed.
        return Err((409, format!("The snapshot is of seed {}, this sandbox of {}.", image.state.seed, world.state.seed)));
    }
    world.restore(image).map_err(|error| (503, error.message))?;
    Ok(super::clock::tell(world))
}
