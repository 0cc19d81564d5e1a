//! Approving: the second person, limits of people, and the settings about plans.

super::entries::entries! {
    Plans, AsBefore, Changed;
    approval_by_nobody() "approval-by-nobody", "", "Nobody knows who made the token",
        "Nobody knows who made this token, so it cannot be the second person. Approve it on its page.",
        "A second person must be another than the first. Of a token whose maker is not known, that cannot be said.",
        "Sign in and approve it on its page, or make a new token: what it does then counts as done by its maker.";
    approval_beyond_limit(asked, limit, together, who) "approval-beyond-your-limit", "", "Your limit does not cover it",
        "{asked} Your own limit does not cover it: you may raise spending {limit}{together}. {who}",
        "The plan waits for a second person, and that person’s own limit has to cover what it raises too.",
        "Ask one of the people in the message to approve it. An owner can change limits under Settings, Plans.";
    approval_over() "approval-over", "", "The request was decided already",
        "It does not wait any more: somebody decided it, or what it was about has changed.",
        "A request is answered once, and it ends when the plan it was made for is another.",
        "Open the approvals and read how it ended." => Fresh;
    decline_reason_missing() "decline-reason-missing", "Why not", "No reason is given for declining",
        "Say why, so that whoever asked knows what to change.",
        "Whoever asked is told that it was declined, and would only ask again.",
        "Write a sentence at Why not.";
    reason_too_long(most) "reason-too-long", "Why", "The reason is too long",
        "Say why in at most {most} characters.",
        "The reason stands beside the change in the history, where a sentence or two can be read.",
        "Shorten it.";
    settings_percent() "settings-percentage", "On one day Meta may go over a daily budget by", "A percentage cannot be used",
        "Write a percentage from 0 to 1000, with at most two decimals.",
        "Worst cases and warnings are worked out with it; other numbers mean nothing there.",
        "Type a number like 75, or 20.";
    settings_currency() "settings-currency-missing", "Currency of the amounts", "The amounts have no currency",
        "Choose the currency of the amounts.",
        "A limit is an amount a day, and an amount without a currency means nothing.",
        "Choose the currency; limits hold for ad accounts in it.";
    settings_amount() "settings-limit-amount", "Every owner", "A limit cannot be read",
        "Write an amount a day, 0 or more, or “any”.",
        "A limit says by how much a day somebody may raise spending without a second person: nothing, an amount, or anything.",
        "Type 0, an amount, or the word any.";
    settings_nobody(word) "settings-nobody", "Every owner", "The limit is of nobody",
        "“{word}” is nobody here.",
        "Limits are of owners, of managers, or of one person of this workspace by id.",
        "Take it out, or use owner, manager or user: and the person’s id.";
    second_person_missing() "second-person-missing", "Ask a second person beyond these limits", "There is no second person",
        "Only one person here may approve plans, so nobody could be the second. Add a manager or an owner first.",
        "In a workspace of one every raise would wait for ever.",
        "Add a manager or an owner to the workspace, then switch it on.";
    second_person_powerless() "second-person-powerless", "Ask a second person beyond these limits", "Nobody may raise anything",
        "With these limits nobody may raise anything. Give at least one person an amount, or “any”.",
        "Each raise would wait for a second person, and none of them could approve it.",
        "Give somebody a limit above zero.";
    ad_number_too_large() "ad-number-too-large", "Ads", "An ad’s number is too large",
        "An ad’s number is too large; take the ad out and add it again.",
        "An ad keeps its number for life, so that a change finds it at Meta; this number cannot be kept.",
        "Take the ad out and add it again. A program counts `key` up from 1.";
    plan_needs_writing() "plan-needs-writing", "", "The plan’s steps need leave to write",
        "These steps need leave to write.",
        "The ad account was made read-only while the plan was being carried out. What was done stays; nothing more is sent.",
        "An owner allows writing at the ad account; then apply the plan again: nothing is made twice.";
    step_changes_nothing() "step-changes-nothing", "", "A step changes nothing that is there",
        "This step changes nothing that is there.",
        "A stored plan names a change that no object at Meta can take. It is refused rather than guessed.",
        "Plan again: the new plan is made from what is there.";
    creative_never_changes() "creative-never-changes", "", "A creative never changes",
        "A creative never changes.",
        "What an ad says and shows is fixed at Meta once it is made; another text is another creative.",
        "Plan again: the new plan makes a new creative and shows it by the same ad.", CREATIVE;
    meta_id_unreadable(text) "meta-id-unreadable", "", "What should be an id at Meta is none",
        "“{text}” is not the id of an object at Meta: those are digits, for an ad account after “act_”.",
        "Meta knows its objects by numbers. What is stored or was sent is no such number, so nothing is asked of Meta with it.",
        "Sync the ad account, so that the ids are read anew. A program sends the id as Meta writes it.";
}
