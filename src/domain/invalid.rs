//! What is wrong with what a person gave us, each problem at its field.

use serde::{Serialize, Serializer};

use super::dictionary::{self, Sentence};

/// One problem: the field's name in the form, and a sentence that says what is wrong and the way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Problem {
    /// The form field, as in its `name` attribute; empty where the whole form is meant.
    pub field: String,
    /// A sentence for people.
    pub message: String,
    /// The page of the error dictionary about it: a path on this server.
    #[serde(rename = "type", serialize_with = "as_page")]
    #[schemars(with = "String")]
    pub slug: &'static str,
}

impl Problem {
    /// The page about it; `None` where the dictionary knows no more than the message says.
    pub fn page(&self) -> Option<String> {
        (self.slug != dictionary::DOES_NOT_FIT).then(|| dictionary::page(self.slug))
    }
}

fn as_page<S: Serializer>(slug: &&'static str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&dictionary::page(slug))
}

/// The problems of one input; never empty when it is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}", self.summary())]
pub struct Invalid {
    /// In the order in which they were found.
    pub problems: Vec<Problem>,
}

impl Invalid {
    /// A single problem.
    pub fn one(field: impl Into<String>, said: Sentence) -> Self {
        let mut invalid = Self::default();
        invalid.add(field, said);
        invalid
    }

    /// Adds a problem.
    pub fn add(&mut self, field: impl Into<String>, said: Sentence) {
        let Sentence { slug, words } = said;
        self.problems.push(Problem { field: field.into(), message: words, slug });
    }

    /// Takes a result's value, or adds its error as a problem of `field`.
    pub fn check<T, E: Into<Sentence>>(&mut self, field: &str, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(field, error.into());
                None
            }
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// The first problem of a field, if any.
    pub fn at(&self, field: &str) -> Option<&str> {
        self.problems.iter().find(|p| p.field == field).map(|p| p.message.as_str())
    }

    /// The page about the first problem of a field, if there are both.
    pub fn page_at(&self, field: &str) -> Option<String> {
        self.problems.iter().find(|p| p.field == field).and_then(Problem::page)
    }

    /// The dictionary's slug of the whole: of the one problem, or that there are several.
    pub fn slug(&self) -> &'static str {
        match self.problems.as_slice() {
            [one] => one.slug,
            _ => dictionary::several_problems().slug,
        }
    }

    /// `Ok` where nothing is wrong.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    fn summary(&self) -> String {
        let all: Vec<&str> = self.problems.iter().map(|p| p.message.as_str()).collect();
        all.join(" ")
    }
}

/// All of it as one sentence, with the page of the one problem, or that there are several.
impl From<Invalid> for Sentence {
    fn from(invalid: Invalid) -> Self {
        Self { slug: invalid.slug(), words: invalid.summary() }
    }
}

/// Makes a sentence of an error text: first letter upper case, a full stop at its end.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let mut out: String = chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default();
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}
