//! The list of campaigns: filters, labels and what its bar changes.

super::entries::entries! {
    Lists, No, Changed;
    filter_name(most) "filter-name", "Name", "The filter has no name, or a long one",
        "Give the filter a name of 1 to {most} characters.",
        "Kept filters are chosen by their names above the list.",
        "Type a short name.";
    filters_too_many(most) "filters-too-many", "Name", "You keep too many filters",
        "You keep {most} filters already; delete one first.",
        "More would not fit above the list.",
        "Delete a filter that you do not use, or keep this one under the name of another.";
    filters_of_people() "filters-need-a-person", "", "Filters are kept by people",
        "Filters are kept by people; a token or the command line keeps none.",
        "A kept filter belongs to the person who kept it. A token and the command line belong to no person.",
        "Sign in with a browser. A program sends the filter’s parameters with each call.";
    filter_value(value, known) "filter-value-unknown", "", "A filter’s value is not known",
        "“{value}” is none of {known}.",
        "The link or program asks the list for a value that it does not have.",
        "Use one of the values in the message, or choose again above the list.";
    label_missing() "label-name-missing", "Label", "The label has no name",
        "Give the label a name.",
        "Campaigns are put together under a label’s name.",
        "Type the name at Label, or choose one that is there.";
    label_too_long(most) "label-too-long", "Label", "The label is too long",
        "A label has at most {most} characters.",
        "Longer ones would not fit beside a campaign’s name.",
        "Shorten it.";
    list_change_missing() "change-missing", "", "It is not said what to do",
        "Choose what to do with the campaigns ticked.",
        "The form was sent without one of the buttons of its bar, or names something that it cannot do.",
        "Tick campaigns and press Pause, Resume, Budget, Dates or Label.";
    list_amount_missing() "change-amount-missing", "By or to", "It is not said by how much",
        "Say by how much, like 10.",
        "The budget change has no amount.",
        "Type a percentage or an amount at By or to.";
    list_amount_zero() "change-amount-zero", "By or to", "The amount is not above zero",
        "The amount must be above zero.",
        "A change by nothing changes nothing; raising or lowering is chosen beside it.",
        "Type an amount above zero and choose raise, lower or set.";
    list_currency_missing() "change-currency-missing", "By or to", "The amount has no currency",
        "Choose the currency of the amount.",
        "The campaigns may be in several currencies, and an amount alone means nothing.",
        "Choose the currency beside the amount. Campaigns in others are left out, with the reason.";
    list_budget_as_missing() "change-of-budget-missing", "Change", "It is not said how the budget changes",
        "Choose how the budget changes.",
        "A budget can be raised, lowered or set, by percent or by an amount.",
        "Choose one in the list at Change.";
    list_dates_missing() "change-dates-missing", "End", "Neither a start nor an end is given",
        "Give a start or an end, like 2026-12-24 23:59.",
        "The change of dates names no date.",
        "Type a start, an end, or both.";
    account_missing() "account-missing", "Ad account", "No ad account is chosen",
        "Choose an ad account.",
        "Duplicating into another ad account needs one.",
        "Choose one in the list.";
}
