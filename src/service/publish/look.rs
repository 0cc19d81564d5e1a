//! Looking for what an earlier try may have made: by the id that Meta answered, then by the token at the end of its name, with one
//! list a parent.

use std::collections::BTreeMap;

use crate::domain::id::{CampaignId, ObjectId};
use crate::domain::plan::Kind;
use crate::graph::{Client, GraphError, NodeId, Pages};

use super::super::{Error, Result};
use super::perform::{Member, Outcome, Work};
use super::read::read_ids;
use super::record::Said;
use super::trail::Trail;

/// An object that a create makes, while it is looked for.
#[derive(Debug)]
pub(super) struct Sought {
    /// Which step of those that go together.
    pub place: usize,
    pub kind: Kind,
    pub campaign: Option<CampaignId>,
    pub above: Option<ObjectId>,
    /// What it is made under, at Meta.
    pub parent: NodeId,
    /// What its name ends in.
    pub marker: String,
    /// What Meta called it once, the latest first.
    pub ids: Vec<String>,
    /// What Meta says of it, once it is there.
    pub said: Option<Said>,
}

impl Sought {
    /// Leaves an error at its step.
    pub fn fail(&self, members: &mut [Member], error: Error) {
        if let Some(member) = members.get_mut(self.place) {
            member.outcome = Some(Err(error));
        }
    }

    fn is(&self, said: &Said) -> bool {
        !said.is_gone() && said.name().ends_with(&self.marker)
    }
}

impl Work<'_> {
    /// Looks for what is there already and notes it. What is not found and may still come up is to be looked for again.
    pub(super) async fn look(&self, members: &mut [Member], sought: &mut [Sought]) -> Result<()> {
        self.look_by_id(members, sought).await;
        let sent = |members: &[Member], one: &Sought| {
            members.get(one.place).is_some_and(|member| !member.trail.is_fresh() && member.outcome.is_none())
        };
        let mut parents: Vec<NodeId> =
            sought.iter().filter(|one| one.said.is_none() && sent(members, one)).map(|one| one.parent.clone()).collect();
        parents.sort_unstable();
        parents.dedup();
        let mut noted: Vec<usize> = Vec::new();
        for parent in parents {
            let mut mine: Vec<&mut Sought> =
                sought.iter_mut().filter(|one| one.parent == parent && one.said.is_none() && sent(members, one)).collect();
            let ends: Vec<String> = mine.iter().map(|one| one.marker.clone()).collect();
            let Some(kind) = mine.first().map(|one| one.kind) else { continue };
            let found = listed(self.client, kind, &parent, &ends).await;
            for one in &mut mine {
                let Some(member) = members.get_mut(one.place) else { continue };
                match &found {
                    Err(error) => member.outcome = Some(Err(error.clone().into())),
                    Ok(found) => match found.get(&one.marker) {
                        Some(said) => {
                            member.trail.row.remote_id = Some(said.remote());
                            member.trail.answered();
                            one.said = Some(said.clone());
                            noted.push(one.place);
                        }
                        None => {
                            if let Some(wait) = member.trail.missed() {
                                member.outcome = Some(Ok(Outcome::LookAgain(wait)));
                                noted.push(one.place);
                            }
                        }
                    },
                }
            }
        }
        Trail::save(self.ctx, noted.iter().filter_map(|place| members.get(*place)).map(|member| &member.trail)).await
    }

    /// What Meta says of the objects under ids that they had once, where they are still there and are these very ones: an earlier
    /// try was answered with the id, or a list that left it out made it count as gone.
    async fn look_by_id(&self, members: &mut [Member], sought: &mut [Sought]) {
        let most = sought.iter().map(|one| one.ids.len()).max().unwrap_or_default();
        for turn in 0..most {
            let asked: Vec<(usize, Kind, String)> = sought
                .iter()
                .enumerate()
                .filter(|(_, one)| one.said.is_none())
                .filter_map(|(at, one)| Some((at, one.kind, one.ids.get(turn)?.clone())))
                .collect();
            let said = read_ids(self.client, asked.iter().map(|(_, kind, id)| (*kind, id.as_str())).collect()).await;
            for ((at, ..), said) in asked.iter().zip(said) {
                let Some(one) = sought.get_mut(*at) else { continue };
                match said {
                    Ok(said) if one.is(&said) => one.said = Some(said),
                    Ok(_) | Err(GraphError::NotFound { .. }) => {}
                    Err(error) => one.fail(members, error.into()),
                }
            }
        }
    }
}

/// The objects under a parent whose names end in one of these markers, by marker; read no further than needed.
async fn listed(
    client: &Client,
    kind: Kind,
    parent: &NodeId,
    ends: &[String],
) -> std::result::Result<BTreeMap<String, Said>, GraphError> {
    match kind {
        Kind::Campaign => search(client.campaigns(parent), ends, |o| Said::Campaign(Box::new(o))).await,
        Kind::AdSet => search(client.ad_sets(parent), ends, |o| Said::AdSet(Box::new(o))).await,
        Kind::Creative => search(client.creatives(parent), ends, |o| Said::Creative(Box::new(o))).await,
        Kind::Ad => search(client.ads(parent), ends, |o| Said::Ad(Box::new(o))).await,
        Kind::Image => Ok(BTreeMap::new()),
    }
}

async fn search<T: serde::de::DeserializeOwned>(
    mut pages: Pages<T>,
    ends: &[String],
    said: impl Fn(T) -> Said,
) -> std::result::Result<BTreeMap<String, Said>, GraphError> {
    let mut found = BTreeMap::new();
    while found.len() < ends.len() {
        let Some(page) = pages.next_page().await? else { break };
        for said in page.into_iter().map(&said) {
            if let Some(end) = ends.iter().find(|end| said.name().ends_with(*end)) {
                found.entry(end.clone()).or_insert(said);
            }
        }
    }
    Ok(found)
}

/// What the name of an object with this token ends in.
pub(super) fn marker(token: &str) -> String {
    format!("[{token}]")
}
