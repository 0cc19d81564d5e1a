//! Pausing what an emergency stop could not confirm at once.

use super::Run;
use crate::service::stop::{self, StopAgain};
use crate::service::{Ctx, Error};

impl Run for StopAgain {
    async fn run(self, ctx: &Ctx) -> Result<(), Error> {
        stop::run(ctx, &self).await
    }
}
