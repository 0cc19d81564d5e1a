//! Signing in, pages, and programs that call the admin endpoints.

/// The entry of a problem that has none of its own.
pub const DOES_NOT_FIT: &str = "does-not-fit";
/// The entry of a conflict that has none of its own.
pub const CONFLICT: &str = "does-not-fit-what-is-there";
/// The entry of our own faults.
pub const OUR_FAULT: &str = "something-went-wrong";

super::entries::entries! {
    Requests, No, Changed;
    several_problems() "several-problems", "", "Several things do not fit",
        "Several things do not fit; each is said at its field.",
        "The form or request has more than one problem. Nothing was changed by it, and a draft keeps what was typed.",
        "Solve each at its field. A program finds each one’s page as `type` in `errors`.";
    does_not_fit() "does-not-fit", "", "Something does not fit",
        "What was given does not fit; the sentence beside it says why.",
        "A value was refused before anything happened.",
        "Change what the sentence says and send it again.";
    conflict() "does-not-fit-what-is-there", "", "It does not fit what is there",
        "It does not fit what is there; the sentence beside it says why.",
        "What was asked for no longer fits the present state. Nothing was half done.",
        "Load the page again and read what is there now." => Fresh;
    sign_in_first() "sign-in-first", "", "Sign in first",
        "Sign in first.",
        "The page belongs to a workspace, and this browser is not signed in, or its session has ended.",
        "Sign in; the page opens then.";
    credentials_wrong() "credentials-wrong", "Password", "The address or the password is not right",
        "The address or the password is not right.",
        "Which of the two is wrong is not said, so that nobody can find out who has an account.",
        "Check both. Whoever runs the server can set a new password: tandem user password.";
    too_many_tries(seconds) "too-many-tries", "", "Too many tries",
        "Too many tries; wait {seconds} s and try again.",
        "Passwords and calls are limited, so that nobody can guess or flood.",
        "Wait as long as the message says. A program finds the seconds in Retry-After." => Later;
    form_forged() "form-too-old", "", "The form is too old",
        "This form is too old or was opened in another window; go back, load the page again and send it once more.",
        "Each form carries a mark of the session it was opened in, so that other websites cannot send one in your name.",
        "Load the page again and send it once more." => Fresh;
    token_needed() "api-token-needed", "", "A token is needed",
        "Send a valid token: Authorization: Bearer ...; make one with “tandem token create”.",
        "The call has no bearer token, or one that was revoked or never was.",
        "Make a token under Settings or on the command line and send it.";
    role_needed(needed, has) "role-needed", "", "The role does not allow it",
        "This needs the role {needed}; you are {has}.",
        "Each act needs a role in the workspace.",
        "Ask an owner of the workspace to do it, or to give you the role.";
    not_here(what) "not-here", "", "There is no such thing here",
        "There is no such {what} in this workspace.",
        "It was deleted, belongs to another workspace, or never was.",
        "Go back to the list. Check that you are in the right workspace.";
    page_not_here() "page-not-here", "", "There is no such page",
        "There is no such page.",
        "The address leads nowhere in Tandem.",
        "Go to the dashboard.";
    endpoint_not_here() "endpoint-not-here", "", "There is no such endpoint",
        "There is no such endpoint; /api/docs lists them.",
        "The address is none of the admin endpoints.",
        "Look it up in /api/docs.";
    not_an_id() "not-an-id", "", "That is no id",
        "There is no such thing: an id is a whole number made of digits only.",
        "Ids are numbers, sent as text.",
        "Send the id as it was read.";
    wrong_method(allowed) "wrong-method", "", "The endpoint has another method",
        "This endpoint answers {allowed} alone.",
        "The address exists, the method does not.",
        "Use one of the methods in the message.";
    wrong_media(media) "wrong-media-type", "", "The body is of another kind",
        "Send the body as {media}, named so in Content-Type.",
        "The endpoint reads one kind of body only.",
        "Set the header Content-Type.";
    revision_needed() "revision-needed", "", "The revision is missing",
        "Send the revision that you have read as If-Match, as it stood in ETag, so that nobody’s change is lost.",
        "An update must say which state it was made from.",
        "Read it, and send its ETag as If-Match.";
    revision_old() "revision-old", "", "It has changed since it was read",
        "Somebody saved this meanwhile; read it again, bring your changes over and send the new ETag as If-Match.",
        "Saving now would throw another’s changes away.",
        "Read it again and bring the changes over." => Fresh;
    too_large(limit) "request-too-large", "", "The request is too large",
        "This is larger than {limit}.",
        "Bodies have limits, so that one request cannot fill the server.",
        "Send less at once.";
    unreadable() "request-unreadable", "", "The request cannot be read",
        "The request cannot be read; the sentence beside it says where it stops making sense.",
        "Body, path or query are not in the form that is read here.",
        "Compare with /api/docs, or load the page again.";
    busy() "database-busy", "", "The database is busy",
        "The database is busy; try again in a moment.",
        "Another writer held it for too long.",
        "Try again in a moment." => Later;
    our_fault() "something-went-wrong", "", "Something went wrong here",
        "It is not your doing, and nothing was half done. Try again; if it stays, the server’s log says more.",
        "A fault of Tandem or of the machine it runs on.",
        "Try again. If it stays, tell whoever runs the server the number on the page: it stands in the log." => Fresh;
    field_unknown() "field-unknown", "", "A field that nothing reads",
        "There is no such field here; see /api/docs for those that are.",
        "What nothing reads is refused, so that a mistyped name cannot pass unnoticed.",
        "Take the field out, or correct its name.";
    key_malformed() "idempotency-key-malformed", "Idempotency-Key", "The idempotency key cannot be used",
        "An idempotency key is 1 to 255 visible ASCII characters, such as a UUID.",
        "The header is empty, too long or holds other characters.",
        "Send a fresh UUID.";
    key_of_another() "idempotency-key-reused", "Idempotency-Key", "The idempotency key was used before",
        "This key was sent with another request before. Take a new key for a new request.",
        "A key stands for one request for 24 hours.",
        "Take a new key for each new request.";
    key_under_way() "idempotency-key-under-way", "Idempotency-Key", "The request of this key is under way",
        "The request of this key is being carried out; wait a moment and send it again.",
        "The same request was sent twice at once.",
        "Wait a moment and send it again: it gets the first one’s answer." => Later;
    key_answer_lost(wrote) "idempotency-answer-lost", "Idempotency-Key", "The answer of this key was lost",
        "The request of this key was carried out ({wrote}), but its answer was lost. Look at what is there now before you send \
         anything again.",
        "The server ended between the write and keeping its answer.",
        "Read what is there; the write is not repeated.";
    link_query(name, value, known) "link-not-understood", "", "A part of the link is not understood",
        "“{name}={value}” is not understood; it may be {known}.",
        "The link holds a value that the page does not know; it shows the usual instead.",
        "Choose again on the page.";
}
