//! How campaigns, ad sets and ads are called at Meta, and what their links say: templates with variables like `{campaign}`,
//! `{network}` or `{start:YYYY-MM}`.
//!
//! A workspace has one template for each ([`Naming`]); a new campaign starts with them and keeps its own ([`Names`]), so that a
//! template changed later renames nothing by itself.

mod template;
mod values;

use serde::{Deserialize, Serialize};

use super::tracking::Sources;

pub use template::{Fault, Level, TEMPLATE_MAX, VARIABLES, Variable, check, check_link, uses};
pub use values::{AdSetValues, AdValues, Known, Values};

/// The longest name Meta takes, in characters. Source: Marketing API, `name` of campaign, ad set and ad.
pub const META_NAME_MAX: usize = 400;
/// What Tandem's token at the end of a name takes of it: ` [abcdefgh]`.
pub const TOKEN_LENGTH: usize = 11;

/// The templates of a campaign's names. What was stored without any has the usual ones.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Names {
    /// The campaign's.
    pub campaign: String,
    /// Each ad set's.
    pub ad_set: String,
    /// Each ad's.
    pub ad: String,
}

impl Default for Names {
    fn default() -> Self {
        let usual = |level: Level| level.usual().to_owned();
        Self { campaign: usual(Level::Campaign), ad_set: usual(Level::AdSet), ad: usual(Level::Ad) }
    }
}

impl Names {
    /// Whether they are the usual ones.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// The template of a level.
    pub fn of(&self, level: Level) -> &str {
        match level {
            Level::Campaign => &self.campaign,
            Level::AdSet => &self.ad_set,
            Level::Ad => &self.ad,
        }
    }

    /// Sets the template of a level.
    pub fn set(&mut self, level: Level, template: String) {
        match level {
            Level::Campaign => self.campaign = template,
            Level::AdSet => self.ad_set = template,
            Level::Ad => self.ad = template,
        }
    }
}

/// What a workspace starts its campaigns with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Naming {
    /// Names.
    pub names: Names,
    /// `utm_source` by network.
    pub sources: Sources,
    /// `utm_medium`, a template.
    pub medium: String,
    /// `utm_campaign`, a template; empty is the campaign's name.
    pub campaign: String,
    /// `utm_content`, a template; empty leaves it out.
    pub content: String,
}

impl Default for Naming {
    fn default() -> Self {
        Self {
            names: Names::default(),
            sources: Sources::default(),
            medium: "paid_social".into(),
            campaign: String::new(),
            content: String::new(),
        }
    }
}

#[cfg(test)]
mod tests;
