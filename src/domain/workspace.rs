//! Whether a workspace's money is real.

/// A workspace is one or the other for ever: sandbox and real money never mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceKind {
    /// Everything happens in the sandbox; no money is real.
    Sandbox,
    /// Real ad accounts.
    Real,
}

impl WorkspaceKind {
    /// From the word in forms, commands and the database.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "sandbox" => Some(Self::Sandbox),
            "real" => Some(Self::Real),
            _ => None,
        }
    }

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Real => "real",
        }
    }
}
