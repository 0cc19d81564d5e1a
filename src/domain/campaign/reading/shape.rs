//! Where and how it is split: placements, and the exact budget of each ad set.

use super::{Reader, Sketch};
use crate::domain::campaign::{AdSetKey, Budget, Shape, ShapeChoice};
use crate::domain::money::{Money, parse_decimal};
use crate::domain::network::Network;
use crate::domain::placement::{Placement, conflicts};
use crate::domain::schedule::Schedule;
use crate::domain::split::{self, Amounts, Bounds, Held, Part, Refused, WHOLE, percent, share_of};

/// How the form gives the amounts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Percent,
    Money,
    Even,
}

/// The floor and the ceiling of one network as typed: basis points, or minor units where amounts are money.
type Typed = (Option<i64>, Option<i64>);

const KEYS: [(Network, AdSetKey); 2] = [(Network::Facebook, AdSetKey::Facebook), (Network::Instagram, AdSetKey::Instagram)];

impl Reader<'_> {
    /// The placements ticked, in the table's order; problems are noted at `placements`.
    pub(super) fn placements(&mut self) -> Vec<Placement> {
        let words = &self.form.placements;
        let mut placements: Vec<Placement> = words.iter().filter_map(|word| word.parse().ok()).collect();
        placements.sort_unstable();
        placements.dedup();
        if let Some(Err(unknown)) = words.iter().map(|word| word.parse::<Placement>()).find(Result::is_err) {
            self.invalid.add("placements", format!("{unknown}; untick it."));
        } else if placements.is_empty() {
            self.invalid.add("placements", "Choose at least one placement.");
        }
        placements
    }

    /// The shape with its exact budgets if it is valid, and what is known of the ad sets either way.
    pub(super) fn shape(
        &mut self,
        budget: Option<Budget>,
        schedule: Option<&Schedule>,
        placements: &[Placement],
    ) -> (Option<Shape>, Vec<Sketch>) {
        match ShapeChoice::parse(&self.form.shape) {
            Some(ShapeChoice::Shared) => {
                self.together(placements);
                let sketch = Sketch {
                    key: AdSetKey::Shared,
                    networks: Self::networks(placements),
                    placements: placements.to_vec(),
                    budget: budget.map(|budget| budget.amount),
                    share_bp: Some(WHOLE),
                };
                (Some(Shape::Shared), vec![sketch])
            }
            Some(ShapeChoice::PerNetwork) => self.per_network(budget, schedule, placements),
            Some(next) => {
                self.invalid.add("shape", format!("“{}” comes next; choose another for now.", next.label()));
                (None, Vec::new())
            }
            None => {
                self.invalid.add("shape", "Choose how the budget is split.");
                (None, Vec::new())
            }
        }
    }

    /// Notes what Meta would refuse of placements in one ad set.
    fn together(&mut self, placements: &[Placement]) {
        for conflict in conflicts(placements) {
            self.invalid.add("placements", conflict);
        }
    }

    fn per_network(
        &mut self,
        budget: Option<Budget>,
        schedule: Option<&Schedule>,
        placements: &[Placement],
    ) -> (Option<Shape>, Vec<Sketch>) {
        for network in Network::BOTH {
            let own: Vec<Placement> = placements.iter().copied().filter(|p| p.network() == network).collect();
            self.together(&own);
            if own.is_empty() && !placements.is_empty() {
                let message =
                    format!("Two budgets need a placement on each network: choose one on {network}, or the shared shape.");
                self.invalid.add("placements", message);
            }
        }
        let amounts = budget.and_then(|budget| self.amounts(budget, schedule));
        let sketches = KEYS
            .iter()
            .enumerate()
            .map(|(part, (network, key))| {
                let own: Vec<Placement> = placements.iter().copied().filter(|p| p.network() == *network).collect();
                let money = amounts.as_ref().and_then(|amounts| amounts.get(part)).copied();
                let share_bp = money.zip(budget).map(|(money, budget)| share_of(money.minor, budget.amount.minor));
                Sketch { key: *key, networks: vec![*network], placements: own, budget: money, share_bp }
            })
            .collect();
        let shape = match amounts.as_deref() {
            Some([facebook, instagram]) => Some(Shape::PerNetwork { facebook: *facebook, instagram: *instagram }),
            _ => None,
        };
        (shape, sketches)
    }

    /// The exact amount a network. Amounts come back even where a bound or the minimum is broken: the page shows them beside
    /// the problem.
    fn amounts(&mut self, budget: Budget, schedule: Option<&Schedule>) -> Option<Vec<Money>> {
        let given = match self.form.amounts.trim() {
            "percent" => Given::Percent,
            "money" => Given::Money,
            "even" => Given::Even,
            _ => {
                self.invalid.add("amounts", "Choose percent, money, or even.");
                return None;
            }
        };
        let total = budget.amount.minor;
        let shares = if given == Given::Even { None } else { Some(self.shares(given, total)?) };
        let typed = self.bounds(given)?;
        let bounds: Vec<Bounds> = typed.iter().map(|bound| bounds_of(given, total, *bound)).collect();
        let amounts = match (given, shares) {
            (Given::Percent, Some(shares)) => Amounts::Percent(shares),
            (Given::Money, Some(shares)) => Amounts::Fixed(shares),
            _ => Amounts::Even(Network::BOTH.len()),
        };
        let divided = split::split(total, &amounts, &bounds).and_then(|parts| match &amounts {
            // The person's own figures contradict each other: say so, and show what they typed rather than move it.
            Amounts::Percent(shares) if parts.iter().any(|part| part.held.is_some()) => {
                self.held(shares, &typed, &parts);
                split::split(total, &amounts, &[Bounds::NONE; Network::BOTH.len()])
            }
            _ => Ok(parts),
        });
        let parts = match divided {
            Ok(parts) => parts,
            Err(refused) => {
                self.refuse(given, budget, &refused);
                return None;
            }
        };
        if let Some(minimum) = self.minimum(budget.pace, schedule)
            && let Err(refused) = split::at_least(minimum.minor, total, &parts)
        {
            self.refuse(given, budget, &refused);
        }
        Some(parts.iter().map(|part| Money::new(part.amount, budget.amount.currency)).collect())
    }

    /// The two shares as typed; a single empty one is the rest.
    fn shares(&mut self, given: Given, total: i64) -> Option<Vec<i64>> {
        let whole = if given == Given::Percent { WHOLE } else { total };
        let mut shares = Vec::new();
        for network in Network::BOTH {
            let field = format!("share.{}", network.as_str());
            let text = self.form.share.of(network).trim();
            shares.push(if text.is_empty() { Some(None) } else { self.figure(given, &field, text).map(Some) });
        }
        match shares.as_slice() {
            [Some(Some(facebook)), Some(Some(instagram))] => Some(vec![*facebook, *instagram]),
            [Some(Some(facebook)), Some(None)] if *facebook <= whole => Some(vec![*facebook, whole - facebook]),
            [Some(None), Some(Some(instagram))] if *instagram <= whole => Some(vec![whole - instagram, *instagram]),
            [Some(Some(_)), Some(None)] => self.wrong("share.facebook", "This is more than the whole budget."),
            [Some(None), Some(Some(_))] => self.wrong("share.instagram", "This is more than the whole budget."),
            [Some(None), Some(None)] => self.wrong("share.facebook", "Give each network its share, or choose even."),
            _ => None,
        }
    }

    fn bounds(&mut self, given: Given) -> Option<Vec<Typed>> {
        let form = self.form;
        let mut bounds = Vec::new();
        for network in Network::BOTH {
            let mut read = |side: &str, text: &str| match text.trim() {
                "" => Some(None),
                text => self.figure(given, &format!("{side}.{}", network.as_str()), text).map(Some),
            };
            let floor = read("floor", form.floor.of(network));
            let ceiling = read("ceiling", form.ceiling.of(network));
            bounds.push(floor.zip(ceiling));
        }
        bounds.into_iter().collect()
    }

    /// A figure as typed: basis points, or minor units where amounts are money.
    fn figure(&mut self, given: Given, field: &str, text: &str) -> Option<i64> {
        let value = match given {
            Given::Money => self.money(field, text)?.minor,
            Given::Percent | Given::Even => match basis_points(text) {
                Ok(points) => points,
                Err(message) => return self.wrong(field, message),
            },
        };
        if value < 0 { self.wrong(field, "This cannot be below zero.") } else { Some(value) }
    }

    fn wrong<T>(&mut self, field: &str, message: impl Into<String>) -> Option<T> {
        self.invalid.add(field, message);
        None
    }

    /// Percentages that lie outside the person's own bounds.
    fn held(&mut self, shares: &[i64], typed: &[Typed], parts: &[Part]) {
        for (((network, part), share), (floor, ceiling)) in Network::BOTH.iter().zip(parts).zip(shares).zip(typed) {
            let share = percent(*share);
            let (side, message) = match (part.held, floor, ceiling) {
                (Some(Held::Ceiling), _, Some(ceiling)) => {
                    let ceiling = percent(*ceiling);
                    (
                        "ceiling",
                        format!("{share} % is above your ceiling of {ceiling} %. Raise it to {share}, or lower the share."),
                    )
                }
                (Some(Held::Floor), Some(floor), _) => {
                    let floor = percent(*floor);
                    ("floor", format!("{share} % is below your floor of {floor} %. Lower it to {share}, or raise the share."))
                }
                _ => continue,
            };
            self.invalid.add(format!("{side}.{}", network.as_str()), message);
        }
    }

    /// A refused split in people's words, at the field that can put it right.
    fn refuse(&mut self, given: Given, budget: Budget, refused: &Refused) {
        let currency = budget.amount.currency;
        let money = |minor: i64| format!("{} {currency}", Money::new(minor, currency));
        let field = |side: &str, part: usize| {
            let network = Network::BOTH.get(part).copied().unwrap_or(Network::Facebook);
            format!("{side}.{}", network.as_str())
        };
        let pace = budget.pace.label();
        let (field, message) = match refused {
            Refused::PercentSum { sum } => {
                let difference = percent(WHOLE.abs_diff(*sum).try_into().unwrap_or(WHOLE));
                let what = if *sum < WHOLE { "is missing" } else { "is too much" };
                (field("share", 1), format!("The shares add up to {} %: {difference} % {what}.", percent(*sum)))
            }
            Refused::MoneySum { sum, total } => {
                let difference = Money::new(i64::try_from(sum.abs_diff(*total)).unwrap_or(i64::MAX), currency);
                let what = if sum < total { "is missing" } else { "is too much" };
                let message = format!("The amounts add up to {}, not {}: {difference} {what}.", money(*sum), money(*total));
                (field("share", 1), message)
            }
            Refused::Crossed { part, .. } => {
                (field("ceiling", *part), "The ceiling is below the floor; raise it, or lower the floor.".into())
            }
            Refused::FloorsAbove { floors, total } => {
                let message = format!(
                    "The floors need {} {pace}, {} more than the budget: lower them, or raise the budget to {}.",
                    money(*floors),
                    money(floors - total),
                    money(*floors)
                );
                (field("floor", 1), message)
            }
            Refused::CeilingsBelow { ceilings, total } => {
                let message = format!(
                    "The ceilings allow {} {pace}, {} less than the budget: raise them, or lower the budget to {}.",
                    money(*ceilings),
                    money(total - ceilings),
                    money(*ceilings)
                );
                (field("ceiling", 1), message)
            }
            Refused::BelowFloor { part, amount, floor } => (
                field("floor", *part),
                format!("{} is below your floor of {}; lower the floor, or give more.", money(*amount), money(*floor)),
            ),
            Refused::AboveCeiling { part, amount, ceiling } => (
                field("ceiling", *part),
                format!("{} is above your ceiling of {}; raise the ceiling, or give less.", money(*amount), money(*ceiling)),
            ),
            Refused::BelowMinimum { part, amount, minimum, share, budget } => {
                let least = format!("{} {pace} is below Meta’s least of {} for an ad set", money(*amount), money(*minimum));
                let nearest = match (given, share) {
                    (Given::Percent, Some(share)) => {
                        format!("give it {} % or more, or raise the budget to {}", percent(*share), money(*budget))
                    }
                    (Given::Money, _) => format!("give it {} or more", money(*minimum)),
                    _ => format!("raise the budget to {}", money(*budget)),
                };
                let at = if given == Given::Even { "budget".into() } else { field("share", *part) };
                (at, format!("{least}: {nearest}, or choose the shared shape."))
            }
            Refused::Negative { part } => (field("share", *part), "This cannot be below zero.".into()),
            Refused::PartCount { .. } | Refused::NothingToSplit => {
                ("budget".into(), crate::domain::invalid::sentence(&refused.to_string()))
            }
        };
        self.invalid.add(field, message);
    }
}

fn bounds_of(given: Given, total: i64, (floor, ceiling): Typed) -> Bounds {
    match given {
        Given::Money => Bounds { floor: floor.unwrap_or(0), ceiling: ceiling.unwrap_or(i64::MAX) },
        Given::Percent | Given::Even => Bounds::of_share(total, floor, ceiling),
    }
}

/// Percent with at most two decimals, as typed: `42`, `42.5`, `42,5 %`.
fn basis_points(text: &str) -> Result<i64, String> {
    let bare = text.trim().trim_end_matches('%').trim();
    let value = parse_decimal(bare).ok_or_else(|| format!("“{}” is not a percentage; write it like 42.5.", text.trim()))?;
    let points = value * rust_decimal::Decimal::ONE_HUNDRED;
    if !points.fract().is_zero() {
        return Err(format!("“{}” has more than two decimals.", text.trim()));
    }
    match i64::try_from(points) {
        Ok(points) if points <= WHOLE => Ok(points),
        _ => Err("This is more than 100 %.".into()),
    }
}
