//! Daily rows as they were successively known: figures of a day, and how many of its results had come in at each age.

use super::setup::{MOST_DAYS, Refused, Row};

/// One ad set's day.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Cell {
    /// Whether there was a row.
    pub known: bool,
    pub budget: f64,
    pub spend: f64,
    pub clicks: f64,
    pub results: f64,
    pub value: f64,
    /// Age of the figures in days: 0 is the evening of the day itself.
    pub age: u32,
}

impl Cell {
    /// Whether the ad set was being delivered: a day with almost nothing spent says nothing about the response.
    pub fn delivered(&self) -> bool {
        self.known && self.spend > 0.02 * self.budget && self.spend > 0.0
    }
}

/// All days and ad sets seen.
#[derive(Debug, Clone)]
pub(super) struct History {
    pub segments: usize,
    pub window: usize,
    pub first: Option<u32>,
    /// Day by day, `segments` cells each.
    pub days: Vec<Vec<Cell>>,
    /// Results known at each age, per day and ad set; `NaN` where the figures of that age were never read.
    pub grown: Vec<Vec<Vec<f64>>>,
}

impl History {
    pub fn new(segments: usize, window: u32) -> Self {
        Self { segments, window: window as usize, first: None, days: Vec::new(), grown: Vec::new() }
    }

    /// Takes rows that were read when `as_of` was the last whole day; answers the earliest day (by place) whose spend or clicks
    /// are not what they were.
    pub fn take(&mut self, as_of: u32, rows: &[Row]) -> Result<Option<usize>, Refused> {
        let Some(earliest) = rows.iter().map(|row| row.day).min() else { return Ok(None) };
        let first = *self.first.get_or_insert(earliest);
        let mut changed: Option<usize> = None;
        for row in rows {
            if row.segment >= self.segments {
                return Err(Refused::UnknownSegment(row.segment, self.segments));
            }
            if row.budget < 0 || row.spend < 0 || row.value < 0 {
                return Err(Refused::Negative(row.day));
            }
            // Rows from before the first day read, or of a day that is not over, are not history.
            let Some(place) = row.day.checked_sub(first) else { continue };
            let Some(age) = as_of.checked_sub(row.day) else { continue };
            if place >= MOST_DAYS {
                return Err(Refused::TooLong(row.day));
            }
            let place = place as usize;
            while self.days.len() <= place {
                self.days.push(vec![Cell::default(); self.segments]);
                self.grown.push(vec![vec![f64::NAN; self.window + 1]; self.segments]);
            }
            let cell = &mut self.days[place][row.segment];
            // Where clicks are not counted, a result is the only click there is.
            let clicks = row.clicks.max(row.results) as f64;
            if !cell.known || cell.spend != row.spend as f64 || cell.clicks != clicks || cell.budget != row.budget as f64 {
                changed = Some(changed.map_or(place, |at| at.min(place)));
            }
            *cell = Cell {
                known: true,
                budget: row.budget as f64,
                spend: row.spend as f64,
                clicks,
                results: row.results as f64,
                value: row.value as f64,
                age,
            };
            if let Some(slot) = self.grown[place][row.segment].get_mut(age as usize) {
                *slot = row.results as f64;
            }
        }
        Ok(changed)
    }

    /// How many days there are.
    pub fn len(&self) -> usize {
        self.days.len()
    }

    /// The weekday of a place, 0 to 6.
    pub fn weekday(&self, place: usize) -> usize {
        (self.first.unwrap_or(0) as usize + place) % 7
    }
}
