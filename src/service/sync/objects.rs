//! The account and its campaigns, ad sets, ads and creatives as Meta lists them, made here or elsewhere; a page a transaction.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::id::{AdAccountId, CampaignId, ObjectId, WorkspaceId};
use crate::graph::{self, AdSet, AdWithCreative, Campaign, InsightsRow, NodeId, Pages};
use crate::store::connections as accounts;
use crate::store::observed::{self, Observed};
use crate::store::{Conn, UtcTime};

use super::super::connections::{least, pixel_row, status_word};
use super::super::drift::Between;
use super::super::publish::moves_money;
use super::super::{Ctx, Result, drift, ledger, outside};
use super::progress::{Progress, Stage};
use super::results::{Kind, kind_of};
use super::{Sync, activities};

/// Why the ledger changes with what a sync sees.
const SEEN: &str = "Seen at Meta by a sync.";
/// More pixels than one account has.
const MOST: usize = 20_000;

/// Our ids by Meta's, and what each ad set counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    pub campaigns: BTreeMap<String, ObjectId>,
    pub ad_sets: BTreeMap<String, ObjectId>,
    pub ads: BTreeMap<String, ObjectId>,
    pub creatives: BTreeMap<String, ObjectId>,
    pub kinds: BTreeMap<String, Kind>,
}

/// Renews the account's own row: status, limits, pixels.
pub(super) async fn account(sync: &Sync, said: &graph::AdAccount) -> Result<()> {
    let minimum = least(&sync.client, said).await?;
    let pixels = sync.client.pixels(&sync.node).all(MOST).await?;
    let mut row = sync.account.clone();
    row.account_status = status_word(said.account_status).to_owned();
    row.min_daily_minor = minimum;
    row.spend_cap_minor = said.spend_cap;
    row.amount_spent_minor = said.amount_spent;
    let ctx = sync.ctx.clone();
    let written = sync.ctx.db.write(move |c| {
        accounts::update_account(c, &row)?;
        for pixel in &pixels {
            // Only those that a person linked; others are chosen at the connection.
            accounts::renew_pixel(c, &pixel_row(&ctx, row.workspace_id, row.id, pixel))?;
        }
        Ok(())
    });
    written.await
}

/// Reads every object from where the sync stands and stores what Meta says of it.
pub(super) async fn bring_in(sync: &Sync, progress: &mut Progress) -> Result<Index> {
    let (client, node) = (&sync.client, &sync.node);
    let mut index = load(sync).await?;
    if progress.place.stage == Stage::Campaigns {
        index = list(sync, progress, index, client.every_campaign(node), Stage::AdSets, "campaign").await?;
    }
    if progress.place.stage == Stage::AdSets {
        index = list(sync, progress, index, client.every_ad_set(node), Stage::Ads, "ad_set").await?;
    }
    if progress.place.stage == Stage::Ads {
        index = list(sync, progress, index, client.every_ad(node), Stage::Drift, "ad").await?;
    }
    if progress.place.stage == Stage::Drift {
        drift::renew_account(&sync.ctx, &sync.account).await?;
        activities::bring_in(sync, progress, &index).await?;
        progress.next(Stage::Figures);
        progress.save(&sync.ctx).await?;
    }
    Ok(index)
}

/// What a listed row does to the index and the database.
trait Listed: DeserializeOwned + Send + 'static {
    fn store(&self, c: &mut Conn, store: &mut Store<'_>, index: &mut Index) -> Result<()>;
}

impl Listed for Campaign {
    fn store(&self, c: &mut Conn, store: &mut Store<'_>, index: &mut Index) -> Result<()> {
        let id = store.id(&index.campaigns, &self.id);
        let status = (self.status.as_deref(), self.effective_status.as_deref());
        let id = store.put(c, ("campaign", id, &self.id), (None, Some(id)), &self.name, status, self)?;
        index.campaigns.insert(self.id.to_string(), id);
        Ok(())
    }
}

impl Listed for AdSet {
    fn store(&self, c: &mut Conn, store: &mut Store<'_>, index: &mut Index) -> Result<()> {
        let above = self.campaign_id.as_ref().and_then(|id| index.campaigns.get(id.as_str())).copied();
        let id = store.id(&index.ad_sets, &self.id);
        if let Some(kind) = kind_of(self) {
            index.kinds.insert(self.id.to_string(), kind);
        }
        let status = (self.status.as_deref(), self.effective_status.as_deref());
        let id = store.put(c, ("ad_set", id, &self.id), (above, above), &self.name, status, self)?;
        index.ad_sets.insert(self.id.to_string(), id);
        Ok(())
    }
}

