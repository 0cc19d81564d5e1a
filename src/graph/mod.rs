//! A typed client of Meta's Graph and Marketing API, one file an object.
//!
//! Written from Meta's documentation alone. It knows a base URL and never asks whose server answers there; it retries nothing
//! by itself, because Meta has no idempotency keys: a [`GraphError`] says whether a call may be repeated and whether a write may
//! already have happened. It decides no rule of the campaign and stores nothing.

mod account;
mod activities;
mod ad_sets;
mod ads;
mod asset_feed;
mod batch;
mod campaigns;
mod client;
mod creatives;
mod detailed;
mod error;
mod gate;
mod images;
mod insights;
mod insights_row;
mod insights_run;
mod inventory;
mod me;
mod node;
mod paging;
mod params;
mod sandbox_control;
mod search;
mod status;
mod targeting;
mod token;
mod usage;
mod wire;

pub use account::{AdAccount, Funding, InstagramAccount, MinimumBudget, OwningBusiness, Pixel};
pub use activities::Activity;
pub use ad_sets::{AdSet, AdSetChange, AttributionWindow, LearningStage, NewAdSet, PromotedObject};
pub use ads::{Ad, AdChange, CreativeRef, NewAd};
pub use batch::{MOST as MOST_IN_BATCH, Read, Write};
pub use campaigns::{Campaign, CampaignChange, NewCampaign};
pub use client::{Client, PlatformDate, Writer};
pub use creatives::{Creative, CreativeContent, NewCreative, Shown, ShownAt};
pub use detailed::{AudienceStatus, CustomAudience, ReachEstimate, TargetingOption};
pub use error::{AuthProblem, GraphError};
pub use gate::{Gate, Heard};
pub use images::{Image, UploadedImage};
pub use insights::{Breakdown, InsightsPages, InsightsQuery, Level};
pub use insights_row::{ActionValue, InsightsRow};
pub use insights_run::{Run, RunState};
pub use inventory::AdWithCreative;
pub use me::{LinkedPage, Me};
pub use node::{NodeId, NotANode};
pub use paging::Pages;
pub use sandbox_control::{SandboxClock, SandboxControl};
pub use search::{City, Country, Locale};
pub use status::{Issue, Switch};
pub use targeting::{AudienceRef, CityTarget, GeoLocations, Targeting, TargetingAutomation};
pub use token::{Grant, TokenInfo};
pub use usage::Usage;

/// The version of the API every path starts with.
/// Source: Meta, Graph API changelog (v26.0, released 2026-07-29).
pub const VERSION: &str = "v26.0";

#[cfg(test)]
mod tests;
