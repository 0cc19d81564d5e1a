//! The status page: what exists, the clock, faults and the last calls, as plain HTML with forms and no script.

use std::fmt::Write as _;

use super::now;
use crate::sandbox::clock::Speed;
use crate::sandbox::faults::Waiting;
use crate::sandbox::html::escaped;
use crate::sandbox::limits::Tier;
use crate::sandbox::nodes::{features, minimums};
use crate::sandbox::seeded::currency_offset;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::status;
use crate::sandbox::world::World;

/// Nothing but the page's own style and forms.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The page's style.
pub const STYLE: &str = include_str!("page.css");

/// Campaigns that are shown, newest first.
const SHOWN: usize = 50;

/// Kinds of faults with the words for people.
const FAULTS: &[(&str, &str)] = &[
    ("error", "Error"),
    ("error_after_commit", "Error after commit"),
    ("slow", "Slow"),
    ("cut", "Cut connection"),
    ("truncated", "Truncated JSON"),
    ("throttle", "Throttle"),
    ("token_dead", "Token dead"),
    ("short", "Rows missing"),
];

/// Writes the page; `problem` is what went wrong with the form that led here.
pub fn write(world: &mut World, problem: Option<&str>) -> String {
    let alert = problem.map_or_else(String::new, |text| format!("<p role=\"alert\">{}</p>", escaped(text)));
    let identity = &world.identity;
    let who = format!(
        "Page {} ({}), Instagram @{}, ad accounts {} and {}, pixel {}.",
        escaped(&identity.page_name),
        identity.page_id,
        identity.instagram_username,
        identity.ad_account_id,
        identity.jpy_ad_account_id,
        identity.pixel_id,
    );
    let parts = [clock(world), exists(world), faults(world), elsewhere(world), kept(), calls(world)].concat();
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sandbox</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/_sandbox/style.css\"></head><body><main>\
         <h1>Sandbox: a Graph API that delivers</h1>{alert}<p>No money here is real. {who}</p>{parts}</main></body></html>\n"
    )
}

fn form(to: &str, inside: &str) -> String {
    format!("<form method=\"post\" action=\"/_sandbox/{to}\">{inside}</form>")
}

fn button(name: &str, value: &str, words: &str) -> String {
    format!("<button name=\"{name}\" value=\"{value}\">{words}</button>")
}

/// A labelled field; `rest` are more attributes of the input.
fn field(label: &str, name: &str, rest: &str) -> String {
    format!("<label>{label} <input name=\"{name}\" {rest}></label>")
}

fn select(label: &str, name: &str, options: &[(&str, &str)], chosen: &str) -> String {
    let mut text = format!("<label>{label} <select name=\"{name}\">");
    for (value, words) in options {
        let mark = if *value == chosen { " selected" } else { "" };
        let _ = write!(text, "<option value=\"{value}\"{mark}>{words}</option>");
    }
    text.push_str("</select></label>");
    text
}

fn clock(world: &mut World) -> String {
    let running = if world.running() { "running" } else { "resting" };
    let (speed, said) = match world.speed() {
        Speed::Off => ("off".to_owned(), "moves only when it is stepped".to_owned()),
        Speed::RealSecondsPerDay(seconds) => {
            (seconds.to_string(), format!("takes {seconds} s for a day while something is active"))
        }
    };
    let now = now(world);
    let steps = [
        ("advance_hours", "1", "1 hour on"),
        ("advance_days", "1", "1 day on"),
        ("advance_days", "7", "7 days on"),
        ("advance_days", "28", "28 days on"),
    ]
    .map(|(name, count, words)| button(name, count, words))
    .concat();
    let day = now.get(..10).unwrap_or_default();
    let jump = field("Jump to", "to", &format!("type=\"date\" required min=\"{day}\"")) + "<button>Jump</button>";
    let pace = field("Real seconds a day, or off", "speed", &format!("value=\"{speed}\" size=\"6\" required"))
        + "<button>Set speed</button>";
    format!(
        "<section aria-labelledby=\"clock\"><h2 id=\"clock\">Clock</h2><p>It is <time>{now}</time>; the clock is {running} and {said}.</p>{}{}{}</section>",
        form("clock", &steps),
        form("clock", &jump),
        form("clock", &pace),
    )
}

