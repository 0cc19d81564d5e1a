//! Sparklines: the shape of a figure over the days, without axis; the figures stand beside it.

use askama::Template;

use super::px;

const WIDTH: f64 = 96.0;
const HEIGHT: f64 = 26.0;

/// The drawing; renders as `<svg>`.
#[derive(Template)]
#[template(path = "charts/spark.svg")]
pub struct Spark {
    lines: Vec<String>,
    last: Option<(String, String)>,
}

/// Draws the values in order; a day without a figure is a gap, not a zero.
pub fn spark(values: &[Option<f64>]) -> Spark {
    let known: Vec<f64> = values.iter().flatten().copied().filter(|v| v.is_finite()).collect();
    let high = known.iter().copied().fold(f64::MIN, f64::max);
    let low = known.iter().copied().fold(f64::MAX, f64::min);
    let span = if high > low { high - low } else { 1.0 };
    let step = (WIDTH - 6.0) / values.len().saturating_sub(1).max(1) as f64;
    let at = |i: usize, v: f64| (px(3.0 + step * i as f64), px(HEIGHT - 3.0 - (HEIGHT - 6.0) * (v - low) / span));
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut last = None;
    for (i, value) in values.iter().enumerate() {
        match value.filter(|v| v.is_finite()) {
            Some(value) => {
                let (x, y) = at(i, value);
                line.push_str(&format!("{x},{y} "));
                last = Some((x, y));
            }
            None if !line.is_empty() => lines.push(std::mem::take(&mut line)),
            None => {}
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    Spark { lines, last: if known.len() > 1 { last } else { None } }
}

impl Spark {
    /// Whether there is anything to see: at least two known days.
    pub fn is_empty(&self) -> bool {
        self.last.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_day_is_a_gap() {
        let drawing = spark(&[Some(1.0), Some(3.0), None, Some(2.0)]);
        assert_eq!(drawing.lines.len(), 2);
        assert_eq!(drawing.lines[0], "3,23 33,3 ");
    }

    #[test]
    fn one_known_day_has_no_shape() {
        assert!(spark(&[None, Some(4.0)]).is_empty());
    }
}
