//! A sentence that people read, with the entry it is of.
//!
//! Entries make sentences, and nothing else does but [`Sentence::quoted`]: so a refusal without a page does not compile.

use serde::{Serialize, Serializer};

use super::{DOES_NOT_FIT, of_sentence};

/// A sentence for people, and which entry it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The entry's.
    pub slug: &'static str,
    /// The sentence.
    pub words: String,
}

impl Sentence {
    pub(super) fn new(slug: &'static str, words: String) -> Self {
        Self { slug, words }
    }

    /// Words that were not made here: Meta's, or a sentence that was stored, perhaps by an earlier version. They find their entry
    /// as [`of_sentence`] does; words of nobody have the general one.
    pub fn quoted(words: impl Into<String>) -> Self {
        let words = words.into();
        Self { slug: of_sentence(&words).map_or(DOES_NOT_FIT, |entry| entry.slug), words }
    }

    /// The same refusal with more said behind it.
    #[must_use]
    pub fn and(self, more: impl AsRef<str>) -> Self {
        Self { words: format!("{} {}", self.words, more.as_ref()), ..self }
    }
}

impl std::fmt::Display for Sentence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for Sentence {}

/// As its words alone: what is stored and what programs read is the sentence.
impl Serialize for Sentence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.words)
    }
}

impl From<Sentence> for String {
    fn from(said: Sentence) -> Self {
        said.words
    }
}
