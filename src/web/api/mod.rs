//! Admin HTTP endpoints under `/api/v1`: JSON, bearer tokens, problem+json errors, idempotency keys, one document.
//!
//! [`operations`] is the whole of it: each line makes a route and its page in the document from the handler's own types
//! ([`operation`]). To add an endpoint: a handler in the feature's file and a line here.

mod accounts;
mod adopt;
mod approvals;
mod ask;
mod audiences;
mod bulk;
mod campaigns;
mod connect;
mod connections;
mod docs;
mod drift;
mod envelopes;
mod history;
mod imports;
mod ledger;
mod limits;
mod list;
mod naming;
mod notices;
mod once;
mod openapi;
pub mod operation;
mod pictures;
mod plan_settings;
mod plans;
mod quota;
mod reply;
mod reports;
mod search;
mod split;
mod split_test;
mod stop;
mod words;
mod workspace;

use std::collections::BTreeMap;

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Resource};

use self::operation::{Operation, delete, get, post, put};
use super::error::{ApiError, AppError};

/// Every operation below `/api/v1`.
pub fn operations() -> Vec<Operation> {
    vec![
        get("/workspace", "The workspace and the token's role", workspace::show),
        get("/campaigns", "Campaigns with status, money and results", list::show).saying(LIST),
        post("/campaigns", "Define a campaign", campaigns::create).saying(DEFINE),
        get("/campaigns/form", "The form a new campaign starts with", campaigns::fresh),
        post("/campaigns/check", "Judge a form and save nothing", campaigns::check),
        post("/campaigns/duplicate", "Drafts from campaigns", bulk::duplicate),
        get("/campaigns/{id}", "A campaign as it was last saved", campaigns::show),
        put("/campaigns/{id}", "Save a campaign", campaigns::update).saying(SAVE),
        get("/campaigns/{id}/plan", "The plan as it is now", plans::show).saying(PLAN),
        post("/campaigns/{id}/plan/refresh", "Ask Meta what is true, then plan", plans::refresh),
        post("/campaigns/{id}/plan/approve", "Approve exactly this plan and carry it out", plans::approve).saying(APPROVE),
        post("/campaigns/{id}/plan/apply", "Carry on with a plan that broke off", plans::apply),
        post("/campaigns/{id}/pause", "Pause, confirmed by Meta", plans::pause).saying(PAUSE),
        get("/campaigns/{id}/history", "Who changed what, when, why, from where", history::show).saying(HISTORY),
        get("/campaigns/{id}/undo", "What taking a change back would do", history::undo_offer).saying(UNDO_OFFER),
        post("/campaigns/{id}/undo", "Want again what was wanted before a change", history::undo).saying(UNDO),
        get("/drift", "Campaigns that were changed outside, with how many fields", drift::counts),
        get("/campaigns/{id}/drift", "What was changed outside, field by field", drift::show).saying(DRIFT),
        post("/campaigns/{id}/drift/adopt/offer", "What adopting it would do", drift::offer),
        post("/campaigns/{id}/drift/adopt", "Want what Meta has", drift::adopt).saying(ADOPT_DRIFT),
        post("/campaigns/{id}/drift/revert/plan", "The plan that sets it back", drift::plan).saying(REVERT_PLAN),
        post("/campaigns/{id}/drift/revert", "Approve exactly that plan", drift::revert).saying(REVERT),
        get("/campaigns/{id}/ledger", "Balances, and the entries they are sums of", ledger::show).saying(LEDGER),
        get("/campaigns/{id}/split", "What results say about how the budget is divided", split::show).saying(SPLIT),
        post("/campaigns/{id}/split/what-if", "What a split would bring", split::what_if).saying(WHAT_IF),
        put("/campaigns/{id}/split/settings", "What learned amounts may do", split::set),
        post("/campaigns/{id}/split/accept", "Take a proposed split over", split::accept).saying(TAKE_SPLIT),
        post("/campaigns/{id}/split/refuse", "Refuse a proposed split", split::refuse),
        post("/campaigns/{id}/split/looked", "Somebody looked at what was changed outside", split::looked),
        get("/campaigns/{id}/split/replay", "Make a decision again", split::replay).saying(REPLAY),
        get("/campaigns/{id}/split/test", "A simulation of two arms in the sandbox", split_test::show).saying(SPLIT_TEST),
        post("/campaigns/{id}/split/test", "Start a simulation of two arms", split_test::start).saying(START_TEST),
        post("/campaigns/{id}/split/test/end", "End a simulation and keep one arm", split_test::end).saying(END_TEST),
        get("/campaigns/{id}/resume", "What switching it on does", adopt::resume_offer),
        post("/campaigns/{id}/resume", "Approve the plan that switches it on", adopt::resume).saying(RESUME),
        get("/campaigns/{id}/adopt", "What adopting it takes over", adopt::offer).saying(ADOPTION),
        post("/campaigns/{id}/adopt", "Adopt exactly what was shown", adopt::take_over).saying(ADOPT),
        get("/campaigns/{id}/kept", "An adopted campaign as it should be", adopt::show),
        put("/campaigns/{id}/kept", "Change an adopted campaign", adopt::update).saying(SAVE_KEPT),
        post("/bulk", "Propose one change to several campaigns", bulk::propose).saying(BULK),
        get("/bulk/{id}", "A plan over several campaigns", bulk::show),
        post("/bulk/{id}/approve", "Approve exactly this plan and carry it out", bulk::approve),
        post("/bulk/{id}/apply", "Carry on with a plan that broke off", bulk::apply),
        get("/approvals", "Plans that wait for a second person", approvals::list).saying(APPROVALS),
        post("/approvals/{id}/decline", "Decline a plan that waits, or take one's own wish back", approvals::decline),
        get("/envelopes", "Month envelopes, each with its month", envelopes::list),
        post("/envelopes", "Make a month envelope", envelopes::create),
        get("/envelopes/{id}", "A month envelope", envelopes::show),
        put("/envelopes/{id}", "Change a month envelope", envelopes::update).saying(SAVE),
        delete("/envelopes/{id}", "Put a month envelope away", envelopes::archive),
        post("/envelopes/{id}/plan", "Propose the daily budgets that land on it", envelopes::plan),
        get("/labels", "Labels, by name", bulk::labels),
        post("/labels", "Put a label on campaigns or take it off", bulk::label),
        post("/labels/undo", "Take a change of labels back", bulk::undo),
        get("/names", "Templates of names and links", naming::show),
        put("/names", "Set the templates of names and links", naming::save).saying(NAMES),
        get("/plan-settings", "By what plans are weighed, and who may raise spending alone", plan_settings::show),
        put("/plan-settings", "Set by what plans are weighed and who may raise spending alone", plan_settings::save)
            .saying(PLAN_SETTINGS),
        get("/audiences", "Saved audiences, those put away last", audiences::list),
        post("/audiences", "Save a new audience", audiences::create),
        post("/audiences/estimate", "How many people an audience reaches", audiences::estimate).saying(ESTIMATE),
        get("/audiences/{id}", "A saved audience with its history", audiences::show),
        put("/audiences/{id}", "Save a new version of an audience", audiences::update).saying(SAVE_AUDIENCE),
        put("/audiences/{id}/archive", "Put an audience away", audiences::archive),
        delete("/audiences/{id}/archive", "Offer an audience again", audiences::restore),
        get("/interests", "Interests, behaviours and the like to target", search::interests),
        get("/custom-audiences", "Custom audiences of an ad account", search::custom),
        get("/stop", "What a stop would pause, and the one that holds", stop::show),
        post("/stop", "Stop everything, now", stop::press).saying(STOP),
        post("/stop/resume", "Approve the plan that undoes the stop", stop::resume),
        get("/limits", "Spending limits, and which line holds each", limits::list).saying(LIMITS),
        post("/limits", "Set a spending limit", limits::set).saying(LIMIT),
        get("/limits/{id}", "A spending limit", limits::show),
        put("/limits/{id}", "Change a spending limit", limits::change),
        delete("/limits/{id}", "Remove a spending limit", limits::remove).saying(UNLIMIT),
        post("/limits/{id}/renew", "Work Meta's own limit out for this month", limits::renew).saying(RENEW_LIMIT),
        get("/connections", "Connections and what is linked", connections::list),
        post("/connections/sync", "Read every linked ad account now", connections::sync),
        post("/connections/pending", "Try a token", connect::begin).saying(BEGIN),
        get("/connections/pending/{id}", "What a tried token is and reaches", connect::show),
        delete("/connections/pending/{id}", "Forget a tried token", connect::discard),
        post("/connections/pending/{id}/link", "Link what was chosen, read-only", connect::link).saying(LINK),
        get("/connections/{id}", "A connection and what is linked", connections::show),
        delete("/connections/{id}", "Remove a connection with its token", connections::remove).saying(LET_GO),
        post("/connections/{id}/token", "Try a token that replaces a connection's", connect::replace).saying(REPLACE),
        post("/connections/{id}/widen", "Ask anew what a connection's token reaches", connect::widen).saying(WIDEN),
        get("/health", "What is wrong, the worst first", accounts::health),
        get("/accounts", "Ad accounts, linked or fed by files", connections::accounts),
        get("/quota", "The budget of calls of each ad account", quota::list),
        get("/accounts/{id}/health", "What is wrong with an ad account", accounts::health_of),
        put("/accounts/{id}/writing", "Allow writing to an ad account", accounts::allow_writing).saying(WRITING),
        delete("/accounts/{id}/writing", "Make an ad account read-only", accounts::withdraw_writing).saying(WITHDRAW),
        delete("/accounts/{id}/link", "Unlink an ad account", accounts::unlink).saying(LET_GO),
        get("/cities", "Cities to target", search::cities),
        get("/languages", "Languages to target", search::languages),
        post("/sandbox/advance", "The sandbox's clock, one day on", connections::advance),
        post("/pictures", "Keep a picture for ads", pictures::keep),
        get("/pictures/{id}", "A picture's file", pictures::show),
        post("/uploads", "Send a report file", imports::receive).saying(UPLOAD),
        get("/uploads/{token}", "How a file is understood", imports::upload),
        delete("/uploads/{token}", "Discard a file", imports::discard),
        post("/uploads/{token}/import", "Import a file, whole or not at all", imports::import),
        get("/imports", "Imports, newest first", imports::list),
        get("/imports/{id}", "An import", imports::show),
        delete("/imports/{id}", "Take an import out", imports::remove),
        get("/imports/{id}/skipped", "Rows that were left out, by line", imports::skipped),
        get("/report", "Figures", reports::show).saying(REPORT),
        get("/report.csv", "Figures as CSV", reports::csv),
        get("/notices", "What has to be heard of, newest first", notices::list),
        get("/webhooks", "Webhooks", notices::webhooks),
        post("/webhooks", "Add a webhook", notices::add_webhook),
        delete("/webhooks/{id}", "Remove a webhook", notices::remove_webhook),
        post("/webhooks/{id}/try", "Send a trial message", notices::try_webhook),
        get("/members", "Members", workspace::members),
        post("/members", "Add a person", workspace::add_member),
        put("/members/{id}", "Change a member's role", workspace::set_role),
        delete("/members/{id}", "Take a member out", workspace::remove_member),
        get("/tokens", "Bearer tokens, without what they are", workspace::tokens),
        post("/tokens", "Make a bearer token", workspace::make_token),
        delete("/tokens/{id}", "Revoke a bearer token", workspace::revoke_token),
        get("/audit", "What was done, newest first", workspace::audit),
    ]
}

