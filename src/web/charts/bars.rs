//! Stacked bars, a day each: Facebook solid, Instagram striped, other grey, the plan as a dashed line, young days faded.
//!
//! Drawn for the width it is shown at: a shape for desks and one for phones, of which CSS shows one.

use askama::Template;

use super::px;
use crate::domain::network::Network;

/// One bar.
#[derive(Debug, Clone, Default)]
pub struct DayBar {
    /// What the axis calls it: `8 Nov`.
    pub label: String,
    /// All of it in words, a line a figure; shown beside the pointer.
    pub words: String,
    /// Heights in the axis' unit, from the bottom; empty where nothing is known of the day.
    pub parts: Vec<(Network, f64)>,
    /// The planned amount of the day, in the same unit.
    pub plan: Option<f64>,
    /// Whether the day's figures may still change.
    pub young: bool,
}

/// For which width the chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// 720 units wide.
    Desk,
    /// 330 units wide, fewer labels.
    Phone,
}

struct Label {
    x: String,
    y: String,
    text: String,
}

struct Layer {
    class: &'static str,
    path: String,
}

struct Hit {
    x: String,
    width: String,
    words: String,
}

/// The drawing; renders as `<svg>`.
#[derive(Template)]
#[template(path = "charts/bars.svg")]
pub struct Bars {
    id: &'static str,
    class: &'static str,
    title: String,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    plot_height: f64,
    grid: Vec<Label>,
    days: Vec<Label>,
    solid: Vec<Layer>,
    young: Vec<Layer>,
    plan: String,
    young_from: Option<String>,
    hits: Vec<Hit>,
}

pub(super) struct Frame {
    pub width: f64,
    pub height: f64,
    pub left: f64,
    pub top: f64,
    pub bottom: f64,
    pub labels: usize,
}

impl Shape {
    pub(super) fn frame(self) -> Frame {
        match self {
            Self::Desk => Frame { width: 720.0, height: 230.0, left: 46.0, top: 20.0, bottom: 22.0, labels: 8 },
            Self::Phone => Frame { width: 330.0, height: 210.0, left: 42.0, top: 20.0, bottom: 22.0, labels: 4 },
        }
    }
}

/// Draws the days in their order. `title` says what is shown; `axis` turns a height into the axis' words.
pub fn bars(title: &str, days: &[DayBar], shape: Shape, axis: impl Fn(f64) -> String) -> Bars {
    let frame = shape.frame();
    let tallest = days
        .iter()
        .map(|day| day.parts.iter().map(|(_, value)| value.max(0.0)).sum::<f64>().max(day.plan.unwrap_or(0.0)))
        .fold(0.0, f64::max);
    let (step, steps) = nice_steps(tallest);
    let full = step * f64::from(steps);
    let base = frame.height - frame.bottom;
    let plot = base - frame.top;
    let y = |value: f64| base - plot * value / full;
    let right = frame.width - 4.0;
    let slot = (right - frame.left) / days.len().max(1) as f64;
    let x = |at: usize| frame.left + slot * at as f64;
    let grid = (0..=steps)
        .map(|n| {
            let value = step * f64::from(n);
            Label { x: px(frame.left - 8.0), y: px(y(value)), text: axis(value) }
        })
        .collect();
    let every = days.len().div_ceil(frame.labels).max(1);
    let labels = days.iter().enumerate().step_by(every);
    let labels = labels.map(|(at, day)| Label { x: px(x(at)), y: px(base + 15.0), text: day.label.clone() }).collect();
    let first_young = days.iter().position(|day| day.young);
    let hits = days.iter().enumerate().map(|(at, day)| Hit { x: px(x(at)), width: px(slot), words: day.words.clone() }).collect();
    Bars {
        id: if shape == Shape::Desk { "bars-desk" } else { "bars-phone" },
        class: if shape == Shape::Desk { "chart chart-wide" } else { "chart chart-phone" },
        title: title.to_owned(),
        width: frame.width,
        height: frame.height,
        left: frame.left,
        right,
        top: frame.top,
        plot_height: plot,
        grid,
        days: labels,
        solid: layers(days, false, slot, &x, &y),
        young: layers(days, true, slot, &x, &y),
        plan: plan_path(days, slot, &x, &y),
        young_from: first_young.map(|_| px(right)),
        hits,
    }
}

