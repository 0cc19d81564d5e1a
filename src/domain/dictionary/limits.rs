//! Spending limits, and what the guard and the stop button can refuse.

super::entries::entries! {
    Limits, AsBefore, Changed;
    limit_fights_pacing(least, currency, daily) "limit-fights-pacing", "At most", "A day limit would fight Meta’s pacing",
        "On one day Meta may spend 1.75 times the daily budget, and makes up for it within the week: a day limit below {least} \
         {currency} (1.75 x {daily}) would fight that. Raise it, or take a limit for the month and leave the day alone.",
        "Meta spends more on good days and less on others. A day limit below the most it may spend on one day would pause campaigns \
         on their best days, and each pause disturbs Meta’s learning.",
        "Raise the limit to the amount in the message, or set one for each month.", BUDGETS;
    limit_span_missing() "limit-span-missing", "For", "It is not said what time the limit is for",
        "Choose the time it is for: each month, from a day to a day, or each day.",
        "The same amount means something else for a month than for a day.",
        "Choose one of the three at For.";
    limit_day_missing() "limit-day-missing", "First day", "A day of the limit is missing",
        "Choose a day.",
        "A limit for a flight counts from a first day to a last day, and one of them is empty.",
        "Type both days, like 2026-12-01, or choose each month at For.";
    limit_day_unreadable(text) "limit-day-unreadable", "First day", "A day of the limit cannot be read",
        "“{text}” is no day; write it like 2026-12-01.",
        "What was typed is no date, or a day that the month does not have.",
        "Type year, month and day with dashes.";
    limit_flight_over(today) "limit-flight-over", "Last day", "The limit’s days are over",
        "This flight is over; it is {today} there.",
        "The last day, in the ad account’s time zone, has passed: there is nothing left to hold.",
        "Choose a later last day, or set no limit.";
    limit_flight_too_long() "limit-flight-too-long", "Last day", "The limit is for longer than two years",
        "The limit would hold for more than two years; check the year.",
        "Days this far away are a mistyped year more often than a plan.",
        "Choose an earlier last day, or a limit for each month: that one has no end.";
    limit_amount_missing(example) "limit-amount-missing", "At most", "The limit has no amount",
        "Say how much may be spent at most, like {example}.",
        "A limit without an amount holds nothing.",
        "Type the amount, in the currency of what it is over.";
    limit_amount_zero() "limit-amount-zero", "At most", "The limit is not above zero",
        "The limit must be above zero; to stop everything, use Stop all.",
        "A limit of nothing would only pause campaigns, and the stop button does that at once and can be taken back as one.",
        "Type an amount above zero, or press Stop all.";
    limit_covers_missing() "limit-covers-missing", "What it is over", "It is not said what the limit is over",
        "Choose what it is over: a campaign, an ad account or the workspace.",
        "The form did not say what the limit counts, or names something that is none of the three.",
        "Choose one in the list; for one campaign, start from its page.";
    limit_covers_unknown() "limit-covers-unknown", "What it is over", "What the limit is over is not here",
        "There is no such campaign or linked ad account in this workspace.",
        "A limit counts what linked ad accounts spend. This campaign or account was removed, unlinked, or belongs to another workspace.",
        "Choose one in the list, or link the ad account under Connections first.";
    limit_there_already(span) "limit-there-already", "For", "There is such a limit already",
        "It has a limit for {span} already; change that one.",
        "Two limits over the same thing and time would contradict each other: only the lower one would ever hold.",
        "Open Spending limits and change the one that is there.";
    limit_meta_campaigns_only() "limit-at-meta-of-a-campaign", "Have Meta hold it too", "Meta holds limits of single campaigns only",
        "Meta’s limits are of one campaign or set by hand for the ad account; the guard holds this one. Leave the box empty.",
        "Meta has no limit over several campaigns but the ad account’s own, which counts for ever and which only a person sets, in \
         Meta’s billing settings.",
        "Leave the box empty: Tandem’s guard holds the limit. Or set one for each campaign.", CAMPAIGN;
    limit_meta_no_day() "limit-at-meta-for-a-day", "Have Meta hold it too", "Meta has no limit for a day",
        "Meta has no limit for a day; the guard holds this one. Leave the box empty.",
        "Meta counts a campaign’s limit over its whole life, never for one day.",
        "Leave the box empty: Tandem’s guard holds the limit.", CAMPAIGN;
    limit_meta_not_defined() "limit-at-meta-of-an-adopted-campaign", "Have Meta hold it too", "The campaign is not defined here",
        "Only the plan of a campaign defined here can set Meta’s limit; the guard holds this one. Leave the box empty.",
        "Meta’s limit is set by the campaign’s plan. A campaign that was made elsewhere, or is a draft with problems, has none that could.",
        "Leave the box empty: Tandem’s guard holds the limit. An adopted campaign’s own limit can be changed on its page.";
    limit_meta_beside_budget() "limit-at-meta-beside-a-budget", "Have Meta hold it too", "The campaign carries its own budget",
        "Meta takes no limit beside a budget of the campaign itself; the guard holds this one. Leave the box empty.",
        "In the guided shape the budget is the campaign’s own, and Meta refuses a spending limit beside it.",
        "Leave the box empty: Tandem’s guard holds the limit.", CAMPAIGN;
    limit_meta_over() "limit-at-meta-over", "Have Meta hold it too", "The limit’s days are over",
        "Its days are over.",
        "Nothing is left to count, so there is nothing that Meta could hold.",
        "Give the limit a later last day, or remove it.";
    limit_meta_spends_before() "limit-at-meta-too-early", "Have Meta hold it too", "The campaign may spend before the limit’s first day",
        "The campaign may spend before the first day, and Meta counts that too: tick the box once that day has come.",
        "Meta counts a campaign’s limit over its whole life. What the limit has to be at Meta is known once the first day has come.",
        "Leave the box empty until the first day, then change the limit and tick it. Until then Tandem’s guard holds it.", CAMPAIGN;
    limit_meta_below_least(least, currency) "limit-at-meta-below-least", "Have Meta hold it too", "The limit is below Meta’s least",
        "Meta takes a limit from {least} {currency} on; the guard holds this one. Leave the box empty.",
        "Meta refuses a spending limit of a campaign below about a hundred times the least daily budget (100 US dollars).",
        "Leave the box empty: Tandem’s guard holds any amount. Or raise the limit to the amount in the message.", CAMPAIGN;
    limit_used_up(why, wait) "limit-used-up", "", "A spending limit leaves the campaign nothing",
        "{why} Raise or remove the limit on the page Limits{wait}, then approve the plan.",
        "The plan switches a campaign on that a limit would pause again at once. Switching on and off disturbs Meta’s learning and may \
         spend between two looks.",
        "Open Limits and raise or remove the limit, or wait for its next days; then read the plan again and approve it.";
    stop_not_written(confirmed, of, error) "stop-not-written-down", "", "Everything was paused, but that could not be written down",
        "Meta confirmed {confirmed} of {of} campaigns as paused, but that could not be written down ({error}), so queued work is not held \
         back and nothing can be resumed from here yet. Press Stop again.",
        "Pausing at Meta goes first, because money runs out there. Afterwards the database did not take the note of it.",
        "Press Stop again: what is paused stays paused. If it stays, whoever runs the server looks at the database." => Fresh;
}
