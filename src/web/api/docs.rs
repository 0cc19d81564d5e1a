//! `/api/docs`: the document as a page to browse, with a command to try for each operation.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::openapi;
use super::operation::Operation;
use super::operations;
use crate::web::error::AppError;
use crate::web::pages::html;
use crate::web::pages::layout::Page;

#[derive(Template)]
#[template(path = "api/docs.html")]
struct DocsPage {
    page: Page,
    groups: Vec<Group>,
}

/// Operations about one thing.
struct Group {
    tag: &'static str,
    operations: Vec<Entry>,
}

/// One operation.
struct Entry {
    id: String,
    method: String,
    path: String,
    summary: &'static str,
    detail: &'static str,
    role: String,
    parameters: Vec<ParameterLine>,
    body: String,
    answer: String,
    curl: String,
}

struct ParameterLine {
    name: String,
    place: &'static str,
    required: bool,
    description: String,
}

/// `GET /api/docs`
pub async fn show(request: HttpRequest) -> Result<HttpResponse, AppError> {
    let info = request.connection_info().clone();
    let base = format!("{}://{}", info.scheme(), info.host());
    let mut groups: Vec<Group> = Vec::new();
    for operation in operations() {
        let entry = entry(&operation, &base);
        match groups.iter_mut().find(|group| group.tag == operation.tag()) {
            Some(group) => group.operations.push(entry),
            None => groups.push(Group { tag: operation.tag(), operations: vec![entry] }),
        }
    }
    html(&DocsPage { page: Page { title: "Admin HTTP".to_owned(), ..Page::default() }, groups })
}

fn entry(operation: &Operation, base: &str) -> Entry {
    let described = operation.described(&mut openapi::generator());
    let media = described.body.as_ref().map(|(media, _)| *media);
    let in_path = operation.path.split(['{', '}']).nth(1).unwrap_or_default();
    let schema = |schema: &serde_json::Value| {
        let named = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()).map(str::to_owned);
        named.or_else(|| {
            let item = schema["properties"]["items"]["items"]["$ref"].as_str()?.rsplit('/').next()?;
            Some(format!("a page of {item}"))
        })
    };
    let tell = |body: &Option<(&'static str, serde_json::Value)>| match body {
        None => "nothing".to_owned(),
        Some((media, value)) => schema(value).map_or_else(|| (*media).to_owned(), |name| format!("{name} as {media}")),
    };
    Entry {
        id: operation.id(),
        method: operation.method.to_string(),
        path: format!("/api/v1{}", operation.path),
        summary: operation.summary,
        detail: operation.detail,
        role: operation.role.to_string(),
        body: tell(&described.body),
        answer: format!("{} with {}", described.answer.0, tell(&described.answer.1)),
        curl: curl(operation, base, media, described.parameters.iter().any(|p| p.name == "If-Match")),
        parameters: described
            .parameters
            .into_iter()
            .map(|p| ParameterLine {
                name: if p.place == "path" { in_path.to_owned() } else { p.name },
                place: p.place,
                required: p.required,
                description: p.description,
            })
            .collect(),
    }
}

fn curl(operation: &Operation, base: &str, media: Option<&str>, revised: bool) -> String {
    let path = operation.path.replace('{', "$").replace('}', "").replace("$id", "$ID").replace("$token", "$UPLOAD");
    let mut lines = vec![format!("curl \"{base}/api/v1{path}\""), "-H \"Authorization: Bearer $TOKEN\"".to_owned()];
    if operation.method != actix_web::http::Method::GET {
        lines.push(format!("-X {}", operation.method));
        lines.push("-H \"Idempotency-Key: $(uuidgen)\"".to_owned());
    }
    if revised {
        lines.push("-H 'If-Match: \"1\"'".to_owned());
    }
    match media {
        Some("application/json") => {
            lines.push("-H \"Content-Type: application/json\"".to_owned());
            lines.push("-d @body.json".to_owned());
        }
        Some("image/*") => {
            lines.push("-H \"Content-Type: image/jpeg\"".to_owned());
            lines.push("--data-binary @lamp.jpg".to_owned());
        }
        Some(media) => {
            lines.push(format!("-H \"Content-Type: {media}\""));
            lines.push("--data-binary @export.csv".to_owned());
        }
        None => {}
    }
    lines.join(" \\\n  ")
}
