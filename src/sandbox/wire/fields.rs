//! The `fields` language: `id,name,adsets.limit(5){id,name}` with modifiers and nested expansion.
//! Only the shape is parsed here; whether a name exists is the node's business.

use serde_json::Value;

use super::errors::GraphError;
use super::params::{Params, as_text};

/// Deeper nesting than this is refused: Meta's own limit is lower, and a parser must not recurse on demand.
const DEEPEST: usize = 8;

/// One asked field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    /// Name of the field or edge.
    pub name: String,
    /// Modifiers such as `limit(5)`: name and argument.
    pub modifiers: Vec<(String, String)>,
    /// Sub-fields in braces.
    pub children: Vec<Field>,
}

impl Field {
    /// The key under which the value is answered (`.as(x)` renames).
    #[must_use]
    pub fn key(&self) -> &str {
        self.modifiers.iter().find(|(name, _)| name == "as").map_or(self.name.as_str(), |(_, argument)| argument.as_str())
    }
}

/// Reads the `fields` parameter; `None` when the call has none.
///
/// # Errors
/// Code 2500 for a syntax error.
pub fn asked(params: &Params) -> Result<Option<Vec<Field>>, GraphError> {
    let text = match params.raw("fields") {
        None => return Ok(None),
        Some(Value::Array(items)) => items.iter().map(as_text).collect::<Vec<_>>().join(","),
        Some(Value::String(text)) if text.trim_start().starts_with('[') => params.texts("fields")?.unwrap_or_default().join(","),
        Some(other) => as_text(other),
    };
    parse(&text).map(Some)
}

/// Parses a field list.
///
/// # Errors
/// Code 2500 for a syntax error.
pub fn parse(text: &str) -> Result<Vec<Field>, GraphError> {
    let mut parser = Parser { rest: text, depth: 0 };
    let fields = parser.list()?;
    if parser.rest.is_empty() { Ok(fields) } else { Err(syntax(parser.rest)) }
}

fn syntax(rest: &str) -> GraphError {
    let near: String = rest.chars().take(12).collect();
    GraphError::new(2500, format!("Syntax error in the fields parameter near \"{near}\""))
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn take(&mut self, symbol: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn list(&mut self) -> Result<Vec<Field>, GraphError> {
        if self.depth > DEEPEST {
            return Err(GraphError::new(2500, "The fields parameter is nested too deeply"));
        }
        let mut fields: Vec<Field> = Vec::new();
        loop {
            let name = self.word();
            if name.is_empty() {
                // A trailing or doubled comma is tolerated, as by Meta.
                if self.take(',') {
                    continue;
                }
                self.rest = self.rest.trim_start();
                return Ok(fields);
            }
            let mut field = Field { name: name.to_owned(), ..Field::default() };
            while self.take('.') {
                let modifier = self.word().to_owned();
                if modifier.is_empty() || !self.take('(') {
                    return Err(syntax(self.rest));
                }
                field.modifiers.push((modifier, self.argument()?));
            }
            if self.take('{') {
                self.depth += 1;
                field.children = self.list()?;
                self.depth -= 1;
                if !self.take('}') {
                    return Err(syntax(self.rest));
                }
            }
            if !fields.contains(&field) {
                fields.push(field);
            }
            if !self.take(',') {
                return Ok(fields);
            }
        }
    }

    /// Text up to the matching closing bracket, brackets inside counted.
    fn argument(&mut self) -> Result<String, GraphError> {
        let mut open = 1;
        for (position, symbol) in self.rest.char_indices() {
            match symbol {
                '(' => open += 1,
                ')' => open -= 1,
                _ => {}
            }
            if open == 0 {
                let (argument, rest) = self.rest.split_at(position);
                self.rest = rest.get(1..).unwrap_or("");
                return Ok(argument.trim().to_owned());
            }
        }
        Err(syntax(self.rest))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn nested_fields_and_modifiers_are_read() {
        let fields = parse("id, name,adsets.limit(5).as(sets){id,ads{id}},").unwrap();
        assert_eq!(fields.len(), 3);
        assert_eq!(fields[2].key(), "sets");
        assert_eq!(fields[2].modifiers[0], ("limit".to_owned(), "5".to_owned()));
        assert_eq!(fields[2].children[1].children[0].name, "id");
    }

    #[test]
    fn broken_field_lists_are_refused_without_a_panic() {
        for text in ["id{", "id{name", "a.limit(", "a.(", "}", "id}", "a b", "é", &"a{".repeat(50)] {
            assert_eq!(parse(text).unwrap_err().code, 2500, "{text}");
        }
    }
}
