//! Meta's codes and subcodes, in our own words.
//!
//! Source: Graph API, "Handle errors", and Marketing API, "Error codes"; codes of single edges from their reference pages. Meta's
//! own sentence is shown first, because it knows the case; the entry says what it means here. A subcode that is not listed has
//! the entry of its code.

use super::{Again, Area, Entry, Spent, source};

/// The codes of an entry: from, to, and the subcode (0: any).
type Key = (i64, i64, i64);

macro_rules! codes {
    ($($from:literal $(..= $to:literal)? / $sub:literal $slug:literal, $field:literal, $title:literal, $why:literal, $todo:literal,
       $spent:ident, $again:ident, $source:ident;)*) => {
        static KEYS: &[Key] = &[$(($from, [$($to,)? $from][0], $sub)),*];
        pub(super) static ENTRIES: &[Entry] = &[$(
            Entry {
                slug: $slug,
                area: Area::Meta,
                title: $title,
                says: "",
                why: $why,
                field: $field,
                todo: $todo,
                spent: Spent::$spent,
                again: Again::$again,
                source: Some(&source::$source),
            }
        ),*];
    };
}

codes! {
    1/0 "meta-1", "", "Meta met an unknown error",
        "Meta’s servers failed without saying why. After a change it may have happened all the same.",
        "Wait; queued work is tried again by itself, after looking whether it happened.", Perhaps, Later, ERRORS;
    1/99 "meta-1-99", "", "Meta wants a smaller question",
        "The answer would have been too large. Reading figures, Tandem asks for shorter periods by itself.",
        "Wait for the next sync. If it stays, read fewer days.", AsBefore, Later, INSIGHTS;
    2/0 "meta-2", "", "Meta is down for a moment",
        "The service is not there. After a change it may have happened all the same.",
        "Wait; queued work is tried again by itself, after looking whether it happened.", Perhaps, Later, ERRORS;
    3/0 "meta-3", "", "The app may not do this",
        "The app behind the token lacks a capability or permission.",
        "Check the app’s permissions at Meta, make a new token and replace it at the connection.", AsBefore, Changed, ERRORS;
    4/0 "meta-4", "", "The app has made too many calls",
        "The calls of the whole app in an hour are used up.",
        "Wait. Tandem goes on by itself when the limit allows.", AsBefore, Later, GRAPH_LIMITS;
    4/1504022 "meta-4-1504022", "", "The app has made too many calls",
        "The calls of the whole app in an hour are used up.",
        "Wait. Tandem goes on by itself when the limit allows.", AsBefore, Later, GRAPH_LIMITS;
    4/1504039 "meta-4-1504039", "", "The app has made too many calls",
        "The calls of the whole app in an hour are used up.",
        "Wait. Tandem goes on by itself when the limit allows.", AsBefore, Later, GRAPH_LIMITS;
    9/2207042 "meta-9-2207042", "", "Too many posts on Instagram in a day",
        "Instagram takes a limited number of posts by apps in 24 hours.",
        "Wait until a post of the last 24 hours is older than that.", AsBefore, Later, INSTAGRAM;
    10/0 "meta-10", "", "A permission is missing",
        "The token was made without a permission that this needs, or it was taken back.",
        "Make a token with the permissions that the connection’s page lists, and replace it.", AsBefore, Changed, PERMISSIONS;
    10/2018278 "meta-10-2018278", "", "The time to answer is over",
        "A message may be answered within 24 hours of the person’s last one.",
        "Wait until the person writes again.", AsBefore, Changed, MESSAGES;
    15/0 "meta-15", "", "The call needs another token",
        "The call was made with a token of another kind than it needs.",
        "Replace the token at the connection by one of a system user.", AsBefore, Changed, TOKENS;
    17/0 "meta-17", "", "Too many calls to the ad account",
        "The calls that a person or ad account may make are used up for now.",
        "Wait. Tandem goes on by itself when the limit allows.", AsBefore, Later, LIMITS;
    17/2446079 "meta-17-2446079", "", "Too many calls to the ad account",
        "The points of the ad account are used up for now: a read costs one, a write three.",
        "Wait. Tandem goes on by itself when the limit allows.", AsBefore, Later, LIMITS;
    17/1885172 "meta-17-1885172", "", "The account’s limit was changed too often",
        "The spending limit of an ad account can change ten times a day.",
        "Wait until tomorrow. Tandem never changes that limit.", AsBefore, Later, LIMITS;
    24/0 "meta-24", "", "What was to be published is gone",
        "The prepared post is unknown, used already, or older than 24 hours.",
        "Prepare it again.", AsBefore, Changed, INSTAGRAM_ERRORS;
    24/2207008 "meta-24-2207008", "", "What was to be published is gone",
        "The prepared post is unknown, used already, or older than 24 hours.",
        "Prepare it again.", AsBefore, Changed, INSTAGRAM_ERRORS;
    32/0 "meta-32", "", "Too many calls to the Page",
        "The calls to this Page are used up for now.",
        "Wait. Tandem goes on by itself when the limit allows.", AsBefore, Later, GRAPH_LIMITS;
    100/0 "meta-100", "", "Meta does not take a value",
        "A value is missing, malformed or not allowed together with another. Meta’s sentence says which.",
        "Change the field that the message names, save and plan again.", AsBefore, Changed, AD_ERRORS;
    100/33 "meta-100-33", "", "Meta does not find it",
        "It was deleted, the token may not see it, or it does not do what was asked.",
        "Sync the ad account and look whether it is still there; else check what the token may see.", AsBefore, Changed, ERRORS;
    100/1359202 "meta-100-1359202", "Custom audiences", "A custom audience is not there",
        "It was deleted, or this ad account may not use it.",
        "Take it out, or share it with the ad account at Meta.", AsBefore, Changed, TARGETING;
    100/1487033 "meta-100-1487033", "Ends", "The end lies in the past",
        "Time went by since the plan was made, or the end was mistyped.",
        "Choose a later end.", AsBefore, Changed, AD_SET;
    100/1487056 "meta-100-1487056", "", "It is deleted or archived at Meta",
        "Deleted and archived objects can only be renamed or deleted, and nothing can be added to them.",
        "Plan again: what is gone shows. Duplicate the campaign if it is to run.", AsBefore, Changed, CAMPAIGN;
    100/1487079 "meta-100-1487079", "Cities", "A radius around a region",
        "Meta takes a radius around cities and points only.",
        "Choose a city, or the region without a radius.", AsBefore, Changed, TARGETING;
    100/1487411 "meta-100-1487411", "Picture", "Meta cannot read the picture",
        "The file is no picture that Meta takes, or it is damaged.",
        "Save the picture again as JPEG or PNG and choose it anew.", AsBefore, Changed, IMAGE;
    100/1487472 "meta-100-1487472", "Picture", "The picture is not in the ad account",
        "It was deleted from the account’s library at Meta.",
        "Choose the picture again; it is uploaded anew.", AsBefore, Changed, IMAGE;
    100/1487534 "meta-100-1487534", "", "Meta wants a smaller question",
        "More figures were asked for than one answer may carry. Tandem asks for shorter periods by itself.",
        "Wait for the next sync.", AsBefore, Later, INSIGHTS;
    100/1487694 "meta-100-1487694", "Interests and behaviours", "An interest is not offered any more",
        "Meta retires interests and behaviours now and then.",
        "Take it out and look for another in the search.", AsBefore, Changed, DETAILED;
    100/1487809 "meta-100-1487809", "", "The ad account is full",
        "An ad account holds a limited number of campaigns, ad sets and ads that are not deleted, and an ad set 50 ads.",
        "Archive or delete old ones at Meta.", AsBefore, Changed, AD_SET;
    100/1487929 "meta-100-1487929", "Facebook Page", "The Page cannot be used",
        "The Page does not exist or the ad account may not use it.",
        "Give the ad account and the system user access to the Page at Meta, or choose another.", AsBefore, Changed, CREATIVE;
    100/1815199 "meta-100-1815199", "Instagram account", "The Instagram account cannot be used",
        "The ad account has no access to the Instagram account.",
        "Connect it with the Page and the ad account in Meta’s business settings, or choose another.", AsBefore, Changed, CREATIVE;
    100/1815857 "meta-100-1815857", "Bidding", "The bid amount is missing",
        "The bid strategy needs an amount.",
        "Type the cost goal, or choose most results for the money.", AsBefore, Changed, BIDDING;
    100/1815869 "meta-100-1815869", "", "The ad was rejected",
        "Meta’s review found that the ad breaks a policy.",
        "Read Meta’s reason at the ad, change it, and publish again, or ask for another review at Meta.", AsBefore, Changed, AD;
    100/1885014 "meta-100-1885014", "Result counted", "What is promoted does not fit",
        "The result needs a Page, a pixel and an event, or an app, and the one given does not fit.",
        "Choose another result, or a pixel of this ad account.", AsBefore, Changed, AD_SET;
    100/1885183 "meta-100-1885183", "", "The app is in development mode",
        "Ads cannot use posts made by an app that is not public.",
        "Whoever runs the Meta app switches it to live.", AsBefore, Changed, AD_ERRORS;
    100/1885272 "meta-100-1885272", "Budget", "The budget is too low",
        "Meta’s least depends on account, currency, what is billed, the bid, and the days of a budget in all.",
        "Raise the budget to at least what Meta says.", AsBefore, Changed, BUDGETS;
    100/1885364 "meta-100-1885364", "Countries", "The audience has no place",
        "Meta needs at least one place.",
        "Choose a country or a city.", AsBefore, Changed, TARGETING;
    100/1885621 "meta-100-1885621", "Budget", "The ad set has no budget",
        "Either the campaign or each of its ad sets carries a budget.",
        "Save the campaign and plan again.", AsBefore, Changed, BUDGETS;
    100/1885650 "meta-100-1885650", "Budget", "The budget is too low",
        "Meta’s least depends on account, currency, what is billed, the bid, and the days of a budget in all.",
        "Raise the budget to at least what Meta says.", AsBefore, Changed, BUDGETS;
    100/2018001 "meta-100-2018001", "", "The person cannot be written to",
        "Meta knows nobody by this id, or the person closed the conversation.",
        "Wait until the person writes again.", AsBefore, Changed, MESSAGES;
    100/2207023 "meta-100-2207023", "", "Instagram does not take this kind of post",
        "The kind of medium is unknown.",
        "Choose another kind.", AsBefore, Changed, INSTAGRAM_ERRORS;
    100/2207028 "meta-100-2207028", "", "The carousel does not fit",
        "A carousel holds two to ten pictures and videos.",
        "Change the number of items.", AsBefore, Changed, INSTAGRAM_ERRORS;
    100/2207067 "meta-100-2207067", "", "Plain videos are Reels now",
        "Instagram takes videos for the feed as Reels only.",
        "Publish it as a Reel.", AsBefore, Changed, INSTAGRAM_ERRORS;
    100/2446173 "meta-100-2446173", "Picture", "Pictures and placements do not fit together",
        "A placement’s picture or text was not found by its label.",
        "Save the ad again and plan anew. If it stays, it is a fault of Tandem’s: tell whoever runs it.", AsBefore, Changed, ASSETS;
    100/2490408 "meta-100-2490408", "Result counted", "The result does not fit the objective",
        "Meta takes certain goals with each objective, and takes some away now and then.",
        "Choose another result.", AsBefore, Changed, AD_SET;
    100/2490562 "meta-100-2490562", "Placements", "Facebook’s video feeds are gone",
        "Meta delivers nothing there any more.",
        "Take the placement out.", AsBefore, Changed, PLACEMENTS;
    100/2804003 "meta-100-2804003", "", "An event is too old",
        "Events of websites may be at most 7 days old when they are sent.",
        "Send events as they happen.", AsBefore, Changed, EVENTS;
    100/2804050 "meta-100-2804050", "", "An event tells too little of the person",
        "What is known of the person matches nobody.",
        "Send more of it, such as a hashed e-mail address.", AsBefore, Changed, EVENTS;
    100/3858081 "meta-100-3858081", "Who pays (EU)", "Payer or beneficiary is missing",
        "Ads shown in the EU must name both.",
        "Type both names in the campaign.", AsBefore, Changed, AD_SET;
    100/3858492 "meta-100-3858492", "Interests and behaviours", "Interests cannot be left out any more",
        "Meta takes no exclusions of interests and behaviours.",
        "Leave custom audiences out instead.", AsBefore, Changed, DETAILED;
    100/3858504 "meta-100-3858504", "What Meta may change", "Standard enhancements are gone",
        "Each enhancement is answered by itself now.",
        "Save the ad again and plan anew.", AsBefore, Changed, CREATIVE;
    100/4834011 "meta-100-4834011", "Split", "It is not said whether budgets may be shared",
        "Where ad sets carry the budgets, Meta asks whether a fifth may move between them.",
        "Plan again; Tandem always answers. An outside program has to send is_adset_budget_sharing_enabled.", AsBefore, Changed,
        CAMPAIGN;
    101/0 "meta-101", "", "Meta does not know the app",
        "The app’s id or secret is wrong, or the app was deleted.",
        "Check the app at Meta and its secret at the connection.", AsBefore, Changed, ERRORS;
    102/0 "meta-102", "", "The session has ended",
        "The token is not valid any more.",
        "Make a new token and replace it at the connection.", AsBefore, Changed, ERRORS;
    104/0 "meta-104", "App secret", "The call’s signature is wrong",
        "The app wants each call signed with its secret, and the signature does not fit.",
        "Paste the secret of the token’s own app at the connection.", AsBefore, Changed, TOKENS;
    105/0 "meta-105", "", "Too many parameters",
        "A call carried more than Meta takes.",
        "This is a fault of Tandem’s: tell whoever runs it.", AsBefore, Changed, ERRORS;
    190/0 "meta-190", "", "The token is not accepted",
        "It has ended, was revoked, or is not whole.",
        "Make a new token and replace it at the connection.", AsBefore, Changed, TOKENS;
    190/458 "meta-190-458", "", "The app is not installed",
        "The person took the app’s rights back.",
        "Agree again with the app, make a new token and replace it at the connection.", AsBefore, Changed, TOKENS;
    190/459 "meta-190-459", "", "Meta wants to see the person",
        "The person’s account waits at a security check.",
        "The person signs in at facebook.com and passes the check; then make a new token.", AsBefore, Changed, TOKENS;
    190/460 "meta-190-460", "", "The password was changed",
        "Changing a password ends the tokens of the person.",
        "Make a new token and replace it at the connection. A system user’s token does not end so.", AsBefore, Changed, TOKENS;
    190/463 "meta-190-463", "", "The token has ended",
        "Tokens of people last about 60 days.",
        "Make a new token and replace it at the connection. A system user’s can be made without an end.", AsBefore, Changed, TOKENS;
    190/464 "meta-190-464", "", "The person is not confirmed",
        "Meta has not confirmed the person’s account.",
        "The person signs in at facebook.com and follows what it says.", AsBefore, Changed, TOKENS;
    190/467 "meta-190-467", "", "The token is not valid",
        "It was revoked, or the person signed out everywhere.",
        "Make a new token and replace it at the connection.", AsBefore, Changed, TOKENS;
    190/492 "meta-190-492", "", "The person has no role on the Page",
        "The token of the Page was made by somebody who may not act for it any more.",
        "Give the person or system user a role on the Page, then make a new token.", AsBefore, Changed, TOKENS;
    190/2069032 "meta-190-2069032", "", "The Page’s own token is needed",
        "Acting as a Page takes the Page’s token.",
        "Choose the Page again at the connection.", AsBefore, Changed, TOKENS;
    191/0 "meta-191", "", "The login’s return address is not allowed",
        "The app does not list the address that the login returns to.",
        "Add the address to the app’s settings at Meta.", AsBefore, Changed, ERRORS;
    194/0 "meta-194", "", "A parameter is missing",
        "A call lacked something that Meta needs.",
        "Change the field that the message names; if there is none, it is a fault of Tandem’s.", AsBefore, Changed, ERRORS;
    197/0 "meta-197", "", "The post is empty",
        "A post needs words, a link or a picture.",
        "Write something.", AsBefore, Changed, PAGES;
    200..=299/0 "meta-200", "", "A permission is missing",
        "The token lacks a permission, or its person or system user has no role on the ad account or Page.",
        "Give the system user the role in Meta’s business settings, make a token with the permissions that the connection’s page \
         lists, and replace it.", AsBefore, Changed, PERMISSIONS;
    200/1870034 "meta-200-1870034", "Custom audiences", "The terms of custom audiences are not accepted",
        "Meta wants somebody of the business to accept its terms for custom audiences once for each ad account.",
        "Open the audiences of the ad account in Ads Manager and accept them.", AsBefore, Changed, PERMISSIONS;
    210/0 "meta-210", "", "The Page’s own token is needed",
        "Acting as a Page takes the Page’s token.",
        "Choose the Page again at the connection.", AsBefore, Changed, TOKENS;
    294/0 "meta-294", "", "The token lacks ads_management",
        "Changing ads takes the permission ads_management.",
        "Make a token with ads_management and replace it at the connection.", AsBefore, Changed, PERMISSIONS;
    324/0 "meta-324", "", "The picture is missing",
        "A photo was to be posted without a file or an address.",
        "Choose a picture.", AsBefore, Changed, PAGES;
    341/0 "meta-341", "", "The app has reached a limit",
        "The app may do no more of this for now.",
        "Wait. Tandem goes on by itself when the limit allows.", AsBefore, Later, GRAPH_LIMITS;
    368/0 "meta-368", "", "Meta has blocked this for a while",
        "Meta took it for abuse, or it came too fast. Pressing on makes the block longer.",
        "Wait some hours; Tandem pauses by itself. Look at Account quality at Meta.", AsBefore, Later, ERRORS;
    368/1390008 "meta-368-1390008", "", "It came too fast for Meta",
        "Meta took the speed for abuse. Pressing on makes the block longer.",
        "Wait some hours; Tandem pauses by itself.", AsBefore, Later, ERRORS;
    500/0 "meta-500", "Text", "A text is banned",
        "A text or link holds something that Meta does not let through.",
        "Change the text or the link.", AsBefore, Changed, ERRORS;
    506/0 "meta-506", "", "The same post twice",
        "Meta refuses the same post twice in a row.",
        "Change the post, or wait.", AsBefore, Changed, ERRORS;
    613/0 "meta-613", "", "Too many calls of this kind",
        "Meta limits how often this may be done.",
        "Wait. Tandem goes on by itself when the limit allows.", AsBefore, Later, LIMITS;
    613/1996 "meta-613-1996", "", "Too many unusual calls",
        "Meta sees more calls than usual from the app and slows it down.",
        "Wait. Tandem goes on by itself when the limit allows.", AsBefore, Later, LIMITS;
    613/1487225 "meta-613-1487225", "", "Too many ads made at once",
        "Meta limits how many ads may be made in a time.",
        "Wait. Tandem goes on by itself when the limit allows.", AsBefore, Later, LIMITS;
    613/1487632 "meta-613-1487632", "Budget", "A budget was changed too often",
        "The budget of an ad set can change four times an hour.",
        "Wait an hour; the change is made then.", AsBefore, Later, LIMITS;
    613/1487742 "meta-613-1487742", "", "Too many calls to the ad account",
        "The ad account’s calls are used up for now.",
        "Wait. Tandem goes on by itself when the limit allows.", AsBefore, Later, LIMITS;
    613/5044001 "meta-613-5044001", "", "Too many calls of this kind",
        "Meta limits how often this may be done.",
        "Wait. Tandem goes on by itself when the limit allows.", AsBefore, Later, LIMITS;
    801/0 "meta-801", "", "Meta does not do this here",
        "The object does not take this operation.",
        "Plan again; if it stays, it is a fault of Tandem’s.", AsBefore, Changed, ERRORS;
    803/0 "meta-803", "", "Meta does not find it",
        "The id names nothing that the token may see.",
        "Sync the ad account and look whether it is still there.", AsBefore, Changed, ERRORS;
    960/0 "meta-960", "", "A bundle of calls took too long",
        "Meta gave up in the middle, so some of the calls may have happened.",
        "Wait; Tandem looks what happened and goes on.", Perhaps, Later, BATCH;
    2200/0 "meta-2200", "", "Meta could not reach the address for news",
        "The address that Meta was to send news to did not answer as it must.",
        "Check that the server is reachable from the internet.", AsBefore, Changed, ERRORS;
    2500/0 "meta-2500", "", "Meta cannot read the question",
        "A path or a list of fields is malformed.",
        "This is a fault of Tandem’s: tell whoever runs it.", AsBefore, Changed, ERRORS;
    2601/0 "meta-2601", "", "A report is not ready",
        "Meta is still making the report, or it was lost.",
        "Wait; Tandem asks for it again.", AsBefore, Later, INSIGHTS;
    2601/1815107 "meta-2601-1815107", "", "A report is not ready",
        "Meta is still making the report.",
        "Wait; Tandem asks for it again.", AsBefore, Later, INSIGHTS;
    2635/0 "meta-2635", "", "The version of Meta’s API has ended",
        "Each version is served for about a year.",
        "Update Tandem.", AsBefore, Changed, VERSIONS;
    2642/0 "meta-2642", "", "A place in a list is not valid any more",
        "The list changed while it was read page by page.",
        "Wait for the next sync, which begins anew.", AsBefore, Fresh, ERRORS;
    2650/0 "meta-2650", "", "The audience upload is out of order",
        "A session of an audience upload ended or its batches came in another order.",
        "Upload the audience again.", AsBefore, Changed, TARGETING;
    3018/0 "meta-3018", "", "Figures are kept for 37 months",
        "The period begins before what Meta keeps.",
        "Choose a later first day.", AsBefore, Changed, INSIGHTS;
    9004/0 "meta-9004", "", "Meta could not fetch the file",
        "Meta loads pictures and videos from their address itself, and this one did not answer.",
        "Check that the address is public.", AsBefore, Changed, INSTAGRAM_ERRORS;
    9004/2207052 "meta-9004-2207052", "", "Meta could not fetch the file",
        "Meta loads pictures and videos from their address itself, and this one did not answer.",
        "Check that the address is public.", AsBefore, Changed, INSTAGRAM_ERRORS;
    9007/0 "meta-9007", "", "The post is not ready",
        "Instagram is still preparing the file.",
        "Wait a minute and publish again.", AsBefore, Later, INSTAGRAM_ERRORS;
    9007/2207027 "meta-9007-2207027", "", "The post is not ready",
        "Instagram is still preparing the file.",
        "Wait a minute and publish again.", AsBefore, Later, INSTAGRAM_ERRORS;
    10900/0 "meta-10900", "", "A private reply was sent already",
        "Each comment can be answered privately once.",
        "Answer in the conversation.", AsBefore, Changed, MESSAGES;
    10903/0 "meta-10903", "", "The person cannot be answered privately",
        "The comment is too old, or the person takes no messages.",
        "Answer below the comment.", AsBefore, Changed, MESSAGES;
    36001/0 "meta-36001", "", "Instagram does not take this picture format",
        "Instagram takes JPEG pictures only.",
        "Save the picture as JPEG.", AsBefore, Changed, INSTAGRAM_ERRORS;
    36001/2207005 "meta-36001-2207005", "", "Instagram does not take this picture format",
        "Instagram takes JPEG pictures only.",
        "Save the picture as JPEG.", AsBefore, Changed, INSTAGRAM_ERRORS;
    36003/0 "meta-36003", "", "Instagram does not take the picture’s shape",
        "Feeds take 4:5 to 1.91:1.",
        "Crop the picture.", AsBefore, Changed, INSTAGRAM_ERRORS;
    36003/2207009 "meta-36003-2207009", "", "Instagram does not take the picture’s shape",
        "Feeds take 4:5 to 1.91:1.",
        "Crop the picture.", AsBefore, Changed, INSTAGRAM_ERRORS;
    36004/0 "meta-36004", "", "The caption is too long",
        "Instagram takes 2,200 characters, 30 hashtags and 20 mentions.",
        "Shorten the caption.", AsBefore, Changed, INSTAGRAM_ERRORS;
    36004/2207010 "meta-36004-2207010", "", "The caption is too long",
        "Instagram takes 2,200 characters, 30 hashtags and 20 mentions.",
        "Shorten the caption.", AsBefore, Changed, INSTAGRAM_ERRORS;
    80000/0 "meta-80000", "", "Too many reads of figures",
        "The ad account’s calls for figures are used up for now.",
        "Wait. Tandem goes on by itself after the minutes that Meta names.", AsBefore, Later, LIMITS;
    80001/0 "meta-80001", "", "Too many calls to the Page",
        "The Page’s calls are used up for now.",
        "Wait. Tandem goes on by itself after the minutes that Meta names.", AsBefore, Later, GRAPH_LIMITS;
    80002/0 "meta-80002", "", "Too many calls to the Instagram account",
        "The Instagram account’s calls are used up for now.",
        "Wait. Tandem goes on by itself after the minutes that Meta names.", AsBefore, Later, GRAPH_LIMITS;
    80003/0 "meta-80003", "", "Too many calls to custom audiences",
        "The ad account’s calls for custom audiences are used up for now.",
        "Wait. Tandem goes on by itself after the minutes that Meta names.", AsBefore, Later, LIMITS;
    80004/0 "meta-80004", "", "Too many changes to the ad account",
        "The ad account’s calls for campaigns and ads are used up for now.",
        "Wait. Tandem goes on by itself after the minutes that Meta names.", AsBefore, Later, LIMITS;
    80005/0 "meta-80005", "", "Too many calls for leads",
        "The Page’s calls for leads are used up for now.",
        "Wait. Tandem goes on by itself after the minutes that Meta names.", AsBefore, Later, GRAPH_LIMITS;
    80006/0 "meta-80006", "", "Too many messages",
        "The Page’s calls to Messenger are used up for now.",
        "Wait. Tandem goes on by itself after the minutes that Meta names.", AsBefore, Later, GRAPH_LIMITS;
    80008/0 "meta-80008", "", "Too many calls to WhatsApp",
        "The calls to WhatsApp are used up for now.",
        "Wait. Tandem goes on by itself after the minutes that Meta names.", AsBefore, Later, GRAPH_LIMITS;
    80009/0 "meta-80009", "", "Too many calls to the catalogue",
        "The catalogue’s calls are used up for now.",
        "Wait. Tandem goes on by itself after the minutes that Meta names.", AsBefore, Later, LIMITS;
    80014/0 "meta-80014", "", "Too many bundles to the catalogue",
        "The catalogue’s bundled changes are used up for now.",
        "Wait. Tandem goes on by itself after the minutes that Meta names.", AsBefore, Later, LIMITS;
    80000..=80014/0 "meta-80xxx", "", "Too many calls",
        "A limit of Meta’s for this use is reached.",
        "Wait. Tandem goes on by itself after the minutes that Meta names.", AsBefore, Later, GRAPH_LIMITS;
    1487033/0 "meta-1487033", "Ends", "The end lies in the past",
        "Time went by since the plan was made, or the end was mistyped.",
        "Choose a later end.", AsBefore, Changed, AD_SET;
    1487056/0 "meta-1487056", "", "The ad set is deleted",
        "Deleted and archived objects can only be renamed or deleted.",
        "Plan again: what is gone shows.", AsBefore, Changed, AD_SET;
    1487809/0 "meta-1487809", "", "The ad account is full",
        "An ad account holds a limited number of objects that are not deleted.",
        "Archive or delete old ones at Meta.", AsBefore, Changed, AD_SET;
    1609005/0 "meta-1609005", "Link", "Meta could not read the link",
        "Meta looks at the page that an ad or post leads to, and could not.",
        "Open the link without being signed in; it must answer everybody.", AsBefore, Changed, ERRORS;
    1815199/0 "meta-1815199", "Instagram account", "The Instagram account cannot be used",
        "The ad account has no access to the Instagram account.",
        "Connect it with the Page and the ad account in Meta’s business settings, or choose another.", AsBefore, Changed, CREATIVE;
    0..=9999999/0 "meta-other", "", "Meta refused it with a code that is not listed here",
        "Meta’s own sentence says what it is about. The code stands at its end.",
        "Follow Meta’s sentence. Meta’s page below may list the code.", AsBefore, Changed, AD_ERRORS;
}

