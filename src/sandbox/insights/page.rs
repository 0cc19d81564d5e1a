//! A page of rows as it is sent: gathered period by period and written in pieces, so that neither a long report nor a large page
//! is ever held as a whole. What was gathered last is kept for the next page.

use std::sync::Arc;

use serde_json::Value;

use super::cut::Cutter;
use super::gather::{self, Row};
use super::query::Query;
use super::rows::{self, Writer};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::paging::{self, Link, Window};
use crate::sandbox::wire::params::Params;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// A piece is sent when it has grown to this, bytes.
const PIECE: usize = 64 * 1024;

/// What was gathered last, and how many rows each period was found to have.
#[derive(Debug, Default)]
pub struct Kept {
    query: String,
    /// Revision of the objects, and the moment.
    of: (u64, i64),
    counts: Vec<usize>,
    last: Option<(usize, Arc<Vec<Row>>)>,
}

/// A page that is being written.
#[derive(Debug)]
pub struct Report {
    query: Query,
    /// The query in full, to be told from others by.
    name: String,
    window: Window,
    address: String,
    params: Params,
    /// Rows of the period being written, its position, and the next of its rows.
    at: Option<(usize, usize, Arc<Vec<Row>>)>,
    written: usize,
    begun: bool,
    ended: bool,
}

impl Report {
    /// A page of a checked query, as a call asks for it.
    ///
    /// # Errors
    /// 100 for a bad limit, 2642 for a bad cursor.
    pub fn new(call: &Call, query: Query) -> Result<Self, GraphError> {
        let (address, params) = (call.address(), call.params.clone());
        let window = Window::of(&params)?;
        let name = format!("{query:?}");
        Ok(Self { query, name, window, address, params, at: None, written: 0, begun: false, ended: false })
    }

    /// The next piece of the page's text; `None` after the last.
    pub fn piece(&mut self, world: &mut World) -> Option<String> {
        if self.ended {
            return None;
        }
        let mut out = String::with_capacity(PIECE + 4_096);
        if !self.begun {
            self.begun = true;
            out.push_str("{\"data\":[");
            self.at = self.first(world);
        }
        let writer = Writer::new(&self.query);
        while self.written < self.window.limit && out.len() < PIECE {
            let Some((period, next, batch)) = &mut self.at else { break };
            let Some(row) = batch.get(*next) else {
                let after = *period + 1;
                self.at = following(world, &self.query, &self.name, after);
                continue;
            };
            if self.written > 0 {
                out.push(',');
            }
            writer.write(&mut out, world, row);
            *next += 1;
            self.written += 1;
        }
        if self.written >= self.window.limit || self.at.is_none() {
            self.ended = true;
            self.end(world, &mut out);
        }
        Some(out)
    }

    /// Whether the whole report has more than so many rows. They are counted once for all its pages.
    pub fn is_longer_than(&self, world: &mut World, most: usize) -> bool {
        let Query { account, seeded, .. } = &self.query;
        let now = world.now();
        let mut ads = 0;
        for period in &self.query.periods {
            let days = world.engine.days(&world.state, account, *seeded, now, *period);
            ads += days.iter().map(|(_, ads)| ads.len()).sum::<usize>();
        }
        if ads.saturating_mul(Cutter::new(&self.query).most()) <= most {
            return false;
        }
        // Only how many there are is asked; what the filters look at must still be reckoned.
        let mut counted = self.query.clone();
        counted.fields.clear();
        if world.reports.are(world, &self.name) && world.reports.counts.len() == counted.periods.len() {
            return world.reports.counts.iter().sum::<usize>() > most;
        }
        let counts = (0..counted.periods.len()).map(|period| gather::period_rows(world, &counted, period).len()).collect();
        world.reports = Kept { query: self.name.clone(), of: (world.state.revision, now), counts, last: None };
        world.reports.counts.iter().sum::<usize>() > most
    }

    /// Whether the last piece was given.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// The whole page at once.
    pub fn whole(mut self, world: &mut World) -> Answer {
        let mut out = String::new();
        while let Some(piece) = self.piece(world) {
            out.push_str(&piece);
        }
        serde_json::from_str(&out).map_err(|_| GraphError::new(1, "An unknown error occurred"))
    }

    /// Where the window begins.
    fn first(&self, world: &mut World) -> Option<(usize, usize, Arc<Vec<Row>>)> {
        let mut before = self.window.start;
        for period in 0.. {
            let known = world
                .reports
                .counts
                .get(period)
                .copied()
                .filter(|_| self.query.sort.is_none() && world.reports.are(world, &self.name));
            if let Some(count) = known.filter(|count| before >= *count) {
                before -= count;
                continue;
            }
            let batch = batch(world, &self.query, &self.name, period)?;
            if before < batch.len() {
                return Some((period, before, batch));
            }
            before -= batch.len();
        }
        None
    }

    fn end(&mut self, world: &mut World, out: &mut String) {
        out.push(']');
        // There is more when a row of this period or of a later one is left.
        let more = match self.at.take() {
            Some((_, next, batch)) if next < batch.len() => true,
            Some((period, ..)) => following(world, &self.query, &self.name, period + 1).is_some(),
            None => false,
        };
        if self.written > 0 {
            let total = self.window.start + self.written + usize::from(more);
            let window = Window { limit: self.written, ..self.window };
            let link = Link { address: self.address.clone(), params: &self.params };
            let page = paging::page(Vec::new(), window, total, &link);
            if let Some(Value::Object(paging)) = page.get("paging") {
                out.push_str(",\"paging\":");
                out.push_str(&Value::Object(paging.clone()).to_string());
            }
        }
        if self.query.summary {
            out.push_str(",\"summary\":");
            out.push_str(&rows::summary(world, &self.query));
        }
        out.push('}');
    }
}

impl Kept {
    /// Whether they are of a query, now.
    fn are(&self, world: &World, name: &str) -> bool {
        self.of == (world.state.revision, world.now()) && self.query == name
    }
}

/// The first batch from a position on that has rows.
fn following(world: &mut World, query: &Query, name: &str, from: usize) -> Option<(usize, usize, Arc<Vec<Row>>)> {
    let mut period = from;
    loop {
        let batch = batch(world, query, name, period)?;
        if !batch.is_empty() {
            return Some((period, 0, batch));
        }
        period += 1;
    }
}

/// The rows of a period, or all in their order where an order was asked; `None` after the last.
fn batch(world: &mut World, query: &Query, name: &str, period: usize) -> Option<Arc<Vec<Row>>> {
    let batches = if query.sort.is_some() { 1 } else { query.periods.len() };
    if period >= batches {
        return None;
    }
    if !world.reports.are(world, name) {
        let of = (world.state.revision, world.now());
        world.reports = Kept { query: name.to_owned(), of, ..Kept::default() };
    }
    if let Some((kept, batch)) = &world.reports.last
        && *kept == period
    {
        return Some(Arc::clone(batch));
    }
    let batch = if query.sort.is_some() {
        let mut all = gather::gather(world, query);
        rows::sort(&mut all, query);
        all
    } else {
        gather::period_rows(world, query, period)
    };
    let batch = Arc::new(batch);
    let kept = &mut world.reports;
    if kept.counts.len() == period {
        kept.counts.push(batch.len());
    }
    kept.last = Some((period, Arc::clone(&batch)));
    Some(batch)
}
