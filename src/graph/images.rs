//! Pictures of an ad account. Meta names them by their content, so uploading the same bytes again makes nothing new.
//! Source: Marketing API, "Ad Image" (v26.0).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::batch::{File, Write, parsed};
use super::client::{Client, Path, Writer};
use super::error::GraphError;
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;
use super::wire;

/// What an upload answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UploadedImage {
    /// 32 hex digits: what creatives refer to.
    pub hash: String,
    /// Where Meta shows it.
    #[serde(default)]
    pub url: Option<String>,
}

/// A picture of the account's library.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Image {
    /// 32 hex digits.
    pub hash: String,
    /// Where Meta shows it.
    #[serde(default)]
    pub url: Option<String>,
    /// Pixels.
    #[serde(default, deserialize_with = "wire::int")]
    pub width: Option<i64>,
    /// Pixels.
    #[serde(default, deserialize_with = "wire::int")]
    pub height: Option<i64>,
    /// `ACTIVE`, `DELETED`, ...
    #[serde(default)]
    pub status: Option<String>,
}

#[derive(Deserialize)]
struct Uploaded {
    images: BTreeMap<String, UploadedImage>,
}

impl Writer {
    /// Uploads a picture. Repeating it is harmless.
    ///
    /// # Errors
    /// As any call; [`GraphError::Rejected`] where Meta refuses the picture.
    pub async fn upload_image(
        &self,
        account: &NodeId,
        file_name: &str,
        mime: &str,
        bytes: Vec<u8>,
    ) -> Result<UploadedImage, GraphError> {
        self.write(Write::picture(account, file_name, mime, bytes)).await
    }
}

impl Write<UploadedImage> {
    /// Uploading a picture. Repeating it is harmless.
    pub fn picture(account: &NodeId, file_name: &str, mime: &str, bytes: Vec<u8>) -> Self {
        let file = File { name: file_name.to_owned(), mime: mime.to_owned(), bytes };
        Self::upload(&Path::Edge(account, "adimages"), file, |value| {
            let answer: Uploaded = parsed(value)?;
            // One picture was sent, so one is named, whatever the server calls it.
            let first = answer.images.into_values().next();
            first.ok_or_else(|| GraphError::Unexpected { message: "the upload names no picture".to_owned() })
        })
    }
}

impl Client {
    /// Those of the account's pictures that have one of these hashes.
    ///
    /// # Errors
    /// As any call.
    pub async fn images(&self, account: &NodeId, hashes: &[String]) -> Result<Vec<Image>, GraphError> {
        let params = Params::fields(&["hash", "url", "width", "height", "status"]).json("hashes", &hashes)?;
        Pages::new(self, account, "adimages", params).all(hashes.len()).await
    }
}
