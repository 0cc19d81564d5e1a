//! Dates and money: flight, budget, Meta's limit; and amounts and dates as they are typed anywhere.

super::entries::entries! {
    Money, No, Changed;
    amount_unreadable(text) "amount-unreadable", "", "An amount cannot be read",
        "“{text}” is not an amount; write it like 140.00.",
        "What was typed is no number, or not only a number.",
        "Type the amount alone, with a point or a comma before the cents.";
    amount_too_precise(currency, decimals, text) "amount-too-precise", "", "An amount has too many decimals",
        "{currency} has {decimals} decimals; “{text}” has more.",
        "Meta counts each currency in a smallest unit: cents of most, whole units of eleven (yen, forints, won and others).",
        "Type the amount without the further decimals.", CURRENCIES;
    amount_too_large(text) "amount-too-large", "", "An amount is too large",
        "“{text}” is too large an amount.",
        "The number has more digits than can be counted exactly.",
        "Check the amount; a few digits may be too many.";
    date_unreadable(text) "date-unreadable", "", "A date cannot be read",
        "“{text}” is not a date; write it like 2026-12-01 08:00.",
        "What was typed is no date, or a day that the month does not have.",
        "Type year, month and day with dashes, and hours and minutes if it matters.";
    date_out_of_range(text) "date-out-of-range", "", "A date lies in another century",
        "“{text}” is not in this century; check the year.",
        "The year was mistyped.",
        "Type the year with four digits.";
    date_skipped(zone, text) "date-skipped", "", "The clocks skip this hour",
        "The clocks in {zone} skip {text}; choose an hour later.",
        "The ad account’s clocks go forward that night, and the hour does not exist.",
        "Choose an hour earlier or later.";
    ends_past(now) "ends-past", "Ends", "The end lies in the past",
        "It would have ended already; it is {now} there now.",
        "The end, in the ad account’s time zone, is over.",
        "Choose a later end, or none.", AD_SET;
    ends_before_start() "ends-before-start", "Ends", "The end lies before the start",
        "It ends before it starts; swap the two, or choose a later end.",
        "Start and end are swapped, or one of them is mistyped.",
        "Choose an end after the start.", AD_SET;
    flight_too_short() "flight-too-short", "Ends", "The flight is shorter than a day",
        "It must run for at least 24 hours; choose a later end.",
        "Meta refuses daily budgets for flights of less than 24 hours, and a lifetime budget cannot be paced in less.",
        "Choose an end at least 24 hours after the start; where it starts at once, after now.", AD_SET;
    flight_too_long() "flight-too-long", "Ends", "The flight is longer than two years",
        "It would run for more than two years; check the year.",
        "A flight this long is a mistyped year more often than a plan.",
        "Choose an earlier end, or none: then it runs until somebody pauses it.";
    pace_missing() "pace-missing", "Budget", "Daily or lifetime is not chosen",
        "Choose whether the budget is a day or in all.",
        "The same amount means something else a day than in all.",
        "Choose one of the two beside the budget.", BUDGETS;
    lifetime_needs_end() "lifetime-needs-end", "Ends", "A lifetime budget needs an end",
        "A budget in all needs an end; choose one, or a budget a day.",
        "Meta spreads a budget in all over the days until the end, so there must be one.",
        "Choose an end, or a budget a day.", BUDGETS;
    budget_missing(example) "budget-missing", "Budget", "The budget is empty",
        "Say how much it may spend, like {example}.",
        "Nothing says how much the campaign may spend.",
        "Type the budget.";
    budget_zero() "budget-zero", "Budget", "The budget is not above zero",
        "The budget must be above zero.",
        "A budget of nothing cannot be divided, and Meta takes none.",
        "Type a budget above zero.";
    budget_below_minimum(minimum, currency, pace) "budget-below-minimum", "Budget", "The budget is below Meta’s least",
        "Meta takes at least {minimum} {currency} {pace} here.",
        "Meta has a least budget for each ad set and day, in the ad account’s currency; a budget in all must cover it for every \
         day of the flight. Tandem asks Meta for it at each sync.",
        "Raise the budget to the amount in the message, or shorten the flight of a budget in all.", BUDGETS;
    amount_absurd(most, currency) "amount-absurd", "", "An amount is more than anybody spends",
        "This is more than {most} {currency}, which is a mistyped amount more often than a plan; check the digits.",
        "No ad account may spend this much, and Meta refuses it.",
        "Check the digits.", BUDGETS;
    limit_zero() "limit-zero", "Never more than", "The limit is not above zero",
        "The limit must be above zero; leave it empty for none.",
        "A limit of nothing would stop the campaign before it starts.",
        "Type a limit above zero, or leave it empty.", CAMPAIGN;
    limit_below_budget(budget, currency, pace) "limit-below-budget", "Never more than", "The limit is below the budget",
        "The limit is below the budget of {budget} {currency} {pace}.",
        "The campaign would stand still before it has spent what the budget says.",
        "Raise the limit, or lower the budget.", CAMPAIGN;
    limit_below_minimum(least, currency) "limit-below-minimum", "Never more than", "The limit is below Meta’s least",
        "Meta takes a limit from {least} {currency} on; raise it, or leave it empty.",
        "Meta refuses a spending limit of a campaign below about a hundred times the least daily budget (100 US dollars).",
        "Raise the limit, or leave it empty and use a budget in all, which is a limit too.", CAMPAIGN;
    limit_beside_campaign_budget() "limit-beside-campaign-budget", "Never more than", "No limit beside a campaign budget",
        "Meta takes no limit beside a campaign budget: leave it empty, or give the budget in all, which is one.",
        "In the guided shape the budget is the campaign’s own, and Meta refuses a spending limit beside it.",
        "Leave the limit empty, or choose a budget in all, or another shape.", CAMPAIGN;
    period_backwards(until, since) "period-backwards", "Last day", "A period ends before it starts",
        "The period ends ({until}) before it starts ({since}); swap the two dates.",
        "The last day is earlier than the first.",
        "Swap the two days.";
}
