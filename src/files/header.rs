//! Understands one header: which field it means, in which language, and the currency that stands in it.
//!
//! Compares in a normal form, so that `Amount Spent (USD)`, `Amount spent (USD)` and `amount  spent` are one header.

use super::aliases::ALIASES;
use super::fields::{Field, Language};

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The text as it stands, without white space around it.
    pub text: String,
    /// The field, where an alias is known, and its rank among the aliases (lower is preferred).
    pub field: Option<Field>,
    /// Three capital letters in brackets.
    pub currency: Option<String>,
    /// The languages that have this header.
    pub languages: Vec<Language>,
}

impl Header {
    /// Reads a header.
    pub fn read(text: &str) -> Self {
        let text = text.trim().trim_start_matches('\u{FEFF}');
        let (without, currency) = take_currency(text);
        let name = normal(&without);
        let known = |(_, _, headers): &&(Language, Field, &[&str])| headers.contains(&name.as_str());
        let languages: Vec<Language> = ALIASES.iter().filter(known).map(|(language, _, _)| *language).collect();
        let field = ALIASES.iter().find(known).map(|(_, field, _)| *field);
        Self { text: text.to_owned(), field, currency, languages }
    }
}

/// Takes a currency code in brackets out of a header, wherever it stands.
fn take_currency(text: &str) -> (String, Option<String>) {
    let mut rest = text;
    let mut seen = 0;
    while let Some(open) = rest.find(['(', '（']) {
        let inside = rest.get(open..).and_then(|t| t.char_indices().nth(1).map(|(i, _)| open + i)).unwrap_or(rest.len());
        let close = rest.get(inside..).and_then(|t| t.find([')', '）'])).map(|i| inside + i);
        let Some(close) = close else { break };
        let code = rest.get(inside..close).unwrap_or_default().trim();
        let after = rest.get(close..).and_then(|t| t.char_indices().nth(1).map(|(i, _)| close + i)).unwrap_or(rest.len());
        if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) && !RATES.contains(&code) {
            let head = text.get(..seen + open).unwrap_or_default();
            let tail = rest.get(after..).unwrap_or_default();
            return (format!("{} {}", head.trim_end(), tail.trim_start()), Some(code.to_owned()));
        }
        seen += inside;
        rest = rest.get(inside..).unwrap_or_default();
    }
    (text.to_owned(), None)
}

/// Three capital letters in brackets that are no currency.
const RATES: [&str; 5] = ["CPM", "CPC", "CTR", "CPP", "CPA"];

/// Lower case, single spaces, plain apostrophes and brackets.
pub(super) fn normal(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '’' | '‘' | '`' | 'ʼ' => '\'',
            '（' => '(',
            '）' => ')',
            '＊' => '*',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect::<String>()
        .to_lowercase();
    plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alias_is_in_normal_form_and_means_one_field() {
        let mut seen: Vec<(&str, Field)> = Vec::new();
        for (_, field, headers) in ALIASES {
            for header in *headers {
                assert_eq!(normal(header), *header);
                let other = seen.iter().find(|(text, other)| text == header && other != field);
                assert_eq!(other, None, "“{header}” means two fields");
                seen.push((header, *field));
            }
        }
    }

    #[test]
    fn case_spaces_and_apostrophes_do_not_matter() {
        assert_eq!(Header::read("Ad Set Name").field, Some(Field::AdSet));
        assert_eq!(Header::read("  ad  set\u{A0}name ").field, Some(Field::AdSet));
        assert_eq!(Header::read("Nom de l’ensemble de publicités").field, Some(Field::AdSet));
        assert_eq!(Header::read("クリック（すべて）").field, Some(Field::Clicks));
        assert_eq!(Header::read("Shop clicks").field, None);
    }

    #[test]
    fn the_currency_is_found_wherever_it_stands() {
        for (text, field) in [
            ("Amount spent (USD)", Field::Spend),
            ("(USD) Amount spent", Field::Spend),
            ("CPC (All) (USD)", Field::Cpc),
            ("CPM (Cost per 1,000 Impressions) (USD)", Field::Cpm),
            ("CPM (USD) (cost per 1,000 impressions)", Field::Cpm),
            ("消化金額（USD）", Field::Spend),
        ] {
            let header = Header::read(text);
            assert_eq!((header.field, header.currency.as_deref()), (Some(field), Some("USD")), "{text}");
        }
        assert_eq!(Header::read("Amount spent").currency, None);
        assert_eq!(Header::read("Broken (").currency, None);
    }
}
