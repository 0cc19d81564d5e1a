"""A Page is promoted: campaign, ad set, creative and ad, as Meta's example PROMOTE_YOUR_PAGE does it, with today's objective."""

from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.campaign import Campaign
from facebook_business.adobjects.user import User


def run(sandbox):
    identity, account = sandbox.identity, sandbox.account()
    pages = User("me").get_accounts(fields=["id", "name", "access_token", "instagram_business_account{id,username}"])
    assert pages[0]["id"] == identity["page_id"]
    assert pages[0]["instagram_business_account"]["username"] == identity["instagram_username"]
    assert {row["id"] for row in User("me").get_ad_accounts()} >= {identity["ad_account_id"]}

    campaign = account.create_campaign(params={
        "name": "Page likes",
        "buying_type": "AUCTION",
        "objective": Campaign.Objective.outcome_engagement,
        "status": Campaign.Status.paused,
        "special_ad_categories": [],
        "is_adset_budget_sharing_enabled": False,
    })
    ad_set = account.create_ad_set(params={
        "name": "Page likes",
        "optimization_goal": AdSet.OptimizationGoal.page_likes,
        "billing_event": AdSet.BillingEvent.impressions,
        "destination_type": AdSet.DestinationType.on_page,
        "daily_budget": "1000",
        "promoted_object": {"page_id": identity["page_id"]},
        "campaign_id": campaign["id"],
        "targeting": {"geo_locations": {"countries": ["PT"]}, "targeting_automation": {"advantage_audience": 0}},
        "status": AdSet.Status.paused,
        "dsa_beneficiary": "Casa Lume",
        "dsa_payor": "Casa Lume",
    })
    creative = account.create_ad_creative(params={
        "name": "Page likes",
        "object_id": identity["page_id"],
        "title": "Casa Lume",
        "body": "Light for long evenings",
        "image_hash": sandbox.image(),
    })
    ad = account.create_ad(params={
        "name": "Page likes",
        "adset_id": ad_set["id"],
        "creative": {"creative_id": creative["id"]},
        "status": Ad.Status.paused,
    })
    assert Ad(ad["id"]).api_get(fields=["effective_status"])["effective_status"] == "PENDING_REVIEW"
    for node in (AdSet(ad_set["id"]), Ad(ad["id"]), Campaign(campaign["id"])):
        node.api_update(params={"status": "ACTIVE"})
    sandbox.control("clock", {"advance_days": 1})
    assert Ad(ad["id"]).api_get(fields=["effective_status"])["effective_status"] == "ACTIVE"
    rows = Campaign(campaign["id"]).get_insights(fields=["impressions", "spend"], params={"date_preset": "maximum"})
    assert float(rows[0]["spend"]) > 0
    Campaign(campaign["id"]).api_update(params={"status": "PAUSED"})
    assert Ad(ad["id"]).api_get(fields=["effective_status"])["effective_status"] == "CAMPAIGN_PAUSED"
