//! One row of a report, and what is wrong with a row that cannot be read.
//!
//! Missing figures are `None`, never 0. Names are kept exactly as they stand: an en dash is not a hyphen. A row is read whole or
//! refused whole, with its line, column and reason.

use serde::{Deserialize, Serialize};

use crate::domain::network::Network;
use crate::domain::period::Period;

use super::dates;
use super::fields::{Field, Kind};
use super::kinds;
use super::numbers;
use super::placements;
use super::split::RawRecord;
use super::understanding::Understanding;

/// Figures of a row. `None` is "not in the file".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Micros of the file's currency.
    pub spend_micros: Option<i64>,
    /// Times shown.
    pub impressions: Option<i64>,
    /// All clicks.
    pub clicks: Option<i64>,
    /// Clicks on the link.
    pub link_clicks: Option<i64>,
    /// People reached by this very row; rows cannot be added.
    pub reach: Option<i64>,
    /// Results, of the kind in [`Record::result_kind`].
    pub results: Option<i64>,
    /// Purchases in a column of their own.
    pub purchases: Option<i64>,
    /// Purchase value in micros of the file's currency.
    pub value_micros: Option<i64>,
}

/// One row that carries an object's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Physical line on which it starts, from 1.
    pub line: u64,
    /// Number among the file's rows, from 1: the row's key.
    pub number: u64,
    /// Exact name, if the file has the column.
    pub campaign: Option<String>,
    /// Exact name, if the file has the column.
    pub ad_set: Option<String>,
    /// Exact name, if the file has the column.
    pub ad: Option<String>,
    /// Meta's id, if it is there with all its digits.
    pub campaign_id: Option<String>,
    /// Meta's id, if it is there with all its digits.
    pub ad_set_id: Option<String>,
    /// Meta's id, if it is there with all its digits.
    pub ad_id: Option<String>,
    /// The days that the figures cover.
    pub period: Period,
    /// Where it ran; unknown where the file does not say.
    pub network: Network,
    /// Meta's reporting value of the placement where it is known, else the file's text; empty where there is none.
    pub position: String,
    /// Other breakdown values, long ones shortened: `age=25-34; gender=female`; empty where there are none.
    pub segment: String,
    /// The figures.
    pub figures: Figures,
    /// The kind's key, where there are results.
    pub result_kind: Option<String>,
    /// The kind as the file names it.
    pub result_label: Option<String>,
    /// The attribution setting: `7d_click,1d_view` where it is understood, else as the file names it; empty where it does not.
    pub attribution: String,
}

/// A row that sums up the file, with every name blank: a check, never added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Physical line on which it starts.
    pub line: u64,
    /// What it says the file adds up to.
    pub figures: Figures,
}

/// A row that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// Physical line on which it starts, from 1.
    pub line: u64,
    /// Number among the file's rows, from 1.
    pub number: u64,
    /// Header of the column at fault; empty where the whole row is.
    pub column: String,
    /// The value at fault, shortened.
    pub value: String,
    /// A sentence that says what is wrong.
    pub reason: String,
}

/// What a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Figures of an object.
    Row(Box<Record>),
    /// The file's own total.
    Summary(Summary),
    /// Not readable; the others still are.
    Bad(BadRow),
}

/// Shortens a value for a message, by characters.
pub(super) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 80;
    let clean: String = text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() { format!("{clean}…") } else { clean }
}

/// Most characters of a name.
const NAME_LIMIT: usize = 500;
/// Most characters of any other text that is part of a row's key.
const TEXT_LIMIT: usize = 200;

/// Where each field stands, taken from the understanding once.
pub(super) struct Layout {
    columns: Vec<(Field, usize)>,
    /// Columns with the same header as a column that is read; their values must agree.
    twins: Vec<(usize, usize)>,
}

impl Layout {
    pub fn new(understanding: &Understanding) -> Self {
        let uses = &understanding.columns;
        let columns: Vec<(Field, usize)> =
            uses.iter().enumerate().filter(|(_, c)| c.used).filter_map(|(at, c)| c.field.map(|f| (f, at))).collect();
        let twins = uses
            .iter()
            .enumerate()
            .filter(|(_, c)| !c.used && c.field.is_some_and(|f| f.unread().is_none()))
            .filter_map(|(at, c)| {
                let first = uses.iter().position(|u| u.used && u.field == c.field && u.header == c.header)?;
                Some((first, at))
            })
            .collect();
        Self { columns, twins }
    }

    fn at(&self, field: Field) -> Option<usize> {
        self.columns.iter().find(|(f, _)| *f == field).map(|(_, at)| *at)
    }
}

/// Reads one row's cells; every error names the column and the value.
pub(super) struct Cells<'a> {
    pub understanding: &'a Understanding,
    pub layout: &'a Layout,
    pub raw: &'a RawRecord,
    pub number: u64,
}

