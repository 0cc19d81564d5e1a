//! Tokens: who is calling, `debug_token` and permissions.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::listing;
use crate::sandbox::seeded::{FIRST_MOMENT, Identity};
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

fn app_token(identity: &Identity) -> String {
    format!("{}|{}", identity.app_id, identity.app_secret)
}

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
/// 104 without a token or with a wrong proof, 190 for one that is unknown, over or taken back.
pub fn check(world: &mut World, call: &Call) -> Result<(), GraphError> {
    let now = world.now();
    let identity = &world.identity;
    let Some(token) = &call.token else {
        return Err(GraphError::new(104, "An access token is required to request this resource."));
    };
    let Some(own) = world.settings.token(token).cloned() else {
        return Err(GraphError::token(None, "Invalid OAuth access token - Cannot parse access token"));
    };
    if own.revoked {
        let text = "Error validating access token: The session has been invalidated because the user has changed the password.";
        return Err(GraphError::token(Some(460), text));
    }
    if over(own.expires_at, now) {
        return Err(GraphError::token(Some(463), "Error validating access token: Session has expired."));
    }
    if let Some(given) = call.params.text("appsecret_proof")
        && given != proof(&identity.app_secret, token)
    {
        return Err(GraphError::new(104, "Invalid appsecret_proof provided in the API argument"));
    }
    world.settings.call_of(own);
    Ok(())
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
    let mut data = json!({
        "app_id": identity.app_id, "application": "Tandem sandbox", "issued_at": FIRST_MOMENT - 86_400, "expires_at": 0,
        "data_access_expires_at": 0, "is_valid": true, "scopes": SCOPES, "user_id": identity.user_id,
    });
    let people = |token: &&Token| matches!(token.whose, Whose::Person | Whose::SystemUser);
    if let Some(token) = world.settings.token(&input).filter(people) {
        let scopes: Vec<&str> = SCOPES.iter().copied().filter(|scope| !token.declined.contains(*scope)).collect();
        let (kind, user) = match token.whose {
            Whose::SystemUser => ("SYSTEM_USER", &identity.system_user_id),
            _ => ("USER", &identity.user_id),
        };
        data["type"] = json!(kind);
        data["user_id"] = json!(user);
        data["app_id"] = json!(token.app_id);
        data["expires_at"] = json!(token.expires_at);
        data["data_access_expires_at"] = json!(token.data_access_expires_at);
        data["is_valid"] = json!(!token.revoked && !over(token.expires_at, world.now()));
        data["granular_scopes"] = json!(scopes.iter().map(|scope| json!({ "scope": scope })).collect::<Vec<_>>());
        data["scopes"] = json!(scopes);
    } else if input == identity.page_access_token {
        data["type"] = json!("PAGE");
        data["profile_id"] = json!(identity.page_id);
    } else if input == app_token(identity) {
        data = json!({"app_id": identity.app_id, "application": "Tandem sandbox", "type": "APP", "is_valid": true, "scopes": []});
    } else {
        data = json!({
            "is_valid": false, "scopes": [],
            "error": {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"},
        });
    }
    Ok(json!({ "data": data }))
}

/// `GET /me/permissions`.
///
/// # Errors
/// 2642 for a bad cursor.
pub fn permissions(world: &World, call: &Call) -> Answer {
    call.params.only(&["permission", "status"])?;
    let status = |scope: &str| if world.settings.granted(scope) { "granted" } else { "declined" };
    let rows: Vec<Value> = SCOPES.iter().map(|scope| json!({"permission": scope, "status": status(scope)})).collect();
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
