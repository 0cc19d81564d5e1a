//! Shapes of pictures: what fits where, and what becomes of one that does not.
//!
//! Ratios are compared in integers. Sources: Meta Ads Guide, "Image" for Facebook and Instagram feed (600 x 600 at least, 1:1 or
//! 4:5, 3 % tolerance, 1.91:1 to 4:5 shown whole), Stories and Reels (9:16, 500 wide at least, 1 % tolerance), 30 MB.

use crate::domain::dictionary::{self, Sentence};

/// The largest picture Meta takes, in bytes: 30 MB.
pub const PICTURE_BYTES_MAX: usize = 30_000_000;
/// The smallest picture Meta takes in feeds, in pixels on each side.
pub const PICTURE_MIN: u32 = 600;
/// The narrowest upright picture Meta takes, in pixels.
pub const UPRIGHT_MIN_WIDTH: u32 = 500;

/// How far a picture for feeds may be off its shape, in percent.
const FEED_TOLERANCE: u64 = 3;
/// How far an upright picture may be off 9:16, in percent.
const UPRIGHT_TOLERANCE: u64 = 1;

/// A shape that placements ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// Across.
    pub wide: u32,
    /// Down.
    pub high: u32,
}

/// 4:5, what feeds give most room to.
pub const PORTRAIT: Ratio = Ratio { wide: 4, high: 5 };
/// 1:1.
pub const SQUARE: Ratio = Ratio { wide: 1, high: 1 };
/// 9:16, a whole upright screen.
pub const UPRIGHT: Ratio = Ratio { wide: 9, high: 16 };
/// 1.91:1, the widest that feeds show and what the right column shows.
pub const WIDE: Ratio = Ratio { wide: 191, high: 100 };

impl Ratio {
    /// Whether a picture has this shape, within so many percent.
    pub fn fits(self, width: u32, height: u32, percent: u64) -> bool {
        let (left, right) = self.sides(width, height);
        left.abs_diff(right) * 100 <= right * percent
    }

    /// Whether a picture is wider than this shape, beyond the tolerance of feeds.
    fn is_exceeded_across(self, width: u32, height: u32) -> bool {
        let (left, right) = self.sides(width, height);
        left > right && !self.fits(width, height, FEED_TOLERANCE)
    }

    /// Whether a picture is taller than this shape, likewise.
    fn is_exceeded_down(self, width: u32, height: u32) -> bool {
        let (left, right) = self.sides(width, height);
        left < right && !self.fits(width, height, FEED_TOLERANCE)
    }

    fn sides(self, width: u32, height: u32) -> (u64, u64) {
        (u64::from(width) * u64::from(self.high), u64::from(height) * u64::from(self.wide))
    }

    /// The largest part of a picture that has this shape, in pixels.
    pub fn crop(self, width: u32, height: u32) -> (u32, u32) {
        let scale = |side: u32, by: u32, of: u32| u32::try_from(u64::from(side) * u64::from(by) / u64::from(of)).unwrap_or(side);
        let across = scale(height, self.wide, self.high);
        if across <= width { (across, height) } else { (width, scale(width, self.high, self.wide)) }
    }
}

/// Which of an ad's two pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// For feeds: 4:5 or 1:1.
    Feed,
    /// For Stories and Reels: 9:16.
    Upright,
}

/// What is to be said of a picture that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// Shown whole.
    Whole,
    /// Shown, but not as well as it could be: a sentence with the numbers and the way out.
    Advice(String),
}

impl Slot {
    /// Judges a picture of this size, in pixels.
    ///
    /// # Errors
    /// A sentence with the numbers and the way out where Meta would refuse it or show it senselessly.
    pub fn judge(self, width: u32, height: u32) -> Result<Fit, Sentence> {
        match self {
            Self::Feed => feed(width, height),
            Self::Upright => upright(width, height),
        }
    }
}

fn feed(width: u32, height: u32) -> Result<Fit, Sentence> {
    if width < PICTURE_MIN || height < PICTURE_MIN {
        return Err(dictionary::picture_too_small(width, height, PICTURE_MIN));
    }
    let shape = words(width, height);
    if [PORTRAIT, SQUARE].into_iter().any(|ratio| ratio.fits(width, height, FEED_TOLERANCE)) {
        return Ok(Fit::Whole);
    }
    let (across, down) = PORTRAIT.crop(width, height);
    if WIDE.is_exceeded_across(width, height) || UPRIGHT.is_exceeded_down(width, height) {
        let limit = if width > height { "wider than 1.91:1" } else { "taller than 9:16" };
        return Err(dictionary::picture_shape(width, height, shape, limit, across, down));
    }
    Ok(Fit::Advice(if PORTRAIT.is_exceeded_down(width, height) {
        format!(
            "The picture is {width} x {height} ({shape}); feeds cut it to its middle, {across} x {down} (4:5). Give feeds a 4:5 \
             picture and use this one as the upright picture."
        )
    } else {
        format!(
            "The picture is {width} x {height} ({shape}); feeds give most room to 4:5 or 1:1. Cropped to {across} x {down} it \
             would be 4:5."
        )
    }))
}

