//! Which entry a sentence is of, told by its words.
//!
//! What went wrong is kept as the sentence that people read, in plans, steps, syncs and connections, also by earlier versions. So
//! that each of them leads to its page, a sentence is held against the texts of the entries: the one that it begins with and that
//! shares most of its letters. Meta's words end in Meta's code, which decides first.

use std::sync::OnceLock;

use super::{Entry, all, meta};

/// A text has to share at least so many bytes with an entry; less could be chance.
const LEAST_SHARED: usize = 12;

/// An entry and the fixed parts of its sentence, in order.
struct Pattern {
    entry: &'static Entry,
    parts: Vec<String>,
    shared: usize,
}

/// The entry of a sentence, if it is of one.
pub fn of_sentence(text: &str) -> Option<&'static Entry> {
    if let Some((code, subcode)) = meta::code_in(text) {
        return Some(meta::entry(code, subcode));
    }
    let text = text.trim();
    let fitting = patterns().iter().filter(|pattern| pattern.fits(text));
    fitting.max_by_key(|pattern| pattern.shared).map(|pattern| pattern.entry)
}

fn patterns() -> &'static [Pattern] {
    static PATTERNS: OnceLock<Vec<Pattern>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let made = all().filter(|entry| !entry.says.is_empty()).map(Pattern::of);
        made.filter(|pattern| pattern.shared >= LEAST_SHARED).collect()
    })
}

impl Pattern {
    fn of(entry: &'static Entry) -> Self {
        let parts = fixed(entry.says);
        Self { entry, shared: parts.iter().map(String::len).sum(), parts }
    }

    /// Whether the text begins as the sentence does and holds its other parts in order. A first letter may be small: a sentence
    /// may stand inside another.
    fn fits(&self, text: &str) -> bool {
        let Some((first, others)) = self.parts.split_first() else { return false };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        others.iter().all(|part| match rest.split_once(part.as_str()) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    }
}

/// The fixed parts of a format text; the first is empty where it begins with an argument.
pub(super) fn fixed(says: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = says.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if chars.peek() == Some(&c) => {
                chars.next();
                push(&mut parts, c);
            }
            '{' => {
                chars.by_ref().find(|c| *c == '}');
                parts.push(String::new());
            }
            c => push(&mut parts, c),
        }
    }
    // A sentence may be kept without its last stop, or go on.
    if let Some(last) = parts.last_mut() {
        *last = last.trim_end_matches('.').to_owned();
    }
    parts
}

fn push(parts: &mut [String], c: char) {
    if let Some(last) = parts.last_mut() {
        last.push(c);
    }
}
