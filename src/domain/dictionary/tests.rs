#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;

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
    assert!(seen.len() > 280, "{}", seen.len());
}

#[test]
fn every_sentence_finds_its_own_page_whatever_stands_in_it() {
    for entry in all().filter(|entry| !entry.says.is_empty()) {
        // Two fillings that no sentence holds by itself.
        for filled in ["Casa Lume", "17,00 x"] {
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
    assert_eq!(Sentence::from("It rains.").slug, DOES_NOT_FIT);
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
