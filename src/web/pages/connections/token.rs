//! What a token is, for people.

use chrono::{DateTime, Utc};

use crate::service::connections::{Ends, SCOPES, TokenFacts};
use crate::web::format::moment;

/// A token without the token.
pub struct TokenView {
    /// Whose it is.
    pub user: String,
    /// What kind of user.
    pub kind: &'static str,
    /// The app it was made for.
    pub app: String,
    /// When it ends.
    pub ends: String,
    /// When it stops reaching data.
    pub data_ends: String,
    /// Platform time when it was asked.
    pub asked: String,
    /// Whether calls carry `appsecret_proof`; `None` where the page does not say it.
    pub signed: Option<bool>,
    /// Each permission that Tandem uses: name, whether it is there, what it gives or what its absence costs.
    pub scopes: Vec<(&'static str, bool, &'static str)>,
    /// How many are missing.
    pub missing: usize,
    /// Permissions it carries that Tandem does not use.
    pub unused: String,
}

impl TokenView {
    /// From what Meta said, at this platform time.
    pub fn of(facts: &TokenFacts, asked: DateTime<Utc>, signed: Option<bool>) -> Self {
        let unused: Vec<&str> =
            facts.granted.iter().map(String::as_str).filter(|name| !SCOPES.iter().any(|scope| scope.name == *name)).collect();
        Self {
            user: match facts.user_name.as_str() {
                "" => facts.user_id.clone(),
                name => format!("{name} ({})", facts.user_id),
            },
            kind: facts.kind_words(),
            app: match (facts.app_name.as_str(), facts.app_id.as_str()) {
                ("", "") => "not said by Meta".to_owned(),
                ("", id) => id.to_owned(),
                (name, id) => format!("{name} ({id})"),
            },
            ends: ends(facts.ends, asked),
            data_ends: ends(facts.data_access_ends, asked),
            asked: moment(asked),
            signed,
            scopes: SCOPES
                .iter()
                .map(|scope| {
                    let there = facts.has(scope.name);
                    (scope.name, there, if there { scope.gives } else { scope.without })
                })
                .collect(),
            missing: facts.missing().count(),
            unused: unused.join(", "),
        }
    }
}

fn ends(ends: Ends, now: DateTime<Utc>) -> String {
    match ends {
        Ends::Unknown => "not said by Meta".to_owned(),
        Ends::Never => "never".to_owned(),
        Ends::At(at) => {
            let days = (at - now).num_days();
            let left = match days {
                _ if at <= now => "over".to_owned(),
                0 => "less than a day".to_owned(),
                1 => "a day".to_owned(),
                n => format!("{n} days"),
            };
            format!("{} ({left})", moment(at))
        }
    }
}