fn upright(width: u32, height: u32) -> Result<Fit, Sentence> {
    let (across, down) = UPRIGHT.crop(width, height);
    if !UPRIGHT.fits(width, height, UPRIGHT_TOLERANCE) {
        let shape = words(width, height);
        return Err(dictionary::upright_shape(width, height, shape, across, down));
    }
    if width < UPRIGHT_MIN_WIDTH {
        return Err(dictionary::upright_too_narrow(width, height, UPRIGHT_MIN_WIDTH));
    }
    Ok(Fit::Whole)
}

/// A picture's shape in people's words: `4:5`, `3:2`, `2.35:1`.
pub fn words(width: u32, height: u32) -> String {
    let known = [(PORTRAIT, "4:5"), (SQUARE, "1:1"), (UPRIGHT, "9:16"), (WIDE, "1.91:1")];
    if let Some((_, label)) = known.into_iter().find(|(ratio, _)| ratio.fits(width, height, 1)) {
        return label.to_owned();
    }
    let shared = gcd(width, height).max(1);
    let (wide, high) = (width / shared, height / shared);
    if wide <= 20 && high <= 20 {
        return format!("{wide}:{high}");
    }
    let hundredths = |side: u32, of: u32| {
        let hundredths = (u64::from(side) * 100 + u64::from(of) / 2) / u64::from(of.max(1));
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    };
    if width >= height { format!("{}:1", hundredths(width, height)) } else { format!("1:{}", hundredths(height, width)) }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A file's weight as people read it, from bytes, rounded up: `34.2 MB`.
pub fn weight(bytes: usize) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_two_shapes_of_feeds_and_the_one_of_upright_screens_fit() {
        for (width, height) in [(1080, 1350), (1080, 1080), (1200, 1500), (1440, 1800)] {
            assert_eq!(Slot::Feed.judge(width, height), Ok(Fit::Whole), "{width} x {height}");
        }
        for (width, height) in [(1080, 1920), (1440, 2560), (720, 1280)] {
            assert_eq!(Slot::Upright.judge(width, height), Ok(Fit::Whole), "{width} x {height}");
        }
    }

    #[test]
    fn a_picture_that_does_not_fit_is_said_with_its_numbers_and_the_way_out() {
        assert!(Slot::Upright.judge(1080, 1350).unwrap_err().words.contains("759 x 1350"));
        assert!(Slot::Upright.judge(450, 800).unwrap_err().words.contains("at least 500 wide"));
        assert!(Slot::Feed.judge(400, 500).unwrap_err().words.contains("400 x 500"));
        assert!(Slot::Feed.judge(2400, 600).unwrap_err().words.contains("wider than 1.91:1"));
        assert!(Slot::Feed.judge(600, 2400).unwrap_err().words.contains("taller than 9:16"));
        let cut = Slot::Feed.judge(1080, 1920);
        assert!(matches!(&cut, Ok(Fit::Advice(words)) if words.contains("1080 x 1350 (4:5)")), "{cut:?}");
        let wide = Slot::Feed.judge(1600, 1200);
        assert!(matches!(&wide, Ok(Fit::Advice(words)) if words.contains("960 x 1200")), "{wide:?}");
    }

    #[test]
    fn shapes_and_weights_are_said_in_peoples_words() {
        assert_eq!([words(1080, 1350), words(1600, 1200), words(1000, 333)], ["4:5", "4:3", "3.00:1"]);
        assert_eq!([weight(34_160_000), weight(30_000_000), weight(949_999)], ["34.2 MB", "30.0 MB", "1.0 MB"]);
    }

    proptest! {
        #[test]
        fn a_crop_lies_inside_and_has_the_shape(width in 600_u32..9_000, height in 600_u32..9_000) {
            for ratio in [PORTRAIT, SQUARE, UPRIGHT, WIDE] {
                let (across, down) = ratio.crop(width, height);
                prop_assert!(across <= width && down <= height && (across == width || down == height));
                prop_assert!(ratio.fits(across, down, 1));
            }
        }
    }
}
