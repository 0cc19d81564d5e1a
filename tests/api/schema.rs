//! As much of JSON Schema 2020-12 as the document uses. A keyword that is not known here fails, so that nothing is passed over.

use serde_json::Value;

/// Words that say something to people only, or that `type` says already.
const SILENT: [&str; 8] = ["description", "title", "default", "format", "examples", "contentEncoding", "deprecated", "$comment"];

/// Fails where a value is not what the schema says.
#[track_caller]
pub fn check(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Err(problem) = judge(document, schema, value, at) {
        panic!("{problem}\n{value:#}");
    }
}

fn judge(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let object = match schema {
        Value::Bool(true) => return Ok(()),
        Value::Object(object) => object,
        other => return Err(format!("{at}: no schema: {other}")),
    };
    let each = |schemas: &Value| -> Vec<Result<(), String>> {
        schemas.as_array().unwrap().iter().map(|one| judge(document, one, value, at)).collect()
    };
    for (word, said) in object {
        match word.as_str() {
            "$ref" => {
                let path = said.as_str().unwrap().trim_start_matches('#');
                let target = document.pointer(path).ok_or_else(|| format!("{at}: {path} is not defined"))?;
                judge(document, target, value, at)?;
            }
            "type" => {
                let kinds: Vec<&str> = match said {
                    Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
                    one => one.as_str().into_iter().collect(),
                };
                if !kinds.iter().any(|kind| is(kind, value)) {
                    return Err(format!("{at}: {value} is no {kinds:?}"));
                }
            }
            "enum" if !said.as_array().unwrap().contains(value) => return Err(format!("{at}: {value} is none of {said}")),
            "const" if said != value => return Err(format!("{at}: {value} is not {said}")),
            "enum" | "const" => {}
            "anyOf" if !each(said).iter().any(Result::is_ok) => return Err(format!("{at}: {value} fits none of {said}")),
            "oneOf" if each(said).iter().filter(|r| r.is_ok()).count() != 1 => {
                return Err(format!("{at}: {value} does not fit exactly one of {said}"));
            }
            "anyOf" | "oneOf" => {}
            "allOf" => each(said).into_iter().collect::<Result<Vec<()>, _>>().map(drop)?,
            "pattern" => pattern(said.as_str().unwrap(), value, at)?,
            "minimum" if value.as_f64().is_some_and(|v| v < said.as_f64().unwrap()) => {
                return Err(format!("{at}: {value} < {said}"));
            }
            "maximum" if value.as_f64().is_some_and(|v| v > said.as_f64().unwrap()) => {
                return Err(format!("{at}: {value} > {said}"));
            }
            "minimum" | "maximum" => {}
            "minItems" if value.as_array().is_some_and(|v| (v.len() as u64) < said.as_u64().unwrap()) => {
                return Err(format!("{at}: too few"));
            }
            "maxItems" if value.as_array().is_some_and(|v| (v.len() as u64) > said.as_u64().unwrap()) => {
                return Err(format!("{at}: too many"));
            }
            "minItems" | "maxItems" => {}
            "minLength" | "maxLength" => {}
            "required" => {
                for name in said.as_array().unwrap() {
                    if value.is_object() && value.get(name.as_str().unwrap()).is_none() {
                        return Err(format!("{at}: {name} is missing"));
                    }
                }
            }
            "properties" => {
                for (name, schema) in said.as_object().unwrap() {
                    if let Some(inner) = value.get(name) {
                        judge(document, schema, inner, &format!("{at}.{name}"))?;
                    }
                }
            }
            "additionalProperties" => {
                let known = object.get("properties").and_then(Value::as_object);
                for (name, inner) in value.as_object().into_iter().flatten() {
                    if known.is_some_and(|known| known.contains_key(name)) {
                        continue;
                    }
                    if said == &Value::Bool(false) {
                        return Err(format!("{at}: {name} is not documented"));
                    }
                    judge(document, said, inner, &format!("{at}.{name}"))?;
                }
            }
            "items" => {
                for (number, inner) in value.as_array().into_iter().flatten().enumerate() {
                    judge(document, said, inner, &format!("{at}[{number}]"))?;
                }
            }
            "prefixItems" => {
                for (schema, inner) in said.as_array().unwrap().iter().zip(value.as_array().into_iter().flatten()) {
                    judge(document, schema, inner, at)?;
                }
            }
            silent if SILENT.contains(&silent) => {}
            unknown => return Err(format!("{at}: the keyword {unknown} is not known to this test")),
        }
    }
    Ok(())
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        _ => false,
    }
}

/// The patterns that the document has.
fn pattern(pattern: &str, value: &Value, at: &str) -> Result<(), String> {
    let Some(text) = value.as_str() else { return Ok(()) };
    let fits = match pattern {
        "^[0-9]{1,19}$" => (1..=19).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()),
        "^[A-Z]{3}$" => text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()),
        "Z$" => text.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        other => return Err(format!("{at}: the pattern {other} is not known to this test")),
    };
    if fits { Ok(()) } else { Err(format!("{at}: {text} does not fit {pattern}")) }
}