fn exists(world: &mut World) -> String {
    let kinds = [
        ("Campaigns", Kind::Campaign),
        ("Ad sets", Kind::AdSet),
        ("Ads", Kind::Ad),
        ("Creatives", Kind::Creative),
        ("Images", Kind::Image),
        ("Reports", Kind::ReportRun),
    ];
    let mut counts = String::new();
    for (words, kind) in kinds {
        let count = world.state.objects.values().filter(|object| object.kind == kind).count();
        let _ = write!(counts, "<tr><th scope=\"row\">{words}</th><td>{count}</td></tr>");
    }
    let mut campaigns: Vec<Object> =
        world.state.objects.values().filter(|object| object.kind == Kind::Campaign).cloned().collect();
    let more = campaigns.len().saturating_sub(SHOWN);
    campaigns.reverse();
    campaigns.truncate(SHOWN);
    let mut rows = String::new();
    for campaign in &campaigns {
        let state = status::effective(&world.state, campaign, world.now());
        let _ = write!(
            rows,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{state}</td><td>{}</td></tr>",
            escaped(campaign.text("name")),
            campaign.id,
            spent(world, campaign),
        );
    }
    let listed = if rows.is_empty() {
        "<p>There is no campaign yet.</p>".to_owned()
    } else {
        let more = if more > 0 { format!("<p>{more} older ones are not shown.</p>") } else { String::new() };
        format!(
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Campaigns\"><table><caption>Campaigns</caption><thead><tr><th scope=\"col\">Name</th>\
             <th scope=\"col\">Id</th><th scope=\"col\">State</th><th scope=\"col\">Spent</th></tr></thead><tbody>{rows}</tbody></table></div>{more}"
        )
    };
    format!(
        "<section aria-labelledby=\"exists\"><h2 id=\"exists\">What exists</h2><table><caption>Objects, whatever their state</caption><tbody>{counts}</tbody></table>{listed}</section>"
    )
}

fn spent(world: &mut World, campaign: &Object) -> String {
    let Some(seeded) = world.identity.account(&campaign.account) else {
        return String::new();
    };
    let micros = world.ledger(&campaign.account).of(&campaign.id);
    minimums::written(seeded, micros / (1_000_000 / currency_offset(seeded.currency)))
}

