//! The learned split: proposals, what a person allows it, and asking what would be.

super::entries::entries! {
    Learned, AsBefore, Changed;
    proposal_over() "proposal-over", "", "The proposal waits no more",
        "This proposal waits no more; read the page again.",
        "It was taken over or refused, or a newer one took its place.",
        "Read the page again: what is proposed now stands there." => Fresh;
    proposal_of_other_amounts() "proposal-of-other-amounts", "", "The campaign’s amounts are others by now",
        "The campaign’s amounts are not those any more that this was made from; wait for the next decision.",
        "Somebody changed budget, shares or ad sets since the proposal was worked out. Moving from amounts that are gone would be wrong.",
        "Wait for the next decision, which comes once a day." => Later;
    proposal_of_other_bounds() "proposal-of-other-bounds", "", "The bounds are others by now",
        "The bounds were changed since this was made; wait for the next decision.",
        "A floor, a ceiling or Meta’s least changed since, and the proposal lies outside of it.",
        "Wait for the next decision, which keeps the new bounds." => Later;
    proposal_of_a_draft() "proposal-of-a-draft", "", "The campaign’s form has problems",
        "The campaign’s form has problems; open it and solve what is marked.",
        "The proposal changes the shares on the form, and the form cannot be saved with problems.",
        "Open the campaign, solve what is marked and save it." => Fresh;
    learned_needs_second() "learned-needs-a-second-person", "", "A learned move needs a second person",
        "It needs a second person.",
        "The move raises spending by more than may be raised without a second person. What is learned by itself counts as one person.",
        "Open the approvals: somebody whose limit covers it approves or declines it there.";
    learned_plan_wider() "learned-plan-wider", "", "The plan would change more than these amounts",
        "Its plan would change more than these amounts.",
        "Something else of the campaign waits to be published, or Meta has it otherwise. What is learned carries out budgets and nothing else.",
        "Open the campaign’s plan, read all of it and approve it yourself.";
    split_not_worked_out(reason) "split-not-worked-out", "Split", "The split cannot be worked out",
        "The split cannot be worked out: {reason} Change the bounds or the budget on the form.",
        "Budget, floors and ceilings contradict each other, or the budget cannot be divided over these ad sets. The message says which.",
        "Open the form, and change the floors, the ceilings or the budget.";
    split_not_learned() "nothing-to-learn", "Split", "There is no split to learn",
        "There is no split to learn in this campaign.",
        "The campaign has one ad set, or Meta divides its budget by itself, so there are no amounts that could be moved.",
        "Choose the shape per network or per placement group on the form, with learned amounts.";
    learned_mode_missing() "learned-mode-missing", "Proposals", "It is not said who acts on a proposal",
        "Choose who acts on a proposal.",
        "Proposals can be off, wait for a person, or be carried out by themselves within your bounds.",
        "Choose one in the list at Proposals.";
    learned_aim_missing() "learned-aim-missing", "Aim", "It is not said what is aimed for",
        "Choose results or value.",
        "The split can aim for most results, or for most value of what was sold.",
        "Choose one in the list at Aim.";
    learned_percent(least, most) "learned-percent-out-of-range", "Largest step", "A percentage is out of range",
        "Give a percentage from {least} to {most}, like 20.",
        "Larger moves make Meta learn anew, and smaller ones than a percent change nothing.",
        "Type a number in that range.";
    rest_backwards(line) "days-of-rest-backwards", "Days of rest", "Days of rest run backwards",
        "“{line}” ends before it begins; swap the two days.",
        "The second day of the line is earlier than the first.",
        "Swap the two days.";
    rest_unreadable(line) "days-of-rest-unreadable", "Days of rest", "A line of the days of rest cannot be read",
        "“{line}” is not two days; write it like 2026-12-24 to 2026-12-26.",
        "Each line is a day, or two days with “to” between them.",
        "Write the line like 2026-12-24 to 2026-12-26, or one day alone.";
    rest_too_long(most) "days-of-rest-too-many", "Days of rest", "There are too many lines of days of rest",
        "Keep it to {most} lines; take out those that are over.",
        "The list is longer than anybody reads.",
        "Take out the days that have passed.";
    wish_total_zero() "what-if-total-zero", "In all", "The total asked about is not above zero",
        "The total must be above zero.",
        "Nothing can be divided, so nothing would come of it. It was only a question; nothing was changed.",
        "Type an amount above zero, or leave it empty for the budget as it is.";
    wish_incomplete() "what-if-incomplete", "Gets", "Only some ad sets were given an amount",
        "Give every ad set an amount, or none to ask for the best split.",
        "What an ad set without an amount would get is not said. It was only a question; nothing was changed.",
        "Fill in all of them, or clear all.";
}
