//! Where and how it is split: placements, and what each ad set gets.
//!
//! [`exact`] gives each ad set a budget of its own, [`guided`] a floor and a ceiling of the campaign's budget, and [`refusal`]
//! words what cannot be.

mod exact;
mod guided;
mod refusal;

use super::{Reader, Sketch};
use crate::domain::campaign::{AdSetKey, Budget, GroupBudget, Limits, Shape, ShapeChoice};
use crate::domain::dictionary;
use crate::domain::money::Money;
use crate::domain::network::Network;
use crate::domain::placement::{Group, Placement, conflicts};
use crate::domain::schedule::Schedule;
use crate::domain::split::{WHOLE, share_of};

/// How the form gives the amounts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Percent,
    Money,
    Even,
    /// Even or in proportion to what is typed, until results say otherwise; bounds in percent.
    Learned,
}

/// The shape with its exact budgets if it is valid, and what is known of the ad sets either way.
type Shaped = (Option<Shape>, Vec<Sketch>);

impl Reader<'_> {
    /// The placements ticked, in the table's order, or all where Meta chooses; problems are noted at their field.
    pub(super) fn placements(&mut self) -> Vec<Placement> {
        if self.form.is_automatic() {
            if ShapeChoice::parse(&self.form.shape).is_some_and(|choice| choice != ShapeChoice::Shared) {
                self.invalid.add("automatic", dictionary::automatic_needs_shared());
            } else {
                let words = "Meta chooses the placements and may go beyond Facebook and Instagram (Audience Network, Messenger, \
                             Threads); that money is shown as “other”.";
                self.note("automatic", words);
            }
            return Placement::all().collect();
        }
        let words = &self.form.placements;
        let mut placements: Vec<Placement> = words.iter().filter_map(|word| word.parse().ok()).collect();
        placements.sort_unstable();
        placements.dedup();
        if let Some(Err(unknown)) = words.iter().map(|word| word.parse::<Placement>()).find(Result::is_err) {
            self.invalid.add("placements", dictionary::placement_unknown(&unknown.0));
        } else if placements.is_empty() {
            self.invalid.add("placements", dictionary::placements_missing());
        }
        placements
    }

    /// The shape with its exact budgets if it is valid, and what is known of the ad sets either way.
    pub(super) fn shape(&mut self, budget: Option<Budget>, schedule: Option<&Schedule>, placements: &[Placement]) -> Shaped {
        match ShapeChoice::parse(&self.form.shape) {
            Some(ShapeChoice::Shared) => {
                self.together(placements);
                let sketch = Sketch {
                    budget: budget.map(|budget| budget.amount),
                    share_bp: Some(WHOLE),
                    automatic: self.form.is_automatic(),
                    ..sketch(AdSetKey::Shared, placements)
                };
                (Some(Shape::Shared), vec![sketch])
            }
            Some(ShapeChoice::Guided) => self.guided(budget, schedule, placements),
            Some(ShapeChoice::PerNetwork) => self.per_network(budget, schedule, placements),
            Some(ShapeChoice::PerGroup) => self.per_group(budget, schedule, placements),
            None => {
                self.invalid.add("shape", dictionary::shape_missing());
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

    /// Notes what keeps the placements from being an ad set a network.
    fn networks_apart(&mut self, placements: &[Placement], what: &str) {
        for network in Network::BOTH {
            let own: Vec<Placement> = placements.iter().copied().filter(|p| p.network() == network).collect();
            self.together(&own);
            if own.is_empty() && !placements.is_empty() {
                self.invalid.add("placements", dictionary::network_without_placement(what, network));
            }
        }
    }

    fn per_network(&mut self, budget: Option<Budget>, schedule: Option<&Schedule>, placements: &[Placement]) -> Shaped {
        self.networks_apart(placements, "Two budgets");
        let amounts = budget.and_then(|budget| self.exact(&AdSetKey::NETWORKS, budget, schedule));
        let sketches = exact_sketches(&AdSetKey::NETWORKS, amounts.as_deref(), budget, placements);
        let shape = match amounts.as_deref() {
            Some([facebook, instagram]) => Some(Shape::PerNetwork { facebook: *facebook, instagram: *instagram }),
            _ => None,
        };
        (shape, sketches)
    }

    fn per_group(&mut self, budget: Option<Budget>, schedule: Option<&Schedule>, placements: &[Placement]) -> Shaped {
        let groups = Group::among(placements);
        let keys: Vec<AdSetKey> = groups.iter().map(|group| AdSetKey::from(*group)).collect();
        for key in &keys {
            let own: Vec<Placement> = placements.iter().copied().filter(|p| key.holds(*p)).collect();
            if *key == AdSetKey::Stories && !conflicts(&own).is_empty() {
                self.invalid.add("placements", dictionary::group_stories_alone());
            } else {
                self.together(&own);
            }
        }
        if keys.len() < 2 {
            if !placements.is_empty() {
                self.invalid.add("placements", dictionary::groups_too_few());
            }
            return (None, keys.into_iter().map(|key| sketch(key, placements)).collect());
        }
        let amounts = budget.and_then(|budget| self.exact(&keys, budget, schedule));
        let sketches = exact_sketches(&keys, amounts.as_deref(), budget, placements);
        let budgets = amounts.map(|amounts| {
            groups.into_iter().zip(amounts).map(|(group, budget)| GroupBudget { group, budget }).collect::<Vec<_>>()
        });
        (budgets.map(|budgets| Shape::PerGroup { budgets }), sketches)
    }
}

/// An ad set of which only the placements are known.
fn sketch(key: AdSetKey, placements: &[Placement]) -> Sketch {
    let own: Vec<Placement> = placements.iter().copied().filter(|p| key.holds(*p)).collect();
    let networks = key.network().map_or_else(|| Reader::networks(&own), |network| vec![network]);
    Sketch {
        key,
        name: String::new(),
        networks,
        placements: own,
        automatic: false,
        budget: None,
        limits: Limits::default(),
        between: None,
        share_bp: None,
    }
}

fn exact_sketches(keys: &[AdSetKey], amounts: Option<&[Money]>, budget: Option<Budget>, placements: &[Placement]) -> Vec<Sketch> {
    let of = |(part, key): (usize, &AdSetKey)| {
        let money = amounts.and_then(|amounts| amounts.get(part)).copied();
        let share_bp = money.zip(budget).map(|(money, budget)| share_of(money.minor, budget.amount.minor));
        Sketch { budget: money, share_bp, ..sketch(*key, placements) }
    };
    keys.iter().enumerate().map(of).collect()
}