fn faults(world: &World) -> String {
    let mut rows = String::new();
    for Waiting { id, fault } in world.faults.list() {
        let matching = &fault.matching;
        let path = matching.path.as_deref().or(matching.path_contains.as_deref());
        let meets = [matching.method.as_deref(), path, matching.param.as_deref()];
        let meets = meets.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let meets = if meets.is_empty() { "every call" } else { &meets };
        let kind = serde_json::to_value(fault.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
        let words = FAULTS.iter().find(|(value, _)| *value == kind).map_or(kind.as_str(), |(_, words)| words);
        let back =
            form("faults", &button("take_back", &id.to_string(), &format!("Take back<span class=\"hidden\"> fault {id}</span>")));
        let _ = write!(
            rows,
            "<tr><th scope=\"row\">{words}</th><td>{}</td><td>{}</td><td>{back}</td></tr>",
            escaped(meets),
            fault.times
        );
    }
    let waiting = if rows.is_empty() {
        "<p>No fault is waiting.</p>".to_owned()
    } else {
        format!(
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Waiting faults\"><table><caption>Waiting</caption><thead><tr><th scope=\"col\">Fault</th><th scope=\"col\">Meets</th>\
             <th scope=\"col\">Times left</th><th scope=\"col\">Action</th></tr></thead><tbody>{rows}</tbody></table></div>{}",
            form("faults", &button("clear", "true", "Take all back"))
        )
    };
    let which = [
        select("Method", "method", &[("", "any"), ("GET", "GET"), ("POST", "POST"), ("DELETE", "DELETE")], ""),
        field("Path", "path", "placeholder=\"act_*/ads\""),
        field("Times", "times", "type=\"number\" min=\"1\" value=\"1\" required"),
        field("Code", "code", "type=\"number\" placeholder=\"by kind\""),
        field("Subcode", "subcode", "type=\"number\""),
        field("Delay in ms", "delay_ms", "type=\"number\" min=\"0\" max=\"60000\" placeholder=\"1000\""),
    ]
    .concat();
    let kinds: String = FAULTS.iter().map(|(value, words)| button("kind", value, words)).collect();
    let new = form(
        "faults",
        &format!("<fieldset><legend>Which calls, and with what</legend>{which}</fieldset><p>What happens to them:</p>{kinds}"),
    );
    format!("<section aria-labelledby=\"faults\"><h2 id=\"faults\">Faults</h2>{waiting}{new}</section>")
}

/// What others do: edits, enhancements, restatements, limits, webhooks, the pixel and the Instagram link.
fn elsewhere(world: &World) -> String {
    let edit = [
        field("Id", "id", "required"),
        field("Field", "field", "required placeholder=\"daily_budget\""),
        field("New value", "value", "required"),
        "<button>Edit outside</button>".to_owned(),
    ]
    .concat();
    let known: Vec<(&str, &str)> = features::FEATURES.iter().map(|name| (*name, *name)).collect();
    let enhance = field("Creative or ad", "id", "required")
        + &select("Enhancement", "feature", &known, "image_touchups")
        + "<button>Switch back on</button>";
    let restate = field("Day", "day", "type=\"date\" required")
        + &field("Percent", "percent", "type=\"number\" min=\"-100\" max=\"1000\" value=\"-5\" required")
        + "<button>Restate</button>";
    let tier = match world.limits.tier() {
        None => "none",
        Some(Tier::Limited) => "limited",
        Some(Tier::Full) => "full",
    };
    let limits =
        select("Limits", "tier", &[("none", "not enforced"), ("limited", "limited access"), ("full", "full access")], tier)
            + "<button>Enforce</button>";
    let pixel = match world.settings.silent_since {
        None => button("silent", "true", "Let the pixel hear nothing"),
        Some(_) => button("silent", "false", "Let the pixel hear again"),
    };
    let link = if world.settings.instagram_linked {
        button("instagram", "false", "Take the Instagram account off the Page")
    } else {
        button("instagram", "true", "Link the Instagram account to the Page")
    };
    let number = |count: &str| format!("type=\"number\" min=\"0\" max=\"1000\" value=\"{count}\" required");
    let disturb = field("Webhooks to send twice", "duplicate", &number(&world.webhooks.duplicate.to_string()))
        + &field("To hold and reverse", "reorder", &number(&world.webhooks.reorder.to_string()))
        + "<button>Disturb webhooks</button>";
    let forms = [
        ("edit", edit),
        ("enhance", enhance),
        ("restate", restate),
        ("limits", limits),
        ("webhooks", disturb),
        ("webhooks", button("flush", "true", "Deliver webhooks now")),
        ("pixel", pixel),
        ("page", link),
    ];
    let forms: String = forms.iter().map(|(to, inside)| form(to, inside)).collect();
    format!("<section aria-labelledby=\"others\"><h2 id=\"others\">What others do</h2>{forms}</section>")
}

fn kept() -> String {
    format!(
        "<section aria-labelledby=\"kept\"><h2 id=\"kept\">Snapshot</h2>{}<p>Put it back with <code>curl --data-binary @sandbox-snapshot.json \
         http://ADDRESS/_sandbox/restore</code>.</p></section>",
        form("snapshot", "<button name=\"take\" value=\"true\">Download a snapshot</button>")
    )
}

fn calls(world: &World) -> String {
    let mut rows = String::new();
    for call in &world.recent {
        let answered = call.status.map_or_else(|| "cut".to_owned(), |status| status.to_string());
        let _ = write!(rows, "<tr><td>{}</td><td>{}</td><td>{answered}</td></tr>", escaped(&call.method), escaped(&call.path));
    }
    let listed = if rows.is_empty() {
        "<p>Nobody has called yet.</p>".to_owned()
    } else {
        format!(
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Last calls\"><table><caption>Newest first</caption><thead><tr><th scope=\"col\">Method</th><th scope=\"col\">Path</th>\
             <th scope=\"col\">Status</th></tr></thead><tbody>{rows}</tbody></table></div>"
        )
    };
    format!("<section aria-labelledby=\"calls\"><h2 id=\"calls\">Last calls</h2>{listed}</section>")
}
