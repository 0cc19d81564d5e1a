//! Plans: approving and carrying them out, changes to several campaigns, adopting, stopping.

super::entries::entries! {
    Plans, AsBefore, Changed;
    plan_running() "plan-running", "", "A plan of it is being carried out",
        "A plan of this campaign is being carried out; wait until it has ended.",
        "Two plans at once would undo each other’s work.",
        "Wait until its steps are done, then plan again." => Later;
    plan_running_with_others() "plan-running-with-others", "", "A plan over several campaigns is being carried out",
        "A plan over several campaigns, this one among them, is being carried out; wait until it has ended.",
        "Two plans at once would undo each other’s work.",
        "Wait until its steps are done, then plan again." => Later;
    plan_stale(changes) "plan-stale", "", "The plan is out of date",
        "The campaign or what Meta says of it has changed since this plan was made{changes} Read the new plan and approve that.",
        "A plan is bound to what was wanted and what Meta had when it was shown, so that nobody approves what they did not read.",
        "Read the plan as it is now and approve that one." => Fresh;
    plan_stale_bulk(changes) "plan-over-several-stale", "", "The plan over several campaigns is out of date",
        "What would be done has changed since this plan was made{changes} Read the new plan and approve that.",
        "One of its campaigns was changed here or at Meta meanwhile.",
        "Read the plan as it is now and approve that one." => Fresh;
    plan_empty() "plan-empty", "", "There is nothing to do",
        "There is nothing to do: Meta has the campaign as it should be.",
        "What is wanted and what Meta has are the same.",
        "Change the campaign first, if something should be otherwise.";
    plan_empty_bulk() "plan-over-several-empty", "", "No campaign chosen can be changed",
        "There is nothing to do: no campaign chosen can be changed.",
        "Each of them was left out, for the reason that stands beside it.",
        "Solve the reasons, or choose others.";
    plan_approved_already() "plan-approved-already", "", "The plan was approved already",
        "This plan was approved already.",
        "A plan is carried out once.",
        "Look at its steps; make a new plan for a further change.";
    plan_draft(name) "plan-of-a-draft", "", "A draft with problems cannot be planned",
        "“{name}” is a draft with problems; open it, solve what is marked, and plan again.",
        "A plan needs a campaign without problems; a draft may have some.",
        "Open the campaign and solve what is marked.";
    plan_archived(name) "plan-of-an-archived-campaign", "", "The campaign is archived",
        "“{name}” is archived and cannot run again; duplicate it to make a new one.",
        "Meta lets nothing that is archived run again.",
        "Duplicate it and publish the copy.", CAMPAIGN;
    all_stopped() "everything-stopped", "", "Everything is stopped",
        "Everything is stopped. Resume on the stop page first, then approve the plan.",
        "Somebody pressed Stop all: no plan is carried out until what was on is resumed, or the stop is lifted.",
        "Open the stop page and resume.";
    cannot_become(field, kind, name, now, after) "field-cannot-change", "", "Meta does not change this field any more",
        "{field} of the {kind} {name} is {now} at Meta and cannot become {after} any more: set it back, or make a new campaign.",
        "Some fields are fixed once an object is made: the objective, the result, the kind of budget.",
        "Set the field back in the campaign, or duplicate the campaign and switch this one off.", CAMPAIGN;
    budget_moves(name, now, after) "budget-moves", "Split", "The budget would move between campaign and ad sets",
        "The budget of {name} is {now} at Meta, and this shape moves it {after}. That does not go step by step under what was \
         delivered already: choose the shape it had, or duplicate the campaign, give the copy this shape and switch this one off.",
        "A budget is either the campaign’s or its ad sets’; moving it would stop delivery halfway.",
        "Choose the former shape, or duplicate the campaign.", BUDGETS;
    read_back_differs(differences) "read-back-differs", "", "Meta has it otherwise than approved",
        "Read back, it is not what was approved: {differences}",
        "Everything was written, and what Meta then said of it differs. Somebody may have changed it at that very moment, or Meta \
         keeps it otherwise. Nothing more was switched on.",
        "Read the new plan: it shows what differs. Approve it, or take over what Meta has.";
    step_left_nothing() "step-left-nothing", "", "A step has lost the object before it",
        "A step before this one left no object behind; apply the plan again.",
        "What an earlier step made is not known any more.",
        "Apply the plan again: what is there is found by its mark, and nothing is made twice." => Fresh;
    answer_lost() "answer-lost", "", "The answer was lost",
        "The answer was lost; looking whether it was made.",
        "The call may have reached Meta although no answer came back. Before it is repeated, Tandem looks for the object by its \
         mark, several times with pauses.",
        "Wait; nothing is made twice." => Later;
    adopted_never_made() "adopted-never-made", "", "What was adopted is never made again",
        "What was adopted is never made again; plan anew.",
        "The object was made elsewhere and is gone at Meta; making it again would double it.",
        "Plan again; the plan shows what is there." => Fresh;
    gone_at_meta(name) "gone-at-meta", "", "It is deleted or archived at Meta",
        "“{name}” is deleted or archived at Meta: nothing of it can be changed any more.",
        "Somebody deleted or archived it outside Tandem; Meta lets that not be undone.",
        "Duplicate it, or leave it: its figures stay.", CAMPAIGN;
    saved_meanwhile() "saved-meanwhile", "", "Somebody saved it meanwhile",
        "Somebody saved this campaign meanwhile. Open it again in another window and bring your changes over.",
        "Saving now would throw the other person’s changes away.",
        "Open it again and bring your changes over." => Fresh;
    saved_meanwhile_named(name) "campaign-saved-meanwhile", "", "Somebody saved one of the campaigns meanwhile",
        "Somebody saved “{name}” meanwhile; read the plan again.",
        "The plan was made from an older state of it.",
        "Read the plan again and approve that." => Fresh;
    changed_at_meta(what) "changed-at-meta", "", "It was changed at Meta meanwhile",
        "It was changed at Meta meanwhile. Read again what would be {what}.",
        "What was shown is not what Meta has any more.",
        "Read it again and approve that." => Fresh;
    kept_elsewhere() "adopted-keeps-its-shape", "", "An adopted campaign has a page of its own",
        "This campaign was adopted and is kept as it is; change it on its own page.",
        "The form makes campaigns of Tandem’s shapes; an adopted one may have any.",
        "Open the campaign and choose Edit there.";
    account_stays() "account-stays", "Ad account", "A campaign stays in its ad account",
        "A campaign stays in its ad account; make a new one for another.",
        "Meta’s objects cannot move between ad accounts.",
        "Duplicate the campaign into the other account.";
    nothing_to_pause() "nothing-to-pause", "", "It is not at Meta",
        "This campaign is not at Meta yet, so there is nothing to pause.",
        "A draft spends nothing.",
        "Nothing needs to be done.";
    resume_changed() "resume-changed", "", "What would be resumed has changed",
        "What would be resumed has changed meanwhile. Read the list again and approve that.",
        "Another person resumed or changed something since the list was shown.",
        "Read the list again." => Fresh;
    choose_campaigns() "choose-campaigns", "Campaigns", "No campaign is chosen",
        "Choose at least one campaign.",
        "The change was asked for nothing.",
        "Tick the boxes before the campaigns’ names.";
    too_many_campaigns(most) "too-many-campaigns", "Campaigns", "Too many campaigns at once",
        "Choose at most {most} campaigns at once.",
        "A plan has to be read by a person before it is approved.",
        "Choose fewer, and repeat for the others.";
    line_busy() "change-while-busy", "", "Left out: a plan of it is being carried out",
        "A plan of it is being carried out; wait until that has ended.",
        "Two plans at once would undo each other’s work.",
        "Wait, then choose it again." => Later;
    line_paused() "change-already-paused", "", "Left out: it is paused already",
        "It is paused already.",
        "There is nothing to switch off.",
        "Nothing needs to be done.";
    line_on() "change-already-on", "", "Left out: it is on already",
        "It is on already.",
        "There is nothing to switch on.",
        "Nothing needs to be done.";
    line_over() "change-flight-over", "Ends", "Left out: its flight is over",
        "Its flight is over; give it a later end first.",
        "Switched on, it would not deliver.",
        "Give it a later end, then resume it.";
    line_unlisted() "change-unlisted", "", "Left out: Meta does not list it",
        "Meta does not list it any more.",
        "It was deleted at Meta.",
        "Nothing can be done; its figures stay.";
    line_draft() "change-of-a-draft", "", "Left out: it is a draft",
        "It is a draft: nothing of it is at Meta yet. Change it on its form.",
        "A change over several campaigns changes what is at Meta.",
        "Open its form.";
    line_elsewhere() "change-made-elsewhere", "", "Left out: it was made elsewhere",
        "It was made elsewhere: adopt it first, then it can be changed here.",
        "Tandem changes only what it knows whole.",
        "Adopt it; nothing is written by that.";
    line_problems() "change-with-problems", "", "Left out: its form has problems",
        "Its form has problems; open it, solve what is marked, and try again.",
        "A change starts from a valid campaign.",
        "Open it and solve what is marked.";
    line_differs() "change-with-differences", "", "Left out: Meta has it otherwise",
        "What Meta has differs from what is defined here; open its plan and settle that first.",
        "The change would carry other differences along unseen.",
        "Open its plan, approve it or take over what Meta has, then choose it again.";
    line_same() "change-nothing", "", "Left out: it has that already",
        "That is what it has already.",
        "The change leaves it as it is.",
        "Nothing needs to be done.";
    line_spent(spent, currency) "change-below-spent", "Budget", "Left out: it has spent more already",
        "It has spent {spent} {currency} already; give it more than that in all.",
        "A budget in all covers what was spent; below that Meta stops it or refuses the change.",
        "Give it more than it has spent.", BUDGETS;
    line_minimum(least, currency, pace, minimum) "change-below-minimum", "Budget", "Left out: below Meta’s least",
        "{least} {currency} {pace} for an ad set is below Meta’s least of {minimum}; lower it by less.",
        "Meta’s least budget holds for each ad set.",
        "Lower it by less.", BUDGETS;
    line_currency(own, other) "change-in-another-currency", "Budget", "Left out: another currency",
        "Its budget is in {own}, the change is in {other}: change it apart.",
        "Two currencies are never mixed.",
        "Make a change of its own for it.", CURRENCIES;
    line_nothing_left() "change-nothing-left", "Budget", "Left out: nothing would be left",
        "Nothing would be left of its budget; pause it instead.",
        "A budget must be above zero.",
        "Pause it, or lower it by less.";
    line_own_limit(limit, currency) "change-above-own-limit", "Budget", "Left out: it would pass its own limit",
        "The budget would pass its own limit of {limit} {currency}; raise that on its form first.",
        "The campaign has a limit for its whole flight, and the budget would be above it.",
        "Raise the limit on its form, or give it less.";
    line_inexact() "change-inexact", "Budget", "Left out: its percentages do not give these amounts",
        "Its shares in percent do not give these amounts exactly; change the budget on its form.",
        "Its split is kept in percent, and no percentages give these amounts to the smallest unit.",
        "Open its form and change budget and shares there.";
    line_begun() "change-has-begun", "Starts", "It has begun already",
        "It has begun already; its start stays.",
        "A start that has passed cannot be moved.",
        "Leave the start, or duplicate the campaign.";
}
