//! Limits in sentences: which line holds, why something was paused, what has to be known.

use chrono::{Days, NaiveDate};

use super::book::{Book, Judged, Spender};
use crate::domain::guard::{Decision, Line, Reason};
use crate::domain::limit::{Covers, Limit, Span};
use crate::domain::money::Spend;
use crate::domain::period::day_words;
use crate::service::Ctx;
use crate::store::limits::CheckRow;

/// Why a limit pauses or warns, with its figures.
pub fn why(limit: &Limit, judged: &Judged) -> String {
    let currency = limit.amount.currency;
    let money = |micros: i64| format!("{} {}", Spend::new(micros, currency), currency.code());
    let of = format!("the limit of {} {} {}", limit.amount, currency.code(), limit.span.words());
    let (spent, left, worst) = (money(judged.spent), money(judged.verdict.headroom), money(judged.verdict.worst));
    match judged.verdict.decision {
        Decision::Pause(Reason::Reached) => capital(format!("{of} is used up: {spent} is spent.")),
        Decision::Pause(Reason::Stale) => {
            let age = judged
                .verdict
                .age
                .map_or_else(|| "were never read".to_owned(), |age| format!("are {} old", hours(age.num_minutes())));
            capital(format!(
                "{of} may be passed: the figures {age}, {left} was left by them, and up to {worst} may have been or be spent."
            ))
        }
        Decision::Pause(_) => {
            capital(format!("{of} would not hold until the next look: {left} is left, and up to {worst} may be spent by then."))
        }
        Decision::Warn(Reason::Stale) => {
            let age = judged
                .verdict
                .age
                .map_or_else(|| "were never read".to_owned(), |age| format!("are {} old", hours(age.num_minutes())));
            format!("The figures behind {of} {age}. Campaigns are paused only when the {left} that is left may be gone.")
        }
        Decision::Warn(_) => format!("Of {of}, {left} is left: it may be reached within a day."),
        Decision::Fine => format!("Of {of}, {left} is left."),
    }
}

/// Which line holds a limit.
pub fn line(limit: &Limit, judged: Option<&Judged>, is_watched: bool, covered: &[&Spender]) -> String {
    let Some(judged) = judged else { return "Nothing is held: none of its days is today.".to_owned() };
    match judged.verdict.line {
        Line::Off => "Nothing that it covers is on.".to_owned(),
        Line::Meta => "Meta’s own limits hold it: they leave no more than what is left here.".to_owned(),
        Line::Guard if !is_watched => "Nothing holds it while the guard does not look.".to_owned(),
        Line::Guard if covered.iter().all(|spender| !spender.is_writable) => {
            "Nothing holds it: the ad account is read-only, so the guard can warn and not pause.".to_owned()
        }
        Line::Guard => {
            let currency = limit.amount.currency;
            let minute = Spend::new(judged.verdict.a_minute, currency);
            format!(
                "Tandem’s guard holds it. Each minute in which Meta does not take a pause can add up to {minute} {}.",
                currency.code()
            )
        }
    }
}

/// What keeps a limit from holding whole, or has to be known.
pub fn notes(ctx: &Ctx, limit: &Limit, book: &Book, covered: &[&Spender]) -> Vec<String> {
    let mut notes = Vec::new();
    let currency = limit.amount.currency.code();
    for spender in covered.iter().filter(|spender| !spender.is_writable) {
        notes.push(format!("“{}” is read-only: the guard can warn and not pause there.", spender.account.name));
    }
    if covered.is_empty() {
        notes.push("No linked ad account is covered: nothing is counted.".to_owned());
    }
    if let Covers::Workspace(_) = limit.covers {
        notes.push(format!("Ad accounts in other currencies than {currency} are not covered: amounts are never converted."));
    }
    if let Some(most) = book.worst_day_minor(limit.covers).filter(|most| limit.span == Span::Day && limit.amount.minor < *most) {
        let most = crate::domain::money::Money::new(most, limit.amount.currency);
        notes.push(format!(
            "The daily budgets have grown: Meta may spend {most} {currency} on one day, so this day limit fights its pacing. Raise it, or \
             remove it."
        ));
    }
    if let Some(begins) = covered.first().and_then(|spender| {
        let today = crate::domain::guard::day_of(spender.zone, spender.now(ctx));
        limit.span.upcoming(today)
    }) {
        notes.push(format!("It begins on {}.", day_words(begins.since)));
    }
    notes
}

/// That nobody looks.
pub fn asleep(last: Option<&CheckRow>) -> String {
    match last {
        Some(check) => {
            format!("The guard last looked at {} UTC and does not run now.", check.checked_at.utc().format("%-d %b %H:%M"))
        }
        None => "The guard has not looked yet; where it runs, it does within five minutes.".to_owned(),
    }
}

/// What else than raising a limit lets its campaigns go on.
pub fn or_wait(limit: &Limit, until: NaiveDate) -> String {
    match limit.span {
        Span::Flight(_) => String::new(),
        Span::Month | Span::Day => {
            let next = until.checked_add_days(Days::new(1)).unwrap_or(until);
            format!(", or wait until {}", day_words(next))
        }
    }
}

/// A stretch of time in its largest fitting unit.
pub fn hours(minutes: i64) -> String {
    match minutes {
        ..=119 => format!("{minutes} minutes"),
        120..=2879 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}

fn capital(text: String) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
