//! The one place that knows status codes: a page's error is a page, an endpoint's is problem+json.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;
use serde_json::json;

use super::pages::layout::Page;
use crate::domain::dictionary::{self, Sentence};
use crate::domain::invalid::sentence;
use crate::service;

/// The media type of an endpoint's error.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What stands in a handler's way.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Nobody is signed in; the path to come back to.
    #[error("{}", dictionary::sign_in_first())]
    SignIn {
        /// Path and query, for after signing in.
        next: String,
    },
    /// A form without its token, or with another browser's.
    #[error("{}", dictionary::form_forged())]
    Forged,
    /// No bearer token, or (`true`) one that is worth nothing.
    #[error("{}", dictionary::token_needed())]
    NoToken(bool),
    /// A body, path or query that cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// More than is accepted; the limit in words.
    #[error("{}", dictionary::too_large(.0))]
    TooLarge(String),
    /// No page here.
    #[error("{}", dictionary::page_not_here())]
    NoPage,
    /// No endpoint here.
    #[error("{}", dictionary::endpoint_not_here())]
    NoEndpoint,
    /// A path whose id is none.
    #[error("{}", dictionary::not_an_id())]
    NotAnId,
    /// An endpoint that does not do this; the methods it has.
    #[error("{}", dictionary::wrong_method(.0))]
    Method(String),
    /// A body of another kind than the endpoint reads.
    #[error("{}", dictionary::wrong_media(.0))]
    MediaType(&'static str),
    /// An update that does not say which revision it has seen.
    #[error("{}", dictionary::revision_needed())]
    NoRevision,
    /// An update of something that has changed since it was read.
    #[error("{}", dictionary::revision_old())]
    OldRevision,
    /// The use case refused.
    #[error(transparent)]
    Service(#[from] service::Error),
    /// A report's query or its reading.
    #[error("{0}")]
    Internal(String),
}

impl From<askama::Error> for AppError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(format!("template: {error}"))
    }
}

#[derive(Template)]
#[template(path = "errors/error.html")]
struct ErrorPage {
    page: Page,
    heading: &'static str,
    sentence: String,
    way_out: WayOut,
    /// The dictionary's page about it.
    help: String,
    request_id: Option<String>,
}

struct WayOut {
    url: String,
    label: &'static str,
}

