//! `/workspaces/new`: another business, real or in the sandbox, for the person who makes it.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::layout::{Page, Tone};
use super::{frame, html, html_with, redirect_saying};
use crate::domain::dictionary;
use crate::domain::invalid::Invalid;
use crate::domain::workspace::WorkspaceKind;
use crate::service::sessions::Signed;
use crate::service::{Error, sessions, workspaces};
use crate::web::error::AppError;
use crate::web::extract::{As, Owner, Posted};
use crate::web::state::State;

#[derive(Template)]
#[template(path = "workspaces/new.html")]
struct NewPage {
    page: Page,
    has_sandbox: bool,
    form: WorkspaceForm,
    problems: Invalid,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
pub struct WorkspaceForm {
    name: String,
    #[serde(default)]
    kind: String,
}

/// `GET /workspaces/new`
pub async fn new_page(request: HttpRequest, state: web::Data<State>, by: As<Owner>) -> Result<HttpResponse, AppError> {
    html(&page(&request, &state, &by.signed, WorkspaceForm::default(), Invalid::default()))
}

/// `POST /workspaces/new`: makes it and moves the browser into it.
pub async fn create(
    request: HttpRequest,
    state: web::Data<State>,
    posted: Posted<Owner, WorkspaceForm>,
) -> Result<HttpResponse, AppError> {
    let (signed, form) = (posted.by.signed, posted.form);
    let Some(kind) = WorkspaceKind::parse(&form.kind) else {
        let problems = Invalid::one("kind", dictionary::workspace_kind_missing());
        return html_with(&page(&request, &state, &signed, form, problems), 422, None);
    };
    match workspaces::create_another(&state.ctx, &signed.actor, &form.name, kind).await {
        Ok(id) => {
            sessions::enter(&state.ctx, &signed, id).await?;
            let (to, said) = match kind {
                WorkspaceKind::Real => ("/connections/new", "The workspace is made. Connect its first ad account."),
                WorkspaceKind::Sandbox => ("/", "The workspace is made. Its demo business connects itself in a moment."),
            };
            Ok(redirect_saying(to, Tone::Good, said))
        }
        Err(Error::Invalid(problems)) => html_with(&page(&request, &state, &signed, form, problems), 422, None),
        Err(other) => Err(other.into()),
    }
}

fn page(request: &HttpRequest, state: &State, signed: &Signed, form: WorkspaceForm, problems: Invalid) -> NewPage {
    NewPage {
        page: frame(request, state, signed, "New workspace", None),
        has_sandbox: state.ctx.sandbox.is_some(),
        form,
        problems,
    }
}
