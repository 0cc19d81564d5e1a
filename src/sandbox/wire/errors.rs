//! Meta's error envelope and the errors that several nodes share.
//! Source: "Handling errors" of the Graph API and Marketing API guides.

use serde_json::{Value, json};

/// What an operation answers: JSON, or Meta's error.
pub type Answer = Result<Value, GraphError>;

/// One error as Meta writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphError {
    /// HTTP status of the answer.
    pub status: u16,
    /// Meta's error code.
    pub code: i64,
    /// Meta's `error_subcode`, when it has one.
    pub subcode: Option<i64>,
    /// `OAuthException`, `GraphMethodException`, ...
    pub kind: &'static str,
    /// Text for the developer.
    pub message: String,
    /// Title and text for the person.
    pub user: Option<Box<(String, String)>>,
    /// The parameters that are to blame (`error_data.blame_field_specs`).
    pub blame: Vec<String>,
    /// Whether the same call may succeed later.
    pub transient: bool,
}

impl GraphError {
    /// An error with a code and a text; status 400.
    #[must_use]
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            code,
            subcode: None,
            kind: "OAuthException",
            message: message.into(),
            user: None,
            blame: Vec::new(),
            transient: false,
        }
    }

    /// `(#100)`: an invalid parameter.
    #[must_use]
    pub fn invalid(message: impl AsRef<str>) -> Self {
        Self::new(100, format!("(#100) {}", message.as_ref()))
    }

    /// `(#100)` with the parameter to blame and a text for the person.
    #[must_use]
    pub fn blamed(param: &str, title: &str, text: impl Into<String>) -> Self {
        Self::new(100, "Invalid parameter").blame(param).told(title, text)
    }

    /// `(#100)` for a parameter that must be given.
    #[must_use]
    pub fn required(param: &str) -> Self {
        Self::invalid(format!("The parameter {param} is required")).blame(param)
    }

    /// 100/33: the object is missing, or may not be seen, or cannot do this.
    #[must_use]
    pub fn missing(id: &str, verb: &str) -> Self {
        Self {
            kind: "GraphMethodException",
            subcode: Some(33),
            ..Self::new(
                100,
                format!(
                    "Unsupported {verb} request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation"
                ),
            )
        }
    }

    /// 2500: the path names an edge or node type that does not exist.
    #[must_use]
    pub fn unknown_path(path: &str) -> Self {
        Self::new(2500, format!("Unknown path components: /{path}"))
    }

    /// 190: the token is not accepted.
    #[must_use]
    pub fn token(subcode: Option<i64>, message: &str) -> Self {
        Self { status: 401, subcode, ..Self::new(190, message) }
    }

    /// Adds a subcode.
    #[must_use]
    pub fn sub(mut self, subcode: i64) -> Self {
        self.subcode = Some(subcode);
        self
    }

    /// Adds a parameter to blame.
    #[must_use]
    pub fn blame(mut self, param: &str) -> Self {
        self.blame.push(param.to_owned());
        self
    }

    /// Adds the title and text that a person may be shown.
    #[must_use]
    pub fn told(mut self, title: &str, text: impl Into<String>) -> Self {
        self.user = Some(Box::new((title.to_owned(), text.into())));
        self
    }

    /// The JSON body of the answer.
    #[must_use]
    pub fn body(&self, trace: &str) -> Value {
        let mut error = json!({
            "message": self.message,
            "type": self.kind,
            "code": self.code,
            "is_transient": self.transient,
        });
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = json!(subcode);
        }
        if let Some((title, text)) = self.user.as_deref() {
            error["error_user_title"] = json!(title);
            error["error_user_msg"] = json!(text);
        }
        if !self.blame.is_empty() {
            // A JSON text inside the JSON, as Meta sends it.
            let specs = json!({ "blame_field_specs": [self.blame] });
            error["error_data"] = json!(specs.to_string());
        }
        error["fbtrace_id"] = json!(trace);
        json!({ "error": error })
    }
}
