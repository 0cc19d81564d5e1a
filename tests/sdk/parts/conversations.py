"""Conversations on Messenger and Instagram are listed, read and answered, within a day of what the person wrote."""

from facebook_business.adobjects.page import Page
from facebook_business.adobjects.unifiedthread import UnifiedThread

from .sandbox import refused


def run(sandbox):
    page = Page(sandbox.identity["page_id"], api=sandbox.page_api())
    for platform in (UnifiedThread.Platform.messenger, UnifiedThread.Platform.instagram):
        wrote = sandbox.control("people", {
            "do": "message", "platform": platform.lower(), "from": "Rui", "text": "Are you open today?",
        })
        listed = page.get_conversations(
            fields=["id", "participants", "unread_count", "snippet", "updated_time"], params={"platform": platform}
        )
        assert wrote["conversation_id"] in [row["id"] for row in listed], platform
        thread = UnifiedThread(wrote["conversation_id"], api=page.get_api())
        messages = thread.get_messages(fields=["id", "message", "from", "created_time"])
        assert [row["message"] for row in messages][0] == "Are you open today?"

        def answer():
            return page.create_message(params={
                "recipient": {"id": wrote["user_id"]}, "message": {"text": "Until seven"}, "messaging_type": "RESPONSE",
            })

        answer()
        assert [row["message"] for row in thread.get_messages(fields=["message"])][0] == "Until seven"
        sandbox.control("clock", {"advance_hours": 25})
        refused(answer, 10, 2018278)
