"""The page-promotion journey of Meta's official Python SDK (facebook-business 26) against the sandbox.

    python tests/sdk/journey.py http://127.0.0.1:8090

The SDK is used as it is; only its base URL points at the sandbox. Any surprise ends with a non-zero exit code.
"""

import base64
import json
import sys
import tempfile
import time
import urllib.request

from facebook_business.session import FacebookSession

BASE = sys.argv[1].rstrip("/")
FacebookSession.GRAPH = BASE

from facebook_business.adobjects.ad import Ad  # noqa: E402
from facebook_business.adobjects.adaccount import AdAccount  # noqa: E402
from facebook_business.adobjects.adimage import AdImage  # noqa: E402
from facebook_business.adobjects.adreportrun import AdReportRun  # noqa: E402
from facebook_business.adobjects.adset import AdSet  # noqa: E402
from facebook_business.adobjects.campaign import Campaign  # noqa: E402
from facebook_business.adobjects.user import User  # noqa: E402
from facebook_business.api import FacebookAdsApi  # noqa: E402
from facebook_business.exceptions import FacebookRequestError  # noqa: E402

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def control(path, body=None):
    """Calls the sandbox's own control surface."""
    request = urllib.request.Request(BASE + "/_sandbox/" + path)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
        request.add_header("X-Sandbox-Control", "1")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def refused(call, code, subcode=None):
    """Runs a call that must be refused with this code."""
    try:
        call()
    except FacebookRequestError as error:
        assert error.api_error_code() == code, error
        assert subcode is None or error.api_error_subcode() == subcode, error
        return error
    raise AssertionError("the call was accepted")


identity = control("identity")
FacebookAdsApi.init(identity["app_id"], identity["app_secret"], identity["access_token"], crash_log=False)
account = AdAccount(identity["ad_account_id"])

# Discovery.
pages = User("me").get_accounts(fields=["id", "name", "access_token", "instagram_business_account{id,username}"])
assert pages[0]["id"] == identity["page_id"]
assert pages[0]["instagram_business_account"]["username"] == identity["instagram_username"]
assert {row["id"] for row in User("me").get_ad_accounts()} >= {identity["ad_account_id"]}
account.api_get(fields=["name", "currency", "timezone_name", "account_status", "min_daily_budget"])
assert account["currency"] == "EUR" and account["timezone_name"] == "Europe/Lisbon"
assert len(account.get_minimum_budgets()) == 1

# Campaign, ad set, image, creative, ad: all paused, armed last.
campaign = account.create_campaign(params={
    "name": "SDK journey",
    "objective": Campaign.Objective.outcome_sales,
    "status": Campaign.Status.paused,
    "special_ad_categories": [],
    "is_adset_budget_sharing_enabled": False,
})
ad_set_params = {
    "name": "SDK ad set",
    "campaign_id": campaign["id"],
    "status": AdSet.Status.paused,
    "daily_budget": 5000,
    "optimization_goal": AdSet.OptimizationGoal.offsite_conversions,
    "billing_event": AdSet.BillingEvent.impressions,
    "promoted_object": {"pixel_id": identity["pixel_id"], "custom_event_type": "PURCHASE"},
    "targeting": {
        "geo_locations": {"countries": ["PT"]},
        "publisher_platforms": ["facebook", "instagram"],
        "targeting_automation": {"advantage_audience": 0},
    },
    "dsa_beneficiary": "Casa Lume",
    "dsa_payor": "Casa Lume",
}
ad_set = account.create_ad_set(params=ad_set_params)

with tempfile.NamedTemporaryFile(suffix=".png") as picture:
    picture.write(PIXEL)
    picture.flush()
    image = AdImage(parent_id=account.get_id())
    image[AdImage.Field.filename] = picture.name
    image.remote_create()
assert len(image[AdImage.Field.hash]) == 32

creative = account.create_ad_creative(params={
    "name": "SDK creative",
    "object_story_spec": {
        "page_id": identity["page_id"],
        "instagram_user_id": identity["instagram_user_id"],
        "link_data": {
            "link": "https://casalume.example/lamps",
            "message": "Light for long evenings",
            "name": "Lamps",
            "image_hash": image[AdImage.Field.hash],
            "call_to_action": {"type": "SHOP_NOW", "value": {"link": "https://casalume.example/lamps"}},
        },
    },
})
ad = account.create_ad(params={
    "name": "SDK ad",
    "adset_id": ad_set["id"],
    "creative": {"creative_id": creative["id"]},
    "status": Ad.Status.paused,
})

