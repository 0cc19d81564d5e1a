//! The wire: how a request is read and how an answer, an error, a page or a batch is written.
//! Nothing here knows campaigns; see `nodes` for that.

pub mod batch;
pub mod errors;
pub mod fields;
pub mod multipart;
pub mod paging;
pub mod params;
pub mod request;
pub mod response;
