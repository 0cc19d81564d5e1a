//! Why a campaign is saved: a person's edit, a change taken back, or drift taken over.

use crate::domain::id::{CampaignId, WorkspaceId};
use crate::store::{Conn, campaigns};

use super::drift::{self, Adoption, Adopts};
use super::{Ctx, Result};

/// The reason of a save.
pub(super) enum Because {
    /// Somebody edited it.
    Edited,
    /// It takes back the change that the event of this number tells of.
    Undoes(i64),
    /// Results said so; the sentence why.
    Learned(String),
    /// It is an arm of a simulation; the sentence why.
    Compares(String),
    /// It takes over what Meta has.
    Adopts(Box<Adoption>),
}

impl Because {
    /// The event that it takes back.
    pub fn undoes(&self) -> Option<i64> {
        if let Self::Undoes(event) = self { Some(*event) } else { None }
    }

    /// Why, where a person did not say it by saving; else empty.
    pub fn why(&self) -> String {
        if let Self::Learned(why) | Self::Compares(why) = self { why.clone() } else { String::new() }
    }

    /// What its event says of what it takes over.
    pub fn adopts(&self) -> Option<Adopts> {
        if let Self::Adopts(adoption) = self { Some(adoption.says()) } else { None }
    }

    /// Switches what is wanted where that is taken over; before the event is written, which carries it.
    pub fn switch(&self, c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<()> {
        if let Self::Adopts(adoption) = self
            && let Some(wanted) = adoption.wanted
        {
            campaigns::set_wanted(c, workspace, campaign, wanted)?;
        }
        Ok(())
    }

    /// What follows in the same transaction: drift is found against what is wanted now.
    pub fn after(&self, c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, campaign: CampaignId) -> Result<()> {
        match self {
            Self::Adopts(adoption) => drift::after_saving(c, ctx, workspace, campaign, adoption),
            Self::Edited | Self::Undoes(_) | Self::Learned(_) | Self::Compares(_) => drift::renew(c, ctx, workspace, campaign),
        }
    }
}
