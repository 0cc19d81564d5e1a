//! Finding what people have to hear of, and telling them.

use super::Run;
use crate::service::notices::{self, DeliverNotices, WatchNotices};
use crate::service::{Ctx, Error};

impl Run for WatchNotices {
    async fn run(self, ctx: &Ctx) -> Result<(), Error> {
        notices::watch_all(ctx).await
    }
}

impl Run for DeliverNotices {
    async fn run(self, ctx: &Ctx) -> Result<(), Error> {
        notices::deliver(ctx, &self).await
    }
}
