//! What exists: objects with every version of their fields, built only by applying events.
//! The journal keeps the events; delivery reads the versions. No I/O and no validation here.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::seeded::Identity;

/// Kinds of stored objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An ad account; only what can change of it is stored.
    Account,
    /// A campaign.
    Campaign,
    /// An ad set.
    AdSet,
    /// An ad.
    Ad,
    /// An ad creative.
    Creative,
    /// An image of an account's library.
    Image,
    /// An asynchronous insights report.
    ReportRun,
    /// A post of the Page.
    Post,
    /// A photo of the Page.
    Photo,
    /// A comment under a post, a photo or another comment.
    Comment,
    /// Media on its way to Instagram.
    InstagramContainer,
    /// Published Instagram media.
    InstagramMedia,
    /// A comment under Instagram media, or a reply to one.
    InstagramComment,
    /// A thread of the Page's inbox.
    Conversation,
    /// A message of such a thread.
    Message,
    /// A custom audience that was made here.
    CustomAudience,
    /// People added to, taken from or put in place of an audience's.
    AudienceUpload,
    /// Events that a server sent to the pixel.
    PixelUpload,
    /// A login's code, to be exchanged for a token.
    LoginCode,
    /// A token that a login made.
    Token,
    /// What the person has taken back of his grants.
    Grant,
    /// An app's subscription to changes of a kind of objects.
    Subscription,
    /// Which changes of the Page the app hears.
    SubscribedApp,
    /// A delivery to a subscriber.
    Delivery,
}

impl Kind {
    /// Meta's name of the node type, as in its error texts.
    #[must_use]
    pub fn node_type(self) -> &'static str {
        match self {
            Self::Account => "AdAccount",
            Self::Campaign => "Campaign",
            Self::AdSet => "AdSet",
            Self::Ad => "Ad",
            Self::Creative => "AdCreative",
            Self::Image => "AdImage",
            Self::ReportRun => "AdReportRun",
            Self::Post => "PagePost",
            Self::Photo => "Photo",
            Self::Comment => "Comment",
            Self::InstagramContainer => "IGContainer",
            Self::InstagramMedia => "IGMedia",
            Self::InstagramComment => "IGComment",
            Self::Conversation => "UnifiedThread",
            Self::Message => "UnifiedMessage",
            Self::CustomAudience => "CustomAudience",
            Self::AudienceUpload => "CustomAudienceSession",
            Self::PixelUpload => "AdsPixelEvents",
            Self::LoginCode => "LoginCode",
            Self::Token => "AccessToken",
            Self::Grant => "Permission",
            Self::Subscription => "Subscription",
            Self::SubscribedApp => "Application",
            Self::Delivery => "Delivery",
        }
    }
}

/// An accepted write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Event {
    /// A new object.
    Create {
        /// Unix seconds, simulated.
        at: i64,
        /// Id of the new object.
        id: String,
        /// Its kind.
        kind: Kind,
        /// `act_...`
        account: String,
        /// Campaign of an ad set, ad set of an ad.
        parent: Option<String>,
        /// Fields in Meta's names and forms.
        fields: Map<String, Value>,
        /// Who made it, where the account's activities tell of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Who>,
    },
    /// New values of some fields; `null` removes one.
    Update {
        /// Unix seconds, simulated.
        at: i64,
        /// Which object.
        id: String,
        /// The changed fields.
        set: Map<String, Value>,
        /// Who changed them, where the account's activities tell of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Who>,
    },
    /// What reports say of a finished day changes by a percentage; 0 takes it back.
    Restate {
        /// `act_...`
        account: String,
        /// The account's local day, `YYYY-MM-DD`.
        day: String,
        /// -100 to 1000.
        percent: i64,
    },
}

/// Who does something to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Id of the person; `0` for Meta itself.
    pub id: String,
    /// As shown.
    pub name: String,
    /// Id of the app they used, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
}

