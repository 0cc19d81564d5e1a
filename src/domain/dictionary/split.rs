//! Placements, and how a budget is divided over ad sets.

super::entries::entries! {
    Split, No, Changed;
    automatic_needs_shared() "automatic-needs-shared", "Placements", "Automatic placements need the shared shape",
        "Where Meta chooses the placements there is one ad set: choose the shared shape, or untick this.",
        "A split gives each ad set its own placements, so Meta cannot choose them.",
        "Choose the shared shape, or untick automatic placements.", PLACEMENTS;
    placement_unknown(placement) "placement-unknown", "Placements", "The placement cannot be chosen",
        "“{placement}” is not a placement that can be chosen; untick it.",
        "The placement is unknown, or Meta delivers no single pictures there any more.",
        "Untick it and choose another.", PLACEMENTS;
    placements_missing() "placements-missing", "Placements", "No placement is chosen",
        "Choose at least one placement.",
        "Nothing says where the ads may stand. Sent empty, Meta would choose all placements, which Tandem does only when asked.",
        "Tick placements, or let Meta choose them.", PLACEMENTS;
    stories_need_feed() "stories-need-feed", "Placements", "Facebook’s Stories stand alone",
        "Facebook’s Stories need Facebook’s Feed, or Instagram’s Stories in the same ad set: choose one of them too.",
        "Meta takes Facebook’s Stories only beside Facebook’s Feed or Instagram’s Stories in the same ad set.",
        "Choose one of them too, or leave Facebook’s Stories out.", PLACEMENTS;
    placement_needs_feed(placement) "placement-needs-feed", "Placements", "A placement needs Facebook’s Feed",
        "Facebook’s {placement} needs Facebook’s Feed: choose Feed too, or leave it out.",
        "Meta takes Marketplace, search results, profile feeds and notifications only beside Facebook’s Feed in the same ad set.",
        "Choose Facebook’s Feed too, or leave the placement out.", PLACEMENTS;
    group_stories_alone() "group-stories-alone", "Placements", "A group holds Facebook’s Stories alone",
        "Facebook’s Stories would stand in an ad set without a feed here, and Meta takes that only beside Instagram’s Stories: \
         choose these too, or leave Facebook’s out.",
        "In the shape per placement group, Stories are an ad set of their own.",
        "Choose Instagram’s Stories too, leave Facebook’s out, or choose another shape.", PLACEMENTS;
    shape_missing() "shape-missing", "Split", "No shape is chosen",
        "Choose how the budget is split.",
        "Nothing says how the budget is divided over Facebook and Instagram.",
        "Choose a shape; shared is the usual one.";
    network_without_placement(what, network) "network-without-placement", "Placements", "A network has no placement",
        "{what} need a placement on each network: choose one on {network}, or the shared shape.",
        "The shape makes an ad set for each network, and one of them would stand nowhere.",
        "Tick a placement on that network, or choose the shared shape.";
    groups_too_few() "groups-too-few", "Placements", "There is one placement group only",
        "A budget a group needs placements of two groups at least (feeds, stories, reels, explore and other): choose more, or the \
         shared shape.",
        "With one group there is nothing to divide.",
        "Choose placements of another group, or the shared shape.";
    amounts_missing() "amounts-missing", "Amounts", "It is not said how amounts are given",
        "Choose percent, money, even, or learned.",
        "Shares can be percentages, amounts of money, even, or learned from results.",
        "Choose one of the four.";
    learned_needs_daily() "learned-needs-a-daily-budget", "Amounts", "Learned amounts need a budget a day",
        "Learned amounts move from day to day, so they need a budget a day; choose that, or fixed amounts.",
        "A lifetime budget is paced by Meta over the whole flight; moving it by day would fight that.",
        "Choose a daily budget, or give the amounts yourself.", BUDGETS;
    learned_beside_guided() "learned-beside-guided", "Amounts", "Meta divides a guided budget by itself",
        "Meta divides a guided budget by itself; choose percent or money, or a budget for each network or group.",
        "In the guided shape the campaign carries the budget, and there is nothing for Tandem to move.",
        "Choose the shape per network or per placement group for learned amounts.", BUDGETS;
    learned_start_is_partial() "learned-start-is-partial", "Share", "Only some shares are given",
        "Give each its share to start from, or leave all empty to start even.",
        "Learned amounts start from what is typed for every ad set, or even.",
        "Fill in the missing shares, or clear them all.";
    shares_above_budget(subject) "shares-above-budget", "Share", "The shares are more than the budget",
        "{subject} more than the whole budget.",
        "One share was left empty as the rest, and nothing is left for it.",
        "Lower the shares, or raise the budget.";
    share_missing(part) "share-missing", "Share", "A share is missing",
        "Give each {part} its share, or choose even.",
        "Only one share may be left empty: that one gets the rest.",
        "Type the missing shares, or choose even.";
    share_negative() "share-negative", "Share", "A share is below zero",
        "This cannot be below zero.",
        "A share, floor or ceiling below zero means nothing.",
        "Type zero or more.";
    percent_unreadable(text) "percent-unreadable", "Share", "A percentage cannot be read",
        "“{text}” is not a percentage; write it like 42.5.",
        "What was typed is no number.",
        "Type the number alone, with or without a percent sign.";
    percent_too_precise(text) "percent-too-precise", "Share", "A percentage has too many decimals",
        "“{text}” has more than two decimals.",
        "Shares are kept in hundredths of a percent, so that they add up exactly.",
        "Type at most two decimals.";
    percent_above_hundred() "percent-above-hundred", "Share", "A percentage is above 100",
        "This is more than 100 %.",
        "No part can have more than the whole.",
        "Type at most 100.";
    share_above_ceiling(share, ceiling) "share-above-ceiling", "Ceiling", "A share is above its own ceiling",
        "{share} % is above your ceiling of {ceiling} %. Raise it to {share}, or lower the share.",
        "The share and the ceiling of the same ad set contradict each other.",
        "Raise the ceiling, or lower the share.";
    share_below_floor(share, floor) "share-below-floor", "Floor", "A share is below its own floor",
        "{share} % is below your floor of {floor} %. Lower it to {share}, or raise the share.",
        "The share and the floor of the same ad set contradict each other.",
        "Lower the floor, or raise the share.";
    percent_sum(sum, difference, what) "shares-do-not-add-up", "Share", "The shares do not add up to 100 %",
        "The shares add up to {sum} %: {difference} % {what}.",
        "Shares are kept exactly, so they must add up to 100 %.",
        "Change one of them by the difference, or leave one empty: it gets the rest.";
    money_sum(sum, total, difference, what) "amounts-do-not-add-up", "Share", "The amounts do not add up to the budget",
        "The amounts add up to {sum}, not {total}: {difference} {what}.",
        "Amounts are kept exactly, so they must add up to the budget.",
        "Change one of them by the difference, or leave one empty: it gets the rest.";
    floor_above_ceiling() "floor-above-ceiling", "Ceiling", "A floor is above its ceiling",
        "The ceiling is below the floor; raise it, or lower the floor.",
        "Nothing lies between the two.",
        "Swap them, or change one.";
    floors_above_budget(needed, pace, more, budget) "floors-above-budget", "Floor", "The floors need more than the budget",
        "The floors need {needed} {pace}, {more} more than the budget: lower them, or raise the budget to {budget}.",
        "Together the floors are more than there is to divide.",
        "Lower a floor, or raise the budget to the amount in the message.";
    ceilings_below_budget(allowed, pace, less, budget) "ceilings-below-budget", "Ceiling", "The ceilings leave money over",
        "The ceilings allow {allowed} {pace}, {less} less than the budget: raise them, or lower the budget to {budget}.",
        "Together the ceilings allow less than there is to divide.",
        "Raise a ceiling, or lower the budget to the amount in the message.";
    amount_below_floor(amount, floor) "amount-below-floor", "Floor", "An amount is below its floor",
        "{amount} is below your floor of {floor}; lower the floor, or give more.",
        "The amount and the floor of the same ad set contradict each other.",
        "Lower the floor, or give the ad set more.";
    amount_above_ceiling(amount, ceiling) "amount-above-ceiling", "Ceiling", "An amount is above its ceiling",
        "{amount} is above your ceiling of {ceiling}; raise the ceiling, or give less.",
        "The amount and the ceiling of the same ad set contradict each other.",
        "Raise the ceiling, or give the ad set less.";
    share_below_minimum(amount, pace, minimum, nearest) "share-below-minimum", "Share", "An ad set is below Meta’s least",
        "{amount} {pace} is below Meta’s least of {minimum} for an ad set: {nearest}, or choose the shared shape.",
        "Meta’s least budget holds for each ad set, so a split needs it several times.",
        "Give the ad set the share in the message, raise the budget, or choose the shared shape.", BUDGETS;
    budget_below_minimums(minimum, currency, pace, least) "budget-below-minimums", "Budget", "The budget is below two ad sets’ least",
        "Meta takes at least {minimum} {currency} {pace} an ad set, and there are two: give {least} or more, or choose the shared \
         shape.",
        "Meta’s least budget holds for each ad set; the guided shape has two.",
        "Raise the budget to the amount in the message, or choose the shared shape.", BUDGETS;
    ceiling_below_minimum(minimum, pace) "ceiling-below-minimum", "Ceiling", "A ceiling is below Meta’s least",
        "Meta takes no ad set below {minimum} {pace}: raise the ceiling.",
        "An ad set that may never have Meta’s least budget would be refused.",
        "Raise the ceiling to the amount in the message, or leave it empty.", BUDGETS;
    split_impossible() "split-impossible", "Split", "There is nothing to split",
        "There is no budget to split; give one, or choose the shared shape.",
        "A split needs a budget above zero and two ad sets at least.",
        "Give a budget, or choose the shared shape.";
}
