"""Limits: usage headers on every answer, a blocked account with its regain time, four budgets an hour for an ad set."""

import json

from facebook_business.adobjects.adset import AdSet

from .sandbox import refused


def run(sandbox):
    ad_set = AdSet(sandbox.ad_set(sandbox.campaign("SDK limits"))["id"])
    answer = sandbox.api.call("GET", (sandbox.account_id, "insights"))
    headers = {name.lower(): value for name, value in answer.headers().items()}
    for name in ("x-app-usage", "x-business-use-case-usage", "x-ad-account-usage", "x-fb-ads-insights-throttle"):
        json.loads(headers[name])

    sandbox.control("limits", {"tier": "full"})
    for budget in (5100, 5200, 5300, 5400):
        ad_set.api_update(params={"daily_budget": budget})
    refused(lambda: ad_set.api_update(params={"daily_budget": 5500}), 613, 1487632)

    sandbox.control("limits", {"tier": "limited"})
    for _ in range(60):
        sandbox.account().api_get()
    error = refused(lambda: sandbox.account().api_get(), 17, 2446079)
    usage = json.loads(error.http_headers()["x-business-use-case-usage"])
    assert usage[sandbox.account_id[len("act_"):]][0]["estimated_time_to_regain_access"] == 5, usage
    sandbox.control("clock", {"advance_minutes": 5})
    sandbox.account().api_get()
    sandbox.control("limits", {"tier": None})
