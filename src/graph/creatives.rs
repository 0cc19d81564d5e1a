//! Creatives: what an ad says and shows. They never change; another text is another creative.
//! Source: Marketing API, "Ad Creative" (v26.0). `instagram_actor_id` is gone; the identity is `instagram_user_id`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::asset_feed;
use super::batch::{Read, Write};
use super::client::{Client, Path, Writer};
use super::error::GraphError;
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;

pub(super) const FIELDS: [&str; 16] = [
    "id",
    "name",
    "status",
    "object_story_spec",
    "asset_feed_spec",
    "url_tags",
    "effective_object_story_id",
    "thumbnail_url",
    "degrees_of_freedom_spec",
    "object_story_id",
    "source_instagram_media_id",
    "video_id",
    "product_set_id",
    "call_to_action_type",
    "object_type",
    "effective_instagram_media_id",
];

/// A creative as Meta last said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Creative {
    /// Its id.
    pub id: NodeId,
    /// Its name, with our token at the end where it was made here.
    #[serde(default)]
    pub name: String,
    /// `ACTIVE`, `IN_PROCESS`, `WITH_ISSUES`, `DELETED`.
    #[serde(default)]
    pub status: Option<String>,
    /// Who speaks; and the text, link and picture as written, where they are the same everywhere.
    #[serde(default)]
    pub object_story_spec: Option<Value>,
    /// The texts, links and pictures as written, where they differ by placement.
    #[serde(default)]
    pub asset_feed_spec: Option<Value>,
    /// Tracking parameters added to the link.
    #[serde(default)]
    pub url_tags: Option<String>,
    /// The post that was made of it.
    #[serde(default)]
    pub effective_object_story_id: Option<String>,
    /// A small picture of it.
    #[serde(default)]
    pub thumbnail_url: Option<String>,
    /// Which of Meta's automatic changes are allowed.
    #[serde(default)]
    pub degrees_of_freedom_spec: Option<Value>,
    /// Everything else that was asked for, as Meta wrote it.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

/// What people see in a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The text.
    pub message: String,
    /// The headline; empty for none.
    pub headline: String,
    /// The picture's hash.
    pub image_hash: String,
}

/// What people see in some placements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownAt {
    /// Values of `facebook_positions`.
    pub facebook_positions: Vec<String>,
    /// Values of `instagram_positions`.
    pub instagram_positions: Vec<String>,
    /// What stands there.
    pub shown: Shown,
}

/// A single-image creative to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCreative {
    /// The name, ending with the token that finds it again.
    pub name: String,
    /// The Page it speaks as.
    pub page_id: NodeId,
    /// The Instagram account it speaks as; without one Meta uses the Page's own.
    pub instagram_user_id: Option<NodeId>,
    /// Where a click leads.
    pub link: String,
    /// What people see, where no rule says otherwise.
    pub shown: Shown,
    /// Placements where they see something else.
    pub rules: Vec<ShownAt>,
    /// `SHOP_NOW`, `LEARN_MORE`, ...; none shows no button.
    pub call_to_action: Option<String>,
    /// Tracking parameters, `a=b&c=d`.
    pub url_tags: Option<String>,
    /// Meta's automatic changes to refuse, by name.
    pub opt_out: Vec<String>,
    /// Those to allow.
    pub opt_in: Vec<String>,
}

/// What a creative says and shows, as far as Tandem writes such ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreativeContent {
    /// The Page it speaks as.
    pub page_id: String,
    /// The Instagram account, where Meta says it.
    pub instagram_user_id: Option<String>,
    /// Where it leads.
    pub link: String,
    /// Its call to action.
    pub call_to_action: Option<String>,
    /// What people see, where no rule says otherwise.
    pub shown: Shown,
    /// Placements where they see something else.
    pub rules: Vec<ShownAt>,
}

impl Creative {
    /// What it says and shows; `None` for one made of a post, a video, a carousel, or anything else that Tandem does not write.
    pub fn content(&self) -> Option<CreativeContent> {
        let story = self.object_story_spec.as_ref()?;
        let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
        let page_id = text(story, "page_id")?;
        let instagram_user_id = text(story, "instagram_user_id");
        if let Some(spec) = &self.asset_feed_spec {
            let read = asset_feed::read(spec)?;
            let (link, call_to_action) = (read.link, read.call_to_action);
            return Some(CreativeContent {
                page_id,
                instagram_user_id,
                link,
                call_to_action,
                shown: read.shown,
                rules: read.rules,
            });
        }
        let data = story.get("link_data").filter(|data| data.get("child_attachments").is_none())?;
        Some(CreativeContent {
            page_id,
            instagram_user_id,
            link: text(data, "link")?,
            call_to_action: data.get("call_to_action").and_then(|action| text(action, "type")),
            shown: Shown {
                message: text(data, "message").unwrap_or_default(),
                headline: text(data, "name").unwrap_or_default(),
                image_hash: text(data, "image_hash")?,
            },
            rules: Vec::new(),
        })
    }

    /// Names of the automatic changes that are allowed; `None` where Meta did not say.
    pub fn enhancements(&self) -> Option<Vec<String>> {
        let features = self.degrees_of_freedom_spec.as_ref()?.get("creative_features_spec")?.as_object()?;
        let is_on = |feature: &Value| feature.get("enroll_status").and_then(Value::as_str) == Some("OPT_IN");
        Some(features.iter().filter(|(_, feature)| is_on(feature)).map(|(name, _)| name.clone()).collect())
    }
}

