"""Instagram media are published in two steps, listed, and their comments read, answered, hidden and deleted."""

from facebook_business.adobjects.igcomment import IGComment
from facebook_business.adobjects.igmedia import IGMedia
from facebook_business.adobjects.iguser import IGUser

from .sandbox import refused


def run(sandbox):
    user = IGUser(sandbox.identity["instagram_user_id"])
    user.api_get(fields=["username", "followers_count", "media_count"])
    assert user["username"] == sandbox.identity["instagram_username"]
    user = IGUser(sandbox.identity["instagram_user_id"])
    container = user.create_media(params={"image_url": "https://casalume.example/lamp.jpg", "caption": "A lamp #light"})
    status = "IN_PROGRESS"
    for _ in range(20):
        status = sandbox.api.call("GET", (container["id"],), params={"fields": "status_code"}).json()["status_code"]
        if status != "IN_PROGRESS":
            break
        sandbox.control("clock", {"advance_minutes": 1})
    assert status == "FINISHED", status
    media = IGMedia(user.create_media_publish(params={"creation_id": container["id"]})["id"])
    media.api_get(fields=["caption", "media_type", "media_product_type", "permalink", "timestamp", "comments_count"])
    assert media["caption"] == "A lamp #light" and media["media_type"] == "IMAGE", media
    assert media["id"] in [row["id"] for row in user.get_media(fields=["caption"])]
    refused(lambda: user.create_media_publish(params={"creation_id": container["id"]}), 24, 2207008)
    limit = user.get_content_publishing_limit(fields=["quota_usage", "config"])[0]
    assert limit["quota_usage"] >= 1 and limit["config"]["quota_total"] > 1, limit

    said = sandbox.control("people", {"do": "comment", "on": media["id"], "from": "ines", "message": "Lovely"})
    comments = IGMedia(media["id"]).get_comments(fields=["text", "username", "hidden"])
    assert [row["text"] for row in comments] == ["Lovely"]
    comment = IGComment(said["id"])
    reply = comment.create_reply(params={"message": "Thank you"})
    assert [row["id"] for row in comment.get_replies(fields=["text"])] == [reply["id"]]
    comment.api_update(params={"hide": True})
    assert comment.api_get(fields=["hidden"])["hidden"] is True
    comment.api_delete()
    refused(lambda: comment.api_get(fields=["text"]), 100, 33)
