//! How a file was read, as the pages before and after an import show it.

use crate::domain::currency::Currency;
use crate::report::ResultKey;
use crate::service::imports::{BadRow, CampaignTotal, Check, ColumnUse, Compared, Record, Survey, Told, Totals};
use crate::web::format;

/// What a page says about a file.
pub(super) struct Reading {
    /// How much, of what, when.
    pub lead: String,
    /// What it adds up to.
    pub rest: String,
    /// Label and value: encoding, delimiter, ...
    pub facts: Vec<(&'static str, String)>,
    pub columns: Vec<ColumnRow>,
    pub used: usize,
    pub campaigns: Vec<CampaignRow>,
    pub more_campaigns: usize,
    pub check: Option<CheckView>,
    /// Whether rows cover longer than a day, so that they are on no chart by day.
    pub by_period: bool,
    pub currency: String,
}

pub(super) struct ColumnRow {
    pub position: usize,
    pub header: String,
    pub meaning: String,
    pub note: String,
    pub used: bool,
}

pub(super) struct CampaignRow {
    pub name: String,
    pub rows: String,
    pub days: String,
    pub spend: String,
    pub impressions: String,
    pub link_clicks: String,
    pub results: String,
}

pub(super) struct CheckView {
    pub line: u64,
    pub agrees: bool,
    pub rows: Vec<CheckRow>,
}

pub(super) struct CheckRow {
    pub label: &'static str,
    pub rows: String,
    pub summary: String,
    pub agrees: bool,
}

/// A row as it was understood.
pub(super) struct SampleRow {
    pub line: u64,
    pub name: String,
    pub days: String,
    pub place: String,
    pub spend: String,
    pub impressions: String,
    pub results: String,
}

impl Reading {
    /// Says what an import keeps; `currency` where it is known by now.
    pub fn of(told: &Told, currency: Option<Currency>) -> Self {
        let (understanding, totals) = (&told.understanding, &told.totals);
        let currency = currency.or(understanding.currency);
        let breakdowns =
            if understanding.breakdowns.is_empty() { "none".to_owned() } else { understanding.breakdowns.join(", ") };
        let days = totals.period.map_or_else(|| format::MISSING.to_owned(), format::days);
        let of = |n: usize| if n == 1 { "1 campaign".to_owned() } else { format!("{n} campaigns") };
        let rows = i64::try_from(totals.rows).unwrap_or(i64::MAX);
        Self {
            lead: format!("{} rows of {}, {days}.", format::count(rows), of(told.campaign_count)),
            rest: sums(totals, currency),
            facts: vec![
                ("Language", understanding.language.label().to_owned()),
                ("Text", format!("{}, separated by {}", understanding.encoding.label(), understanding.delimiter_label())),
                ("Numbers", understanding.numbers.label().to_owned()),
                ("Dates", understanding.dates.label().to_owned()),
                ("Currency", currency.map_or_else(|| "not in the file".to_owned(), |c| c.to_string())),
                ("Rows are", if understanding.has_day { "days" } else { "periods" }.to_owned()),
                ("Divided by", breakdowns),
            ],
            columns: understanding.columns.iter().map(column).collect(),
            used: understanding.columns.iter().filter(|c| c.used).count(),
            campaigns: told.campaigns.iter().map(|c| campaign(c, currency)).collect(),
            more_campaigns: told.campaign_count.saturating_sub(told.campaigns.len()),
            check: told.check.as_ref().map(|c| check(c, totals.rows, currency)),
            by_period: !understanding.has_day,
            currency: currency.map(|c| c.to_string()).unwrap_or_default(),
        }
    }
}

fn money(micros: Option<i64>, currency: Option<Currency>) -> String {
    // Without a currency it is not known how many decimals are usual; two lose nothing that people look at.
    micros.map_or_else(|| format::MISSING.to_owned(), |m| format::money(m, currency.unwrap_or(Currency::EUR)))
}

fn count(value: Option<i64>) -> String {
    value.map_or_else(|| format::MISSING.to_owned(), format::count)
}

fn kind(key: &str) -> String {
    ResultKey { kind: key.to_owned(), attribution: String::new() }.label().to_lowercase()
}

/// `1 purchase`, `8 purchases`.
fn counted(key: &str, n: i64) -> String {
    let one = ResultKey { kind: key.to_owned(), attribution: String::new() }.singular();
    if n == 1 { format!("1 {one}") } else { format!("{} {}", format::count(n), kind(key)) }
}

fn results<'a>(all: impl Iterator<Item = (&'a String, &'a i64)>) -> String {
    let each: Vec<String> = all.map(|(key, n)| counted(key, *n)).collect();
    if each.is_empty() { format::MISSING.to_owned() } else { each.join(", ") }
}

