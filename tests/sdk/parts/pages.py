"""A Page posts now and later, shows a picture, reads and answers comments, hides and deletes them."""

from facebook_business.adobjects.comment import Comment
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost

from .sandbox import refused


def run(sandbox):
    page = Page(sandbox.identity["page_id"], api=sandbox.page_api())
    refused(lambda: Page(page["id"], api=sandbox.api).create_feed(params={"message": "As a person"}), 190)

    made = page.create_feed(params={"message": "The shop is open", "link": "https://casalume.example/"})
    assert made["id"].startswith(page["id"] + "_"), made
    post = PagePost(made["id"], api=page.get_api())
    assert post.api_get(fields=["message", "created_time", "permalink_url"])["message"] == "The shop is open"
    assert made["id"] in [row["id"] for row in page.get_posts(fields=["message"], params={"limit": 5})]
    post.api_update(params={"message": "The shop is open again"})
    assert post.api_get(fields=["message"])["message"] == "The shop is open again"

    at = sandbox.now() + 3600
    later = page.create_feed(params={"message": "Tomorrow", "published": False, "scheduled_publish_time": at})
    assert later["id"] in [row["id"] for row in page.get_scheduled_posts(fields=["message"])]
    sandbox.control("clock", {"advance_hours": 2})
    assert later["id"] in [row["id"] for row in page.get_feed(fields=["message"])]
    soon = {"message": "Too soon", "published": False, "scheduled_publish_time": sandbox.now() + 60}
    refused(lambda: page.create_feed(params=soon), 100)
    photo = page.create_photo(params={"url": "https://casalume.example/lamp.jpg", "caption": "A lamp"})
    assert photo["id"]

    said = sandbox.control("people", {"do": "comment", "on": made["id"], "from": "Rui", "message": "How much is it?"})
    comments = post.get_comments(fields=["message", "from", "is_hidden", "can_hide"], params={"filter": "stream", "summary": True})
    assert [row["message"] for row in comments] == ["How much is it?"]
    comment = Comment(said["id"], api=page.get_api())
    reply = comment.create_comment(params={"message": "Forty euros"})
    assert [row["id"] for row in comment.get_comments(fields=["message"])] == [reply["id"]]
    comment.api_update(params={"is_hidden": True})
    assert comment.api_get(fields=["is_hidden"])["is_hidden"] is True
    Comment(reply["id"], api=page.get_api()).api_delete()
    assert len(comment.get_comments(fields=["message"])) == 0
    post.api_delete()
    refused(lambda: post.api_get(fields=["message"]), 100, 33)
