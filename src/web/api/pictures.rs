//! Pictures for ads.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Fields, Named, Picture};
use super::operation::{Call, Outcome};
use super::reply::{Created, Image};
use crate::domain::id::PictureId;
use crate::service::pictures;
use crate::web::extract::{Analyst, Manager};

/// What a file is called.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct FileName {
    /// The file's name, for people.
    pub name: Option<String>,
}

impl Fields for FileName {}

/// A picture that is kept.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeptPicture {
    /// Its id: what an ad's form takes as `picture`.
    id: PictureId,
    /// The file's name.
    file_name: String,
    /// Pixels across.
    width: u32,
    /// Pixels down.
    height: u32,
}

/// `POST /pictures`: the same file again is the same picture.
pub async fn keep(call: Call<Manager, (), FileName, Picture>) -> Outcome<Created<KeptPicture>> {
    let name = call.query.name.clone().unwrap_or_default();
    let kept = pictures::keep(&call.ctx, &call.by.actor, "body", &name, call.body.0).await?;
    let thing =
        KeptPicture { id: kept.id, file_name: kept.facts.name.clone(), width: kept.facts.width, height: kept.facts.height };
    Ok(Created { at: format!("/pictures/{}", kept.id), revision: None, thing })
}

/// `GET /pictures/{id}`
pub async fn show(call: Call<Analyst, Named<PictureId>>) -> Outcome<Image> {
    let file = pictures::file(&call.ctx, call.actor(), call.path.0).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, file.mime)).insert_header((CACHE_CONTROL, "private, max-age=31536000, immutable"));
    Ok(Image(response.body(file.bytes)))
}