fn sums(totals: &Totals, currency: Option<Currency>) -> String {
    let mut said = Vec::new();
    if totals.spend_micros.is_some() {
        let code = currency.map(|c| format!(" {c}")).unwrap_or_default();
        said.push(format!("{}{code} spent", money(totals.spend_micros, currency)));
    }
    let counts = [(totals.impressions, "impressions"), (totals.clicks, "clicks"), (totals.link_clicks, "link clicks")];
    said.extend(counts.into_iter().filter_map(|(n, what)| Some(format!("{} {what}", format::count(n?)))));
    said.extend(totals.results.iter().map(|(key, n)| format!("{} {}", format::count(*n), result_words(key))));
    if totals.value_micros.is_some() {
        said.push(format!("{} purchase value", money(totals.value_micros, currency)));
    }
    format!("{}.", said.join(", "))
}

/// Link clicks as results stand beside link clicks as such.
fn result_words(key: &str) -> String {
    match kind(key).as_str() {
        "link clicks" => "results (link clicks)".to_owned(),
        words => format!("results ({words})"),
    }
}

fn column(column: &ColumnUse) -> ColumnRow {
    ColumnRow {
        position: column.position,
        header: if column.header.is_empty() { "(no header)".to_owned() } else { column.header.clone() },
        meaning: match (column.used, column.field) {
            (true, Some(field)) => field.label().to_owned(),
            _ => "not used".to_owned(),
        },
        note: column.note.clone().unwrap_or_default(),
        used: column.used,
    }
}

fn campaign(total: &CampaignTotal, currency: Option<Currency>) -> CampaignRow {
    CampaignRow {
        name: total.name.clone().unwrap_or_else(|| "Campaign not in the file".to_owned()),
        rows: format::count(i64::try_from(total.rows).unwrap_or(i64::MAX)),
        days: format::days(total.period),
        spend: money(total.spend_micros, currency),
        impressions: count(total.impressions),
        link_clicks: count(total.link_clicks),
        results: results(total.results.iter()),
    }
}

fn check(check: &Check, rows: u64, currency: Option<Currency>) -> CheckView {
    let shown = |c: &Compared, value| if c.figure.is_money() { money(Some(value), currency) } else { count(Some(value)) };
    CheckView {
        line: check.line,
        agrees: check.agrees(rows),
        rows: check
            .compared
            .iter()
            .map(|c| CheckRow {
                label: c.figure.label(),
                rows: shown(c, c.rows),
                summary: shown(c, c.summary),
                agrees: c.agrees(rows),
            })
            .collect(),
    }
}

/// The first rows as they were understood.
pub(super) fn sample(survey: &Survey) -> Vec<SampleRow> {
    let currency = survey.understanding.currency;
    let row = |r: &Record| SampleRow {
        line: r.line,
        name: [&r.campaign, &r.ad_set, &r.ad].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" › "),
        days: format::days(r.period),
        place: place(r),
        spend: money(r.figures.spend_micros, currency),
        impressions: count(r.figures.impressions),
        results: match (&r.result_kind, r.figures.results) {
            (Some(key), Some(n)) => counted(key, n),
            _ => format::MISSING.to_owned(),
        },
    };
    survey.sample.iter().map(row).collect()
}

/// Network, placement and other parts of a row, as far as the file tells them.
fn place(row: &Record) -> String {
    use crate::domain::network::Network;
    let network = if row.network == Network::Unknown { "" } else { row.network.label() };
    let position = crate::report::position_label(Some(row.network), &row.position);
    let position = if row.position.is_empty() { "" } else { position.as_str() };
    let parts: Vec<&str> = [network, position, &row.segment].into_iter().filter(|p| !p.is_empty()).collect();
    if parts.is_empty() { format::MISSING.to_owned() } else { parts.join(", ") }
}

/// Rows that cannot be read, and how many more there are.
pub(super) fn problem_rows(survey: &Survey) -> (Vec<BadRow>, u64) {
    let shown = survey.first_bad.clone();
    let more = survey.bad.saturating_sub(shown.len() as u64);
    (shown, more)
}

/// A size in words.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}
