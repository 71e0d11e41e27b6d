"""The simulated handset as a fixture. Copy this file."""

import json
import os
import urllib.parse
import urllib.request

import pytest

URL = os.environ.get("POSTERN_URL", "http://127.0.0.1:8080")


class Handset:
    """Somebody's telephone."""

    def __init__(self, number):
        self.number = number

    def code(self, wait="10s"):
        """The one-time code in the newest text; waits until there is one."""
        query = urllib.parse.urlencode({"to": self.number, "wait": wait})
        return _call("GET", f"/inbox?{query}")["code"]

    def reply(self, text):
        _call("POST", "/inbox/replies", {"from": self.number, "body": text})


@pytest.fixture
def handset():
    # What arrived for earlier tests is nothing for this one.
    _call("DELETE", "/inbox")
    return Handset("+15551234567")


def _call(method, path, body=None):
    request = urllib.request.Request(URL + path, method=method)
    request.add_header("Authorization", f"Bearer {os.environ['POSTERN_API_KEY']}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, body and json.dumps(body).encode(), timeout=90) as response:
        return json.load(response)
