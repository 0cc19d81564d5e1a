//! Templates: reading them, and saying what is wrong in a way that helps.
//!
//! `{name}` and `{name:format}` are variables. In links `{{name}}` is Meta's own and stays as it is; names know no such thing.

use crate::domain::dictionary::{self, Sentence};

/// The longest template, in characters.
pub const TEMPLATE_MAX: usize = 200;

/// What a template is for, and from which level on a variable is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A campaign.
    Campaign,
    /// An ad set.
    AdSet,
    /// An ad, or a link, which belongs to one.
    Ad,
}

impl Level {
    /// From the widest to the narrowest.
    pub const ALL: [Self; 3] = [Self::Campaign, Self::AdSet, Self::Ad];

    /// The word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::AdSet => "ad_set",
            Self::Ad => "ad",
        }
    }

    /// What people call it, with its article.
    pub fn label(self) -> &'static str {
        match self {
            Self::Campaign => "a campaign",
            Self::AdSet => "an ad set",
            Self::Ad => "an ad",
        }
    }

    /// The template without anybody's choice.
    pub fn usual(self) -> &'static str {
        match self {
            Self::Campaign => "{campaign}",
            Self::AdSet => "{campaign} · {part}",
            Self::Ad => "{ad} · {ad_set}",
        }
    }

    /// From the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

/// A variable of templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its word, without braces.
    pub word: &'static str,
    /// From which level on it is known.
    pub level: Level,
    /// What it stands for, by example.
    pub says: &'static str,
}

const fn variable(word: &'static str, level: Level, says: &'static str) -> Variable {
    Variable { word, level, says }
}

/// Every variable, in the order shown.
pub const VARIABLES: [Variable; 16] = [
    variable("campaign", Level::Campaign, "the campaign’s name"),
    variable("objective", Level::Campaign, "Sales"),
    variable("shape", Level::Campaign, "Guided"),
    variable("countries", Level::Campaign, "PT-ES"),
    variable("ages", Level::Campaign, "25-54"),
    variable("gender", Level::Campaign, "Women"),
    variable("currency", Level::Campaign, "EUR"),
    variable("start", Level::Campaign, "2026-12-01; {start:YYYY-MM} is 2026-12"),
    variable("end", Level::Campaign, "likewise"),
    variable("network", Level::AdSet, "Facebook and Instagram; in links the network’s utm_source"),
    variable("net", Level::AdSet, "FB-IG"),
    variable("group", Level::AdSet, "Stories; All where it is not split by placement"),
    variable("part", Level::AdSet, "what tells the ad sets apart: the network or the group"),
    variable("ad_set", Level::AdSet, "Facebook and Instagram, Instagram, Stories"),
    variable("ad", Level::Ad, "the ad’s name"),
    variable("n", Level::Ad, "the ad’s number"),
];

/// The variables that differ between the ad sets of a campaign.
const APART: [&str; 5] = ["network", "net", "group", "part", "ad_set"];

/// A piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// As it stands; Meta's own `{{name}}` included.
    Text(&'a str),
    /// A variable, with its format.
    Slot(&'a str, Option<&'a str>),
    /// Meta's own, braces included.
    Macro(&'a str),
}

/// Why a template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said())]
pub enum Fault {
    /// Nothing in it.
    Empty {
        /// The usual one of its level.
        usual: &'static str,
    },
    /// Longer than [`TEMPLATE_MAX`].
    TooLong {
        /// Its length.
        length: usize,
    },
    /// Line breaks and the like.
    Control,
    /// A brace that belongs to nothing.
    Brace(char),
    /// No such variable.
    Unknown {
        /// What was written.
        word: String,
        /// What may be written.
        known: String,
    },
    /// A variable of a lower level.
    TooDeep {
        /// The variable.
        word: String,
        /// What the template is for.
        level: Level,
        /// What may be written.
        known: String,
    },
    /// A format where none belongs, or one that is none.
    Format(Sentence),
    /// Meta's dynamic parameters in a name.
    Macro(String),
    /// Every object would be called the same.
    Alike(Sentence),
}

impl Fault {
    /// The sentence, with its page.
    pub fn said(&self) -> Sentence {
        match self {
            Self::Empty { usual } => dictionary::template_empty(usual),
            Self::TooLong { length } => dictionary::template_too_long(length, TEMPLATE_MAX),
            Self::Control => dictionary::template_unreadable(),
            Self::Brace(brace) => dictionary::template_brace(brace),
            Self::Unknown { word, known } => dictionary::template_unknown(word, known),
            Self::TooDeep { word, level, known } => dictionary::template_too_deep(word, level.label(), known),
            Self::Format(said) | Self::Alike(said) => said.clone(),
            Self::Macro(own) => dictionary::template_macro(own),
        }
    }
}

impl From<Fault> for Sentence {
    fn from(fault: Fault) -> Self {
        fault.said()
    }
}

/// Splits a template. What is no variable after all stays text in [`super::Known::fill`] and is a fault in [`check`].
pub(super) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Fault> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        if !before.is_empty() {
            found.push(Piece::Text(before));
        }
        if from.starts_with('}') {
            return Err(Fault::Brace('}'));
        }
        let (piece, after) = match from.strip_prefix("{{") {
            Some(inner) => {
                let (name, after) = inner.split_once("}}").ok_or(Fault::Brace('{'))?;
                let whole = from.get(..name.len() + 4).unwrap_or(from);
                (Piece::Macro(whole), after)
            }
            None => {
                let (name, after) = from.get(1..).and_then(|inner| inner.split_once('}')).ok_or(Fault::Brace('{'))?;
                let (word, format) = name.split_once(':').map_or((name, None), |(word, format)| (word, Some(format)));
                (Piece::Slot(word.trim(), format), after)
            }
        };
        found.push(piece);
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    Ok(found)
}

