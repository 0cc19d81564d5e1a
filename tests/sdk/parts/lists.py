"""Lists longer than a page are walked by cursor, counted and filtered."""

from facebook_business.adobjects.campaign import Campaign

from .sandbox import refused


def run(sandbox):
    made = [sandbox.campaign("Page %d" % number, objective="OUTCOME_TRAFFIC")["id"] for number in range(5)]
    cursor = sandbox.account().get_campaigns(fields=[Campaign.Field.name], params={"limit": 2})
    listed = [row["id"] for row in cursor]
    assert len(listed) == len(set(listed)) and set(made) <= set(listed), listed
    assert cursor.total() == len(listed)
    for params in (
        {"filtering": [{"field": "campaign.name", "operator": "CONTAIN", "value": "Page 3"}]},
        {"filtering": [{"field": "campaign.id", "operator": "IN", "value": [made[3]]}]},
    ):
        found = sandbox.account().get_campaigns(fields=["name"], params=params)
        assert made[3] in [row["id"] for row in found] and made[2] not in [row["id"] for row in found]
    paused = sandbox.account().get_campaigns(params={"effective_status": ["PAUSED"], "limit": 100})
    assert set(made) <= {row["id"] for row in paused}
    refused(lambda: sandbox.account().get_campaigns(params={"after": "nowhere"}), 2642)
