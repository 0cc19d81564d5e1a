//! A business that publishes many campaigns, one after another, whatever happens to its workers.

use chrono::Duration;
use tandem::domain::campaign::{AccountFacts, CampaignForm};
use tandem::domain::id::{CampaignId, ObjectId, PictureId};
use tandem::domain::placement::Placement;
use tandem::graph::{Client, NodeId};
use tandem::service::{Ctx, publish};
use tandem::store::StoreError;
use tandem::store::observed;
use tandem::store::plans;

use super::{Business, Census, Wrong};

/// More real time than any backoff, lease or throttle, and far less than a step is tried.
const WHILE: Duration = Duration::minutes(11);

pub struct House {
    pub business: Business,
    facts: AccountFacts,
    picture: PictureId,
    /// Reads what stands at Meta past the app.
    meta: Client,
    account: NodeId,
}

impl House {
    pub async fn new() -> Self {
        let business = Business::connected().await;
        let picture = business.picture(600, 750).await;
        let facts = business.facts(&[(picture, 1200, 1500)]).await;
        let sandbox = business.app.sandbox.as_ref().unwrap();
        let identity = sandbox.identity();
        let meta = Client::new(&sandbox.base_url(), identity.access_token.into(), None).unwrap();
        let account = identity.ad_account_id.parse().unwrap();
        Self { business, facts, picture, meta, account }
    }

    /// Jobs may fail for good in it.
    pub fn expecting_failures(self) -> Self {
        let business = Business { app: self.business.app.expecting_failures(), ..self.business };
        Self { business, ..self }
    }

    /// Saves a campaign of 1 to 4 ad sets with one ad each.
    pub async fn campaign(&self, name: &str, ad_sets: usize) -> CampaignId {
        let (campaign, form) = self.business.read(&self.facts, self.picture, |form| {
            form.name = name.to_owned();
            shape(form, ad_sets);
        });
        assert_eq!(campaign.ad_sets().len(), ad_sets);
        self.business.save(&campaign, &form).await
    }

    /// Forgets that Meta has the picture, so that the next plan uploads it again.
    pub async fn forget_picture(&self) {
        use diesel::prelude::*;
        let forgotten = self.business.app.ctx.db.write(|c| {
            diesel::sql_query("DELETE FROM observed_objects WHERE kind = 'image'").execute(c).map_err(StoreError::from)
        });
        forgotten.await.unwrap();
    }

    /// Approves the plan as it is now.
    pub async fn approve(&self, campaign: CampaignId) {
        let (ctx, actor) = (&self.business.app.ctx, &self.business.actor);
        let letter = publish::letter(ctx, actor, campaign, None).await.unwrap();
        assert!(
            letter.plan.blocked.is_empty() && letter.obstacles.is_empty(),
            "{:?} {:?}",
            letter.plan.blocked,
            letter.obstacles
        );
        publish::approve(ctx, actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
    }

    /// How the newest approved plan stands, and why.
    pub async fn state(&self, campaign: CampaignId) -> (String, Option<String>) {
        let workspace = self.business.actor.workspace;
        let read = self.business.app.ctx.db.read(move |c| plans::find_latest_approved(c, workspace, campaign));
        let plan = read.await.unwrap().unwrap();
        (plan.state, plan.problem)
    }

    /// Has the person carry on with plans that broke off; false where all are carried out.
    pub async fn go_on(&self, campaigns: &[CampaignId]) -> bool {
        let mut any = false;
        for campaign in campaigns {
            let state = self.state(*campaign).await.0;
            if state == "failed" {
                publish::apply_again(&self.business.app.ctx, &self.business.actor, *campaign).await.unwrap();
            }
            any |= state != "applied";
        }
        any
    }

    /// Lets more time pass than any backoff, lease or throttle asks for.
    pub fn wait(&self) {
        self.business.app.ctx.clock.advance(WHILE);
    }

    /// What a plan made now would do: nothing, where what is observed is what is wanted.
    pub async fn left(&self, ctx: &Ctx, campaign: CampaignId) -> Vec<String> {
        let letter = publish::letter(ctx, &self.business.actor, campaign, None).await.unwrap();
        letter.plan.steps.iter().map(|step| step.label.clone()).chain(letter.plan.blocked.iter().cloned()).collect()
    }

    /// Adds to a census what a campaign's newest approved plan makes.
    pub async fn expect(&self, census: &mut Census, campaign: CampaignId) {
        census.expect(&self.business.app.ctx.db, self.business.actor.workspace, campaign).await;
    }

    /// Counts everything in the ad account.
    pub async fn count(&self, census: &Census) -> Wrong {
        census.take(&self.meta, &self.account).await
    }

    /// Counts what stands below one campaign, as far as it is there.
    pub async fn count_below(&self, census: &Census, campaign: CampaignId) -> Wrong {
        let workspace = self.business.actor.workspace;
        let known = self.business.app.ctx.db.read(move |c| observed::find(c, workspace, ObjectId(campaign.0))).await.unwrap();
        match known {
            Some(known) => census.take_below(&self.meta, &known.remote_id.parse().unwrap()).await,
            None => Wrong::default(),
        }
    }

    /// Whether Meta was last heard to have the campaign on.
    pub async fn is_on(&self, campaign: CampaignId) -> bool {
        let workspace = self.business.actor.workspace;
        let read = self.business.app.ctx.db.read(move |c| observed::list_of_campaign(c, workspace, campaign)).await.unwrap();
        read.iter().any(|row| row.kind == "campaign" && row.status == "ACTIVE")
    }
}

fn shape(form: &mut CampaignForm, ad_sets: usize) {
    use Placement as P;
    let groups = [
        [P::FacebookFeed, P::InstagramFeed],
        [P::FacebookStories, P::InstagramStories],
        [P::FacebookReels, P::InstagramReels],
        [P::FacebookMarketplace, P::InstagramExploreHome],
    ];
    match ad_sets {
        1 => form.shape = "shared".into(),
        2 => {}
        _ => {
            form.shape = "per_group".into();
            form.amounts = "even".into();
            form.placements = groups.iter().take(ad_sets).flatten().map(ToString::to_string).collect();
        }
    }
}
