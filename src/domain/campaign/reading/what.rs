//! What: name, objective, the result counted, bid, identity, special category.

use super::Reader;
use crate::domain::audience::SpecialCategory;
use crate::domain::campaign::{Budget, COST_GOAL_TIMES, Identity, NAME_MAX, Pace};
use crate::domain::dictionary;
use crate::domain::network::Network;
use crate::domain::objective::{Attribution, Bid, Counting, Event, Goal, Objective, PixelEvent};
use crate::domain::placement::Placement;
use crate::domain::schedule::Schedule;

impl Reader<'_> {
    pub(super) fn name(&mut self) -> Option<String> {
        self.required("name", &self.form.name, dictionary::name_missing(), NAME_MAX)
    }

    pub(super) fn counting(&mut self) -> Option<Counting> {
        let Some(objective) = Objective::parse(&self.form.objective) else {
            self.invalid.add("objective", dictionary::objective_missing());
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
                self.invalid.add("result", dictionary::pixel_unknown());
                return None;
            };
            let Some(event) = Event::parse(objective, event) else {
                self.invalid.add("result", dictionary::event_not_countable(objective.label()));
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
                (false, true) => dictionary::pixel_missing(objective.label()),
                (false, false) => dictionary::event_missing(objective.label()),
                (true, _) => dictionary::result_missing(objective.label()),
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
            self.invalid.add("attribution", dictionary::attribution_missing());
        }
        setting.map(Some)
    }

    fn bid(&mut self, goal: Option<Goal>) -> Option<Bid> {
        match self.form.bid.trim() {
            "lowest_cost" => Some(Bid::LowestCost),
            "cost_goal" if goal.is_some_and(|goal| !goal.allows_cost_goal()) => {
                self.invalid.add("bid", dictionary::bid_cost_goal_with_reach());
                None
            }
            "cost_goal" if self.form.cost_goal.trim().is_empty() => {
                self.invalid.add("cost_goal", dictionary::cost_goal_missing());
                None
            }
            "cost_goal" => {
                let cost = self.money("cost_goal", &self.form.cost_goal)?;
                if cost.minor <= 0 {
                    self.invalid.add("cost_goal", dictionary::cost_goal_zero());
                    return None;
                }
                Some(Bid::CostGoal(cost))
            }
            _ => {
                self.invalid.add("bid", dictionary::bid_missing());
                None
            }
        }
    }

    pub(super) fn identity(&mut self, placements: &[Placement]) -> Option<Identity> {
        let wanted = self.form.page.trim();
        let Some(page) = self.facts.pages.iter().find(|page| page.id == wanted) else {
            let message = match (wanted.is_empty(), self.facts.pages.is_empty()) {
                (_, true) => dictionary::page_none_linked(),
                (true, false) => dictionary::page_missing(),
                (false, false) => dictionary::page_unknown(),
            };
            self.invalid.add("page", message);
            return None;
        };
        let chosen = self.form.instagram.trim();
        let needs_instagram = Self::networks(placements).contains(&Network::Instagram);
        let instagram = match (&page.instagram, chosen.is_empty()) {
            (Some(account), false) if account.0 == chosen => Some(account.clone()),
            (_, false) => {
                self.invalid.add("instagram", dictionary::instagram_unknown(&page.name));
                return None;
            }
            (Some(_), true) if needs_instagram => {
                self.invalid.add("instagram", dictionary::instagram_missing());
                return None;
            }
            (None, true) if needs_instagram => {
                self.invalid.add("instagram", dictionary::instagram_not_linked(&page.name));
                return None;
            }
            (_, true) => None,
        };
        Some(Identity { page: page.id.clone(), page_name: page.name.clone(), instagram })
    }

    pub(super) fn special(&mut self) -> Option<SpecialCategory> {
        let answer = SpecialCategory::parse(&self.form.special_category);
        if answer.is_none() {
            self.invalid.add("special_category", dictionary::special_missing());
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
