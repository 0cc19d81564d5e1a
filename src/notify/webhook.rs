//! Webhooks: a POST to an address that a person gave us.
//!
//! Whoever may add a webhook could otherwise make this server call addresses inside its own network. So names are resolved here
//! and only public addresses are called, redirects are not followed, and plain HTTP is refused; `webhooks_private` lifts that
//! for installations whose own chat or relay lives beside them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use url::{Host, Url};

use super::NotifyError;

/// Where the signature stands: `t=<unix seconds>,v1=<hex of HMAC-SHA256 over "<t>.<body>">`.
pub const SIGNATURE_HEADER: &str = "Tandem-Signature";
/// Carries the message's id, the same each time it is tried.
const ID_HEADER: &str = "Tandem-Message";
const PATIENCE: Duration = Duration::from_secs(15);
/// As much of a refusal as is kept.
const WORDS_KEPT: usize = 200;

/// Calls webhooks.
#[derive(Debug, Clone)]
pub struct Webhooks {
    client: reqwest::Client,
    private: bool,
}

/// Why nothing is sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// It is no address.
    #[error("no web address")]
    Unreadable,
    /// It is not encrypted.
    #[error("not an https:// address")]
    Insecure,
    /// It names no host.
    #[error("an address without a host")]
    NoHost,
    /// It lies inside the server's own network.
    #[error("an address inside the server’s own network")]
    Inside,
}

impl Webhooks {
    /// With `private`, addresses of the local network and plain HTTP are allowed.
    pub fn new(private: bool) -> Result<Self, NotifyError> {
        // The provider may be installed already; either way there is one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("Tandem/", env!("CARGO_PKG_VERSION")));
        if !private {
            builder = builder.dns_resolver(std::sync::Arc::new(PublicOnly));
        }
        let client = builder.build().map_err(|e| NotifyError::Unusable(e.to_string()))?;
        Ok(Self { client, private })
    }

    /// Reads an address as typed.
    pub fn parse(&self, text: &str) -> Result<Url, BadAddress> {
        let url = Url::parse(text.trim()).map_err(|_| BadAddress::Unreadable)?;
        let secure = url.scheme() == "https" || (self.private && url.scheme() == "http");
        if !secure {
            return Err(BadAddress::Insecure);
        }
        let public = match url.host() {
            None => return Err(BadAddress::NoHost),
            Some(Host::Domain(name)) => !matches!(name, "localhost") && !name.ends_with(".localhost"),
            Some(Host::Ipv4(ip)) => is_public(ip.into()),
            Some(Host::Ipv6(ip)) => is_public(ip.into()),
        };
        if public || self.private { Ok(url) } else { Err(BadAddress::Inside) }
    }

    /// Posts a JSON body, signed where there is a secret.
    pub async fn post(&self, url: &Url, id: &str, body: String, signed: Option<(&SecretString, i64)>) -> Result<(), NotifyError> {
        let url = self.parse(url.as_str()).map_err(|bad| NotifyError::Unusable(bad.to_string()))?;
        let mut request = self.client.post(url).header("Content-Type", "application/json").header(ID_HEADER, id);
        if let Some((secret, at)) = signed {
            request = request.header(SIGNATURE_HEADER, signature(secret, at, &body));
        }
        // The error's own text may repeat the address, which for Slack is a secret.
        let answer = request.body(body).send().await.map_err(|e| NotifyError::Unreached(without_url(e)))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let words: String = answer.text().await.unwrap_or_default().chars().take(WORDS_KEPT).collect();
        let said = format!("it answered {}: {}", status.as_u16(), words.trim());
        let temporary = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
        Err(if temporary { NotifyError::Unreached(said) } else { NotifyError::Refused(said) })
    }
}

fn without_url(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        text = inner.to_string();
        source = inner.source();
    }
    text
}

/// The signature's header value for a body sent at `at` (Unix seconds).
pub fn signature(secret: &SecretString, at: i64, body: &str) -> String {
    // A key of any length is a key to HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else { return String::new() };
    mac.update(format!("{at}.{body}").as_bytes());
    format!("t={at},v1={}", hex::encode(mac.finalize().into_bytes()))
}

/// Resolves names, and forgets addresses that are not public.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.filter(|address| is_public(address.ip())).collect();
            if found.is_empty() {
                return Err(format!("{} has no public address", name.as_str()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public internet. Source: IANA special-purpose address registries (RFC 6890).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(ip),
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b));
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let first = ip.segments()[0];
    // Only 2000::/3 is global unicast; of it, documentation, 6to4 and Teredo lead elsewhere.
    (first & 0xe000) == 0x2000
        && first != 0x2002
        && !(first == 0x2001 && (ip.segments()[1] == 0x0db8 || ip.segments()[1] < 0x0200))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2001::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["1.1.1.1", "172.15.0.1", "100.63.255.255", "2606:4700::1111", "2a00:1450::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn addresses_inside_the_network_and_plain_http_are_refused_unless_allowed() {
        let (strict, open) = (Webhooks::new(false).unwrap(), Webhooks::new(true).unwrap());
        for text in [
            "http://example.com/x",
            "https://127.0.0.1/x",
            "https://localhost/x",
            "https://[::1]/x",
            "hooks.example.com",
            "file:///etc/passwd",
        ] {
            assert!(strict.parse(text).is_err(), "{text}");
        }
        assert!(strict.parse("https://hooks.example.com/x").is_ok());
        assert!(open.parse("http://127.0.0.1:9/x").is_ok());
        assert!(open.parse("file:///etc/passwd").is_err());
    }

    #[test]
    fn the_signature_is_hmac_sha256_over_time_and_body() {
        // Computed with: printf '1800000000.{"a":1}' | openssl dgst -sha256 -hmac secret
        let expected = "t=1800000000,v1=440dfbb83aabca24d9e5027629cfd81cb45254690f8d410bb28f1cc17c990dbc";
        assert_eq!(signature(&"secret".into(), 1_800_000_000, "{\"a\":1}"), expected);
    }
}
