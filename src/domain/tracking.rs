//! Tracking parameters: what each link carries so that the website's own figures can tell the networks apart.
//!
//! In a shared ad set Meta fills in the network (`{{site_source_name}}`: `fb`, `ig`, ...), because one ad runs on both; an ad set
//! of one network carries its plain name. Source: Meta, "URL parameters and dynamic parameters".

use serde::{Deserialize, Serialize};
use url::form_urlencoded::byte_serialize;

use super::dictionary::{self, Sentence};
use super::naming::Known;
use super::network::Network;

/// The macro that Meta replaces by the network's short name.
pub(in crate::domain) const NETWORK_MACRO: &str = "{{site_source_name}}";

/// What `utm_source` says of each network.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Sources {
    /// Facebook's.
    pub facebook: String,
    /// Instagram's.
    pub instagram: String,
}

impl Default for Sources {
    fn default() -> Self {
        Self { facebook: Network::Facebook.as_str().to_owned(), instagram: Network::Instagram.as_str().to_owned() }
    }
}

impl Sources {
    /// Whether they are the networks' own names.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// The source of an ad set over these networks; `None` where only Meta knows it.
    pub fn of(&self, networks: &[Network]) -> Option<&str> {
        match networks {
            [Network::Facebook] => Some(&self.facebook),
            [Network::Instagram] => Some(&self.instagram),
            _ => None,
        }
    }
}

/// What every link of a campaign carries, in the order written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tracking {
    /// `utm_source` of ad sets on one network.
    #[serde(default, skip_serializing_if = "Sources::is_usual")]
    pub sources: Sources,
    /// `utm_medium`; a template, like the next two.
    pub medium: String,
    /// `utm_campaign`.
    pub campaign: String,
    /// `utm_content`; empty leaves it out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub content: String,
    /// Further parameters as name and value; values may hold Meta's macros.
    pub extra: Vec<(String, String)>,
}

impl Tracking {
    /// The parameters of an ad, as Meta's `url_tags` takes them: escaped, Meta's macros left as they are. Without an ad set Meta
    /// fills in the network.
    pub fn url_tags(&self, at: &Known<'_>) -> String {
        let fill = |template: &str| at.fill_link(template, &self.sources);
        let source = at.ad_set.and_then(|set| self.sources.of(set.networks)).unwrap_or(NETWORK_MACRO).to_owned();
        let standard = [
            ("utm_source", source),
            ("utm_medium", fill(&self.medium)),
            ("utm_campaign", fill(&self.campaign)),
            ("utm_content", fill(&self.content)),
        ];
        let extra = self.extra.iter().map(|(name, value)| (name.as_str(), value.clone()));
        let pairs = standard.into_iter().chain(extra).filter(|(_, value)| !value.is_empty());
        let escaped: Vec<String> = pairs.map(|(name, value)| format!("{}={}", escape(name), escape(&value))).collect();
        escaped.join("&")
    }

    /// The final URL people are led to: the link with the parameters before its fragment.
    pub fn final_url(&self, link: &str, at: &Known<'_>) -> String {
        let (address, fragment) = match link.split_once('#') {
            Some((address, fragment)) => (address, format!("#{fragment}")),
            None => (link, String::new()),
        };
        let joint = match (address.contains('?'), address.ends_with(['?', '&'])) {
            (false, _) => "?",
            (true, true) => "",
            (true, false) => "&",
        };
        format!("{address}{joint}{}{fragment}", self.url_tags(at))
    }
}

/// Reads further parameters as people write them: `ref=meta&audience=warm`, a leading `?` allowed.
///
/// # Errors
/// A sentence naming the part that is not `name=value`, or a name that Tandem sets itself.
pub fn parse_extra(text: &str) -> Result<Vec<(String, String)>, Sentence> {
    let text = text.trim().trim_start_matches('?');
    let mut extra: Vec<(String, String)> = Vec::new();
    for part in text.split('&').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').ok_or_else(|| dictionary::parameter_unreadable(part))?;
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        if !plain {
            return Err(dictionary::parameter_name(name));
        }
        if ["utm_source", "utm_medium", "utm_campaign"].contains(&name) || extra.iter().any(|(seen, _)| seen == name) {
            return Err(dictionary::parameter_twice(name));
        }
        extra.push((name.to_owned(), value.to_owned()));
    }
    Ok(extra)
}

