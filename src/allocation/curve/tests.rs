use super::*;

const CURVES: [Curve; 9] = [
    Curve::Hill { beta: 80.0, alpha: 0.7, kappa: 120.0 },
    Curve::Hill { beta: 80.0, alpha: 2.3, kappa: 120.0 },
    Curve::Mm { beta: 142.4, kappa: 244.1 },
    Curve::Logistic { beta: 90.0, lam: 0.013 },
    Curve::Exp { beta: 60.0, kappa: 75.0 },
    Curve::Log { beta: 31.0, kappa: 45.0 },
    Curve::Power { beta: 5.0, p: 0.6 },
    Curve::Linear { beta: 0.4 },
    Curve::Sigmoid { beta: 70.0, m: 90.0, w: 25.0 },
];

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs()).max(1e-300)
}

#[test]
fn every_curve_starts_at_nothing_and_never_falls() {
    for curve in CURVES {
        assert_eq!(curve.value(0.0), 0.0, "{curve:?}");
        let values: Vec<f64> = (0..2_000).map(|b| curve.value(f64::from(b))).collect();
        assert!(values.is_sorted(), "{curve:?}");
    }
}

#[test]
fn the_marginal_is_the_slope_and_the_gain_is_the_difference() {
    for curve in CURVES {
        for b in [1.0, 20.0, 89.0, 90.0, 150.0, 700.0] {
            let h = 1e-4 * b;
            assert!(close(curve.gain(b - h, 2.0 * h) / (2.0 * h), curve.marginal(b), 1e-5), "{curve:?} at {b}");
            let missed = curve.gain(b, 35.0) - (curve.value(b + 35.0) - curve.value(b));
            assert!(missed.abs() <= 1e-13 * curve.value(b + 35.0), "{curve:?} at {b}");
        }
        assert!(close(curve.gain(0.0, 12.0), curve.value(12.0), 1e-12), "{curve:?}");
    }
}

#[test]
fn the_inverse_marginal_finds_the_money_back_where_returns_diminish() {
    for curve in CURVES.into_iter().filter(|curve| !matches!(curve, Curve::Linear { .. })) {
        for b in [0.001, 1.0, 50.0, 95.0, 200.0, 900.0].into_iter().filter(|b| *b > curve.inflection() * 1.01) {
            let price = curve.marginal(b);
            assert!(close(curve.marginal(curve.inverse_marginal(price)), price, 1e-9), "{curve:?} at {b}");
        }
        assert!(curve.inverse_marginal(f64::MAX) <= curve.inflection() + 1e-300, "{curve:?}");
    }
    assert_eq!(Curve::Linear { beta: 2.0 }.inverse_marginal(1.0), f64::INFINITY);
    assert_eq!(Curve::Linear { beta: 2.0 }.inverse_marginal(3.0), 0.0);
}

#[test]
fn an_s_shaped_curve_is_steepest_at_its_inflection() {
    for curve in CURVES.into_iter().filter(|curve| !curve.is_concave()) {
        let m = curve.inflection();
        assert!(curve.marginal(m) > curve.marginal(0.99 * m) && curve.marginal(m) > curve.marginal(1.01 * m), "{curve:?}");
    }
    assert!(Curve::Hill { beta: 1.0, alpha: 1.0, kappa: 1.0 }.is_concave());
}

#[test]
fn money_in_cents_brings_what_the_same_money_in_euros_brings() {
    for curve in CURVES {
        for b in [0.3, 70.0, 410.0] {
            assert!(close(curve.in_unit(100.0).value(100.0 * b), curve.value(b), 1e-12), "{curve:?} at {b}");
        }
        assert!(close(curve.times(3.0).value(70.0), 3.0 * curve.value(70.0), 1e-12), "{curve:?}");
    }
}

#[test]
fn parameters_that_make_no_sense_are_named() {
    let named = |curve: Curve| curve.check().map_err(|bad| bad.name);
    assert_eq!(named(Curve::Mm { beta: f64::NAN, kappa: 1.0 }), Err("beta"));
    assert_eq!(named(Curve::Mm { beta: -1.0, kappa: 1.0 }), Err("beta"));
    assert_eq!(named(Curve::Mm { beta: 1.0, kappa: 0.0 }), Err("kappa"));
    assert_eq!(named(Curve::Hill { beta: 1.0, alpha: f64::INFINITY, kappa: 1.0 }), Err("alpha"));
    assert_eq!(named(Curve::Power { beta: 1.0, p: 1.0 }), Err("p"));
    assert_eq!(named(Curve::Sigmoid { beta: 1.0, m: f64::NAN, w: 1.0 }), Err("m"));
    assert_eq!(named(Curve::Linear { beta: 0.0 }), Ok(()));
    let missing = Curve::new(Kind::Hill, &Parameters { beta: Some(1.0), kappa: Some(1.0), ..Parameters::default() });
    assert_eq!(missing, Err(BadParameter { name: "alpha", rule: "is missing" }));
}

#[test]
fn extreme_parameters_give_no_nan() {
    let extremes = [1e-300, 1e-10, 1.0, 1e10, 1e300];
    for (a, k) in extremes.iter().flat_map(|a| extremes.map(|k| (*a, k))) {
        for curve in [
            Curve::Hill { beta: 1.0, alpha: a, kappa: k },
            Curve::Mm { beta: a, kappa: k },
            Curve::Logistic { beta: a, lam: k },
            Curve::Exp { beta: a, kappa: k },
            Curve::Log { beta: a, kappa: k },
            Curve::Sigmoid { beta: a, m: k, w: a },
            Curve::Sigmoid { beta: a, m: -k, w: a },
        ] {
            for b in [0.0, 1e-300, 1.0, 1e300] {
                assert!(!curve.value(b).is_nan() && !curve.marginal(b).is_nan(), "{curve:?} at {b}");
                assert!(!curve.gain(b, 1.0).is_nan(), "{curve:?} at {b}");
                assert!(!curve.inverse_marginal(b.max(1e-300)).is_nan(), "{curve:?} at {b}");
            }
        }
    }
}
