//! One [`Query`] for page, `.csv`, `.json` and admin endpoint: parse, run, compare, render.
//!
//! `parse` reads a query string, `scope` brings it together with the workspace (accounts of one currency, days, what each source
//! may speak for), `sql` sums roll-ups or facts, `run` makes rows, `write` streams them, `dashboard` reads what that page shows.
//! Nothing here writes to the database or knows HTTP.

mod campaigns;
mod checks;
mod dashboard;
mod doubt;
mod figures;
mod flights;
mod listing;
mod load;
mod names;
mod needs;
mod parse;
mod query;
mod reach;
mod results;
mod run;
mod scope;
mod sql;
mod write;

pub use campaigns::About;
pub use checks::Unequal;
pub use dashboard::{AdLine, CampaignLine, Dashboard, DayLine, PlacementLine, campaign, dashboard};
pub use doubt::CostInterval;
pub use figures::{Cell, Figures, Outcome, Reach};
pub use flights::Flight;
pub use listing::{CampaignFigures, listing};
pub use load::Key;
pub use names::position_label;
pub use needs::{Need, Wants};
pub use query::{Compare, Dimension, Metric, Origin, Query, Range, Sort, SortBy};
pub use reach::PeopleReached;
pub use results::ResultKey;
pub use run::{Column, Report, run};
pub use scope::{Account, LeftOut, Scope, Times};
pub use write::{cell_json, csv, csv_cells, csv_line, json};

pub use crate::stats::Verdict;

use crate::domain::invalid::Invalid;
use crate::store::StoreError;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked does not fit the workspace; each problem at its parameter.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A result of a report.
pub type Result<T> = std::result::Result<T, Error>;
