//! What results are: a kind and the attribution window they were counted in, never mixed and never added across.

use std::fmt;
use std::str::FromStr;

/// One kind of result in one attribution setting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResultKey {
    /// As reported: `purchase`, `lead`, or a file's own words.
    pub kind: String,
    /// As reported: `7d_click`, or a file's own words; empty where the report does not say.
    pub attribution: String,
}

impl ResultKey {
    /// The kind in people's words, plural: `Purchases`.
    pub fn label(&self) -> String {
        match plain_kind(&self.kind).as_str() {
            "purchase" => "Purchases".into(),
            "lead" | "meta leads" | "leadgen grouped" | "lead grouped" => "Leads".into(),
            "landing page view" => "Landing page views".into(),
            "link click" => "Link clicks".into(),
            "reach" => "People reached".into(),
            "add to cart" => "Adds to cart".into(),
            "complete registration" => "Registrations".into(),
            other => capitalised(other),
        }
    }

    /// One of the kind, for "cost per ...": `purchase`.
    pub fn singular(&self) -> String {
        match self.label().as_str() {
            "Leads" => "lead".into(),
            "People reached" => "person reached".into(),
            "Adds to cart" => "add to cart".into(),
            "Registrations" => "registration".into(),
            _ => plain_kind(&self.kind),
        }
    }

    /// The attribution in people's words: `7-day click`; empty where it is not known.
    pub fn attribution_label(&self) -> String {
        let words: Vec<String> = self
            .attribution
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty() && *part != "default")
            .map(|part| match part.split_once("d_") {
                Some((days, action)) if days.bytes().all(|b| b.is_ascii_digit()) => {
                    format!("{days}-day {}", action.replace('_', " "))
                }
                _ => part.to_owned(),
            })
            .collect();
        words.join(" or ")
    }

    /// Which kind is shown beside spend where nobody chose: money before leads, leads before visits, visits before clicks.
    pub fn rank(&self) -> u8 {
        match self.label().as_str() {
            "Purchases" => 0,
            "Leads" => 1,
            "Registrations" | "Adds to cart" => 2,
            "Landing page views" => 4,
            "Link clicks" => 5,
            "People reached" => 6,
            _ => 3,
        }
    }
}

/// `actions:offsite_conversion.fb_pixel_purchase` and `Purchase` are the same word here: `purchase`.
fn plain_kind(kind: &str) -> String {
    let kind = kind.trim().to_lowercase();
    let kind = kind.rsplit([':', '.']).next().unwrap_or(&kind);
    let kind = kind.strip_prefix("fb_pixel_").or_else(|| kind.strip_prefix("omni_")).unwrap_or(kind);
    kind.replace('_', " ")
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_else(|| "Results".to_owned())
}

impl fmt::Display for ResultKey {
    /// `purchase@7d_click`, as in links.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.attribution.is_empty() { f.write_str(&self.kind) } else { write!(f, "{}@{}", self.kind, self.attribution) }
    }
}

impl FromStr for ResultKey {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, attribution) = text.split_once('@').unwrap_or((text, ""));
        Ok(Self { kind: kind.to_owned(), attribution: attribution.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> ResultKey {
        text.parse().unwrap_or_else(|never| match never {})
    }

    #[test]
    fn kinds_are_said_in_peoples_words() {
        for (kind, label, one) in [
            ("purchase@7d_click", "Purchases", "purchase"),
            ("actions:offsite_conversion.fb_pixel_purchase", "Purchases", "purchase"),
            ("Meta Leads", "Leads", "lead"),
            ("landing_page_view", "Landing page views", "landing page view"),
        ] {
            assert_eq!((key(kind).label().as_str(), key(kind).singular().as_str()), (label, one), "{kind}");
        }
    }

    #[test]
    fn attribution_is_said_in_peoples_words_and_kept_in_links() {
        assert_eq!(key("purchase@7d_click,1d_view").attribution_label(), "7-day click or 1-day view");
        assert_eq!(key("lead@7-day click or 1-day view").attribution_label(), "7-day click or 1-day view");
        assert_eq!(key("purchase@7d_click").to_string(), "purchase@7d_click");
    }
}
