"""Asynchronous reports: started, polled through their states, read page by page; too much for one answer is asked as one."""

from facebook_business.adobjects.adreportrun import AdReportRun

from .sandbox import refused


def run(sandbox):
    campaign, _, ad = sandbox.delivering("SDK reports", days=2)
    fields = ["ad_id", "ad_name", "impressions", "spend"]
    report = sandbox.account().get_insights(
        fields=fields, params={"level": "ad", "time_increment": 1, "date_preset": "this_year"}, is_async=True
    )
    told = []
    while report.get(AdReportRun.Field.async_status) != "Job Completed":
        # A client that reads the rows before that is told to wait, even at 100 percent.
        refused(report.get_insights, 2601, 1815107)
        report.api_get()
        told.append((report[AdReportRun.Field.async_status], report[AdReportRun.Field.async_percent_completion]))
        assert len(told) < 20, told
    assert told == [
        ("Job Not Started", 0), ("Job Started", 0), ("Job Running", 60), ("Job Running", 100), ("Job Completed", 100),
    ], told
    rows = [row for row in report.get_result(params={"limit": 2}) if row["ad_id"] == ad["id"]]
    assert len(rows) >= 2, rows
    at_once = campaign.get_insights(fields=["spend"], params={"date_preset": "this_year"})
    assert abs(sum(float(row["spend"]) for row in rows) - float(at_once[0]["spend"])) < 0.05

    # Polled in a batch, as connectors do.
    runs = [campaign.get_insights(fields=["spend"], params={"date_preset": "today"}, is_async=True) for _ in range(3)]
    batch = sandbox.api.new_batch()
    states = []
    for one in runs:
        one.api_get(batch=batch, success=lambda answer: states.append(answer.json()["async_status"]))
    batch.execute()
    assert states == ["Job Completed"] * 3, states

    sandbox.control("limits", {"insights_rows": 2})
    ask = {"level": "ad", "time_increment": 1, "date_preset": "maximum", "breakdowns": ["publisher_platform"]}
    refused(lambda: campaign.get_insights(fields=fields, params=ask), 100, 1487534)
    report = campaign.get_insights(fields=fields, params=ask, is_async=True)
    while report.get(AdReportRun.Field.async_status) != "Job Completed":
        report.api_get()
    assert len(list(report.get_result())) > 2
    sandbox.control("limits", {"insights_rows": None})
