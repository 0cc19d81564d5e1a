//! The files of `static/`, embedded in the binary, each under a URL that carries its content's hash.
//!
//! A URL never changes its content, so browsers keep it for a year and ask for nothing again.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use actix_web::{HttpResponse, Responder, web};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

struct Asset {
    url: String,
    body: Cow<'static, [u8]>,
    media_type: String,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    Files::iter()
        .filter_map(|name| {
            let file = Files::get(&name)?;
            let hash = hex::encode(file.metadata.sha256_hash());
            let (stem, extension) = name.rsplit_once('.')?;
            let url = format!("/static/{stem}.{}.{extension}", hash.get(..12)?);
            let media_type = match extension {
                "css" => "text/css; charset=utf-8".to_owned(),
                "js" => "text/javascript; charset=utf-8".to_owned(),
                _ => file.metadata.mimetype().to_owned(),
            };
            Some((name.into_owned(), Asset { url, body: file.data, media_type }))
        })
        .collect()
});

/// The URL of a file of `static/`, by its plain name (`app.css`); the plain path where there is no such file.
pub fn asset_url(name: &str) -> &'static str {
    ASSETS.get(name).map_or("/static/missing", |asset| asset.url.as_str())
}

/// `GET /static/{file}`: the file whose hashed name this is.
pub async fn asset(file: web::Path<String>) -> impl Responder {
    let wanted = format!("/static/{file}");
    match ASSETS.values().find(|asset| asset.url == wanted) {
        Some(asset) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, asset.media_type.as_str()))
            .insert_header((CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")))
            .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
            .body(asset.body.clone().into_owned()),
        None => HttpResponse::NotFound().body("There is no such file; load the page again."),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use actix_web::{App, test};

    #[actix_web::test]
    async fn a_file_is_served_for_ever_under_its_hashed_name_and_under_no_other() {
        let app = test::init_service(App::new().route("/static/{file}", web::get().to(asset))).await;
        let css = asset_url("app.css");
        let answer = test::call_service(&app, test::TestRequest::get().uri(css).to_request()).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers().get(CONTENT_TYPE).unwrap(), "text/css; charset=utf-8");
        assert!(answer.headers().get(CACHE_CONTROL).unwrap().to_str().unwrap().contains("immutable"));
        let plain = test::call_service(&app, test::TestRequest::get().uri("/static/app.css").to_request()).await;
        assert_eq!(plain.status(), 404);
    }
}