/// What somebody did to a campaign, an ad set or an ad: one line a changed field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// Unix seconds, simulated.
    pub at: i64,
    /// Who did it.
    pub by: Who,
    /// The object.
    pub object: String,
    /// The field, `creative` for what an ad's creative says; empty where the object was made.
    pub field: String,
    /// What it was.
    pub old: Value,
    /// What it became.
    pub new: Value,
}

/// The fields of an object from one moment on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Version {
    /// Unix seconds, simulated.
    pub at: i64,
    /// All fields.
    pub fields: Arc<Map<String, Value>>,
}

/// A stored object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Object {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: Kind,
    /// `act_...`
    pub account: String,
    /// Campaign of an ad set, ad set of an ad.
    pub parent: Option<String>,
    /// Oldest first, never empty.
    pub versions: Vec<Version>,
}

impl Object {
    /// Unix seconds of creation.
    #[must_use]
    pub fn created(&self) -> i64 {
        self.versions.first().map_or(0, |version| version.at)
    }

    /// Unix seconds of the last change.
    #[must_use]
    pub fn updated(&self) -> i64 {
        self.versions.last().map_or(0, |version| version.at)
    }

    /// A field as of now.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.versions.last().and_then(|version| version.fields.get(name))
    }

    /// A text field as of now; empty when absent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Value::as_str).unwrap_or("")
    }

    /// Position of the version in force at a moment.
    #[must_use]
    pub fn version_at(&self, moment: i64) -> Option<usize> {
        self.versions.iter().rposition(|version| version.at <= moment)
    }

    /// A text field as of a moment; empty when absent.
    #[must_use]
    pub fn text_at(&self, name: &str, moment: i64) -> &str {
        self.version_at(moment)
            .and_then(|index| self.versions.get(index))
            .and_then(|version| version.fields.get(name))
            .and_then(Value::as_str)
            .unwrap_or("")
    }
}

/// Everything that exists.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    /// The seed that the ids follow.
    pub seed: u64,
    /// By id.
    pub objects: BTreeMap<String, Object>,
    /// Children by parent id, oldest first.
    pub children: BTreeMap<String, Vec<String>>,
    /// Objects by account and kind, oldest first.
    pub listed: BTreeMap<String, BTreeMap<Kind, Vec<String>>>,
    /// Number of created objects, from which the next id follows.
    pub created: u64,
    /// Grows with every event, for caches.
    pub revision: u64,
    /// Percentages by account and local day, for days that were restated.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub restated: BTreeMap<String, BTreeMap<String, i64>>,
    /// What was done to each account, oldest first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub activities: BTreeMap<String, Vec<Activity>>,
}

impl State {
    /// The state before the first write.
    #[must_use]
    pub fn new(seed: u64, identity: &Identity, at: i64) -> Self {
        let mut state = Self {
            seed,
            objects: BTreeMap::new(),
            children: BTreeMap::new(),
            listed: BTreeMap::new(),
            created: 0,
            revision: 0,
            restated: BTreeMap::new(),
            activities: BTreeMap::new(),
        };
        for account in [&identity.ad_account_id, &identity.jpy_ad_account_id] {
            let object = Object {
                id: account.clone(),
                kind: Kind::Account,
                account: account.clone(),
                parent: None,
                versions: vec![Version { at, fields: Arc::new(Map::new()) }],
            };
            state.objects.insert(account.clone(), object);
        }
        state
    }

    /// The id that the next created object will have: 17 digits, growing.
    #[must_use]
    pub fn next_id(&self) -> String {
        format!("12024{:05}{:07}", self.seed % 100_000, self.created + 1)
    }

