#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;
use crate::domain::audience::Country;
use crate::domain::creative::parse_link;
use crate::domain::currency::Currency;
use crate::domain::invalid::Invalid;
use crate::domain::money::Money;
use crate::domain::naming::{Level, check};
use crate::domain::period::Period;
use crate::domain::role::Role;
use crate::domain::schedule::parse_local;
use crate::domain::tracking::parse_extra;

#[test]
fn each_entry_has_a_slug_of_its_own_and_says_what_to_do() {
    let mut seen = BTreeSet::new();
    for entry in all() {
        assert!(seen.insert(entry.slug), "{} stands twice", entry.slug);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(entry.slug.chars().all(plain), "{}", entry.slug);
        for text in [entry.title, entry.why, entry.todo] {
            assert!(!text.is_empty() && !text.contains("  "), "{}: {text}", entry.slug);
        }
        assert!(entry.todo.ends_with('.') && entry.why.ends_with('.'), "{}", entry.slug);
        assert_eq!(find(entry.slug).map(|found| found.title), Some(entry.title));
    }
    assert!(seen.len() > 620, "{}", seen.len());
}

#[test]
fn every_sentence_finds_its_own_page_whatever_stands_in_it() {
    for entry in all().filter(|entry| !entry.says.is_empty()) {
        // Fillings that no sentence holds by itself.
        for filled in ["Casa Lume", "17,00 x", "7"] {
            let mut words = String::new();
            let mut rest = entry.says.replace("{{", "\u{1}").replace("}}}", "}\u{2}").replace("}}", "\u{2}");
            while let Some((before, after)) = rest.clone().split_once('{') {
                words.push_str(before);
                words.push_str(filled);
                rest = after.split_once('}').unwrap().1.to_owned();
            }
            words.push_str(&rest);
            let words = words.replace('\u{1}', "{").replace('\u{2}', "}");
            assert_eq!(of_sentence(&words).map(|found| found.slug), Some(entry.slug), "{words}");
            let stored = format!("{words} Further words follow.");
            assert_eq!(of_sentence(&stored).map(|found| found.slug), Some(entry.slug), "{stored}");
        }
    }
}

#[test]
fn words_of_nobody_find_no_page() {
    for text in ["", "It rains.", "Meta says no.", "(Meta )", "(Meta x/1)"] {
        assert!(of_sentence(text).is_none(), "{text}");
    }
    assert_eq!(Sentence::quoted("It rains.").slug, DOES_NOT_FIT);
}

#[test]
fn what_readers_of_text_refuse_says_its_entry_and_its_words_find_it() {
    let refused: Vec<(Sentence, String)> = vec![
        said("ten".parse::<Currency>().unwrap_err()),
        said(Money::parse("ten", Currency::EUR).unwrap_err()),
        said(Money::parse("1.234", Currency::EUR).unwrap_err()),
        said(Money::parse(&"9".repeat(20), Currency::EUR).unwrap_err()),
        said("Portugl".parse::<Country>().unwrap_err()),
        said("Atlantis and beyond".parse::<Country>().unwrap_err()),
        said("boss".parse::<Role>().unwrap_err()),
        said(Period::new(day(2), day(1)).unwrap_err()),
        said(check("", Level::Ad).unwrap_err()),
        said(check(&"x".repeat(300), Level::Ad).unwrap_err()),
        said(check("a\nb", Level::Ad).unwrap_err()),
        said(check("{ad", Level::Ad).unwrap_err()),
        said(check("{weather}", Level::Ad).unwrap_err()),
        said(check("{campaign} {ad}", Level::Campaign).unwrap_err()),
        said(check("{campaign:YYYY}", Level::Campaign).unwrap_err()),
        said(check("{campaign} {start:quarter}", Level::Campaign).unwrap_err()),
        said(check("{ad} {{ad.id}}", Level::Ad).unwrap_err()),
        said(check("Sale", Level::Campaign).unwrap_err()),
        said(parse_local("soon", chrono_tz::UTC, false).unwrap_err()),
        said(parse_local("1926-12-01", chrono_tz::UTC, false).unwrap_err()),
        said(parse_local("2026-03-29 01:30", chrono_tz::Europe::Lisbon, false).unwrap_err()),
        said(parse_link("casalume").unwrap_err()),
        said(parse_extra("ref").unwrap_err()),
    ];
    for (said, shown) in refused {
        assert_eq!(said.words, shown);
        assert_ne!(said.slug, DOES_NOT_FIT, "{shown}");
        assert_eq!(Sentence::quoted(&shown).slug, said.slug, "{shown}");
    }
}

fn said<E: Into<Sentence> + std::fmt::Display>(error: E) -> (Sentence, String) {
    let shown = error.to_string();
    (error.into(), shown)
}

