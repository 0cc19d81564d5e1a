//! Connecting: a token is tried, what it is and reaches is offered, what is chosen is linked. The token is in no answer.
//!
//! As on the pages, a tried token is kept for half an hour and used once; one that a program tried, any owner's program may use.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Json, Named};
use super::connections::{ConnectionView, find};
use super::operation::{Call, Outcome};
use super::reply::{Created, Done, Shown};
use super::words::{Secret, Time, at_member};
use crate::domain::id::{ConnectionId, PendingId};
use crate::service::connections::{
    self, Choice, Ends, LinkState, Offer, OfferedAccount, OfferedPage, Pasted, SCOPES, TokenFacts,
};
use crate::service::{Actor, Ctx};
use crate::web::extract::Owner;

/// A token to try.
#[derive(Deserialize, JsonSchema)]
pub struct TokenWish {
    /// The token of a system user. It is kept sealed and is in no answer.
    token: Secret,
    /// The secret of the token's app, so that each call carries `appsecret_proof`. Kept and answered likewise.
    app_secret: Option<Secret>,
}

impl From<TokenWish> for Pasted {
    fn from(wish: TokenWish) -> Self {
        Self { token: wish.token.0, app_secret: wish.app_secret.map(|secret| secret.0) }
    }
}

/// When something of a token ends, in Meta's time.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "when", rename_all = "snake_case")]
pub enum TokenEnd {
    /// Meta did not say.
    Unknown,
    /// It does not.
    Never,
    /// At this moment.
    At {
        /// The moment.
        at: Time,
    },
}

impl TokenEnd {
    fn of(ends: Ends) -> Self {
        match ends {
            Ends::Unknown => Self::Unknown,
            Ends::Never => Self::Never,
            Ends::At(at) => Self::At { at: Time(at) },
        }
    }
}

/// A permission that Tandem uses.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PermissionView {
    /// Meta's name.
    name: &'static str,
    /// Whether the token carries it.
    is_granted: bool,
    /// What it gives, or what cannot be done without it.
    means: &'static str,
}

/// What Meta says of a token, without the token.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccessTokenView {
    /// `SYSTEM_USER` or `USER`; absent where Meta did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// Meta's id of whose it is.
    user: String,
    /// Their name.
    user_name: String,
    /// Meta's id of the app it was made for; absent where Meta did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<String>,
    /// The app's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_name: Option<String>,
    /// When it ends.
    ends: TokenEnd,
    /// When it stops reaching data although it goes on itself.
    data_access_ends: TokenEnd,
    /// Whether each call carries `appsecret_proof`.
    is_signed: bool,
    /// The permissions that Tandem uses, the weightiest first.
    permissions: Vec<PermissionView>,
}

impl AccessTokenView {
    /// From what Meta said.
    pub fn of(facts: &TokenFacts, is_signed: bool) -> Self {
        let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let permission = |scope: &connections::Scope| {
            let is_granted = facts.has(scope.name);
            PermissionView { name: scope.name, is_granted, means: if is_granted { scope.gives } else { scope.without } }
        };
        Self {
            kind: said(&facts.kind),
            user: facts.user_id.clone(),
            user_name: facts.user_name.clone(),
            app: said(&facts.app_id),
            app_name: said(&facts.app_name),
            ends: TokenEnd::of(facts.ends),
            data_access_ends: TokenEnd::of(facts.data_access_ends),
            is_signed,
            permissions: SCOPES.iter().map(permission).collect(),
        }
    }
}

/// An ad account that a tried token reaches.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReachedAccount {
    /// Meta's id.
    id: String,
    /// Its name.
    name: String,
    /// Its currency.
    currency: String,
    /// The zone its days are counted in.
    zone: String,
    /// Its state, in words.
    status: &'static str,
    /// The business it belongs to; empty for an account of a person.
    business: String,
    /// `new`, `known` (its history is here and goes on), `here` (linked through this connection) or `elsewhere`.
    link: &'static str,
    /// The connection that it is linked through, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    linked_through: Option<String>,
}

/// An Instagram account that ads may run as.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReachedInstagram {
    /// Meta's id.
    id: String,
    /// Its handle.
    username: String,
}

/// A Page that a tried token reaches.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReachedPage {
    /// Meta's id.
    id: String,
    /// Its name.
    name: String,
    /// The Instagram accounts that its ads may run as.
    instagram: Vec<ReachedInstagram>,
    /// The one that is taken where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    usual_instagram: Option<String>,
    /// Whether it is linked already.
    is_linked: bool,
}

/// A pixel that a tried token reaches.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReachedPixel {
    /// Meta's id of the ad account that counts with it.
    account: String,
    /// Meta's id.
    id: String,
    /// Its name.
    name: String,
    /// Whether it is linked already.
    is_linked: bool,
}

/// What a tried token is, and what can be linked through it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TokenOffer {
    /// Its id: what linking and discarding name.
    id: PendingId,
    /// The connection it renews or widens; absent for a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<ConnectionId>,
    /// The name that a new connection gets where none is chosen.
    name: String,
    /// Where its calls go, for ever.
    base_url: String,
    /// What the token is.
    token: AccessTokenView,
    /// When it is forgotten.
    expires_at: Time,
    /// The ad accounts it reaches.
    ad_accounts: Vec<ReachedAccount>,
    /// The Pages it reaches.
    pages: Vec<ReachedPage>,
    /// The pixels of those ad accounts.
    pixels: Vec<ReachedPixel>,
    /// Whether pixels were listed; where there are too many ad accounts, all of a chosen one's are linked with it.
    lists_pixels: bool,
}

