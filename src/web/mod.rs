//! Pages, admin HTTP endpoints and exports over actix.
//!
//! Handlers take what they need by extractors (rights are types), make one call to `service` or `report` and render. No SQL
//! here and no call to Meta. Every route stands in [`routes`], so that a URL is found on one screen.

pub mod api;
pub mod assets;
pub mod charts;
pub mod error;
pub mod export;
pub mod extract;
mod format;
pub mod measure;
pub mod middleware;
pub mod pages;
pub mod state;
mod upload;

use actix_web::web::{ServiceConfig, get, post, resource};
use actix_web::{HttpResponse, web};

use self::error::AppError;
use self::pages::{
    adopt, approvals, audiences, auth, campaigns, connections, dashboard, dictionary, drift, envelopes, history, imports, ledger,
    limits, naming, notices, plan, plan_settings, plans, quota, reports, settings, split, stop, workspaces,
};
use self::state::State;

/// Every URL of the server.
pub fn routes(app: &mut ServiceConfig) {
    app.app_data(extract::form_limit())
        .app_data(
            web::QueryConfig::default()
                .error_handler(|error, _| AppError::Unreadable(format!("the link cannot be read: {error}")).into()),
        )
        .app_data(web::PathConfig::default().error_handler(|_, _| AppError::NoPage.into()))
        .route("/", get().to(dashboard::show))
        .route("/dashboard.csv", get().to(export::csv_twin))
        .route("/dashboard.json", get().to(export::json_twin))
        .route("/campaigns", get().to(campaigns::list))
        .route("/campaigns.csv", get().to(campaigns::csv))
        .route("/campaigns.json", get().to(campaigns::json))
        .route("/campaigns/bulk", post().to(campaigns::bulk))
        .route("/campaigns/labels/undo", post().to(campaigns::undo))
        .route("/campaigns/filters", post().to(campaigns::keep_filter))
        .route("/campaigns/filters/change", post().to(campaigns::change_filter))
        .service(resource("/campaigns/new").get(campaigns::new_page).post(campaigns::create))
        .route("/campaigns/preview", post().to(campaigns::preview))
        .route("/campaigns/find", post().to(campaigns::find))
        .route("/audiences", get().to(audiences::list))
        .service(resource("/audiences/new").get(audiences::new_page).post(audiences::create))
        .service(resource("/audiences/{id:[0-9]+}").get(audiences::show).post(audiences::update))
        .route("/audiences/{id:[0-9]+}/archive", post().to(audiences::archive))
        .route("/campaigns/{id:[0-9]+}", get().to(dashboard::campaign))
        .service(resource("/campaigns/{id:[0-9]+}/edit").get(campaigns::edit_page).post(campaigns::update))
        .route("/pictures", post().to(campaigns::upload))
        .route("/pictures/{id:[0-9]+}", get().to(campaigns::picture))
        .route("/campaigns/{id:[0-9]+}/plan", get().to(plan::show))
        .route("/campaigns/{id:[0-9]+}/plan/approve", post().to(plan::approve))
        .route("/campaigns/{id:[0-9]+}/plan/again", post().to(plan::again))
        .route("/campaigns/{id:[0-9]+}/plan/refresh", post().to(plan::refresh))
        .route("/campaigns/{id:[0-9]+}/pause", post().to(plan::pause))
        .route("/campaigns/{id:[0-9]+}/history", get().to(history::show))
        .route("/campaigns/{id:[0-9]+}/history.csv", get().to(history::csv))
        .route("/campaigns/{id:[0-9]+}/history.json", get().to(history::json))
        .service(resource("/campaigns/{id:[0-9]+}/undo").get(history::undo_page).post(history::undo))
        .route("/campaigns/{id:[0-9]+}/drift", get().to(drift::show))
        .route("/campaigns/{id:[0-9]+}/drift.csv", get().to(drift::csv))
        .route("/campaigns/{id:[0-9]+}/drift.json", get().to(drift::json))
        .service(resource("/campaigns/{id:[0-9]+}/drift/adopt").get(drift::adopt_page).post(drift::adopt))
        .service(resource("/campaigns/{id:[0-9]+}/drift/revert").get(drift::revert_page).post(drift::revert))
        .route("/campaigns/{id:[0-9]+}/ledger", get().to(ledger::show))
        .route("/campaigns/{id:[0-9]+}/ledger.csv", get().to(ledger::csv))
        .route("/campaigns/{id:[0-9]+}/ledger.json", get().to(ledger::json))
        .route("/approvals", get().to(approvals::list))
        .route("/approvals/{id:[0-9]+}/decline", post().to(approvals::decline))
        .route("/limits", get().to(limits::list))
        .route("/limits.csv", get().to(limits::csv))
        .route("/limits.json", get().to(limits::json))
        .service(resource("/limits/new").get(limits::new_page).post(limits::create))
        .service(resource("/limits/{id:[0-9]+}").get(limits::show).post(limits::update))
        .route("/limits/{id:[0-9]+}/remove", post().to(limits::remove))
        .route("/limits/{id:[0-9]+}/renew", post().to(limits::renew))
        .service(resource("/envelopes").get(envelopes::list).post(envelopes::create))
        .route("/envelopes/{id:[0-9]+}.csv", get().to(envelopes::csv))
        .route("/envelopes/{id:[0-9]+}.json", get().to(envelopes::json))
        .service(resource("/envelopes/{id:[0-9]+}").get(envelopes::show).post(envelopes::update))
        .route("/envelopes/{id:[0-9]+}/plan", post().to(envelopes::plan))
        .route("/envelopes/{id:[0-9]+}/archive", post().to(envelopes::archive))
        .route("/campaigns/{id:[0-9]+}/split", get().to(split::show))
        .route("/campaigns/{id:[0-9]+}/split.csv", get().to(split::csv))
        .route("/campaigns/{id:[0-9]+}/split.json", get().to(split::json))
        .route("/campaigns/{id:[0-9]+}/split/accept", post().to(split::accept))
        .route("/campaigns/{id:[0-9]+}/split/refuse", post().to(split::refuse))
        .route("/campaigns/{id:[0-9]+}/split/looked", post().to(split::looked))
        .route("/campaigns/{id:[0-9]+}/split/settings", post().to(split::settings))
        .service(resource("/campaigns/{id:[0-9]+}/split/test").get(split::test::show).post(split::test::start))
        .route("/campaigns/{id:[0-9]+}/split/test.csv", get().to(split::test::csv))
        .route("/campaigns/{id:[0-9]+}/split/test.json", get().to(split::test::json))
        .route("/campaigns/{id:[0-9]+}/split/test/end", post().to(split::test::end))
        .route("/plans/{id:[0-9]+}", get().to(plans::show))
        .route("/plans/{id:[0-9]+}/approve", post().to(plans::approve))
        .route("/plans/{id:[0-9]+}/again", post().to(plans::again))
        .service(resource("/campaigns/{id:[0-9]+}/adopt").get(adopt::show).post(adopt::take_over))
        .service(resource("/campaigns/{id:[0-9]+}/kept").get(adopt::edit_page).post(adopt::update))
        .service(resource("/campaigns/{id:[0-9]+}/resume").get(adopt::resume_page).post(adopt::resume))
        .service(resource("/stop").get(stop::show).post(stop::press))
        .route("/stop/resume", post().to(stop::resume))
        .route("/connections", get().to(connections::show))
        .route("/connections/quota.csv", get().to(quota::csv))
        .route("/connections/quota.json", get().to(quota::json))
        .route("/connections/sync", post().to(connections::sync))
        .service(resource("/connections/new").get(connections::connect::new_page).post(connections::connect::begin))
        .service(
            resource("/connections/pending/{id:[0-9]+}").get(connections::connect::choose_page).post(connections::connect::link),
        )
        .route("/connections/pending/{id:[0-9]+}/discard", post().to(connections::connect::discard))
        .route("/connections/accounts/{id:[0-9]+}", get().to(connections::manage::account))
        .route("/connections/accounts/{id:[0-9]+}/writing", post().to(connections::manage::set_writing))
        .route("/connections/accounts/{id:[0-9]+}/unlink", post().to(connections::manage::unlink))
        .route("/connections/{id:[0-9]+}", get().to(connections::manage::connection))
        .service(
            resource("/connections/{id:[0-9]+}/token")
                .get(connections::connect::replace_page)
                .post(connections::connect::replace),
        )
        .route("/connections/{id:[0-9]+}/choose", post().to(connections::connect::widen))
        .route("/connections/{id:[0-9]+}/remove", post().to(connections::manage::remove))
        .service(resource("/workspaces/new").get(workspaces::new_page).post(workspaces::create))
        .route("/sandbox/advance", post().to(connections::advance))
        .route("/reports", get().to(reports::show))
        .route("/reports.csv", get().to(export::csv_twin))
        .route("/reports.json", get().to(export::json_twin))
        .configure(api::routes)
        .service(resource("/imports").get(imports::list).post(imports::receive))
        .service(resource("/imports/uploads/{token}").get(imports::upload).post(imports::import))
        .route("/imports/uploads/{token}/discard", post().to(imports::discard))
        .route("/imports/uploads/{token}/problems.csv", get().to(imports::problems_csv))
        .route("/imports/{id:[0-9]+}", get().to(imports::show))
        .route("/imports/{id:[0-9]+}/skipped", get().to(imports::skipped))
        .route("/imports/{id:[0-9]+}/skipped.csv", get().to(imports::skipped_csv))
        .route("/imports/{id:[0-9]+}/remove", post().to(imports::remove))
        .service(resource("/setup/{token}").get(auth::setup_page).post(auth::setup))
        .service(resource("/sign-in").get(auth::sign_in_page).post(auth::sign_in))
        .route("/sign-out", post().to(auth::sign_out))
        .route("/workspace", post().to(auth::switch_workspace))
        .route("/settings", get().to(settings::show))
        .service(resource("/settings/plans").get(plan_settings::show).post(plan_settings::save))
        .service(resource("/settings/names").get(naming::show).post(naming::save))
        .route("/settings/tokens", post().to(settings::create_token))
        .route("/settings/tokens/revoke", post().to(settings::revoke_token))
        .route("/settings/sessions/revoke", post().to(settings::revoke_session))
        .route("/notices", get().to(notices::show))
        .route("/notices/mine", post().to(notices::save_mine))
        .route("/notices/try", post().to(notices::try_mine))
        .route("/notices/webhooks", post().to(notices::add_webhook))
        .route("/notices/webhooks/remove", post().to(notices::remove_webhook))
        .route("/notices/webhooks/try", post().to(notices::try_webhook))
        .route("/audit", get().to(settings::audit))
        .route("/help/errors", get().to(dictionary::list))
        .route("/help/errors/{slug}", get().to(dictionary::show))
        .route("/static/{file}", get().to(assets::asset))
        .route("/healthz", get().to(healthz))
        .route("/readyz", get().to(readyz))
        .route("/metrics", get().to(measure::show))
        .default_service(web::to(|| async { Err::<HttpResponse, _>(AppError::NoPage) }));
}

/// `GET /healthz`: the process answers.
async fn healthz() -> &'static str {
    "ok"
}

/// `GET /readyz`: the database answers too.
async fn readyz(state: web::Data<State>) -> Result<&'static str, AppError> {
    crate::service::users::any(&state.ctx).await?;
    Ok("ready")
}
