//! Carrying out one step at Meta. A step that may have been carried out already is looked for before it is repeated.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::id::{CampaignId, ObjectId, PictureId, WorkspaceId};
use crate::domain::plan::{Kind, ObjectRef, Step, Wanted};
use crate::graph::{GraphError, NodeId, Switch, Writer};
use crate::store::campaigns;
use crate::store::connections::AdAccount;
use crate::store::observed::{self as rows, Observed};

use super::super::{Ctx, Error, Result};
use super::record::{Place, Said, read_back};
use super::{kept, wire};

/// How sure we are that a step was not carried out before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// It was not.
    Not,
    /// It may have been, and was not looked for yet.
    Perhaps,
    /// It may have been; a first look, a while ago, did not find it.
    NotSeenOnce,
}

/// What a step came to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Done; what Meta now says of the object.
    Done(ObjectRef, Place, Said),
    /// Not found by a first look: Meta's lists may lag behind its writes, so look again before making it.
    LookAgain,
}

/// Where steps are carried out.
pub(super) struct Work<'a> {
    pub ctx: &'a Ctx,
    pub workspace: WorkspaceId,
    pub account: &'a AdAccount,
    /// For writing: only an account that an owner opened has one.
    pub client: &'a Writer,
    pub node: &'a NodeId,
    pub now: DateTime<Utc>,
}

