//! Creatives: what an ad says and shows. They never change; another text is another creative.
//! Source: Marketing API, "Ad Creative" (v26.0). `instagram_actor_id` is gone; the identity is `instagram_user_id`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::client::{Client, Path};
use super::error::GraphError;
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;

const FIELDS: [&str; 8] = [
    "id",
    "name",
    "status",
    "object_story_spec",
    "url_tags",
    "effective_object_story_id",
    "thumbnail_url",
    "degrees_of_freedom_spec",
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
    /// The text, link and picture as written.
    #[serde(default)]
    pub object_story_spec: Option<Value>,
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
    /// The text.
    pub message: String,
    /// The headline.
    pub headline: Option<String>,
    /// The line below the headline.
    pub description: Option<String>,
    /// The picture's hash.
    pub image_hash: String,
    /// `SHOP_NOW`, `LEARN_MORE`, ...; none shows no button.
    pub call_to_action: Option<String>,
    /// Tracking parameters, `a=b&c=d`.
    pub url_tags: Option<String>,
    /// Meta's automatic changes to refuse, by name.
    pub opt_out: Vec<String>,
}

impl NewCreative {
    fn params(&self) -> Result<Params, GraphError> {
        let mut link = Map::new();
        let mut put = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                link.insert(name.to_owned(), Value::from(value));
            }
        };
        put("link", Some(&self.link));
        put("message", Some(&self.message));
        put("name", self.headline.as_deref());
        put("description", self.description.as_deref());
        put("image_hash", Some(&self.image_hash));
        if let Some(kind) = &self.call_to_action {
            link.insert("call_to_action".to_owned(), json!({"type": kind, "value": {"link": self.link}}));
        }
        let mut story = json!({"page_id": self.page_id, "link_data": link});
        if let (Some(instagram), Some(story)) = (&self.instagram_user_id, story.as_object_mut()) {
            story.insert("instagram_user_id".to_owned(), Value::from(instagram.as_str()));
        }
        let params = Params::new()
            .text("name", &self.name)
            .json("object_story_spec", &story)?
            .text_opt("url_tags", self.url_tags.as_deref());
        if self.opt_out.is_empty() {
            return Ok(params);
        }
        let refused: Map<_, _> = self.opt_out.iter().map(|name| (name.clone(), json!({"enroll_status": "OPT_OUT"}))).collect();
        params.json("degrees_of_freedom_spec", &json!({"creative_features_spec": refused}))
    }
}

impl Client {
    /// Makes a creative. Not idempotent: look for its token before repeating it.
    ///
    /// # Errors
    /// As any write.
    pub async fn create_creative(&self, account: &NodeId, new: &NewCreative) -> Result<NodeId, GraphError> {
        self.create(account, "adcreatives", &new.params()?).await
    }

    /// Reads a creative back.
    ///
    /// # Errors
    /// As any call.
    pub async fn creative(&self, creative: &NodeId) -> Result<Creative, GraphError> {
        self.get(&Path::Node(creative), &Params::fields(&FIELDS)).await
    }

    /// The account's creatives.
    pub fn creatives(&self, account: &NodeId) -> Pages<Creative> {
        Pages::new(self, account, "adcreatives", Params::fields(&FIELDS).text("limit", "200"))
    }
}
