//! Adopting, changing what was adopted, and drift: taking over what Meta has, or setting it back.

super::entries::entries! {
    Adopting, AsBefore, Changed;
    adopt_made_here(name) "adopt-made-here", "", "The campaign was made here",
        "“{name}” was made here; there is nothing to adopt.",
        "Adopting takes over campaigns that were made elsewhere. This one Tandem knows whole.",
        "Open it and change it on its form.";
    adopt_from_file(name) "adopt-from-a-file", "", "The campaign is known from a file only",
        "“{name}” is known from a report file only; connect its ad account first.",
        "A report file holds figures and names, not what the campaign is. To take it over, Meta has to be asked.",
        "Connect the ad account under Connections and sync; then adopt it.";
    adopt_over(name) "adopt-what-is-gone", "", "The campaign is deleted or archived",
        "“{name}” is deleted or archived at Meta.",
        "Meta lets nothing of it run or change again, so there is nothing to take over.",
        "Leave it: its figures stay. Make a new campaign, or duplicate one.", CAMPAIGN;
    adopt_unreadable() "adopt-unreadable", "", "What Meta said of the campaign cannot be read",
        "What Meta said of the campaign cannot be read; sync the account and try again.",
        "The campaign itself is not among what was last read from Meta, so it is not known what would be taken over.",
        "Sync the ad account under Connections, then adopt it." => Fresh;
    adopted_switch() "adopted-switch", "State", "The switch is neither on nor off",
        "It is either on or off.",
        "The form or program sent another word.",
        "Choose on or off.";
    adopted_name(most) "adopted-name", "Name", "The name is missing or too long",
        "Give it a name of 1 to {most} characters.",
        "Meta takes names of one line, up to that length.",
        "Type a name of one line.", CAMPAIGN;
    adopted_without_budget() "adopted-without-budget", "Budget", "It carries no budget of its own",
        "It carries no budget of its own.",
        "Its budget is the campaign’s, or its ad sets’. Moving it would stop delivery halfway.",
        "Change the budget where it stands on the page.", BUDGETS;
    adopted_below_least(least, currency) "adopted-budget-below-least", "Budget", "The budget is below Meta’s least",
        "Meta asks for at least {least} {currency}.",
        "Meta has a least budget for each ad set and day, in the ad account’s currency.",
        "Raise the budget to the amount in the message.", BUDGETS;
    adopted_end_stays() "adopted-end-stays", "Ends", "An end cannot be taken away",
        "Meta does not take an end away again; choose a later one.",
        "Once an ad set has an end, Meta keeps one.",
        "Choose a later end.", AD_SET;
    adopted_start_missing() "adopted-start-missing", "Starts", "The start is empty",
        "Say when it starts, or leave the time that stands there.",
        "An ad set at Meta has a start; it cannot be taken away.",
        "Type the start, or load the page again for the one it has.", AD_SET;
    adopted_has_started() "adopted-has-started", "Starts", "It has started already",
        "It has started already; its start stays.",
        "A start that has passed cannot be moved.",
        "Load the page again for the start it has, or pause it.", AD_SET;
    adopted_in_the_past() "adopted-in-the-past", "Ends", "The time lies in the past",
        "That lies in the past; choose a later time.",
        "On the clock of the ad account this time is over.",
        "Choose a later time; to end it now, switch it off.", AD_SET;
    adopted_object_unknown() "adopted-object-unknown", "", "The campaign has no such object",
        "The campaign has no such object.",
        "The call names an ad set or ad that was not taken over with this campaign.",
        "Read the campaign again and use the ids that stand there.";
    adopted_object_twice() "adopted-object-twice", "", "An object is named twice",
        "This object is named above already; say everything of it at once.",
        "Two lists of changes for one object could contradict each other.",
        "Put all changes of an object into one.";
    adopted_limit_of_campaign() "adopted-limit-of-a-campaign", "Never more than", "Only a campaign has a limit",
        "Only a campaign has a limit.",
        "Meta’s spending limit is the campaign’s; ad sets and ads have none.",
        "Change the limit at the campaign.", CAMPAIGN;
    adopted_times_of_ad_set() "adopted-times-of-an-ad-set", "Starts", "Only an ad set has times",
        "Only an ad set has times of its own.",
        "At Meta the start and the end are the ad sets’; campaigns and ads have none that count.",
        "Change them at each ad set.", AD_SET;
    adopted_switch_of_campaign() "adopted-switch-of-a-campaign", "State", "A campaign is switched by its plan",
        "A campaign is switched by its plan; approve that.",
        "Switching a campaign on starts spending, so a person reads the plan and approves it.",
        "Read the campaign’s plan and approve it, or pause the campaign on its page.";
    drift_named_wrongly(text) "drift-not-named", "", "A drift is not named so",
        "“{text}” names no drift: it is named like 123.budget, the object’s id, a dot, and the field.",
        "The page or program asks for something that is no field of an object.",
        "Read what drifts now and use the names that stand there.";
    drift_none_ticked() "drift-none-ticked", "", "Nothing is ticked",
        "Tick at least one field.",
        "Adopting and setting back work field by field, and none is chosen.",
        "Tick the fields, then choose what to do with them.";
    drift_changed() "drift-changed", "", "What drifts has changed",
        "What was ticked is not as it was shown: Meta, a plan or somebody here changed it meanwhile. Read what drifts now.",
        "Between reading and choosing something was changed, so nobody would know what they approve.",
        "Read what drifts now and tick again." => Fresh;
    drift_offer_changed() "drift-offer-changed", "", "What would be adopted has changed",
        "Meta or somebody here changed it meanwhile. Read again what would be adopted.",
        "What was shown is not what would be taken over any more.",
        "Read it again and approve that." => Fresh;
    drift_nothing(name) "drift-nothing", "", "Nothing drifted",
        "“{name}” is not at Meta as it was defined here: nothing drifted.",
        "Drift is what differs at Meta from what Tandem published. This campaign was never published from here, or is archived.",
        "Nothing needs to be done. A campaign made elsewhere can be adopted on its page.";
    drift_with_problems() "drift-with-problems", "", "The campaign’s form has problems",
        "Its form has problems, so nothing can be held against it: solve what is marked there.",
        "What drifts is told by what the form means, and with problems it means nothing whole.",
        "Open the campaign, solve what is marked and save it." => Fresh;
    drift_form_unreadable(error) "drift-form-unreadable", "", "The stored form cannot be read",
        "Its form cannot be read: {error}.",
        "What was stored of the campaign’s form is damaged, or was written by a newer version of Tandem.",
        "Start the newest version of Tandem; if it stays, restore a backup, or duplicate the campaign.";
    drift_parent_missing(name) "drift-parent-missing", "", "It stands in an ad set that is not taken over",
        "{name} stands in an ad set that is not taken over: adopt that too.",
        "The ad set was added outside Tandem as well, and an ad cannot be kept without it.",
        "Tick the ad set too, or set the ad back.";
    drift_form_refuses(message) "drift-form-refuses", "", "The form could not be saved so",
        "The form could not be saved so: {message}",
        "What Meta has does not fit what Tandem’s form allows, so taking it over would leave a campaign that cannot be published.",
        "Set the field back, or change the form until it takes it.";
    drift_only_nearly(field, name) "drift-only-nearly", "", "The form can say it only nearly",
        "{field} of {name} can be said by the campaign’s form only nearly: set it back, or change it by hand.",
        "Taken over, the form would mean something a little different, and the next plan would change it again.",
        "Set the field back, or change the form by hand to what it should be.";
    drift_part_needed(name) "drift-part-needed", "", "The shape needs what was deleted",
        "{name} cannot be left out of this campaign’s shape. Choose another shape on its form, or publish again: the plan makes it anew.",
        "The shape makes an ad set for each network or placement group; one of them was deleted at Meta.",
        "Choose another shape on the form, or publish again.";
    drift_no_place(name) "drift-no-place", "", "The form has no place for what was added",
        "{name} is on, and a campaign defined here has no place for it: set it back, which pauses it, or move it to a campaign of its own.",
        "Somebody added an ad set or an ad in Ads Manager. Tandem’s shapes have a fixed set of ad sets with the same ads.",
        "Set it back: it is paused and stays at Meta. Or make a campaign of its own for it.";
    drift_unsaid(field, way_out) "drift-not-in-the-form", "", "The form has no word for it",
        "{field} cannot be said by the campaign’s form: {way_out}.",
        "What Meta has now is something that Tandem’s form cannot define, so it cannot become what is wanted here.",
        "Do as the message says: mostly, set it back, or duplicate the campaign.";
    drift_budget_missing() "drift-budget-missing", "Budget", "Meta says no budget",
        "Meta says no budget of its own for it any more: set it back.",
        "The budget was moved to the campaign or to its ad sets at Meta, which the form cannot follow.",
        "Set it back, or duplicate the campaign and choose the shape that it has now.", BUDGETS;
    drift_not_of_campaign(name) "drift-not-of-this-campaign", "", "It is not of this campaign",
        "{name} is no ad set of this campaign.",
        "What the campaign has at Meta and what is known here of it have come apart.",
        "Sync the ad account and read again what drifts." => Fresh;
    drift_set_switch(name) "drift-switch-of-an-ad-set", "State", "A single ad set has no switch here",
        "A campaign defined here has no switch for {name} alone: switch it on again, or choose a shape or placements without it on the form.",
        "Tandem switches campaigns as a whole; which ad sets there are follows from the shape.",
        "Set it back, or choose a shape without it.";
    drift_ad_switch(name) "drift-switch-of-an-ad", "State", "A single ad has no switch here",
        "A campaign defined here has no switch for a single ad: switch {name} on again, or take the ad out of the form; Meta keeps it paused.",
        "Tandem switches campaigns as a whole; which ads there are is said by the form.",
        "Set it back, or take the ad out of the form.";
    drift_other_creative(name) "drift-other-creative", "Ads", "The ad shows another creative",
        "Meta does not say what the other creative of {name} shows in words that the form has: set it back, or write the ad anew on the form.",
        "Somebody gave the ad another creative, of a kind that Tandem’s form does not define.",
        "Set it back, or write on the form what the ad should show.", CREATIVE;
    drift_other_picture(name) "drift-other-picture", "Picture", "The other picture is not here",
        "The other picture of {name} was not sent from here: upload it on the campaign’s form, or set it back.",
        "Tandem has the pictures that were sent from here; this one was added at Meta.",
        "Download it from Ads Manager and choose it on the form, or set the ad back.", IMAGE;
    drift_only_ad(name) "drift-only-ad", "Ads", "It is the campaign’s only ad",
        "{name} is the campaign’s only ad: publish again, and the plan makes it anew, or put another ad into the form first.",
        "A campaign without an ad shows nothing, so the last one cannot be left out.",
        "Publish again, or put another ad into the form first.";
    drift_not_on_form(name) "drift-not-on-the-form", "", "It is not on the form any more",
        "{name} is not on the campaign’s form any more.",
        "The form was changed since: what drifted belongs to an ad that was taken out.",
        "Publish the form, or set the ad back.";
    drift_name_unlike(full, template) "drift-name-unlike-its-template", "Names", "The name is none that its template makes",
        "“{full}” is no name that the template {template} makes: set it back, or change the template on the form.",
        "Names at Meta follow templates. Taken over, this name would be changed again by the next plan.",
        "Set it back, or change the template on the form.";
    drift_picture_stays() "drift-picture-stays", "Picture", "A picture never changes",
        "A picture never changes.",
        "At Meta a picture is known by what it shows; another picture is another one.",
        "Nothing needs to be done.", IMAGE;
    drift_too_large() "drift-budgets-too-large", "Budget", "The budgets are too large",
        "The budgets are too large to be added up.",
        "Together they have more digits than can be counted exactly.",
        "Set the budgets back.";
    drift_value_unreadable(text) "drift-value-unreadable", "", "What Meta said cannot be read",
        "“{text}” is not what Meta writes here; sync the ad account and try again.",
        "A stored amount or time of Meta’s is damaged or in another form.",
        "Sync the ad account, then read again what drifts." => Fresh;
    revert_gone_campaign() "revert-gone-campaign", "", "What is deleted never runs again",
        "What is deleted or archived at Meta never runs again: adopt that it is gone, or duplicate the campaign.",
        "Somebody deleted or archived the campaign outside Tandem; Meta lets that not be undone.",
        "Adopt that it is gone, or duplicate the campaign and publish the copy.", CAMPAIGN;
    revert_gone_made(name) "revert-gone", "", "What is deleted does not come back",
        "What is deleted or archived at Meta does not come back: the campaign’s whole plan makes {name} anew, without what the old one \
         learned and gathered.",
        "Meta keeps nothing of it that could be switched on. A new one starts learning from nothing.",
        "Read the campaign’s whole plan and approve it, or adopt that it is gone.", CAMPAIGN;
    revert_gone_adopted(name) "revert-gone-adopted", "", "What is deleted does not come back",
        "What is deleted or archived at Meta does not come back: adopt that it is gone, or make {name} again in Ads Manager.",
        "Tandem changes and switches what was adopted, and never makes it a second time.",
        "Adopt that it is gone, or make it again in Ads Manager.", CAMPAIGN;
    revert_added_off(name) "revert-added-off", "", "It is off already",
        "{name} is off already, and Tandem deletes nothing at Meta: adopt it, or delete it in Ads Manager.",
        "What was added is set back by pausing it, and it is paused.",
        "Adopt it, which leaves it as it is, or delete it in Ads Manager.";
    revert_adopted_ad(name) "revert-ad-of-an-adopted-campaign", "Ads", "Ads of adopted campaigns are not written",
        "Tandem does not write the ads of an adopted campaign: set {name} back in Ads Manager, or adopt it as it is.",
        "What an adopted ad says and shows may be of kinds that Tandem does not make, so it is only kept.",
        "Set it back in Ads Manager, or adopt it.";
    revert_impossible(field, name) "revert-not-from-here", "", "It cannot be set back from here",
        "{field} of {name} cannot be set back from here: set it back in Ads Manager.",
        "No call of Tandem’s changes this field of such an object.",
        "Set it back in Ads Manager, or adopt it as it is.";
    revert_fixed(field, name) "revert-fixed-at-meta", "", "Meta does not let it be changed",
        "{field} of {name} cannot be set back from here: Meta does not let it be changed. Adopt it as it is now, or set it back in Ads \
         Manager.",
        "Some fields are fixed for programs once an object is made.",
        "Adopt it as it is now, or set it back in Ads Manager.";
}
