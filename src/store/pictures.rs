//! Pictures kept for ads, with their files.

use diesel::prelude::*;

use super::schema::pictures;
use super::{Conn, Result, UtcTime};
use crate::domain::id::{PictureId, WorkspaceId};

/// A picture and its file.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = pictures)]
pub struct Picture {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: PictureId,
    /// SHA-256 of the file, hexadecimal: the same file is kept once.
    pub content_hash: String,
    /// The file's name as uploaded.
    pub file_name: String,
    /// `image/jpeg` or `image/png`.
    pub mime: String,
    /// Pixels across.
    pub width: i32,
    /// Pixels down.
    pub height: i32,
    /// The file.
    pub bytes: Vec<u8>,
    /// When it came.
    pub created_at: UtcTime,
}

/// A picture without its file.
#[derive(Debug, Clone, Queryable)]
pub struct PictureLine {
    /// Its id.
    pub id: PictureId,
    /// The file's name as uploaded.
    pub file_name: String,
    /// Pixels across.
    pub width: i32,
    /// Pixels down.
    pub height: i32,
}

/// Adds a picture; [`super::StoreError::Conflict`] where the same file is there.
pub fn insert(connection: &mut Conn, row: &Picture) -> Result<()> {
    diesel::insert_into(pictures::table).values(row).execute(connection)?;
    Ok(())
}

/// The picture with this content, if the workspace has it.
pub fn find_by_content(connection: &mut Conn, workspace: WorkspaceId, hash: &str) -> Result<Option<PictureLine>> {
    Ok(pictures::table
        .filter(pictures::workspace_id.eq(workspace))
        .filter(pictures::content_hash.eq(hash))
        .select((pictures::id, pictures::file_name, pictures::width, pictures::height))
        .first(connection)
        .optional()?)
}

/// Those of the workspace's pictures that are among `ids`, by id.
pub fn list_among(connection: &mut Conn, workspace: WorkspaceId, ids: &[PictureId]) -> Result<Vec<PictureLine>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let line: Option<PictureLine> = pictures::table
            .filter(pictures::workspace_id.eq(workspace))
            .filter(pictures::id.eq(*id))
            .select((pictures::id, pictures::file_name, pictures::width, pictures::height))
            .first(connection)
            .optional()?;
        found.extend(line);
    }
    Ok(found)
}