/// A name as a URL's word: `Christmas sale` becomes `christmas-sale`.
pub fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// Percent-encodes everything but Meta's `{{macros}}`.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, tail)) = after.split_once("}}") else { break };
        let is_macro = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'.' | b'_'));
        if !is_macro {
            break;
        }
        out.extend(byte_serialize(before.as_bytes()));
        out.push_str("{{");
        out.push_str(name);
        out.push_str("}}");
        rest = tail;
    }
    out.extend(byte_serialize(rest.as_bytes()));
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::campaign::AdSetKey;
    use crate::domain::naming::{AdSetValues, AdValues, Values};

    fn values() -> Values {
        Values { campaign: "Christmas sale".into(), ..Values::default() }
    }

    fn at<'a>(values: &'a Values, networks: &'a [Network]) -> Known<'a> {
        let ad_set = Some(AdSetValues { key: AdSetKey::Shared, networks, automatic: false });
        Known { campaign: values, ad_set, ad: Some(AdValues { name: "Lamp & shade", number: 2 }) }
    }

    fn tracking() -> Tracking {
        Tracking {
            sources: Sources::default(),
            content: String::new(),
            medium: "paid social".into(),
            campaign: "christmas-sale".into(),
            extra: vec![("ad".into(), "{{ad.id}}&".into())],
        }
    }

    #[test]
    fn a_shared_ad_lets_meta_fill_in_the_network() {
        assert_eq!(
            tracking().url_tags(&at(&values(), &Network::BOTH)),
            "utm_source={{site_source_name}}&utm_medium=paid+social&utm_campaign=christmas-sale&ad={{ad.id}}%26"
        );
    }

    #[test]
    fn templates_are_filled_in_by_ad_and_by_network() {
        let templates = Tracking {
            sources: Sources { instagram: "ig".into(), ..Sources::default() },
            campaign: "{campaign}".into(),
            content: "{ad}_{network}".into(),
            extra: Vec::new(),
            ..tracking()
        };
        assert_eq!(
            templates.url_tags(&at(&values(), &[Network::Instagram])),
            "utm_source=ig&utm_medium=paid+social&utm_campaign=christmas-sale&utm_content=lamp-shade_ig"
        );
        assert!(templates.url_tags(&at(&values(), &Network::BOTH)).ends_with("utm_content=lamp-shade_{{site_source_name}}"));
    }

    #[test]
    fn an_ad_of_one_network_names_it() {
        assert!(tracking().url_tags(&at(&values(), &[Network::Instagram])).starts_with("utm_source=instagram&"));
    }

    #[test]
    fn parameters_stand_before_the_fragment_and_after_those_already_there() {
        let plain = Tracking { medium: "m".into(), campaign: String::new(), extra: Vec::new(), ..tracking() };
        let (values, networks) = (values(), [Network::Facebook]);
        let both = at(&values, &networks);
        assert_eq!(plain.final_url("https://a.b/c#top", &both), "https://a.b/c?utm_source=facebook&utm_medium=m#top");
        assert_eq!(plain.final_url("https://a.b/c?x=1", &both), "https://a.b/c?x=1&utm_source=facebook&utm_medium=m");
        assert_eq!(plain.final_url("https://a.b/?", &both), "https://a.b/?utm_source=facebook&utm_medium=m");
    }

    #[test]
    fn further_parameters_are_read_or_refused_with_the_part_that_is_wrong() {
        assert_eq!(parse_extra("?ref=meta&x=").unwrap(), [("ref".into(), "meta".into()), ("x".into(), String::new())]);
        assert!(parse_extra("utm_source=x").unwrap_err().words.contains("utm_source"));
        assert!(parse_extra("loose").unwrap_err().words.contains("loose"));
        assert!(parse_extra("a=1&a=2").is_err());
        assert!(parse_extra("sp ace=1").is_err());
    }

    #[test]
    fn a_name_becomes_a_word_for_urls() {
        assert_eq!(slug("Christmas sale, 20 % off!"), "christmas-sale-20-off");
        assert_eq!(slug("…"), "");
    }
}
