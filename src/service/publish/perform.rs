//! Carrying out steps at Meta, those that go together in one request. A step that may have been carried out already is looked for
//! before it is repeated.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use crate::domain::dictionary;
use crate::domain::id::{CampaignId, ObjectId, PictureId, WorkspaceId};
use crate::domain::plan::{Field, ObjectRef, Step, Wanted, WantedCreative};
use crate::graph::{AdChange, GraphError, NodeId, Switch, UploadedImage, Write, Writer};
use crate::store::campaigns;
use crate::store::connections::AdAccount;
use crate::store::observed::{self as rows, Observed};

use super::super::{Ctx, Error, Result};
use super::look::{Sought, marker};
use super::record::{Place, Said};
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

/// A step that is carried out, and what came of it.
#[derive(Debug)]
pub(super) struct Member {
    pub step: Step,
    pub trail: Trail,
    pub outcome: Option<Result<Outcome>>,
}

impl Member {
    pub fn new(step: Step, trail: Trail) -> Self {
        Self { step, trail, outcome: None }
    }
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

/// A write that is ready, and whose it is.
type Ready<A> = Vec<(usize, Write<A>)>;

impl Work<'_> {
    /// Carries out steps of one kind other than checks, and leaves at each what came of it.
    ///
    /// # Errors
    /// Where the database fails or another worker is at one of the steps: then nothing was sent, or what was sent is noted as such.
    pub async fn perform(&self, members: &mut [Member]) -> Result<()> {
        match members.first().map(|member| &member.step) {
            Some(Step::Upload { .. }) => self.upload(members).await,
            Some(Step::Create { .. }) => self.create(members).await,
            Some(_) => self.change(members).await,
            None => Ok(()),
        }
    }

