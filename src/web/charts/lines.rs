//! Lines over days, one y axis: each line with its own stroke and marks, so that they differ without colour; a day without a figure
//! is a gap.

use askama::Template;

use super::bars::{Shape, nice_steps};
use super::px;

/// One day.
#[derive(Debug, Clone, PartialEq)]
pub struct LineDay {
    /// What the axis calls it: `8 Nov`.
    pub label: String,
    /// All of it in words, a line a figure; shown beside the pointer.
    pub words: String,
    /// The figure of each line, in the axis' unit; `None` where there is none.
    pub values: Vec<Option<f64>>,
}

/// What a line is called and how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its name, in the drawing.
    pub name: &'static str,
    /// Its class: `one` is solid with round marks, `two` dashed with square ones.
    pub class: &'static str,
}

struct Label {
    x: String,
    y: String,
    text: String,
}

struct Drawn {
    class: &'static str,
    name: &'static str,
    path: String,
    marks: String,
    /// Where its sample and its name stand.
    key: String,
    name_x: String,
}

struct Hit {
    x: String,
    width: String,
    words: String,
}

/// The drawing; renders as `<svg>`.
#[derive(Template)]
#[template(path = "charts/lines.svg")]
pub struct Lines {
    id: &'static str,
    class: &'static str,
    title: String,
    height_words: String,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    plot_height: f64,
    grid: Vec<Label>,
    days: Vec<Label>,
    drawn: Vec<Drawn>,
    hits: Vec<Hit>,
}

/// Draws the days in their order. `title` says what is shown, `height` what the axis counts; `axis` turns a figure into its words.
pub fn lines((title, height): (&str, &str), of: &[Line], days: &[LineDay], shape: Shape, axis: impl Fn(f64) -> String) -> Lines {
    let frame = shape.frame();
    let (top, left, right) = (frame.top + 10.0, frame.left, frame.width - 4.0);
    let tallest = days.iter().flat_map(|day| day.values.iter().flatten()).copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
    let (step, steps) = nice_steps(tallest);
    let full = step * f64::from(steps);
    let base = frame.height - frame.bottom;
    let y = |value: f64| base - (base - top) * (value / full).clamp(0.0, 1.0);
    let slot = (right - left) / days.len().max(1) as f64;
    let x = |at: usize| left + slot * (at as f64 + 0.5);
    let grid = (0..=steps).map(|n| step * f64::from(n));
    let every = days.len().div_ceil(frame.labels).max(1);
    let labelled = days.iter().enumerate().step_by(every);
    let drawn = of.iter().enumerate().map(|(at, line)| {
        let places: Vec<Option<(f64, f64)>> = days
            .iter()
            .enumerate()
            .map(|(day, of)| of.values.get(at).copied().flatten().filter(|v| v.is_finite()).map(|value| (x(day), y(value))))
            .collect();
        let from_right = KEY_WIDTH * (of.len() - at) as f64;
        let key_x = right - from_right;
        let mark = |(x, y): (f64, f64)| match line.class {
            "two" => format!("M{} {}h5v5h-5z", px(x - 2.5), px(y - 2.5)),
            _ => format!("M{} {}a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0 -5.6 0z", px(x - 2.8), px(y)),
        };
        Drawn {
            class: line.class,
            name: line.name,
            path: path(&places),
            marks: places.iter().flatten().map(|place| mark(*place)).collect::<String>() + &mark((key_x + 9.0, 8.0)),
            key: format!("M{} 8h18", px(key_x)),
            name_x: px(key_x + 23.0),
        }
    });
    Lines {
        id: if shape == Shape::Desk { "lines-desk" } else { "lines-phone" },
        class: if shape == Shape::Desk { "chart lines chart-wide" } else { "chart lines chart-phone" },
        title: title.to_owned(),
        height_words: height.to_owned(),
        width: frame.width,
        height: frame.height,
        left,
        right,
        top,
        plot_height: base - top,
        grid: grid.map(|value| Label { x: px(left - 8.0), y: px(y(value)), text: axis(value) }).collect(),
        days: labelled
            .map(|(at, day)| Label { x: px(left + slot * at as f64), y: px(base + 15.0), text: day.label.clone() })
            .collect(),
        drawn: drawn.collect(),
        hits: days
            .iter()
            .enumerate()
            .map(|(at, day)| Hit { x: px(left + slot * at as f64), width: px(slot), words: day.words.clone() })
            .collect(),
    }
}

/// Room for the sample and the name of a line.
const KEY_WIDTH: f64 = 72.0;

fn path(places: &[Option<(f64, f64)>]) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for place in places {
        match place {
            Some((x, y)) => {
                path.push_str(&format!("{}{} {}", if drawing { "L" } else { "M" }, px(*x), px(*y)));
                drawing = true;
            }
            None => drawing = false,
        }
    }
    path
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const BOTH: [Line; 2] = [Line { name: "learned", class: "one" }, Line { name: "shared", class: "two" }];

    fn day(label: &str, values: [Option<f64>; 2]) -> LineDay {
        LineDay { label: label.into(), words: format!("{label} <all>"), values: values.to_vec() }
    }

    #[test]
    fn a_day_without_a_figure_is_a_gap_and_lines_differ_without_colour() {
        let days = [day("1 Dec", [Some(4.0), Some(5.0)]), day("2 Dec", [None, Some(6.0)]), day("3 Dec", [Some(2.0), None])];
        let svg = lines(("Cost by day", "EUR"), &BOTH, &days, Shape::Desk, |v| format!("{v}")).render().unwrap();
        for said in [">learned<", ">shared<", "1 Dec &#60;all&#62;", "Cost by day", ">EUR<"] {
            assert!(svg.contains(said), "{said}: {svg}");
        }
        assert_eq!(path(&[Some((1.0, 2.0)), None, Some((3.0, 4.0)), Some((5.0, 6.0))]), "M1 2M3 4L5 6");
    }

    #[test]
    fn nothing_is_still_a_drawing() {
        let svg = lines(("Cost", "EUR"), &BOTH, &[], Shape::Phone, |v| format!("{v}")).render().unwrap();
        assert!(svg.contains("<svg") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
