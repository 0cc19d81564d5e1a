//! Asking Meta whether it would take what a plan makes, before anything is made: in one request, nothing of it kept.
//!
//! What can be asked without a parent that does not exist yet: the campaign and its creatives by `validate_only`, an ad set too where
//! its campaign is there; of other ad sets whom and where they target, by an estimate of reach that refuses the same names. Ads
//! cannot be asked about: they need their ad set. A plan that only changes what is there is not asked about, as each of its calls
//! would only be made twice.

use crate::domain::id::ObjectId;
use crate::domain::plan::Wanted;
use crate::domain::quota::{Cost, Together};
use crate::graph::{GraphError, NewCreative, Read};
use crate::store::observed;

use super::super::{Error, Result};
use super::group::{Waiting, creates};
use super::perform::{Work, node};
use super::wire;

/// Different creatives that are asked about: each counts as a change, and with them a limited account still has room for all.
const MOST_CREATIVES: usize = 8;
/// Ad sets whose audience is asked about: a campaign made here has no more.
const MOST_AD_SETS: usize = 8;

/// A question, and the step that it is about.
struct Question {
    place: usize,
    ask: Read<()>,
    /// Whether anything but a plain refusal says nothing about the step.
    only_refusals: bool,
}

impl Work<'_> {
    /// Asks about everything that is still to be made; the place of a step that Meta would refuse, and why.
    ///
    /// # Errors
    /// Where Meta cannot be asked now.
    pub(super) async fn check(&self, left: &[Waiting]) -> Result<Option<(usize, Error)>> {
        let questions = self.questions(left).await?;
        let writes = questions.iter().filter(|question| !question.only_refusals).count();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        // All at once, and with room for the first change, or not at all: what was answered is not kept.
        let cost = Cost { reads: count(questions.len() - writes), writes: count(writes), insights: false };
        self.client.room(Together { with: Cost::CHANGE, ..Together::whole(cost) })?;
        let (about, asked): (Vec<(usize, bool)>, Vec<Read<()>>) =
            questions.into_iter().map(|question| ((question.place, question.only_refusals), question.ask)).unzip();
        for ((place, only_refusals), answer) in about.into_iter().zip(self.client.read_together(asked).await) {
            match answer {
                Ok(()) => {}
                Err(error) if error.is_temporary() => return Err(error.into()),
                Err(error) if only_refusals && !matches!(error, GraphError::Rejected { .. }) => {}
                Err(error) => return Ok(Some((place, error.into()))),
            }
        }
        Ok(None)
    }

    async fn questions(&self, left: &[Waiting]) -> Result<Vec<Question>> {
        let mut questions = Vec::new();
        let (mut creatives, mut ad_sets): (Vec<NewCreative>, usize) = (Vec::new(), 0);
        let mut checked = false;
        for (place, waiting) in left.iter().enumerate() {
            let ask = match creates(waiting) {
                Some(Wanted::Campaign(w)) => wire::campaign(w).check(self.node)?,
                Some(Wanted::AdSet(w)) if ad_sets < MOST_AD_SETS => {
                    ad_sets += 1;
                    let (workspace, above) = (self.workspace, ObjectId(w.campaign.0));
                    let campaign = self.ctx.db.read(move |c| observed::find(c, workspace, above)).await?;
                    // A batch takes one ad set of a campaign, whether it is made or only asked about.
                    match campaign.filter(|row| row.gone_at.is_none() && !std::mem::replace(&mut checked, true)) {
                        Some(campaign) => wire::ad_set(w, &node(&campaign.remote_id)?, self.now).check(self.node)?,
                        None => {
                            let ask = Read::targeting(self.node, &wire::targeting(w))?;
                            questions.push(Question { place, ask, only_refusals: true });
                            continue;
                        }
                    }
                }
                Some(Wanted::Creative(w)) if creatives.len() < MOST_CREATIVES => {
                    let Ok(hashes) = self.hashes(w).await else { continue };
                    // Ads of several ad sets mostly say the same; their names say nothing.
                    let new = NewCreative { name: "Checked".to_owned(), ..wire::creative(w, &hashes)? };
                    if creatives.contains(&new) {
                        continue;
                    }
                    let ask = new.check(self.node)?;
                    creatives.push(new);
                    ask
                }
                _ => continue,
            };
            questions.push(Question { place, ask, only_refusals: false });
        }
        Ok(questions)
    }
}