type Read<T> = Result<T, BadRow>;

impl<'a> Cells<'a> {
    /// A problem of a column.
    fn bad(&self, at: usize, value: &str, reason: impl Into<String>) -> BadRow {
        let column = self.understanding.columns.get(at).map(|c| excerpt(&c.header)).unwrap_or_default();
        BadRow { line: self.raw.line, number: self.number, column, value: excerpt(value), reason: reason.into() }
    }

    /// A column's text; empty where it is not in the file.
    fn text(&self, field: Field) -> Read<&'a str> {
        self.layout.at(field).map_or(Ok(""), |at| self.text_at(at))
    }

    fn text_at(&self, at: usize) -> Read<&'a str> {
        let bytes = self.raw.field(at);
        match std::str::from_utf8(bytes) {
            Ok(text) if bytes.contains(&0) => Err(self.bad(at, text, "The cell holds a zero byte: the file is damaged here.")),
            Ok(text) => Ok(text),
            Err(_) => Err(self.bad(at, &String::from_utf8_lossy(bytes), "The text is not UTF-8.")),
        }
    }

    /// Reads the row.
    pub fn read(&self) -> Read<Entry> {
        self.check_shape()?;
        let names = [self.text(Field::Campaign)?, self.text(Field::AdSet)?, self.text(Field::Ad)?];
        let figures = self.figures()?;
        if names.iter().all(|name| name.trim().is_empty()) {
            return self.summary(figures);
        }
        for (field, name) in Field::NAMES.into_iter().zip(names) {
            if let Some(at) = self.layout.at(field)
                && name.trim().is_empty()
            {
                let reason = "The name is blank while others of the row are not, as in a subtotal: counting it would count its money twice.";
                return Err(self.bad(at, name, reason));
            }
        }
        self.check_lengths()?;
        let [campaign, ad_set, ad] = names.map(|name| (!name.is_empty()).then(|| name.to_owned()));
        let (network, position) = placements::understand(self.part(Field::Platform)?, self.part(Field::Placement)?);
        let label = self.text(Field::ResultKind)?.trim();
        Ok(Entry::Row(Box::new(Record {
            line: self.raw.line,
            number: self.number,
            campaign,
            ad_set,
            ad,
            campaign_id: self.id(Field::CampaignId)?,
            ad_set_id: self.id(Field::AdSetId)?,
            ad_id: self.id(Field::AdId)?,
            period: self.period()?,
            network,
            position,
            segment: self.segment()?,
            result_kind: figures.results.map(|_| kinds::key(label)),
            result_label: figures.results.and(Some(label)).filter(|l| !l.is_empty()).map(str::to_owned),
            attribution: kinds::attribution(self.text(Field::Attribution)?),
            figures,
        })))
    }

    /// Too few or too many cells, or two columns of one header that disagree.
    fn check_shape(&self) -> Read<()> {
        let (cells, headers) = (self.raw.len(), self.understanding.columns.len());
        let surplus = (headers..cells).find(|at| !self.raw.field(*at).trim_ascii().is_empty());
        if cells < headers || surplus.is_some() {
            let value = String::from_utf8_lossy(self.raw.field(cells.saturating_sub(1))).into_owned();
            let reason = format!("The row has {cells} cells, the header has {headers}: it is cut off, or its cells are shifted.");
            return Err(BadRow { column: String::new(), ..self.bad(0, &value, reason) });
        }
        for (first, other) in &self.layout.twins {
            let (a, b) = (self.text_at(*first)?, self.text_at(*other)?);
            if a.trim() != b.trim() {
                let reason = format!("Column {} has the same header and says “{}”.", first + 1, excerpt(a));
                return Err(self.bad(*other, b, reason));
            }
        }
        Ok(())
    }

    /// Keys of rows stay small: Meta's own names have at most 400 characters.
    fn check_lengths(&self) -> Read<()> {
        let short = [Field::Platform, Field::Placement, Field::ResultKind, Field::Attribution];
        let limits = Field::NAMES.map(|f| (f, NAME_LIMIT)).into_iter().chain(short.map(|f| (f, TEXT_LIMIT)));
        for (field, limit) in limits {
            let Some(at) = self.layout.at(field) else { continue };
            let text = self.text_at(at)?;
            if text.len() > limit && text.chars().count() > limit {
                return Err(self.bad(at, text, format!("The text has more than {limit} characters.")));
            }
        }
        Ok(())
    }

    /// A row without names is the file's total, unless a breakdown or a day says otherwise.
    fn summary(&self, figures: Figures) -> Read<Entry> {
        let divided = [Field::Day, Field::Platform, Field::Placement].into_iter().chain(Field::SEGMENTS);
        for field in divided {
            let value = self.text(field)?.trim();
            if let Some(at) = self.layout.at(field)
                && !(numbers::is_missing(value) || value.eq_ignore_ascii_case("all"))
            {
                return Err(self.bad(
                    at,
                    value,
                    "The row has no name, as in a subtotal: counting it would count its money twice.",
                ));
            }
        }
        Ok(Entry::Summary(Summary { line: self.raw.line, figures }))
    }

    /// A breakdown's value; "All" marks a subtotal.
    fn part(&self, field: Field) -> Read<&'a str> {
        let value = self.text(field)?.trim();
        match self.layout.at(field) {
            Some(at) if value.eq_ignore_ascii_case("all") => {
                Err(self.bad(at, value, "The row is a subtotal: counting it would count its money twice."))
            }
            _ => Ok(value),
        }
    }

    fn segment(&self) -> Read<String> {
        let mut segment = String::new();
        for field in Field::SEGMENTS {
            let value = self.part(field)?;
            if !value.is_empty() {
                let mark = if segment.is_empty() { "" } else { "; " };
                segment = format!("{segment}{mark}{}={}", field.key(), excerpt(value));
            }
        }
        Ok(segment)
    }

    /// An id with all its digits; a spreadsheet turns `120253000000000001` into `1.20253E+17`, which names nothing any more.
    fn id(&self, field: Field) -> Read<Option<String>> {
        let text = self.text(field)?.trim().trim_start_matches('=').trim_matches('"');
        let whole = !text.is_empty() && text.len() <= 32 && text.bytes().all(|b| b.is_ascii_digit());
        Ok(whole.then(|| text.to_owned()))
    }

    fn figures(&self) -> Read<Figures> {
        let purchases = match self.number(Field::Purchases)? {
            Some(purchases) => Some(purchases),
            None => self.number(Field::WebsitePurchases)?,
        };
        Ok(Figures {
            spend_micros: self.number(Field::Spend)?,
            impressions: self.number(Field::Impressions)?,
            clicks: self.number(Field::Clicks)?,
            link_clicks: self.number(Field::LinkClicks)?,
            reach: self.number(Field::Reach)?,
            results: self.number(Field::Results)?,
            purchases,
            value_micros: self.number(Field::Revenue)?,
        })
    }

    /// A count, or money in micros.
    fn number(&self, field: Field) -> Read<Option<i64>> {
        let Some(at) = self.layout.at(field) else { return Ok(None) };
        let text = self.text_at(at)?;
        let style = self.understanding.numbers;
        let read = if field.kind() == Kind::Money { style.read_money(text) } else { style.read_count(text) };
        read.map_err(|reason| self.bad(at, text, format!("“{}” {reason}.", excerpt(text.trim()))))
    }

    /// The days that the figures cover: the Day, else the Week or Month, else the reporting period.
    fn period(&self) -> Read<Period> {
        let style = self.understanding.dates;
        let reporting = self.reporting()?;
        if let Some((at, text)) = self.dated(Field::Day)? {
            let day = style.read(text).map(Period::day).ok_or_else(|| self.not_a_date(at, text))?;
            return match reporting {
                Some(period) if !period.contains(day) => {
                    Err(self.bad(at, text, "The day lies outside the row's reporting period: its cells may be shifted."))
                }
                _ => Ok(day),
            };
        }
        for field in [Field::Week, Field::Month] {
            if let Some((at, text)) = self.dated(field)? {
                let range = if dates::ranges(text).is_some() { style.read_range(text) } else { reporting };
                return range.ok_or_else(|| self.not_a_date(at, text));
            }
        }
        reporting.ok_or_else(|| self.bad(self.layout.at(Field::PeriodStart).unwrap_or(0), "", "The row has no date."))
    }

    fn reporting(&self) -> Read<Option<Period>> {
        let (start, end) = (self.dated(Field::PeriodStart)?, self.dated(Field::PeriodEnd)?);
        let Some(((start_at, start), (end_at, end))) = start.zip(end) else { return Ok(None) };
        let style = self.understanding.dates;
        let since = style.read(start).ok_or_else(|| self.not_a_date(start_at, start))?;
        let until = style.read(end).ok_or_else(|| self.not_a_date(end_at, end))?;
        Period::new(since, until).map(Some).map_err(|_| self.bad(end_at, end, "The period ends before it starts."))
    }

    /// A date column's cell that is not blank.
    fn dated(&self, field: Field) -> Read<Option<(usize, &'a str)>> {
        let Some(at) = self.layout.at(field) else { return Ok(None) };
        let text = self.text_at(at)?.trim();
        Ok((!numbers::is_missing(text)).then_some((at, text)))
    }

    fn not_a_date(&self, at: usize, text: &str) -> BadRow {
        self.bad(at, text, format!("“{}” is not a date written as {}.", excerpt(text), self.understanding.dates.label()))
    }
}
