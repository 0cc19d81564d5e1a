//! `/oauth/access_token`: a code, a short-lived token or the app's secret for a token.
//! Source: Facebook Login, "Manually build a login flow: exchanging code", "Long-lived tokens", "App access tokens".

use serde_json::{Value, json};

use super::tokens;
use crate::sandbox::nodes::social::change;
use crate::sandbox::settings::Whose;
use crate::sandbox::state::Kind;
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Answers `/oauth/access_token`, the one edge that needs no token.
///
/// # Errors
/// 101, 191, 1, 100 with 36007 to 36009, or 190, as Meta says what is wrong with a login.
pub fn answer(world: &mut World, call: &Call) -> Answer {
    let params = &call.params;
    params.only(&["client_id", "client_secret", "redirect_uri", "code", "grant_type", "fb_exchange_token", "code_verifier"])?;
    match params.text("client_id") {
        Some(id) if id == world.identity.app_id => {}
        Some(_) => {
            let text = "Error validating application. Cannot get application info due to a system error.";
            return Err(GraphError::new(101, text));
        }
        None => return Err(GraphError::new(101, "Missing client_id parameter.")),
    }
    match params.text("client_secret") {
        Some(secret) if secret == world.identity.app_secret => {}
        Some(_) => return Err(GraphError::new(1, "Error validating client secret.")),
        None => return Err(GraphError::new(1, "Missing client_secret parameter.")),
    }
    match params.text("grant_type").as_deref() {
        None | Some("authorization_code") => code(world, call),
        Some("fb_exchange_token") => exchange(world, call),
        Some("client_credentials") => {
            let token = format!("{}|{}", world.identity.app_id, world.identity.app_secret);
            Ok(json!({ "access_token": token, "token_type": "bearer" }))
        }
        Some(other) => Err(GraphError::invalid(format!("Unknown grant_type {other}")).blame("grant_type")),
    }
}

fn told((token, life): (String, i64)) -> Value {
    json!({ "access_token": token, "token_type": "bearer", "expires_in": life })
}

/// A code is good for one exchange, for a few minutes, with the dialog's own way back.
fn code(world: &mut World, call: &Call) -> Answer {
    let redirect = call.params.text("redirect_uri").ok_or_else(|| GraphError::new(191, "Missing redirect_uri parameter."))?;
    let code = call.params.text("code").ok_or_else(|| GraphError::new(100, "Missing authorization code"))?;
    let login = world.state.find(&code, Kind::LoginCode).cloned();
    let login = login.ok_or_else(|| GraphError::new(100, "Invalid verification code format."))?;
    if login.text("redirect_uri") != redirect {
        let text = "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the \
                    OAuth dialog request";
        return Err(GraphError::new(100, text).sub(36_008));
    }
    if login.get("used").is_some() {
        return Err(GraphError::new(100, "This authorization code has been used.").sub(36_009));
    }
    if login.get("expires_at").and_then(Value::as_i64).unwrap_or(0) <= world.now() {
        return Err(GraphError::new(100, "This authorization code has expired.").sub(36_007));
    }
    change(world, &code, json!({ "used": true }))?;
    let fields = login.versions.last().map(|version| (*version.fields).clone()).unwrap_or_default();
    tokens::issue(world, &fields, false).map(told)
}

/// A valid token of a person for one that lives 60 days.
fn exchange(world: &mut World, call: &Call) -> Answer {
    let text = call.params.required_text("fb_exchange_token")?;
    let token = crate::sandbox::nodes::token::valid(world, &text)?;
    if token.whose != Whose::Person {
        return Err(GraphError::invalid("fb_exchange_token must be a user access token").blame("fb_exchange_token"));
    }
    let fields = match world.state.find(&text, Kind::Token) {
        Some(object) => object.versions.last().map(|version| (*version.fields).clone()).unwrap_or_default(),
        None => return Ok(json!({ "access_token": text, "token_type": "bearer" })),
    };
    tokens::issue(world, &fields, true).map(told)
}
