//! Pictures for ads: kept with the workspace, the same file once, whatever campaign it is for.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::domain::campaign::PictureFacts;
use crate::domain::creative::format::weight;
use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::{PictureId, WorkspaceId};
use crate::domain::role::Role;
use crate::store::Conn;
use crate::store::campaigns::{PictureFile, find_picture};
use crate::store::pictures::{self as rows, Picture};

use super::{Actor, Ctx, Error, Result};

/// The largest picture taken, in bytes: what Meta takes.
pub const MAX_BYTES: usize = crate::domain::creative::format::PICTURE_BYTES_MAX;
/// The longest file name kept, in characters.
const NAME_MAX: usize = 120;

/// A picture that is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its id.
    pub id: PictureId,
    /// What it is.
    pub facts: PictureFacts,
}

#[derive(Serialize)]
struct KeptState<'a> {
    id: PictureId,
    file_name: &'a str,
    content_hash: &'a str,
    width: i32,
    height: i32,
}

/// Keeps a picture; the same file again is the same picture.
///
/// # Errors
/// [`Error::Invalid`] at `field` for a file that is no JPEG or PNG.
pub async fn keep(ctx: &Ctx, actor: &Actor, field: &str, file_name: &str, bytes: Vec<u8>) -> Result<Kept> {
    actor.require(Role::Manager)?;
    if bytes.len() > MAX_BYTES {
        return Err(Error::invalid(field, too_heavy(bytes.len())));
    }
    let (mime, width, height) = measure(&bytes).map_err(|said| Error::invalid(field, said))?;
    let (inner, actor, file_name) = (ctx.clone(), actor.clone(), clean(file_name));
    let kept = ctx.db.write(move |c| {
        let content_hash = hex::encode(Sha256::digest(&bytes));
        if let Some(there) = rows::find_by_content(c, actor.workspace, &content_hash)? {
            return Ok(Kept { id: there.id, facts: facts(there.file_name, there.width, there.height) });
        }
        let row = Picture {
            workspace_id: actor.workspace,
            id: PictureId(inner.new_id()),
            content_hash,
            file_name,
            mime: mime.to_owned(),
            width,
            height,
            bytes,
            created_at: inner.stamp(),
        };
        rows::insert(c, &row)?;
        let state = KeptState { id: row.id, file_name: &row.file_name, content_hash: &row.content_hash, width, height };
        actor.record(c, inner.stamp(), "picture.kept", ("picture", row.id.0), &state)?;
        Ok(Kept { id: row.id, facts: facts(row.file_name, width, height) })
    });
    kept.await
}

/// Why a file of so many bytes is not taken, and the way out.
pub fn too_heavy(bytes: usize) -> Sentence {
    let (is, most) = (weight(bytes), weight(MAX_BYTES));
    dictionary::picture_too_heavy(is, most)
}

/// A picture's file.
///
/// # Errors
/// [`Error::NotFound`] where this workspace has no such picture.
pub async fn file(ctx: &Ctx, actor: &Actor, id: PictureId) -> Result<PictureFile> {
    let workspace = actor.workspace;
    ctx.db.read(move |c| find_picture(c, workspace, id)).await?.ok_or(Error::NotFound("picture"))
}

/// What those of the workspace's pictures are that are among `ids`.
pub(super) fn known(
    c: &mut Conn,
    workspace: WorkspaceId,
    ids: &[PictureId],
) -> crate::store::Result<BTreeMap<PictureId, PictureFacts>> {
    let lines = rows::list_among(c, workspace, ids)?;
    Ok(lines.into_iter().map(|line| (line.id, facts(line.file_name, line.width, line.height))).collect())
}

fn facts(name: String, width: i32, height: i32) -> PictureFacts {
    PictureFacts { name, width: width.unsigned_abs(), height: height.unsigned_abs() }
}

/// What kind of picture it is and how large.
fn measure(bytes: &[u8]) -> std::result::Result<(&'static str, i32, i32), Sentence> {
    let mime = match imagesize::image_type(bytes) {
        Ok(imagesize::ImageType::Jpeg) => "image/jpeg",
        Ok(imagesize::ImageType::Png) => "image/png",
        _ => return Err(dictionary::picture_of_another_kind()),
    };
    let size = imagesize::blob_size(bytes).map_err(|_| dictionary::picture_unreadable())?;
    match (i32::try_from(size.width), i32::try_from(size.height)) {
        (Ok(width), Ok(height)) if width > 0 && height > 0 => Ok((mime, width, height)),
        _ => Err(dictionary::picture_unreadable()),
    }
}

/// A file name without its folders and without what cannot be shown.
fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
    if shown.trim().is_empty() { "picture".to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_jpeg_and_png_are_pictures() {
        for bytes in [&b""[..], b"GIF89a\x01\x00\x01\x00", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n"] {
            assert!(measure(bytes).is_err());
        }
    }

    #[test]
    fn a_file_name_loses_its_folders() {
        assert_eq!(clean("C:\\pictures\\lamp.jpg"), "lamp.jpg");
        assert_eq!(clean("../../etc/passwd"), "passwd");
        assert_eq!(clean("\u{7}"), "picture");
    }
}
