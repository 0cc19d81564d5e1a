//! Drift by the endpoints: read, adopted, set back.

use chrono::Duration;
use serde_json::json;
use tandem::domain::role::Role;
use tandem::service::{connections, publish};
use tandem::store::observed;

use super::client::Client;
use crate::support::Business;

#[actix_web::test]
async fn the_endpoints_tell_adopt_and_set_back_as_the_pages_do() {
    let business = Business::connected().await;
    let id = business.campaign().await;
    business.publish(id).await;
    let (ctx, workspace) = (&business.app.ctx, business.actor.workspace);
    let rows = ctx.db.read(move |c| observed::list_of_campaign(c, workspace, id)).await.unwrap();
    for (name, minor) in [("Facebook", 9_900), ("Instagram", 500)] {
        let set = rows.iter().find(|row| row.kind == "ad_set" && row.name.contains(name)).unwrap();
        business.app.control("edit", json!({"id": set.remote_id, "fields": {"daily_budget": minor}})).await;
    }
    ctx.clock.advance(Duration::seconds(5));
    connections::sync_now(ctx, &business.actor).await.unwrap();
    business.app.run_jobs().await;

    let client = Client::new(&business.app.base, Some(business.app.token("Casa Lume", Role::Manager).await)).await;
    let counts = client.get("/drift").await.is(200).json();
    assert_eq!(counts["items"], json!([{ "campaign": id.to_string(), "fields": 2 }]));
    let at = format!("/campaigns/{id}/drift");
    let found = client.get(&at).await.is(200).json();
    let pick = |n: usize| found["drifts"][n]["pick"].clone();
    let offer = client.post(&format!("{at}/adopt/offer"), json!({"picks": [pick(0)]})).await.is(200).json();
    let body = json!({"picks": [pick(0)], "hash": offer["hash"], "reason": "Agreed."});
    client.post(&format!("{at}/adopt"), body).await.is(204);
    let plan = client.post(&format!("{at}/revert/plan"), json!({"picks": [pick(1)]})).await.is(200).json();
    assert_eq!(plan["rows"][0]["changes"][0]["after"], "81.20 EUR a day", "{plan}");
    let body = json!({"picks": [pick(1)], "hash": plan["hash"]});
    client.post(&format!("{at}/revert"), body).await.is(202);
    business.settle().await;
    assert_eq!(client.get(&at).await.json()["drifts"], json!([]));
    let letter = publish::letter(ctx, &business.actor, id, None).await.unwrap();
    assert!(letter.plan.is_empty(), "{:?}", letter.plan.rows);
    let wrong = client.post(&format!("{at}/adopt/offer"), json!({"picks": ["x.colour"]})).await.is(422);
    assert_eq!(wrong.fields(), ["picks"]);
    let list = client.get("/campaigns?drift=1").await.is(200).json();
    assert_eq!(list["items"], json!([]));
}
