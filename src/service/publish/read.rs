//! Reading objects back in as few calls as Meta's lists allow: a list of what is below a campaign counts as one call, each object by
//! its id as one more. What a list leaves out is asked for by id, because lists are not always whole.

use std::collections::BTreeMap;

use serde_json::json;

use crate::domain::id::{CampaignId, ObjectId};
use crate::domain::plan::{Kind, ObjectRef};
use crate::graph::{Client, GraphError, NodeId, Read};
use crate::store::observed::{self, Observed};

use super::super::{Ctx, Result};
use super::input::Input;
use super::perform::{Work, node};
use super::record::{Place, Said, record_gone, record_seen};

/// From so many ads of a campaign on a list is fewer points than each by its id.
const WORTH_A_LIST: usize = 3;
/// More objects than a campaign at Meta has.
const MOST: usize = 20_000;

type Answer<T> = std::result::Result<T, GraphError>;

/// Asks Meta for objects by kind and id, in order; a picture is known by its hash and never changes, so it is not asked for.
pub(super) async fn read_ids(client: &Client, asked: Vec<(Kind, &str)>) -> Vec<Answer<Said>> {
    let mut said: Vec<Option<Answer<Said>>> = asked.iter().map(|_| None).collect();
    let mut nodes: BTreeMap<Kind, Vec<(usize, NodeId)>> = BTreeMap::new();
    for (place, (kind, remote)) in asked.iter().enumerate() {
        let answer = match (kind, remote.parse()) {
            (Kind::Image, _) => Some(Ok(Said::Image { hash: (*remote).to_owned() })),
            (_, Ok(node)) => {
                nodes.entry(*kind).or_default().push((place, node));
                None
            }
            (_, Err(_)) => Some(Err(GraphError::NotFound { message: format!("“{remote}” is no id of Meta’s") })),
        };
        if let Some(slot) = said.get_mut(place) {
            *slot = answer;
        }
    }
    for (kind, of_kind) in nodes {
        let nodes: Vec<&NodeId> = of_kind.iter().map(|(_, node)| node).collect();
        let answers = match kind {
            Kind::Campaign => together(client, &nodes, Read::campaign, |o| Said::Campaign(Box::new(o))).await,
            Kind::AdSet => together(client, &nodes, Read::ad_set, |o| Said::AdSet(Box::new(o))).await,
            Kind::Creative => together(client, &nodes, Read::creative, |o| Said::Creative(Box::new(o))).await,
            Kind::Ad => together(client, &nodes, Read::ad, |o| Said::Ad(Box::new(o))).await,
            Kind::Image => Vec::new(),
        };
        for ((place, _), answer) in of_kind.iter().zip(answers) {
            if let Some(slot) = said.get_mut(*place) {
                *slot = Some(answer);
            }
        }
    }
    said.into_iter().map(|answer| answer.unwrap_or_else(unanswered)).collect()
}

async fn together<T: Send + 'static>(
    client: &Client,
    nodes: &[&NodeId],
    read: impl Fn(&NodeId) -> Read<T>,
    said: impl Fn(T) -> Said,
) -> Vec<Answer<Said>> {
    let answers = client.read_together(nodes.iter().map(|node| read(node)).collect()).await;
    answers.into_iter().map(|answer| answer.map(&said)).collect()
}

impl Work<'_> {
    /// Reads back objects of one kind that were just written, in order.
    pub(super) async fn read_back_all(&self, written: &[Observed]) -> Result<Vec<Answer<Said>>> {
        let of = |kind: Kind| written.len() > WORTH_A_LIST && written.iter().all(|row| row.kind == kind.as_str());
        if of(Kind::Creative) {
            // What is in a creative is read with its ad, when the plan is checked and before anything is switched on.
            return Ok(written.iter().map(named).collect());
        }
        let mut listed: BTreeMap<String, Said> = BTreeMap::new();
        if of(Kind::Ad) {
            for campaign in self.campaigns_of(written).await? {
                let Ok(ads) = self.client.ads(&campaign).all(MOST).await else { continue };
                listed.extend(ads.into_iter().map(|ad| (ad.id.to_string(), Said::Ad(Box::new(ad)))));
            }
        }
        let rest = written.iter().filter(|row| !listed.contains_key(&row.remote_id));
        let rest = rest.map(|row| (Kind::parse(&row.kind).unwrap_or(Kind::Image), row.remote_id.as_str()));
        let mut asked = read_ids(self.client, rest.collect()).await.into_iter();
        let answer = |row: &Observed| match listed.get(&row.remote_id) {
            Some(said) => Ok(said.clone()),
            None => asked.next().unwrap_or_else(unanswered),
        };
        Ok(written.iter().map(answer).collect())
    }

    /// The campaigns at Meta with so many of these ads that a list of them is worth a call.
    async fn campaigns_of(&self, ads: &[Observed]) -> Result<Vec<NodeId>> {
        let (workspace, above): (_, Vec<_>) = (self.workspace, ads.iter().map(|ad| (ad.campaign_id, ad.parent_id)).collect());
        let remotes = self.ctx.db.read(move |c| {
            let mut count: BTreeMap<CampaignId, usize> = BTreeMap::new();
            for (campaign, ad_set) in above {
                let of_ad_set = match (campaign, ad_set) {
                    (None, Some(ad_set)) => observed::find(c, workspace, ad_set)?.and_then(|row| row.campaign_id),
                    (known, _) => known,
                };
                if let Some(campaign) = of_ad_set {
                    *count.entry(campaign).or_default() += 1;
                }
            }
            let mut remotes = Vec::new();
            for (campaign, _) in count.into_iter().filter(|(_, count)| *count > WORTH_A_LIST) {
                remotes.extend(observed::find(c, workspace, ObjectId(campaign.0))?.map(|row| row.remote_id));
            }
            Ok(remotes)
        });
        Ok(remotes.await?.iter().filter_map(|remote| remote.parse().ok()).collect())
    }
}

