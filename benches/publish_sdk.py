"""The same objects as `benches/publish.rs` makes, by Meta's official Python SDK, one call each.

    python benches/publish_sdk.py BASE TIER CAMPAIGNS

Refused by a limit, it waits as long as the answer asks and tries again: the sandbox's clock is moved on meanwhile. What it makes is
made paused and then switched on, ads first and campaigns last; nothing is read back.
"""

import json
import os
import sys
import tempfile
from datetime import datetime

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "sdk"))

from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.campaign import Campaign
from facebook_business.exceptions import FacebookRequestError
from parts.sandbox import PIXEL, Sandbox

ADS = 10
AD_SETS = 2
LIMITS = {4, 17, 32, 341, 613} | set(range(80000, 80015))

# Seconds of the sandbox's clock.
waited = 0


def patiently(sandbox, call):
    """Runs a call until no limit refuses it."""
    global waited
    while True:
        try:
            return call()
        except FacebookRequestError as error:
            if error.api_error_code() not in LIMITS:
                raise
            usage = json.loads(error.http_headers().get("x-business-use-case-usage", "{}"))
            asked = [one["estimated_time_to_regain_access"] for all in usage.values() for one in all]
            # It tells minutes; where it tells none, the limit is on changes a second.
            wait = 60 * max([0] + asked) or 1
            now = datetime.fromisoformat(sandbox.control("clock", {})["now"].replace("Z", "+00:00"))
            sandbox.control("clock", {"to": str(int(now.timestamp()) + wait)})
            waited += wait


def main(base, tier, campaigns):
    sandbox = Sandbox(base)
    sandbox.control("limits", {"tier": tier})
    sandbox.control("calls")
    requests = 0
    hashes = []
    for number in range(ADS):
        with tempfile.NamedTemporaryFile(suffix=".png") as picture:
            # Bytes after the end of a picture make it another one.
            picture.write(PIXEL + bytes([number]))
            picture.flush()
            image = patiently(sandbox, lambda: sandbox.account().create_ad_image(params={"filename": picture.name}))
        hashes.append(image["hash"])
    for number in range(campaigns):
        campaign = patiently(sandbox, lambda: sandbox.campaign("Sale %d" % number))
        made = []
        for _ in range(AD_SETS):
            ad_set = patiently(sandbox, lambda: sandbox.ad_set(campaign))
            made.append(AdSet(ad_set["id"]))
            for picture in hashes:
                story = {"page_id": sandbox.identity["page_id"], "link_data": {
                    "link": "https://casalume.example/sale", "message": "Warm light, real linen.", "image_hash": picture}}
                creative = patiently(sandbox, lambda: sandbox.account().create_ad_creative(
                    params={"name": "SDK creative", "object_story_spec": story}))
                made.insert(0, Ad(patiently(sandbox, lambda: sandbox.ad(ad_set, creative))["id"]))
        for node in made + [Campaign(campaign["id"])]:
            patiently(sandbox, lambda: node.api_update(params={"status": "ACTIVE"}))
        # The sandbox remembers so many requests only.
        requests += len(sandbox.control("calls")["calls"])
    counted = sandbox.control("limits")
    print("Python SDK, %s access, %d ads: %d requests, %d calls, %d points, %d s of waiting, %d refused" % (
        tier, campaigns * AD_SETS * ADS, requests, counted["calls"], counted["points"], waited, counted["refused"]))


main(sys.argv[1].rstrip("/"), sys.argv[2], int(sys.argv[3]))
