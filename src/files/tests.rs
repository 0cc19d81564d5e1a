//! What real and made-up files are read as, and that no bytes can make the reader panic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::money::Spend;
use crate::domain::network::Network;

const GWWC: &[u8] = include_bytes!("../../tests/fixtures/gwwc_gg-image-video-breakdowns.csv");

fn read(bytes: &[u8]) -> (Understanding, Vec<Entry>) {
    let report = Report::open(bytes).unwrap();
    let understanding = report.understanding().clone();
    (understanding, report.map(Result::unwrap).collect())
}

fn rows(entries: &[Entry]) -> Vec<&Record> {
    entries.iter().filter_map(|e| if let Entry::Row(row) = e { Some(&**row) } else { None }).collect()
}

fn bad(entries: &[Entry]) -> Vec<&BadRow> {
    entries.iter().filter_map(|e| if let Entry::Bad(row) = e { Some(row) } else { None }).collect()
}

fn refusal(text: &str) -> String {
    match Report::open(text.as_bytes()) {
        Err(refusal) => refusal.to_string(),
        Ok(report) => report.filter_map(Result::err).next().expect("a refusal").to_string(),
    }
}

#[test]
fn the_real_export_gives_its_true_totals() {
    let (understanding, entries) = read(GWWC);
    let mut totals = Totals::default();
    let mut campaigns: BTreeMap<&str, i64> = BTreeMap::new();
    for row in rows(&entries) {
        totals.add(row);
        *campaigns.entry(row.campaign.as_deref().unwrap()).or_default() += row.figures.spend_micros.unwrap();
    }
    let usd = understanding.currency.unwrap();
    assert_eq!((entries.len(), totals.rows), (291, 291));
    assert_eq!(Spend::new(totals.spend_micros.unwrap(), usd).to_string(), "15,978.28");
    assert_eq!((totals.impressions, totals.link_clicks), (Some(770_113), Some(4_704)));
    assert_eq!(totals.results, BTreeMap::from([("onsite_conversion.lead_grouped".to_owned(), 1_581)]));
    let shown: Vec<(&str, String)> = campaigns.into_iter().map(|(c, m)| (c, Spend::new(m, usd).to_string())).collect();
    let expected = [
        ("Giving Guide 2021 - Emotional", "5,000.00"),
        ("Giving Guide 2021 – Emotional V3", "1,516.74"),
        ("Giving Guide 2021 – Factual", "1,217.49"),
        ("Giving Guide 2021 – Factual V2", "3,782.51"),
        ("Giving Guide 2021 – Factual V3", "1,517.01"),
        ("Giving Guide 2021 – Hypercube Brand Video", "1,335.29"),
        ("Giving Guide 2021 – PPCo Creatives", "1,609.24"),
    ];
    assert_eq!(shown, expected.map(|(c, m)| (c, m.to_owned())));
}

#[test]
fn the_real_export_is_understood_column_by_column() {
    let (understanding, entries) = read(GWWC);
    assert_eq!(understanding.encoding, Encoding::Utf8Bom);
    assert_eq!((understanding.delimiter, understanding.language), (',', Language::English));
    assert_eq!(understanding.breakdowns, ["Image, video and slideshow"]);
    assert!(!understanding.has_day);
    let unused: Vec<&str> = understanding.unused().map(|c| c.header.as_str()).collect();
    assert_eq!(unused, ["Starts", "Ends", "Cost per result", "Unique link clicks"]);
    let without_results = rows(&entries).iter().filter(|r| r.figures.results.is_none()).count();
    assert_eq!(without_results, 177);
    let first = rows(&entries)[0];
    assert_eq!((first.line, first.number, first.network), (2, 1, Network::Unknown));
    assert_eq!(first.segment, "asset=ggwc_emotional_set_1 (1).mp4 (869866030367680)");
    assert_eq!(first.period.days(), 73);
    assert_eq!(first.result_label.as_deref(), Some("Meta Leads"));
    assert_eq!(first.attribution, "7d_click,1d_view");
}

