"""A sandbox as the parts use it: Meta's SDK pointed at it, its control surface, and objects that several parts need."""

import base64
import datetime
import json
import tempfile
import urllib.request

from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adimage import AdImage
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.campaign import Campaign
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class Sandbox:
    """One sandbox and the SDK's session with it."""

    def __init__(self, base):
        self.base = base
        # Read on each call; there is no other way to move the SDK.
        FacebookSession.GRAPH = base
        self.identity = self.control("identity")
        self.account_id = self.identity["ad_account_id"]
        self.api = FacebookAdsApi.init(
            self.identity["app_id"], self.identity["app_secret"], self.identity["access_token"], crash_log=False
        )

    def account(self):
        """The ad account, without what earlier calls read of it."""
        return AdAccount(self.account_id)

    def control(self, path, body=None):
        """Calls the sandbox's own control surface."""
        request = urllib.request.Request(self.base + "/_sandbox/" + path)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
            request.add_header("X-Sandbox-Control", "1")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def page_api(self):
        """A session as the Page; the default one stays the person's."""
        session = FacebookSession(self.identity["app_id"], self.identity["app_secret"], self.identity["page_access_token"])
        return FacebookAdsApi(session)

    def now(self):
        """The sandbox's time in unix seconds."""
        text = self.control("identity")["now"].replace("Z", "+00:00")
        return int(datetime.datetime.fromisoformat(text).timestamp())

    def campaign(self, name, **params):
        """A campaign for sales, paused."""
        return self.account().create_campaign(params={
            "name": name,
            "objective": Campaign.Objective.outcome_sales,
            "status": Campaign.Status.paused,
            "special_ad_categories": [],
            "is_adset_budget_sharing_enabled": False,
            **params,
        })

    def ad_set_params(self, campaign):
        """What an ad set for purchases on Facebook and Instagram takes."""
        return {
            "name": "SDK ad set",
            "campaign_id": campaign["id"],
            "status": AdSet.Status.paused,
            "daily_budget": 5000,
            "optimization_goal": AdSet.OptimizationGoal.offsite_conversions,
            "billing_event": AdSet.BillingEvent.impressions,
            "promoted_object": {"pixel_id": self.identity["pixel_id"], "custom_event_type": "PURCHASE"},
            "targeting": {
                "geo_locations": {"countries": ["PT"]},
                "publisher_platforms": ["facebook", "instagram"],
                "targeting_automation": {"advantage_audience": 0},
            },
            "dsa_beneficiary": "Casa Lume",
            "dsa_payor": "Casa Lume",
        }

    def ad_set(self, campaign, **params):
        """An ad set of a campaign, paused."""
        return self.account().create_ad_set(params={**self.ad_set_params(campaign), **params})

    def image(self):
        """Uploads a picture as a file; answers its hash."""
        with tempfile.NamedTemporaryFile(suffix=".png") as picture:
            picture.write(PIXEL)
            picture.flush()
            image = self.account().create_ad_image(params={AdImage.Field.filename: picture.name})
        assert len(image[AdImage.Field.hash]) == 32, image
        return image[AdImage.Field.hash]

    def creative(self):
        """A creative with a picture, a text and a button."""
        return self.account().create_ad_creative(params={
            "name": "SDK creative",
            "object_story_spec": {
                "page_id": self.identity["page_id"],
                "instagram_user_id": self.identity["instagram_user_id"],
                "link_data": {
                    "link": "https://casalume.example/lamps",
                    "message": "Light for long evenings",
                    "name": "Lamps",
                    "image_hash": self.image(),
                    "call_to_action": {"type": "SHOP_NOW", "value": {"link": "https://casalume.example/lamps"}},
                },
            },
        })

    def ad(self, ad_set, creative):
        """An ad, paused."""
        return self.account().create_ad(params={
            "name": "SDK ad",
            "adset_id": ad_set["id"],
            "creative": {"creative_id": creative["id"]},
            "status": Ad.Status.paused,
        })

    def delivering(self, name, days=3):
        """A campaign with an ad set and an ad that delivered for some days; answers all three."""
        campaign = self.campaign(name)
        ad_set = self.ad_set(campaign)
        ad = self.ad(ad_set, self.creative())
        for node in (AdSet(ad_set["id"]), Ad(ad["id"]), Campaign(campaign["id"])):
            node.api_update(params={"status": "ACTIVE"})
        self.control("clock", {"advance_days": days})
        return Campaign(campaign["id"]), AdSet(ad_set["id"]), Ad(ad["id"])


def refused(call, code, subcode=None):
    """Runs a call that must be refused with this code; answers the SDK's exception."""
    try:
        call()
    except FacebookRequestError as error:
        assert error.api_error_code() == code, error
        assert subcode is None or error.api_error_subcode() == subcode, error
        return error
    raise AssertionError("the call was accepted")
