//! A browser without scripts: keeps cookies, follows no redirect by itself, sends each form's token back.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::multipart::Form;

pub struct Browser {
    base: String,
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Answer {
    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |v| v.to_str().unwrap())
    }

    /// Fails with the whole page where it does not contain the text.
    #[track_caller]
    pub fn assert_has(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "no “{text}” in {} {}", self.status, self.body);
        self
    }

    /// Fails with the whole page where it contains the text.
    #[track_caller]
    pub fn assert_lacks(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "“{text}” in {} {}", self.status, self.body);
        self
    }

    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

impl Browser {
    pub fn new(base: &str) -> Self {
        // Fails only where another test has installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { base: base.to_owned(), http, cookies: BTreeMap::new() }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.base));
        self.send(request).await
    }

    pub async fn get_with_token(&mut self, path: &str, token: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.base)).bearer_auth(token);
        self.send(request).await
    }

    /// Sends a form with the token that pages of this browser carry.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf().await;
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post_raw(path, &all).await
    }

    /// Sends exactly these fields.
    pub async fn post_raw(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.http.post(format!("{}{path}", self.base)).form(fields);
        self.send(request).await
    }

    /// Sends a file form; the token goes first, as on the pages.
    pub async fn upload(&mut self, path: &str, form: impl FnOnce(Form) -> Form) -> Answer {
        let form = form(Form::new().text("csrf", self.csrf().await));
        let request = self.http.post(format!("{}{path}", self.base)).multipart(form);
        self.send(request).await
    }

    /// The form token: from the settings page when signed in, else from the sign-in page.
    pub async fn csrf(&mut self) -> String {
        let signed_in = self.cookies.contains_key("tandem_session");
        let page = self.get(if signed_in { "/settings" } else { "/sign-in" }).await;
        between(&page.body, "name=\"csrf\" value=\"", "\"").unwrap_or_else(|| panic!("no form token: {}", page.body))
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) {
        let answer = self.post("/sign-in", &[("email", email), ("password", password)]).await;
        answer.assert_status(303);
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let response = request.header(COOKIE, cookies.join("; ")).send().await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.text().await.unwrap() }
    }
}

/// The text between two marks.
pub fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let start = text.find(before)? + before.len();
    let length = text[start..].find(after)?;
    Some(text[start..start + length].to_owned())
}
