//! A program that speaks to the admin endpoints and holds every answer against the document.

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Value, json};

use super::schema;

/// A program with a bearer token.
pub struct Client {
    base: String,
    token: Option<String>,
    http: reqwest::Client,
    document: Value,
}

/// What came back, already found to be as documented.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {} {}", self.status, self.text))
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The fields that problems stand at.
    pub fn fields(&self) -> Vec<String> {
        let all = self.json();
        all["errors"].as_array().into_iter().flatten().map(|p| p["field"].as_str().unwrap().to_owned()).collect()
    }
}

impl Client {
    pub async fn new(base: &str, token: Option<String>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let text = http.get(format!("{base}/api/v1/openapi.json")).send().await.unwrap().text().await.unwrap();
        Self { base: base.to_owned(), token, http, document: serde_json::from_str(&text).unwrap() }
    }

    pub fn document(&self) -> &Value {
        &self.document
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, |r| r).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, |r| r.json(&body)).await
    }

    pub async fn post_with_key(&self, path: &str, key: &str, body: Value) -> Answer {
        self.send(Method::POST, path, |r| r.header("Idempotency-Key", key).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, |r| r).await
    }

    /// Sends anything to a path below `/api/v1` and checks the answer against the document.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        build: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Answer {
        let mut request = self.http.request(method.clone(), format!("{}/api/v1{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = build(request).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Answer { status, headers, text: response.text().await.unwrap_or_default() };
        self.hold_against_the_document(&method, path, &answer);
        answer
    }

    fn hold_against_the_document(&self, method: &Method, path: &str, answer: &Answer) {
        let media = answer.header(CONTENT_TYPE.as_str()).split(';').next().unwrap_or_default().to_owned();
        if answer.status >= 400 {
            assert_eq!(media, "application/problem+json", "{method} {path}: {}", answer.text);
            let problem = json!({ "$ref": "#/components/schemas/Refusal" });
            schema::check(&self.document, &problem, &answer.json(), &format!("{method} {path}"));
            assert_eq!(answer.json()["status"], answer.status);
            return;
        }
        let page = self.page(method, path).unwrap_or_else(|| panic!("{method} {path} is not documented"));
        let said = &page["responses"][answer.status.to_string()];
        assert!(said.is_object(), "{method} {path} answers {}, which is not documented", answer.status);
        match said["content"].as_object() {
            None => assert!(answer.text.is_empty(), "{method} {path}: {}", answer.text),
            Some(content) => {
                let (documented, body) = content.iter().next().unwrap();
                let fits = documented == &media || (documented == "image/*" && media.starts_with("image/"));
                assert!(fits, "{method} {path}: {media} is not {documented}");
                if media == "application/json" {
                    schema::check(&self.document, &body["schema"], &answer.json(), &format!("{method} {path}"));
                }
            }
        }
    }

    /// The documented operation of a path with real ids in it: the one with most literal words.
    fn page(&self, method: &Method, path: &str) -> Option<&Value> {
        let path = path.split('?').next().unwrap();
        let words: Vec<&str> = path.split('/').collect();
        let paths = self.document["paths"].as_object().unwrap();
        let fits = |documented: &&String| {
            let theirs: Vec<&str> = documented.trim_start_matches("/api/v1").split('/').collect();
            theirs.len() == words.len() && theirs.iter().zip(&words).all(|(a, b)| a == b || a.starts_with('{'))
        };
        let best = paths.keys().filter(fits).min_by_key(|documented| documented.matches('{').count())?;
        paths[best].get(method.as_str().to_lowercase())
    }
}
