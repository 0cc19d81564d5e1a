//! The workspace's templates of names and links: what new campaigns start with. Running ones keep their own.

use crate::domain::campaign::{ByNetwork, NamesForm};
use crate::domain::dictionary;
use crate::domain::invalid::Invalid;
use crate::domain::naming::{Level, Names, Naming, check, check_link};
use crate::domain::network::Network;
use crate::domain::role::Role;
use crate::domain::tracking::Sources;
use crate::store::naming::{self as rows, NamingRow};

use super::{Actor, Ctx, Result};

/// The longest `utm_source`, in characters.
const SOURCE_MAX: usize = 100;

/// The templates as typed; fields are named as in a campaign's form.
#[derive(Debug, Clone, Default)]
pub struct NamingForm {
    /// Names.
    pub names: NamesForm,
    /// `utm_source` by network.
    pub source: ByNetwork,
    /// `utm_medium`.
    pub utm_medium: String,
    /// `utm_campaign`.
    pub utm_campaign: String,
    /// `utm_content`.
    pub utm_content: String,
}

impl NamingForm {
    /// The form that shows these templates.
    pub fn of(naming: &Naming) -> Self {
        let names = NamesForm {
            campaign: naming.names.campaign.clone(),
            ad_set: naming.names.ad_set.clone(),
            ad: naming.names.ad.clone(),
        };
        Self {
            names,
            source: ByNetwork { facebook: naming.sources.facebook.clone(), instagram: naming.sources.instagram.clone() },
            utm_medium: naming.medium.clone(),
            utm_campaign: naming.campaign.clone(),
            utm_content: naming.content.clone(),
        }
    }

    /// The templates, or every problem at its field.
    pub fn read(&self) -> std::result::Result<Naming, Invalid> {
        let mut invalid = Invalid::default();
        let mut names = Names::default();
        for level in Level::ALL {
            let typed = self.names.of(level).trim();
            match check(typed, level) {
                Ok(()) => names.set(level, typed.to_owned()),
                Err(fault) => invalid.add(format!("names.{}", level.as_str()), fault.into()),
            }
        }
        let mut link = |field: &str, typed: &str| {
            if let Err(fault) = check_link(typed) {
                invalid.add(field, fault.into());
            }
            typed.trim().to_owned()
        };
        let medium = link("utm_medium", &self.utm_medium);
        let campaign = link("utm_campaign", &self.utm_campaign);
        let content = link("utm_content", &self.utm_content);
        for network in Network::BOTH {
            let typed = self.source.of(network).trim();
            let field = format!("source.{}", network.as_str());
            if typed.is_empty() {
                invalid.add(field, dictionary::source_missing(network.as_str()));
            } else if typed.chars().count() > SOURCE_MAX || typed.contains(['{', '}']) || typed.chars().any(char::is_control) {
                invalid.add(field, dictionary::source_word(SOURCE_MAX));
            }
        }
        invalid.into_result()?;
        let source = |network: Network| self.source.of(network).trim().to_owned();
        let sources = Sources { facebook: source(Network::Facebook), instagram: source(Network::Instagram) };
        Ok(Naming { names, sources, medium, campaign, content })
    }
}

/// The workspace's templates; the usual ones where nobody chose any.
pub async fn get(ctx: &Ctx, actor: &Actor) -> Result<Naming> {
    let workspace = actor.workspace;
    let row = ctx.db.read(move |c| rows::find(c, workspace)).await?;
    Ok(row.map_or_else(Naming::default, |row| Naming {
        names: Names { campaign: row.name_campaign, ad_set: row.name_ad_set, ad: row.name_ad },
        sources: Sources { facebook: row.source_facebook, instagram: row.source_instagram },
        medium: row.utm_medium,
        campaign: row.utm_campaign,
        content: row.utm_content,
    }))
}

/// Sets the workspace's templates. Campaigns that are there keep theirs.
///
/// # Errors
/// [`super::Error::Invalid`] with every problem at its field.
pub async fn save(ctx: &Ctx, actor: &Actor, form: &NamingForm) -> Result<()> {
    actor.require(Role::Manager)?;
    let naming = form.read()?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let saved = ctx.db.write(move |c| {
        let now = inner.stamp();
        let (names, sources) = (naming.names.clone(), naming.sources.clone());
        let row = NamingRow {
            workspace_id: actor.workspace,
            name_campaign: names.campaign,
            name_ad_set: names.ad_set,
            name_ad: names.ad,
            source_facebook: sources.facebook,
            source_instagram: sources.instagram,
            utm_medium: naming.medium.clone(),
            utm_campaign: naming.campaign.clone(),
            utm_content: naming.content.clone(),
            updated_at: now,
        };
        rows::set(c, &row)?;
        actor.record(c, now, "naming.changed", ("workspace", actor.workspace.0), &naming)
    });
    saved.await
}
