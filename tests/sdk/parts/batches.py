"""Batches answer each of their calls, refusals among them, and build later calls on the answers of earlier ones."""

import json

from facebook_business.adobjects.campaign import Campaign


def run(sandbox):
    campaign = sandbox.campaign("SDK batch")
    answers = []
    batch = sandbox.api.new_batch()
    for node in (Campaign(campaign["id"]), Campaign("1")):
        node.api_get(fields=["name"], batch=batch, success=answers.append, failure=answers.append)
    assert batch.execute() is None
    assert [answer.is_success() for answer in answers] == [True, False]
    assert answers[0].json()["name"] == "SDK batch" and answers[1].error().api_error_code() == 100
    assert "x-ad-account-usage" in {header["name"].lower() for header in answers[0].headers()}

    # Named references: a campaign, an ad set below it and both read back, in one call. The SDK has no helper for them.
    form = "name=By+name&objective=OUTCOME_SALES&status=PAUSED&special_ad_categories=[]&is_adset_budget_sharing_enabled=false"
    params = sandbox.ad_set_params({"id": "{result=campaign:$.id}"})
    below = "&".join("%s=%s" % (name, value if isinstance(value, str) else json.dumps(value)) for name, value in params.items())
    account = sandbox.account_id
    operations = [
        {"method": "POST", "name": "campaign", "relative_url": account + "/campaigns", "body": form},
        {"method": "POST", "name": "adset", "relative_url": account + "/adsets", "body": below, "omit_response_on_success": False},
        {"method": "GET", "relative_url": "{result=adset:$.id}?fields=campaign{id,name}"},
        {"method": "GET", "relative_url": "{result=campaign:$.id}/adsets?fields=id"},
    ]
    rows = sandbox.api.call("POST", [], params={"batch": operations}).json()
    assert [row["code"] for row in rows] == [200] * 4, rows
    assert rows[0]["body"] is None, "what others build on is left out unless it is asked for"
    ad_set, read, listed = (json.loads(row["body"]) for row in rows[1:])
    assert read["campaign"]["name"] == "By name"
    assert [row["id"] for row in listed["data"]] == [ad_set["id"]]
