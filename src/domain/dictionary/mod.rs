//! The error dictionary: one entry for each thing that Tandem or Meta can refuse.
//!
//! The sentence that people see is written in its entry and nowhere else; code that refuses calls the entry's function with the
//! case's own figures. [`meta`] holds Meta's codes; the other modules hold our own refusals, by where they are met. Each entry is
//! the page `/help/errors/{slug}`; slugs are stable, because programs keep them.

mod ads;
mod approvals;
mod changes;
mod drift;
mod entries;
mod envelopes;
mod imports;
mod learned;
mod limits;
mod lists;
mod matching;
pub mod meta;
mod money;
mod names;
mod notices;
mod people;
mod plans;
mod programs;
mod reports;
mod requests;
mod sentence;
mod server;
mod setup;
mod simulation;
mod source;
mod split;
mod undo;
mod what;
mod who;

#[cfg(test)]
mod tests;

pub use ads::*;
pub use approvals::*;
pub use changes::*;
pub use drift::*;
pub use envelopes::*;
pub use imports::*;
pub use learned::*;
pub use limits::*;
pub use lists::*;
pub use matching::of_sentence;
pub use money::*;
pub use names::*;
pub use notices::*;
pub use people::*;
pub use plans::*;
pub use programs::*;
pub use reports::*;
pub use requests::*;
pub use sentence::Sentence;
pub use server::*;
pub use setup::*;
pub use simulation::*;
pub use source::Source;
pub use split::*;
pub use undo::*;
pub use what::*;
pub use who::*;

/// Where an error is met; the groups of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// The campaign's form: what it is for and who speaks.
    What,
    /// The campaign's form: dates and money.
    Money,
    /// The campaign's form: placements and the split.
    Split,
    /// The campaign's form: who may see it.
    Who,
    /// The campaign's form: ads and their pictures.
    Ads,
    /// Names and links.
    Names,
    /// Plans, approving, changes to several campaigns.
    Plans,
    /// Adopting, drift, taking back.
    Adopting,
    /// The learned split.
    Learned,
    /// Spending limits and stopping.
    Limits,
    /// Month envelopes.
    Envelopes,
    /// The list of campaigns: filters, labels, its bar.
    Lists,
    /// Notices.
    Notices,
    /// Connections and ad accounts.
    Setup,
    /// Imports and reports.
    Reports,
    /// People, tokens, workspaces.
    People,
    /// Pages and programs: signing in, requests.
    Requests,
    /// The server and its backups.
    Server,
    /// Refused by Meta.
    Meta,
}

impl Area {
    /// In the order of the list.
    pub const ALL: [Self; 19] = [
        Self::What,
        Self::Money,
        Self::Split,
        Self::Who,
        Self::Ads,
        Self::Names,
        Self::Plans,
        Self::Adopting,
        Self::Learned,
        Self::Limits,
        Self::Envelopes,
        Self::Lists,
        Self::Notices,
        Self::Setup,
        Self::Reports,
        Self::People,
        Self::Requests,
        Self::Server,
        Self::Meta,
    ];

    /// The heading.
    pub fn label(self) -> &'static str {
        match self {
            Self::What => "Campaign: what it is for",
            Self::Money => "Campaign: dates and money",
            Self::Split => "Campaign: placements and split",
            Self::Who => "Campaign: who may see it",
            Self::Ads => "Campaign: ads",
            Self::Names => "Names and links",
            Self::Plans => "Plans and changes",
            Self::Adopting => "Adopting, drift and history",
            Self::Learned => "Learned split",
            Self::Limits => "Spending limits and stopping",
            Self::Envelopes => "Month envelopes",
            Self::Lists => "List of campaigns",
            Self::Notices => "Notices",
            Self::Setup => "Connections and ad accounts",
            Self::Reports => "Imports and reports",
            Self::People => "People, tokens and workspaces",
            Self::Requests => "Signing in, pages and programs",
            Self::Server => "Server and backups",
            Self::Meta => "Refused by Meta",
        }
    }
}

/// Whether money can have been spent because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// Nothing was sent to Meta.
    No,
    /// What was on before goes on as it was.
    AsBefore,
    /// It may have been carried out although no answer came.
    Perhaps,
}

impl Spent {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::No => "No. Nothing was sent to Meta.",
            Self::AsBefore => "Not by this: what Meta had on before goes on as it was, and what is made is made paused.",
            Self::Perhaps => {
                "Perhaps: the answer was lost, so the change may have happened. Tandem looks at Meta before it tries again; \
                 nothing is switched on until everything was read back."
            }
        }
    }
}

/// Whether trying again helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Not before something is changed.
    Changed,
    /// After a while, and Tandem does so by itself where it is Tandem's work.
    Later,
    /// At once: read the newer state and repeat.
    Fresh,
}

impl Again {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Changed => "No. The same again is refused again; change what it is about first.",
            Self::Later => "Yes, after a while. Queued work is tried again by itself.",
            Self::Fresh => "Yes: load what is there now and do it once more.",
        }
    }
}

/// One thing that can be refused.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The last part of its URL; never changes.
    pub slug: &'static str,
    /// Where it is met.
    pub area: Area,
    /// A few words.
    pub title: &'static str,
    /// The sentence shown, `{…}` where the case's own figures stand; empty where the words are Meta's.
    pub says: &'static str,
    /// What happened.
    pub why: &'static str,
    /// The field as the page calls it; empty where it is about none.
    pub field: &'static str,
    /// What to do.
    pub todo: &'static str,
    /// Whether money can have been spent.
    pub spent: Spent,
    /// Whether trying again helps.
    pub again: Again,
    /// Where Meta says so, if the rule is Meta's.
    pub source: Option<&'static Source>,
}

impl Entry {
    /// Its page.
    pub fn url(&self) -> String {
        page(self.slug)
    }

    /// The sentence shown, `…` where the case's own figures stand.
    pub fn sentence(&self) -> String {
        let mut text = matching::fixed(self.says).join("…");
        while text.contains("… …") {
            text = text.replace("… …", "…");
        }
        crate::domain::invalid::sentence(&text)
    }

    /// Whether each of some words, in lower case, stands somewhere in it.
    pub fn holds(&self, words: &[String]) -> bool {
        let text = [self.slug, self.title, self.says, self.why, self.field, self.todo].join(" ").to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    }
}

/// The page of an entry.
pub fn page(slug: &str) -> String {
    format!("/help/errors/{slug}")
}

/// Every entry, in the order of the areas.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    [
        what::ENTRIES,
        money::ENTRIES,
        split::ENTRIES,
        who::ENTRIES,
        ads::ENTRIES,
        names::ENTRIES,
        plans::ENTRIES,
        approvals::ENTRIES,
        changes::ENTRIES,
        drift::ENTRIES,
        undo::ENTRIES,
        learned::ENTRIES,
        simulation::ENTRIES,
        limits::ENTRIES,
        envelopes::ENTRIES,
        lists::ENTRIES,
        notices::ENTRIES,
        setup::ENTRIES,
        reports::ENTRIES,
        imports::ENTRIES,
        people::ENTRIES,
        requests::ENTRIES,
        programs::ENTRIES,
        server::ENTRIES,
        meta::ENTRIES,
    ]
    .into_iter()
    .flatten()
}

/// The entry with this slug.
pub fn find(slug: &str) -> Option<&'static Entry> {
    all().find(|entry| entry.slug == slug)
}
