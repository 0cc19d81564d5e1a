//! Carrying out an approved plan.

use super::Run;
use crate::service::publish::{self, ApplyPlan};
use crate::service::{Ctx, Error};

impl Run for ApplyPlan {
    async fn run(self, ctx: &Ctx) -> Result<(), Error> {
        publish::run(ctx, &self).await
    }
}