/// The entry of a code and subcode (0 where there is none): of both, else of the code, else of its range.
pub fn entry(code: i64, subcode: i64) -> &'static Entry {
    let with = |wanted: i64| {
        let fits = move |(from, to, sub): &Key| (*from..=*to).contains(&code) && *sub == wanted;
        // The narrowest range that holds the code.
        let found = KEYS.iter().zip(ENTRIES).filter(|(key, _)| fits(key));
        found.min_by_key(|((from, to, _), _)| to - from).map(|(_, entry)| entry)
    };
    let exact = if subcode == 0 { None } else { with(subcode) };
    exact.or_else(|| with(0)).unwrap_or(&UNKNOWN)
}

/// What a code outside of every range is.
static UNKNOWN: Entry = Entry {
    slug: "meta-other",
    area: Area::Meta,
    title: "Meta refused it",
    says: "",
    why: "Meta’s own sentence says what it is about.",
    field: "",
    todo: "Follow Meta’s sentence.",
    spent: Spent::AsBefore,
    again: Again::Changed,
    source: Some(&source::AD_ERRORS),
};

/// Meta's words with its code at their end, by which they are found again.
pub fn with_code(words: &str, code: i64, subcode: i64) -> String {
    match (code, subcode) {
        (0, _) => words.to_owned(),
        (code, 0) => format!("{words} (Meta {code})"),
        (code, subcode) => format!("{words} (Meta {code}/{subcode})"),
    }
}

/// The code and subcode that [`with_code`] put into a text.
pub fn code_in(text: &str) -> Option<(i64, i64)> {
    text.rmatch_indices("(Meta ").find_map(|(at, mark)| {
        let (codes, _) = text.get(at + mark.len()..)?.split_once(')')?;
        let (code, subcode) = codes.split_once('/').unwrap_or((codes, "0"));
        Some((code.parse().ok()?, subcode.parse().ok()?))
    })
}

/// Every code and subcode that is listed, each range by its first.
pub fn codes() -> impl Iterator<Item = (i64, i64)> {
    KEYS.iter().map(|(from, _, sub)| (*from, *sub))
}