    /// Applies an accepted write. An update of an unknown id changes nothing.
    pub fn apply(&mut self, event: &Event) {
        self.revision += 1;
        match event {
            Event::Create { at, id, kind, account, parent, fields, by } => {
                self.created += 1;
                if let Some(parent) = parent {
                    self.children.entry(parent.clone()).or_default().push(id.clone());
                }
                self.listed.entry(account.clone()).or_default().entry(*kind).or_default().push(id.clone());
                let object = Object {
                    id: id.clone(),
                    kind: *kind,
                    account: account.clone(),
                    parent: parent.clone(),
                    versions: vec![Version { at: *at, fields: Arc::new(fields.clone()) }],
                };
                self.objects.insert(id.clone(), object);
                if let Some(by) = by.as_ref().filter(|_| matches!(kind, Kind::Campaign | Kind::AdSet | Kind::Ad)) {
                    let (field, old, new) = (String::new(), Value::Null, Value::Null);
                    self.note(account, Activity { at: *at, by: by.clone(), object: id.clone(), field, old, new });
                }
            }
            Event::Restate { account, day, percent } => {
                let days = self.restated.entry(account.clone()).or_default();
                if *percent == 0 {
                    days.remove(day);
                } else {
                    days.insert(day.clone(), *percent);
                }
            }
            Event::Update { at, id, set, by } => {
                if let Some(by) = by {
                    self.tell(*at, id, set, by);
                }
                let Some(object) = self.objects.get_mut(id) else {
                    return;
                };
                let mut fields = object.versions.last().map(|version| Map::clone(&version.fields)).unwrap_or_default();
                for (name, value) in set {
                    if value.is_null() {
                        fields.remove(name);
                    } else {
                        fields.insert(name.clone(), value.clone());
                    }
                }
                let version = Version { at: *at, fields: Arc::new(fields) };
                // Two changes in the same second: only the later one is ever in force.
                match object.versions.last_mut() {
                    Some(last) if last.at == *at => *last = version,
                    _ => object.versions.push(version),
                }
            }
        }
    }

    /// Notes what a change changes, field by field; what a creative says, of each ad that shows it.
    fn tell(&mut self, at: i64, id: &str, set: &Map<String, Value>, by: &Who) {
        let Some(object) = self.objects.get(id) else { return };
        let changed: Vec<(String, Value, Value)> = set
            .iter()
            .map(|(name, new)| (name.clone(), object.get(name).cloned().unwrap_or(Value::Null), new.clone()))
            .filter(|(_, old, new)| old != new)
            .collect();
        let (account, kind) = (object.account.clone(), object.kind);
        let shows = |ad: &&String| self.objects.get(*ad).is_some_and(|ad| ad.text("creative_id") == id);
        let told: Vec<String> = match kind {
            Kind::Campaign | Kind::AdSet | Kind::Ad => vec![id.to_owned()],
            Kind::Creative => self.of_account(&account, Kind::Ad).iter().filter(shows).cloned().collect(),
            _ => Vec::new(),
        };
        for object in told {
            for (field, old, new) in &changed {
                let field = if kind == Kind::Creative { "creative".to_owned() } else { field.clone() };
                let (old, new) = (old.clone(), new.clone());
                self.note(&account, Activity { at, by: by.clone(), object: object.clone(), field, old, new });
            }
        }
    }

    fn note(&mut self, account: &str, activity: Activity) {
        self.activities.entry(account.to_owned()).or_default().push(activity);
    }

    /// An object of a kind.
    #[must_use]
    pub fn find(&self, id: &str, kind: Kind) -> Option<&Object> {
        self.objects.get(id).filter(|object| object.kind == kind)
    }

    /// Ids of an account's objects of a kind, oldest first.
    #[must_use]
    pub fn of_account(&self, account: &str, kind: Kind) -> &[String] {
        self.listed.get(account).and_then(|kinds| kinds.get(&kind)).map_or(&[], Vec::as_slice)
    }

    /// Ids of the children of a campaign or an ad set, oldest first.
    #[must_use]
    pub fn children_of(&self, id: &str) -> &[String] {
        self.children.get(id).map_or(&[], Vec::as_slice)
    }

    /// The object above: campaign of an ad set, ad set of an ad.
    #[must_use]
    pub fn parent_of(&self, object: &Object) -> Option<&Object> {
        object.parent.as_ref().and_then(|id| self.objects.get(id))
    }
}
