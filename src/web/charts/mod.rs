//! Charts drawn on the server as SVG with real text and CSS classes; pure functions of plain structs.
//!
//! Geometry is written into the drawing, colour stays in `static/app.css` (light, dark, print), stripes in the pattern that
//! `templates/base.html` defines once a page. A table stands behind each chart. Floating point is for pixels only: every figure
//! that is read arrives as text.

mod bars;
mod curve;
mod interval;
mod lines;
mod rings;
mod share;
mod spark;

pub use bars::{Bars, DayBar, Shape, bars};
pub use curve::{Curve, CurvePoint, Labels, Mark, curve};
pub use interval::{Scale, Whisker, whisker};
pub use lines::{Line, LineDay, Lines, lines};
pub use rings::{Rings, rings};
pub use share::{Part, Share, pace, part, split};
pub use spark::{Spark, spark};

/// Pixels as short text: one decimal, none where it is whole.
fn px(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // No "-0": it would make two equal drawings differ.
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn pixels_are_short_and_never_minus_zero() {
        assert_eq!([super::px(1.0), super::px(1.26), super::px(-0.01)], ["1", "1.3", "0"]);
    }
}