impl Listed for AdWithCreative {
    fn store(&self, c: &mut Conn, store: &mut Store<'_>, index: &mut Index) -> Result<()> {
        let ad = &self.ad;
        let above = ad.adset_id.as_ref().and_then(|id| index.ad_sets.get(id.as_str())).copied();
        let campaign = ad.campaign_id.as_ref().and_then(|id| index.campaigns.get(id.as_str())).copied();
        let id = store.id(&index.ads, &ad.id);
        let status = (ad.status.as_deref(), ad.effective_status.as_deref());
        let id = store.put(c, ("ad", id, &ad.id), (above, campaign), &ad.name, status, ad)?;
        index.ads.insert(ad.id.to_string(), id);
        let Some(creative) = &self.creative else { return Ok(()) };
        // One creative may serve ads of several campaigns: it stands with the last of them that Meta lists.
        let id = store.id(&index.creatives, &creative.id);
        let status = (creative.status.as_deref(), None);
        let id = store.put(c, ("creative", id, &creative.id), (None, campaign), &creative.name, status, creative)?;
        index.creatives.insert(creative.id.to_string(), id);
        Ok(())
    }
}

/// Reads one list page by page; with its last page, what is no longer in it is gone.
async fn list<T: Listed>(
    sync: &Sync,
    progress: &mut Progress,
    mut index: Index,
    pages: Pages<T>,
    then: Stage,
    kind: &'static str,
) -> Result<Index> {
    let mut pages = pages.after(progress.place.after.as_deref());
    while let Some(page) = pages.next_page().await? {
        let last = pages.place().is_none();
        match pages.place() {
            Some(after) => progress.place.after = Some(after.to_owned()),
            None => progress.next(then),
        }
        let (ctx, row) = (sync.ctx.clone(), sync.account.clone());
        let (workspace, account) = (row.workspace_id, row.id);
        let mut noted = progress.clone();
        let between = Some(Between { before: row.known_until_at, until: noted.run.platform_at });
        let stored = sync.ctx.db.write(move |c| {
            let seen_at = noted.run.began_at;
            let mut store = Store { ctx: &ctx, workspace, account, seen_at, moved: BTreeSet::new(), seen: Vec::new() };
            for listed in &page {
                listed.store(c, &mut store, &mut index)?;
            }
            let now = ctx.stamp();
            for campaign in store.moved {
                ledger::book(c, &row, campaign, now, SEEN)?;
            }
            let mut seen = store.seen;
            if last {
                for gone in observed::list_unseen(c, workspace, account, kind, seen_at)? {
                    let after = Observed { gone_at: Some(seen_at), ..gone.clone() };
                    seen.extend(gone.campaign_id.zip(outside::difference(&gone, &after)));
                }
                observed::mark_gone(c, workspace, account, kind, seen_at)?;
                ledger::book_account(c, &row, now, SEEN)?;
            }
            noted.place.changed |= !seen.is_empty();
            outside::note(c, workspace, now, between, seen)?;
            noted.note(c)?;
            Ok::<_, super::super::Error>((index, noted.place.changed))
        });
        (index, progress.place.changed) = stored.await?;
        progress.breathe(sync).await?;
    }
    Ok(index)
}

