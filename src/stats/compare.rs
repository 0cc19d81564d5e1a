//! Which of two rates is higher, or that the data does not say.

use super::interval::share_interval;

/// What the data says about two rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The first is higher.
    First,
    /// The second is higher.
    Second,
    /// It does not say.
    Undecided,
}

/// Compares `events` per unit of `exposure` (results per money spent) of two sides.
///
/// Exact and conditional: given all events, those of the first side are binomial with the share that its exposure has, so the
/// Clopper-Pearson interval of its share decides. Przyborowski, J. and Wilenski, H. (1940), Biometrika 31.
pub fn compare_rates(first: (u64, f64), second: (u64, f64), confidence: f64) -> Verdict {
    let (events, exposure) = (first.0.saturating_add(second.0), first.1 + second.1);
    if events == 0 || !(first.1 > 0.0 && second.1 > 0.0 && exposure.is_finite()) {
        return Verdict::Undecided;
    }
    let expected = first.1 / exposure;
    let interval = share_interval(first.0, events, confidence);
    if interval.low > expected {
        Verdict::First
    } else if interval.high < expected {
        Verdict::Second
    } else {
        Verdict::Undecided
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_events_decide_nothing() {
        assert_eq!(compare_rates((3, 10.0), (1, 10.0), 0.95), Verdict::Undecided);
        assert_eq!(compare_rates((0, 10.0), (0, 10.0), 0.95), Verdict::Undecided);
        assert_eq!(compare_rates((5, 0.0), (1, 10.0), 0.95), Verdict::Undecided);
    }

    #[test]
    fn many_events_decide_whichever_side_is_named_first() {
        assert_eq!(compare_rates((700, 1764.0), (742, 2548.0), 0.95), Verdict::First);
        assert_eq!(compare_rates((742, 2548.0), (700, 1764.0), 0.95), Verdict::Second);
    }
}
