//! The judgements: from what Meta said to a sentence, what it blocks and the way out. No I/O.

use chrono::{DateTime, Duration, Utc};

use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::ConnectionId;
use crate::domain::money::Money;
use crate::graph;
use crate::store::connections::{AdAccount, Connection, Page, Pixel};
use crate::store::standing::AccountHealth;

use super::super::connections::{Ends, TokenFacts};
use super::{HealthCode, Problem, Severity};

/// How long before it ends a token is said to be dying.
const DYING: Duration = Duration::days(14);
/// How long a pixel may be silent.
const SILENT: Duration = Duration::hours(24);
/// The part of an account's limit, in percent, below which what is left is said.
const LITTLE_PERCENT: i64 = 10;

/// What an ad account is charged from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Funding {
    /// Nothing.
    Nothing,
    /// Money paid in, all of it used.
    Empty,
    /// Something.
    There,
    /// The token may not see it.
    Unknown,
}

impl Funding {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Empty => "empty",
            Self::There => "there",
            Self::Unknown => "unknown",
        }
    }
}

/// What an account is charged from, with Meta's words for it.
///
/// The types are Marketing API, Ad Account, `funding_source_details`: 0 and 14 nothing, 20 money paid in. What is left of that
/// stands only in Meta's words, in the account's own language and currency, so it is used up where no digit of them is above zero.
pub fn funding(said: &graph::AdAccount) -> (Funding, String) {
    let Some(details) = &said.funding_source_details else {
        // Meta leaves the field out for people who do not manage the account, and for a disabled account.
        let told = said.may_see_funding() && said.account_status != Some(2);
        return (if told { Funding::Nothing } else { Funding::Unknown }, String::new());
    };
    let words = details.display_string.clone();
    let prepaid = said.is_prepay_account == Some(true) || details.kind == Some(20);
    let mut digits = words.chars().filter(char::is_ascii_digit).peekable();
    let state = match details.kind {
        Some(0 | 14) => Funding::Nothing,
        _ if prepaid && digits.peek().is_some() && digits.all(|digit| digit == '0') => Funding::Empty,
        _ => Funding::There,
    };
    (state, words)
}

/// Status and payment of an ad account.
pub fn account(connection: ConnectionId, account: &AdAccount, health: &AccountHealth) -> Vec<Problem> {
    let mut found = Vec::new();
    if let Some((severity, sentence, way_out)) = status(account, health) {
        found.push(Problem {
            severity,
            blocks_plans: severity == Severity::Blocking,
            blocks: match severity {
                Severity::Blocking => "No plan can be approved and nothing is delivered.",
                Severity::Warning => "It delivers for now.",
            },
            ..of_account(connection, account, HealthCode::AccountStatus, sentence, way_out)
        });
    }
    let owed = health.balance_minor.filter(|minor| *minor > 0).and_then(|minor| money(account, minor));
    let payment = match health.funding.as_str() {
        "none" => Some(dictionary::payment_missing(&account.name)),
        "empty" => Some(dictionary::payment_used_up(&account.name)),
        _ => None,
    };
    found.extend(payment.map(|sentence| {
        let sentence = match owed {
            Some(owed) => sentence.and(format!("Meta says that {owed} is owed.")),
            None => sentence,
        };
        let way_out = "Add one, or pay money in, in Meta’s billing settings of this account; Tandem sees it at the next read.";
        Problem {
            blocks: "No plan can be approved: ads would be made and get no delivery.",
            ..of_account(connection, account, HealthCode::Funding, sentence, way_out.to_owned())
        }
    }));
    found
}

/// Source: Marketing API, Ad Account, `account_status` and `disable_reason`.
fn status(account: &AdAccount, health: &AccountHealth) -> Option<(Severity, Sentence, String)> {
    let name = &account.name;
    let blocking = |sentence: Sentence, way_out: &str| Some((Severity::Blocking, sentence, way_out.to_owned()));
    match health.account_status? {
        1 => None,
        2 => {
            let why = reason(health.disable_reason).map(|why| format!(": {why}")).unwrap_or_default();
            blocking(
                dictionary::account_disabled(name, why),
                "Ask Meta for a review under Account quality; until then use another ad account.",
            )
        }
        3 => blocking(dictionary::account_unsettled(name), "Pay what is due in Meta’s billing settings of this account."),
        7 => blocking(
            dictionary::account_in_review(name),
            "Wait for Meta’s answer; it may ask for documents under Account quality.",
        ),
        8 => blocking(dictionary::account_settling(name), "Wait until it is settled, or pay in Meta’s billing settings."),
        9 => Some((
            Severity::Warning,
            dictionary::account_grace(name),
            "Pay what is due in Meta’s billing settings before Meta stops the account.".to_owned(),
        )),
        100 => blocking(dictionary::account_closing(name), "Use another ad account, or cancel the closing in Meta’s settings."),
        101 => blocking(dictionary::account_closed(name), "Use another ad account; this one’s figures stay here."),
        other => Some((
            Severity::Warning,
            dictionary::account_state_unknown(name, other),
            "Look at the account in Ads Manager.".to_owned(),
        )),
    }
}

