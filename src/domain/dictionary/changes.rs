//! What keeps a change over several campaigns from one of them: the reasons that stand beside those left out.

super::entries::entries! {
    Plans, AsBefore, Changed;
    line_no_room() "change-without-room", "Budget", "Left out: floors and ceilings leave no room",
        "Its floors and ceilings leave no room for that budget; change them on its form first.",
        "Together the floors are more than the new budget, or the ceilings less.",
        "Open its form, change the floors and ceilings, and choose it again.";
    line_indivisible() "change-indivisible", "Budget", "Left out: the budget cannot be divided",
        "Its budget cannot be divided; change it on its form.",
        "The ad sets’ amounts are all zero, or too large to be counted, so their proportions are not known.",
        "Open its form and give the amounts there.";
    line_below_floor(name, amount, floor, currency) "change-below-floor", "Budget", "Left out: an ad set would fall below its floor",
        "{name} would get {amount}, below its floor of {floor} {currency}; lower that on its form first.",
        "The new budget, divided as before, gives an ad set less than the least you set for it.",
        "Lower the floor on its form, or lower the budget by less.";
    line_above_ceiling(name, amount, ceiling, currency) "change-above-ceiling", "Budget",
        "Left out: an ad set would rise above its ceiling",
        "{name} would get {amount}, above its ceiling of {ceiling} {currency}; raise that on its form first.",
        "The new budget, divided as before, gives an ad set more than the most you set for it.",
        "Raise the ceiling on its form, or raise the budget by less.";
    line_too_large() "change-too-large", "Budget", "Left out: the budget would be too large",
        "The budget would be larger than can be counted.",
        "The change makes a number of more digits than any budget has.",
        "Check the digits of the change.";
    line_start_missing() "change-start-missing", "Starts", "Left out: no start is given",
        "Give a start, or leave it as it is.",
        "The change names a start and gives none.",
        "Type the start, or leave it out of the change.";
    line_start_passed(now) "change-start-passed", "Starts", "Left out: the start has passed",
        "The start has passed: it is {now} there now.",
        "The new start, on the clock of this campaign’s ad account, is over.",
        "Choose a later start, or change this campaign apart.", AD_SET;
    line_end_missing() "change-end-missing", "Ends", "Left out: no end is given",
        "Give an end, or leave it as it is.",
        "The change names an end and gives none. Meta does not take an end away again.",
        "Type the end, or leave it out of the change.";
    line_end_passed(now) "change-end-passed", "Ends", "Left out: the end has passed",
        "The end has passed: it is {now} there now.",
        "The new end, on the clock of this campaign’s ad account, is over.",
        "Choose a later end, or pause the campaign instead.", AD_SET;
    line_backwards() "change-ends-before-start", "Ends", "Left out: it would end before it starts",
        "It would end before it starts; choose a later end.",
        "The new dates, with the ones that stay, run backwards for this campaign.",
        "Choose a later end, or change this campaign apart.", AD_SET;
    line_not_linked(name) "change-account-not-linked", "", "Left out: its ad account is not linked",
        "“{name}” is not linked to Meta: nothing can be written there.",
        "Its figures come from files only, or its connection was removed.",
        "Connect the ad account under Connections, then choose the campaign again.";
}