impl Work<'_> {
    /// Carries out a step other than a check.
    ///
    /// # Errors
    /// As calls to Meta; [`GraphError::may_have_happened`] says whether the step must be looked for next time.
    pub async fn perform(&self, step: &Step, before: Before) -> Result<Outcome> {
        match step {
            Step::Upload { image } => self.upload(image.picture).await,
            Step::Create { wanted, token } => self.create(wanted, token, before).await,
            Step::Change { wanted, fields } => {
                let known = self.known(wanted.object().id).await?;
                let node = node(&known.remote_id)?;
                match wanted {
                    Wanted::Campaign(w) => self.client.change_campaign(&node, &wire::campaign_change(w, fields)).await?,
                    Wanted::AdSet(w) => self.client.change_ad_set(&node, &wire::ad_set_change(w, fields)).await?,
                    Wanted::Ad(w) => {
                        use crate::domain::plan::Field;
                        if fields.contains(&Field::Name) {
                            self.client.rename(&node, &w.name).await?;
                        }
                        if fields.contains(&Field::Creative) {
                            let creative = self.remote(w.creative).await?;
                            self.client.change_ad_creative(&node, &creative).await?;
                        }
                    }
                    Wanted::Creative(w) => self.client.rename(&node, &w.name).await?,
                    Wanted::Kept(w) => kept::change(self.client, &node, w, fields).await?,
                }
                self.seen(wanted.object(), &known).await
            }
            Step::Pause { object } => self.switch(*object, Switch::Paused).await,
            Step::Activate { object } => self.switch(*object, Switch::Active).await,
            Step::Archive { object } => self.switch(*object, Switch::Archived).await,
            Step::Verify { .. } => Err(Error::Conflict("A check is no call.".to_owned())),
        }
    }

    async fn upload(&self, picture: PictureId) -> Result<Outcome> {
        let workspace = self.workspace;
        let file = self.ctx.db.read(move |c| campaigns::find_picture(c, workspace, picture)).await?;
        let file = file.ok_or(Error::NotFound("picture"))?;
        let uploaded = self.client.upload_image(self.node, &file.file_name, &file.mime, file.bytes).await?;
        let object = ObjectRef::new(Kind::Image, picture.0);
        Ok(Outcome::Done(object, self.place(None, None), Said::Image { hash: uploaded.hash }))
    }

    async fn create(&self, wanted: &Wanted, token: &str, before: Before) -> Result<Outcome> {
        let kind = wanted.object().kind;
        let parent = match wanted {
            Wanted::Campaign(_) | Wanted::Creative(_) => self.node.clone(),
            Wanted::AdSet(w) => self.remote(ObjectId(w.campaign.0)).await?,
            Wanted::Ad(w) => self.remote(ObjectId(w.ad_set.0)).await?,
            Wanted::Kept(_) => return Err(never_made()),
        };
        let found = match before {
            Before::Not => None,
            Before::Perhaps | Before::NotSeenOnce => self.find(kind, &parent, token).await?,
        };
        let id = match (found, before) {
            (Some(id), _) => id,
            (None, Before::Perhaps) => return Ok(Outcome::LookAgain),
            (None, Before::Not | Before::NotSeenOnce) => self.make(wanted, &parent).await?,
        };
        let (campaign, above) = match wanted {
            Wanted::Campaign(w) => (Some(w.id), None),
            Wanted::AdSet(w) => (Some(w.campaign), Some(ObjectId(w.campaign.0))),
            Wanted::Creative(_) => (None, None),
            Wanted::Ad(w) => (None, Some(ObjectId(w.ad_set.0))),
            Wanted::Kept(_) => return Err(never_made()),
        };
        let said = read_back(self.client, kind, id.as_str()).await.map_err(after_write)?;
        Ok(Outcome::Done(wanted.object(), self.place(campaign, above), said))
    }

    async fn make(&self, wanted: &Wanted, parent: &NodeId) -> Result<NodeId> {
        Ok(match wanted {
            Wanted::Campaign(w) => self.client.create_campaign(self.node, &wire::campaign(w)).await?,
            Wanted::AdSet(w) => self.client.create_ad_set(self.node, &wire::ad_set(w, parent, self.now)).await?,
            Wanted::Creative(w) => {
                let mut hashes = BTreeMap::new();
                for picture in w.pictures() {
                    hashes.insert(picture, self.known(ObjectId(picture.0)).await?.remote_id);
                }
                self.client.create_creative(self.node, &wire::creative(w, &hashes)?).await?
            }
            Wanted::Ad(w) => {
                let creative = self.remote(w.creative).await?;
                self.client.create_ad(self.node, &wire::ad(w, parent, &creative)).await?
            }
            Wanted::Kept(_) => return Err(never_made()),
        })
    }

    /// The object whose name ends in the token, under its parent.
    async fn find(&self, kind: Kind, parent: &NodeId, token: &str) -> Result<Option<NodeId>> {
        let end = format!("[{token}]");
        Ok(match kind {
            Kind::Campaign => self.client.campaigns(parent).find(|o| o.name.ends_with(&end)).await?.map(|o| o.id),
            Kind::AdSet => self.client.ad_sets(parent).find(|o| o.name.ends_with(&end)).await?.map(|o| o.id),
            Kind::Creative => self.client.creatives(parent).find(|o| o.name.ends_with(&end)).await?.map(|o| o.id),
            Kind::Ad => self.client.ads(parent).find(|o| o.name.ends_with(&end)).await?.map(|o| o.id),
            Kind::Image => None,
        })
    }

    async fn switch(&self, object: ObjectRef, to: Switch) -> Result<Outcome> {
        let known = self.known(object.id).await?;
        self.client.switch(&node(&known.remote_id)?, to).await?;
        self.seen(object, &known).await
    }

    async fn seen(&self, object: ObjectRef, known: &Observed) -> Result<Outcome> {
        let said = read_back(self.client, object.kind, &known.remote_id).await.map_err(after_write)?;
        Ok(Outcome::Done(object, self.place(known.campaign_id, known.parent_id), said))
    }

    async fn known(&self, id: ObjectId) -> Result<Observed> {
        let workspace = self.workspace;
        let found = self.ctx.db.read(move |c| rows::find(c, workspace, id)).await?;
        found.ok_or_else(|| Error::Conflict("A step before this one left no object behind; apply the plan again.".to_owned()))
    }

    async fn remote(&self, id: ObjectId) -> Result<NodeId> {
        node(&self.known(id).await?.remote_id)
    }

    fn place(&self, campaign: Option<CampaignId>, parent: Option<ObjectId>) -> Place {
        Place { workspace: self.workspace, account: self.account.id, campaign, parent }
    }
}

/// What was adopted is changed and switched; a plan that made it again would double it.
fn never_made() -> Error {
    Error::Conflict("What was adopted is never made again; plan anew.".to_owned())
}

fn node(remote: &str) -> Result<NodeId> {
    remote.parse().map_err(|e: crate::graph::NotANode| Error::Conflict(e.to_string()))
}

/// A read that failed after its write succeeded: the write must be looked for, never repeated blindly.
fn after_write(error: GraphError) -> Error {
    GraphError::Lost { message: error.to_string() }.into()
}
