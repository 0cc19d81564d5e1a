//! The two rings: people reached on Facebook only, on both, on Instagram only, areas in proportion.
//!
//! Two circles' areas fix their radii; the distance at which their lens has the area of "both" has no closed form and is found
//! by halving (the lens shrinks strictly as the circles part).

use std::f64::consts::PI;

use askama::Template;

use super::px;
use crate::domain::metric::ReachOverlap;

const WIDTH: f64 = 136.0;
const HEIGHT: f64 = 74.0;

struct Ring {
    x: String,
    r: String,
}

struct Words {
    x: String,
    y: String,
    text: String,
}

/// The drawing; renders as `<svg>`.
#[derive(Template)]
#[template(path = "charts/rings.svg")]
pub struct Rings {
    facebook: Ring,
    instagram: Ring,
    middle: f64,
    words: Vec<Words>,
    all: String,
}

/// Draws the overlap; `short` writes a number of people in few characters, `all` says everything in words.
pub fn rings(overlap: ReachOverlap, short: impl Fn(i64) -> String, all: String) -> Rings {
    let facebook = (overlap.facebook_only + overlap.both).max(0) as f64;
    let instagram = (overlap.instagram_only + overlap.both).max(0) as f64;
    let (left, right, apart) = layout(facebook, instagram, overlap.both as f64);
    let wide = (left.max(apart + right) - (-left).min(apart - right)).max(1e-9);
    let tall = 2.0 * left.max(right).max(1e-9);
    let scale = ((WIDTH - 4.0) / wide).min((HEIGHT - 4.0) / tall);
    let start = (WIDTH - wide * scale) / 2.0 - (-left).min(apart - right) * scale;
    let (cx, ix) = (start, start + apart * scale);
    let (fr, ir) = (left * scale, right * scale);
    let middle = HEIGHT / 2.0;
    // The three regions on the middle line: left crescent, lens, right crescent.
    let (lens_from, lens_to) = ((ix - ir).max(cx - fr), (cx + fr).min(ix + ir));
    let places = [
        (overlap.facebook_only, cx - fr, lens_from),
        (overlap.both, lens_from, lens_to),
        (overlap.instagram_only, lens_to, ix + ir),
    ];
    let words = places
        .into_iter()
        .map(|(people, from, to)| (short(people), from, to))
        .filter(|(text, from, to)| to - from > 5.4 * text.chars().count() as f64)
        .map(|(text, from, to)| Words { x: px((from + to) / 2.0), y: px(middle + 3.5), text })
        .collect();
    Rings { facebook: Ring { x: px(cx), r: px(fr) }, instagram: Ring { x: px(ix), r: px(ir) }, middle, words, all }
}

/// Radii and the distance of the centres, in units where a circle's area is its number of people.
fn layout(left: f64, right: f64, both: f64) -> (f64, f64, f64) {
    let (a, b) = ((left / PI).sqrt().max(1e-9), (right / PI).sqrt().max(1e-9));
    let (mut near, mut far) = ((a - b).abs(), a + b);
    if both <= 0.0 {
        return (a, b, far);
    }
    if both >= left.min(right) {
        return (a, b, near);
    }
    for _ in 0..60 {
        let middle = f64::midpoint(near, far);
        if lens(a, b, middle) > both { near = middle } else { far = middle }
    }
    (a, b, f64::midpoint(near, far))
}

/// The area that two circles share.
fn lens(a: f64, b: f64, d: f64) -> f64 {
    if d >= a + b {
        return 0.0;
    }
    if d <= (a - b).abs() {
        return PI * a.min(b).powi(2);
    }
    let alpha = ((d * d + a * a - b * b) / (2.0 * d * a)).clamp(-1.0, 1.0).acos();
    let beta = ((d * d + b * b - a * a) / (2.0 * d * b)).clamp(-1.0, 1.0).acos();
    let kite = ((-d + a + b) * (d + a - b) * (d - a + b) * (d + a + b)).max(0.0).sqrt();
    a * a * alpha + b * b * beta - kite / 2.0
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_areas_are_in_proportion() {
        let (a, b, d) = layout(82_000.0, 122_900.0, 20_700.0);
        assert!((PI * a * a - 82_000.0).abs() < 1.0);
        assert!((lens(a, b, d) - 20_700.0).abs() < 1.0);
    }

    #[test]
    fn nobody_on_both_touches_and_everybody_on_both_lies_inside() {
        let (a, b, d) = layout(100.0, 50.0, 0.0);
        assert!((d - (a + b)).abs() < 1e-9);
        let (a, b, d) = layout(100.0, 50.0, 50.0);
        assert!((d - (a - b)).abs() < 1e-9);
    }

    #[test]
    fn extreme_shares_still_draw() {
        for (f, b, i) in [(0, 0, 0), (5, 0, 0), (0, 3, 0), (1, 1, 1_000_000)] {
            let svg = rings(ReachOverlap { facebook_only: f, both: b, instagram_only: i }, |n| n.to_string(), "words".into())
                .render()
                .unwrap();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}
