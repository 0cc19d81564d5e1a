//! People, passwords, tokens and workspaces.

super::entries::entries! {
    People, No, Changed;
    last_owner() "last-owner", "Role", "A workspace keeps an owner",
        "This is the last owner of the workspace; make somebody else an owner first.",
        "Without an owner nobody could connect ad accounts, allow writing or change who may do what.",
        "Make another person an owner, then change this one.";
    person_unknown(email) "person-unknown", "E-mail", "Nobody has this address",
        "Nobody here has the address “{email}”.",
        "No person who may sign in to this server has it; it may be mistyped.",
        "Check the address: tandem user list shows all.";
    email_unreadable() "email-unreadable", "E-mail", "The e-mail address cannot be read",
        "This is not an e-mail address; write it like ana@example.com.",
        "People sign in with their address, so it has to be one.",
        "Type the whole address, with @ and the part after it.";
    email_taken() "email-taken", "E-mail", "Somebody has this address already",
        "Somebody with this address is here already; sign in instead.",
        "An address belongs to one person on this server, in however many workspaces.",
        "Sign in with it. Whoever runs the server can add the person to another workspace: tandem user role.";
    person_name() "person-name-missing", "Your name", "The person has no name, or a long one",
        "Give the name to show, up to 100 characters.",
        "The history and the approvals say who did what.",
        "Type the name.";
    password_short(least, length) "password-too-short", "Password", "The password is too short",
        "A password has at least {least} characters; this has {length}.",
        "Short passwords can be guessed, and this one guards your card’s limits.",
        "Use a few words; they are easy to remember and hard to guess.";
    password_long(most) "password-too-long", "Password", "The password is too long",
        "A password has at most {most} characters.",
        "Longer ones would only make signing in slow.",
        "Shorten it.";
    password_unusable() "password-unusable", "Password", "The password cannot be kept",
        "This password cannot be hashed; choose another one.",
        "Passwords are kept as a fingerprint only, and that could not be made of this one.",
        "Choose another password.";
    role_unknown(text) "role-unknown", "Role", "The role is not known",
        "“{text}” is not a role; it is owner, manager or analyst.",
        "An owner connects and allows, a manager makes and approves, an analyst reads.",
        "Choose one of the three.";
    setup_link_used() "set-up-link-used", "", "The set-up link was used or replaced",
        "This set-up link was used or replaced; start Tandem again to get a new one.",
        "The link that makes the first owner works once, and a newer one puts it out of use.",
        "Sign in if somebody has set Tandem up already; else start it again and open the link that it prints.";
    setup_link_raced() "set-up-link-used-meanwhile", "", "The set-up link was used meanwhile",
        "This set-up link was used meanwhile; sign in instead.",
        "Another window or person finished setting up with the same link.",
        "Sign in. If it was not you, ask whoever runs the server.";
    setup_link_replaced() "set-up-link-replaced", "", "The set-up link was replaced",
        "This set-up link was replaced; use the newest one that Tandem printed.",
        "Each start of the server that nobody has set up yet prints a new link, and only the newest works.",
        "Look at what the server printed last and open that link.";
    nobody_here() "nobody-here-yet", "", "Nobody has set Tandem up yet",
        "Nobody is here yet. Open the set-up link that Tandem printed when it started, or start it again for a new one.",
        "There is no person who could sign in before the first owner is made by the set-up link.",
        "Open the link that the server printed when it started.";
    workspace_of_people() "workspace-needs-a-person", "", "A workspace belongs to a person",
        "A workspace belongs to a person; a token of a program cannot make one.",
        "Somebody has to own it and sign in to it; a token can do neither.",
        "Sign in with a browser and make it there, or on the server: tandem workspace create.";
    workspace_owner_unknown(email) "workspace-owner-unknown", "Owner", "The owner is not known",
        "There is nobody with the address {email}.",
        "A new workspace is owned by a person who may sign in already, and nobody has this address.",
        "Check the address, or make the person first: tandem user create.";
    business_name() "business-name-missing", "Name of the business", "The business has no name, or a long one",
        "Name the business, up to 100 characters.",
        "The workspace is called after it, on every page and in every message.",
        "Type the name.";
    workspace_kind_missing() "workspace-kind-missing", "What it works with, for ever", "Real or sandbox is not chosen",
        "Choose whether it is for real ad accounts or for the sandbox.",
        "A workspace is a sandbox or real, for ever, so that play money and real money never mix.",
        "Choose one of the two.";
    workspace_without_sandbox() "workspace-without-sandbox", "What it works with, for ever", "No sandbox runs here",
        "No sandbox runs here; start Tandem with --sandbox embedded, or make a real workspace.",
        "A sandbox workspace needs the sandbox that the server was started without.",
        "Make a real workspace. Whoever runs the server can start it with --sandbox embedded.";
    workspace_taken() "workspace-name-taken", "Name of the business", "There is a workspace of this name",
        "A workspace of this name is here already.",
        "Two workspaces of one name could not be told apart.",
        "Choose another name.";
    workspace_unknown(name) "workspace-unknown", "", "There is no such workspace",
        "There is no workspace “{name}”.",
        "The name is mistyped, or the workspace is on another server.",
        "Check the name: tandem user list shows the workspaces of each person.";
    workspace_first_owner(name) "workspace-needs-an-owner-first", "Role", "A new workspace begins with an owner",
        "There is no workspace “{name}”; its first member must be an owner.",
        "The command makes a workspace that is not there, and a workspace keeps an owner from its first day.",
        "Make the person an owner, or name a workspace that is there.";
    token_name() "token-name-missing", "What it is for", "The token has no name, or a long one",
        "Say what the token is for, in up to 100 characters.",
        "A token is shown once; afterwards its name alone tells which to revoke.",
        "Type what it is for, like “weekly report”.";
}