const LIST: &str = "The query string and the rows of the page `/campaigns`: those defined here and those seen at Meta or in files, each \
    once. Amounts are decimals as text in the row's `currency`, as in reports; what is not known is null, which is not zero.";
const DEFINE: &str = "The body is the campaign page's form: every value is text as a person types it. A form with problems saves as a \
    draft and says them under `judged.problems`, each at its field; only one without can be planned.";
const SAVE: &str = "Send the `ETag` that you have read as `If-Match`: 428 without it, 412 where somebody saved meanwhile.";
const PLAN: &str = "A pure function of the campaign and of what Meta last said. Approval is bound to `hash`. `progress` tells how the \
    newest approved plan stands; ask again until its state is `applied` or `failed`.";
const APPROVE: &str = "409 where the plan is another by now, is blocked or empty, or one is being carried out. Everything is made \
    paused; the campaign is switched on by the last call.";
const PAUSE: &str =
    "At Meta first, recorded after: pausing what is paused changes nothing, so a repetition is harmless at Meta too.";
const HISTORY: &str =
    "Newest first, with before and after field by field. What was changed outside Tandem is there from the moment it was seen.";
const UNDO_OFFER: &str = "`entry` is the `seq` of an entry of the history. `refused` says why it cannot be taken back, `lost` what does not come \
    back whatever is done.";