/// Whether a template uses a variable.
pub fn uses(text: &str, word: &str) -> bool {
    pieces(text).is_ok_and(|pieces| pieces.iter().any(|piece| matches!(piece, Piece::Slot(used, _) if *used == word)))
}

/// Checks the template of a name.
///
/// # Errors
/// The first [`Fault`], as a sentence that says what can be written.
pub fn check(text: &str, level: Level) -> Result<(), Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::Empty { usual: level.usual() });
    }
    let pieces = sound(text, level)?;
    if let Some(Piece::Macro(own)) = pieces.iter().find(|piece| matches!(piece, Piece::Macro(_))) {
        return Err(Fault::Macro(own.trim_matches(['{', '}']).to_owned()));
    }
    let has = |words: &[&str]| pieces.iter().any(|piece| matches!(piece, Piece::Slot(word, _) if words.contains(word)));
    match level {
        Level::Campaign if !has(&["campaign"]) => Err(Fault::Alike(dictionary::template_campaigns_alike())),
        Level::AdSet if !has(&APART) => Err(Fault::Alike(dictionary::template_ad_sets_alike())),
        Level::Ad if !has(&["ad", "n"]) => Err(Fault::Alike(dictionary::template_ads_alike())),
        _ => Ok(()),
    }
}

/// Checks the template of a link's parameter; empty leaves it out. Every variable is known there.
///
/// # Errors
/// The first [`Fault`].
pub fn check_link(text: &str) -> Result<(), Fault> {
    sound(text.trim(), Level::Ad).map(|_| ())
}

fn sound(text: &str, level: Level) -> Result<Vec<Piece<'_>>, Fault> {
    let length = text.chars().count();
    if length > TEMPLATE_MAX {
        return Err(Fault::TooLong { length });
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::Control);
    }
    let pieces = pieces(text)?;
    for piece in &pieces {
        if let Piece::Slot(word, format) = piece {
            slot(word, *format, level)?;
        }
    }
    Ok(pieces)
}

fn slot(word: &str, format: Option<&str>, level: Level) -> Result<(), Fault> {
    let known = || {
        let words = VARIABLES.iter().filter(|variable| variable.level <= level);
        words.map(|variable| format!("{{{}}}", variable.word)).collect::<Vec<_>>().join(", ")
    };
    let Some(found) = VARIABLES.iter().find(|variable| variable.word == word) else {
        return Err(Fault::Unknown { word: word.to_owned(), known: known() });
    };
    if found.level > level {
        return Err(Fault::TooDeep { word: word.to_owned(), level, known: known() });
    }
    match (word, format) {
        (_, None) => Ok(()),
        ("start" | "end", Some(format)) if is_date_format(format) => Ok(()),
        ("start" | "end", Some(format)) => Err(Fault::Format(dictionary::template_date(format))),
        _ => Err(Fault::Format(dictionary::template_takes_nothing(word))),
    }
}

/// Date tokens and signs between them.
fn is_date_format(format: &str) -> bool {
    let rest = format.replace("YYYY", "").replace("YY", "").replace("MM", "").replace("DD", "");
    !format.is_empty() && rest.len() < format.len() && !rest.chars().any(char::is_alphanumeric)
}