#[test]
fn headers_of_other_languages_are_understood() {
    for (header, language, currency) in [
        (
            "Nome da campanha,Início dos relatórios,Encerramento dos relatórios,Valor usado (BRL),Impressões",
            Language::Portuguese,
            "BRL",
        ),
        ("Kampagnenname,Berichtsstart,Berichtsende,Ausgegebener Betrag (EUR),Impressionen", Language::German, "EUR"),
        ("Nom de la campagne,Début des rapports,Fin des rapports,Montant dépensé (CHF),Impressions", Language::French, "CHF"),
        ("キャンペーン名,レポート開始日,レポート終了日,消化金額 (JPY),インプレッション", Language::Japanese, "JPY"),
        ("Tên chiến dịch,Bắt đầu báo cáo,Kết thúc báo cáo,Số tiền đã chi tiêu (VND),Lượt hiển thị", Language::Vietnamese, "VND"),
    ] {
        let (understanding, entries) = read(format!("{header}\nSummer,2026-04-01,2026-04-30,1500,900\n").as_bytes());
        assert_eq!(understanding.language, language, "{header}");
        assert_eq!(understanding.currency.unwrap().code(), currency);
        let row = rows(&entries)[0];
        assert_eq!((row.figures.spend_micros, row.figures.impressions), (Some(1_500_000_000), Some(900)), "{header}");
    }
}

#[test]
fn semicolons_and_decimal_commas_are_understood() {
    let text = "sep=;\r\nCampaign name;Day;Amount spent (EUR);Impressions;CTR (all)\r\n\
                Sommer;01.04.2026;1.234,50;2.000;0,83 %\r\nSommer;02.04.2026;7,5;-;–\r\n";
    let (understanding, entries) = read(text.as_bytes());
    assert_eq!((understanding.delimiter, understanding.numbers), (';', NumberStyle::Comma));
    assert_eq!(understanding.dates, DateStyle::DayFirst);
    let rows = rows(&entries);
    assert_eq!(rows[0].figures.spend_micros, Some(1_234_500_000));
    assert_eq!((rows[0].figures.impressions, rows[1].figures.impressions), (Some(2_000), None));
    assert_eq!((rows[1].line, rows[1].period.since.to_string()), (4, "2026-04-02".to_owned()));
}

#[test]
fn utf_16_with_tabs_is_understood_in_both_byte_orders() {
    let text = "Campaign name\tDay\tAmount spent (USD)\n夏 – 🎉\t2026-04-01\t1.5\n";
    for (bom, swap) in [([0xFF, 0xFE], false), ([0xFE, 0xFF], true)] {
        let mut bytes = bom.to_vec();
        for unit in text.encode_utf16() {
            bytes.extend(if swap { unit.to_be_bytes() } else { unit.to_le_bytes() });
        }
        let (understanding, entries) = read(&bytes);
        assert_eq!(understanding.delimiter, '\t');
        assert_eq!(rows(&entries)[0].campaign.as_deref(), Some("夏 – 🎉"));
        bytes.pop();
        let damaged = Report::open(bytes.as_slice()).err().expect("half a character");
        assert_eq!(damaged, Refusal::DamagedUtf16);
    }
}

#[test]
fn a_day_export_with_platform_and_placement_keeps_each_apart() {
    let text = "Campaign name,Day,Platform,Placement,Amount spent (EUR),Impressions,Reporting starts,Reporting ends\n\
                A,2026-04-01,facebook,Feed,1.10,10,2026-04-01,2026-04-01\n\
                A,2026-04-01,instagram,Feed,2.20,20,2026-04-01,2026-04-01\n\
                A,2026-04-01,audience_network,\"Native, banner and interstitial\",0.30,3,2026-04-01,2026-04-01\n";
    let (understanding, entries) = read(text.as_bytes());
    assert!(understanding.has_day);
    assert_eq!(understanding.breakdowns, ["Platform", "Placement"]);
    let places: Vec<(Network, &str)> = rows(&entries).iter().map(|r| (r.network, r.position.as_str())).collect();
    assert_eq!(places, [(Network::Facebook, "feed"), (Network::Instagram, "feed"), (Network::Other, "an_classic")]);
}

#[test]
fn a_summary_row_is_a_check_and_not_a_row() {
    let text = "Campaign name,Reporting starts,Reporting ends,Amount spent (USD),Impressions,Delivery\n\
                ,2026-04-01,2026-04-30,3.01,30,0\nA,2026-04-01,2026-04-30,1.004,10,active\nB,2026-04-01,2026-04-30,2.004,21,active\n";
    let (_, entries) = read(text.as_bytes());
    let mut totals = Totals::default();
    rows(&entries).into_iter().for_each(|row| totals.add(row));
    let Some(Entry::Summary(summary)) = entries.first() else { panic!("no summary: {entries:?}") };
    let check = totals.check(summary);
    let agreed: Vec<(Figure, bool)> = check.compared.iter().map(|c| (c.figure, c.agrees(totals.rows))).collect();
    assert_eq!((totals.rows, check.line), (2, 2));
    assert_eq!(agreed, [(Figure::Spend, true), (Figure::Impressions, false)]);
    assert!(!check.agrees(totals.rows));
}

