//! Taking changes back: why one of the history cannot be.

super::entries::entries! {
    Adopting, AsBefore, Changed;
    undo_archived() "undo-of-an-archived-campaign", "", "The campaign is archived",
        "The campaign is archived at Meta, and what is archived can never run again; duplicate it instead.",
        "Meta lets nothing that is archived run or change again.",
        "Duplicate the campaign and publish the copy.", CAMPAIGN;
    undo_archiving() "undo-of-archiving", "", "Archiving cannot be taken back",
        "What is archived at Meta can never run again; duplicate the campaign instead.",
        "The change archived the campaign, and Meta has no way back from that.",
        "Duplicate the campaign and publish the copy.", CAMPAIGN;
    undo_elsewhere() "undo-of-a-campaign-elsewhere", "", "The campaign was made elsewhere",
        "It was made elsewhere and not adopted: pause it on its page.",
        "Switching a campaign that Tandem does not know whole back is done where it is shown.",
        "Open the campaign and pause it, or adopt it first.";
    undo_unknown_before() "undo-without-a-before", "", "What it was before is not known",
        "What it was before was not kept by that version of Tandem.",
        "Early versions of Tandem wrote down that something was changed, and not what it had been.",
        "Change it by hand.";
    undo_not_defined() "undo-of-what-is-not-defined", "", "The campaign is not defined here any more",
        "The campaign is not defined here any more.",
        "Its definition was taken away since, so there is nothing that could be set back.",
        "Change it at Meta, or adopt it again.";
    undo_adopting() "undo-of-adopting", "", "Adopting wrote nothing at Meta",
        "Adopting wrote nothing at Meta: there is nothing to take back.",
        "Adopting only takes down what Meta has; at Meta everything stayed as it was.",
        "Nothing needs to be done.";
    undo_form_unreadable(error) "undo-form-unreadable", "", "A kept form cannot be read",
        "A form that was kept cannot be read: {error}.",
        "What was stored of an earlier form is damaged, or was written by a newer version of Tandem.",
        "Start the newest version of Tandem, or change the campaign by hand.";
    undo_changed_again(fields) "undo-of-what-changed-again", "", "It was changed again later",
        "{fields}: changed again later. Take the later change back first, or change it by hand.",
        "Taking only the earlier change back would throw the later one away unseen.",
        "Take the later change back first, or change it by hand.";
    undo_first_save() "undo-of-the-first-save", "", "It is the first save",
        "It is the first save: there is nothing before it.",
        "Before it the campaign did not exist.",
        "Archive the campaign if it should not be.";
    undo_nothing() "undo-of-nothing", "", "It changed nothing that could be taken back",
        "It changed nothing that could be taken back.",
        "The entry notes that something was looked at, saved as it was, or said; no value became another.",
        "Nothing needs to be done.";
    undo_not_adopted() "undo-of-an-outside-change", "", "It is not known what the campaign should be",
        "The campaign was made elsewhere and not adopted: Tandem does not know what it should be.",
        "Somebody changed it outside Tandem, and nothing here says what is wanted of it.",
        "Set it back in Ads Manager, or adopt the campaign: from then on changes outside are shown and can be set back.";
    undo_of_plan() "undo-of-a-plan", "", "A plan is not taken back itself",
        "A plan carries out what was changed before it: take that change back, and the next plan carries that out.",
        "What is wanted is changed on the form; plans only bring Meta there.",
        "Take the change before it back, then read and approve the next plan.";
}