const UNDO: &str = "Writes nothing to Meta: the campaign is saved as it was before the change, and its plan is approved like any other. 409 \
    where something later changed the same fields.";
const DRIFT: &str = "Compared with how Tandem left each field: an edit made here that waits to be published is no drift and is counted in \
    `waiting`. `not_adopted` and `not_set_back` say why, and the way out.";
const ADOPT_DRIFT: &str = "`picks` are those of the drift that was read, `hash` that of the offer: 409 where it is another by now. Nothing is \
    written to Meta; the campaign is saved, with the reason in its history.";
const REVERT_PLAN: &str = "What was ticked and nothing else of the campaign. A creative never changes at Meta: what an ad says goes back by \
    another creative, which Meta reviews again.";
const REVERT: &str = "409 where the plan is another by now. What is wanted of the campaign stays as it is.";
const LEDGER: &str = "Double entry: every entry sums to zero against the account outside, none is ever changed. Amounts are whole numbers as \
    text: minor units for budgets, micros for spend.";
const SPLIT: &str = "Amounts are learned where the form says `amounts: learned`; else nothing is proposed, and this is what results would \
    say. Bands hold with 80 and 95 % probability, given this campaign’s own figures.";
const WHAT_IF: &str = "Answered from what was learned; nothing is changed. Without shares it is the best split under the bounds.";
const TAKE_SPLIT: &str =
    "Saves the campaign with the proposed amounts; its plan is approved like any other. 409 where it waits no more.";
