"""Refusals arrive as the SDK's exceptions, with code, subcode, words for the person and the parameter to blame."""

import json

from facebook_business.adobjects.campaign import Campaign
from facebook_business.api import FacebookAdsApi

from .sandbox import refused


def run(sandbox):
    campaign = sandbox.campaign("SDK errors")
    low = {**sandbox.ad_set_params(campaign), "daily_budget": 50}
    error = refused(lambda: sandbox.account().create_ad_set(params=low), 100, 1885272)
    assert error.http_status() == 400 and error.get_message()
    body = error.body()["error"]
    assert "EUR1.00" in body["error_user_msg"] and body["fbtrace_id"]
    assert json.loads(body["error_data"]) == {"blame_field_specs": [["daily_budget"]]}

    bare = {"name": "No sharing", "objective": "OUTCOME_TRAFFIC", "special_ad_categories": []}
    refused(lambda: sandbox.account().create_campaign(params=bare), 100, 4834011)
    refused(lambda: Campaign(campaign["id"]).api_get(fields=["nonsense"]), 100)
    refused(lambda: Campaign("120240000000000").api_get(fields=["name"]), 100, 33)
    refused(lambda: Campaign.get_by_ids([campaign["id"]], fields=["name"]), 100)

    other = FacebookAdsApi.init(sandbox.identity["app_id"], None, "nobody", crash_log=False)
    error = refused(lambda: Campaign(campaign["id"], api=other).api_get(fields=["name"]), 190)
    assert error.http_status() == 401
    wrong = FacebookAdsApi.init(sandbox.identity["app_id"], "0" * 32, sandbox.identity["access_token"], crash_log=False)
    refused(lambda: Campaign(campaign["id"], api=wrong).api_get(fields=["name"]), 104)
    FacebookAdsApi.set_default_api(sandbox.api)

    # A fault on demand: the write happened, its answer did not.
    def lost():
        rows = sandbox.account().get_campaigns(fields=["name"], params={"limit": 100})
        return [row["name"] for row in rows].count("Lost answer")

    before = lost()
    sandbox.control("faults", {
        "match": {"method": "POST", "path_contains": "/campaigns"}, "kind": "error_after_commit", "times": 1, "code": 2,
    })
    error = refused(lambda: sandbox.campaign("Lost answer"), 2)
    assert error.api_transient_error()
    assert lost() == before + 1
