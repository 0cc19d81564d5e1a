//! `adalloc/1`: one JSON object a line on standard input, one on standard output, so that a bench can run the engine.
//!
//! `hello` tells the ad sets, each `day` brings the rows of the last days and asks for the day's budgets, `end` ends.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use crate::domain::split::Bounds;

use super::learner::{Ask, Cadence, DEFAULT_STEP, Learner, Objective, Policy, Refused, Row, Segment, Setup};

/// Days that an ad set counts as learning after the start: Meta says about a week ("About the learning phase").
const LEARNING_DAYS: u32 = 7;

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Message {
    Hello(Hello),
    Day(Day),
    End,
}

#[derive(Debug, Deserialize)]
struct Hello {
    days: Option<u32>,
    objective: String,
    attribution_window_days: Option<u32>,
    learning_reset_move: Option<f64>,
    #[serde(default)]
    guardrails: Guardrails,
    segments: Vec<Named>,
}

#[derive(Debug, Default, Deserialize)]
struct Guardrails {
    max_move: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
    #[serde(default)]
    platform: String,
    #[serde(default)]
    placement: String,
    min_minor: i64,
    max_minor: i64,
}

#[derive(Debug, Deserialize)]
struct Day {
    day: u32,
    total_budget_minor: i64,
    report: Vec<Reported>,
}

#[derive(Debug, Deserialize)]
struct Reported {
    day: u32,
    segment: String,
    budget_minor: i64,
    spend_minor: i64,
    clicks: u64,
    conversions: u64,
    revenue_minor: i64,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Answer {
    Ready,
    Budgets { budgets_minor: BTreeMap<String, i64> },
}

/// One conversation.
#[derive(Debug)]
struct Session {
    hello: Hello,
    policy: Policy,
    places: HashMap<String, usize>,
    learner: Option<Learner>,
    last: Option<Vec<i64>>,
    rhythm: Option<Rhythm>,
}

/// The product's cadence, which needs to remember who was moved when.
#[derive(Debug, Default)]
struct Rhythm {
    cadence: Cadence,
    moved: Vec<Option<u32>>,
}

/// Speaks the protocol until `end` or the end of the input. With `seldom` it moves amounts in the rhythm of the product
/// ([`Cadence`]), else every day. Ad sets count as learning for the first week.
///
/// # Errors
/// What reading or writing fails with; a message that cannot be read is an error of kind `InvalidData`.
pub fn serve(input: impl BufRead, mut output: impl Write, policy: Policy, seldom: bool) -> io::Result<()> {
    let wrong = |reason: String| io::Error::new(io::ErrorKind::InvalidData, reason);
    let mut session: Option<Session> = None;
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match serde_json::from_str(&line).map_err(|e| wrong(e.to_string()))? {
            Message::Hello(hello) => {
                let places = hello.segments.iter().enumerate().map(|(i, s)| (s.name.clone(), i)).collect();
                session =
                    Some(Session { hello, policy, places, learner: None, last: None, rhythm: seldom.then(Rhythm::default) });
                Answer::Ready
            }
            Message::Day(day) => {
                let session = session.as_mut().ok_or_else(|| wrong("a day before hello".to_owned()))?;
                Answer::Budgets { budgets_minor: session.day(&day).map_err(|e| wrong(e.to_string()))? }
            }
            Message::End => return Ok(()),
        };
        serde_json::to_writer(&mut output, &answer)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(())
}

impl Session {
    fn day(&mut self, day: &Day) -> Result<BTreeMap<String, i64>, Refused> {
        let hello = &self.hello;
        let learner = match &mut self.learner {
            Some(learner) => learner,
            empty => empty.insert(Learner::new(
                Setup {
                    objective: if hello.objective == "revenue" { Objective::Value } else { Objective::Results },
                    total: day.total_budget_minor,
                    horizon_days: hello.days,
                    window_days: hello.attribution_window_days.unwrap_or(7),
                    segments: hello
                        .segments
                        .iter()
                        .map(|s| Segment { name: s.name.clone(), platform: s.platform.clone(), placement: s.placement.clone() })
                        .collect(),
                },
                self.policy,
            )?),
        };
        let rows: Vec<Row> = day
            .report
            .iter()
            .filter_map(|r| {
                let segment = *self.places.get(&r.segment)?;
                Some(Row {
                    day: r.day,
                    segment,
                    budget: r.budget_minor,
                    spend: r.spend_minor,
                    clicks: r.clicks,
                    results: r.conversions,
                    value: r.revenue_minor,
                })
            })
            .collect();
        learner.observe(day.day.saturating_sub(1), &rows)?;
        let step = hello.learning_reset_move.unwrap_or(DEFAULT_STEP).min(hello.guardrails.max_move.unwrap_or(f64::INFINITY));
        let ask = Ask {
            day: day.day,
            total: day.total_budget_minor,
            current: self.last.clone(),
            bounds: hello.segments.iter().map(|s| Bounds { floor: s.min_minor, ceiling: s.max_minor }).collect(),
            step,
        };
        let amounts = match &mut self.rhythm {
            None => learner.amounts(&ask)?.0,
            Some(rhythm) => rhythm.amounts(learner, &ask)?,
        };
        let answer = hello.segments.iter().zip(&amounts).map(|(s, a)| (s.name.clone(), *a)).collect();
        self.last = Some(amounts);
        Ok(answer)
    }
}

impl Rhythm {
    fn amounts(&mut self, learner: &Learner, ask: &Ask) -> Result<Vec<i64>, Refused> {
        self.moved.resize(ask.bounds.len(), None);
        let learning = vec![ask.day < LEARNING_DAYS; ask.bounds.len()];
        let (proposal, hold) = self.cadence.propose(learner, ask, &self.moved, &learning)?;
        let amounts = match (hold, &ask.current) {
            (Some(_), Some(current)) => current.clone(),
            _ => proposal.amounts,
        };
        if let Some(current) = &ask.current {
            for (moved, (new, old)) in self.moved.iter_mut().zip(amounts.iter().zip(current)) {
                if new != old {
                    *moved = Some(ask.day);
                }
            }
        }
        Ok(amounts)
    }
}
