//! The dialog's HTML: plain, without scripts, usable by keyboard and by screen readers.

use std::fmt::Write as _;

use super::ask::Ask;
use crate::sandbox::html::escaped;
use crate::sandbox::seeded::ACCOUNTS;
use crate::sandbox::world::World;

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title}</title></head><body><main><h1>{title}</h1>{body}\
         </main></body></html>"
    )
}

/// What stands there when a login cannot be asked.
pub(super) fn refusal(text: &str) -> String {
    document("This login cannot be shown", &format!("<p role=\"alert\">{}</p>", escaped(text)))
}

fn box_of(out: &mut String, name: &str, value: &str, label: &str) {
    let (value, label) = (escaped(value), escaped(label));
    let _ = write!(out, "<p><label><input type=\"checkbox\" name=\"{name}\" value=\"{value}\" checked> {label}</label></p>");
}

/// The question: which Pages and ad accounts, which permissions, and two buttons.
pub(super) fn question(world: &World, ask: &Ask, action: &str, pairs: &[(String, String)]) -> String {
    let identity = &world.identity;
    let mut form = format!("<form method=\"post\" action=\"{}\">", escaped(action));
    for (name, value) in pairs.iter().filter(|(name, _)| !matches!(name.as_str(), "grant" | "account" | "page" | "answer")) {
        let _ = write!(form, "<input type=\"hidden\" name=\"{}\" value=\"{}\">", escaped(name), escaped(value));
    }
    if ask.scopes.iter().any(|scope| scope.starts_with("pages_") || scope.starts_with("instagram_")) {
        form.push_str("<fieldset><legend>Pages</legend>");
        let label = format!("{} and Instagram @{}", identity.page_name, identity.instagram_username);
        box_of(&mut form, "page", &identity.page_id, &label);
        form.push_str("</fieldset>");
    }
    if ask.scopes.iter().any(|scope| scope.starts_with("ads_")) {
        form.push_str("<fieldset><legend>Ad accounts</legend>");
        for (id, seed) in [&identity.ad_account_id, &identity.jpy_ad_account_id].into_iter().zip(ACCOUNTS) {
            box_of(&mut form, "account", id, &format!("{} ({}, {id})", seed.name, seed.currency));
        }
        form.push_str("</fieldset>");
    }
    if !ask.scopes.is_empty() {
        form.push_str("<fieldset><legend>What the app may do</legend>");
        for scope in &ask.scopes {
            box_of(&mut form, "grant", scope, scope);
        }
        form.push_str("</fieldset>");
    }
    form.push_str(
        "<p><button type=\"submit\" name=\"answer\" value=\"continue\">Continue as Sandbox Person</button> \
         <button type=\"submit\" name=\"answer\" value=\"cancel\">Cancel</button></p></form>",
    );
    let lead = "<p>Tandem sandbox asks for access to what you tick. No money and no person here is real.</p>";
    document("Log in to the sandbox", &format!("{lead}{form}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_given_cannot_become_markup() {
        assert_eq!(super::escaped("<b a=\"'&\">"), "&lt;b a=&quot;&#39;&amp;&quot;&gt;");
    }
}
