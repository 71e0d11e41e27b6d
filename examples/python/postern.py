"""The whole client: one call, JSON in and out, and a walk through every page. Nothing but the standard library."""

import json
import os
import urllib.error
import urllib.request

URL = os.environ.get("POSTERN_URL", "http://127.0.0.1:8080").rstrip("/")
KEY = os.environ["POSTERN_API_KEY"]
# A number that nobody can have. The simulator's handsets answer for it.
SOMEBODY = "+15551234567"


class Refused(Exception):
    """The server said no. Calling again with the same words gets the same answer."""

    def __init__(self, status, answer):
        self.status, self.answer = status, answer
        # Postern's own errors carry `message` and, often, a `hint`; the provider's carry `response_msg`.
        reason = answer.get("message") or answer.get("response_msg")
        super().__init__(" ".join(filter(None, [f"{status}: {reason}", answer.get("hint")])))


def call(method, path, body=None, headers=None):
    """Makes one call, once. A send that may have gone out is nothing to repeat blindly."""
    request = urllib.request.Request(URL + path, method=method)
    request.add_header("Authorization", f"Bearer {KEY}")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=90) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise Refused(error.code, json.load(error)) from None


def clicksend(method, path, body=None, headers=None):
    """The `data` of an answer of ClickSend's API, which wraps everything in the same four fields."""
    return call(method, f"/clicksend/v3{path}", body, headers)["data"]


def send(kind, *messages):
    """Sends `sms`, `mms` or `voice`. A 200 may hold messages that were not accepted: each one says so itself."""
    sent = clicksend("POST", f"/{kind}/send", {"messages": list(messages)})["messages"]
    for message in sent:
        if message["status"] != "SUCCESS":
            raise RuntimeError(f"to {message['to']}: {message['status']}")
    return sent


def pages(path, limit=100):
    """Every row of a list, however many pages it has."""
    page, last = 1, 1
    while page <= last:
        answer = clicksend("GET", f"{path}?page={page}&limit={limit}")
        yield from answer["data"]
        page, last = page + 1, answer["last_page"]