fn reason(number: Option<i64>) -> Option<&'static str> {
    Some(match number? {
        1 => "its ads broke the advertising policies",
        2 => "an intellectual-property review",
        3 => "risky payments",
        4 => "a grey account was shut down",
        5 => "an ads review",
        6 => "a business integrity review",
        7 => "it was closed for good",
        8 => "it was not used",
        9 => "a review of its reseller",
        10 => "an unfinished review",
        _ => return None,
    })
}

/// The account's own limit: used up, or nearly. Tandem never raises it.
pub fn spend_limit(connection: ConnectionId, account: &AdAccount) -> Option<Problem> {
    let (cap, spent) = (account.spend_cap_minor.filter(|cap| *cap > 0)?, account.amount_spent_minor?);
    let left = cap - spent;
    let shown = |minor: i64| money(account, minor).unwrap_or_default();
    let way_out = "Raise or reset the limit in Meta’s billing settings of this account. Tandem never does that.".to_owned();
    let problem = |sentence: Sentence| of_account(connection, account, HealthCode::SpendLimit, sentence, way_out.clone());
    if left <= 0 {
        let sentence = dictionary::account_limit_used(&account.name, shown(cap));
        return Some(Problem { blocks: "No plan can be approved and Meta delivers nothing.", ..problem(sentence) });
    }
    if i128::from(left) * 100 > i128::from(cap) * i128::from(LITTLE_PERCENT) {
        return None;
    }
    let sentence = dictionary::account_limit_near(&account.name, shown(left), shown(cap));
    Some(Problem {
        severity: Severity::Warning,
        blocks: "Nothing yet; at the limit Meta stops every ad of the account.",
        blocks_plans: false,
        ..problem(sentence)
    })
}

/// The token: refused, ending, or without a permission that is needed.
pub fn token(connection: &Connection, facts: Option<&TokenFacts>, writes: bool, now: DateTime<Utc>) -> Vec<Problem> {
    let renew = || "Make a new token of the same system user and replace this one at the connection.".to_owned();
    let problem = |code, sentence: Sentence, blocks| Problem {
        code,
        severity: Severity::Warning,
        connection: connection.id,
        ad_account: None,
        subject: connection.name.clone(),
        sentence,
        blocks,
        way_out: renew(),
        blocks_plans: false,
    };
    let mut found = Vec::new();
    let name = &connection.name;
    if connection.status == "refused" {
        let sentence = dictionary::token_refused(name, connection.problem.as_deref().unwrap_or("no reason given"));
        let blocks = "Nothing is read, published or paused through it.";
        found.push(Problem { severity: Severity::Blocking, ..problem(HealthCode::TokenInvalid, sentence, blocks) });
    }
    let Some(facts) = facts else { return found };
    if let Some(left) = dying(facts.ends, now) {
        let (sentence, blocks) = match left {
            0 => (dictionary::token_ended(name), "Nothing is read, published or paused through it."),
            days => {
                (dictionary::token_ends(name, in_days(days)), "Nothing yet; from then on nothing is read, published or paused.")
            }
        };
        found.push(problem(HealthCode::TokenExpires, sentence, blocks));
    }
    if let Some(left) = dying(facts.data_access_ends, now) {
        let when = if left == 0 { "has ended".to_owned() } else { format!("ends in {}", in_days(left)) };
        let sentence = dictionary::data_access_ends(name, when);
        found.push(problem(
            HealthCode::DataAccessExpires,
            sentence,
            "From then on Meta refuses reads although the token goes on.",
        ));
    }
    if writes && !facts.can_write() {
        let sentence = dictionary::permission_lacking(name);
        found.push(problem(HealthCode::PermissionMissing, sentence, "Meta refuses every change, pausing included."));
    }
    found
}

/// Whole days left, 0 where it is over; `None` where it does not end soon.
fn dying(ends: Ends, now: DateTime<Utc>) -> Option<i64> {
    let Ends::At(at) = ends else { return None };
    let left = at - now;
    match left {
        left if left <= Duration::zero() => Some(0),
        left if left <= DYING => Some(left.num_days().max(1)),
        _ => None,
    }
}

fn in_days(days: i64) -> String {
    if days == 1 { "a day".to_owned() } else { format!("{days} days") }
}

