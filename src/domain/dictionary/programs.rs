//! What programs that call the admin endpoints can get wrong in a call.

super::entries::entries! {
    Requests, No, Changed;
    parameter_not_taken(name) "parameter-not-taken", "", "The endpoint takes no such parameter",
        "This endpoint takes no parameter “{name}”.",
        "What nothing reads is refused, so that a mistyped filter cannot pass unnoticed.",
        "Look the endpoint up in /api/docs and take the parameter out.";
    page_size(most) "page-size", "limit", "A page cannot hold so many",
        "A page holds 1 to {most} things.",
        "Larger answers would be slow to make and to read.",
        "Ask for fewer, and follow `next` for the others.";
    cursor_unreadable() "cursor-unreadable", "after", "The cursor cannot be read",
        "This is no “next” of a page; take it from the page before.",
        "A cursor is opaque: it is sent back exactly as it was read.",
        "Send `next` of the page before, or leave it out for the first page.";
    body_is_list() "body-is-a-list", "", "The body is a list",
        "The body is a list; send one object.",
        "A list would pass for an object whose fields are all left out.",
        "Send one object; several things take several calls.";
    member_unreadable(why) "member-not-understood", "", "A member of the body is not understood",
        "This is not understood: {why}.",
        "The value is of another kind than the endpoint reads, or a member that has to be there is missing.",
        "Compare with the schema in /api/docs.";
    special_unknown() "special-category-unknown", "special_category", "The special category is not known",
        "This is no special category.",
        "The word is none of those that campaigns have.",
        "Use a word of the schema in /api/docs, or leave it out.", SPECIAL;
    key_taken_over() "idempotency-key-taken-over", "Idempotency-Key", "A repetition took the request over",
        "This request took so long that its idempotency key was given to a repetition of it.",
        "The request was sent again while it was under way for longer than a lease lasts. The repetition carries it out; of this one \
         nothing was kept.",
        "Send it once more with the same key: it gets the repetition’s answer." => Later;
}
