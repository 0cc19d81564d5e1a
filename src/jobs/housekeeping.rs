//! Once a day: finished jobs and ended sessions go.

use super::Run;
use crate::service::housekeeping::{self, Housekeeping};
use crate::service::{Ctx, Error};

impl Run for Housekeeping {
    async fn run(self, ctx: &Ctx) -> Result<(), Error> {
        housekeeping::clean(ctx).await
    }
}
