//! What a campaign is for, and which results, bids and attribution settings Meta accepts with it.
//!
//! A [`Counting`] that exists is a combination Meta accepts. Source: Meta, "Outcome-driven ad experiences: objective and
//! optimization goal", "Attribution specification" and "Bid strategies".

use serde::{Deserialize, Serialize};

use super::money::Money;

/// What the business wants of the campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// Sales on a website.
    Sales,
    /// Leads on a website.
    Leads,
    /// Visits to a website.
    Traffic,
    /// To be seen by as many people as possible.
    Awareness,
}

/// Objectives of Meta that Tandem does not offer yet, as shown in the form.
pub const COMING: [&str; 2] = ["Engagement", "App promotion"];

impl Objective {
    /// Those offered, in the order shown.
    pub const ALL: [Self; 4] = [Self::Sales, Self::Leads, Self::Traffic, Self::Awareness];

    /// The word in forms and stored state.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Leads => "leads",
            Self::Traffic => "traffic",
            Self::Awareness => "awareness",
        }
    }

    /// The name people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sales => "Sales",
            Self::Leads => "Leads",
            Self::Traffic => "Traffic",
            Self::Awareness => "Awareness",
        }
    }

    /// Meta's `objective`.
    pub fn wire(self) -> &'static str {
        match self {
            Self::Sales => "OUTCOME_SALES",
            Self::Leads => "OUTCOME_LEADS",
            Self::Traffic => "OUTCOME_TRAFFIC",
            Self::Awareness => "OUTCOME_AWARENESS",
        }
    }

    /// From the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|objective| objective.as_str() == text.trim())
    }

    /// The goals Meta accepts for it here, the usual one first.
    pub fn goals(self) -> &'static [Goal] {
        match self {
            Self::Sales | Self::Leads => &[Goal::Conversions],
            Self::Traffic => &[Goal::LandingPageViews, Goal::LinkClicks],
            Self::Awareness => &[Goal::Reach],
        }
    }

    /// The website events it may be counted by, the usual one first; empty where none is asked for.
    pub fn events(self) -> &'static [Event] {
        match self {
            Self::Sales => &[Event::Purchase, Event::AddToCart, Event::InitiatedCheckout, Event::Subscribe, Event::StartTrial],
            Self::Leads => &[Event::Lead, Event::CompleteRegistration, Event::Contact, Event::SubmitApplication, Event::Schedule],
            Self::Traffic | Self::Awareness => &[],
        }
    }
}

/// What Meta optimises delivery for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// A pixel's event on the website.
    Conversions,
    /// People whose browser loaded the page.
    LandingPageViews,
    /// Clicks on the link.
    LinkClicks,
    /// As many people as possible.
    Reach,
}

impl Goal {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Conversions, Self::LandingPageViews, Self::LinkClicks, Self::Reach];

    /// The word in forms and stored state.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conversions => "conversions",
            Self::LandingPageViews => "landing_page_views",
            Self::LinkClicks => "link_clicks",
            Self::Reach => "reach",
        }
    }

    /// The name people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Conversions => "An event on the website",
            Self::LandingPageViews => "Landing page views",
            Self::LinkClicks => "Link clicks",
            Self::Reach => "People reached",
        }
    }

    /// Meta's `optimization_goal`.
    pub fn wire(self) -> &'static str {
        match self {
            Self::Conversions => "OFFSITE_CONVERSIONS",
            Self::LandingPageViews => "LANDING_PAGE_VIEWS",
            Self::LinkClicks => "LINK_CLICKS",
            Self::Reach => "REACH",
        }
    }

    /// From the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.as_str() == text.trim())
    }

    /// Whether results can be steered to a cost each (`COST_CAP`): reach is bought, not counted by the result.
    pub fn allows_cost_goal(self) -> bool {
        self != Self::Reach
    }

    /// Whether Meta's ad set takes an attribution setting for it.
    pub fn has_attribution(self) -> bool {
        self == Self::Conversions
    }
}

/// A standard event that a pixel reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Event {
    /// A purchase.
    Purchase,
    /// Something put into the cart.
    AddToCart,
    /// A checkout begun.
    InitiatedCheckout,
    /// A subscription.
    Subscribe,
    /// A trial begun.
    StartTrial,
    /// A lead.
    Lead,
    /// A registration completed.
    CompleteRegistration,
    /// Somebody made contact.
    Contact,
    /// An application sent in.
    SubmitApplication,
    /// An appointment made.
    Schedule,
}

impl Event {
    /// What it is called in sentences: `purchase`, and many: `purchases`.
    pub fn noun(self) -> (&'static str, &'static str) {
        match self {
            Self::Purchase => ("purchase", "purchases"),
            Self::AddToCart => ("add to cart", "adds to cart"),
            Self::InitiatedCheckout => ("checkout begun", "checkouts begun"),
            Self::Subscribe => ("subscription", "subscriptions"),
            Self::StartTrial => ("trial begun", "trials begun"),
            Self::Lead => ("lead", "leads"),
            Self::CompleteRegistration => ("registration", "registrations"),
            Self::Contact => ("contact", "contacts"),
            Self::SubmitApplication => ("application", "applications"),
            Self::Schedule => ("appointment", "appointments"),
        }
    }

