#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::domain::campaign::AdSetKey;
use crate::domain::network::Network;

fn values() -> Values {
    Values {
        campaign: "Christmas sale".into(),
        objective: "Sales".into(),
        shape: "Guided".into(),
        countries: "PT-ES".into(),
        ages: "18-65+".into(),
        gender: "Everybody".into(),
        currency: "EUR".into(),
        start: "2026-12-01".parse().ok(),
        end: None,
    }
}

fn known<'a>(values: &'a Values, key: AdSetKey, networks: &'static [Network]) -> Known<'a> {
    let ad_set = Some(AdSetValues { key, networks, automatic: false });
    Known { campaign: values, ad_set, ad: Some(AdValues { name: "Lamp", number: 3 }) }
}

#[test]
fn variables_are_filled_in_and_the_rest_stays() {
    let values = values();
    let at = known(&values, AdSetKey::Instagram, &[Network::Instagram]);
    let template = "{objective}_{countries}_{start:YYYY-MM}_{net}_{ad}#{n}: 100 %";
    assert_eq!(at.fill(template), "Sales_PT-ES_2026-12_IG_Lamp#3: 100 %");
    assert_eq!(at.fill("{start} {start:DD.MM.YY}"), "2026-12-01 01.12.26");
    assert_eq!(at.fill("{end} {nothing}"), "{end} {nothing}", "what is not known stays as written");
}

#[test]
fn networks_and_groups_are_told_apart() {
    let values = values();
    let both = known(&values, AdSetKey::Stories, &Network::BOTH);
    assert_eq!(both.fill("{network} {net} {group} {part} {ad_set}"), "Facebook and Instagram FB-IG Stories Stories Stories");
    let one = known(&values, AdSetKey::Shared, &[Network::Facebook]);
    assert_eq!(one.fill("{group} {part} {ad_set}"), "All Facebook Facebook and Instagram");
    let automatic = Known { ad_set: Some(AdSetValues { automatic: true, ..both.ad_set.unwrap() }), ..both };
    assert_eq!(automatic.fill("{network} {net} {part}"), "All networks ALL Automatic placements");
}

#[test]
fn in_links_values_are_words_and_meta_fills_in_what_only_it_knows() {
    let values = values();
    let sources = Sources { facebook: "fb".into(), ..Sources::default() };
    let one = known(&values, AdSetKey::Facebook, &[Network::Facebook]);
    assert_eq!(one.fill_link("{campaign}_{network}_{ad}", &sources), "christmas-sale_fb_lamp");
    let both = known(&values, AdSetKey::Shared, &Network::BOTH);
    assert_eq!(both.fill_link("{network}-{{ad.id}}", &sources), "{{site_source_name}}-{{ad.id}}");
}

#[test]
fn what_is_wrong_is_named_with_what_can_be_written() {
    let said = |text: &str, level: Level| check(text, level).unwrap_err().to_string();
    assert!(said("{kampaign}", Level::Campaign).starts_with("{kampaign} is no variable; there are {campaign}, {objective}"));
    assert!(!said("{kampaign}", Level::Campaign).contains("{ad}"));
    assert!(said("{campaign} {ad}", Level::Campaign).contains("{ad} is not known yet for a campaign"));
    assert_eq!(said("  ", Level::Ad), "Write a template, like {ad} · {ad_set}.");
    assert!(said(&"x".repeat(201), Level::Ad).contains("201 characters"));
    assert!(said("{campaign", Level::Campaign).contains("“{” stands alone"));
    assert!(said("campaign}", Level::Campaign).contains("“}” stands alone"));
    assert!(said("{campaign} {start:MMMM x}", Level::Campaign).contains("YYYY"));
    assert!(said("{campaign:x}", Level::Campaign).contains("takes nothing after it"));
    assert!(said("{campaign} {{ad.id}}", Level::Campaign).contains("{{ad.id}} is filled in by Meta in links"));
    assert!(said("Sale", Level::Campaign).contains("{campaign}"));
    assert!(said("{campaign}", Level::AdSet).contains("{part}"));
    assert!(said("{ad_set}", Level::Ad).contains("{ad}"));
    assert!(said("a\tb {campaign}", Level::Campaign).contains("cannot be shown"));
}

#[test]
fn links_may_be_empty_and_hold_metas_own() {
    assert_eq!(check_link(""), Ok(()));
    assert_eq!(check_link("{ad}_{{placement}}"), Ok(()));
    assert!(check_link("{nothing}").is_err());
}

#[test]
fn the_usual_templates_are_sound_and_every_variable_has_a_value() {
    for level in Level::ALL {
        assert_eq!(check(level.usual(), level), Ok(()));
        assert_eq!(Level::parse(level.as_str()), Some(level));
    }
    let values = Values { end: "2026-12-24".parse().ok(), ..values() };
    let at = known(&values, AdSetKey::Facebook, &[Network::Facebook]);
    for variable in VARIABLES {
        let text = format!("{{{}}}", variable.word);
        assert_ne!(at.fill(&text), text, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_filled_or_refused_without_a_fall(text in "\\PC{0,60}", braces in "[{}a-z:_]{0,40}") {
        let values = values();
        let at = known(&values, AdSetKey::Facebook, &[Network::Facebook]);
        for text in [text, braces] {
            let _ = at.fill(&text);
            let _ = at.fill_link(&text, &Sources::default());
            for level in Level::ALL {
                if check(&text, level).is_ok() && !uses(&text, "end") {
                    let filled = at.fill(&text);
                    let braces = filled.matches(['{', '}']).count();
                    prop_assert_eq!(braces, 0, "{}", filled);
                }
            }
        }
    }
}
