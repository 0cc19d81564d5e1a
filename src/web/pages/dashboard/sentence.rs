//! The sentence above all figures: what was spent, what it bought, which network earns it, what needs a person.

use crate::domain::network::Network;
use crate::domain::period::Preset;
use crate::report::{Dashboard, Figures, Verdict};
use crate::web::format;

/// The sentence in pieces, so that the template marks them without HTML in code.
pub struct Sentence {
    /// The answer, in bold.
    pub lead: String,
    /// The rest.
    pub rest: String,
    /// How many things need a person, in words; empty for none.
    pub needs: String,
}

/// Says what the figures say, and no more than they do.
pub fn sentence(data: &Dashboard) -> Sentence {
    let currency = data.scope.currency;
    let lead = match data.total.counts.spend_micros {
        Some(spend) => format!("{} {currency} spent {}.", format::money(spend, currency), when(data)),
        None => format!("Nothing was spent {}.", when(data)),
    };
    let mut rest = Vec::new();
    if let (Some(kind), Some(results)) = (&data.shown, data.total.outcome.and_then(|o| o.results)) {
        let what = if results == 1 { kind.singular() } else { kind.label().to_lowercase() };
        match data.total.cost_per_result() {
            Some(cost) => rest.push(format!(
                "It bought {} {what} at {} {currency} each.",
                format::count(results),
                format::amount(cost, currency)
            )),
            None => rest.push(format!("It bought no {what} yet.")),
        }
        rest.extend(networks(data, &kind.singular()));
    }
    let needs = match data.needs.len() {
        0 => String::new(),
        1 => "One thing needs you.".to_owned(),
        n => format!("{} things need you.", in_words(n)),
    };
    Sentence { lead, rest: rest.join(" "), needs }
}

fn when(data: &Dashboard) -> String {
    match data.scope.preset {
        Some(Preset::Today) => "today".to_owned(),
        Some(Preset::Yesterday) => "yesterday".to_owned(),
        Some(Preset::ThisMonth) => "this month".to_owned(),
        Some(Preset::LastMonth) => "last month".to_owned(),
        Some(Preset::All) => format!("from {}", format::days(data.scope.period)),
        Some(_) => format!("in the last {} days", data.scope.period.days()),
        None => format!("from {}", format::days(data.scope.period)),
    }
}

/// Facebook against Instagram: named cheaper only where the data decides it.
fn networks(data: &Dashboard, one: &str) -> Option<String> {
    let currency = data.scope.currency;
    let of = |network: Network| data.placements.iter().find(|p| p.network == network && p.position.is_none()).map(|p| &p.figures);
    let (facebook, instagram) = (of(Network::Facebook)?, of(Network::Instagram)?);
    let cost = |f: &Figures| f.cost_per_result().map(|v| format::amount(v, currency));
    let (on_facebook, on_instagram) = (cost(facebook)?, cost(instagram)?);
    Some(match facebook.cheaper_than(instagram) {
        Verdict::First => format!("Facebook earns it: a {one} costs {on_facebook} there and {on_instagram} on Instagram."),
        Verdict::Second => format!("Instagram earns it: a {one} costs {on_instagram} there and {on_facebook} on Facebook."),
        Verdict::Undecided => format!(
            "A {one} costs {on_facebook} on Facebook and {on_instagram} on Instagram: too close, or too few, to say which is cheaper."
        ),
    })
}

fn in_words(n: usize) -> String {
    match n {
        2 => "Two".into(),
        3 => "Three".into(),
        4 => "Four".into(),
        5 => "Five".into(),
        6 => "Six".into(),
        other => other.to_string(),
    }
}
