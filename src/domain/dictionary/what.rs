//! What a campaign is for: name, objective, result, bid, identity, special category.

super::entries::entries! {
    What, No, Changed;
    name_missing() "name-missing", "Name", "The campaign has no name",
        "Give the campaign a name.",
        "Everything made at Meta is named after the campaign, so it needs a name.",
        "Type a name at Name.";
    text_too_long(length, max) "text-too-long", "", "A text is too long",
        "This is {length} characters long; the limit is {max}.",
        "The text is longer than Meta takes, or than it shows anywhere.",
        "Shorten the text at the field where this stands.";
    text_unreadable() "text-unreadable", "", "A text holds characters that cannot be shown",
        "This holds characters that cannot be shown; type it again.",
        "Control characters came in with the text, most often by copying it out of another program.",
        "Type the text again, or paste it as plain text.";
    text_missing() "text-missing", "", "A text is empty",
        "Write something here, or take the field out.",
        "A field that was opened for a text of its own is empty.",
        "Write the text, or empty the field so that the usual one is used.";
    objective_missing() "objective-missing", "What it is for", "No objective is chosen",
        "Choose what the campaign is for.",
        "The objective decides what may be counted as a result and how Meta delivers.",
        "Choose one of the objectives.", CAMPAIGN;
    pixel_unknown() "pixel-unknown", "Result counted", "The pixel is not of this ad account",
        "That pixel does not belong to this ad account; choose another result.",
        "The result names a pixel that the campaign’s ad account cannot use. It was unlinked, or the form came from another account.",
        "Choose a result of a pixel in the list, or share the pixel with the account at Meta and sync.", AD_SET;
    event_not_countable(objective) "event-not-countable", "Result counted", "The event does not fit the objective",
        "{objective} cannot be counted by that event; choose another result.",
        "Each objective takes certain website events only; Meta refuses other pairs.",
        "Choose another event, or the objective that the event belongs to.", AD_SET;
    pixel_missing(objective) "pixel-missing", "Result counted", "The ad account has no pixel",
        "{objective} are counted by a pixel, and this ad account has none; add one at Meta first.",
        "Results on a website are reported by a pixel. Without one Meta has nothing to count or to optimise for.",
        "Make a pixel in Meta’s Events Manager, give the ad account access and sync; or choose another objective.", AD_SET;
    event_missing(objective) "event-missing", "Result counted", "No event is chosen",
        "Choose the event on the website that counts as a result of {objective}.",
        "The objective is counted by an event on the website, and none is chosen.",
        "Choose pixel and event at Result counted.", AD_SET;
    result_missing(objective) "result-missing", "Result counted", "No result is chosen, or it does not fit the objective",
        "Choose the result that {objective} is counted by.",
        "Meta takes only certain results with each objective; the one given is none of them.",
        "Choose one of the results in the list.", AD_SET;
    attribution_missing() "attribution-missing", "Counted within", "No attribution setting is chosen",
        "Choose how long after a click or a view a result counts.",
        "Results on a website are counted within a window after a click or a view, and none is chosen.",
        "Choose a window at Counted within.", AD_SET;
    bid_cost_goal_with_reach() "cost-goal-with-reach", "Bidding", "Reach takes no cost goal",
        "Reach cannot be bought at a cost per result; choose most results for the money.",
        "A cost goal is a cost per result; people reached are bought by the thousand showings.",
        "Choose “most results for the money”, or another result.", BIDDING;
    cost_goal_missing() "cost-goal-missing", "Cost goal", "The cost goal is empty",
        "Say what a result should cost on average, like 8.00.",
        "The bid strategy is a cost goal, and the cost is missing.",
        "Type the cost, or choose “most results for the money”.", BIDDING;
    cost_goal_zero() "cost-goal-zero", "Cost goal", "The cost goal is not above zero",
        "The cost of a result must be above zero.",
        "Meta bids so that results cost this much on average; nothing can be had for nothing.",
        "Type a cost above zero.", BIDDING;
    bid_missing() "bid-missing", "Bidding", "No bid strategy is chosen",
        "Choose how Meta should bid.",
        "The form did not say how Meta should bid.",
        "Choose one of the two strategies.", BIDDING;
    page_none_linked() "page-none-linked", "Facebook Page", "No Page is linked",
        "No Page is linked; link one under Connections first.",
        "Every ad speaks in the name of a Page, and this workspace has none.",
        "Open Connections, choose the connection, and choose a Page.", CREATIVE;
    page_missing() "page-missing", "Facebook Page", "No Page is chosen",
        "Choose the Page that speaks in the ads.",
        "Every ad speaks in the name of a Page.",
        "Choose a Page.", CREATIVE;
    page_unknown() "page-unknown", "Facebook Page", "The Page is not linked",
        "That Page is not linked to this workspace; choose another.",
        "The form names a Page that this workspace cannot use; it may have been unlinked.",
        "Choose a Page in the list, or link this one under Connections.", CREATIVE;
    instagram_unknown(page) "instagram-unknown", "Instagram account", "The Instagram account is not the Page’s",
        "That Instagram account does not belong to {page}; choose another.",
        "Meta takes an Instagram account only beside the Page it is connected with.",
        "Choose the Instagram account of the chosen Page, or the Page that it belongs to.", CREATIVE;
    instagram_missing() "instagram-missing", "Instagram account", "No Instagram account is chosen",
        "Choose the Instagram account that speaks in the ads, or untick Instagram’s placements.",
        "Ads on Instagram speak in the name of an Instagram account.",
        "Choose the account, or untick every placement on Instagram.", CREATIVE;
    instagram_not_linked(page) "instagram-not-linked", "Instagram account", "The Page has no Instagram account",
        "{page} has no Instagram account; link one at Meta, or untick Instagram’s placements.",
        "Ads on Instagram speak in the name of an Instagram account, and the Page has none that Tandem can see.",
        "Connect an Instagram account with the Page at Meta and choose it under Connections, or untick Instagram’s placements.", CREATIVE;
    special_missing() "special-category-missing", "Special ad category", "The special ad category is not answered",
        "Say whether the ads are of one of these kinds; “None of them” is an answer too.",
        "The law limits ads for credit, employment, housing, politics and the like. Meta wants an answer for each campaign, and \
         Tandem never answers for you.",
        "Choose the category, or “None of them”.", SPECIAL;
}
