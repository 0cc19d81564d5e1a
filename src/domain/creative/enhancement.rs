//! Enhancements: what Meta may change of an ad by itself, each an explicit answer, "no" unless a person said "yes".
//!
//! Every one known here is answered with each creative that is made, `OPT_OUT` or `OPT_IN`, and what Meta says of it later is
//! compared: one that came on by itself is a difference. Source: Marketing API, `creative_features_spec` (v26.0), those that
//! touch a single picture and its text; the old bundle `standard_enhancements` is gone since v22.

use serde::{Deserialize, Serialize};

/// An automatic change; the derived order is the order shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enhancement {
    /// `text_optimizations`
    TextOptimizations,
    /// `text_translation`
    TextTranslation,
    /// `image_touchups`
    ImageTouchups,
    /// `image_brightness_and_contrast`
    ImageBrightnessAndContrast,
    /// `image_templates`
    ImageTemplates,
    /// `image_uncrop`
    ImageUncrop,
    /// `image_background_gen`
    ImageBackgroundGen,
    /// `image_animation`
    ImageAnimation,
    /// `add_text_overlay`
    AddTextOverlay,
    /// `adapt_to_placement`
    AdaptToPlacement,
    /// `pac_relaxation`
    PacRelaxation,
    /// `enhance_cta`
    EnhanceCta,
    /// `inline_comment`
    InlineComment,
    /// `site_extensions`
    SiteExtensions,
}

impl Enhancement {
    /// In the order shown: words, picture, layout, what is added around.
    pub const ALL: [Self; 14] = [
        Self::TextOptimizations,
        Self::TextTranslation,
        Self::ImageTouchups,
        Self::ImageBrightnessAndContrast,
        Self::ImageTemplates,
        Self::ImageUncrop,
        Self::ImageBackgroundGen,
        Self::ImageAnimation,
        Self::AddTextOverlay,
        Self::AdaptToPlacement,
        Self::PacRelaxation,
        Self::EnhanceCta,
        Self::InlineComment,
        Self::SiteExtensions,
    ];

    /// Meta's name of the feature, also the word in forms.
    pub fn wire(self) -> &'static str {
        match self {
            Self::TextOptimizations => "text_optimizations",
            Self::TextTranslation => "text_translation",
            Self::ImageTouchups => "image_touchups",
            Self::ImageBrightnessAndContrast => "image_brightness_and_contrast",
            Self::ImageTemplates => "image_templates",
            Self::ImageUncrop => "image_uncrop",
            Self::ImageBackgroundGen => "image_background_gen",
            Self::ImageAnimation => "image_animation",
            Self::AddTextOverlay => "add_text_overlay",
            Self::AdaptToPlacement => "adapt_to_placement",
            Self::PacRelaxation => "pac_relaxation",
            Self::EnhanceCta => "enhance_cta",
            Self::InlineComment => "inline_comment",
            Self::SiteExtensions => "site_extensions",
        }
    }

    /// What Meta would do, as people read it after "Meta may ...".
    pub fn label(self) -> &'static str {
        match self {
            Self::TextOptimizations => "swap message and headline, or leave one out",
            Self::TextTranslation => "translate the text",
            Self::ImageTouchups => "crop and retouch the picture",
            Self::ImageBrightnessAndContrast => "change its brightness and contrast",
            Self::ImageTemplates => "lay a frame and text around it",
            Self::ImageUncrop => "paint the picture larger than it is",
            Self::ImageBackgroundGen => "replace its background",
            Self::ImageAnimation => "make it move",
            Self::AddTextOverlay => "write your text onto it",
            Self::AdaptToPlacement => "rearrange the ad for each placement",
            Self::PacRelaxation => "show a picture where another one was meant",
            Self::EnhanceCta => "add words to the button",
            Self::InlineComment => "show a comment below the ad",
            Self::SiteExtensions => "add links to other pages of the website",
        }
    }

    /// From Meta's name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|enhancement| enhancement.wire() == text.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_enhancement_is_read_back_from_its_name_and_stands_in_the_order_of_the_type() {
        assert!(Enhancement::ALL.into_iter().all(|one| Enhancement::parse(one.wire()) == Some(one)));
        assert!(Enhancement::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(Enhancement::parse("standard_enhancements"), None);
    }
}
