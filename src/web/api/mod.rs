//! Admin HTTP endpoints under `/api/v1`: JSON, bearer tokens, problem+json errors.

pub mod report;
