//! Names of objects at Meta and parameters of links: templates and what they come to.

super::entries::entries! {
    Names, No, Changed;
    template_empty(usual) "template-empty", "Names", "A template is empty",
        "Write a template, like {usual}.",
        "Objects at Meta are named by templates; an empty one names nothing.",
        "Write the template, or use the usual one.";
    template_too_long(length, most) "template-too-long", "Names", "A template is too long",
        "This template is {length} characters long; the limit is {most}.",
        "Filled in, the name would be longer than Meta takes.",
        "Shorten the template.";
    template_unreadable() "template-unreadable", "Names", "A template holds characters that cannot be shown",
        "This holds characters that cannot be shown in a name; type it again.",
        "Line breaks and control characters cannot stand in a name.",
        "Type the template again.";
    template_brace(brace) "template-brace", "Names", "A brace stands alone",
        "A “{brace}” stands alone; variables are written like {{campaign}}.",
        "A variable begins with one brace and ends with another.",
        "Add the missing brace, or take this one out.";
    template_unknown(word, known) "template-unknown-variable", "Names", "A variable does not exist",
        "{{{word}}} is no variable; there are {known}.",
        "The template names a variable that Tandem does not have.",
        "Use one of the variables in the message.";
    template_too_deep(word, level, known) "template-variable-too-deep", "Names", "A variable is not known yet",
        "{{{word}}} is not known yet for {level}; there are {known}.",
        "A campaign’s name cannot hold what only its ad sets or ads have.",
        "Use one of the variables in the message, or move it to a lower level.";
    template_date(format) "template-date-format", "Names", "A date’s format cannot be read",
        "“{format}” is no way to write a date; use YYYY, YY, MM and DD, like {{start:YYYY-MM}}.",
        "Dates are written by year, month and day.",
        "Use YYYY, YY, MM and DD.";
    template_takes_nothing(word) "template-takes-no-format", "Names", "A variable takes no format",
        "{{{word}}} takes nothing after it; only {{start}} and {{end}} do, like {{start:YYYY-MM}}.",
        "Only dates can be written in several ways.",
        "Take the colon and what follows out.";
    template_macro(name) "template-macro", "Names", "Meta’s parameter in a name",
        "{{{{{name}}}}} is filled in by Meta in links alone; names take variables like {{campaign}}.",
        "Double braces are Meta’s dynamic parameters, which exist in links only.",
        "Use a variable in single braces.";
    template_campaigns_alike() "template-campaigns-alike", "Names", "All campaigns would be called alike",
        "All campaigns would be called alike: put {{campaign}} in, the name each is given.",
        "The template holds nothing that differs from campaign to campaign.",
        "Put {campaign} into it.";
    template_ad_sets_alike() "template-ad-sets-alike", "Names", "All ad sets would be called alike",
        "The ad sets of a campaign would be called alike: put {{part}} in, or {{network}}, {{net}}, {{group}} or {{ad_set}}.",
        "The template holds nothing that differs from ad set to ad set.",
        "Put one of the variables in the message into it.";
    template_ads_alike() "template-ads-alike", "Names", "All ads would be called alike",
        "The ads of an ad set would be called alike: put {{ad}} in, or {{n}}.",
        "The template holds nothing that differs from ad to ad.",
        "Put {ad} or {n} into it.";
    template_needs_date(word, verb) "template-needs-date", "Names", "A template writes a date that is not there",
        "{{{word}}} needs a date: choose when it {verb}, or take {{{word}}} out.",
        "The campaign has no start, or no end, and the template writes it.",
        "Choose the date, or take the variable out.";
    name_too_long(length, most) "name-too-long", "Names", "A name gets longer than Meta takes",
        "The name would be {length} characters long; Meta takes {most} beside Tandem’s mark. Shorten the template.",
        "Meta’s names have at most 400 characters, and each of Tandem’s ends in a mark by which it is found again.",
        "Shorten the template, or the names that stand in it.", CAMPAIGN;
    utm_content_twice() "utm-content-twice", "Further parameters", "utm_content is set twice",
        "“utm_content” is set already; take it out here.",
        "The same parameter twice makes a link that each website reads otherwise.",
        "Empty one of the two fields.";
    parameter_unreadable(part) "parameter-unreadable", "Further parameters", "A parameter cannot be read",
        "“{part}” is not a parameter; write it like name=value.",
        "Parameters of a link are names and values, with = between them and & between two.",
        "Write it like name=value.";
    parameter_name(name) "parameter-name", "Further parameters", "A parameter’s name cannot be used",
        "“{name}” cannot be a parameter’s name; use letters, digits, _ and -.",
        "Other characters would have to be escaped, and many websites would not find the parameter.",
        "Use letters, digits, underscores and dashes.";
    parameter_twice(name) "parameter-twice", "Further parameters", "A parameter is set twice",
        "The parameter “{name}” is set already; take it out here.",
        "Tandem sets utm_source, utm_medium and utm_campaign itself, and no parameter can be set twice.",
        "Take it out here, or empty the field that sets it.";
    source_missing(example) "utm-source-missing", "utm_source on Facebook", "A network has no word for links",
        "Write a word, like {example}.",
        "Links say by utm_source on which network the ad stood; without it both look alike in your website’s figures.",
        "Type a word, like facebook or instagram.";
    source_word(most) "utm-source-word", "utm_source on Facebook", "A network’s word cannot be used",
        "This is one word for the network, at most {most} characters, without variables.",
        "In an ad set over both networks Meta fills the network in, so nothing else can vary here.",
        "Type one word without braces.";
}