impl NewCreative {
    /// Making it. Not idempotent: look for its token before repeating it.
    ///
    /// # Errors
    /// [`GraphError::Unexpected`] where it cannot be written.
    pub fn create(&self, account: &NodeId) -> Result<Write<NodeId>, GraphError> {
        Ok(Write::create(account, "adcreatives", self.params()?))
    }

    /// Asking whether Meta would take it; nothing is made. Its pictures must be there.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn check(&self, account: &NodeId) -> Result<Read<()>, GraphError> {
        Ok(Read::check(&Path::Edge(account, "adcreatives"), self.params()?))
    }

    fn params(&self) -> Result<Params, GraphError> {
        let mut story = Map::from_iter([("page_id".to_owned(), json!(self.page_id))]);
        if let Some(instagram) = &self.instagram_user_id {
            story.insert("instagram_user_id".to_owned(), json!(instagram));
        }
        if self.rules.is_empty() {
            story.insert("link_data".to_owned(), self.link_data());
        }
        let mut params = Params::new().text("name", &self.name).json("object_story_spec", &story)?;
        if !self.rules.is_empty() {
            params = params.json("asset_feed_spec", &asset_feed::spec(self))?;
        }
        params = params.text_opt("url_tags", self.url_tags.as_deref());
        let enroll = |names: &[String], status: &str| -> Vec<(String, Value)> {
            names.iter().map(|name| (name.clone(), json!({"enroll_status": status}))).collect()
        };
        let answers: Map<String, Value> =
            enroll(&self.opt_out, "OPT_OUT").into_iter().chain(enroll(&self.opt_in, "OPT_IN")).collect();
        if answers.is_empty() {
            return Ok(params);
        }
        params.json("degrees_of_freedom_spec", &json!({"creative_features_spec": answers}))
    }

    /// The link as it is the same everywhere.
    fn link_data(&self) -> Value {
        let mut data = Map::from_iter([
            ("link".to_owned(), json!(self.link)),
            ("message".to_owned(), json!(self.shown.message)),
            ("image_hash".to_owned(), json!(self.shown.image_hash)),
        ]);
        if !self.shown.headline.is_empty() {
            data.insert("name".to_owned(), json!(self.shown.headline));
        }
        if let Some(kind) = &self.call_to_action {
            data.insert("call_to_action".to_owned(), json!({"type": kind, "value": {"link": self.link}}));
        }
        Value::Object(data)
    }
}

impl Writer {
    /// Makes a creative. Not idempotent: look for its token before repeating it.
    ///
    /// # Errors
    /// As any write.
    pub async fn create_creative(&self, account: &NodeId, new: &NewCreative) -> Result<NodeId, GraphError> {
        self.write(new.create(account)?).await
    }
}

impl Read<Creative> {
    /// Reading a creative back.
    pub fn creative(creative: &NodeId) -> Self {
        Self::get(&Path::Node(creative), Params::fields(&FIELDS))
    }
}

impl Client {
    /// Reads a creative back.
    ///
    /// # Errors
    /// As any call.
    pub async fn creative(&self, creative: &NodeId) -> Result<Creative, GraphError> {
        self.read(Read::creative(creative)).await
    }

    /// The account's creatives.
    pub fn creatives(&self, account: &NodeId) -> Pages<Creative> {
        Pages::new(self, account, "adcreatives", Params::fields(&FIELDS).text("limit", "200"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;

    /// A creative that is the same everywhere.
    pub(in crate::graph) fn new_creative() -> NewCreative {
        NewCreative {
            name: "Lamp [abcdefgh]".into(),
            page_id: "11".parse().unwrap(),
            instagram_user_id: Some("22".parse().unwrap()),
            link: "https://casalume.example/sale".into(),
            shown: Shown { message: "Warm light.".into(), headline: "Sale".into(), image_hash: "h1".into() },
            rules: Vec::new(),
            call_to_action: Some("SHOP_NOW".into()),
            url_tags: None,
            opt_out: Vec::new(),
            opt_in: Vec::new(),
        }
    }

    fn said(story: Value, feed: Option<Value>) -> Creative {
        serde_json::from_value(json!({"id": "1", "object_story_spec": story, "asset_feed_spec": feed})).unwrap()
    }

    #[test]
    fn a_plain_creative_is_read_back_as_it_was_written() {
        let new = new_creative();
        let story = json!({"page_id": "11", "instagram_user_id": "22", "link_data": new.link_data()});
        let read = said(story, None).content().unwrap();
        assert_eq!((read.shown, read.link, read.call_to_action), (new.shown, new.link, new.call_to_action));
        assert_eq!(read.instagram_user_id.as_deref(), Some("22"));
    }

    #[test]
    fn carousels_and_posts_are_not_read_as_single_pictures() {
        let carousel = json!({"page_id": "11", "link_data": {"link": "https://a.example/", "child_attachments": []}});
        assert_eq!(said(carousel, None).content(), None);
        assert_eq!(said(json!({"page_id": "11"}), None).content(), None);
    }

    #[test]
    fn only_enhancements_that_are_on_are_said() {
        let mut creative = said(json!({}), None);
        assert_eq!(creative.enhancements(), None);
        creative.degrees_of_freedom_spec = Some(json!({"creative_features_spec": {
            "enhance_cta": {"enroll_status": "OPT_OUT"}, "image_touchups": {"enroll_status": "OPT_IN"},
        }}));
        assert_eq!(creative.enhancements(), Some(vec!["image_touchups".to_owned()]));
    }
}
