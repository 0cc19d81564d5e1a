//! Bodies of `multipart/form-data` (RFC 7578), read whole. A body that ends before its last boundary is refused at once, never
//! waited for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::errors::GraphError;
use super::request::{self, FilePart};

/// Most parts of one body.
const MOST_PARTS: usize = 1_000;

/// Reads the parts of a body: texts into `params`, files into `files`. `kind` is the content type with its boundary.
///
/// # Errors
/// Code 100 when the body is not what its type says.
pub fn read(kind: &str, body: &[u8], params: &mut BTreeMap<String, Value>, files: &mut Vec<FilePart>) -> Result<(), GraphError> {
    let bad = || GraphError::invalid("The multipart body could not be read");
    let boundary = parameter(kind, "boundary").filter(|boundary| (1..=70).contains(&boundary.len())).ok_or_else(bad)?;
    let opening = format!("--{boundary}");
    let delimiter = format!("\r\n{opening}");
    // What stands before the first boundary is no part.
    let start = if body.starts_with(opening.as_bytes()) {
        opening.len()
    } else {
        find(body, delimiter.as_bytes()).ok_or_else(bad)? + delimiter.len()
    };
    let mut rest = body.get(start..).unwrap_or_default();
    for _ in 0..MOST_PARTS {
        if rest.starts_with(b"--") {
            return Ok(());
        }
        rest = rest.strip_prefix(b"\r\n").ok_or_else(bad)?;
        let end = find(rest, delimiter.as_bytes()).ok_or_else(bad)?;
        part(rest.get(..end).unwrap_or_default(), params, files)?;
        rest = rest.get(end + delimiter.len()..).unwrap_or_default();
    }
    Err(bad())
}

fn part(bytes: &[u8], params: &mut BTreeMap<String, Value>, files: &mut Vec<FilePart>) -> Result<(), GraphError> {
    let bad = || GraphError::invalid("The multipart body could not be read");
    let end = find(bytes, b"\r\n\r\n").ok_or_else(bad)?;
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default());
    let content = bytes.get(end + 4..).unwrap_or_default();
    let disposition = head
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))
        .map_or("", |(_, value)| value.trim());
    let name = parameter(disposition, "name").unwrap_or_default();
    if let Some(file_name) = parameter(disposition, "filename") {
        files.push(FilePart { name, file_name, bytes: content.to_vec() });
        return Ok(());
    }
    let text = std::str::from_utf8(content).map_err(|_| GraphError::invalid(format!("Param {name} is not UTF-8")))?;
    request::add_pair(params, &name, text.to_owned());
    Ok(())
}

/// A parameter of a header's value, with or without quotes: `form-data; name="a"`.
fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut rest = value.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let mut text = String::new();
        let mut symbols = after.char_indices();
        let end = if after.starts_with('"') {
            symbols.next();
            loop {
                match symbols.next()? {
                    (_, '\\') => text.push(symbols.next()?.1),
                    (at, '"') => break at + 1,
                    (_, other) => text.push(other),
                }
            }
        } else {
            let end = after.find(';').unwrap_or(after.len());
            text.push_str(after.get(..end).unwrap_or_default().trim());
            end
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(text);
        }
        rest = after.get(end..)?.split_once(';')?.1;
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    type Parts = (BTreeMap<String, Value>, Vec<FilePart>);

    fn parts(kind: &str, body: &str) -> Result<Parts, GraphError> {
        let (mut params, mut files) = (BTreeMap::new(), Vec::new());
        read(kind, body.as_bytes(), &mut params, &mut files).map(|()| (params, files))
    }

    #[test]
    fn texts_and_files_are_told_apart() {
        let body = "preamble\r\n--X 7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--not\r\n--X 7\r\n\
                    content-disposition: form-data; name=f; filename=\"a \\\"b\\\"; c.png\"\r\nContent-Type: image/png\r\n\r\n\u{1}\r\n--X 7--\r\nbehind";
        let (params, files) = parts("multipart/form-data; charset=utf-8; boundary=\"X 7\"", body).unwrap();
        assert_eq!(params["a"], json!("one\r\n--not"));
        assert_eq!(
            (files[0].name.as_str(), files[0].file_name.as_str(), files[0].bytes.as_slice()),
            ("f", "a \"b\"; c.png", &b"\x01"[..])
        );
    }

    #[test]
    fn a_body_that_breaks_off_is_refused_wherever_it_does() {
        let whole = "--X7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--X7--";
        assert!(parts("multipart/form-data; boundary=X7", whole).is_ok());
        for end in 0..whole.len() {
            assert_eq!(parts("multipart/form-data; boundary=X7", &whole[..end]).unwrap_err().code, 100, "{end}");
        }
        for kind in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"X7",
            "multipart/form-data; x",
        ] {
            assert!(parts(kind, whole).is_err(), "{kind}");
        }
    }
}
