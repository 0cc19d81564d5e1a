//! What they see: one to ten ads, and what their links carry.

use super::Reader;
use crate::domain::campaign::{AdForm, PictureFacts};
use crate::domain::creative::{
    Ad, CallToAction, HEADLINE_MAX, HEADLINE_SHOWN, MESSAGE_MAX, MESSAGE_SHOWN, MOST_ADS, NAME_MAX, PICTURE_MIN, parse_link,
};
use crate::domain::id::PictureId;
use crate::domain::placement::Placement;
use crate::domain::tracking::{Tracking, parse_extra, slug};

/// The longest tracking value, in characters.
const UTM_MAX: usize = 200;

impl Reader<'_> {
    pub(super) fn ads(&mut self, placements: &[Placement]) -> Option<Vec<Ad>> {
        let form = self.form;
        if form.ads.is_empty() {
            self.invalid.add("ads", "Add at least one ad.");
            return None;
        }
        if form.ads.len() > MOST_ADS {
            self.invalid.add("ads", format!("At most {MOST_ADS} ads; there are {}. Take some out.", form.ads.len()));
        }
        let read: Vec<Option<Ad>> = form.ads.iter().enumerate().map(|(row, ad)| self.ad(row, ad, placements)).collect();
        let ads: Vec<Ad> = read.into_iter().collect::<Option<_>>()?;
        let twice = ads.iter().enumerate().find(|(row, ad)| ads.iter().take(*row).any(|before| before.key == ad.key));
        if let Some((row, _)) = twice {
            self.invalid.add(format!("ads.{row}.name"), "Two ads carry the same number; take one out and add it again.");
            return None;
        }
        Some(ads)
    }

    fn ad(&mut self, row: usize, ad: &AdForm, placements: &[Placement]) -> Option<Ad> {
        let field = |name: &str| format!("ads.{row}.{name}");
        let fallback = format!("Ad {}", row + 1);
        let typed_name = if ad.name.trim().is_empty() { &fallback } else { &ad.name };
        let name = self.required(&field("name"), typed_name, "Give the ad a name.", NAME_MAX);
        let message =
            self.required(&field("message"), &ad.message, "Write what people will read above the picture.", MESSAGE_MAX);
        let headline = self.required(&field("headline"), &ad.headline, "Write the line under the picture.", HEADLINE_MAX);
        let link = self.invalid.check(&field("link"), parse_link(&ad.link)).map(|_| ad.link.trim().to_owned());
        let call_to_action = CallToAction::parse(&ad.call_to_action);
        if call_to_action.is_none() {
            self.invalid.add(field("call_to_action"), "Choose the button.");
        }
        let picture = self.picture(&field("picture"), ad, placements);
        self.lengths(&field("message"), message.as_deref(), MESSAGE_SHOWN);
        self.lengths(&field("headline"), headline.as_deref(), HEADLINE_SHOWN);
        let key = ad.key.trim().parse::<u32>().ok();
        if key.is_none() {
            self.invalid.add(field("name"), "The ad lost its number on the way; take it out and add it again.");
        }
        Some(Ad {
            key: key?,
            name: name?,
            message: message?,
            headline: headline?,
            link: link?,
            call_to_action: call_to_action?,
            picture: picture?,
        })
    }

    fn picture(&mut self, field: &str, ad: &AdForm, placements: &[Placement]) -> Option<PictureId> {
        let id = ad.picture.trim().parse::<PictureId>().ok();
        let known = id.and_then(|id| self.facts.pictures.get(&id).map(|facts| (id, facts)));
        let Some((id, PictureFacts { width, height, .. })) = known else {
            let message =
                if ad.picture.trim().is_empty() { "Choose a picture." } else { "That picture is not here; choose it again." };
            self.invalid.add(field, message);
            return None;
        };
        if *width < PICTURE_MIN || *height < PICTURE_MIN {
            let message = format!("The picture is {width} x {height}; Meta wants at least {PICTURE_MIN} x {PICTURE_MIN}.");
            self.invalid.add(field, message);
            return None;
        }
        let upright = placements.iter().any(|placement| placement.is_vertical());
        if upright && known.is_some_and(|(_, facts)| !facts.is_vertical()) {
            self.note(field, "Stories and Reels are 9:16; there Meta fills the room around this picture with its colours.");
        }
        Some(id)
    }

    fn lengths(&mut self, field: &str, text: Option<&str>, shown: usize) {
        let length = text.map_or(0, |text| text.chars().count());
        if length > shown {
            self.note(field, format!("It is {length} characters long; most placements show about {shown}."));
        }
    }

    pub(super) fn tracking(&mut self, name: Option<&str>) -> Option<Tracking> {
        let form = self.form;
        let campaign = match form.utm_campaign.trim() {
            "" => name.map(slug),
            typed => self.required("utm_campaign", typed, "", UTM_MAX),
        };
        let medium = match form.utm_medium.trim() {
            "" => Some(String::new()),
            typed => self.required("utm_medium", typed, "", UTM_MAX),
        };
        let extra = self.invalid.check("utm_extra", parse_extra(&form.utm_extra));
        Some(Tracking { medium: medium?, campaign: campaign.unwrap_or_default(), extra: extra? })
    }
}
