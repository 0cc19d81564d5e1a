//! Reports: whoever may read a workspace may ask; nothing is written.

use crate::domain::id::CampaignId;
use crate::report::{self, Dashboard, Query, Report, Times};
use crate::store::Conn;

use super::{Actor, Ctx, Error, Result};

impl From<report::Error> for Error {
    fn from(error: report::Error) -> Self {
        match error {
            report::Error::Invalid(problems) => Self::Invalid(problems),
            report::Error::Store(error) => error.into(),
        }
    }
}

/// A rectangle of figures.
pub async fn run(ctx: &Ctx, actor: &Actor, query: Query) -> Result<Report> {
    let (workspace, times) = (actor.workspace, times(ctx));
    read(ctx, move |connection| report::run(connection, workspace, &query, &times)).await
}

/// Everything on the dashboard.
pub async fn dashboard(ctx: &Ctx, actor: &Actor, query: Query) -> Result<Dashboard> {
    let (workspace, times) = (actor.workspace, times(ctx));
    read(ctx, move |connection| report::dashboard(connection, workspace, &query, &times)).await
}

/// The same for one campaign; not found where this workspace has no such campaign.
pub async fn campaign(ctx: &Ctx, actor: &Actor, id: CampaignId, query: Query) -> Result<Dashboard> {
    let (workspace, times) = (actor.workspace, times(ctx));
    let page = read(ctx, move |connection| report::campaign(connection, workspace, id, &query, &times)).await?;
    if page.subject.is_none() { Err(Error::NotFound("campaign")) } else { Ok(page) }
}

fn times(ctx: &Ctx) -> Times {
    Times { platform: ctx.platform.clone(), now: ctx.now() }
}

async fn read<T: Send + 'static>(ctx: &Ctx, work: impl FnOnce(&mut Conn) -> report::Result<T> + Send + 'static) -> Result<T> {
    // The reader's own errors travel inside: the database's are for the pool to see.
    Ok(ctx.db.read(move |connection| Ok(work(connection))).await??)
}
