"""A custom audience is made, filled with hashed people in one upload and in a session, emptied of some, and targeted."""

from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.customaudience import CustomAudience

from .sandbox import refused


def run(sandbox):
    made = sandbox.account().create_custom_audience(params={
        "name": "SDK buyers",
        "subtype": CustomAudience.Subtype.custom,
        "customer_file_source": CustomAudience.CustomerFileSource.user_provided_only,
        "description": "People who bought",
    })
    audience = CustomAudience(made["id"])
    people = ["Ana@Casalume.example ", "rui@casalume.example", "ines@casalume.example"]
    # The SDK normalises and hashes.
    answer = audience.add_users(schema=CustomAudience.Schema.email_hash, users=people).json()
    assert (answer["audience_id"], answer["num_received"], answer["num_invalid_entries"]) == (made["id"], 3, 0), answer
    answer = audience.remove_users(schema=CustomAudience.Schema.email_hash, users=people[:1]).json()
    assert answer["num_received"] == 1, answer

    hashed = ["%064x" % number for number in range(4)]
    for batch in (1, 2):
        answer = audience.create_user(params={
            "payload": {"schema": ["EMAIL"], "data": [[one] for one in hashed[2 * (batch - 1):2 * batch]]},
            "session": {"session_id": 77, "batch_seq": batch, "last_batch_flag": batch == 2, "estimated_num_total": 4},
        })
    spoilt = audience.create_user(params={"payload": {"schema": ["EMAIL"], "data": [["ana@casalume.example"]]}})
    assert spoilt["num_invalid_entries"] == 1, spoilt

    audience.api_get(fields=["name", "subtype", "approximate_count_lower_bound", "operation_status"])
    assert audience["name"] == "SDK buyers" and isinstance(audience["approximate_count_lower_bound"], int)
    assert made["id"] in [row["id"] for row in sandbox.account().get_custom_audiences(fields=["name"])]
    params = sandbox.ad_set_params(sandbox.campaign("SDK audiences"))
    params["targeting"] = {**params["targeting"], "custom_audiences": [{"id": made["id"]}]}
    ad_set = AdSet(sandbox.account().create_ad_set(params=params)["id"])
    shown = ad_set.api_get(fields=["targeting"])["targeting"]["custom_audiences"]
    assert shown[0]["id"] == made["id"], shown
    lonely = {"name": "No source", "subtype": CustomAudience.Subtype.custom}
    refused(lambda: sandbox.account().create_custom_audience(params=lonely), 100)
