//! What every page shares: the frame of `templates/base.html`.
//!
//! A page's template struct holds `page: Page` and extends `base.html`. This module only describes; who is signed in and what
//! the sandbox's day is are told to it.

use crate::domain::id::WorkspaceId;
use crate::domain::role::Role;
use crate::service::health::{Problem, Severity};
use crate::web::assets::asset_url;

/// The frame around a page's content.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The browser's title, before "· Tandem".
    pub title: String,
    /// The entry of the main navigation this page belongs to.
    pub current: Option<Section>,
    /// Who is signed in and where; `None` on set-up, sign-in and error pages of strangers.
    pub viewer: Option<Viewer>,
    /// The band of a sandbox workspace.
    pub sandbox: Option<SandboxBand>,
    /// The token that every form sends back.
    pub csrf: String,
    /// This page's own path and query, for forms that come back to it.
    pub here: String,
    /// A sentence about what was just done.
    pub flash: Option<Flash>,
    /// What is wrong with connections and ad accounts, the worst first.
    pub health: Vec<HealthNote>,
}

/// Something that is wrong with a connection or an ad account.
#[derive(Debug, Clone)]
pub struct HealthNote {
    /// Bad where something cannot be done, a warning else.
    pub tone: Tone,
    /// What is wrong.
    pub sentence: String,
    /// What cannot be done because of it.
    pub blocks: &'static str,
    /// What to do.
    pub way_out: String,
    /// Where to do it here.
    pub url: String,
}

/// Entries of the main navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// `/`
    Dashboard,
    /// `/campaigns`
    Campaigns,
    /// `/audiences`
    Audiences,
    /// `/reports`
    Reports,
    /// `/imports`
    Imports,
    /// `/connections`
    Connections,
}

/// The person looking at the page.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// Their name.
    pub name: String,
    /// Their role in this workspace.
    pub role: Role,
    /// The workspace's name.
    pub workspace: String,
    /// Other workspaces they may switch to.
    pub others: Vec<OtherWorkspace>,
}

/// A workspace to switch to.
#[derive(Debug, Clone)]
pub struct OtherWorkspace {
    /// Its id, posted to `/workspace`.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
}

/// "No money is real", and the sandbox's own calendar.
#[derive(Debug, Clone)]
pub struct SandboxBand {
    /// The day it is there, for people: `Saturday, 28 November 2026`.
    pub today: String,
    /// Where a POST steps the clock by a day; `None` where this person may not, or the sandbox is not ours to step.
    pub advance_url: Option<String>,
}

/// A sentence about what was just done.
#[derive(Debug, Clone)]
pub struct Flash {
    /// Good news, a warning, or bad news.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
}

/// How a notice is meant; never carried by colour alone, the sentence says it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It worked.
    Good,
    /// It worked, with something to know.
    Warn,
    /// It did not work.
    Bad,
}

/// One entry as the template shows it.
#[derive(Debug, Clone, Copy)]
pub struct NavItem {
    /// Where it leads.
    pub url: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Whether the page belongs to it.
    pub current: bool,
}

impl Page {
    /// The hashed URL of a file in `static/`.
    pub fn asset(&self, name: &str) -> &'static str {
        asset_url(name)
    }

    /// The main navigation.
    pub fn nav_items(&self) -> impl Iterator<Item = NavItem> {
        [
            (Section::Dashboard, "/", "Dashboard"),
            (Section::Campaigns, "/campaigns", "Campaigns"),
            (Section::Audiences, "/audiences", "Audiences"),
            (Section::Reports, "/reports", "Reports"),
            (Section::Imports, "/imports", "Imports"),
            (Section::Connections, "/connections", "Connections"),
        ]
        .into_iter()
        .map(|(section, url, label)| NavItem { url, label, current: self.current == Some(section) })
    }

    /// The problems shown open: all of two, else the worst.
    pub fn health_first(&self) -> &[HealthNote] {
        self.health.get(..self.open_notes()).unwrap_or(&self.health)
    }

    /// The problems folded away.
    pub fn health_rest(&self) -> &[HealthNote] {
        self.health.get(self.open_notes()..).unwrap_or_default()
    }

    fn open_notes(&self) -> usize {
        if self.health.len() <= 2 { self.health.len() } else { 1 }
    }

    /// Whether the person may define, publish, pause and stop.
    pub fn can_manage(&self) -> bool {
        self.viewer.as_ref().is_some_and(Viewer::can_manage)
    }
}

impl Viewer {
    /// Whether the person may connect accounts and make workspaces.
    pub fn is_owner(&self) -> bool {
        self.role >= Role::Owner
    }

    /// Whether the person may define, publish, pause and stop.
    pub fn can_manage(&self) -> bool {
        self.role >= Role::Manager
    }
}

impl HealthNote {
    /// From the service's problem.
    pub fn of(problem: &Problem) -> Self {
        Self {
            tone: if problem.severity == Severity::Blocking { Tone::Bad } else { Tone::Warn },
            sentence: problem.sentence.words.clone(),
            blocks: problem.blocks,
            way_out: problem.way_out.clone(),
            url: match problem.ad_account {
                Some(account) => format!("/connections/accounts/{account}"),
                None => format!("/connections/{}", problem.connection),
            },
        }
    }
}

impl Tone {
    /// Its CSS class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::invalid::Invalid;
    use askama::Template;

    #[derive(Template)]
    #[template(path = "auth/sign_in.html")]
    struct SignIn {
        page: Page,
        next: String,
        email: String,
        problems: Invalid,
    }

    #[test]
    fn what_a_person_typed_is_escaped_and_a_problem_stands_at_its_field() {
        let html = SignIn {
            page: Page { title: "Sign in".into(), csrf: "t".into(), ..Page::default() },
            next: "/".into(),
            email: "<b>\"x".into(),
            problems: Invalid::one("email", crate::domain::dictionary::email_unreadable()),
        }
        .render()
        .unwrap();
        assert!(!html.contains("<b>\"x"), "{html}");
        assert!(html.contains("<p class=\"error\" id=\"error-email\">This is not an e-mail address; write it"), "{html}");
        assert!(html.contains("href=\"/help/errors/email-unreadable\""), "{html}");
        assert!(html.contains("aria-invalid=\"true\""), "{html}");
        assert!(!html.contains("style="), "the content security policy refuses inline styles");
    }
}
