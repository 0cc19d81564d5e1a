"""What the connectors read: campaigns that have delivered for a few days. Needs nothing but Python.

    world = prepare("http://127.0.0.1:8090")
"""

import json
import urllib.error
import urllib.parse
import urllib.request

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
DAYS = 3


def control(base, path, body=None):
    """Calls the sandbox's own control surface."""
    request = urllib.request.Request(base + "/_sandbox/" + path)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
        request.add_header("X-Sandbox-Control", "1")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def prepare(base):
    """Makes two campaigns with two ads each in two countries, lets them deliver, and answers the sandbox's identity."""
    identity = control(base, "identity")
    account = identity["ad_account_id"]

    def create(edge, **params):
        pairs = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
        pairs["access_token"] = identity["access_token"]
        url = "%s/v26.0/%s/%s" % (base, account, edge)
        try:
            with urllib.request.urlopen(url, urllib.parse.urlencode(pairs).encode()) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise SystemExit("%s: %s" % (edge, error.read().decode()))

    picture = create("adimages", bytes=PIXEL)["images"]["bytes"]["hash"]
    for name, country in (("Lamps", "PT"), ("Chairs", "US")):
        campaign = create(
            "campaigns", name=name, objective="OUTCOME_SALES", status="ACTIVE", special_ad_categories=[],
            is_adset_budget_sharing_enabled=False,
        )["id"]
        ad_set = create(
            "adsets", name=name + " for all", campaign_id=campaign, status="ACTIVE", daily_budget=4000,
            optimization_goal="OFFSITE_CONVERSIONS", billing_event="IMPRESSIONS",
            promoted_object={"pixel_id": identity["pixel_id"], "custom_event_type": "PURCHASE"},
            targeting={
                "geo_locations": {"countries": [country]}, "publisher_platforms": ["facebook", "instagram"],
                "targeting_automation": {"advantage_audience": 0},
            },
            dsa_beneficiary="Casa Lume", dsa_payor="Casa Lume",
        )["id"]
        for words in ("Made by hand", "Made to last"):
            creative = create("adcreatives", name=words, object_story_spec={
                "page_id": identity["page_id"], "instagram_user_id": identity["instagram_user_id"],
                "link_data": {
                    "link": "https://casalume.example/", "message": words, "name": name, "image_hash": picture,
                    "call_to_action": {"type": "SHOP_NOW", "value": {"link": "https://casalume.example/"}},
                },
            })["id"]
            create("ads", name=words, adset_id=ad_set, status="ACTIVE", creative={"creative_id": creative})
    control(base, "clock", {"advance_days": DAYS})
    return control(base, "identity")


def validated(name, schema, records, divided_by=()):
    """Ends the program unless every record is valid against its stream's schema and tells what it is divided by.

    Answers how many there were.
    """
    import jsonschema

    validator = jsonschema.Draft7Validator if hasattr(jsonschema, "Draft7Validator") else jsonschema.Draft4Validator
    check = validator(schema)
    for record in records:
        error = next(iter(check.iter_errors(record)), None)
        if error is not None:
            raise SystemExit("%s: %s at %s in %s" % (name, error.message, list(error.path), json.dumps(record)[:2000]))
        if not all(record.get(key) for key in divided_by):
            raise SystemExit("%s: not divided by %s: %s" % (name, divided_by, json.dumps(record)[:2000]))
    return len(records)


def days(identity):
    """First and last day of what was delivered."""
    import datetime

    last = datetime.date.fromisoformat(identity["now"][:10])
    return last - datetime.timedelta(days=DAYS), last