/// One path a network: ninety days are four elements, not three hundred.
fn layers(days: &[DayBar], young: bool, slot: f64, x: &impl Fn(usize) -> f64, y: &impl Fn(f64) -> f64) -> Vec<Layer> {
    let gap = if slot > 8.0 { 2.5 } else { slot * 0.18 };
    let kinds = [
        (Network::Facebook, "facebook-fill"),
        (Network::Instagram, "instagram-stripes"),
        (Network::Other, "other-fill"),
        (Network::Unknown, "unknown-fill"),
    ];
    kinds
        .into_iter()
        .filter_map(|(network, class)| {
            let mut path = String::new();
            for (at, day) in days.iter().enumerate().filter(|(_, day)| day.young == young) {
                let mut under = 0.0;
                for (of, value) in &day.parts {
                    if *of == network && *value > 0.0 {
                        let (top, bottom) = (y(under + value), y(under));
                        // A hair of background between two networks: they differ without colour too.
                        let hair = if under > 0.0 && bottom - top > 2.0 { 1.0 } else { 0.0 };
                        let (left, wide) = (px(x(at) + gap / 2.0), px(slot - gap));
                        path.push_str(&format!("M{left} {}h{wide}V{}h-{wide}z", px(bottom - hair), px(top)));
                    }
                    under += value.max(0.0);
                }
            }
            (!path.is_empty()).then_some(Layer { class, path })
        })
        .collect()
}

/// Steps over the days that have a plan.
fn plan_path(days: &[DayBar], slot: f64, x: &impl Fn(usize) -> f64, y: &impl Fn(f64) -> f64) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for (at, day) in days.iter().enumerate() {
        match day.plan {
            Some(plan) => {
                let height = px(y(plan));
                let start = if drawing { format!("V{height}") } else { format!("M{} {height}", px(x(at))) };
                path.push_str(&format!("{start}H{}", px(x(at) + slot)));
                drawing = true;
            }
            None => drawing = false,
        }
    }
    path
}

/// A step of 1, 2, 2.5 or 5 times a power of ten, and how many of them hold `tallest`: three to five.
pub(super) fn nice_steps(tallest: f64) -> (f64, u32) {
    if !tallest.is_finite() || tallest <= 0.0 {
        return (1.0, 1);
    }
    let power = 10f64.powf((tallest / 4.0).log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].map(|m| m * power).into_iter().find(|step| step * 4.0 >= tallest).unwrap_or(tallest);
    let steps = [1, 2, 3, 4].into_iter().find(|n| step * f64::from(*n) >= tallest).unwrap_or(4);
    (step, steps)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn two_days() -> Vec<DayBar> {
        vec![
            DayBar {
                label: "1 Nov".into(),
                words: "1 Nov\nFacebook 60 & more".into(),
                parts: vec![(Network::Facebook, 60.0), (Network::Instagram, 40.0)],
                plan: Some(90.0),
                young: false,
            },
            DayBar { label: "2 Nov".into(), parts: vec![(Network::Instagram, 20.0)], young: true, ..DayBar::default() },
        ]
    }

    #[test]
    fn the_axis_ends_just_above_the_tallest_day() {
        assert_eq!(nice_steps(100.0), (25.0, 4));
        assert_eq!(nice_steps(190.0), (50.0, 4));
        assert_eq!(nice_steps(101.0), (50.0, 3));
        assert_eq!(nice_steps(0.0), (1.0, 1));
        assert_eq!(nice_steps(f64::NAN), (1.0, 1));
    }

    #[test]
    fn the_parts_of_a_day_stand_on_each_other_and_young_days_are_apart() {
        let chart = bars("Spend by day", &two_days(), Shape::Desk, |v| v.to_string());
        assert_eq!(chart.solid.len(), 2);
        assert_eq!(chart.young.len(), 1);
        let facebook = &chart.solid[0].path;
        assert!(facebook.contains("V95.2") && chart.solid[1].path.contains("V20h"), "{facebook} {}", chart.solid[1].path);
    }

    #[test]
    fn the_drawing_has_text_a_title_and_no_inline_style() {
        let svg = bars("Spend by day", &two_days(), Shape::Phone, |v| format!("{v} EUR")).render().unwrap();
        assert!(svg.contains("Facebook 60 &#38; more"), "{svg}");
        assert!(svg.contains(">100 EUR</text>") && svg.contains("<title id="), "{svg}");
        assert!(!svg.contains("style="), "{svg}");
    }

    #[test]
    fn no_days_draw_an_empty_frame() {
        let svg = bars("Spend by day", &[], Shape::Desk, |v| v.to_string()).render().unwrap();
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