const REPLAY: &str =
    "Reads the figures as they were known then and answers anew; where another engine made it, both versions are said.";
const SPLIT_TEST: &str = "A simulation: made in the sandbox, it says nothing about Meta. Learned amounts beside one shared ad set, each with half of \
    the money. Days whose results still come in, and days on which not both spent, do not count.";
const START_TEST: &str = "For a published campaign of a sandbox with a budget a day for each of several ad sets; 409 with the reason else. \
    Nothing is sent before the plan of each arm is approved.";
const END_TEST: &str = "The arm that is kept gets the money of both, the other is archived: two plans, approved like any other.";
const RESUME: &str = "Read what it does with GET and send its hash. A campaign that was made elsewhere and not adopted is switched on \
    itself; nothing else of it changes.";
const ADOPTION: &str = "As Meta last said it, with what Tandem cannot change and only keeps. Nothing is written to Meta.";
const ADOPT: &str = "The campaign is read anew first: 409 where it was changed at Meta since the offer. Nothing is written to Meta; from \
    then on its plan says what differs. Adopting again takes over what Meta has now.";
const SAVE_KEPT: &str = "Nothing happens at Meta before the plan is approved. Send the `ETag` that you have read as `If-Match`.";
const NAMES: &str = "New campaigns start with them; campaigns that are there keep theirs.";
const PLAN_SETTINGS: &str = "All of it at once. `needs_second` is refused where fewer than two people may approve. A limit is `nothing`, `up_to` an \
    amount a day in one currency (what is in another is beyond it, never converted), or `anything`.";
const ESTIMATE: &str = "Asks Meta, for at most 2.5 seconds, and remembers the answer for 15 minutes. Saves nothing.";
const SAVE_AUDIENCE: &str = "Campaigns keep the version they were saved with. Send the `ETag` that you have read as `If-Match`. What is there \
    already makes no version.";
