//! Connections, tokens and ad accounts.

super::entries::entries! {
    Setup, AsBefore, Changed;
    read_only(name) "account-read-only", "", "The ad account is read-only",
        "“{name}” is read-only.",
        "A new ad account is linked read-only: Tandem reads it and changes nothing.",
        "An owner opens Connections, the ad account, and allows writing.";
    account_not_linked(name) "account-not-linked", "", "The ad account is not linked to Meta",
        "“{name}” is not linked to Meta; connect it on the page Connections to publish or sync.",
        "Its figures come from files only, or its connection was removed.",
        "Connect it under Connections.";
    account_needed() "account-needed", "Ad account", "There is no ad account",
        "Connect an ad account first; a campaign belongs to one.",
        "A campaign’s currency, time zone and minimums are its ad account’s.",
        "Open Connections and connect one.";
    account_disabled(name, why) "account-disabled", "", "Meta has disabled the ad account",
        "Meta has disabled “{name}”{why}.",
        "A disabled account delivers nothing and takes no new ads.",
        "Ask Meta for a review under Account quality; until then use another ad account.", AD_ERRORS;
    account_unsettled(name) "account-unsettled", "", "A payment of the ad account failed",
        "“{name}” is unsettled: a payment failed.",
        "Meta could not collect what is due and stops delivery.",
        "Pay what is due in Meta’s billing settings.";
    account_in_review(name) "account-in-review", "", "Meta is reviewing the ad account",
        "Meta is reviewing “{name}” for risk.",
        "Until the review ends nothing is delivered.",
        "Wait for Meta’s answer; it may ask for documents under Account quality." => Later;
    account_settling(name) "account-settling", "", "A payment is being settled",
        "A payment of “{name}” is being settled.",
        "Until then Meta delivers nothing.",
        "Wait, or pay in Meta’s billing settings." => Later;
    account_grace(name) "account-in-grace", "", "A payment is due",
        "“{name}” is in its grace period: a payment is due.",
        "It still delivers; after the grace period Meta stops it.",
        "Pay what is due in Meta’s billing settings.";
    account_closing(name) "account-closing", "", "The ad account is being closed",
        "“{name}” is being closed.",
        "A closing account takes no new ads.",
        "Use another ad account, or cancel the closing in Meta’s settings.";
    account_closed(name) "account-closed", "", "The ad account is closed",
        "“{name}” is closed.",
        "A closed account delivers nothing, for good.",
        "Use another ad account; this one’s figures stay here.";
    account_state_unknown(name, state) "account-state-unknown", "", "Meta gives the ad account an unknown state",
        "Meta gives “{name}” a state that is not in its documents ({state}).",
        "What the state means for delivery is not known; plans can still be approved.",
        "Look at the account in Ads Manager.", ERRORS;
    payment_missing(name) "payment-missing", "", "There is no payment method",
        "“{name}” has no payment method.",
        "Ads would be made and get no delivery.",
        "Add one in Meta’s billing settings of the account.";
    payment_used_up(name) "payment-used-up", "", "The money paid in is used up",
        "The money paid into “{name}” is used up.",
        "A prepaid account delivers as long as there is money in it.",
        "Pay money in, in Meta’s billing settings of the account.";
    account_limit_used(name, limit) "account-limit-used", "", "The ad account’s own limit is used up",
        "The spending limit of “{name}”, {limit}, is used up.",
        "The limit was set at Meta for the whole account; at it Meta stops every ad. Tandem never raises it.",
        "Raise or reset it in Meta’s billing settings.";
    account_limit_near(name, left, limit) "account-limit-near", "", "The ad account’s own limit is near",
        "“{name}” may spend {left} more before its limit of {limit} stops everything.",
        "The limit was set at Meta for the whole account; at it Meta stops every ad. Tandem never raises it.",
        "Raise or reset it in Meta’s billing settings, if everything shall go on.";
    token_refused(name, why) "token-refused", "", "Meta does not accept the token",
        "Meta does not accept the token of “{name}”: {why}",
        "It has ended, was revoked, or belongs to a person who changed their password.",
        "Make a new token of the same system user and replace this one at the connection.", TOKENS;
    token_ended(name) "token-ended", "", "The token has ended",
        "The token of “{name}” has ended.",
        "Nothing is read, published or paused through it.",
        "Make a new token of the same system user and replace this one at the connection.", TOKENS;
    token_ends(name, when) "token-ends-soon", "", "The token ends soon",
        "The token of “{name}” ends in {when}.",
        "From then on nothing is read, published or paused through it.",
        "Make a new token of the same system user and replace this one at the connection.", TOKENS;
    data_access_ends(name, when) "data-access-ends", "", "The right to reach data ends",
        "The right of the token of “{name}” to reach data {when}.",
        "Meta gives apps access for 90 days after a person last agreed; then it refuses reads although the token goes on.",
        "Make a new token and replace this one at the connection.", TOKENS;
    permission_lacking(name) "permission-lacking", "", "The token lacks ads_management",
        "The token of “{name}” lacks the permission ads_management, and writing is switched on.",
        "Meta refuses every change through it, pausing included.",
        "Make a token with ads_management and replace this one.", PERMISSIONS;
    write_permission(name) "write-permission-lacking", "", "The token cannot write",
        "The token behind “{name}” lacks the permission ads_management, so Meta would refuse every change. Replace it with one \
         that has it.",
        "Writing was to be allowed for an account that the token can only read.",
        "Make a token with ads_management and replace this one.", PERMISSIONS;
    pages_none(name) "connection-without-page", "", "No Page is linked through the connection",
        "No Page is linked through “{name}”.",
        "No ad can be made: each speaks in the name of a Page.",
        "Assign a Page to the system user in Meta’s business settings, then choose it at the connection.";
    page_without_instagram(name) "page-without-instagram", "", "A Page has no Instagram account",
        "The Page “{name}” has no Instagram account.",
        "Ads with this Page cannot run on Instagram as an account of the business.",
        "Link a professional account to the Page at Meta and choose it at the connection.";
    pixel_silent(name, since) "pixel-silent", "", "The pixel hears nothing",
        "The pixel “{name}” has heard nothing since {since}.",
        "Results on the website are not counted, and Meta cannot optimise for them.",
        "Check the website with Meta’s Events Manager or its test events.";
    pixel_never(name) "pixel-never-heard", "", "The pixel has never heard an event",
        "The pixel “{name}” has never heard an event.",
        "Results on the website are not counted, and Meta cannot optimise for them.",
        "Put the pixel on the website; Meta’s Events Manager shows whether it works.";
    token_refused_paste(message) "token-not-accepted", "Token", "A pasted token is not accepted",
        "Meta does not accept this token. It says: {message}",
        "The token was tried at once, and Meta refused it. Nothing was kept.",
        "Copy the whole token, or make a new one.", TOKENS;
    app_secret_wrong(message) "app-secret-wrong", "App secret", "The app secret does not fit",
        "The app secret does not belong to this token’s app, or the app asks for one. Meta says: {message}",
        "Calls are signed with the app secret, and Meta found the signature wrong or missing.",
        "Paste the secret of the app that the token was made with.", TOKENS;
    token_invalid() "token-not-valid", "Token", "A pasted token is not valid any more",
        "Meta says that this token is not valid any more. Make a new one and paste that.",
        "It has ended or was revoked.",
        "Make a new one and paste that.", TOKENS;
    token_kind(kind) "token-of-a-page-or-app", "Token", "The token cannot manage ads",
        "This is the token of {kind}, which cannot manage ads. Paste the token of a system user.",
        "Tokens of Pages and of apps reach no ad account.",
        "Make a token of a system user; the page says how.", TOKENS;
    token_incomplete() "token-incomplete", "Token", "The token is not whole",
        "Paste the whole token: letters and digits, without spaces or line breaks.",
        "What was pasted holds spaces or other characters that no token has, or nothing.",
        "Copy the whole token again.", TOKENS;
    secret_incomplete() "app-secret-incomplete", "App secret", "The app secret is not whole",
        "Paste the app secret as Meta shows it, without spaces.",
        "What was pasted holds spaces or other characters that no secret has.",
        "Copy it again from the app’s basic settings at Meta.", TOKENS;
    token_foreign(other) "token-of-the-other-side", "Token", "The token belongs to the other side",
        "This token belongs to a {other} connection of this server. Sandbox and real money never mix, so it was not sent.",
        "A workspace is a sandbox or real, for ever.",
        "Use the token in a workspace of its own kind.";
    token_other_app(name, id, own, own_id) "token-of-another-app", "Token", "The token is of another app",
        "This token is of the app “{name}” ({id}); the connection’s is of “{own}” ({own_id}). Make one for the same app, or \
         connect this one anew.",
        "Ids of people differ from app to app at Meta, so a connection stays with its app.",
        "Make the token with the same app.", TOKENS;
    token_reaches_less(names) "token-reaches-less", "Token", "The token does not reach what is linked",
        "This token does not reach “{names}”, which is linked. Assign it to the system user in the same business, or unlink it first.",
        "Replaced, the linked account would stand without a connection.",
        "Assign the account to the system user, or unlink it.", TOKENS;
    linked_elsewhere(name, through) "account-linked-already", "Ad account", "The ad account is linked already",
        "“{name}” is linked through “{through}” already; unlink it there first.",
        "Two connections would sync the same account twice.",
        "Unlink it at the other connection first.";
    choose_account() "choose-account", "Ad account", "No ad account is chosen",
        "Choose at least one ad account.",
        "A connection without an ad account does nothing.",
        "Tick an ad account.";
    kinds_never_mix(workspace, name, kind) "sandbox-and-real-never-mix", "", "Sandbox and real never mix",
        "This workspace is {workspace}; the connection “{name}” is {kind}. The two never mix.",
        "A workspace is a sandbox or real, for ever.",
        "Use the connection in a workspace of its own kind.";
    sandbox_missing() "sandbox-not-running", "", "No sandbox runs here",
        "This workspace is a sandbox and no sandbox runs here; start Tandem with --sandbox embedded.",
        "The server was started without its sandbox.",
        "Whoever runs the server starts it with --sandbox embedded.";
    confirm_writing() "confirm-writing", "Confirmation", "Allowing writing is not confirmed",
        "Tick the box: it says what Tandem may do from then on.",
        "From then on Tandem may change and spend in this account.",
        "Read the sentence and tick the box.";
    currency_unknown(text) "currency-unknown", "Currency", "The currency is not known",
        "“{text}” is not a currency that Meta's ad accounts can have.",
        "Amounts are counted in a currency’s smallest unit, and of an unknown one that is not known.",
        "Use one of Meta’s currencies by its three letters, like EUR.", CURRENCIES;
    account_currency_unknown(name) "account-currency-unknown", "", "The ad account’s currency is not known",
        "Meta says no known currency for “{name}”.",
        "Without the currency no amount of the account can be read or written exactly.",
        "Sync the ad account. If it stays, look at its settings at Meta; Tandem may have to learn a new currency.", CURRENCIES;
    account_not_here() "account-not-here", "Ad account", "The ad account is not here",
        "There is no such ad account here; choose another.",
        "It was removed, or belongs to another workspace.",
        "Choose one in the list.";
    duplicate_elsewhere(name) "duplicate-of-a-campaign-elsewhere", "", "The campaign was made elsewhere",
        "“{name}” was made elsewhere: adopt it first, then it can be duplicated.",
        "Tandem copies only what it knows whole.",
        "Adopt it; nothing is written by that. Then duplicate it.";
    token_reads_nothing() "token-reads-nothing", "Ad account", "The token reads no ad account",
        "This token can read no ad account: it lacks ads_read. Make one that has it.",
        "Without the permission Meta answers no question about ads.",
        "Make a token of the same system user with ads_read, and ads_management if Tandem shall publish.", PERMISSIONS;
    accounts_too_many(most) "ad-accounts-too-many", "Ad account", "Too many ad accounts at once",
        "Choose at most {most} ad accounts at once; add the others afterwards.",
        "Each one is read at once, and Meta limits how much may be read in an hour.",
        "Choose fewer, and add the others from the connection’s page.", LIMITS;
    token_not_reaching(remote) "token-does-not-reach", "Ad account", "The token does not reach it",
        "The token does not reach {remote}; choose among what is listed.",
        "The form names an account, Page or pixel that Meta did not list for this token.",
        "Choose among what is listed, or assign it to the system user at Meta and connect again.", TOKENS;
    connection_name() "connection-name-missing", "Name of the connection", "The connection has no name, or a long one",
        "Name the connection, up to 100 characters.",
        "Pages and messages tell connections by their names.",
        "Type a name, like the business’s.";
    connection_taken(name) "connection-name-taken", "Name of the connection", "There is a connection of this name",
        "A connection “{name}” is here already; give this one another name.",
        "Two connections of one name could not be told apart.",
        "Choose another name.";
    graph_url_of_sandbox() "graph-url-of-the-sandbox", "", "The server’s address of Meta is the sandbox’s",
        "The configured --graph-url is the sandbox’s own address; a real workspace never speaks to it.",
        "Sandbox and real money never mix: a real token would be shown to the sandbox.",
        "Whoever runs the server takes --graph-url out, or makes a sandbox workspace.";
    real_at_sandbox(name) "real-connection-at-the-sandbox", "", "A real connection points at the sandbox",
        "“{name}” is real and its address is now the sandbox’s; nothing is sent there.",
        "The sandbox was started at the address under which this connection reaches Meta. Sandbox and real money never mix.",
        "Whoever runs the server starts the sandbox at another address.";
    sandbox_clock() "sandbox-clock", "", "Only a sandbox’s clock can be moved",
        "This workspace has no sandbox; only a sandbox’s clock can be moved.",
        "Real ad accounts go by Meta’s clock.",
        "Do it in a sandbox workspace.";
    sandbox_stays() "sandbox-stays", "", "A sandbox workspace keeps its sandbox",
        "A sandbox workspace keeps its sandbox; it would connect itself again. Unlink single ad accounts instead.",
        "The sandbox is connected by itself whenever the server runs with one.",
        "Unlink single ad accounts, or leave the workspace.";
    unlink_live(account, first, others) "unlink-while-on", "", "A campaign of the ad account is on",
        "“{account}” cannot be unlinked: the campaign “{first}”{others} is on at Meta or being carried out, and nobody would watch it. \
         Pause it first.",
        "Unlinked, the account is not read any more: limits would not hold and Stop all would not reach it, while Meta goes on spending.",
        "Pause what is on in it and wait until plans have ended, then unlink it.";
}
