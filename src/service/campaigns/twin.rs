//! The list as a rectangle: the same figures for its CSV, its JSON and the admin endpoint.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::domain::campaign::Pace;
use crate::domain::money::{Money, Spend};
use crate::domain::network::Network;
use crate::report::{Cell, cell_json};

use super::list::Listed;

/// The names of the columns, in order.
pub const COLUMNS: [&str; 29] = [
    "campaign_id",
    "campaign",
    "account_id",
    "account",
    "labels",
    "origin",
    "status",
    "reason",
    "objective",
    "currency",
    "budget",
    "budget_per",
    "spent_today",
    "spent_yesterday",
    "spent_in_all",
    "due_by_now",
    "flight_budget",
    "days_gone",
    "days_in_all",
    "result",
    "attribution",
    "results",
    "cost_per_result",
    "cost_low",
    "cost_high",
    "facebook_spend",
    "instagram_spend",
    "other_spend",
    "ends",
];

/// A campaign as a JSON object by [`COLUMNS`]: ids and decimals are text, counts are integers, missing is null.
pub fn json_row(listed: &Listed) -> Map<String, Value> {
    COLUMNS.iter().zip(&cells(listed)).map(|(name, cell)| ((*name).to_owned(), cell_json(cell))).collect()
}

/// A campaign's cells, in the order of [`COLUMNS`]: missing is not zero.
pub fn cells(listed: &Listed) -> Vec<Cell> {
    let text = |text: Option<String>| text.filter(|text| !text.is_empty()).map_or(Cell::Missing, Cell::Text);
    let spend = |spend: Option<Spend>| spend.map_or(Cell::Missing, |spend| Cell::Money(spend.rounded(), spend.currency));
    let money = |money: Option<Money>| money.map_or(Cell::Missing, |money| Cell::Money(money.to_decimal(), money.currency));
    let int = |value: Option<i64>| value.map_or(Cell::Missing, Cell::Int);
    let figures = listed.figures.as_ref();
    let interval = figures.and_then(|f| f.figures.cost_interval()).zip(listed.currency);
    let about = |value: Option<f64>| match (value.and_then(Decimal::from_f64_retain), listed.currency) {
        (Some(value), Some(currency)) => Cell::Money(value.round_dp(currency.decimals()), currency),
        _ => Cell::Missing,
    };
    let cost = figures.and_then(|f| Some(Cell::Money(f.figures.cost_per_result()?.round_dp(f.currency.decimals()), f.currency)));
    let networks = |wanted: &dyn Fn(Network) -> bool| {
        let own = figures.into_iter().flat_map(|f| &f.networks).filter(|(network, _)| wanted(*network));
        let sum = own.map(|(_, micros)| *micros).reduce(|a, b| a + b);
        spend(sum.zip(listed.currency).map(|(micros, currency)| Spend::new(micros, currency)))
    };
    let against = listed.against;
    vec![
        Cell::Id(listed.id.0),
        Cell::Text(listed.name.clone()),
        Cell::Id(listed.account.0),
        Cell::Text(listed.account_name.clone()),
        text(Some(listed.labels.iter().map(|label| label.name.as_str()).collect::<Vec<_>>().join(", "))),
        Cell::Text(listed.origin.as_str().to_owned()),
        Cell::Text(listed.standing.status.as_str().to_owned()),
        text(Some(listed.standing.reason.clone())),
        text(listed.objective.clone()),
        text(listed.currency.map(|currency| currency.to_string())),
        money(listed.budget.map(|(_, money)| money)),
        text(listed.budget.map(|(pace, _)| if pace == Pace::Daily { "day" } else { "flight" }.to_owned())),
        spend(listed.today()),
        spend(listed.yesterday()),
        spend(against.map(|against| against.spent)),
        spend(against.map(|against| against.due)),
        spend(against.and_then(|against| against.in_all)),
        int(against.and_then(|against| against.days).map(|(gone, _)| gone)),
        int(against.and_then(|against| against.days).map(|(_, all)| all)),
        text(figures.and_then(|f| f.counted_by.as_ref()).map(|key| key.kind.clone())),
        text(figures.and_then(|f| f.counted_by.as_ref()).map(|key| key.attribution.clone())),
        int(listed.results()),
        cost.unwrap_or(Cell::Missing),
        about(interval.map(|(interval, _)| interval.low)),
        about(interval.and_then(|(interval, _)| interval.high)),
        networks(&|network| network == Network::Facebook),
        networks(&|network| network == Network::Instagram),
        networks(&|network| !Network::BOTH.contains(&network)),
        text(listed.ends.map(|at| at.with_timezone(&listed.zone).format("%Y-%m-%d %H:%M").to_string())),
    ]
}
