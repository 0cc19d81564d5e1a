//! Facebook Login: the dialog, codes and their exchange, tokens with what was granted, and taking it back.
//! Source: Facebook Login, "Manually build a login flow", "Access Tokens", "Permissions: revoking", "Debug Token", "Handle errors".

pub mod ask;
pub mod dialog;
pub mod exchange;
mod page;
pub mod tokens;
