//! What a login dialog is asked for: app, way back, permissions; and where an answer goes.

use std::collections::BTreeMap;

use crate::sandbox::nodes::token::SCOPES;
use crate::sandbox::world::World;

/// A login that can be shown to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Where the answer goes, as it was given.
    pub redirect_uri: String,
    /// Given back as it came.
    pub state: Option<String>,
    /// The asked permissions, in Meta's order.
    pub scopes: Vec<&'static str>,
}

/// Reads a dialog's parameters. What is wrong here is shown to the person and never sent anywhere: the way back is not trusted yet.
///
/// # Errors
/// The text of the error page.
pub fn read(world: &World, params: &BTreeMap<String, String>) -> Result<Ask, String> {
    let given = |name: &str| params.get(name).map(String::as_str).filter(|text| !text.is_empty());
    match given("client_id").or_else(|| given("app_id")) {
        Some(id) if id == world.identity.app_id => {}
        Some(_) => return Err("Invalid App ID: The provided app ID does not look like a valid app ID.".into()),
        None => return Err("The parameter app_id is required".into()),
    }
    let redirect_uri = given("redirect_uri").ok_or("The parameter redirect_uri is required")?;
    if !may_return(world, redirect_uri) {
        return Err("URL blocked: This redirect failed because the redirect URI is not white-listed in the app's client OAuth \
                    settings. Make sure that the client and web OAuth logins are on and add all your app domains as valid OAuth \
                    redirect URIs."
            .into());
    }
    match given("response_type") {
        None | Some("code") => {}
        Some(other) => return Err(format!("The response_type {other} is not offered here: use code.")),
    }
    let scopes: Vec<&'static str> = match (given("scope"), given("config_id")) {
        (Some(text), _) => {
            let asked: Vec<&str> = text.split([',', ' ']).filter(|scope| !scope.is_empty()).collect();
            let unknown: Vec<&str> =
                asked.iter().copied().filter(|scope| *scope != "public_profile" && !SCOPES.contains(scope)).collect();
            if !unknown.is_empty() {
                return Err(format!("Invalid Scopes: {}. This message is only shown to developers.", unknown.join(", ")));
            }
            SCOPES.iter().copied().filter(|scope| asked.contains(scope)).collect()
        }
        // A configuration of Facebook Login for Business; the sandbox's asks for everything.
        (None, Some(_)) => SCOPES.to_vec(),
        (None, None) => Vec::new(),
    };
    Ok(Ask { redirect_uri: redirect_uri.into(), state: given("state").map(str::to_owned), scopes })
}

/// Whether an answer may be sent to an address: this machine's own, or one of the app's settings.
fn may_return(world: &World, address: &str) -> bool {
    if world.settings.redirect_uris.iter().any(|known| known == address) {
        return true;
    }
    url::Url::parse(address).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.fragment().is_none() && url.host().is_some_and(|host| is_loopback(&host))
    })
}

/// Whether a host is this machine.
#[must_use]
pub fn is_loopback<T: AsRef<str>>(host: &url::Host<T>) -> bool {
    match host {
        url::Host::Domain(name) => name.as_ref() == "localhost",
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    }
}

impl Ask {
    /// The way back with an answer's pairs, and `state` last.
    #[must_use]
    pub fn back(&self, pairs: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        let sign = if self.redirect_uri.contains('?') { '&' } else { '?' };
        format!("{}{sign}{}", self.redirect_uri, query.finish())
    }
}
