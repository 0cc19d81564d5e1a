//! What: name, objective, the result counted, bid, identity, special category.

use super::Reader;
use crate::domain::audience::SpecialCategory;
use crate::domain::campaign::{Budget, COST_GOAL_TIMES, Identity, NAME_MAX, Pace};
use crate::domain::network::Network;
use crate::domain::objective::{Attribution, Bid, Counting, Event, Goal, Objective, PixelEvent};
use crate::domain::placement::Placement;
use crate::domain::schedule::Schedule;

impl Reader<'_> {
    pub(super) fn name(&mut self) -> Option<String> {
        self.required("name", &self.form.name, "Give the campaign a name.", NAME_MAX)
    }

    pub(super) fn counting(&mut self) -> Option<Counting> {
        let Some(objective) = Objective::parse(&self.form.objective) else {
            self.invalid.add("objective", "Choose what the campaign is for.");
            return None;
        };
        let result = self.result(objective);
        let goal = result.as_ref().map(|(goal, _)| *goal);
        let attribution = self.attribution(goal);
        let bid = self.bid(goal);
        let (goal, event) = result?;
        Some(Counting { objective, goal, event, attribution: attribution?, bid: bid? })
    }

    fn result(&mut self, objective: Objective) -> Option<(Goal, Option<PixelEvent>)> {
        let text = self.form.result.trim();
        if let Some((pixel, event)) = text.split_once(':') {
            let Some(pixel) = self.facts.pixels.iter().find(|known| known.id == pixel) else {
                self.invalid.add("result", "That pixel does not belong to this ad account; choose another result.");
                return None;
            };
            let Some(event) = Event::parse(objective, event) else {
                self.invalid
                    .add("result", format!("{} cannot be counted by that event; choose another result.", objective.label()));
                return None;
            };
            if pixel.last_fired_at.is_none() {
                let message = format!("The pixel {} has not reported anything yet; without it no result is counted.", pixel.name);
                self.note("result", message);
            }
            let event = PixelEvent { pixel: pixel.id.clone(), pixel_name: pixel.name.clone(), event };
            return Some((Goal::Conversions, Some(event)));
        }
        let goal = Goal::parse(text).filter(|goal| *goal != Goal::Conversions && objective.goals().contains(goal));
        if goal.is_none() {
            let way_out = match (objective.events().is_empty(), self.facts.pixels.is_empty()) {
                (false, true) => {
                    format!("{} are counted by a pixel, and this ad account has none; add one at Meta first.", objective.label())
                }
                (false, false) => format!("Choose the event on the website that counts as a result of {}.", objective.label()),
                (true, _) => format!("Choose the result that {} is counted by.", objective.label()),
            };
            self.invalid.add("result", way_out);
        }
        goal.map(|goal| (goal, None))
    }

    /// `None` where it is wrong, `Some(None)` where the goal takes none.
    fn attribution(&mut self, goal: Option<Goal>) -> Option<Option<Attribution>> {
        if goal.is_some_and(|goal| !goal.has_attribution()) {
            return Some(None);
        }
        let setting = Attribution::parse(&self.form.attribution);
        if setting.is_none() {
            self.invalid.add("attribution", "Choose how long after a click or a view a result counts.");
        }
        setting.map(Some)
    }

    fn bid(&mut self, goal: Option<Goal>) -> Option<Bid> {
        match self.form.bid.trim() {
            "lowest_cost" => Some(Bid::LowestCost),
            "cost_goal" if goal.is_some_and(|goal| !goal.allows_cost_goal()) => {
                self.invalid.add("bid", "Reach cannot be bought at a cost per result; choose most results for the money.");
                None
            }
            "cost_goal" if self.form.cost_goal.trim().is_empty() => {
                self.invalid.add("cost_goal", "Say what a result should cost on average, like 8.00.");
                None
            }
            "cost_goal" => {
                let cost = self.money("cost_goal", &self.form.cost_goal)?;
                if cost.minor <= 0 {
                    self.invalid.add("cost_goal", "The cost of a result must be above zero.");
                    return None;
                }
                Some(Bid::CostGoal(cost))
            }
            _ => {
                self.invalid.add("bid", "Choose how Meta should bid.");
                None
            }
        }
    }

    pub(super) fn identity(&mut self, placements: &[Placement]) -> Option<Identity> {
        let wanted = self.form.page.trim();
        let Some(page) = self.facts.pages.iter().find(|page| page.id == wanted) else {
            let message = match (wanted.is_empty(), self.facts.pages.is_empty()) {
                (_, true) => "No Page is linked; link one under Connections first.",
                (true, false) => "Choose the Page that speaks in the ads.",
                (false, false) => "That Page is not linked to this workspace; choose another.",
            };
            self.invalid.add("page", message);
            return None;
        };
        let chosen = self.form.instagram.trim();
        let needs_instagram = Self::networks(placements).contains(&Network::Instagram);
        let instagram = match (&page.instagram, chosen.is_empty()) {
            (Some(account), false) if account.0 == chosen => Some(account.clone()),
            (_, false) => {
                self.invalid
                    .add("instagram", format!("That Instagram account does not belong to {}; choose another.", page.name));
                return None;
            }
            (Some(_), true) if needs_instagram => {
                self.invalid
                    .add("instagram", "Choose the Instagram account that speaks in the ads, or untick Instagram’s placements.");
                return None;
            }
            (None, true) if needs_instagram => {
                let message =
                    format!("{} has no Instagram account; link one at Meta, or untick Instagram’s placements.", page.name);
                self.invalid.add("instagram", message);
                return None;
            }
            (_, true) => None,
        };
        Some(Identity { page: page.id.clone(), page_name: page.name.clone(), instagram })
    }

    pub(super) fn special(&mut self) -> Option<SpecialCategory> {
        let answer = SpecialCategory::parse(&self.form.special_category);
        if answer.is_none() {
            self.invalid
                .add("special_category", "Say whether the ads are of one of these kinds; “None of them” is an answer too.");
        }
        answer
    }

    /// What is not wrong but may surprise.
    pub(super) fn advise(
        &mut self,
        counting: Option<&Counting>,
        budget: Option<Budget>,
        schedule: Option<&Schedule>,
        special: Option<SpecialCategory>,
    ) {
        if let (Some(Counting { bid: Bid::CostGoal(cost), .. }), Some(Budget { pace: Pace::Daily, amount })) = (counting, budget)
            && amount.minor < cost.minor.saturating_mul(COST_GOAL_TIMES)
        {
            let message = format!("Meta advises a daily budget of at least {COST_GOAL_TIMES} times the cost goal.");
            self.note("cost_goal", message);
        }
        if schedule.is_some_and(|schedule| schedule.ends.is_none()) {
            self.note("ends", "It has no end: it runs until somebody pauses it.");
        }
        if special == Some(SpecialCategory::Politics) {
            self.note("special_category", "Meta shows such ads only from advertisers whose identity it has confirmed.");
        }
    }
}
