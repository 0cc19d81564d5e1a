//! What people do on the Page and the Instagram account, on demand: `/_sandbox/people` lets one comment or write a message.

use serde::Deserialize;
use serde_json::{Value, json};

use super::control::{Refusal, parse};
use super::nodes::conversation_threads::{self, Platform};
use super::nodes::{instagram_comments, page_comments, social};
use super::state::Kind;
use super::wire::errors::GraphError;
use super::world::World;

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Act {
    /// Comments on a post, a photo, Instagram media or a comment.
    Comment { on: String, from: String, message: String },
    /// Writes to the Page.
    Message { platform: Platform, from: String, text: String },
}

/// Lets a person do something and says what came of it.
pub(super) fn act(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    let refused = |error: GraphError| (if error.status == 503 { 503 } else { 400 }, error.message);
    match parse(body)? {
        Act::Comment { on, from, message } => {
            social::uncover(world, &on).map_err(refused)?;
            let object = world.state.objects.get(&on).filter(|object| social::is_there(object)).cloned();
            let object = object.ok_or_else(|| (404, format!("There is no object {on}.")))?;
            let id = match object.kind {
                Kind::Post | Kind::Photo | Kind::Comment => {
                    let person = conversation_threads::scoped_id(world, Platform::Messenger, &from);
                    page_comments::add(world, &object, &person, &from, &message, None)
                }
                Kind::InstagramMedia | Kind::InstagramComment => {
                    let person = conversation_threads::scoped_id(world, Platform::Instagram, &from);
                    instagram_comments::add(world, &object, &person, &from, &message)
                }
                _ => return Err((400, format!("Nobody can comment on {on}."))),
            };
            Ok(json!({ "id": id.map_err(refused)? }))
        }
        Act::Message { platform, from, text } => {
            let person = conversation_threads::scoped_id(world, platform, &from);
            let thread = conversation_threads::open(world, platform, &person, &from).map_err(refused)?;
            let id = conversation_threads::say(world, &thread, &person, Some(&text), None).map_err(refused)?;
            Ok(json!({ "id": id, "conversation_id": thread, "user_id": person }))
        }
    }
}