/// What is known of a creative before it is read: its id and the name it was made with.
fn named(row: &Observed) -> Answer<Said> {
    let creative = serde_json::from_value(json!({ "id": row.remote_id, "name": row.name }));
    creative
        .map(|creative| Said::Creative(Box::new(creative)))
        .map_err(|e| GraphError::Unexpected { message: format!("a creative’s id: {e}") })
}

fn unanswered() -> Answer<Said> {
    Err(GraphError::Unexpected { message: "no answer".to_owned() })
}

/// Asks Meta for every object of the campaign and stores the answers; one that is not there any more is noted as gone. One that is
/// noted as gone because a list left it out is asked for too.
pub(super) async fn read_all(ctx: &Ctx, client: &Client, input: &Input) -> Result<()> {
    let ended = |row: &Observed| row.gone_at.is_some() && observed::is_over(&row.status);
    let asked = input.rows.iter().filter_map(|row| Kind::parse(&row.kind).map(|kind| (row, kind)));
    let asked: Vec<(&Observed, Kind)> = asked.filter(|(row, kind)| *kind != Kind::Image && !ended(row)).collect();
    let listed = match asked.iter().find(|(_, kind)| *kind == Kind::Campaign) {
        Some((top, _)) if asked.len() > WORTH_A_LIST => below(client, &top.remote_id).await?,
        _ => BTreeMap::new(),
    };
    let known = |row: &Observed, kind: Kind| listed.get(&(kind, row.remote_id.clone()));
    let rest: Vec<(&Observed, Kind)> = asked.iter().copied().filter(|(row, kind)| known(row, *kind).is_none()).collect();
    let answers = read_ids(client, rest.iter().map(|(row, kind)| (*kind, row.remote_id.as_str())).collect()).await;
    let mut said: Vec<(Observed, Kind, Option<Said>)> = Vec::new();
    for (row, kind) in &asked {
        said.extend(known(row, *kind).map(|said| ((*row).clone(), *kind, Some(said.clone()))));
    }
    for ((row, kind), answer) in rest.into_iter().zip(answers) {
        match answer {
            Ok(answer) => said.push((row.clone(), kind, Some(answer))),
            Err(GraphError::NotFound { .. }) => said.push((row.clone(), kind, None)),
            Err(error) => return Err(error.into()),
        }
    }
    let now = ctx.stamp();
    let written = ctx.db.write(move |c| {
        for (row, kind, said) in &said {
            let place = Place {
                workspace: row.workspace_id,
                account: row.ad_account_id,
                campaign: row.campaign_id,
                parent: row.parent_id,
            };
            match said {
                Some(said) => record_seen(c, ObjectRef { kind: *kind, id: row.id }, place, said, now)?,
                None => record_gone(c, row, now)?,
            }
        }
        Ok(())
    });
    written.await
}

/// What Meta lists below a campaign, ads with their creatives; nothing where the campaign is gone.
async fn below(client: &Client, remote: &str) -> Result<BTreeMap<(Kind, String), Said>> {
    let campaign = node(remote)?;
    let mut listed = BTreeMap::new();
    let ad_sets = match client.ad_sets(&campaign).all(MOST).await {
        Err(GraphError::NotFound { .. }) => return Ok(listed),
        answer => answer?,
    };
    for ad_set in ad_sets {
        listed.insert((Kind::AdSet, ad_set.id.to_string()), Said::AdSet(Box::new(ad_set)));
    }
    for ad in client.ads_with_creatives(&campaign).all(MOST).await? {
        if let Some(creative) = ad.creative {
            listed.insert((Kind::Creative, creative.id.to_string()), Said::Creative(Box::new(creative)));
        }
        listed.insert((Kind::Ad, ad.ad.id.to_string()), Said::Ad(Box::new(ad.ad)));
    }
    Ok(listed)
}
