"""`airbyte-source-facebook-marketing`, unchanged, against a sandbox: check, discover, a full read, every record validated.

    PYTHON tests/sdk/connectors/airbyte.py http://127.0.0.1:8090 [STREAM...]

PYTHON is that of a venv with `airbyte-source-facebook-marketing` and `jsonschema`. Ends with a non-zero exit code at the
first surprise.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import world

# Read in full; what else the connector discovers needs nodes that advertise nothing (videos, activities, ...).
# (Rows that lack what they were to be divided by the connector throws away, so a stream without any fails.)
STREAMS = """
ad_account campaigns ad_sets ads ad_creatives ad_creatives_from_ads images custom_audiences
ads_insights ads_insights_age_and_gender ads_insights_country ads_insights_region ads_insights_comscore_market
ads_insights_platform_and_device ads_insights_action_type ads_insights_action_carousel_card
ads_insights_action_conversion_device ads_insights_action_product_id ads_insights_action_reaction
ads_insights_action_video_sound ads_insights_action_video_type ads_insights_delivery_device ads_insights_delivery_platform
ads_insights_delivery_platform_and_device_platform ads_insights_demographics_age ads_insights_demographics_country
ads_insights_demographics_comscore_market_region ads_insights_demographics_gender customhours
""".split()
# No ad here shows products of a catalogue.
MAY_BE_EMPTY = {"ads_insights_action_product_id"}
HOURS = "hourly_stats_aggregated_by_advertiser_time_zone"


def run(base, *arguments):
    here = pathlib.Path(__file__).resolve().parent
    env = dict(os.environ, META_GRAPH_URL=base, PYTHONPATH=str(here / "site"))
    source = pathlib.Path(sys.executable).parent / "source-facebook-marketing"
    done = subprocess.run([str(source), *arguments], env=env, capture_output=True, text=True)
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    failures = [message for message in messages if message["type"] == "TRACE" and message["trace"]["type"] == "ERROR"]
    if done.returncode != 0 or failures:
        raise SystemExit("%s failed:\n%s\n%s" % (arguments, json.dumps(failures)[-4000:], done.stderr[-2000:]))
    return messages


def main(base, wanted):
    identity = world.prepare(base)
    first, last = world.days(identity)
    with tempfile.TemporaryDirectory() as folder:
        config, catalog = os.path.join(folder, "config.json"), os.path.join(folder, "catalog.json")
        with open(config, "w") as file:
            json.dump({
                "account_ids": [identity["ad_account_id"][len("act_"):]],
                "credentials": {"auth_type": "Service", "access_token": identity["access_token"]},
                "start_date": first.isoformat() + "T00:00:00Z", "end_date": last.isoformat() + "T23:59:59Z",
                "custom_insights": [{
                    "name": "hours", "fields": ["impressions", "spend", "actions"], "breakdowns": [HOURS],
                    "action_breakdowns": ["action_type"], "level": "campaign",
                }],
            }, file)
        status = [message for message in run(base, "check", "--config", config) if message["type"] == "CONNECTION_STATUS"]
        assert status[0]["connectionStatus"]["status"] == "SUCCEEDED", status
        print("check: SUCCEEDED")
        found = [message for message in run(base, "discover", "--config", config) if message["type"] == "CATALOG"]
        streams = {stream["name"]: stream for stream in found[0]["catalog"]["streams"]}
        print("discover: %d streams" % len(streams))
        chosen = [streams[name] for name in wanted]
        with open(catalog, "w") as file:
            json.dump({"streams": [
                {"stream": stream, "sync_mode": "full_refresh", "destination_sync_mode": "overwrite"} for stream in chosen
            ]}, file)
        read = run(base, "read", "--config", config, "--catalog", catalog)
    for stream in chosen:
        name = stream["name"]
        records = [message["record"]["data"] for message in read if message["type"] == "RECORD" and message["record"]["stream"] == name]
        count = world.validated(name, stream["json_schema"], records)
        assert count > 0 or name in MAY_BE_EMPTY, "%s: no records" % name
        print("%-54s %5d records, all valid" % (name, count))
    print("airbyte-source-facebook-marketing: ok")


main(sys.argv[1].rstrip("/"), sys.argv[2:] or STREAMS)