    /// Notes that the steps are sent, sends them, and says what was answered to each.
    async fn send<A: Send + 'static>(
        &self,
        members: &mut [Member],
        ready: Ready<A>,
    ) -> Result<Vec<(usize, std::result::Result<A, GraphError>)>> {
        if ready.is_empty() {
            return Ok(Vec::new());
        }
        let (places, calls): (Vec<usize>, Vec<Write<A>>) = ready.into_iter().unzip();
        let going = members.iter_mut().enumerate().filter(|(place, _)| places.contains(place));
        Trail::send(self.ctx, going.map(|(_, member)| &mut member.trail).collect()).await?;
        let answers = self.client.write_together(calls).await;
        Ok(places.into_iter().zip(answers).collect())
    }

    async fn upload(&self, members: &mut [Member]) -> Result<()> {
        let mut ready: Ready<UploadedImage> = Vec::new();
        for (place, member) in members.iter_mut().enumerate() {
            let (workspace, object) = (self.workspace, member.step.object());
            // Another plan may have brought it meanwhile.
            let known = self.ctx.db.read(move |c| rows::find(c, workspace, object.id)).await?;
            if let Some(known) = known.filter(|known| known.ad_account_id == self.account.id && known.gone_at.is_none()) {
                let said = Said::Image { hash: known.remote_id };
                member.outcome = Some(Ok(Outcome::Done(object, self.place(None, None), said)));
                continue;
            }
            let picture = PictureId(object.id.0);
            match self.ctx.db.read(move |c| campaigns::find_picture(c, workspace, picture)).await? {
                Some(file) => ready.push((place, Write::picture(self.node, &file.file_name, &file.mime, file.bytes))),
                None => member.outcome = Some(Err(Error::NotFound("picture"))),
            }
        }
        for (place, answer) in self.send(members, ready).await? {
            let Some(member) = members.get_mut(place) else { continue };
            let done = |uploaded: UploadedImage| {
                Outcome::Done(member.step.object(), self.place(None, None), Said::Image { hash: uploaded.hash })
            };
            member.outcome = Some(answer.map(done).map_err(Error::from));
        }
        Ok(())
    }

    /// Changes or switches objects, and reads them back.
    async fn change(&self, members: &mut [Member]) -> Result<()> {
        let (mut ready, mut known): (Ready<()>, BTreeMap<usize, Observed>) = Default::default();
        for (place, member) in members.iter_mut().enumerate() {
            match self.changing(&member.step).await {
                Ok((write, row)) => {
                    ready.push((place, write));
                    known.insert(place, row);
                }
                Err(error) => member.outcome = Some(Err(error)),
            }
        }
        for (place, answer) in self.send(members, ready).await? {
            let Some(member) = members.get_mut(place) else { continue };
            match answer {
                Ok(()) => member.trail.answered(),
                Err(error) => {
                    member.outcome = Some(Err(error.into()));
                    known.remove(&place);
                }
            }
        }
        let rows: Vec<Observed> = known.values().cloned().collect();
        let said = self.read_back_all(&rows).await?;
        for ((place, row), said) in known.iter().zip(said) {
            let Some(member) = members.get_mut(*place) else { continue };
            let done = |said| Outcome::Done(member.step.object(), self.place(row.campaign_id, row.parent_id), said);
            member.outcome = Some(said.map(done).map_err(after_write));
        }
        Ok(())
    }

    /// The request of a step that changes an object, and what is known of the object.
    async fn changing(&self, step: &Step) -> Result<(Write<()>, Observed)> {
        let known = self.known(step.object().id).await?;
        let node = node(&known.remote_id)?;
        let write = match step {
            Step::Change { wanted, fields } => match wanted {
                Wanted::Campaign(w) => wire::campaign_change(w, fields).of(&node),
                Wanted::AdSet(w) => wire::ad_set_change(w, fields).of(&node)?,
                Wanted::Ad(w) => {
                    let creative = match fields.contains(&Field::Creative) {
                        true => Some(self.remote(w.creative).await?),
                        false => None,
                    };
                    AdChange { name: fields.contains(&Field::Name).then(|| w.name.clone()), creative }.of(&node)?
                }
                Wanted::Creative(w) => Write::named(&node, &w.name),
                Wanted::Kept(w) => kept::change(&node, w, fields)?,
            },
            Step::Pause { .. } => Switch::Paused.of(&node),
            Step::Activate { .. } => Switch::Active.of(&node),
            Step::Archive { .. } => Switch::Archived.of(&node),
            Step::Upload { .. } | Step::Create { .. } | Step::Verify { .. } => {
                return Err(Error::conflict(dictionary::step_changes_nothing()));
            }
        };
        Ok((write, known))
    }

    /// Makes objects, unless they are there already: what an earlier try was answered is read by its id, what an earlier try may
    /// have made is looked for by its token, again after a while, and only then it is made anew.
    async fn create(&self, members: &mut [Member]) -> Result<()> {
        let mut sought: Vec<Sought> = Vec::new();
        for (place, member) in members.iter_mut().enumerate() {
            match self.sought(place, member).await {
                Ok(one) => sought.push(one),
                Err(error) => member.outcome = Some(Err(error)),
            }
        }
        self.look(members, &mut sought).await?;
        let mut ready: Ready<NodeId> = Vec::new();
        for one in sought.iter().filter(|one| one.said.is_none()) {
            let Some(member) = members.get_mut(one.place).filter(|member| member.outcome.is_none()) else { continue };
            let Step::Create { wanted, .. } = &member.step else { continue };
            match self.making(wanted, &one.parent).await {
                Ok(write) => ready.push((one.place, write)),
                Err(error) => member.outcome = Some(Err(error)),
            }
        }
        let mut made: Vec<(usize, Observed)> = Vec::new();
        for (place, answer) in self.send(members, ready).await? {
            let Some(member) = members.get_mut(place) else { continue };
            match answer {
                Ok(id) => {
                    member.trail.made_as(&id);
                    made.extend(sought.iter().find(|one| one.place == place).map(|one| (place, self.made(member, one, &id))));
                }
                Err(error) => member.outcome = Some(Err(error.into())),
            }
        }
        // From here on each is found by its id, whatever happens.
        let noted = made.iter().filter_map(|(place, _)| members.get(*place)).map(|member| &member.trail);
        Trail::save(self.ctx, noted).await?;
        let (places, rows): (Vec<usize>, Vec<Observed>) = made.into_iter().unzip();
        for (place, said) in places.into_iter().zip(self.read_back_all(&rows).await?) {
            if let Some(one) = sought.iter_mut().find(|one| one.place == place) {
                match said {
                    Ok(said) => one.said = Some(said),
                    Err(error) => one.fail(members, after_write(error)),
                }
            }
        }
        for one in sought {
            let (Some(member), Some(said)) = (members.get_mut(one.place), one.said) else { continue };
            member.outcome = Some(Ok(Outcome::Done(member.step.object(), self.place(one.campaign, one.above), said)));
        }
        Ok(())
    }

    /// What a create makes and where.
    async fn sought(&self, place: usize, member: &Member) -> Result<Sought> {
        let Step::Create { wanted, token } = &member.step else { return Err(never_made()) };
        let (campaign, above) = match wanted {
            Wanted::Campaign(w) => (Some(w.id), None),
            Wanted::AdSet(w) => (Some(w.campaign), Some(ObjectId(w.campaign.0))),
            Wanted::Creative(_) => (None, None),
            Wanted::Ad(w) => (None, Some(ObjectId(w.ad_set.0))),
            Wanted::Kept(_) => return Err(never_made()),
        };
        let parent = match above {
            Some(above) => self.remote(above).await?,
            None => self.node.clone(),
        };
        let (workspace, object) = (self.workspace, wanted.object());
        let known = self.ctx.db.read(move |c| rows::find(c, workspace, object.id)).await?.map(|row| row.remote_id);
        let mut ids: Vec<String> = member.trail.made().map(str::to_owned).into_iter().chain(known).collect();
        ids.dedup();
        Ok(Sought { place, kind: object.kind, campaign, above, parent, marker: marker(token), ids, said: None })
    }

    /// The row of an object as just made, for reading it back.
    fn made(&self, member: &Member, sought: &Sought, id: &NodeId) -> Observed {
        let now = self.ctx.stamp();
        let name = match &member.step {
            Step::Create { wanted, .. } => wanted.name().to_owned(),
            _ => String::new(),
        };
        Observed {
            workspace_id: self.workspace,
            id: member.step.object().id,
            ad_account_id: self.account.id,
            kind: sought.kind.as_str().to_owned(),
            remote_id: id.to_string(),
            parent_id: sought.above,
            campaign_id: sought.campaign,
            name,
            status: String::new(),
            effective_status: String::new(),
            origin: "here".to_owned(),
            fields: "{}".to_owned(),
            created_at: now,
            seen_at: now,
            gone_at: None,
        }
    }

    async fn making(&self, wanted: &Wanted, parent: &NodeId) -> Result<Write<NodeId>> {
        Ok(match wanted {
            Wanted::Campaign(w) => wire::campaign(w).create(self.node)?,
            Wanted::AdSet(w) => wire::ad_set(w, parent, self.now).create(self.node)?,
            Wanted::Creative(w) => wire::creative(w, &self.hashes(w).await?)?.create(self.node)?,
            Wanted::Ad(w) => wire::ad(w, parent, &self.remote(w.creative).await?).create(self.node)?,
            Wanted::Kept(_) => return Err(never_made()),
        })
    }

    /// Meta's names of the pictures that a creative shows.
    pub(super) async fn hashes(&self, creative: &WantedCreative) -> Result<BTreeMap<PictureId, String>> {
        let mut hashes = BTreeMap::new();
        for picture in creative.pictures() {
            hashes.insert(picture, self.known(ObjectId(picture.0)).await?.remote_id);
        }
        Ok(hashes)
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

/// What was adopted is changed and switched; a plan that made it again would double it.
fn never_made() -> Error {
    Error::conflict(dictionary::adopted_never_made())
}

pub(super) fn node(remote: &str) -> Result<NodeId> {
    remote.parse().map_err(|e: crate::graph::NotANode| Error::conflict(e.into()))
}

/// A read that failed after its write was answered. Not being there yet is no refusal: what was just written may take a moment
/// to be seen.
fn after_write(error: GraphError) -> Error {
    match error {
        GraphError::NotFound { message } | GraphError::Unexpected { message } => GraphError::Lost { message }.into(),
        error => error.into(),
    }
}
