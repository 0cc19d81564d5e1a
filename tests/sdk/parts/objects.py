"""Objects are made, read, expanded, changed, archived and deleted; pictures are uploaded."""

from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.campaign import Campaign

from .sandbox import refused


def run(sandbox):
    account = sandbox.account()
    account.api_get(fields=["name", "currency", "timezone_name", "account_status", "min_daily_budget"])
    assert account["currency"] == "EUR" and account["timezone_name"] == "Europe/Lisbon"
    assert len(sandbox.account().get_minimum_budgets()) == 1

    campaign = Campaign(sandbox.campaign("SDK objects")["id"])
    ad_set = AdSet(sandbox.ad_set(campaign)["id"])
    creative = sandbox.creative()
    ad = Ad(sandbox.ad(ad_set, creative)["id"])

    # What was asked to be checked only is not made.
    checked = {**sandbox.ad_set_params(campaign), "execution_options": ["validate_only"]}
    sandbox.account().create_ad_set(params=checked)
    assert len(campaign.get_ad_sets()) == 1

    # (The SDK's own objects do not hold nested edges, so the answer is read as it came.)
    expanded = {"fields": "name,adsets.limit(5){id,daily_budget,ads{id,name,creative{id,object_story_spec}}}"}
    nested = sandbox.api.call("GET", (campaign["id"],), params=expanded).json()["adsets"]["data"][0]
    assert nested["daily_budget"] == "5000" and nested["ads"]["data"][0]["id"] == ad["id"], nested
    shown = nested["ads"]["data"][0]["creative"]["object_story_spec"]["link_data"]
    assert shown["message"] == "Light for long evenings", shown
    assert ad.api_get(fields=["adset{id,campaign{id}}"])["adset"]["campaign"]["id"] == campaign["id"]

    campaign.api_update(params={"name": "SDK objects, renamed"})
    assert campaign.api_get(fields=["name"])["name"] == "SDK objects, renamed"
    ad_set.api_update(params={"daily_budget": 6000})
    assert ad_set.api_get(fields=["daily_budget"])["daily_budget"] == "6000"

    # Archived is out of the lists that do not ask for it, and does not come back to life.
    ad_set.api_update(params={"status": "ARCHIVED"})
    assert ad.api_get(fields=["effective_status"])["effective_status"] == "ARCHIVED"
    assert len(campaign.get_ad_sets()) == 0
    assert [row["id"] for row in campaign.get_ad_sets(params={"effective_status": ["ARCHIVED"]})] == [ad_set["id"]]

    # A picture that a creative shows stays; the SDK finds it by its hash.
    shown = list(sandbox.account().get_ad_images(fields=["hash", "status", "width"], params={"hashes": [sandbox.image()]}))
    assert [(row["status"], row["width"]) for row in shown] == [("ACTIVE", 1)], shown
    refused(lambda: sandbox.account().delete_ad_images(params={"hash": shown[0]["hash"]}), 100)

    campaign.api_delete()
    assert campaign.api_get(fields=["effective_status"])["effective_status"] == "DELETED"
    assert campaign["id"] not in [row["id"] for row in sandbox.account().get_campaigns(params={"limit": 100})]
    refused(lambda: campaign.api_update(params={"status": "ACTIVE"}), 100, 1487056)
