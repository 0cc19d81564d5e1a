//! Tokens: who is calling, `debug_token` and permissions.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::listing;
use crate::sandbox::auth::tokens;
use crate::sandbox::settings::{Token, Whose};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::request::{Call, Method};
use crate::sandbox::world::World;

/// The scopes that the seeded token was granted.
// spec: none (permissions, "Permissions Reference")
pub const SCOPES: &[&str] = &[
    "ads_management",
    "ads_read",
    "business_management",
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_posts",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
    "pages_read_user_content",
    "pages_manage_ads",
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_comments",
    "instagram_manage_messages",
    "instagram_manage_insights",
    "catalog_management",
    "leads_retrieval",
];

/// `appsecret_proof` of a token: HMAC-SHA256 in lower-case hex ("Secure Graph API Calls").
#[must_use]
pub fn proof(secret: &str, token: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(token.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Accepts the call's token or says what is wrong with it.
///
/// # Errors
/// 104 without a token or with a wrong proof, 100 without a proof that the app requires, 190 for a token that is unknown, over or
/// taken back.
pub fn check(world: &mut World, call: &Call) -> Result<(), GraphError> {
    let Some(token) = &call.token else {
        return Err(GraphError::new(104, "An access token is required to request this resource."));
    };
    let own = valid(world, token)?;
    match call.params.text("appsecret_proof") {
        Some(given) if given != proof(&world.identity.app_secret, token) => {
            return Err(GraphError::new(104, "Invalid appsecret_proof provided in the API argument"));
        }
        None if world.settings.require_proof && own.whose != Whose::App => {
            let error = GraphError::new(100, "API calls from the server require an appsecret_proof argument");
            return Err(GraphError { kind: "GraphMethodException", ..error });
        }
        _ => {}
    }
    world.settings.call_of(own);
    Ok(())
}

/// The token with a text, if it is accepted now.
///
/// # Errors
/// 190: unknown; 458 where the person took the app off, 460 where the password changed, 463 where its time is over.
pub fn valid(world: &World, text: &str) -> Result<Token, GraphError> {
    let Some(own) = tokens::find(world, text) else {
        return Err(GraphError::token(None, "Invalid OAuth access token - Cannot parse access token"));
    };
    if let Some((subcode, text)) = wrong(world, &own) {
        return Err(GraphError::token(Some(subcode), &text));
    }
    Ok(own)
}

/// Subcode and text of what is wrong with a token now.
fn wrong(world: &World, own: &Token) -> Option<(i64, String)> {
    let error = "Error validating access token:";
    if tokens::is_off(world, own) {
        return Some((458, format!("{error} The user has not authorized application {}.", own.app_id)));
    }
    if own.revoked {
        return Some((460, format!("{error} The session has been invalidated because the user has changed the password.")));
    }
    over(own.expires_at, world.now()).then(|| (463, format!("{error} Session has expired.")))
}

fn over(ends: i64, now: i64) -> bool {
    ends != 0 && ends <= now
}

/// Refuses what the token was not granted: reading ads needs `ads_read` or `ads_management`, writing them `ads_management`, and
/// an ad account must be assigned to the user. Source: "Marketing API, Authorization".
///
/// # Errors
/// 200, 294, or 100/33 for an ad account that the user does not see.
pub fn permit(world: &World, call: &Call, account: &str) -> Result<(), GraphError> {
    let settings = &world.settings;
    if !settings.assigned(account) {
        return Err(GraphError::missing(account, call.method.verb()));
    }
    let writes = settings.granted("ads_management");
    match call.method {
        Method::Get if writes || settings.granted("ads_read") => Ok(()),
        Method::Get => Err(GraphError::new(200, "(#200) Ad account owner has NOT grant ads_management or ads_read permission")),
        Method::Post | Method::Delete if writes => Ok(()),
        Method::Post | Method::Delete => Err(GraphError::new(
            294,
            "(#294) Managing advertisements requires an access token with the extended permission for ads_management",
        )),
    }
}

/// `GET /debug_token`.
///
/// # Errors
/// Code 100 without `input_token`.
pub fn debug(world: &World, call: &Call) -> Answer {
    call.params.only(&["input_token"])?;
    let identity = &world.identity;
    let input = call.params.required_text("input_token")?;
    let Some(token) = tokens::find(world, &input) else {
        return Ok(json!({ "data": {
            "is_valid": false, "scopes": [],
            "error": {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"},
        } }));
    };
    let wrong = wrong(world, &token);
    if token.whose == Whose::App {
        return Ok(json!({ "data": {
            "app_id": token.app_id, "application": "Tandem sandbox", "type": "APP", "is_valid": wrong.is_none(), "scopes": [],
        } }));
    }
    let scopes: Vec<&str> = SCOPES.iter().copied().filter(|scope| !token.declined.contains(*scope)).collect();
    let (kind, user) = match token.whose {
        Whose::SystemUser => ("SYSTEM_USER", &identity.system_user_id),
        Whose::Page => ("PAGE", &identity.user_id),
        _ => ("USER", &identity.user_id),
    };
    let mut data = json!({
        "app_id": token.app_id, "application": "Tandem sandbox", "type": kind, "user_id": user, "issued_at": token.issued_at,
        "expires_at": token.expires_at, "data_access_expires_at": token.data_access_expires_at, "is_valid": wrong.is_none(),
        "granular_scopes": scopes.iter().map(|scope| granular(world, &token, scope)).collect::<Vec<_>>(), "scopes": scopes,
    });
    if token.whose == Whose::Page {
        data["profile_id"] = json!(identity.page_id);
    }
    if let Some((subcode, message)) = wrong {
        data["error"] = json!({ "code": 190, "subcode": subcode, "message": message });
    }
    Ok(json!({ "data": data }))
}

/// A granted permission with what it reaches; without `target_ids` it reaches everything of its kind.
fn granular(world: &World, token: &Token, scope: &str) -> Value {
    let identity = &world.identity;
    let targets = match scope {
        _ if token.serial == 0 => None,
        "ads_management" | "ads_read" => token
            .accounts
            .as_ref()
            .map(|accounts| accounts.iter().map(|account| account.trim_start_matches("act_").to_owned()).collect::<Vec<_>>()),
        scope if scope.starts_with("pages_") || scope == "leads_retrieval" => {
            Some(token.page.then(|| identity.page_id.clone()).into_iter().collect())
        }
        scope if scope.starts_with("instagram_") => {
            Some(token.page.then(|| identity.instagram_user_id.clone()).into_iter().collect())
        }
        _ => None,
    };
    targets.map_or_else(|| json!({ "scope": scope }), |targets| json!({ "scope": scope, "target_ids": targets }))
}

/// `DELETE /me/permissions` takes the app off, `DELETE /me/permissions/{name}` one permission back.
///
/// # Errors
/// Code 100 for an unknown permission and for a token that is not a person's.
pub fn revoke(world: &mut World, call: &Call, name: Option<&str>) -> Answer {
    call.params.only(&["permission"])?;
    if world.settings.caller().is_none_or(|token| token.whose != Whose::Person) {
        return Err(GraphError::invalid("Permissions are taken back with a user access token"));
    }
    match name.map(str::to_owned).or_else(|| call.params.text("permission")) {
        None => tokens::take_off(world)?,
        Some(name) if SCOPES.contains(&name.as_str()) => tokens::remove(world, &name)?,
        Some(name) => {
            return Err(GraphError::invalid(format!("The permission {name} does not exist")).blame("permission"));
        }
    }
    Ok(json!({ "success": true }))
}

/// `GET /me/permissions`.
///
/// # Errors
/// 2642 for a bad cursor.
pub fn permissions(world: &World, call: &Call) -> Answer {
    call.params.only(&["permission", "status"])?;
    let status = |scope: &str| if world.settings.granted(scope) { "granted" } else { "declined" };
    let (only, of) = (call.params.text("permission"), call.params.word("status", &["granted", "declined", "expired"])?);
    let wanted =
        |scope: &&&str| only.as_ref().is_none_or(|only| only == *scope) && of.as_ref().is_none_or(|of| of == status(scope));
    let rows = SCOPES.iter().filter(wanted).map(|scope| json!({"permission": scope, "status": status(scope)}));
    let rows: Vec<Value> = rows.collect();
    listing::rows(call, &rows)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_proof_is_hmac_sha256_in_hex() {
        // RFC 4231, test case 2.
        assert_eq!(
            super::proof("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
