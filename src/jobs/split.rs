//! Deciding how the budgets of learned campaigns are divided.

use super::Run;
use crate::service::split::{self, Resplit};
use crate::service::{Ctx, Error};

impl Run for Resplit {
    async fn run(self, ctx: &Ctx) -> Result<(), Error> {
        split::run(ctx, &self).await
    }
}