# Read back, field expansion, update.
assert ad.api_get(fields=["effective_status"])["effective_status"] == "PENDING_REVIEW"
# (The SDK's own objects do not hold nested edges, so the answer is read as it came.)
nested = FacebookAdsApi.get_default_api().call(
    "GET", (campaign["id"],), params={"fields": "name,adsets.limit(5){id,daily_budget,ads{id,name}}"}
).json()["adsets"]["data"][0]
assert nested["daily_budget"] == "5000" and nested["ads"]["data"][0]["id"] == ad["id"], nested
campaign.api_update(params={"name": "SDK journey, renamed"})
assert campaign.api_get(fields=["name"])["name"] == "SDK journey, renamed"

# A list longer than its page.
for number in range(4):
    account.create_campaign(params={
        "name": "Page %d" % number,
        "objective": "OUTCOME_TRAFFIC",
        "status": "PAUSED",
        "special_ad_categories": ["NONE"],
        "is_adset_budget_sharing_enabled": False,
    })
cursor = account.get_campaigns(fields=["name"], params={"limit": 2})
listed = [row["id"] for row in cursor]
assert len(listed) >= 5 and len(listed) == len(set(listed)), listed
assert cursor.total() == len(listed)

# Errors with code and subcode.
error = refused(lambda: account.create_ad_set(params=dict(ad_set_params, daily_budget=50)), 100, 1885272)
assert error.get_message() and "EUR1.00" in error.body()["error"]["error_user_msg"]
refused(lambda: account.create_campaign(params={
    "name": "No sharing", "objective": "OUTCOME_TRAFFIC", "special_ad_categories": []}), 100, 4834011)
refused(lambda: Campaign(campaign["id"]).api_get(fields=["nonsense"]), 100)
refused(lambda: Campaign("120240000000000").api_get(fields=["name"]), 100, 33)
refused(lambda: Campaign.get_by_ids([campaign["id"]], fields=["name"]), 100)

# A batch, one of its calls refused.
answers = []
batch = FacebookAdsApi.get_default_api().new_batch()
for node in (Campaign(campaign["id"]), Campaign("1")):
    node.api_get(fields=["name"], batch=batch, success=answers.append, failure=answers.append)
assert batch.execute() is None
assert [answer.is_success() for answer in answers] == [True, False]

# Arm, let three days pass, report.
for node in (AdSet(ad_set["id"]), Ad(ad["id"]), Campaign(campaign["id"])):
    node.api_update(params={"status": "ACTIVE"})
control("clock", {"advance_days": 3})
assert ad.api_get(fields=["effective_status"])["effective_status"] == "ACTIVE"
rows = list(campaign.get_insights(
    fields=["campaign_id", "impressions", "spend", "reach", "actions"],
    params={"date_preset": "maximum", "breakdowns": ["publisher_platform", "platform_position"]},
))
assert {row["publisher_platform"] for row in rows} == {"facebook", "instagram"}

run = account.get_insights_async(
    fields=["ad_id", "ad_name", "impressions", "spend"],
    params={"level": "ad", "time_increment": 1, "date_preset": "maximum"},
)
for _ in range(50):
    run.api_get()
    if run[AdReportRun.Field.async_status] == "Job Completed" and run[AdReportRun.Field.async_percent_completion] == 100:
        break
    time.sleep(0.1)
else:
    raise AssertionError("the report did not complete")
daily = [row for row in run.get_insights() if row["ad_id"] == ad["id"]]
assert len(daily) >= 3, daily
total = round(sum(float(row["spend"]) for row in daily), 2)
whole = round(sum(float(row["spend"]) for row in rows), 2)
assert abs(total - whole) < 0.2, (total, whole)
assert 60 < total < 250, total

# Pause, archive, delete.
campaign.api_update(params={"status": "PAUSED"})
assert ad.api_get(fields=["effective_status"])["effective_status"] == "CAMPAIGN_PAUSED"
campaign.api_delete()
assert campaign["id"] not in [row["id"] for row in account.get_campaigns(params={"limit": 100})]
refused(lambda: campaign.api_update(params={"status": "ACTIVE"}), 100, 1487056)
print("SDK journey: ok")
