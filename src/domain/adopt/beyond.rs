//! What a campaign made elsewhere may have that Tandem does not define itself, and what that means once it is adopted.

/// Something that is kept as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Beyond {
    /// Another objective than the six of today.
    OldObjective,
    /// Reach bought in advance.
    Reserved,
    /// The campaign carries the budget.
    CampaignBudget,
    /// Floors or ceilings of ad sets under a campaign budget.
    SpendRange,
    /// Several ad sets over the same placements.
    ManyAdSets,
    /// Ad sets without any placement named.
    AutomaticPlacements,
    /// Placements outside Facebook and Instagram.
    OtherNetworks,
    /// Custom audiences, lookalikes among them.
    CustomAudience,
    /// Interests, behaviours, narrowing and exclusions.
    DetailedTargeting,
    /// Regions, post codes, points on the map, excluded places.
    OtherPlaces,
    /// Hours of the day.
    Dayparting,
    /// Bid caps and return goals.
    OtherBid,
    /// An app.
    App,
    /// Messages and calls.
    Messaging,
    /// Products of a catalogue.
    Catalog,
    /// Videos.
    Video,
    /// Several cards.
    Carousel,
    /// Texts and pictures that Meta combines.
    AssetFeed,
    /// A post that exists.
    ExistingPost,
    /// Automatic changes to the creative are allowed.
    Enhancements,
}

impl Beyond {
    /// What it is, as a heading.
    pub fn label(self) -> &'static str {
        match self {
            Self::OldObjective => "An objective of former years",
            Self::Reserved => "Reach bought in advance",
            Self::CampaignBudget => "A campaign budget",
            Self::SpendRange => "Floors and ceilings of ad sets",
            Self::ManyAdSets => "Ad sets over the same placements",
            Self::AutomaticPlacements => "Automatic placements",
            Self::OtherNetworks => "Placements outside Facebook and Instagram",
            Self::CustomAudience => "Custom or lookalike audiences",
            Self::DetailedTargeting => "Interests and narrowing",
            Self::OtherPlaces => "Regions, post codes or points on the map",
            Self::Dayparting => "Hours of the day",
            Self::OtherBid => "A bid cap or a return goal",
            Self::App => "An app",
            Self::Messaging => "Messages or calls",
            Self::Catalog => "Products of a catalogue",
            Self::Video => "Videos",
            Self::Carousel => "Carousels",
            Self::AssetFeed => "Texts and pictures that Meta combines",
            Self::ExistingPost => "Posts that exist already",
            Self::Enhancements => "Meta’s automatic changes to creatives",
        }
    }

    /// What that means for editing.
    pub fn means(self) -> &'static str {
        match self {
            Self::OldObjective | Self::Reserved | Self::App | Self::Messaging | Self::Catalog => {
                "It goes on as it is. Its results count in totals where their kind is known; it is changed in Ads Manager."
            }
            Self::CampaignBudget => "The budget stays on the campaign and can be changed here; Meta divides it over the ad sets.",
            Self::SpendRange => "They stay and are compared; they are changed in Ads Manager.",
            Self::ManyAdSets => "Each ad set keeps its own budget, dates and switch, which can be changed here one by one.",
            Self::AutomaticPlacements | Self::OtherNetworks => {
                "Meta goes on choosing; money outside Facebook and Instagram is shown as “other”."
            }
            Self::CustomAudience | Self::DetailedTargeting | Self::OtherPlaces => {
                "The audience stays exactly as it is. A change made elsewhere is found and can be taken back as a whole."
            }
            Self::Dayparting | Self::OtherBid => "It stays and is compared; it is changed in Ads Manager.",
            Self::Video | Self::Carousel | Self::AssetFeed | Self::ExistingPost => {
                "The ads stay as they are: they can be renamed and switched, not rewritten."
            }
            Self::Enhancements => "They stay as they were chosen elsewhere; they are switched off in Ads Manager.",
        }
    }
}
