//! What the days to come add up to, judged by the days so far.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::Interval;

/// The sum of `ahead` further values like the ones seen, if they come independently and alike: the expected sum and the interval
/// that holds it with this confidence. `None` with fewer than `least` values, where the spread is not known well enough to say.
///
/// The prediction interval of a sum of normal values with unknown mean and spread: Student's t with n - 1 degrees of freedom, the
/// variance m s² (1 + m / n). Source: Hahn, G. and Meeker, W. (1991), "Statistical Intervals", section 4.7. Values of a feed are not
/// quite independent, so it is rather too narrow than too wide; what is shown says so.
pub fn sum_ahead(seen: &[f64], ahead: u32, confidence: f64, least: usize) -> Option<(f64, Interval)> {
    let n = seen.len();
    if n < least.max(2) {
        return None;
    }
    let (count, m) = (n as f64, f64::from(ahead));
    let mean = seen.iter().sum::<f64>() / count;
    let variance = seen.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let tail = (1.0 - confidence).clamp(1e-9, 1.0) / 2.0;
    let t = StudentsT::new(0.0, 1.0, count - 1.0).ok()?.inverse_cdf(1.0 - tail);
    let half = t * (m * variance * (1.0 + m / count)).sqrt();
    let sum = mean * m;
    Some((sum, Interval { low: sum - half, high: sum + half }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_single_value_ahead_has_the_textbook_interval() {
        // Mean 10, s = 2, n = 4: 10 +- 3.182 x 2 x sqrt(1.25).
        let (sum, interval) = sum_ahead(&[8.0, 12.0, 8.267_949_192, 11.732_050_808], 1, 0.95, 2).unwrap();
        assert!((sum - 10.0).abs() < 1e-9);
        let half = 3.182 * 2.0_f64 * 1.25_f64.sqrt();
        // s is 2 within rounding of the values above.
        let s: f64 = ((4.0 + 4.0 + 3.0 + 3.0) / 3.0_f64).sqrt();
        assert!((interval.high - 10.0 - half * s / 2.0).abs() < 0.01, "{interval:?}");
        assert!((interval.low + interval.high - 20.0).abs() < 1e-9);
    }

    #[test]
    fn too_few_values_say_nothing_and_equal_ones_leave_no_doubt() {
        assert!(sum_ahead(&[1.0; 6], 3, 0.95, 7).is_none());
        assert!(sum_ahead(&[], 3, 0.95, 0).is_none());
        let (sum, interval) = sum_ahead(&[5.0; 7], 3, 0.95, 7).unwrap();
        assert_eq!((sum, interval.low, interval.high), (15.0, 15.0, 15.0));
        assert_eq!(sum_ahead(&[5.0; 7], 0, 0.95, 7).unwrap().0, 0.0);
    }
}
