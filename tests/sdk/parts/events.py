"""The Conversions API takes events of shops and sites, hashed by the SDK, and refuses the call for one that is bad."""

from facebook_business.adobjects.serverside.action_source import ActionSource
from facebook_business.adobjects.serverside.content import Content
from facebook_business.adobjects.serverside.custom_data import CustomData
from facebook_business.adobjects.serverside.event import Event
from facebook_business.adobjects.serverside.event_request import EventRequest
from facebook_business.adobjects.serverside.user_data import UserData

from .sandbox import refused


def run(sandbox):
    pixel = sandbox.identity["pixel_id"]
    now = sandbox.now()

    def event(**changes):
        return Event(**{
            "event_name": "Purchase",
            "event_time": now - 60,
            "event_id": "order-7",
            "event_source_url": "https://casalume.example/thanks",
            "action_source": ActionSource.WEBSITE,
            "user_data": UserData(
                emails=["john_smith@gmail.com"], phones=["1 (650) 555-1212"], first_name="Mary", country_code="us",
                client_ip_address="192.0.2.7", client_user_agent="Mozilla/5.0", fbp="fb.1.1793610000000.1098115397",
            ),
            "custom_data": CustomData(
                value=123.4, currency="eur", contents=[Content(product_id="lamp", quantity=1)], content_type="product",
            ),
            **changes,
        })

    def send(*events, **params):
        return EventRequest(pixel_id=pixel, events=list(events), **params).execute()

    answer = send(event(), event(event_id="order-8"), test_event_code="TEST1")
    assert answer.events_received == 2 and answer.messages == [] and answer.fbtrace_id, answer
    old = event(event_time=now - 8 * 86400)
    refused(lambda: send(event(), old), 100)
    refused(lambda: send(event(user_data=UserData())), 100)
