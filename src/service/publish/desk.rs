//! Where steps that go together are carried out, and what is written down of their answers.

use chrono::Duration;

use crate::domain::dictionary;
use crate::domain::id::CampaignId;
use crate::domain::plan::{Field, Kind, ObjectRef, Step, bare};
use crate::domain::quota::{Cost, Together, Urgency};
use crate::graph::{Client, NodeId, Writer};
use crate::store::connections::AdAccount;
use crate::store::plans::{self as rows, PlanRow, StepRow};
use crate::store::{UtcTime, observed, workspaces};

use super::super::connections::{account_client, hear};
use super::super::drift;
use super::super::writing::writer;
use super::super::{Ctx, Error, Result};
use super::REVERT;
use super::apply::{WHILE_STOPPED, account_of, verify};
use super::blame;
use super::group::{self, Waiting};
use super::perform::{Member, Outcome, Work};
use super::record::{Place, Said, record};
use super::trail::Trail;

/// How long a step is tried while Meta does not answer, real time.
const GIVE_UP_AFTER: Duration = Duration::hours(6);

/// Why the walk ends before the last step.
pub(super) enum Stop {
    /// For good; the words say why.
    Failed(String),
    /// For now.
    Later(Error),
}

/// Where steps that go together are carried out.
pub(super) struct Desk<'a> {
    ctx: &'a Ctx,
    plan: &'a PlanRow,
    account: AdAccount,
    way: Way,
}

/// How Meta is spoken to: a check only reads, so a plan of checks alone needs no leave to write.
enum Way {
    Reading(Client),
    Writing(Writer, NodeId),
}

impl<'a> Desk<'a> {
    /// Where a step, and those that go with it, are carried out.
    pub async fn open(ctx: &'a Ctx, plan: &'a PlanRow, first: &Waiting) -> Result<Self> {
        let account = account_of(ctx, plan, &first.step).await?;
        let urgency = group::urgency(&first.step);
        let way = match first.step {
            Step::Verify { .. } => Way::Reading(account_client(ctx, &account, urgency).await?.0),
            _ => {
                let (client, node) = writer(ctx, &account, urgency).await?;
                Way::Writing(client, node)
            }
        };
        Ok(Self { ctx, plan, account, way })
    }

    fn client(&self) -> &Client {
        match &self.way {
            Way::Reading(client) => client,
            Way::Writing(client, _) => client,
        }
    }

