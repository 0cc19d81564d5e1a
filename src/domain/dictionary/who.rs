//! Who may see a campaign, and who pays where the law asks.

super::entries::entries! {
    Who, No, Changed;
    places_missing() "places-missing", "Countries", "No place is chosen",
        "Say where the ads may be shown: countries, cities, or both.",
        "Meta refuses an audience without a place.",
        "Type a country, or choose a city from the search.", TARGETING;
    country_unknown(text, guess) "country-unknown", "Countries", "A country is not known",
        "“{text}” is not a country{guess}",
        "The text is no name and no code of a country.",
        "Write the country’s English name or its two letters, with commas between several.", TARGETING;
    gender_missing() "gender-missing", "Gender", "Nobody is chosen",
        "Choose everybody, women or men.",
        "The form did not say who by gender.",
        "Choose one of the three.", TARGETING;
    reach_missing() "reach-missing", "How strictly", "It is not said whether Meta may go beyond",
        "Say whether Meta may go beyond these people.",
        "Meta’s audience extension is on unless it is told otherwise, so Tandem always asks.",
        "Choose “only these people” or “these as a suggestion”.", TARGETING;
    cities_too_many(most) "cities-too-many", "Cities", "There are too many cities",
        "At most {most} cities; take some out, or choose countries.",
        "More rows than the page and Meta’s limits allow.",
        "Take some out, or choose their country.", TARGETING;
    city_radius(least, most) "city-radius", "Cities", "A city’s radius is out of range",
        "A city reaches {least} to {most} km around it.",
        "Meta takes 17 to 80 km around a city; housing, employment, credit and financial ads need at least 25 km.",
        "Type a radius in that range.", TARGETING;
    city_not_chosen(name) "city-not-chosen", "Cities", "A city was not chosen from the search",
        "The city “{name}” was not chosen from the search; look for it again.",
        "Meta knows cities by keys of its own; a name alone does not tell one.",
        "Take the city out, search for it and choose it.", TARGETING;
    age_out_of_range(youngest, oldest) "age-out-of-range", "Age", "An age is out of range",
        "An age is a number from {youngest} to {oldest}; {oldest} means and older.",
        "Tandem’s ads are for adults, and Meta counts to 65, which means 65 and older.",
        "Choose ages in that range.", TARGETING;
    ages_backwards(from, to) "ages-backwards", "Age", "The ages run backwards",
        "The ages run backwards: {from} to {to}.",
        "The first age is above the second.",
        "Swap the two.", TARGETING;
    special_age(category, youngest, oldest) "special-category-age", "Age", "The special category allows no choice of age",
        "{category}: the law lets nobody be left out by age; use {youngest} to {oldest}.",
        "Ads for housing, employment, credit and financial products may not leave people out by age.",
        "Choose the whole range.", SPECIAL;
    special_gender(category) "special-category-gender", "Gender", "The special category allows no choice of gender",
        "{category}: the law lets nobody be left out by gender; choose everybody.",
        "Ads for housing, employment, credit and financial products may not leave people out by gender.",
        "Choose everybody.", SPECIAL;
    special_interests_only(category, name) "special-category-details", "Interests and behaviours",
        "The special category allows interests only",
        "{category}: Meta lets these ads use interests only; take “{name}” out.",
        "Behaviours and demographics may leave protected people out, so Meta refuses them here.",
        "Take it out.", SPECIAL;
    special_no_exclusion(category, name) "special-category-exclusion", "Custom audiences", "The special category leaves nobody out",
        "{category}: Meta lets these ads leave no audience out; take “{name}” out of the list.",
        "Ads of these categories may not exclude custom audiences.",
        "Take the audience out of the list of those left out.", SPECIAL;
    special_no_lookalike(category, name) "special-category-lookalike", "Custom audiences", "The special category takes no lookalike",
        "{category}: Meta lets these ads use no lookalikes; take “{name}” out.",
        "A lookalike repeats who is in its source, so Meta refuses it for these categories.",
        "Take the lookalike out.", SPECIAL;
    language_not_chosen(name) "language-not-chosen", "Languages", "A language was not chosen from the search",
        "The language “{name}” was not chosen from the search; look for it again.",
        "Meta knows languages by keys of its own.",
        "Take the language out, search for it and choose it.", TARGETING;
    details_too_many(most) "details-too-many", "Interests and behaviours", "There are too many interests and behaviours",
        "At most {most} interests and behaviours; take some out.",
        "More than the page and Meta’s limits allow.",
        "Take some out.", DETAILED;
    detail_not_chosen(name) "detail-not-chosen", "Interests and behaviours", "An interest was not chosen from the search",
        "The interest “{name}” was not chosen from the search; look for it again.",
        "Meta knows interests and behaviours by ids of its own, and each belongs to a kind.",
        "Take it out, search for it and choose it.", DETAILED;
    detail_groups_too_many(most) "detail-groups-too-many", "Interests and behaviours", "There are too many groups",
        "At most {most} groups must match; join some.",
        "Each group narrows the audience further.",
        "Put some interests into the same group.", DETAILED;
    custom_too_many(most) "custom-audiences-too-many", "Custom audiences", "There are too many custom audiences",
        "At most {most} custom audiences; take some out.",
        "Meta takes a limited number in one ad set.",
        "Take some out, or join them into one at Meta.", TARGETING;
    custom_not_chosen(name) "custom-audience-not-chosen", "Custom audiences", "A custom audience was not chosen from the list",
        "The audience “{name}” was not chosen from the ad account’s audiences; look for it again.",
        "Meta knows custom audiences by ids of the ad account.",
        "Take it out and choose it from the list.", TARGETING;
    custom_both_sides(name) "custom-audience-both-sides", "Custom audiences", "A custom audience is in and out",
        "“{name}” cannot be both included and left out; choose one.",
        "Nobody would be left.",
        "Take it out of one of the two lists.", TARGETING;
    payer_missing() "payer-missing", "Who pays (EU)", "It is not said who pays",
        "Ads shown in the EU must say who pays for them; give a name.",
        "The Digital Services Act asks who pays for each ad shown in the EU. Meta refuses ad sets without it.",
        "Type the name of the business or person that pays.", AD_SET;
    beneficiary_missing() "beneficiary-missing", "Who benefits (EU)", "It is not said who benefits",
        "Ads shown in the EU must say who benefits from them; give a name.",
        "The Digital Services Act asks on whose behalf each ad is shown in the EU. Meta refuses ad sets without it.",
        "Type the name of the business or person that the ads are for.", AD_SET;
    audience_name_missing() "audience-name-missing", "Save this audience for other campaigns", "The audience has no name",
        "Give the audience a name.",
        "Saved audiences are chosen by their names.",
        "Type a name, like “Lisbon, 25 to 45”.";
    audience_name_taken(name) "audience-name-taken", "Save this audience for other campaigns", "There is an audience of this name",
        "There is an audience called “{name}” already; choose another name.",
        "Two audiences of one name could not be told apart in the list.",
        "Choose another name, or open the one that is there and change it.";
    audience_saved_meanwhile() "audience-saved-meanwhile", "", "Somebody saved the audience meanwhile",
        "Somebody saved this audience meanwhile. Open it again in another window and bring your changes over.",
        "Saving now would throw the other person’s changes away.",
        "Open it again and bring your changes over." => Fresh;
    audience_not_chosen() "audience-not-chosen", "Use a saved audience", "No saved audience is chosen",
        "Choose a saved audience from the list.",
        "The button fills the form in from a saved audience, and none is chosen.",
        "Choose one in the list, then press Fill in.";
}
