//! Bringing in what Meta knows of one ad account.

use super::Run;
use crate::service::sync::{self, SyncAccount};
use crate::service::{Ctx, Error};

impl Run for SyncAccount {
    async fn run(self, ctx: &Ctx) -> Result<(), Error> {
        sync::run(ctx, &self).await
    }
}