fn day(of: u32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 12, of).unwrap()
}

#[test]
fn more_words_behind_a_sentence_keep_its_page() {
    let said = read_only("Casa Lume").and("An owner allows writing.");
    assert_eq!((said.slug, said.words.as_str()), ("account-read-only", "“Casa Lume” is read-only. An owner allows writing."));
    assert_eq!(Sentence::quoted(&said.words).slug, said.slug);
    assert_eq!(serde_json::to_string(&said).unwrap(), "\"“Casa Lume” is read-only. An owner allows writing.\"");
}

#[test]
fn several_problems_are_one_sentence_with_the_page_of_several() {
    let mut invalid = Invalid::one("amount", limit_amount_zero());
    assert_eq!(Sentence::from(invalid.clone()), limit_amount_zero());
    invalid.add("span", limit_span_missing());
    assert_eq!(Sentence::from(invalid).slug, several_problems().slug);
}

#[test]
fn a_code_of_metas_finds_its_entry_else_its_codes_else_its_ranges() {
    let slug = |code, subcode| meta::entry(code, subcode).slug;
    assert_eq!(slug(100, 1_885_183), "meta-100-1885183");
    assert_eq!(slug(100, 7), "meta-100");
    assert_eq!(slug(250, 0), "meta-200");
    assert_eq!(slug(200, 1_870_034), "meta-200-1870034");
    assert_eq!(slug(294, 0), "meta-294");
    assert_eq!(slug(80_007, 2_446_079), "meta-80xxx");
    assert_eq!((slug(4_242, 0), slug(i64::MAX, 0)), ("meta-other", "meta-other"));
}

#[test]
fn the_code_at_the_end_of_metas_words_is_read_back() {
    for (code, subcode) in meta::codes().filter(|(code, _)| *code > 0) {
        let words = meta::with_code("Your budget is too low.", code, subcode);
        assert_eq!(meta::code_in(&words), Some((code, subcode)), "{words}");
        let further = format!("{words} In the form it is the field Budget.");
        assert_eq!(of_sentence(&further).map(|entry| entry.slug), Some(meta::entry(code, subcode).slug), "{further}");
    }
    assert_eq!(meta::with_code("Lost.", 0, 0), "Lost.");
}

#[test]
fn every_code_of_metas_reference_is_listed() {
    // Graph API, "Handle errors"; Marketing API, "Error codes"; the pages of the edges.
    let reference: [(i64, &[i64]); 46] = [
        (1, &[99]),
        (2, &[]),
        (3, &[]),
        (4, &[1_504_022, 1_504_039]),
        (10, &[2_018_278]),
        (17, &[2_446_079, 1_885_172]),
        (32, &[]),
        (
            100,
            &[
                33, 1_487_534, 1_487_694, 1_885_272, 1_885_650, 4_834_011, 2_446_173, 1_487_079, 2_490_562, 1_885_183, 1_487_033,
                1_487_056, 1_487_809, 1_815_199, 1_359_202, 1_487_411, 1_487_472, 1_487_929, 1_815_857, 1_885_014, 1_885_364,
                1_885_621, 2_490_408, 3_858_081, 3_858_492, 3_858_504,
            ],
        ),
        (102, &[]),
        (104, &[]),
        (105, &[]),
        (190, &[458, 459, 460, 463, 464, 467, 492, 2_069_032]),
        (194, &[]),
        (200, &[1_870_034]),
        (294, &[]),
        (341, &[]),
        (368, &[1_390_008]),
        (500, &[]),
        (506, &[]),
        (613, &[1_487_742, 1_487_632, 1_996, 5_044_001, 1_487_225]),
        (801, &[]),
        (803, &[]),
        (960, &[]),
        (2_500, &[]),
        (2_601, &[1_815_107]),
        (2_635, &[]),
        (2_642, &[]),
        (3_018, &[]),
        (9_004, &[2_207_052]),
        (9_007, &[2_207_027]),
        (36_001, &[2_207_005]),
        (36_003, &[2_207_009]),
        (36_004, &[2_207_010]),
        (80_000, &[]),
        (80_001, &[]),
        (80_002, &[]),
        (80_003, &[]),
        (80_004, &[]),
        (80_005, &[]),
        (80_006, &[]),
        (80_008, &[]),
        (80_009, &[]),
        (80_014, &[]),
        (1_487_033, &[]),
        (1_609_005, &[]),
        (1_815_199, &[]),
    ];
    for (code, subcodes) in reference {
        assert_eq!(meta::entry(code, 0).slug, format!("meta-{code}"), "{code}");
        for subcode in subcodes {
            assert_eq!(meta::entry(code, *subcode).slug, format!("meta-{code}-{subcode}"));
        }
    }
}
