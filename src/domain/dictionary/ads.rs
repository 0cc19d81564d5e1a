//! Ads: texts, links, pictures.

super::entries::entries! {
    Ads, No, Changed;
    ads_missing() "ads-missing", "Ads", "There is no ad",
        "Add at least one ad.",
        "A campaign without an ad shows nothing.",
        "Add an ad.", AD;
    ads_too_many(most, count) "ads-too-many", "Ads", "There are too many ads",
        "At most {most} ads; there are {count}. Take some out.",
        "More ads in an ad set than its budget can test, and than the page shows.",
        "Take some out, or make a second campaign.", AD;
    ads_same_number() "ads-same-number", "Ads", "Two ads carry the same number",
        "Two ads carry the same number; take one out and add it again.",
        "An ad keeps its number for life, so that a change finds it at Meta; two of the same cannot be told apart.",
        "Take one of the two out and add it again.";
    ad_number_lost() "ad-number-lost", "Ads", "An ad has lost its number",
        "The ad lost its number on the way; take it out and add it again.",
        "An ad keeps its number for life, so that a change finds it at Meta; this one came without.",
        "Take the ad out and add it again. A program sends `key` with each ad.";
    ad_name_missing() "ad-name-missing", "Ad name", "An ad has no name",
        "Give the ad a name.",
        "Reports tell ads by their names.",
        "Type a name.";
    ad_message_missing() "ad-message-missing", "Text", "An ad has no text",
        "Write what people will read above the picture.",
        "The text stands above the picture in feeds.",
        "Write the text.", CREATIVE;
    ad_headline_missing() "ad-headline-missing", "Headline", "An ad has no headline",
        "Write the line under the picture.",
        "The headline stands beside the button.",
        "Write the headline.", CREATIVE;
    button_missing() "button-missing", "Button", "No button is chosen",
        "Choose the button.",
        "The form did not say which button the ad has, or names one that is not offered.",
        "Choose a button.", CREATIVE;
    picture_missing() "picture-missing", "Picture", "An ad has no picture",
        "Choose a picture.",
        "Each ad needs a picture for feeds.",
        "Choose a JPEG or PNG file of at least 600 by 600 pixels.", IMAGE;
    picture_unknown() "picture-unknown", "Picture", "The picture is not here",
        "That picture is not here; choose it again.",
        "The form names a picture that this workspace does not have.",
        "Choose the file again.";
    picture_too_small(width, height, least) "picture-too-small", "Picture", "A picture is too small",
        "The picture is {width} x {height}; Meta wants at least {least} x {least}.",
        "Meta shows pictures below this blurred, or refuses them.",
        "Use a larger version of the picture.", IMAGE;
    picture_shape(width, height, shape, limit, across, down) "picture-shape", "Picture", "A picture is too wide or too tall",
        "The picture is {width} x {height} ({shape}), {limit}: no feed shows it whole. Crop it to {across} x {down} (4:5).",
        "Feeds show 1.91:1 to 4:5; outside that a picture is cut to a strip of itself.",
        "Crop the picture to the size in the message.", IMAGE;
    upright_shape(width, height, shape, across, down) "upright-shape", "Upright picture", "An upright picture is not 9:16",
        "The upright picture is {width} x {height} ({shape}); Stories and Reels want 9:16, like 1080 x 1920. Crop it to {across} x \
         {down}, or take it out.",
        "Stories and Reels fill an upright screen.",
        "Crop the picture to the size in the message, or take it out: then the other one is used.", IMAGE;
    upright_too_narrow(width, height, least) "upright-too-narrow", "Upright picture", "An upright picture is too narrow",
        "The upright picture is {width} x {height}; Meta wants it at least {least} wide.",
        "Meta shows pictures below this blurred, or refuses them.",
        "Use a larger version of the picture.", IMAGE;
    enhancement_unknown(word) "enhancement-unknown", "What Meta may change", "An enhancement is not known",
        "“{word}” is no enhancement that is known here.",
        "Only the questions on the page can be answered; each is sent to Meta with its answer.",
        "Take it out, or choose one in the list.", CREATIVE;
    link_missing() "link-missing", "Link", "An ad leads nowhere",
        "Say where the ad leads, like https://example.com/sale.",
        "Each ad leads to a page on the web.",
        "Type the address, beginning with https://.", CREATIVE;
    link_unreadable(text) "link-unreadable", "Link", "A link cannot be read",
        "“{text}” is not a link; it must start with https://.",
        "What was typed is no address.",
        "Copy the address from the browser, with https:// at its beginning.", CREATIVE;
    link_not_web(text) "link-not-web", "Link", "A link is no web link",
        "“{text}” is not a web link; it must start with https://.",
        "Ads lead to pages on the web; mail and telephone links and the like are refused.",
        "Use a page’s address, beginning with https://.", CREATIVE;
    link_without_site(text) "link-without-site", "Link", "A link names no website",
        "“{text}” names no website; it must look like https://example.com/sale.",
        "The address has no name of a website that anybody could reach.",
        "Type the whole address.", CREATIVE;
    link_with_password() "link-with-password", "Link", "A link carries a password",
        "The link carries a name or a password; take it out.",
        "What stands before an @ in an address is a name or a password, and everybody who sees the ad would have it.",
        "Take it out of the address.", CREATIVE;
    picture_too_heavy(is, most) "picture-too-heavy", "Picture", "A picture’s file is too large",
        "The picture weighs {is}; Meta takes at most {most}. Save it as a JPEG, or with fewer pixels.",
        "Meta takes picture files up to a size.",
        "Save it as a JPEG, or with fewer pixels.", IMAGE;
    picture_of_another_kind() "picture-of-another-kind", "Picture", "The file is no JPEG or PNG",
        "This is neither a JPEG nor a PNG picture; save it as one of them.",
        "Meta shows pictures of these two kinds in ads. The kind is told by what the file holds, not by its name.",
        "Open it in any picture program and save it as JPEG or PNG.", IMAGE;
    picture_unreadable() "picture-unreadable", "Picture", "The picture’s file cannot be read",
        "The picture cannot be read; save it again.",
        "The file begins like a picture, but its width and height cannot be read: it is damaged or was cut on its way.",
        "Open it in a picture program and save it again, or send it once more.", IMAGE;
}
