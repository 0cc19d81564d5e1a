//! Carrying out one step at Meta. A step that may have been carried out already is looked for before it is repeated.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use crate::domain::dictionary;
use crate::domain::id::{CampaignId, ObjectId, PictureId, WorkspaceId};
use crate::domain::plan::{Kind, ObjectRef, Step, Wanted};
use crate::graph::{GraphError, NodeId, Switch, Writer};
use crate::store::campaigns;
use crate::store::connections::AdAccount;
use crate::store::observed::{self as rows, Observed};

use super::super::{Ctx, Error, Result};
use super::record::{Place, Said, read_back};
use super::trail::Trail;
use super::{kept, wire};

/// What a step came to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Done; what Meta now says of the object.
    Done(ObjectRef, Place, Said),
    /// Not found by a look: Meta's lists may lag behind its writes, so look again after a while before making it.
    LookAgain(Duration),
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
    pub async fn perform(&self, step: &Step, trail: &mut Trail<'_>) -> Result<Outcome> {
        match step {
            Step::Upload { image } => self.upload(image.picture, trail).await,
            Step::Create { wanted, token } => self.create(wanted, token, trail).await,
            Step::Change { wanted, fields } => {
                let known = self.known(wanted.object().id).await?;
                let node = node(&known.remote_id)?;
                trail.send().await?;
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
                self.seen(wanted.object(), &known, trail).await
            }
            Step::Pause { object } => self.switch(*object, Switch::Paused, trail).await,
            Step::Activate { object } => self.switch(*object, Switch::Active, trail).await,
            Step::Archive { object } => self.switch(*object, Switch::Archived, trail).await,
            Step::Verify { .. } => Err(Error::Conflict("A check is no call.".to_owned())),
        }
    }

    async fn upload(&self, picture: PictureId, trail: &mut Trail<'_>) -> Result<Outcome> {
        let workspace = self.workspace;
        let file = self.ctx.db.read(move |c| campaigns::find_picture(c, workspace, picture)).await?;
        let file = file.ok_or(Error::NotFound("picture"))?;
        trail.send().await?;
        let uploaded = self.client.upload_image(self.node, &file.file_name, &file.mime, file.bytes).await?;
        let object = ObjectRef::new(Kind::Image, picture.0);
        Ok(Outcome::Done(object, self.place(None, None), Said::Image { hash: uploaded.hash }))
    }

    /// Makes an object, unless it is there already: what an earlier try was answered is read by its id, what an earlier try may
    /// have made is looked for by its token, again after a while, and only then it is made anew.
    async fn create(&self, wanted: &Wanted, token: &str, trail: &mut Trail<'_>) -> Result<Outcome> {
        let kind = wanted.object().kind;
        let (campaign, above) = match wanted {
            Wanted::Campaign(w) => (Some(w.id), None),
            Wanted::AdSet(w) => (Some(w.campaign), Some(ObjectId(w.campaign.0))),
            Wanted::Creative(_) => (None, None),
            Wanted::Ad(w) => (None, Some(ObjectId(w.ad_set.0))),
            Wanted::Kept(_) => return Err(never_made()),
        };
        let done = |said: Said| Outcome::Done(wanted.object(), self.place(campaign, above), said);
        if let Some(said) = self.there_already(wanted, token, trail).await? {
            return Ok(done(said));
        }
        let parent = match above {
            Some(above) => self.remote(above).await?,
            None => self.node.clone(),
        };
        if !trail.is_fresh() {
            if let Some(id) = self.find(kind, &parent, token).await? {
                trail.note_made(&id).await?;
                return Ok(done(read_back(self.client, kind, id.as_str()).await.map_err(after_write)?));
            }
            if let Some(wait) = trail.note_missing().await? {
                return Ok(Outcome::LookAgain(wait));
            }
        }
        let id = self.make(wanted, &parent, trail).await?;
        trail.note_made(&id).await?;
        Ok(done(read_back(self.client, kind, id.as_str()).await.map_err(after_write)?))
    }

    /// What Meta says of the object under an id that it had once, if it is still there and is this very one: an earlier try was
    /// answered with the id, or a list that left it out made it count as gone.
    async fn there_already(&self, wanted: &Wanted, token: &str, trail: &Trail<'_>) -> Result<Option<Said>> {
        let (workspace, object) = (self.workspace, wanted.object());
        let known = self.ctx.db.read(move |c| rows::find(c, workspace, object.id)).await?.map(|row| row.remote_id);
        let mut ids: Vec<&str> = trail.made().into_iter().chain(known.as_deref()).collect();
        ids.dedup();
        for id in ids {
            match read_back(self.client, object.kind, id).await {
                Ok(said) if !said.is_gone() && said.name().ends_with(&marker(token)) => return Ok(Some(said)),
                Ok(_) | Err(GraphError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    async fn make(&self, wanted: &Wanted, parent: &NodeId, trail: &mut Trail<'_>) -> Result<NodeId> {
        Ok(match wanted {
            Wanted::Campaign(w) => {
                trail.send().await?;
                self.client.create_campaign(self.node, &wire::campaign(w)).await?
            }
            Wanted::AdSet(w) => {
                trail.send().await?;
                self.client.create_ad_set(self.node, &wire::ad_set(w, parent, self.now)).await?
            }
            Wanted::Creative(w) => {
                let mut hashes = BTreeMap::new();
                for picture in w.pictures() {
                    hashes.insert(picture, self.known(ObjectId(picture.0)).await?.remote_id);
                }
                let new = wire::creative(w, &hashes)?;
                trail.send().await?;
                self.client.create_creative(self.node, &new).await?
            }
            Wanted::Ad(w) => {
                let creative = self.remote(w.creative).await?;
                trail.send().await?;
                self.client.create_ad(self.node, &wire::ad(w, parent, &creative)).await?
            }
            Wanted::Kept(_) => return Err(never_made()),
        })
    }

    /// The object whose name ends in the token, under its parent.
    async fn find(&self, kind: Kind, parent: &NodeId, token: &str) -> Result<Option<NodeId>> {
        let end = marker(token);
        Ok(match kind {
            Kind::Campaign => self.client.campaigns(parent).find(|o| o.name.ends_with(&end)).await?.map(|o| o.id),
            Kind::AdSet => self.client.ad_sets(parent).find(|o| o.name.ends_with(&end)).await?.map(|o| o.id),
            Kind::Creative => self.client.creatives(parent).find(|o| o.name.ends_with(&end)).await?.map(|o| o.id),
            Kind::Ad => self.client.ads(parent).find(|o| o.name.ends_with(&end)).await?.map(|o| o.id),
            Kind::Image => None,
        })
    }

    async fn switch(&self, object: ObjectRef, to: Switch, trail: &mut Trail<'_>) -> Result<Outcome> {
        let known = self.known(object.id).await?;
        let node = node(&known.remote_id)?;
        trail.send().await?;
        self.client.switch(&node, to).await?;
        self.seen(object, &known, trail).await
    }

    /// What Meta says of an object that it just changed.
    async fn seen(&self, object: ObjectRef, known: &Observed, trail: &mut Trail<'_>) -> Result<Outcome> {
        trail.answered();
        let said = read_back(self.client, object.kind, &known.remote_id).await.map_err(after_write)?;
        Ok(Outcome::Done(object, self.place(known.campaign_id, known.parent_id), said))
    }

    async fn known(&self, id: ObjectId) -> Result<Observed> {
        let workspace = self.workspace;
        let found = self.ctx.db.read(move |c| rows::find(c, workspace, id)).await?;
        found.ok_or_else(|| Error::conflict(dictionary::step_left_nothing()))
    }

    async fn remote(&self, id: ObjectId) -> Result<NodeId> {
        node(&self.known(id).await?.remote_id)
    }

    fn place(&self, campaign: Option<CampaignId>, parent: Option<ObjectId>) -> Place {
        Place { workspace: self.workspace, account: self.account.id, campaign, parent }
    }
}

/// What the name of an object with this token ends in.
fn marker(token: &str) -> String {
    format!("[{token}]")
}

/// What was adopted is changed and switched; a plan that made it again would double it.
fn never_made() -> Error {
    Error::conflict(dictionary::adopted_never_made())
}

fn node(remote: &str) -> Result<NodeId> {
    remote.parse().map_err(|e: crate::graph::NotANode| Error::Conflict(e.to_string()))
}

/// A read that failed after its write was answered. Not being there yet is no refusal: what was just written may take a moment
/// to be seen.
fn after_write(error: GraphError) -> Error {
    match error {
        GraphError::NotFound { message } | GraphError::Unexpected { message } => GraphError::Lost { message }.into(),
        error => error.into(),
    }
}
