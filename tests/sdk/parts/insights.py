"""Insights at once: breakdowns, actions by window, days, filters, order, and what Meta refuses."""

from facebook_business.adobjects.adsinsights import AdsInsights

from .sandbox import refused

FIELDS = [AdsInsights.Field.impressions, AdsInsights.Field.spend]


def run(sandbox):
    campaign, ad_set, ad = sandbox.delivering("SDK insights")
    maximum = {"date_preset": AdsInsights.DatePreset.maximum}

    def rows(node, fields, **params):
        return list(node.get_insights(fields=fields, params={**maximum, **params}))

    whole = rows(campaign, FIELDS + ["reach", "frequency", "actions", "campaign_id"], action_attribution_windows=["1d_click", "7d_click", "1d_view"])
    assert len(whole) == 1 and whole[0]["campaign_id"] == campaign["id"]
    assert all(isinstance(whole[0][name], str) for name in ("impressions", "spend", "reach", "frequency"))
    links = next(action for action in whole[0]["actions"] if action["action_type"] == "link_click")
    assert int(links["value"]) > 0 and links["7d_click"] == links["value"], links

    shown, spent = int(whole[0]["impressions"]), float(whole[0]["spend"])
    assert 60 < spent < 250, spent
    for breakdowns in (
        ["age"],
        ["gender"],
        ["age", "gender"],
        ["country"],
        ["publisher_platform"],
        ["publisher_platform", "platform_position"],
    ):
        parts = rows(campaign, FIELDS, breakdowns=breakdowns, limit=500)
        assert sum(int(part["impressions"]) for part in parts) == shown, breakdowns
        assert abs(sum(float(part["spend"]) for part in parts) - spent) < 0.01 * len(parts), breakdowns
        assert all(part[name] for part in parts for name in breakdowns), breakdowns
    assert {part["publisher_platform"] for part in parts} == {"facebook", "instagram"}

    daily = rows(ad_set, FIELDS, time_increment=1, level="ad", limit=2)
    assert [row["date_start"] for row in daily] == sorted(row["date_start"] for row in daily) and len(daily) >= 3
    assert sum(int(row["impressions"]) for row in daily) == shown
    best = rows(ad, FIELDS, time_increment=1, sort=["spend_descending"])
    assert [float(row["spend"]) for row in best] == sorted((float(row["spend"]) for row in daily), reverse=True)
    only = [{"field": "campaign.id", "operator": "IN", "value": [campaign["id"]]}]
    of_account = rows(sandbox.account(), FIELDS, level="campaign", filtering=only)
    assert [int(row["impressions"]) for row in of_account] == [shown]

    def refuse(code=100, fields=FIELDS, **params):
        return refused(lambda: campaign.get_insights(fields=fields, params=params), code)

    assert "Current combination of data breakdown columns" in refuse(breakdowns=["age", "country"]).api_error_message()
    assert "must be one of the following values" in refuse(breakdowns=["placement"]).api_error_message()
    refuse(breakdowns=["platform_position"])
    refuse(breakdowns=["age"], fields=["age"])
    refuse(date_preset="lifetime")
    refuse(time_increment=91)
    refuse(3018, time_range={"since": "2020-01-01", "until": "2020-01-31"})