/// A Page to link.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct PageWish {
    /// Meta's id.
    id: String,
    /// Meta's id of the Instagram account that its ads run as; the usual one where nothing is said, none where it is empty.
    instagram: Option<String>,
}

/// A pixel to link.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct PixelWish {
    /// Meta's id of the ad account.
    account: String,
    /// Meta's id of the pixel.
    id: String,
}

/// What to link of an offer.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct LinkWish {
    /// The name of a new connection; the offered one where nothing is said.
    #[serde(default)]
    name: String,
    /// Meta's ids of ad accounts, at most 50 at once.
    #[serde(default)]
    ad_accounts: BTreeSet<String>,
    /// Pages.
    #[serde(default)]
    pages: Vec<PageWish>,
    /// Pixels of those ad accounts.
    #[serde(default)]
    pixels: Vec<PixelWish>,
}

impl LinkWish {
    fn choice(&self) -> Choice {
        let instagram: BTreeMap<String, String> =
            self.pages.iter().filter_map(|page| Some((page.id.clone(), page.instagram.clone()?))).collect();
        Choice {
            name: self.name.clone(),
            accounts: self.ad_accounts.clone(),
            pages: self.pages.iter().map(|page| page.id.clone()).collect(),
            instagram,
            pixels: self.pixels.iter().map(|pixel| (pixel.account.clone(), pixel.id.clone())).collect(),
        }
    }
}

/// `POST /connections/pending`
pub async fn begin(call: Call<Owner, (), (), Json<TokenWish>>) -> Outcome<Created<TokenOffer>> {
    let Call { ctx, by, body, .. } = call;
    let id = connections::begin(&ctx, &by.actor, body.0.into()).await?;
    made(&ctx, &by.actor, id).await
}

/// `POST /connections/{id}/token`
pub async fn replace(call: Call<Owner, Named<ConnectionId>, (), Json<TokenWish>>) -> Outcome<Created<TokenOffer>> {
    let Call { ctx, by, path, body, .. } = call;
    let id = connections::begin_replacement(&ctx, &by.actor, path.0, body.0.into()).await?;
    made(&ctx, &by.actor, id).await
}

/// `POST /connections/{id}/widen`
pub async fn widen(call: Call<Owner, Named<ConnectionId>>) -> Outcome<Created<TokenOffer>> {
    let id = connections::begin_widening(&call.ctx, call.actor(), call.path.0).await?;
    made(&call.ctx, call.actor(), id).await
}

/// `GET /connections/pending/{id}`
pub async fn show(call: Call<Owner, Named<PendingId>>) -> Outcome<Shown<TokenOffer>> {
    Ok(Shown(view(connections::offer(&call.ctx, call.actor(), call.path.0).await?)))
}

/// `DELETE /connections/pending/{id}`
pub async fn discard(call: Call<Owner, Named<PendingId>>) -> Outcome<Done> {
    connections::discard(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}

/// `POST /connections/pending/{id}/link`
pub async fn link(call: Call<Owner, Named<PendingId>, (), Json<LinkWish>>) -> Outcome<Created<ConnectionView>> {
    let member = |field: &str| match field {
        "account" => "ad_accounts".to_owned(),
        "page" | "instagram" => "pages".to_owned(),
        other => other.to_owned(),
    };
    let linked = connections::link(&call.ctx, call.actor(), call.path.0, call.body.0.choice()).await;
    let id = linked.map_err(|error| at_member(error, member))?;
    Ok(Created { at: format!("/connections/{id}"), revision: None, thing: find(&call.ctx, call.actor(), id).await? })
}

async fn made(ctx: &Ctx, actor: &Actor, id: PendingId) -> Outcome<Created<TokenOffer>> {
    let thing = view(connections::offer(ctx, actor, id).await?);
    Ok(Created { at: format!("/connections/pending/{id}"), revision: None, thing })
}

fn view(offer: Offer) -> TokenOffer {
    TokenOffer {
        id: offer.id,
        connection: offer.connection,
        name: offer.name,
        base_url: offer.base_url,
        token: AccessTokenView::of(&offer.token, offer.signed),
        expires_at: Time(offer.expires_at),
        ad_accounts: offer.accounts.into_iter().map(account).collect(),
        pages: offer.pages.into_iter().map(page).collect(),
        pixels: offer
            .pixels
            .into_iter()
            .map(|p| ReachedPixel { account: p.account, id: p.remote, name: p.name, is_linked: p.linked })
            .collect(),
        lists_pixels: offer.detailed,
    }
}

fn account(offered: OfferedAccount) -> ReachedAccount {
    let (link, linked_through) = match offered.link {
        LinkState::New => ("new", None),
        LinkState::Known => ("known", None),
        LinkState::Here => ("here", None),
        LinkState::Elsewhere(name) => ("elsewhere", Some(name)),
    };
    let OfferedAccount { remote: id, name, currency, zone, status, business, .. } = offered;
    ReachedAccount { id, name, currency, zone, status, business, link, linked_through }
}

fn page(offered: OfferedPage) -> ReachedPage {
    ReachedPage {
        id: offered.remote,
        name: offered.name,
        instagram: offered.instagram.into_iter().map(|(id, username)| ReachedInstagram { id, username }).collect(),
        usual_instagram: offered.chosen,
        is_linked: offered.linked,
    }
}
