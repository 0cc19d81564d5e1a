"""Points Meta's Python SDK, in whatever program uses it, at META_GRAPH_URL. Python runs this before the program."""

import os

url = os.environ.get("META_GRAPH_URL")
if url:
    try:
        from facebook_business.session import FacebookSession

        FacebookSession.GRAPH = url.rstrip("/")
    except ImportError:
        pass
