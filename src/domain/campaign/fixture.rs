//! A form without a fault and the account it fits, for tests.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use super::*;
use crate::domain::currency::Currency;
use crate::domain::id::PictureId;

/// An ad account in Lisbon, in euro, with everything linked.
pub(crate) fn facts() -> AccountFacts {
    AccountFacts {
        currency: Currency::EUR,
        zone: chrono_tz::Europe::Lisbon,
        now: "2026-11-28T09:00:00Z".parse().unwrap(),
        min_daily_minor: Some(100),
        overdelivery_bp: crate::domain::campaign::OVERDELIVERY_BP,
        pages: vec![PageFacts { id: "11".into(), name: "Casa Lume".into(), instagram: Some(("22".into(), "casalume".into())) }],
        pixels: vec![PixelFacts {
            id: "33".into(),
            name: "Casa Lume".into(),
            last_fired_at: Some("2026-11-28T08:57:00Z".parse().unwrap()),
        }],
        payer: None,
        pictures: BTreeMap::from([(PictureId(7), PictureFacts { name: "lamp.jpg".into(), width: 1200, height: 1500 })]),
    }
}

/// The campaign of the mockup: 140 a day, 42 to 58.
pub(crate) fn form() -> CampaignForm {
    let mut form = CampaignForm::fresh();
    form.name = "Christmas sale".into();
    form.result = "33:PURCHASE".into();
    form.page = "11".into();
    form.instagram = "22".into();
    form.special_category = "none".into();
    form.payer = "Casa Lume Lda".into();
    form.beneficiary = "Casa Lume Lda".into();
    form.starts = "2026-12-01 08:00".into();
    form.ends = "2026-12-24 23:59".into();
    form.budget = "140.00".into();
    form.shape = "per_network".into();
    form.share = ByNetwork { facebook: "42".into(), instagram: "58".into() };
    form.countries = "Portugal, Spain".into();
    let ad = form.ads.first_mut().unwrap();
    ad.message = "Warm light, real linen.".into();
    ad.headline = "Christmas sale".into();
    ad.link = "https://casalume.example/sale".into();
    ad.picture = "7".into();
    form
}

/// The same form, read.
pub(crate) fn campaign() -> Campaign {
    form().read(&facts()).campaign.unwrap()
}
