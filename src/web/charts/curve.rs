//! A response curve: what an amount brings, the band it lies in, where we are and where we would go.

use askama::Template;

use super::bars::nice_steps;
use super::px;
use crate::domain::network::Network;

const LEFT: f64 = 44.0;
const RIGHT: f64 = 352.0;
const TOP: f64 = 16.0;
const BASE: f64 = 166.0;

/// A point of the curve, in the axes' units.
#[derive(Debug, Clone, PartialEq)]
pub struct CurvePoint {
    /// The amount.
    pub amount: f64,
    /// The low end of the band.
    pub low: f64,
    /// Expected.
    pub mean: f64,
    /// The high end of the band.
    pub high: f64,
    /// All of it in words, shown beside the pointer.
    pub words: String,
}

/// A place on the curve with a name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The amount.
    pub amount: f64,
    /// What it brings.
    pub brings: f64,
}

struct Tick {
    x: String,
    y: String,
    text: String,
}

struct Placed {
    x: String,
    y: String,
    text_x: String,
    text_y: String,
    anchor: &'static str,
}

struct Hit {
    x: String,
    width: String,
    words: String,
}

/// The drawing; renders as `<svg>`.
#[derive(Template)]
#[template(path = "charts/curve.svg")]
pub struct Curve {
    id: String,
    class: &'static str,
    title: String,
    grid: Vec<Tick>,
    amounts: Vec<Tick>,
    band: String,
    line: String,
    now: Placed,
    then: Option<Placed>,
    hits: Vec<Hit>,
    axis_words: String,
}

/// What a curve says beside its points.
pub struct Labels<'a> {
    /// Unique on the page.
    pub id: String,
    /// What it shows, in a sentence for those who do not see it.
    pub title: String,
    /// What the height counts: `purchases a day`.
    pub height: &'a str,
    /// Turns a height into the axis' words.
    pub brings: &'a dyn Fn(f64) -> String,
    /// Turns an amount into the axis' words.
    pub amount: &'a dyn Fn(f64) -> String,
}

/// Draws a curve of points in their order. `then` is `None` where nothing would move.
pub fn curve(labels: &Labels<'_>, network: Option<Network>, points: &[CurvePoint], now: Mark, then: Option<Mark>) -> Curve {
    let most = points.iter().map(|point| point.amount).fold(1.0, f64::max);
    let tallest = points.iter().map(|point| point.high).fold(0.0, f64::max);
    let (step, steps) = nice_steps(tallest);
    let full = step * f64::from(steps);
    let x = |amount: f64| LEFT + (RIGHT - LEFT) * (amount / most).clamp(0.0, 1.0);
    let y = |value: f64| BASE - (BASE - TOP) * (value / full).clamp(0.0, 1.0);
    let grid = (0..=steps).map(|n| {
        let value = step * f64::from(n);
        Tick { x: px(LEFT - 6.0), y: px(y(value)), text: (labels.brings)(value) }
    });
    let (along, alongs) = nice_steps(most);
    let amounts = (0..=alongs).map(|n| along * f64::from(n)).filter(|amount| *amount <= most * 1.001);
    let amounts = amounts.map(|amount| Tick { x: px(x(amount)), y: px(BASE + 14.0), text: (labels.amount)(amount) });
    let path = |values: &mut dyn Iterator<Item = (f64, f64)>| {
        let places: Vec<String> = values.map(|(amount, value)| format!("{} {}", px(x(amount)), px(y(value)))).collect();
        places.join("L")
    };
    let upper = path(&mut points.iter().map(|point| (point.amount, point.high)));
    let lower = path(&mut points.iter().rev().map(|point| (point.amount, point.low)));
    let line = path(&mut points.iter().map(|point| (point.amount, point.mean)));
    let slot = (RIGHT - LEFT) / points.len().max(1) as f64;
    // The two names must not lie over each other: the one to the left is written to its left.
    let rises = then.is_none_or(|then| then.amount >= now.amount);
    let placed = |mark: Mark, to_the_left: bool| {
        let (at_x, at_y) = (x(mark.amount), y(mark.brings));
        let left = (to_the_left && at_x > LEFT + 50.0) || at_x > RIGHT - 60.0;
        let (text_x, anchor) = if left { (at_x - 8.0, "end") } else { (at_x + 8.0, "start") };
        let text_y = if left { (at_y - 6.0).max(TOP - 4.0) } else { (at_y + 15.0).min(BASE - 4.0) };
        Placed { x: px(at_x), y: px(at_y), text_x: px(text_x), text_y: px(text_y), anchor }
    };
    let class = match network {
        Some(Network::Facebook) => "facebook",
        Some(Network::Instagram) => "instagram",
        _ => "plain",
    };
    Curve {
        id: labels.id.clone(),
        class,
        title: labels.title.clone(),
        grid: grid.collect(),
        amounts: amounts.collect(),
        band: format!("M{upper}L{lower}Z"),
        line: format!("M{line}"),
        now: placed(now, rises),
        then: then.map(|then| placed(then, !rises)),
        hits: points
            .iter()
            .map(|point| Hit { x: px(x(point.amount) - slot / 2.0), width: px(slot), words: point.words.clone() })
            .collect(),
        axis_words: labels.height.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn drawn(points: &[CurvePoint], then: Option<Mark>) -> String {
        let labels = Labels {
            id: "curve-1".into(),
            title: "What <Facebook> brings".into(),
            height: "purchases a day",
            brings: &|value| format!("{value}"),
            amount: &|value| format!("{value} €"),
        };
        curve(&labels, Some(Network::Facebook), points, Mark { amount: 40.0, brings: 4.0 }, then).render().unwrap()
    }

    fn point(amount: f64, mean: f64) -> CurvePoint {
        CurvePoint { amount, low: mean * 0.5, mean, high: mean * 1.5, words: String::new() }
    }

    #[test]
    fn a_curve_names_where_we_are_and_where_we_would_go_in_real_text() {
        let points = [point(0.0, 0.0), point(40.0, 4.0), point(80.0, 6.0)];
        let svg = drawn(&points, Some(Mark { amount: 60.0, brings: 5.2 }));
        for said in [">now<", ">proposed<", "What &#60;Facebook&#62; brings", "purchases a day", "80 €"] {
            assert!(svg.contains(said), "{said}: {svg}");
        }
        assert!(!drawn(&points, None).contains(">proposed<"));
    }

    #[test]
    fn a_curve_of_nothing_is_still_a_drawing() {
        let svg = drawn(&[], None);
        assert!(svg.contains("<svg") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
