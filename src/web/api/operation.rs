//! One declaration a route: from the handler's own types come the route, its rights, its checks and its page in the document.
//!
//! A handler is `async fn(Call<Role, Path, Query, Body>) -> Outcome<Reply>`. [`get`], [`post`], [`put`] and [`delete`] make an
//! [`Operation`] of it: what the router serves and what `/api/v1/openapi.json` says cannot drift apart, because both are made
//! from these four types and the reply's.

use std::future::Future;

use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest, HttpResponse, Route, dev, web};
use schemars::SchemaGenerator;
use serde_json::Value;

use super::ask::{Body, Parameter, Params, PathPart};
use super::once;
use super::reply::{Answer, Reply};
use crate::domain::role::Role;
use crate::service::{Actor, Ctx};
use crate::web::error::{ApiError, AppError};
use crate::web::extract::{Bearer, Level, state};

/// What a handler answers.
pub type Outcome<A> = Result<A, ApiError>;

/// A request that was let in and understood.
pub struct Call<R, P = (), Q = (), B = ()> {
    /// Into the use cases.
    pub ctx: Ctx,
    /// Whose token it is; the type says the least role.
    pub by: Bearer<R>,
    /// What the path names.
    pub path: P,
    /// What the query asks.
    pub query: Q,
    /// What was sent.
    pub body: B,
}

impl<R, P, Q, B> Call<R, P, Q, B> {
    /// Who does things.
    pub fn actor(&self) -> &Actor {
        &self.by.actor
    }
}

/// A route and its page in the document.
pub struct Operation {
    /// The method.
    pub method: Method,
    /// Below `/api/v1`, as `/campaigns/{id}`.
    pub path: &'static str,
    /// One line.
    pub summary: &'static str,
    /// What else must be known, in sentences.
    pub detail: &'static str,
    /// The least role.
    pub role: Role,
    describe: fn(&mut SchemaGenerator) -> Described,
    route: Box<dyn Fn() -> Route>,
}

/// What the types of a handler say.
pub struct Described {
    /// Parameters of path, query and header.
    pub parameters: Vec<Parameter>,
    /// The body's media type and schema.
    pub body: Option<(&'static str, Value)>,
    /// The answer's status and, where it has a body, media type and schema.
    pub answer: (u16, Option<(&'static str, Value)>),
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $method:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name<R, P, Q, B, A, F, T>(path: &'static str, summary: &'static str, handler: F) -> Operation
        where
            R: Level,
            P: PathPart,
            Q: Params,
            B: Body,
            A: Reply,
            F: Fn(Call<R, P, Q, B>) -> T + Clone + 'static,
            T: Future<Output = Outcome<A>> + 'static,
        {
            operation(Method::$method, path, summary, handler)
        }
    )*};
}

methods! {
    /// Reads.
    get GET;
    /// Makes, or does.
    post POST;
    /// Replaces.
    put PUT;
    /// Removes.
    delete DELETE;
}

fn operation<R, P, Q, B, A, F, T>(method: Method, path: &'static str, summary: &'static str, handler: F) -> Operation
where
    R: Level,
    P: PathPart,
    Q: Params,
    B: Body,
    A: Reply,
    F: Fn(Call<R, P, Q, B>) -> T + Clone + 'static,
    T: Future<Output = Outcome<A>> + 'static,
{
    let served = method.clone();
    let route = move || {
        let handler = handler.clone();
        web::method(served.clone()).to(move |request: HttpRequest, payload: web::Payload| {
            let handler = handler.clone();
            async move { run(handler, request, payload.into_inner()).await }
        })
    };
    Operation { method, path, summary, detail: "", role: R::ROLE, describe: describe::<P, Q, B, A>, route: Box::new(route) }
}

fn describe<P: PathPart, Q: Params, B: Body, A: Reply>(generator: &mut SchemaGenerator) -> Described {
    let mut parameters = P::parameters(generator);
    parameters.extend(Q::parameters(generator));
    parameters.extend(B::headers());
    Described { parameters, body: B::schema(generator), answer: (A::STATUS, A::schema(generator)) }
}

impl Operation {
    /// With more to be known than a line holds.
    #[must_use]
    pub fn saying(self, detail: &'static str) -> Self {
        Self { detail, ..self }
    }

    /// Whether it may be repeated under an idempotency key.
    pub fn takes_key(&self) -> bool {
        self.method != Method::GET
    }

    /// What its types say.
    pub fn described(&self, generator: &mut SchemaGenerator) -> Described {
        (self.describe)(generator)
    }

    /// The route that serves it.
    pub fn route(&self) -> Route {
        (self.route)()
    }

    /// Its name in the document: `post_campaigns_id_plan_approve`.
    pub fn id(&self) -> String {
        let words = self.path.replace(['{', '}'], "").replace(['/', '-', '.'], "_");
        format!("{}{words}", self.method.as_str().to_lowercase())
    }

    /// What it is about: the first word of its path.
    pub fn tag(&self) -> &'static str {
        self.path.trim_start_matches('/').split(['/', '.']).next().unwrap_or_default()
    }
}

/// Lets a request in, reads it, carries it out (once, where it has an idempotency key) and answers.
async fn run<R, P, Q, B, A, F, T>(handler: F, request: HttpRequest, mut payload: dev::Payload) -> Result<HttpResponse, ApiError>
where
    R: Level,
    P: PathPart,
    Q: Params,
    B: Body,
    A: Reply,
    F: Fn(Call<R, P, Q, B>) -> T + Clone + 'static,
    T: Future<Output = Outcome<A>> + 'static,
{
    let state = state(&request)?;
    let mut by = Bearer::<R>::from_request(&request, &mut dev::Payload::None).await?;
    let path = P::read(request.match_info())?;
    let query = Q::read(request.query_string())?;
    let (body, digest) = B::read(&request, &mut payload, &state.ctx, &by.actor).await?;
    let ctx = state.ctx.clone();
    let key = if request.method() == Method::GET { None } else { once::key(&request)? };
    let Some(key) = key else {
        let call = Call { ctx, by, path, query, body };
        return Ok(handler(call).await?.answer().respond());
    };
    let fingerprint = once::fingerprint(&request, &digest);
    let claim = match once::begin(&ctx, &by, &key, fingerprint).await? {
        once::Begun::Answered(answer) => return Ok(answer),
        once::Begun::Fresh(claim) => claim,
    };
    by.actor.claim = Some(claim.clone());
    // On its own, so that a program that hangs up does not cut the request in two.
    let kept = ctx.clone();
    let work = actix_web::rt::spawn(async move {
        let outcome = handler(Call { ctx, by, path, query, body }).await.map(Reply::answer);
        once::settle(&kept, &claim, outcome).await
    });
    work.await.map_err(|join| ApiError(AppError::Internal(format!("a request broke off: {join}"))))?
}

/// An answer or a refusal, for whoever keeps it.
pub type Settled = Result<Answer, ApiError>;
