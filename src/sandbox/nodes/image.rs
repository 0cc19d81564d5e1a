//! Images of an account's library: multipart files or base64 bytes, found again by their hash.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::edit;
use crate::sandbox::state::{Event, Kind};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// `POST /act_x/adimages`.
///
/// # Errors
/// Code 100 when nothing was sent or it is no picture.
pub fn create(world: &mut World, call: &Call, account: &str) -> Answer {
    // spec: AdAccount POST /adimages
    // spec beyond: name, filename (names of the parts, sent by the Python SDK), execution_options
    call.params.only(&["bytes", "name", "filename", "execution_options"])?;
    let mut files: Vec<(String, Vec<u8>)> = call
        .files
        .iter()
        .map(|file| (if file.file_name.is_empty() { file.name.clone() } else { file.file_name.clone() }, file.bytes.clone()))
        .collect();
    if let Some(text) = call.params.text("bytes") {
        let compact: String = text.split_whitespace().collect();
        let bytes = STANDARD
            .decode(compact.rsplit(',').next().unwrap_or(""))
            .map_err(|_| GraphError::invalid("Param bytes must be base64").blame("bytes"))?;
        files.push((call.params.text("name").unwrap_or_else(|| "bytes".into()), bytes));
    }
    if files.is_empty() {
        return Err(GraphError::required("filename"));
    }
    let mut images = Map::new();
    for (name, bytes) in files {
        images.insert(name.clone(), store(world, call, account, &name, &bytes)?);
    }
    Ok(json!({ "images": images }))
}

fn store(world: &mut World, call: &Call, account: &str, name: &str, bytes: &[u8]) -> Answer {
    let (width, height) = size(bytes, name)?;
    let hash: String = Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let url = format!("https://scontent.sandbox.invalid/{hash}.png");
    let id = format!("{}:{hash}", account.trim_start_matches("act_"));
    let fields = json!({
        "hash": hash, "name": name, "url": url, "permalink_url": url, "url_128": url, "width": width,
        "height": height, "original_width": width, "original_height": height, "status": "ACTIVE",
    });
    if let Value::Object(stored) = fields
        && !exists(world, account, &hash)
        && !call.params.validate_only()?
    {
        let at = world.now();
        let event = if world.state.find(&id, Kind::Image).is_some() {
            // Deleted before: the same picture comes back under its id.
            Event::Update { at, id, set: stored, by: None }
        } else {
            Event::Create { at, id, kind: Kind::Image, account: account.to_owned(), parent: None, fields: stored, by: None }
        };
        world.commit(&event)?;
    }
    Ok(json!({
        "hash": hash, "url": url, "url_128": url, "name": name, "width": width, "height": height,
    }))
}

/// Width and height of a picture.
///
/// # Errors
/// 100/1487411 for what is none.
pub fn size(bytes: &[u8], name: &str) -> Result<(usize, usize), GraphError> {
    let size = imagesize::blob_size(bytes).map_err(|_| {
        let text = format!("{name} is not a picture that can be read (PNG, JPEG, GIF, WebP, BMP).");
        GraphError::blamed("filename", "Invalid image", text).sub(1_487_411)
    })?;
    Ok((size.width, size.height))
}

/// `DELETE /act_x/adimages?hash=`.
///
/// # Errors
/// Code 100 for an unknown hash.
pub fn delete(world: &mut World, call: &Call, account: &str) -> Answer {
    let hash = call.params.required_text("hash")?;
    let id = format!("{}:{hash}", account.trim_start_matches("act_"));
    let object = world
        .state
        .find(&id, Kind::Image)
        .cloned()
        .ok_or_else(|| GraphError::invalid("The image hash does not exist in this ad account").blame("hash"))?;
    let used =
        world.state.of_account(account, Kind::Creative).iter().filter_map(|id| world.state.objects.get(id)).any(|creative| {
            let shows = |field| creative.get(field).is_some_and(|spec| spec.to_string().contains(&hash));
            shows("object_story_spec") || shows("asset_feed_spec")
        });
    if used {
        return Err(GraphError::blamed("hash", "Image is in use", "An image that a creative uses cannot be deleted."));
    }
    let mut set = Map::new();
    set.insert("status".into(), json!("DELETED"));
    edit::update(world, call, &object.id, set)
}

/// Whether an account has an image.
#[must_use]
pub fn exists(world: &World, account: &str, hash: &str) -> bool {
    let id = format!("{}:{hash}", account.trim_start_matches("act_"));
    world.state.find(&id, Kind::Image).is_some_and(|image| image.text("status") != "DELETED")
}
