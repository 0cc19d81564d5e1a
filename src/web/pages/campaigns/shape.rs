//! The part of the form about the split: the four shapes, and the figures of each part.

use crate::domain::campaign::{AdSetKey, CampaignForm, ShapeChoice, Side};
use crate::domain::invalid::Invalid;
use crate::domain::network::Network;
use crate::domain::placement::{Group, Placement};

/// What the template `_shape.html` shows.
pub(super) struct SplitPart {
    pub shapes: Vec<ShapeCard>,
    /// Of floors and ceilings: `%` or the currency.
    pub unit: String,
    /// Of shares: the same, and the currency where they are learned.
    pub share_unit: String,
    /// Whether results decide the shares.
    pub is_learned: bool,
    /// A row a network, for the guided shape and for a budget a network.
    pub networks: Vec<PartRow>,
    /// A row a placement group.
    pub groups: Vec<PartRow>,
}

/// A shape to choose.
pub(super) struct ShapeCard {
    pub value: &'static str,
    pub label: &'static str,
    pub explanation: &'static str,
    pub chosen: bool,
}

/// The figures of one part.
pub(super) struct PartRow {
    pub label: &'static str,
    /// The placements in it.
    pub holds: String,
    pub share: Figure,
    pub floor: Figure,
    pub ceiling: Figure,
}

/// One figure: its field, what was typed, what is wrong with it.
pub(super) struct Figure {
    pub field: String,
    pub value: String,
    pub problem: Option<String>,
}

impl SplitPart {
    pub(super) fn of(form: &CampaignForm, problems: &Invalid, currency: &str) -> Self {
        let row = |key: AdSetKey, holds: String| {
            let figure = |side: Side| {
                let field = side.field(key);
                let problem = problems.at(&field).map(ToString::to_string);
                Figure { value: form.amount(side, key).to_owned(), problem, field }
            };
            PartRow {
                label: key.label(),
                holds,
                share: figure(Side::Share),
                floor: figure(Side::Floor),
                ceiling: figure(Side::Ceiling),
            }
        };
        Self {
            shapes: ShapeChoice::ALL.map(|choice| card(choice, form)).into(),
            unit: if form.amounts.trim() == "money" { currency.to_owned() } else { "%".to_owned() },
            share_unit: if form.amounts.trim() == "money" || form.is_learned() { currency.to_owned() } else { "%".to_owned() },
            is_learned: form.is_learned(),
            networks: AdSetKey::NETWORKS.map(|key| row(key, String::new())).into(),
            groups: Group::ALL.map(|group| row(group.into(), holds(group))).into(),
        }
    }
}

fn card(choice: ShapeChoice, form: &CampaignForm) -> ShapeCard {
    ShapeCard {
        value: choice.as_str(),
        label: choice.label(),
        explanation: choice.explanation(),
        chosen: form.shape.trim() == choice.as_str(),
    }
}

/// `Facebook: Reels; Instagram: Reels`.
fn holds(group: Group) -> String {
    let of = |network: Network| {
        let labels: Vec<&str> = Placement::of(network).filter(|p| Group::of(*p) == group).map(Placement::label).collect();
        (!labels.is_empty()).then(|| format!("{network}: {}", labels.join(", ")))
    };
    Network::BOTH.into_iter().filter_map(of).collect::<Vec<_>>().join("; ")
}