impl AppError {
    fn status(&self) -> StatusCode {
        use service::Error as E;
        match self {
            Self::SignIn { .. } => StatusCode::SEE_OTHER,
            Self::Forged => StatusCode::FORBIDDEN,
            Self::NoToken(_) => StatusCode::UNAUTHORIZED,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoPage | Self::NoEndpoint | Self::NotAnId => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NoRevision => StatusCode::PRECONDITION_REQUIRED,
            Self::OldRevision => StatusCode::PRECONDITION_FAILED,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Service(error) => match error {
                E::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                E::NotFound(_) => StatusCode::NOT_FOUND,
                E::Forbidden { .. } => StatusCode::FORBIDDEN,
                E::Conflict(_) => StatusCode::CONFLICT,
                E::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
                E::Busy => StatusCode::SERVICE_UNAVAILABLE,
                E::Graph(error) if error.is_temporary() => StatusCode::SERVICE_UNAVAILABLE,
                E::Graph(_) | E::Notify(_) => StatusCode::UNPROCESSABLE_ENTITY,
                E::Store(_) | E::Secret(_) | E::Stored(_) | E::Io { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    fn heading(status: StatusCode) -> &'static str {
        match status.as_u16() {
            401 => "A token is needed",
            403 => "Not allowed",
            404 => "Not here",
            405 => "Not this method",
            409 => "It does not fit what is there",
            412 => "It has changed meanwhile",
            413 => "Too large",
            415 => "Another kind of body",
            422 => "Something does not fit",
            428 => "Which revision?",
            429 => "Too many tries",
            503 => "Busy",
            400..=499 => "This cannot be read",
            _ => "Something went wrong here",
        }
    }

    /// What people may read: our own faults are not spread out in front of them.
    fn public_sentence(&self, status: StatusCode) -> String {
        if status.is_server_error() && !matches!(self, Self::Service(service::Error::Graph(_))) {
            dictionary::our_fault().words
        } else {
            sentence(&self.to_string())
        }
    }

    /// The dictionary's page about it.
    fn help(&self, status: StatusCode) -> String {
        match self {
            Self::Service(service::Error::Invalid(invalid)) => return dictionary::page(invalid.slug()),
            Self::Service(service::Error::Conflict(said)) if said.slug != dictionary::DOES_NOT_FIT => {
                return dictionary::page(said.slug);
            }
            _ => {}
        }
        let said = self.public_sentence(status);
        let general = match status {
            StatusCode::CONFLICT => dictionary::CONFLICT,
            StatusCode::BAD_REQUEST => dictionary::unreadable().slug,
            status if status.is_server_error() => dictionary::OUR_FAULT,
            _ => dictionary::DOES_NOT_FIT,
        };
        dictionary::page(dictionary::of_sentence(&said).map_or(general, |entry| entry.slug))
    }

    fn log(&self, status: StatusCode, id: &str) {
        if status.is_server_error() {
            tracing::error!(error = %self, error.id = %id, http.status = status.as_u16(), "a request failed");
        }
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status();
        if let Self::SignIn { next } = self {
            let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
            return HttpResponse::SeeOther().insert_header((LOCATION, format!("/sign-in?{query}"))).finish();
        }
        let id = uuid::Uuid::new_v4().to_string();
        self.log(status, &id);
        let body = ErrorPage {
            page: Page { title: Self::heading(status).to_owned(), ..Page::default() },
            heading: Self::heading(status),
            sentence: self.public_sentence(status),
            way_out: WayOut { url: "/".to_owned(), label: "To the dashboard" },
            help: self.help(status),
            request_id: status.is_server_error().then_some(id),
        };
        let mut response = HttpResponse::build(status);
        if let Self::Service(service::Error::Throttled(wait)) = self {
            response.insert_header((RETRY_AFTER, wait.num_seconds()));
        }
        response.content_type("text/html; charset=utf-8").body(body.render().unwrap_or_else(|_| body.sentence.clone()))
    }
}

/// The same error at an admin endpoint: problem+json (RFC 9457).
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ApiError(#[from] pub AppError);

impl From<service::Error> for ApiError {
    fn from(error: service::Error) -> Self {
        Self(error.into())
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.0.status()
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.0.status();
        let id = uuid::Uuid::new_v4().to_string();
        self.0.log(status, &id);
        let problem = self.problem(status, &id);
        let mut response = HttpResponse::build(status);
        match &self.0 {
            AppError::Service(service::Error::Throttled(wait)) => {
                response.insert_header((RETRY_AFTER, wait.num_seconds()));
            }
            AppError::Service(service::Error::Busy) => {
                response.insert_header((RETRY_AFTER, 1));
            }
            // RFC 6750, section 3.
            AppError::NoToken(sent) => {
                let challenge =
                    if *sent { r#"Bearer realm="tandem", error="invalid_token""# } else { r#"Bearer realm="tandem""# };
                response.insert_header((WWW_AUTHENTICATE, challenge));
            }
            AppError::Method(allowed) => {
                response.insert_header((ALLOW, allowed.as_str()));
            }
            _ => {}
        }
        response.insert_header((CONTENT_TYPE, PROBLEM_JSON)).body(problem.to_string())
    }
}

impl ApiError {
    /// The problem's body (RFC 9457).
    fn problem(&self, status: StatusCode, id: &str) -> serde_json::Value {
        let mut problem = json!({
            "type": self.0.help(status),
            "title": AppError::heading(status),
            "status": status.as_u16(),
            "detail": self.0.public_sentence(status),
            "instance": format!("urn:uuid:{id}"),
        });
        if let AppError::Service(service::Error::Invalid(invalid)) = &self.0 {
            problem["errors"] = json!(invalid.problems);
        }
        problem
    }
}

/// A single problem of a field, at an endpoint.
pub fn field_problem(field: &str, said: Sentence) -> ApiError {
    service::Error::invalid(field, said).into()
}
