//! The workspace's templates of names and links.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::Json;
use super::operation::{Call, Outcome};
use super::reply::Shown;
use crate::domain::campaign::{ByNetwork, NamesForm};
use crate::service::naming::{self, NamingForm};
use crate::service::{Actor, Ctx};
use crate::web::extract::{Analyst, Manager};

/// Templates of names and links. Variables stand in braces, as on the page `/settings/names`, which explains each.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Templates {
    /// Names.
    names: NamesForm,
    /// `utm_source` by network.
    source: ByNetwork,
    /// `utm_medium`.
    utm_medium: String,
    /// `utm_campaign`; where it is empty, the campaign's name.
    utm_campaign: String,
    /// `utm_content`.
    utm_content: String,
}

/// `GET /names`
pub async fn show(call: Call<Analyst>) -> Outcome<Shown<Templates>> {
    Ok(Shown(read(&call.ctx, call.actor()).await?))
}

/// `PUT /names`
pub async fn save(call: Call<Manager, (), (), Json<Templates>>) -> Outcome<Shown<Templates>> {
    let Templates { names, source, utm_medium, utm_campaign, utm_content } = call.body.0.clone();
    let form = NamingForm { names, source, utm_medium, utm_campaign, utm_content };
    naming::save(&call.ctx, call.actor(), &form).await?;
    Ok(Shown(read(&call.ctx, call.actor()).await?))
}

async fn read(ctx: &Ctx, actor: &Actor) -> Outcome<Templates> {
    let NamingForm { names, source, utm_medium, utm_campaign, utm_content } = NamingForm::of(&naming::get(ctx, actor).await?);
    Ok(Templates { names, source, utm_medium, utm_campaign, utm_content })
}
