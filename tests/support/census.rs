//! What stands at Meta, counted by the sandbox's own lists: nothing twice, nothing left over, nothing on that no plan switched on.

use std::collections::{BTreeMap, BTreeSet};

use tandem::domain::id::{CampaignId, ObjectId, WorkspaceId};
use tandem::domain::plan::Step;
use tandem::graph::{Ad, AdSet, Campaign, Client, NodeId};
use tandem::store::{Db, plans};

/// What the plans of some campaigns are to leave at Meta: the marker of each object, and whether it was switched on.
#[derive(Debug, Clone, Default)]
pub struct Census {
    wanted: BTreeMap<String, Wanted>,
}

#[derive(Debug, Clone)]
struct Wanted {
    campaign: CampaignId,
    kind: &'static str,
    on: bool,
}

/// What is wrong, each with the campaign it belongs to where that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrong {
    /// Markers that more than one object carries.
    pub twice: Vec<(Option<CampaignId>, String)>,
    /// Objects with a marker that no plan knows, ad sets and ads under another parent, creatives that no ad shows.
    pub left_over: Vec<(Option<CampaignId>, String)>,
    /// Objects that are on and that no plan switched on.
    pub on: Vec<(Option<CampaignId>, String)>,
    /// Objects that a plan wanted and Meta does not have, or has switched off.
    pub missing: Vec<(Option<CampaignId>, String)>,
}

impl Wrong {
    /// Whether nothing is.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Whether nothing is but that some of it is still to be made: as it may be while a plan is on its way.
    pub fn is_unfinished_alone(&self) -> bool {
        self.twice.is_empty() && self.left_over.is_empty() && self.on.is_empty()
    }
}

/// An object as Meta lists it.
struct Listed {
    kind: &'static str,
    remote: String,
    name: String,
    parent: Option<String>,
    status: Option<String>,
    shows: Option<String>,
}

impl Census {
    /// Adds what a campaign's newest approved plan makes and, as far as its steps have come, switches on.
    pub async fn expect(&mut self, db: &Db, workspace: WorkspaceId, campaign: CampaignId) {
        let steps = db.read(move |c| {
            let plan = plans::find_latest_approved(c, workspace, campaign)?.unwrap();
            plans::list_steps(c, workspace, plan.id)
        });
        let mut armed: BTreeSet<ObjectId> = BTreeSet::new();
        let mut made: Vec<(ObjectId, String, &'static str)> = Vec::new();
        for row in steps.await.unwrap() {
            match serde_json::from_str(&row.step).unwrap() {
                Step::Create { wanted, token } => {
                    made.push((wanted.object().id, format!("[{token}]"), wanted.object().kind.as_str()));
                }
                Step::Activate { object } if row.attempts > 0 => {
                    armed.insert(object.id);
                }
                _ => {}
            }
        }
        self.wanted
            .extend(made.into_iter().map(|(id, marker, kind)| (marker, Wanted { campaign, kind, on: armed.contains(&id) })));
    }

    /// Compares with everything in an ad account that carries a marker.
    pub async fn take(&self, client: &Client, account: &NodeId) -> Wrong {
        self.compare(&list(client, account).await)
    }

    /// Compares with what stands below one campaign, creatives apart.
    pub async fn take_below(&self, client: &Client, campaign: &NodeId) -> Wrong {
        self.compare(&below(client, campaign).await)
    }

    fn compare(&self, listed: &[Listed]) -> Wrong {
        let mut wrong = Wrong::default();
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let ours: BTreeSet<&str> = listed
            .iter()
            .filter(|object| marker(&object.name).is_some_and(|marker| self.wanted.contains_key(marker)))
            .map(|object| object.remote.as_str())
            .collect();
        let shown: BTreeSet<&str> = listed.iter().filter_map(|object| object.shows.as_deref()).collect();
        let finished = listed.iter().filter(|object| object.kind == "ad" && ours.contains(object.remote.as_str())).count()
            == self.wanted.values().filter(|wanted| wanted.kind == "ad").count();
        for object in listed {
            let Some(marker) = marker(&object.name) else { continue };
            let Some(wanted) = self.wanted.get(marker) else {
                wrong.left_over.push((None, format!("{} {}", object.kind, object.name)));
                continue;
            };
            let told = || (Some(wanted.campaign), format!("{} {}", object.kind, object.name));
            *seen.entry(marker).or_default() += 1;
            if seen.get(marker) == Some(&2) {
                wrong.twice.push(told());
            }
            let astray = object.parent.as_deref().is_some_and(|parent| !ours.contains(parent));
            let unused = finished && object.kind == "creative" && !shown.contains(object.remote.as_str());
            if astray || unused {
                wrong.left_over.push(told());
            }
            match (object.status.as_deref(), wanted.on) {
                (Some("ACTIVE"), false) if object.kind != "creative" => wrong.on.push(told()),
                (Some("ACTIVE"), _) | (None, _) => {}
                (Some(_), true) => wrong.missing.push(told()),
                (Some(_), false) => {}
            }
        }
        let absent = self.wanted.iter().filter(|(marker, _)| !seen.contains_key(marker.as_str()));
        wrong.missing.extend(absent.map(|(marker, wanted)| (Some(wanted.campaign), format!("{} {marker}", wanted.kind))));
        wrong
    }
}

/// Everything of an ad account that is not deleted.
async fn list(client: &Client, account: &NodeId) -> Vec<Listed> {
    const MOST: usize = 100_000;
    let mut all: Vec<Listed> = client.every_campaign(account).all(MOST).await.unwrap().into_iter().map(of_campaign).collect();
    all.extend(client.every_ad_set(account).all(MOST).await.unwrap().into_iter().map(of_ad_set));
    for creative in client.creatives(account).all(MOST).await.unwrap() {
        let remote = creative.id.to_string();
        all.push(Listed { kind: "creative", remote, name: creative.name, parent: None, status: None, shows: None });
    }
    for row in client.every_ad(account).all(MOST).await.unwrap() {
        let shows = row.creative.map(|creative| creative.id.to_string());
        all.push(Listed { shows, ..of_ad(row.ad) });
    }
    all
}

/// A campaign, its ad sets and its ads.
async fn below(client: &Client, campaign: &NodeId) -> Vec<Listed> {
    const MOST: usize = 1_000;
    let top = client.campaign(campaign).await.unwrap();
    let mut all = vec![of_campaign(top)];
    all.extend(client.ad_sets(campaign).all(MOST).await.unwrap().into_iter().map(of_ad_set));
    all.extend(client.ads(campaign).all(MOST).await.unwrap().into_iter().map(of_ad));
    all
}

fn of_campaign(said: Campaign) -> Listed {
    Listed { kind: "campaign", remote: said.id.to_string(), name: said.name, parent: None, status: said.status, shows: None }
}

fn of_ad_set(said: AdSet) -> Listed {
    let parent = said.campaign_id.map(|id| id.to_string());
    Listed { kind: "ad_set", remote: said.id.to_string(), name: said.name, parent, status: said.status, shows: None }
}

fn of_ad(said: Ad) -> Listed {
    let (parent, shows) = (said.adset_id.map(|id| id.to_string()), said.creative.map(|creative| creative.id.to_string()));
    Listed { kind: "ad", remote: said.id.to_string(), name: said.name, parent, status: said.status, shows }
}

/// The marker at a name's end, brackets included.
fn marker(name: &str) -> Option<&str> {
    let (_, end) = name.rsplit_once(' ')?;
    (end.len() == 10 && end.starts_with('[') && end.ends_with(']')).then_some(end)
}