#[test]
fn a_subtotal_is_never_counted() {
    let text = "Campaign name,Ad name,Day,Platform,Amount spent (USD)\n\
                A,,2026-04-01,facebook,3\nA,One,2026-04-01,All,3\nA,One,2026-04-01,facebook,1\n,,2026-04-01,facebook,9\n";
    let (_, entries) = read(text.as_bytes());
    assert_eq!(rows(&entries).len(), 1);
    let told: Vec<(u64, &str)> = bad(&entries).iter().map(|b| (b.line, b.column.as_str())).collect();
    assert_eq!(told, [(2, "Ad name"), (3, "Platform"), (5, "Day")]);
}

#[test]
fn rows_that_cannot_be_read_are_told_with_line_column_and_reason() {
    let text = "Campaign name,Reporting starts,Reporting ends,Amount spent (USD),Impressions\n\
                \"two\nlines\",2026-04-01,2026-04-30,1.5,10\n\
                cut,2026-04-01\n\
                shifted,x,2026-04-01,2026-04-30,1.5,10\n\
                words,2026-04-01,2026-04-30,many,10\n\
                date,2026-04-01,Ongoing,1.5,10\n\
                \n\
                backwards,2026-04-30,2026-04-01,1.5,10\n\
                nul,2026-04-01,2026-04-30,1\0,10\n\
                padded,2026-04-01,2026-04-30,1.5,10,,\n\
                \"open,2026-04-01,2026-04-30,1.5,10\n";
    let (_, entries) = read(text.as_bytes());
    let told: Vec<(u64, u64, &str, &str)> =
        bad(&entries).iter().map(|b| (b.line, b.number, b.column.as_str(), b.reason.as_str())).collect();
    assert_eq!(rows(&entries).iter().map(|r| (r.line, r.number)).collect::<Vec<_>>(), [(2, 1), (11, 8)]);
    assert_eq!(
        told,
        [
            (4, 2, "", "The row has 2 cells, the header has 5: it is cut off, or its cells are shifted."),
            (5, 3, "", "The row has 6 cells, the header has 5: it is cut off, or its cells are shifted."),
            (6, 4, "Amount spent (USD)", "“many” is not a number."),
            (7, 5, "Reporting ends", "“Ongoing” is not a date written as year-month-day."),
            (9, 6, "Reporting ends", "The period ends before it starts."),
            (10, 7, "Amount spent (USD)", "The cell holds a zero byte: the file is damaged here."),
            (12, 9, "", "A quotation mark opens here and is never closed: the file is cut off."),
        ]
    );
}

#[test]
fn headers_that_do_not_suffice_are_named_with_those_found() {
    assert_eq!(
        refusal("Campaign name,Reporting starts,Impressions\nA,2026-04-01,3\n"),
        "Not found in the header: spend (“Amount spent (…)”); the end of the period (“Reporting ends”). \
         Found: “Campaign name”, “Reporting starts”, “Impressions”. Add the missing columns in Ads Manager and export again."
    );
    assert!(refusal("a,b\n1,2\n").starts_with("Not found in the header: spend"));
}

#[test]
fn files_of_another_kind_are_refused_in_words() {
    for (bytes, words) in [
        (&b""[..], "The file is empty."),
        (b"\n \n", "The file is empty."),
        (b"PK\x03\x04rest", "This is an Excel workbook"),
        (b"<!doctype html><title>Sign in</title>", "This is a web page"),
        (b"{\"data\":[]}", "This is JSON"),
        (b"C\0a\0m\0p\0", "This is binary data"),
        (b"Campagne d'\xE9t\xE9,Day\nx,y\n", "The text on line 1 is not UTF-8."),
        (b"Campaign name,Day,Amount spent (USD)\n\xE9t\xE9,2026-04-01,1\n", "The text on line 2 is not UTF-8."),
        (b"Campaign name,Day,Amount spent (USD)\n", "The file has a header and no rows"),
    ] {
        let refusal = Report::open(bytes).err().expect("a refusal").to_string();
        assert!(refusal.starts_with(words), "{refusal}");
    }
}

