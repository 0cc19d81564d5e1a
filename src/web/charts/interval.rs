//! Interval whiskers: a figure and how far it may be from the truth, on a scale that a column shares.

use askama::Template;

use super::px;
use crate::domain::network::Network;

const WIDTH: f64 = 120.0;

/// The range that all whiskers of a column share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    /// The whole's figure, drawn as a dashed line to compare with.
    whole: Option<f64>,
}

/// The drawing; renders as `<svg>`.
#[derive(Template)]
#[template(path = "charts/whisker.svg")]
pub struct Whisker {
    class: &'static str,
    round: bool,
    fill: &'static str,
    from: String,
    to: String,
    at: String,
    whole: Option<String>,
    words: String,
}

impl Scale {
    /// A scale over figures and intervals `(figure, low, high)`, cut where the widest whiskers would hide the others.
    pub fn over(figures: &[(f64, f64, f64)], whole: Option<f64>) -> Self {
        let top = figures.iter().map(|(v, _, _)| *v).fold(0.0, f64::max) * 2.2;
        let low = figures.iter().map(|(_, low, _)| *low).fold(f64::MAX, f64::min).max(0.0);
        let high = figures.iter().map(|(_, _, high)| high.min(top)).fold(0.0, f64::max);
        if low < high { Self { low, high, whole } } else { Self { low: 0.0, high: high.max(1.0), whole } }
    }

    fn x(self, value: f64) -> f64 {
        4.0 + (WIDTH - 8.0) * ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// Draws one figure; `words` say it for those who do not see it.
pub fn whisker(scale: Scale, network: Option<Network>, figure: f64, low: f64, high: f64, words: String) -> Whisker {
    let (class, fill) = match network {
        Some(Network::Facebook) => ("facebook-line", "facebook-fill"),
        Some(Network::Instagram) => ("instagram-line", "instagram-fill"),
        Some(Network::Other | Network::Unknown) => ("other-line", "other-fill"),
        None => ("plain-line", "plain-fill"),
    };
    Whisker {
        class,
        fill,
        round: network != Some(Network::Facebook),
        from: px(scale.x(low)),
        to: px(scale.x(high)),
        at: px(if network == Some(Network::Facebook) { scale.x(figure) - 3.5 } else { scale.x(figure) }),
        whole: scale.whole.map(|v| px(scale.x(v))),
        words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_holds_the_usual_and_cuts_the_extreme() {
        let scale = Scale::over(&[(3.8, 3.4, 4.2), (4.6, 2.0, 40.0)], Some(3.6));
        assert_eq!((scale.low, (scale.high * 100.0).round()), (2.0, 1012.0));
        assert_eq!(scale.x(40.0), WIDTH - 4.0);
    }

    #[test]
    fn an_empty_column_still_has_a_scale() {
        let scale = Scale::over(&[], None);
        assert!(scale.x(1.0).is_finite());
    }
}
