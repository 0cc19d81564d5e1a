//! One conversation: what was told, what was learned, what was answered.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::allocation::advice::{self, Question};
use crate::allocation::cadence::{self, SIGNIFICANT_BP, Situation, Standing};
use crate::allocation::learner::{Ask, DEFAULT_STEP, DEFAULT_WINDOW, Learner, Policy, Row, Setup};
use crate::domain::split::{Bounds, WHOLE};

use super::messages::{Day, Hello};

/// The date of the protocol's day 0, days from the beginning of the calendar; any would do.
const DAY_ZERO: i32 = 739_000;

#[derive(Debug)]
pub(super) struct Session {
    hello: Hello,
    policy: Policy,
    step: f64,
    places: HashMap<String, usize>,
    learner: Option<Learner>,
    last: Option<Vec<i64>>,
    rhythm: Option<Rhythm>,
}

impl Session {
    /// A conversation about these ad sets, or why there can be none.
    pub fn new(hello: Hello, policy: Policy, seldom: bool) -> Result<Self, String> {
        setup(&hello, 1).check().map_err(|why| why.to_string())?;
        if let Some(named) = hello.segments.iter().find(|s| s.min_minor < 0 || s.min_minor > s.max_minor) {
            return Err(format!("{:?}: min_minor must lie between 0 and max_minor", named.name));
        }
        let step = hello.learning_reset_move.unwrap_or(DEFAULT_STEP).min(hello.guardrails.max_move.unwrap_or(f64::INFINITY));
        if !(step > 0.0 && step <= 1.0) {
            return Err("learning_reset_move and guardrails.max_move must be above 0 and at most 1 (20 % is 0.2)".to_owned());
        }
        Ok(Self {
            places: hello.segments.iter().enumerate().map(|(i, s)| (s.name.clone(), i)).collect(),
            policy: if seldom { advice::policy() } else { policy },
            rhythm: seldom.then(|| Rhythm { standings: vec![NEVER; hello.segments.len()] }),
            step,
            hello,
            learner: None,
            last: None,
        })
    }

    /// The budgets of a day, by name, or why there are none.
    pub fn day(&mut self, day: &Day) -> Result<BTreeMap<String, i64>, String> {
        let row = |reported: &super::messages::Reported| match self.places.get(&reported.segment) {
            Some(place) => Ok(reported.row(*place)),
            None => Err(format!("the report names {:?}, which hello did not", reported.segment)),
        };
        let rows: Vec<Row> = day.report.iter().map(row).collect::<Result<_, _>>()?;
        // On a copy, so that a day that is refused leaves nothing behind.
        let mut learner = match &self.learner {
            Some(learner) => learner.clone(),
            None => Learner::new(setup(&self.hello, day.total_budget_minor), self.policy).map_err(|why| why.to_string())?,
        };
        learner.observe(day.day.saturating_sub(1), &rows).map_err(|why| why.to_string())?;
        let amounts = self.amounts(&learner, day)?;
        self.learner = Some(learner);
        let answer = self.hello.segments.iter().zip(&amounts).map(|(s, a)| (s.name.clone(), *a)).collect();
        self.last = Some(amounts);
        Ok(answer)
    }

    fn amounts(&mut self, learner: &Learner, day: &Day) -> Result<Vec<i64>, String> {
        let ask = Ask {
            day: day.day,
            total: day.total_budget_minor,
            current: self.last.clone(),
            bounds: self.hello.segments.iter().map(|s| Bounds { floor: s.min_minor, ceiling: s.max_minor }).collect(),
            step: self.step,
        };
        match &mut self.rhythm {
            None => learner.amounts(&ask).map(|(amounts, _)| amounts).map_err(|why| why.to_string()),
            Some(rhythm) => rhythm.amounts(learner, &ask),
        }
    }
}

fn setup(hello: &Hello, total: i64) -> Setup {
    Setup {
        objective: hello.objective.into(),
        total,
        horizon_days: hello.days,
        window_days: hello.attribution_window_days.unwrap_or(DEFAULT_WINDOW),
        segments: hello.segments.iter().map(Into::into).collect(),
    }
}

const NEVER: Standing = Standing { learning: None, moved_on: None, significant_on: None };

/// The product's cadence, which needs to remember who was moved when.
#[derive(Debug)]
struct Rhythm {
    standings: Vec<Standing>,
}

impl Rhythm {
    /// The day's amounts: those there are, unless the product would move. A changed total is divided anew, whatever rests.
    fn amounts(&mut self, learner: &Learner, ask: &Ask) -> Result<Vec<i64>, String> {
        let today = i32::try_from(ask.day).ok().and_then(|day| day.checked_add(DAY_ZERO));
        let today = today.and_then(NaiveDate::from_num_days_from_ce_opt).ok_or("the day lies beyond the calendar")?;
        let same = |current: &&Vec<i64>| current.iter().map(|c| i128::from(*c)).sum::<i128>() == i128::from(ask.total);
        let amounts = match ask.current.as_ref().filter(same) {
            Some(current) => self.kept_or_moved(learner, ask, current, today).map_err(|why| why.to_string())?,
            None => learner.amounts(ask).map_err(|why| why.to_string())?.0,
        };
        for (i, (standing, new)) in self.standings.iter_mut().zip(&amounts).enumerate() {
            let change = match ask.current.as_ref().and_then(|current| current.get(i)) {
                Some(old) => cadence::largest_change_bp(&[*old], &[*new]),
                None => WHOLE,
            };
            if change > 0 {
                standing.moved_on = Some(today);
            }
            if change >= SIGNIFICANT_BP {
                standing.significant_on = Some(today);
            }
        }
        Ok(amounts)
    }

    fn kept_or_moved(
        &self,
        learner: &Learner,
        ask: &Ask,
        current: &[i64],
        today: NaiveDate,
    ) -> Result<Vec<i64>, crate::allocation::learner::Refused> {
        let situation = Situation { days: learner.days(), ..Situation::default() };
        if cadence::at_rest(&situation, today).is_some() {
            return Ok(current.to_vec());
        }
        let question = Question {
            setup: learner.setup().clone(),
            day: ask.day,
            current: current.to_vec(),
            floors: ask.bounds.iter().map(|b| b.floor).collect(),
            ceilings: ask.bounds.iter().map(|b| b.ceiling).collect(),
            step_bp: (ask.step * WHOLE as f64).floor() as i64,
            pins: self.standings.iter().map(|standing| cadence::pin(standing, today)).collect(),
        };
        Ok(advice::decide(learner, &question)?.unwrap_or_else(|_| current.to_vec()))
    }
}