async fn load(sync: &Sync) -> Result<Index> {
    let (workspace, account) = (sync.account.workspace_id, sync.account.id);
    let read = sync.ctx.db.read(move |c| {
        let mut kinds = BTreeMap::new();
        for row in observed::list(c, workspace, account, "ad_set")? {
            // An object known only from figures has no fields to read; it counts nothing.
            if let Some(kind) = serde_json::from_str::<AdSet>(&row.fields).ok().as_ref().and_then(kind_of) {
                kinds.insert(row.remote_id, kind);
            }
        }
        Ok(Index {
            campaigns: observed::ids(c, workspace, account, "campaign")?,
            ad_sets: observed::ids(c, workspace, account, "ad_set")?,
            ads: observed::ids(c, workspace, account, "ad")?,
            creatives: observed::ids(c, workspace, account, "creative")?,
            kinds,
        })
    });
    Ok(read.await?)
}
impl Index {
    /// Makes sure that the objects of a row are known: those deleted at Meta are in its figures but not in its lists.
    pub(super) fn learn(&mut self, c: &mut Conn, sync: &SyncIds<'_>, row: &InsightsRow) -> Result<()> {
        let (workspace, account) = (sync.workspace, sync.account);
        let mut store =
            Store { ctx: sync.ctx, workspace, account, seen_at: sync.seen_at, moved: BTreeSet::new(), seen: Vec::new() };
        let (mut above, mut campaign) = (None, None);
        let levels = [
            ("campaign", &row.campaign_id, &row.campaign_name, &mut self.campaigns),
            ("ad_set", &row.ad_set_id, &row.ad_set_name, &mut self.ad_sets),
            ("ad", &row.ad_id, &row.ad_name, &mut self.ads),
        ];
        for (kind, remote, name, known) in levels {
            let Some(remote) = remote else { continue };
            if let Some(id) = known.get(remote) {
                above = Some(*id);
                campaign = campaign.or(Some(*id));
                continue;
            }
            let Ok(node) = remote.parse::<NodeId>() else { continue };
            let id = store.id(known, &node);
            campaign = campaign.or(Some(id));
            let name = name.as_deref().unwrap_or(remote);
            let id = store.put(
                c,
                (kind, id, &node),
                (above, campaign),
                name,
                (Some("DELETED"), Some("DELETED")),
                &serde_json::json!({}),
            )?;
            known.insert(remote.clone(), id);
            above = Some(id);
        }
        Ok(())
    }
}

impl Index {
    /// Our ids of campaigns, ad sets and ads by Meta's.
    pub(super) fn objects(&self) -> BTreeMap<&str, ObjectId> {
        let all = [&self.campaigns, &self.ad_sets, &self.ads];
        all.into_iter().flatten().map(|(remote, id)| (remote.as_str(), *id)).collect()
    }
}

/// What [`Index::learn`] needs to make rows.
pub(super) struct SyncIds<'a> {
    pub ctx: &'a Ctx,
    pub workspace: WorkspaceId,
    pub account: AdAccountId,
    pub seen_at: UtcTime,
}

struct Store<'a> {
    ctx: &'a Ctx,
    workspace: WorkspaceId,
    account: AdAccountId,
    seen_at: UtcTime,
    /// Campaigns that may commit another budget than before.
    moved: BTreeSet<CampaignId>,
    /// What is another than Meta said before.
    seen: Vec<(CampaignId, outside::ObjectSeen)>,
}

impl Store<'_> {
    fn id(&self, known: &BTreeMap<String, ObjectId>, remote: &NodeId) -> ObjectId {
        known.get(remote.as_str()).copied().unwrap_or_else(|| ObjectId(self.ctx.new_id()))
    }

    fn put(
        &mut self,
        c: &mut Conn,
        (kind, id, remote): (&str, ObjectId, &NodeId),
        (parent, campaign): (Option<ObjectId>, Option<ObjectId>),
        name: &str,
        (status, effective): (Option<&str>, Option<&str>),
        fields: &impl Serialize,
    ) -> Result<ObjectId> {
        let gone = status == Some("DELETED");
        let row = Observed {
            workspace_id: self.workspace,
            id,
            ad_account_id: self.account,
            kind: kind.to_owned(),
            remote_id: remote.to_string(),
            parent_id: parent,
            campaign_id: campaign.map(|id| CampaignId(id.0)),
            name: name.to_owned(),
            status: status.unwrap_or("UNKNOWN").to_owned(),
            effective_status: effective.or(status).unwrap_or("UNKNOWN").to_owned(),
            origin: "elsewhere".to_owned(),
            fields: serde_json::to_string(fields)?,
            created_at: self.seen_at,
            seen_at: self.seen_at,
            gone_at: gone.then_some(self.seen_at),
        };
        let before = observed::find(c, self.workspace, id)?;
        if moves_money(before.as_ref(), &row) {
            self.moved.extend(row.campaign_id);
        }
        let seen = before.as_ref().and_then(|before| outside::difference(before, &row));
        self.seen.extend(row.campaign_id.zip(seen));
        Ok(observed::upsert(c, &row)?)
    }
}
