//! Notices: who hears of what, when, and by which way.

super::entries::entries! {
    Notices, No, Changed;
    notice_kind_unknown(word) "notice-kind-unknown", "Hear of", "A kind of notice is not known",
        "“{word}” is no kind of notice.",
        "The form or program names a kind that Tandem does not send.",
        "Tick kinds in the list. A program finds their words in /api/docs.";
    notice_grouping_missing() "notice-how-often-missing", "How often", "It is not said how often notices come",
        "Choose how often.",
        "Notices come one by one, or those of a while together.",
        "Choose one in the list at How often.";
    zone_unknown() "time-zone-unknown", "Time zone", "The time zone is not known",
        "Choose a time zone by its name, such as Europe/Lisbon.",
        "Quiet hours are told by the clock of a place, and this names none.",
        "Type the name as continent and city, like Europe/Lisbon or America/New_York.";
    time_of_day_unreadable(text) "time-of-day-unreadable", "Quiet from", "A time of day cannot be read",
        "“{text}” is no time of day; write it like 22:00.",
        "What was typed is no time on the clock.",
        "Type hours and minutes from 00:00 to 23:59.";
    quiet_hours_endless() "quiet-hours-endless", "until", "Quiet hours would never end",
        "Quiet hours that end when they begin would never end; change one of the two.",
        "The same time stands in both fields: that is no time of quiet, or all day.",
        "Change one of the two, or empty both for no quiet hours.";
    quiet_until_missing() "quiet-until-missing", "until", "The end of the quiet hours is missing",
        "Say until when it is quiet too, or leave both empty.",
        "Quiet hours have a beginning and an end; the end is empty.",
        "Type the end, like 07:30, or empty both.";
    quiet_from_missing() "quiet-from-missing", "Quiet from", "The beginning of the quiet hours is missing",
        "Say from when it is quiet too, or leave both empty.",
        "Quiet hours have a beginning and an end; the beginning is empty.",
        "Type the beginning, like 22:00, or empty both.";
    mailbox_of_people() "notices-need-a-person", "", "Only a person has a mailbox",
        "Only a person has a mailbox; sign in with a browser.",
        "These notices are a person’s own. A token of a program and the command line belong to no person.",
        "Sign in with a browser; for a program, add a webhook.";
    webhook_name(most) "webhook-name-missing", "Name", "The webhook has no name, or a long one",
        "Give it a name of up to {most} characters.",
        "The list and the log tell webhooks by their names, because their addresses are sealed.",
        "Type a name, like #ads in Slack.";
    webhook_form_missing() "webhook-form-missing", "Form", "The webhook’s form is not chosen",
        "Choose in which form it is sent.",
        "Slack and other programs read different forms of the same message.",
        "Choose one in the list at Form.";
    webhook_unreadable() "webhook-address-unreadable", "Address", "The webhook’s address cannot be read",
        "This is no web address; copy it whole, with https://.",
        "What was typed is no address of the web.",
        "Copy the address whole from the program that is to be told.";
    webhook_insecure() "webhook-address-insecure", "Address", "The webhook’s address is not encrypted",
        "Only https:// addresses are called.",
        "Notices name campaigns and amounts; sent without encryption, others could read or change them on the way.",
        "Use the address with https://.";
    webhook_without_host() "webhook-address-without-host", "Address", "The webhook’s address names no host",
        "The address names no host.",
        "Without the name of a machine there is nobody to call.",
        "Copy the address whole.";
    webhook_inside() "webhook-address-inside", "Address", "The webhook’s address lies inside the server’s network",
        "This address lies inside the server’s own network; the operator can allow that with webhooks_private.",
        "Otherwise anybody who may add a webhook could have the server call machines that only it can reach.",
        "Use a public address. Whoever runs the server can allow its own network by webhooks_private in tandem.toml.";
    webhook_damaged() "webhook-address-damaged", "Address", "The webhook’s stored address is damaged",
        "The webhook’s address is damaged.",
        "What was stored of it is no address any more, so nothing can be sent there.",
        "Remove the webhook and add it again.";
    message_not_sent(why) "message-not-sent", "", "A message did not go out",
        "The message did not go out: {why}",
        "The mail server or the webhook’s program refused it, could not be reached, or is not set up.",
        "Read the reason in the message: check the webhook’s address, or ask whoever runs the server about the mail server." => Later;
}