const BEGIN: &str = "The answer says what the token is, what each missing permission costs and what can be linked. The token is kept \
    sealed for half an hour, used once, and is in no answer.";
const LINK: &str = "The ad accounts of a real workspace are read-only until an owner allows writing. Their first read is queued.";
const REPLACE: &str = "It must be of the same app and reach every ad account that is linked. It counts once its offer is linked.";
const WIDEN: &str = "Link more of it as with a new token.";
const LET_GO: &str = "What is known stays in reports. 409 while campaigns made or adopted here are on: nobody would watch them.";
const WRITING: &str = "Tandem may then make, change, pause and resume campaigns in this ad account, which spends its money. Each change \
    still needs an approved plan, or Stop all. 409 where the token lacks `ads_management`.";
const WITHDRAW: &str = "What is queued for it fails with that reason; what runs at Meta goes on running there.";
const BULK: &str = "Nothing happens before its plan is approved by its hash. `change.do` is pause, resume, archive, budget or dates; a budget \
    changes `as` percent (basis points), by or to an amount.";
const APPROVALS: &str = "What raises spending beyond a person's limit waits here. The second person reads the plan where `path` says and approves \
    its hash there, like any other plan. A token counts as whoever made it, and is never that person's second.";
const STOP: &str = "Pauses at campaign level, remembers exactly what was on, and holds queued work back until it is resumed. Waits \
    for no commit and no queue.";
const LIMITS: &str = "The guard pauses what a limit covers, at Meta, when what is left is less than the most that can be spent until its next look. \
    `worst_overspend` follows from the formula in the README. Nothing is switched on again but through a plan.";
const LIMIT: &str = "`covers` is `campaign:<id>`, `account:<id>` or `workspace:<currency>`: amounts are never converted. A limit for each day is \
    refused below 1.75 daily budgets. With `at_meta` `yes` the campaign's next plan sets Meta's own limit of it.";
const UNLIMIT: &str = "What it paused stays paused.";
const RENEW_LIMIT: &str = "Meta counts a campaign's limit over its whole life, so for a month it is worked out anew each month, by a person. The \
    campaign's next plan sets it.";
const UPLOAD: &str = "The body is the file, as Ads Manager exported it. Nothing is imported yet. The very same file again is not taken in a \
    second time: `known` then names its import.";
const REPORT: &str = "The query string of the pages' `.json` twins, with the same figures.";

/// Routes of everything below `/api`; whatever else is asked there is answered as a problem too.
pub fn routes(app: &mut ServiceConfig) {
    let mut by_path: BTreeMap<usize, (&'static str, Vec<Operation>)> = BTreeMap::new();
    let all = operations();
    let order: Vec<&'static str> = all.iter().map(|operation| operation.path).collect();
    for operation in all {
        // In the order of the table: `/campaigns/form` must come before `/campaigns/{id}`.
        let place = order.iter().position(|path| *path == operation.path).unwrap_or_default();
        by_path.entry(place).or_insert_with(|| (operation.path, Vec::new())).1.push(operation);
    }
    let mut v1 = web::scope("/v1").route("/openapi.json", web::get().to(openapi::show));
    for (path, operations) in by_path.into_values() {
        v1 = v1.service(resource(path, &operations));
    }
    let v1 = v1.default_service(web::to(no_endpoint));
    let api = web::scope("/api").service(v1).route("/docs", web::get().to(docs::show)).default_service(web::to(no_endpoint));
    app.service(api);
}

fn resource(path: &str, operations: &[Operation]) -> Resource {
    let allowed = operations.iter().map(|operation| operation.method.as_str()).collect::<Vec<_>>().join(", ");
    let routes = operations.iter().fold(web::resource(path), |resource, operation| resource.route(operation.route()));
    routes.default_service(web::to(move || {
        let allowed = allowed.clone();
        async move { Err::<HttpResponse, ApiError>(AppError::Method(allowed).into()) }
    }))
}

async fn no_endpoint() -> Result<HttpResponse, ApiError> {
    Err(AppError::NoEndpoint.into())
}
