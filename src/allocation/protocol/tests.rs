//! Whole conversations, sensible and not.

use serde_json::{Value, json};

use super::*;

fn talk(lines: &[String], seldom: bool) -> Vec<Value> {
    let mut output = Vec::new();
    serve(lines.join("\n").as_bytes(), &mut output, Policy::default(), seldom).unwrap();
    String::from_utf8(output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn hello() -> Value {
    let segment =
        |name: &str| json!({"name": name, "platform": "facebook", "placement": name, "min_minor": 100, "max_minor": 9_000});
    json!({"type": "hello", "protocol": "adalloc/1", "run": "r1", "days": 60, "currency": "USD", "minor_per_unit": 100,
        "objective": "conversions", "attribution_window_days": 7, "learning_reset_move": 0.2, "guardrails": {},
        "segments": [segment("feed"), segment("reels")]})
}

fn day(day: u32, report: &[Value]) -> Value {
    json!({"type": "day", "day": day, "weekday": day % 7, "total_budget_minor": 10_000, "report": report})
}

fn row(day: u32, segment: &str, spend: i64, clicks: u64) -> Value {
    json!({"day": day, "segment": segment, "budget_minor": spend, "spend_minor": spend, "impressions": clicks * 50,
        "clicks": clicks, "conversions": clicks / 20, "revenue_minor": 0})
}

/// What one message is answered with after hello, and that the next day is answered as ever.
#[track_caller]
fn refused(message: &str) -> String {
    let answers = talk(&[hello().to_string(), message.to_owned(), day(0, &[]).to_string()], false);
    assert_eq!(answers.len(), 3, "{answers:?}");
    assert_eq!((&answers[0]["type"], &answers[2]["type"]), (&json!("ready"), &json!("budgets")), "{answers:?}");
    assert_eq!(answers[1]["type"], "error", "{answers:?}");
    answers[1]["reason"].as_str().unwrap().to_owned()
}

/// Why a hello with one thing changed is not taken.
#[track_caller]
fn unwelcome(pointer: &str, value: Value) -> String {
    let mut changed = hello();
    *changed.pointer_mut(pointer).unwrap() = value;
    let answers = talk(&[changed.to_string()], false);
    assert_eq!(answers[0]["type"], "error", "{answers:?}");
    answers[0]["reason"].as_str().unwrap().to_owned()
}

/// Thirty days in which reels brings three times as much for its money; the budgets of each.
fn month(seldom: bool) -> Vec<[i64; 2]> {
    let mut session = Session::new(serde_json::from_value(hello()).unwrap(), Policy::default(), seldom).unwrap();
    let mut budgets: Vec<[i64; 2]> = Vec::new();
    for today in 0..30 {
        let reports: Vec<Value> = (today.max(8) - 8..today)
            .flat_map(|d| {
                let [feed, reels] = budgets[d as usize];
                [row(d, "feed", feed, (feed / 40) as u64), row(d, "reels", reels, (reels / 12) as u64)]
            })
            .collect();
        let Ok(Message::Day(day)) = serde_json::from_value(day(today, &reports)) else { unreachable!("it is a day") };
        let answer = session.day(&day).unwrap();
        budgets.push([answer["feed"], answer["reels"]]);
    }
    budgets
}

#[test]
fn money_moves_to_what_brings_more_and_every_day_sums_exactly_within_bounds_and_step() {
    let budgets = month(false);
    assert_eq!(budgets[0], [5_000, 5_000]);
    assert!(budgets[29][1] > 6_000, "{budgets:?}");
    for [feed, reels] in &budgets {
        assert!(feed + reels == 10_000 && *feed >= 100 && *reels <= 9_000, "{budgets:?}");
    }
    for pair in budgets.windows(2) {
        assert!((pair[1][0] - pair[0][0]).abs() * 5 <= pair[0][0], "{budgets:?}");
    }
}

#[test]
fn seldom_moves_by_the_rules_of_the_product() {
    let budgets = month(true);
    let moves: Vec<usize> = (1..30).filter(|day| budgets[*day] != budgets[*day - 1]).collect();
    assert!(!moves.is_empty() && budgets[29][1] > 5_500, "{budgets:?}");
    assert!(moves[0] >= 3, "an ad set that began learns for three days: {budgets:?}");
    for pair in moves.windows(2) {
        assert!(pair[1] - pair[0] >= 3, "{moves:?}");
    }
    for day in moves {
        let (old, new) = (budgets[day - 1], budgets[day]);
        assert!((0..2).any(|i| (new[i] - old[i]).abs() * 20 >= old[i]), "{old:?} {new:?}");
    }
}

#[test]
fn it_ends_at_end_and_at_the_end_of_the_input() {
    let all = [hello().to_string(), String::new(), r#"{"type":"end"}"#.to_owned(), day(0, &[]).to_string()];
    assert_eq!(talk(&all, false), [json!({"type": "ready"})]);
    assert_eq!(talk(&[], false), [] as [Value; 0]);
}

#[test]
fn a_second_hello_begins_anew() {
    let mut other = hello();
    other["segments"][1]["name"] = json!("stories");
    let answers = talk(&[hello().to_string(), day(0, &[]).to_string(), other.to_string(), day(0, &[]).to_string()], false);
    assert_eq!(answers[1]["budgets_minor"], json!({"feed": 5_000, "reels": 5_000}));
    assert_eq!(answers[3]["budgets_minor"], json!({"feed": 5_000, "stories": 5_000}));
}

#[test]
fn what_cannot_be_read_is_answered_with_the_reason_and_the_conversation_goes_on() {
    assert!(refused("{").contains("EOF"));
    assert!(!refused("[]").is_empty());
    assert!(refused(r#"{"type":"night"}"#).contains("night"));
    assert!(refused(r#"{"type":"day","day":1}"#).contains("total_budget_minor"));
    assert!(refused(r#"{"type":"day","day":NaN,"total_budget_minor":1,"report":[]}"#).contains("expected"));
    assert!(refused(r#"{"type":"day","day":-1,"total_budget_minor":1,"report":[]}"#).contains("-1"));
    assert!(refused(r#"{"type":"day","day":1,"total_budget_minor":1e400,"report":[]}"#).contains("out of range"));
    assert!(refused(r#"{"type":"day","day":1,"total_budget_minor":99.5,"report":[]}"#).contains("99.5"));
}

#[test]
fn bytes_that_are_no_text_are_answered_too() {
    let mut output = Vec::new();
    serve(&b"\xff\xfe\n{\"type\":\"end\"}\n"[..], &mut output, Policy::default(), false).unwrap();
    let answer: Value = serde_json::from_slice(&output).unwrap();
    assert_eq!(answer["type"], "error");
}

#[test]
fn a_day_before_hello_is_answered_with_the_reason() {
    let answers = talk(&[day(0, &[]).to_string(), hello().to_string(), day(0, &[]).to_string()], false);
    assert!(answers[0]["reason"].as_str().unwrap().contains("before any hello"));
    assert_eq!(answers[2]["type"], "budgets");
}

#[test]
fn a_day_that_makes_no_sense_is_refused_and_changes_nothing() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut message = day(1, &[row(0, "feed", 5_000, 100)]);
        change(&mut message);
        refused(&message.to_string())
    };
    assert!(with(&|d| d["total_budget_minor"] = json!(0)).contains("above zero"));
    assert!(with(&|d| d["total_budget_minor"] = json!(150)).contains("leave no room"));
    assert!(with(&|d| d["total_budget_minor"] = json!(i64::MAX)).contains("leave no room"));
    assert!(with(&|d| d["report"][0]["segment"] = json!("nowhere")).contains("nowhere"));
    assert!(with(&|d| d["report"][0]["spend_minor"] = json!(-1)).contains("below zero"));
    assert!(with(&|d| d["report"] = Value::Null).contains("invalid type"));
}

#[test]
fn figures_beyond_belief_are_taken_and_budgets_stay_exact() {
    let mut absurd = row(0, "feed", i64::MAX, u64::MAX / 64);
    absurd["conversions"] = json!(u64::MAX);
    absurd["revenue_minor"] = json!(i64::MAX);
    let lines = [hello().to_string(), day(0, &[]).to_string(), day(1, &[absurd, row(0, "reels", 0, 0)]).to_string()];
    let last = &talk(&lines, false)[2]["budgets_minor"];
    let (feed, reels) = (last["feed"].as_i64().unwrap(), last["reels"].as_i64().unwrap());
    assert!(feed + reels == 10_000 && feed >= 100 && reels >= 100, "{last}");
}

#[test]
fn a_hello_that_makes_no_sense_is_refused_with_the_reason() {
    assert!(unwelcome("/objective", json!("clicks")).contains("clicks"));
    assert!(unwelcome("/segments", json!([])).contains("ad sets"));
    assert!(unwelcome("/segments/1/name", json!("feed")).contains("feed"));
    assert!(unwelcome("/segments/0/min_minor", json!(9_001)).contains("min_minor"));
    assert!(unwelcome("/segments/0/min_minor", json!(-1)).contains("min_minor"));
    assert!(unwelcome("/learning_reset_move", json!(0.0)).contains("above 0"));
    assert!(unwelcome("/learning_reset_move", json!(-3.0)).contains("above 0"));
    assert!(unwelcome("/attribution_window_days", json!(1_000)).contains("28"));
}
