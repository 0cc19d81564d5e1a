//! What if: another total, other bounds, another split, answered from what was learned. Nothing is changed by asking.

use super::case::Case;
use super::refused;
use crate::allocation::advice::{self, Band, Question};
use crate::allocation::learner::{Ask, Learner};
use crate::domain::campaign::{AdSetKey, Side};
use crate::domain::dictionary::{self, Sentence};
use crate::domain::invalid::Invalid;
use crate::domain::money::{Money, parse_decimal};
use crate::domain::split::{self, Amounts, Bounds};
use crate::service::{Error, Result};

/// A what-if as typed: everything is text, and what is empty is as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// The total a day.
    pub total: String,
    /// Shares: money, of which only the proportions count; all empty asks for the best split.
    pub shares: Vec<(AdSetKey, String)>,
    /// Floors in percent.
    pub floors: Vec<(AdSetKey, String)>,
    /// Ceilings in percent.
    pub ceilings: Vec<(AdSetKey, String)>,
}

impl Wish {
    /// Keeps a figure of an ad set by its word; that of none is passed over.
    pub fn give(&mut self, side: Side, part: &str, text: String) {
        let Some(key) = AdSetKey::parse(part) else { return };
        match side {
            Side::Share => self.shares.push((key, text)),
            Side::Floor => self.floors.push((key, text)),
            Side::Ceiling => self.ceilings.push((key, text)),
        }
    }
}

/// What would be.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// What is divided.
    pub total: Money,
    /// The amounts, as typed or the best.
    pub amounts: Vec<Money>,
    /// Whether nobody typed them.
    pub is_best: bool,
    /// The objective a day.
    pub whole: Band,
    /// Of each ad set.
    pub parts: Vec<Band>,
    /// How likely that is more than what is now, basis points.
    pub chance_bp: i64,
}

/// A wish that was understood.
pub(super) struct Asked {
    total: i64,
    weights: Option<Vec<i64>>,
    bounds: Vec<Bounds>,
}

pub(super) fn read_wish(case: &Case, question: &Question, wish: &Wish, problems: &mut Invalid) -> Option<Asked> {
    let total = match wish.total.trim() {
        "" => question.total(),
        text => match Money::parse(text, case.currency) {
            Ok(money) if money.minor > 0 => money.minor,
            Ok(_) => return wrong(problems, "total", dictionary::wish_total_zero()),
            Err(why) => return wrong(problems, "total", why.into()),
        },
    };
    let typed = |list: &[(AdSetKey, String)], key: AdSetKey| {
        list.iter().find(|(of, _)| *of == key).map(|(_, text)| text.trim().to_owned()).unwrap_or_default()
    };
    let mut weights = Vec::new();
    let mut bounds = Vec::new();
    for part in &case.parts {
        let text = typed(&wish.shares, part.key);
        if !text.is_empty() {
            match parse_decimal(text.trim_end_matches('%').trim()).filter(|value| !value.is_sign_negative()) {
                Some(value) => weights.push(i64::try_from(value * rust_decimal::Decimal::ONE_HUNDRED).ok()?),
                None => problems.add(format!("share.{}", part.key.as_str()), dictionary::amount_unreadable(text)),
            }
        }
        let mut bound = |side: &str, text: String| match text.as_str() {
            "" => None,
            text => {
                let read = parse_decimal(text.trim_end_matches('%').trim());
                let points = read.and_then(|value| i64::try_from(value * rust_decimal::Decimal::ONE_HUNDRED).ok());
                let points = points.filter(|points| (0..=split::WHOLE).contains(points));
                if points.is_none() {
                    problems.add(format!("{side}.{}", part.key.as_str()), dictionary::percent_unreadable(text));
                }
                points
            }
        };
        let floor = bound("floor", typed(&wish.floors, part.key));
        let ceiling = bound("ceiling", typed(&wish.ceilings, part.key));
        bounds.push(Bounds::of_share(total, floor, ceiling));
    }
    match weights.len() {
        0 => Some(Asked { total, weights: None, bounds }),
        n if n == case.parts.len() => Some(Asked { total, weights: Some(weights), bounds }),
        _ => wrong(problems, "total", dictionary::wish_incomplete()),
    }
}

fn wrong(problems: &mut Invalid, field: &str, why: Sentence) -> Option<Asked> {
    problems.add(field, why);
    None
}

pub(super) fn what_if(case: &Case, learner: &Learner, question: &Question, asked: Asked) -> Result<WhatIf> {
    let amounts = match &asked.weights {
        Some(weights) => split::split(asked.total, &Amounts::InProportion(weights.clone()), &asked.bounds)
            .map_err(|why| Error::conflict(dictionary::split_not_worked_out(crate::domain::invalid::sentence(&why.to_string()))))?
            .iter()
            .map(|part| part.amount)
            .collect(),
        None => {
            let bounds = asked.bounds.iter().map(|b| Bounds { floor: b.floor, ceiling: b.ceiling.min(asked.total) }).collect();
            let ask = Ask { day: question.day, total: asked.total, current: None, bounds, step: 1.0 };
            learner.amounts(&ask).map_err(refused)?.0
        }
    };
    let outlook = advice::outlook(learner, &amounts, &question.current);
    Ok(WhatIf {
        total: Money::new(asked.total, case.currency),
        chance_bp: outlook.chance_bp,
        amounts: amounts.iter().map(|minor| Money::new(*minor, case.currency)).collect(),
        is_best: asked.weights.is_none(),
        whole: outlook.whole,
        parts: outlook.parts,
    })
}