#[test]
fn two_currencies_are_refused_wherever_they_stand() {
    assert!(
        refusal("Campaign name,Day,Amount spent (USD),CPC (All) (EUR)\nA,2026-04-01,1,1\n").contains("USD and EUR (column “CPC")
    );
    let by_row = "Campaign name,Day,Amount spent,Currency\nA,2026-04-01,1,USD\nA,2026-04-02,1,EUR\n";
    assert!(refusal(by_row).contains("USD and EUR (line 3)"));
    assert!(
        refusal("Campaign name,Day,Amount spent (USD),Currency\nA,2026-04-01,1,EUR\n")
            .contains("the header and the Currency column")
    );
    assert!(refusal("Campaign name,Day,Amount spent (XXX)\nA,2026-04-01,1\n").contains("XXX, which is not a currency"));
}

#[test]
fn a_repeated_header_is_told_and_must_agree() {
    let text = "Campaign name,Day,Amount spent (USD),Amount spent (USD)\nA,2026-04-01,1,1\nA,2026-04-02,1,2\n";
    let (understanding, entries) = read(text.as_bytes());
    assert_eq!(understanding.columns[3].note.as_deref(), Some("same header as column 3, which is read for Spend"));
    assert_eq!((rows(&entries).len(), bad(&entries)[0].line), (1, 3));
}

#[test]
fn money_without_decimals_and_ids_without_digits_are_understood() {
    let text = "Campaign name,Campaign ID,Ad ID,Day,Amount spent (JPY)\nA,1.20253E+17,120253000000000001,2026-04-01,\"1,234\"\n";
    let (understanding, entries) = read(text.as_bytes());
    let row = rows(&entries)[0];
    assert_eq!(understanding.numbers, NumberStyle::Point);
    assert_eq!(row.figures.spend_micros, Some(1_234_000_000));
    assert_eq!((row.campaign_id.as_deref(), row.ad_id.as_deref()), (None, Some("120253000000000001")));
}

#[test]
fn a_month_column_gives_its_own_range() {
    let text = "Campaign name,Month,Amount spent (USD)\nA,2025-10-01 - 2025-10-09,1.5\n";
    let (_, entries) = read(text.as_bytes());
    assert_eq!(rows(&entries)[0].period.days(), 9);
}

#[test]
fn a_file_larger_than_the_sample_is_read_to_its_end() {
    let mut text = "Campaign name,Day,Amount spent (USD)\n".to_owned();
    for i in 0..100_000 {
        text.push_str(&format!("Campaign {},2026-04-{:02},0.01\n", i % 7, i % 30 + 1));
    }
    let mut totals = Totals::default();
    for entry in Report::open(text.as_bytes()).unwrap() {
        let Ok(Entry::Row(row)) = entry else { panic!("{entry:?}") };
        totals.add(&row);
    }
    assert_eq!((totals.rows, totals.spend_micros), (100_000, Some(1_000_000_000)));
}

/// Reads everything; what is read does not matter, only that it ends without a panic.
fn drain(bytes: &[u8]) {
    if let Ok(report) = Report::open(bytes) {
        let mut totals = Totals::default();
        for entry in report {
            if let Ok(Entry::Row(row)) = entry {
                totals.add(&row);
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        drain(&bytes);
    }

    #[test]
    fn no_cells_make_the_reader_panic(cells in "[-–0-9.,;:/\"'\t\r\n €$%eE+A-Za-z\u{0}\u{FEFF}キ（）()=]{0,400}", utf_16 in any::<bool>()) {
        let text = format!("Campaign name,Ad name,Day,Month,Reporting starts,Reporting ends,Platform,Placement,Amount spent (USD),Impressions,Results,Campaign ID\n{cells}");
        drain(text.as_bytes());
        if utf_16 {
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            drain(&[0xFF, 0xFE].into_iter().chain(units).collect::<Vec<u8>>());
        }
    }

    #[test]
    fn a_damaged_export_never_makes_the_reader_panic(at in 0..60_000_usize, byte in any::<u8>(), cut in 0..60_000_usize) {
        let mut bytes = GWWC.to_vec();
        if let Some(b) = bytes.get_mut(at) {
            *b = byte;
        }
        bytes.truncate(cut.max(at));
        drain(&bytes);
    }
}
