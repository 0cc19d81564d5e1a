//! One call as the nodes see it, decoded from query, form, multipart or JSON bodies.
//! Knows the protocol only: version, path, parameters, files, token.

use std::collections::BTreeMap;

use serde_json::Value;

use super::errors::GraphError;
use super::params::Params;

/// Versions that this server speaks.
// spec: none (versions)
pub const VERSIONS: &[&str] = &["v24.0", "v25.0", "v26.0"];
/// The version of unversioned paths.
pub const DEFAULT_VERSION: &str = "v26.0";

/// HTTP methods of the Graph API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create or update.
    Post,
    /// Delete.
    Delete,
}

impl Method {
    /// Reads a method's name in any case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "GET" => Some(Self::Get),
            "POST" => Some(Self::Post),
            "DELETE" => Some(Self::Delete),
            _ => None,
        }
    }

    /// The word in Meta's "Unsupported get request".
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Delete => "delete",
        }
    }
}

/// A file of a multipart body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePart {
    /// The part's name.
    pub name: String,
    /// The file name the client gave.
    pub file_name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// A decoded call.
#[derive(Debug, Clone)]
pub struct Call {
    /// Method, after `method=` overrides.
    pub method: Method,
    /// `v26.0`.
    pub version: String,
    /// Path components after the version.
    pub path: Vec<String>,
    /// Parameters.
    pub params: Params,
    /// Files.
    pub files: Vec<FilePart>,
    /// `http://host:port`, for addresses in answers.
    pub base_url: String,
    /// Access token, wherever it came.
    pub token: Option<String>,
}

impl Call {
    /// The address of this call without its query.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}/{}/{}", self.base_url, self.version, self.path.join("/"))
    }

    /// Whether the call speaks v26 or later.
    #[must_use]
    pub fn is_v26(&self) -> bool {
        self.version != "v24.0" && self.version != "v25.0"
    }
}

/// Splits `/v26.0/act_1/campaigns/` into version and components. Source: "Versioning" of the Graph API guide and the error codes
/// of the Marketing API (graph-api reference, sections 1 and 4): an ended version is refused with 2635, one that does not exist
/// is a path that does not exist.
///
/// # Errors
/// Code 2635 for a version that is no longer served, 2500 for one that never was.
pub fn split_path(path: &str) -> Result<(String, Vec<String>), GraphError> {
    let mut components: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(percent_decode).collect();
    let looks_versioned = components.first().is_some_and(|first| {
        first.strip_prefix('v').is_some_and(|rest| rest.contains('.') && rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
    });
    if !looks_versioned {
        return Ok((DEFAULT_VERSION.to_owned(), components));
    }
    let version = components.remove(0);
    if VERSIONS.contains(&version.as_str()) {
        Ok((version, components))
    } else if !has_ended(&version) {
        Err(GraphError::unknown_path(path.trim_start_matches('/')))
    } else {
        Err(GraphError::new(
            2635,
            format!(
                "(#2635) You are calling a deprecated version of the Ads API. Please update to the latest version: {DEFAULT_VERSION}."
            ),
        ))
    }
}

/// Whether a version (`v19.0`) came before those that are served.
fn has_ended(version: &str) -> bool {
    let number = |text: &str| {
        text.strip_prefix('v')?.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)))
    };
    let given: Option<(u32, u32)> = number(version);
    let first = VERSIONS.first().and_then(|first| number(first));
    given.zip(first).is_some_and(|(given, first)| (1, 0) <= given && given < first)
}

fn percent_decode(text: &str) -> String {
    // `form_urlencoded` turns "+" into a space, which a path must not.
    let kept = text.replace('+', "%2B");
    url::form_urlencoded::parse(kept.as_bytes())
        .next()
        .map_or_else(String::new, |(name, value)| if value.is_empty() { name.into_owned() } else { format!("{name}={value}") })
}

/// Adds the pairs of a query or a form; `name[]` and `name[0]` gather into lists.
pub fn add_pairs(params: &mut BTreeMap<String, Value>, encoded: &[u8]) {
    for (name, value) in url::form_urlencoded::parse(encoded) {
        add_pair(params, &name, value.into_owned());
    }
}

/// Adds one pair.
pub fn add_pair(params: &mut BTreeMap<String, Value>, name: &str, value: String) {
    if let Some((base, rest)) = name.split_once('[') {
        let is_list = rest.strip_suffix(']').is_some_and(|index| index.chars().all(|c| c.is_ascii_digit()));
        if is_list {
            let entry = params.entry(base.to_owned()).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(items) = entry {
                items.push(Value::String(value));
                return;
            }
        }
    }
    params.insert(name.to_owned(), Value::String(value));
}

/// Adds the members of a JSON body; an empty body and `{}` add nothing.
///
/// # Errors
/// Code 100 when the body is not a JSON object.
pub fn add_json(params: &mut BTreeMap<String, Value>, body: &[u8]) -> Result<(), GraphError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(map)) => {
            params.extend(map);
            Ok(())
        }
        _ => Err(GraphError::invalid("The request body is not a valid JSON object")),
    }
}

/// Builds the call from its decoded parts.
///
/// # Errors
/// For an unserved version or method.
pub fn assemble(
    method: &str,
    path: &str,
    mut params: BTreeMap<String, Value>,
    files: Vec<FilePart>,
    bearer: Option<String>,
    base_url: String,
) -> Result<Call, GraphError> {
    let (version, path) = split_path(path)?;
    let unsupported = || GraphError::new(100, format!("Unsupported method: {method}"));
    let mut method_read = Method::parse(method).ok_or_else(unsupported)?;
    if method_read == Method::Post
        && let Some(Value::String(name)) = params.remove("method")
    {
        method_read = Method::parse(&name).ok_or_else(unsupported)?;
    }
    let params = Params(params);
    let token = params.text("access_token").or(bearer);
    Ok(Call { method: method_read, version, path, params, files, base_url, token })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_with_and_without_version_and_slash() {
        assert_eq!(split_path("/v26.0/act_1/campaigns/").unwrap(), ("v26.0".into(), vec!["act_1".into(), "campaigns".into()]));
        assert_eq!(split_path("/me").unwrap(), ("v26.0".into(), vec!["me".into()]));
        assert_eq!(split_path("/v19.0/me").unwrap_err().code, 2635);
        for unknown in ["/v27.0/me", "/v26.1/me", "/v0.0/me", "/v99999999999.0/me", "/v26.0.0/me"] {
            assert_eq!(split_path(unknown).unwrap_err().code, 2500, "{unknown}");
        }
        assert_eq!(split_path("/%ff%00/+").unwrap().1.len(), 2);
    }

    #[test]
    fn php_style_lists_gather() {
        let mut params = BTreeMap::new();
        add_pairs(&mut params, b"fields[]=a&fields[]=b&x[0]=1&y[k]=2");
        assert_eq!(params["fields"], serde_json::json!(["a", "b"]));
        assert_eq!(params["x"], serde_json::json!(["1"]));
        assert_eq!(params["y[k]"], serde_json::json!("2"));
    }
}