/// Pages and their Instagram accounts.
pub fn pages(connection: &Connection, pages: &[&Page], has_accounts: bool) -> Vec<Problem> {
    let problem = |code, subject: &str, sentence, blocks, way_out: &str| Problem {
        code,
        severity: Severity::Warning,
        connection: connection.id,
        ad_account: None,
        subject: subject.to_owned(),
        sentence,
        blocks,
        way_out: way_out.to_owned(),
        blocks_plans: false,
    };
    if pages.is_empty() && has_accounts {
        let sentence = dictionary::pages_none(&connection.name);
        let way_out = "Assign a Page to the system user in Meta’s business settings, then choose it at the connection.";
        return vec![problem(
            HealthCode::PageMissing,
            &connection.name,
            sentence,
            "No ad can be made: each needs a Page.",
            way_out,
        )];
    }
    let without = pages.iter().filter(|page| page.instagram_remote_id.is_none());
    let says = |page: &&Page| {
        let sentence = dictionary::page_without_instagram(&page.name);
        let way_out = "Link a professional one to the Page at Meta (the token needs instagram_basic to see it) and choose it at the connection.";
        let blocks = "Ads with this Page cannot run on Instagram as an account of the business.";
        problem(HealthCode::InstagramMissing, &page.name, sentence, blocks, way_out)
    };
    without.map(says).collect()
}

/// Pixels that heard nothing for a day before Meta was last asked.
pub fn pixels(connection: ConnectionId, account: &AdAccount, pixels: &[&Pixel]) -> Vec<Problem> {
    // Against the moment of asking, not now: between two reads a pixel is not known to be silent.
    let Some(asked) = account.known_until_at.map(|at| at.utc()) else { return Vec::new() };
    let silent = pixels.iter().filter(|pixel| pixel.last_fired_at.is_none_or(|at| asked - at.utc() >= SILENT));
    let says = |pixel: &&Pixel| {
        let sentence = match pixel.last_fired_at {
            Some(at) => dictionary::pixel_silent(&pixel.name, at.utc().format("%-d %b %Y %H:%M UTC")),
            None => dictionary::pixel_never(&pixel.name),
        };
        let way_out = "Check that the pixel is on the website, with Meta’s Events Manager or its test events.";
        Problem {
            severity: Severity::Warning,
            subject: pixel.name.clone(),
            blocks: "Results of the website are not counted, and Meta cannot optimise for them.",
            blocks_plans: false,
            ..of_account(connection, account, HealthCode::PixelSilent, sentence, way_out.to_owned())
        }
    };
    silent.map(says).collect()
}

fn of_account(connection: ConnectionId, account: &AdAccount, code: HealthCode, sentence: Sentence, way_out: String) -> Problem {
    Problem {
        code,
        severity: Severity::Blocking,
        connection,
        ad_account: Some(account.id),
        subject: account.name.clone(),
        sentence,
        blocks: "",
        way_out,
        blocks_plans: true,
    }
}

fn money(account: &AdAccount, minor: i64) -> Option<String> {
    let money = Money::new(minor, account.currency.parse().ok()?);
    Some(format!("{money} {}", money.currency))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn said(json: &str) -> (Funding, String) {
        funding(&serde_json::from_str(&format!(r#"{{"id": "act_1", "currency": "EUR", {json}}}"#)).unwrap())
    }

    #[test]
    fn only_who_manages_the_account_is_told_that_nothing_pays() {
        assert_eq!(said(r#""user_tasks": ["ADVERTISE", "MANAGE"]"#).0, Funding::Nothing);
        assert_eq!(said(r#""user_tasks": ["ADVERTISE"]"#).0, Funding::Unknown);
        assert_eq!(said(r#""user_tasks": ["MANAGE"], "account_status": 2"#).0, Funding::Unknown);
    }

    #[test]
    fn money_paid_in_is_used_up_when_no_digit_of_it_is_left() {
        let prepaid = |words: &str| said(&format!(r#""funding_source_details": {{"type": 20, "display_string": "{words}"}}"#)).0;
        assert_eq!(prepaid("Available Balance ($0.00 USD)"), Funding::Empty);
        assert_eq!(prepaid("Saldo disponível (R$0,00 BRL)"), Funding::Empty);
        assert_eq!(prepaid("Available Balance ($0.05 USD)"), Funding::There);
        assert_eq!(prepaid("Available Balance"), Funding::There);
        assert_eq!(said(r#""funding_source_details": {"type": 1, "display_string": "Visa *0000"}"#).0, Funding::There);
        assert_eq!(said(r#""funding_source_details": {"type": "0"}"#).0, Funding::Nothing);
    }

    #[test]
    fn a_token_is_dying_for_two_weeks_and_then_dead() {
        let now: DateTime<Utc> = "2026-11-21T08:00:00Z".parse().unwrap();
        let at = |text: &str| dying(Ends::At(text.parse().unwrap()), now);
        assert_eq!(at("2026-12-05T08:00:01Z"), None);
        assert_eq!(at("2026-12-05T08:00:00Z"), Some(14));
        assert_eq!(at("2026-11-21T09:00:00Z"), Some(1));
        assert_eq!(at("2026-11-21T08:00:00Z"), Some(0));
        assert_eq!((dying(Ends::Never, now), dying(Ends::Unknown, now)), (None, None));
    }
}
