//! What comes in and what goes out, without the process around it.

use serde_json::{Value, json};

use super::answer_all;

fn answers(input: &str) -> Vec<Value> {
    let mut output = Vec::new();
    answer_all(input.as_bytes(), &mut output).unwrap();
    String::from_utf8(output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn mm(beta: f64) -> Value {
    json!({"curve": "mm", "params": {"beta": beta, "kappa": 100.0}, "lo": 0.0, "hi": 400.0})
}

fn problem() -> Value {
    json!({"id": "one", "total": 400.0, "segments": [mm(50.0), mm(50.0)]})
}

/// The problem with one thing changed, answered; its reason.
#[track_caller]
fn reason(pointer: &str, value: Value, status: &str) -> String {
    let mut changed = problem();
    *changed.pointer_mut(pointer).unwrap() = value;
    let [answer] = &answers(&changed.to_string())[..] else { panic!("one answer") };
    assert_eq!(answer["status"], status, "{answer}");
    assert_eq!((&answer["id"], &answer["value"], &answer["allocation"]), (&json!("one"), &Value::Null, &json!([])));
    answer["reason"].as_str().unwrap().to_owned()
}

#[test]
fn a_problem_a_line_is_answered_a_line_each_in_order() {
    let second = json!({"id": 2, "total": 0, "segments": [mm(1.0)], "total_minor": 0, "minor_per_unit": 100});
    let found = answers(&format!("{}\n\n{second}\n", problem()));
    assert_eq!(found.len(), 2);
    assert_eq!((&found[0]["id"], &found[0]["status"]), (&json!("one"), &json!("optimal")));
    assert_eq!(found[0]["allocation"], json!([200.0, 200.0]));
    assert!(found[0]["upper_bound"].as_f64() >= found[0]["value"].as_f64() && found[0]["micros"].is_u64());
    assert!(found[0].get("allocation_minor").is_none() && found[0].get("reason").is_none());
    assert_eq!((&found[1]["id"], &found[1]["allocation_minor"]), (&json!(2), &json!([0])));
}

#[test]
fn one_problem_over_many_lines_is_one_problem() {
    let pretty = serde_json::to_string_pretty(&problem()).unwrap();
    let found = answers(&format!("{pretty}\n{pretty}"));
    assert_eq!(found.iter().map(|answer| &answer["status"]).collect::<Vec<_>>(), ["optimal", "optimal"]);
}

#[test]
fn minor_units_sum_to_the_total_and_may_be_nested() {
    let mut odd = problem();
    odd["total_minor"] = json!(40_001);
    odd["minor_per_unit"] = json!(100);
    odd["total"] = json!(400.01);
    odd["segments"][0]["hi"] = json!(500.0);
    let whole = answers(&odd.to_string())[0]["allocation_minor"].to_string();
    assert!(["[20001,20000]", "[20000,20001]"].contains(&whole.as_str()), "{whole}");
    let mut nested = problem();
    nested["integer"] = json!({"total_minor": 40_000, "minor_per_unit": 100, "value": 1.0});
    assert_eq!(answers(&nested.to_string())[0]["allocation_minor"], json!([20_000, 20_000]));
}

#[test]
fn a_line_that_is_cut_off_spoils_no_other() {
    let whole = problem().to_string();
    let cut = &whole[..whole.len() / 2];
    let found = answers(&format!("{cut}\n{whole}\nnonsense\n[1]\n{whole}\n{cut}"));
    let status: Vec<&str> = found.iter().map(|answer| answer["status"].as_str().unwrap()).collect();
    assert_eq!(status, ["invalid", "optimal", "invalid", "invalid", "optimal", "invalid"]);
    assert!(found.iter().filter(|answer| answer["status"] == "invalid").all(|answer| answer["reason"].is_string()));
}

#[test]
fn what_makes_no_sense_is_named_by_its_path() {
    let invalid = |pointer, value| reason(pointer, value, "invalid");
    assert!(invalid("/total", json!("much")).starts_with("total: "));
    assert!(invalid("/total", json!(-1)).starts_with("total: "));
    assert!(invalid("/segments", json!([])).starts_with("segments: "));
    assert!(invalid("/segments/1/curve", json!("cubic")).starts_with("segments[1].curve: "));
    assert!(invalid("/segments/1/lo", json!(null)).starts_with("segments[1].lo: "));
    assert!(invalid("/segments/1/hi", json!(-3.0)).starts_with("segments[1].hi: "));
    assert!(invalid("/segments/0/params/kappa", json!("x")).starts_with("segments[0].params.kappa: "));
    assert!(invalid("/segments/0/params/kappa", json!(0)).contains("params.kappa"));
    assert!(invalid("/segments/0/params", json!({"beta": 1})).contains("params.kappa is missing"));
}

#[test]
fn a_number_beyond_all_numbers_is_named_too() {
    let text = problem().to_string().replacen("100.0", "1e999", 1);
    let [answer] = &answers(&text)[..] else { panic!("one answer") };
    assert_eq!((&answer["status"], &answer["id"]), (&json!("invalid"), &json!("one")));
    assert!(answer["reason"].as_str().unwrap().starts_with("segments[0].params.kappa: "), "{answer}");
}

#[test]
fn bounds_that_no_division_keeps_are_infeasible() {
    assert!(reason("/segments/1/lo", json!(401), "infeasible").starts_with("lo>hi"));
    assert!(reason("/total", json!(900), "infeasible").starts_with("sum(hi)<total"));
    assert!(reason("/total", json!(1e300), "infeasible").starts_with("sum(hi)<total"));
    let mut floors = problem();
    for place in 0..2 {
        floors["segments"][place]["lo"] = json!(300.0);
    }
    let found = answers(&floors.to_string());
    assert!(found[0]["reason"].as_str().unwrap().starts_with("sum(lo)>total"), "{}", found[0]);
}

#[test]
fn minor_units_that_are_not_the_total_are_refused() {
    for (total_minor, minor_per_unit, named) in
        [(40_002, 100, "total_minor"), (-1, 100, "total_minor"), (40_000, 0, "minor_per_unit")]
    {
        let mut changed = problem();
        changed["total_minor"] = json!(total_minor);
        changed["minor_per_unit"] = json!(minor_per_unit);
        let answer = &answers(&changed.to_string())[0];
        assert_eq!(answer["status"], "invalid", "{answer}");
        assert!(answer["reason"].as_str().unwrap().starts_with(named), "{answer}");
    }
    let mut alone = problem();
    alone["total_minor"] = json!(40_000);
    assert!(answers(&alone.to_string())[0]["reason"].as_str().unwrap().starts_with("minor_per_unit"));
}