    /// Meta's `custom_event_type`, also the word in forms.
    pub fn wire(self) -> &'static str {
        match self {
            Self::Purchase => "PURCHASE",
            Self::AddToCart => "ADD_TO_CART",
            Self::InitiatedCheckout => "INITIATED_CHECKOUT",
            Self::Subscribe => "SUBSCRIBE",
            Self::StartTrial => "START_TRIAL",
            Self::Lead => "LEAD",
            Self::CompleteRegistration => "COMPLETE_REGISTRATION",
            Self::Contact => "CONTACT",
            Self::SubmitApplication => "SUBMIT_APPLICATION",
            Self::Schedule => "SCHEDULE",
        }
    }

    /// From the form's word, among those an objective allows.
    pub fn parse(objective: Objective, text: &str) -> Option<Self> {
        objective.events().iter().copied().find(|event| event.wire() == text.trim())
    }
}

/// How long after seeing or clicking an ad a result still counts as the ad's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Attribution {
    /// 7 days of a click.
    #[serde(rename = "7d_click")]
    Click7,
    /// 7 days of a click or 1 day of a view: Meta's default.
    #[serde(rename = "7d_click_1d_view")]
    Click7View1,
    /// 1 day of a click.
    #[serde(rename = "1d_click")]
    Click1,
    /// 1 day of a click or of a view.
    #[serde(rename = "1d_click_1d_view")]
    Click1View1,
}

impl Attribution {
    /// Those Meta accepts for website conversions, in the order shown.
    pub const ALL: [Self; 4] = [Self::Click7, Self::Click7View1, Self::Click1, Self::Click1View1];

    /// The word in forms and stored state.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Click7 => "7d_click",
            Self::Click7View1 => "7d_click_1d_view",
            Self::Click1 => "1d_click",
            Self::Click1View1 => "1d_click_1d_view",
        }
    }

    /// The name people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Click7 => "7 days of a click",
            Self::Click7View1 => "7 days of a click or 1 day of a view",
            Self::Click1 => "1 day of a click",
            Self::Click1View1 => "1 day of a click or a view",
        }
    }

    /// Days after a click, and days after a view where views count.
    pub fn days(self) -> (u8, Option<u8>) {
        match self {
            Self::Click7 => (7, None),
            Self::Click7View1 => (7, Some(1)),
            Self::Click1 => (1, None),
            Self::Click1View1 => (1, Some(1)),
        }
    }

    /// From the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.as_str() == text.trim())
    }
}

/// How Meta bids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bid {
    /// As many results as the budget buys (`LOWEST_COST_WITHOUT_CAP`).
    LowestCost,
    /// Results at about this cost each on average (`COST_CAP` with `bid_amount`).
    CostGoal(Money),
}

/// What is counted as a result, how long, and how it is bid for: a combination that Meta accepts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counting {
    /// The objective.
    pub objective: Objective,
    /// The goal, one of the objective's.
    pub goal: Goal,
    /// Meta's id of the pixel and the event; only with [`Goal::Conversions`].
    pub event: Option<PixelEvent>,
    /// The attribution setting; only with [`Goal::Conversions`].
    pub attribution: Option<Attribution>,
    /// The bid.
    pub bid: Bid,
}

/// An event of a pixel.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PixelEvent {
    /// Meta's id of the pixel.
    pub pixel: String,
    /// What people call the pixel.
    pub pixel_name: String,
    /// The event.
    pub event: Event,
}

impl Counting {
    /// What one result is called, and many: `("purchase", "purchases")`.
    pub fn noun(&self) -> (&'static str, &'static str) {
        match (&self.event, self.goal) {
            (Some(event), _) => event.event.noun(),
            (None, Goal::LandingPageViews) => ("landing page view", "landing page views"),
            (None, Goal::LinkClicks) => ("link click", "link clicks"),
            (None, Goal::Reach) => ("person reached", "people reached"),
            (None, Goal::Conversions) => ("result", "results"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_objective_has_a_goal_and_events_only_where_it_counts_them() {
        for objective in Objective::ALL {
            let counts_events = objective.goals().contains(&Goal::Conversions);
            assert_eq!(objective.events().is_empty(), !counts_events, "{}", objective.label());
            assert_eq!(Objective::parse(objective.as_str()), Some(objective));
        }
    }

    #[test]
    fn an_event_of_another_objective_is_not_accepted() {
        assert_eq!(Event::parse(Objective::Sales, "PURCHASE"), Some(Event::Purchase));
        assert_eq!(Event::parse(Objective::Leads, "PURCHASE"), None);
    }

    #[test]
    fn reach_takes_neither_a_cost_goal_nor_an_attribution_setting() {
        assert!(!Goal::Reach.allows_cost_goal());
        assert!(Goal::LinkClicks.allows_cost_goal() && !Goal::LinkClicks.has_attribution());
    }
}
