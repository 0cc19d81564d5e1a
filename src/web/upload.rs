//! Reading the parts of an upload, which may stop half way and never end.

use std::time::Duration;

use actix_multipart::MultipartError;
use futures_util::{TryStream, TryStreamExt};

/// How long an upload may stand still. `actix-multipart` 0.7 waits for ever where a whole body ends inside a boundary.
const STANDS_STILL: Duration = Duration::from_secs(30);

/// An upload that did not arrive whole.
#[derive(Debug, PartialEq, Eq)]
pub struct CutOff;

/// The next part of a form, or the next piece of a part; `None` at its end.
///
/// # Errors
/// Where it is malformed, breaks off, or stands still.
pub async fn next<S>(stream: &mut S) -> Result<Option<S::Ok>, CutOff>
where
    S: TryStream<Error = MultipartError> + Unpin,
{
    next_within(STANDS_STILL, stream).await
}

async fn next_within<S>(limit: Duration, stream: &mut S) -> Result<Option<S::Ok>, CutOff>
where
    S: TryStream<Error = MultipartError> + Unpin,
{
    tokio::time::timeout(limit, stream.try_next()).await.map_err(|_| CutOff)?.map_err(|_| CutOff)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use actix_multipart::Multipart;
    use actix_web::error::PayloadError;
    use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
    use actix_web::web::Bytes;
    use futures_util::stream;

    use super::*;

    fn form(body: &'static str) -> Multipart {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("multipart/form-data; boundary=lamp"));
        Multipart::new(&headers, stream::iter([Ok::<_, PayloadError>(Bytes::from_static(body.as_bytes()))]))
    }

    #[actix_web::test]
    async fn a_body_that_ends_inside_a_boundary_is_cut_off() {
        let mut form = form("--lamp\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nwarm\r\n--lam");
        let mut field = next_within(Duration::ZERO, &mut form).await.unwrap().unwrap();
        let mut pieces = Vec::new();
        let end = loop {
            match next_within(Duration::ZERO, &mut field).await {
                Ok(Some(piece)) => pieces.push(piece),
                end => break end.map(|_| ()),
            }
        };
        assert_eq!((pieces.concat().as_slice(), end), (b"warm".as_slice(), Err(CutOff)));
    }

    #[actix_web::test]
    async fn a_whole_body_is_read_to_its_end() {
        let mut form = form("--lamp\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nwarm\r\n--lamp--\r\n");
        let mut field = next(&mut form).await.unwrap().unwrap();
        assert_eq!(next(&mut field).await.unwrap().unwrap().as_ref(), b"warm");
        assert!(next(&mut field).await.unwrap().is_none());
        drop(field);
        assert!(next(&mut form).await.unwrap().is_none());
    }
}
