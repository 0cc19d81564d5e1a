//! The list of campaigns: those defined here and those seen at Meta or in files, with what they cost and brought lately.

use std::collections::BTreeMap;

use crate::domain::campaign::Campaign;
use crate::domain::currency::Currency;
use crate::domain::id::CampaignId;
use crate::domain::network::Network;
use crate::report::{self, About, Figures, Query, ResultKey, Times};
use crate::store::{campaigns as rows, observed};

use super::super::{Actor, Ctx, Error, Result};

/// A campaign in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its id.
    pub id: CampaignId,
    /// What is known of it apart from figures.
    pub about: About,
    /// Whether it was defined here, so that it can be edited and planned.
    pub is_ours: bool,
    /// The definition, where there is a valid one.
    pub campaign: Option<Campaign>,
    /// Its figures of the days shown; `None` where nothing was reported.
    pub figures: Option<Figures>,
    /// What it is counted by.
    pub counted_by: Option<ResultKey>,
    /// Spend by network.
    pub networks: Vec<(Network, i64)>,
}

/// The list and what its figures are.
#[derive(Debug)]
pub struct CampaignList {
    /// Drafts first, then most spend first.
    pub campaigns: Vec<Listed>,
    /// The currency of the figures, if there are any.
    pub currency: Option<Currency>,
    /// The days of the figures.
    pub period: Option<crate::domain::period::Period>,
}

/// Every campaign of the workspace.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<CampaignList> {
    let (workspace, times) = (actor.workspace, Times { platform: ctx.platform.clone(), now: ctx.now() });
    let read = ctx.db.read(move |c| {
        let query = Query { compare: report::Compare::Nothing, ..Query::default() };
        let figures = report::dashboard(c, workspace, &query, &times);
        Ok((rows::list(c, workspace)?, observed::list_present(c, workspace, "campaign")?, figures))
    });
    let (ours, seen, figures) = read.await?;
    let (mut lines, scope) = match figures {
        Ok(page) => (page.campaigns, Some(page.scope)),
        Err(report::Error::Invalid(_)) => (Vec::new(), None),
        Err(report::Error::Store(error)) => return Err(Error::from(error)),
    };
    let mut all: BTreeMap<CampaignId, Listed> = BTreeMap::new();
    for line in lines.drain(..) {
        let listed = Listed {
            figures: Some(line.figures),
            counted_by: line.counted_by,
            networks: line.networks,
            ..blank(line.id, line.about)
        };
        all.insert(line.id, listed);
    }
    for row in seen {
        let id = CampaignId(row.id.0);
        let about =
            About { name: row.name, effective_status: Some(row.effective_status), origin: Some(row.origin), ..About::default() };
        all.entry(id).or_insert_with(|| blank(id, about));
    }
    for row in ours {
        let listed = all.entry(row.id).or_insert_with(|| blank(row.id, About::default()));
        listed.is_ours = true;
        listed.about.name = row.name;
        listed.about.wanted = Some(row.wanted);
        listed.campaign = row.definition.as_deref().and_then(|text| serde_json::from_str(text).ok());
    }
    let mut campaigns: Vec<Listed> = all.into_values().collect();
    let spent = |listed: &Listed| listed.figures.and_then(|figures| figures.counts.spend_micros);
    campaigns.sort_by_key(|listed| (spent(listed).is_some(), std::cmp::Reverse(spent(listed)), std::cmp::Reverse(listed.id)));
    Ok(CampaignList { campaigns, currency: scope.as_ref().map(|scope| scope.currency), period: scope.map(|scope| scope.period) })
}

fn blank(id: CampaignId, about: About) -> Listed {
    Listed { id, about, is_ours: false, campaign: None, figures: None, counted_by: None, networks: Vec::new() }
}
