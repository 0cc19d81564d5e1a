//! Who may name whom: reads every `crate::`, `self::` and `super::` path and fails on any that the design does not allow.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Leaves that anyone (the sandbox apart) may name.
const LEAVES: [&str; 5] = ["clock", "secrets", "config", "metrics", "failpoint"];

fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    BTreeMap::from([
        ("domain", vec![]),
        ("stats", vec![]),
        ("allocation", vec!["stats", "domain"]),
        ("files", vec!["domain"]),
        ("clock", vec![]),
        ("secrets", vec![]),
        ("config", vec![]),
        ("metrics", vec![]),
        ("failpoint", vec![]),
        ("store", vec!["domain"]),
        ("graph", vec!["domain"]),
        ("report", vec!["domain", "stats", "store"]),
        ("notify", vec![]),
        ("service", vec!["domain", "stats", "allocation", "files", "report", "store", "graph", "notify"]),
        ("jobs", vec!["service", "domain", "store"]),
        ("web", vec!["service", "report", "domain"]),
        ("sandbox", vec![]),
        ("app", vec!["sandbox", "notify", "graph", "store", "service", "jobs", "web", "report", "domain"]),
        ("cli", vec!["app", "sandbox", "service", "report", "files", "allocation", "domain", "store"]),
        ("lib", vec![]),
        ("main", vec![]),
    ])
}

/// Crates that only some layers may name.
const CONFINED: [(&str, &[&str]); 4] = [
    ("diesel", &["store", "report"]),
    ("actix", &["web", "sandbox", "app", "cli"]),
    ("reqwest", &["graph", "notify"]),
    ("lettre", &["notify"]),
];

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The module path of a file: `src/web/pages/auth.rs` is `web::pages::auth`.
fn module_of(file: &Path) -> Vec<String> {
    let relative = file.strip_prefix("src").unwrap().with_extension("");
    let mut parts: Vec<String> = relative.iter().map(|p| p.to_str().unwrap().to_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The code that ships: without comments, and without the test module at the end of a file.
fn shipped(text: &str) -> String {
    let code = text.split("#[cfg(test)]\n").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The top-level modules that `crate::...` paths in `code` lead to, `{a, b}` groups included.
fn crate_paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut item = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.push(std::mem::take(&mut item)),
                    _ if depth == 0 => item.push(c),
                    _ => {}
                }
            }
            found.push(item);
        } else {
            found.push(rest.to_owned());
        }
    }
    let first_word = |p: &String| p.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    found.iter().map(first_word).filter(|w| !w.is_empty()).collect()
}

/// The top-level modules that chains of `super::` in `code` leave into, from a module.
fn super_paths(code: &str, module: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("super::") {
        if code[..at].ends_with("super::") {
            continue;
        }
        let levels = code[at..].split("::").take_while(|p| *p == "super").count();
        if levels >= module.len() {
            let rest: String =
                code[at + levels * "super::".len()..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push(rest);
        }
    }
    found
}

#[test]
fn every_layer_names_only_what_the_design_allows() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let allowed = allowed();
    let mut wrong = BTreeSet::new();
    for file in &files {
        let module = module_of(file);
        if module.iter().any(|part| part == "tests") {
            continue;
        }
        let layer = module.first().unwrap().as_str();
        let may = allowed.get(layer).unwrap_or_else(|| panic!("{} belongs to no known layer", file.display()));
        let code = shipped(&fs::read_to_string(file).unwrap());
        for named in crate_paths(&code).into_iter().chain(super_paths(&code, &module)) {
            let own = named == layer || matches!(layer, "lib" | "main");
            let leaf = LEAVES.contains(&named.as_str()) && layer != "sandbox" && layer != "domain";
            if !own && !leaf && !may.contains(&named.as_str()) {
                wrong.insert(format!("{} names {named}", file.display()));
            }
        }
        for (name, homes) in CONFINED {
            let used = code.contains(&format!("{name}::")) || code.contains(&format!("{name}_"));
            if used && !homes.contains(&layer) {
                wrong.insert(format!("{} names the crate {name}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(files.len() > 40, "the sources were not found");
}

/// A [`tandem::graph::Writer`] changes things at Meta; the switch of each ad account is asked where it is made.
#[test]
fn what_may_write_at_meta_is_made_in_one_place() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let makes = |file: &&PathBuf| {
        let code = shipped(&fs::read_to_string(file).unwrap());
        code.contains("Writer::new(") && code.contains("graph::")
    };
    let made = files.iter().filter(makes);
    let outside: Vec<_> = made.filter(|file| !file.starts_with("src/graph")).collect();
    assert_eq!(outside, [Path::new("src/service/writing.rs")]);
}

#[test]
fn the_test_above_sees_groups_and_chains() {
    assert_eq!(crate_paths("use crate::{store::{self, Db}, web};"), ["store", "web"]);
    assert_eq!(crate_paths("crate::domain::id::next()"), ["domain"]);
    let module = ["web".to_owned(), "pages".to_owned(), "auth".to_owned()];
    assert!(super_paths("super::super::state", &module).is_empty());
    assert_eq!(super_paths("super::super::super::store::Db", &module), ["store"]);
}
