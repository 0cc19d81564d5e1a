//! Month envelopes.

super::entries::entries! {
    Envelopes, AsBefore, Changed;
    envelope_name_missing() "envelope-name-missing", "Name", "The envelope has no name",
        "Give the envelope a name.",
        "The dashboard and the list tell envelopes by their names.",
        "Type a name.";
    envelope_campaign_unknown() "envelope-campaign-unknown", "Campaigns", "A campaign cannot belong to an envelope",
        "A campaign that was chosen is not here, is a draft, or comes from a file; choose among those in the list.",
        "An envelope counts and steers campaigns that are at Meta.",
        "Choose among the campaigns in the list; publish a draft first.";
    envelope_mixed_currency(name, other, own) "envelope-mixed-currency", "Campaigns", "The campaigns have two currencies",
        "“{name}” is in {other} and the envelope is in {own}; two currencies are never added.",
        "An envelope is one sum, and sums have one currency.",
        "Make an envelope of its own for the other currency.";
    envelope_mixed_zone(name, other, own) "envelope-mixed-zone", "Campaigns", "The campaigns have two time zones",
        "The ad account of “{name}” keeps the time of {other} and the envelope that of {own}; their months are not the same days.",
        "Meta reports days in each ad account’s own zone.",
        "Make an envelope of its own for the other zone.";
    envelope_tolerance(most) "envelope-tolerance", "Tolerance", "The tolerance cannot be read",
        "The tolerance is a percentage from 0 to {most}.",
        "It says how far off an even pace still counts as on pace.",
        "Type a number of percent, or leave it empty for 5.";
    envelope_over(by, currency) "envelope-over", "", "The envelope is spent",
        "The envelope is over by {by} {currency}: no daily amount lands on it. Raise it, or pause campaigns.",
        "What is spent, and what campaigns with a budget in all will still spend, is more than the envelope.",
        "Raise the envelope, or pause campaigns on their list.";
    envelope_nothing_to_steer() "envelope-nothing-to-steer", "", "Nothing in the envelope can be steered",
        "No campaign of the envelope is on with a budget a day, so there is nothing to set.",
        "Campaigns that are off spend nothing, and Meta paces a budget in all by itself.",
        "Switch a campaign with a budget a day on, or add one.";
    envelope_unread() "envelope-not-read", "", "The envelope’s figures were not read yet",
        "No figures of the envelope’s ad accounts were read yet; sync them first.",
        "Without figures nobody knows what is left.",
        "Open Connections and sync." => Later;
    envelope_saved_meanwhile() "envelope-saved-meanwhile", "", "Somebody saved the envelope meanwhile",
        "Somebody saved this envelope meanwhile. Open it again and bring your changes over.",
        "Saving now would throw the other person’s changes away.",
        "Open it again." => Fresh;
    line_not_asked() "change-not-asked", "", "Left out: no budget was given for it",
        "No budget was given for it.",
        "The change lists a budget for each campaign, and this one is not among them.",
        "Give it one, or leave it out.";
}
