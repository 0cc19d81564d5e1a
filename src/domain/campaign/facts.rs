//! What must be known of an ad account and its surroundings to judge a form. Gathered by `service`; judged here.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::domain::audience::Payer;
use crate::domain::currency::Currency;
use crate::domain::id::PictureId;

/// The facts a form is read with.
#[derive(Debug, Clone)]
pub struct AccountFacts {
    /// The ad account's currency.
    pub currency: Currency,
    /// The ad account's zone.
    pub zone: Tz,
    /// Platform time.
    pub now: DateTime<Utc>,
    /// The least an ad set may have a day, in minor units, if Meta said so.
    pub min_daily_minor: Option<i64>,
    /// How far Meta may go over a daily budget on one day, in basis points: a setting of the workspace.
    pub overdelivery_bp: i64,
    /// Pages that may speak in ads.
    pub pages: Vec<PageFacts>,
    /// The account's pixels.
    pub pixels: Vec<PixelFacts>,
    /// Who paid and benefited last time.
    pub payer: Option<Payer>,
    /// The workspace's pictures that the form names.
    pub pictures: BTreeMap<PictureId, PictureFacts>,
}

/// A Page and the Instagram account that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFacts {
    /// Meta's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Meta's id and user name of its Instagram account.
    pub instagram: Option<(String, String)>,
}

/// A pixel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PixelFacts {
    /// Meta's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it last reported anything, if ever.
    pub last_fired_at: Option<DateTime<Utc>>,
}

/// A picture kept for ads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureFacts {
    /// The file's name as uploaded.
    pub name: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl PictureFacts {
    /// Whether it fills an upright screen (9:16), within a twentieth.
    pub fn is_vertical(&self) -> bool {
        let (wide, high) = (u64::from(self.width) * 16, u64::from(self.height) * 9);
        wide.abs_diff(high) * 20 <= high
    }
}
