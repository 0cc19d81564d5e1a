//! Ad accounts: the owner's switch for writing, letting go of one, and what is wrong with them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Json, Named};
use super::operation::{Call, Outcome};
use super::reply::{Done, List, Shown};
use crate::domain::id::{AdAccountId, ConnectionId};
use crate::service::health::{self, Problem, Severity};
use crate::service::{connections, writing};
use crate::web::extract::{Analyst, Owner};

/// Leave to write.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct WritingWish {
    /// `true`: somebody has read what it allows and wants it.
    confirmed: bool,
}

/// Something that is wrong, what it costs and the way out.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HealthProblem {
    /// `account_status`, `funding`, `spend_limit`, `token_invalid`, `token_expires`, `data_access_expires`, `permission_missing`,
    /// `page_missing`, `instagram_missing` or `pixel_silent`.
    code: &'static str,
    /// `blocking` (something cannot be done now) or `warning`.
    severity: &'static str,
    /// Through which connection.
    connection: ConnectionId,
    /// In which ad account; absent where all of the connection's are concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    ad_account: Option<AdAccountId>,
    /// The name of what it is wrong with.
    subject: String,
    /// What is wrong.
    sentence: String,
    /// What cannot be done because of it.
    blocks: &'static str,
    /// What to do.
    way_out: String,
    /// Whether no plan of the ad account is approved while it lasts.
    blocks_plans: bool,
}

/// `GET /health`
pub async fn health(call: Call<Analyst>) -> Outcome<Shown<List<HealthProblem>>> {
    Ok(Shown(told(health::problems(&call.ctx, call.actor()).await?)))
}

/// `GET /accounts/{id}/health`
pub async fn health_of(call: Call<Analyst, Named<AdAccountId>>) -> Outcome<Shown<List<HealthProblem>>> {
    Ok(Shown(told(health::problems_of(&call.ctx, call.actor(), call.path.0).await?)))
}

/// `PUT /accounts/{id}/writing`
pub async fn allow_writing(call: Call<Owner, Named<AdAccountId>, (), Json<WritingWish>>) -> Outcome<Done> {
    writing::allow(&call.ctx, call.actor(), call.path.0, call.body.0.confirmed).await?;
    Ok(Done)
}

/// `DELETE /accounts/{id}/writing`
pub async fn withdraw_writing(call: Call<Owner, Named<AdAccountId>>) -> Outcome<Done> {
    writing::withdraw(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}

/// `DELETE /accounts/{id}/link`
pub async fn unlink(call: Call<Owner, Named<AdAccountId>>) -> Outcome<Done> {
    connections::unlink(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}

fn told(problems: Vec<Problem>) -> List<HealthProblem> {
    let view = |problem: Problem| HealthProblem {
        code: problem.code.as_str(),
        severity: match problem.severity {
            Severity::Blocking => "blocking",
            Severity::Warning => "warning",
        },
        connection: problem.connection,
        ad_account: problem.ad_account,
        subject: problem.subject,
        sentence: problem.sentence.words,
        blocks: problem.blocks,
        way_out: problem.way_out,
        blocks_plans: problem.blocks_plans,
    };
    List { items: problems.into_iter().map(view).collect(), next: None }
}