    pub fn work(&self) -> Option<Work<'_>> {
        let Way::Writing(client, node) = &self.way else { return None };
        let now = self.ctx.platform.now(client.base_url(), self.ctx.now()).0;
        Some(Work { ctx: self.ctx, workspace: self.plan.workspace_id, account: &self.account, client, node, now })
    }

    /// How many of so many steps the ad account's budget has room for now, with what reads them back.
    ///
    /// # Errors
    /// [`Error::Throttled`] where there is none.
    pub fn room(&self, wanted: usize) -> Result<usize> {
        let Way::Writing(client, _) = &self.way else {
            self.client().room(Together::whole(Cost::READ))?;
            return Ok(wanted);
        };
        Ok(client.room(Together::changes(wanted))?)
    }

    /// Carries steps out together and writes down what came of each; says which did not work.
    pub async fn carry_out(&self, steps: Vec<Waiting>) -> Result<Vec<(Option<CampaignId>, Stop)>> {
        let (abouts, mut members): (Vec<_>, Vec<Member>) =
            steps.into_iter().map(|waiting| (waiting.about, Member::new(waiting.step, Trail::of(waiting.row)))).unzip();
        match (self.work(), members.as_mut_slice()) {
            (Some(work), members) => work.perform(members).await?,
            (None, [Member { step: Step::Verify { campaign }, trail, outcome }]) => {
                Trail::send(self.ctx, vec![trail]).await?;
                *outcome = verify(self.ctx, self.plan, self.client(), *campaign).await.err().map(Err);
            }
            (None, _) => return Err(Error::conflict(dictionary::plan_needs_writing())),
        }
        hear(self.ctx, self.client());
        self.settle(abouts, members).await
    }

    async fn settle(&self, abouts: Vec<Option<CampaignId>>, members: Vec<Member>) -> Result<Vec<(Option<CampaignId>, Stop)>> {
        let (mut stops, mut failures, mut done) = (Vec::new(), Vec::new(), Vec::new());
        for (about, Member { step, mut trail, outcome }) in abouts.into_iter().zip(members) {
            match outcome {
                Some(Ok(Outcome::Done(object, place, said))) => done.push((about, step, trail.row, Some((object, place, said)))),
                // A check that holds.
                None => done.push((about, step, trail.row, None)),
                Some(Ok(Outcome::LookAgain(wait))) => stops.push((about, Stop::Later(Error::Throttled(wait)))),
                Some(Err(error)) => {
                    let (words, for_good) = failed(self.ctx, &mut trail, &step, &error);
                    stops.push((about, if for_good { Stop::Failed(words) } else { Stop::Later(error) }));
                    failures.push(trail);
                }
            }
        }
        Trail::save(self.ctx, &failures).await?;
        let (differing, stopped) = self.note(done).await?;
        stops.extend(differing);
        if !stopped.is_empty() {
            stops.push((self.plan.campaign_id, Stop::Later(self.switch_off_again(stopped).await)));
        }
        Ok(stops)
    }

    /// Writes down what Meta answered, in one transaction: says what is otherwise than was sent, and what was switched on while
    /// everything was being stopped.
    async fn note(&self, done: Vec<Done>) -> Result<(Vec<(Option<CampaignId>, Stop)>, Vec<(ObjectRef, StepRow)>)> {
        let (now, plan) = (self.ctx.stamp(), (self.plan.campaign_id, self.plan.workspace_id));
        let alone = self.plan.campaign_id.is_none() || self.plan.kind == REVERT;
        let noted = self.ctx.db.write(move |c| {
            let (mut differing, mut stopped) = (Vec::new(), Vec::new());
            for (about, step, row, answer) in done {
                let mut row = StepRow { state: "done".to_owned(), problem: None, done_at: Some(now), ..row };
                let Some((object, place, said)) = answer else {
                    rows::update_step(c, &row)?;
                    continue;
                };
                let place = Place { campaign: place.campaign.or(plan.0).filter(|_| object.kind != Kind::Image), ..place };
                record(c, object, place, &said, now)?;
                drift::settle_step(c, place.workspace, &step, now)?;
                // A stop pressed while this was on its way may have paused before Meta switched on.
                if matches!(step, Step::Activate { .. }) && workspaces::get(c, plan.1)?.frozen_at.is_some() {
                    row.state = "sent".to_owned();
                    row.done_at = None;
                    rows::update_step(c, &row)?;
                    stopped.push((object, row));
                    continue;
                }
                let seen = observed::find(c, plan.1, object.id)?;
                // A plan over several campaigns, or over single fields, has no check at its end: each change is read back by itself.
                let differs = seen.as_ref().filter(|_| alone).and_then(|seen| not_as_wanted(&step, seen, now));
                row.remote_id = seen.map(|seen| seen.remote_id);
                if let Some(words) = differs {
                    row.state = "failed".to_owned();
                    row.problem = Some(words.clone());
                    row.done_at = None;
                    differing.push((about, Stop::Failed(words)));
                }
                rows::update_step(c, &row)?;
            }
            Ok((differing, stopped))
        });
        noted.await
    }

    /// Pauses what was switched on while everything was being stopped; its steps wait with the others. Where that fails the steps stay
    /// `sent`, and the error says why.
    async fn switch_off_again(&self, stopped: Vec<(ObjectRef, StepRow)>) -> Error {
        match self.pause_again(stopped).await {
            Ok(()) => Error::Throttled(WHILE_STOPPED),
            Err(error) => error,
        }
    }

    async fn pause_again(&self, stopped: Vec<(ObjectRef, StepRow)>) -> Result<()> {
        let (client, node) = writer(self.ctx, &self.account, Urgency::Stop).await?;
        let now = self.ctx.platform.now(client.base_url(), self.ctx.now()).0;
        let work =
            Work { ctx: self.ctx, workspace: self.plan.workspace_id, account: &self.account, client: &client, node: &node, now };
        let pause = |(object, row)| Member::new(Step::Pause { object }, Trail::of(row));
        let mut members: Vec<Member> = stopped.into_iter().map(pause).collect();
        work.perform(&mut members).await?;
        let (mut done, mut failure) = (Vec::new(), None);
        for Member { trail, outcome, .. } in members {
            match outcome {
                Some(Ok(Outcome::Done(object, place, said))) => {
                    done.push((object, place, said, StepRow { state: "waiting".to_owned(), attempts: 0, ..trail.row }));
                }
                Some(Err(error)) => failure = Some(error),
                _ => failure = Some(Error::NotFound("object")),
            }
        }
        let now = self.ctx.stamp();
        let noted = self.ctx.db.write(move |c| {
            for (object, place, said, row) in &done {
                record(c, *object, *place, said, now)?;
                drift::settle_step(c, place.workspace, &Step::Pause { object: *object }, now)?;
                rows::update_step(c, row)?;
            }
            Ok::<_, Error>(())
        });
        noted.await?;
        failure.map_or(Ok(()), Err)
    }
}

/// A step that was answered: its campaign, the step, how it stands, and what Meta said of its object.
type Done = (Option<CampaignId>, Step, StepRow, Option<(ObjectRef, Place, Said)>);

/// What Meta says of a change just made, where that is not what was sent.
fn not_as_wanted(step: &Step, seen: &observed::Observed, now: UtcTime) -> Option<String> {
    let Step::Change { wanted, fields } = step else { return None };
    let (said, sent) = (super::observed(seen)?, wanted.fields(now.utc()));
    let differs = |field: &&Field| matches!((said.fields.get(field), sent.get(field)), (Some(is), Some(was)) if is != was);
    let field = fields.iter().find(differs)?;
    Some(format!("Read back, {} of {} is not what was sent.", field.label().to_lowercase(), bare(wanted.name())))
}

/// Takes down why a step did not work and sorts what follows: with Meta's words, whether to give up or to wait.
pub(super) fn failed(ctx: &Ctx, trail: &mut Trail, step: &Step, error: &Error) -> (String, bool) {
    let waits = error.retry_after(1).is_some();
    let tried = trail.row.started_at.map_or_else(Duration::zero, |since| ctx.now().0 - since.utc());
    // Waiting for room in the budget is no try.
    let for_good = !waits || tried >= GIVE_UP_AFTER && !matches!(error, Error::Throttled(_));
    let words = blame::words(step, error);
    trail.fail(error, words.clone(), for_good);
    (words, for_good)
}
