"""A sign-in with a code by text message: the program under test, as small as it can be."""

import json
import os
import secrets
import urllib.request

URL = os.environ.get("POSTERN_URL", "http://127.0.0.1:8080")


class SignIn:
    def __init__(self):
        self.codes = {}

    def begin(self, number):
        self.codes[number] = f"{secrets.randbelow(10**6):06}"
        body = f"Your code is {self.codes[number]}. It was not you? Answer NO."
        _call("POST", "/sms/send", {"messages": [{"to": number, "body": body, "source": "sign-in"}]})

    def finish(self, number, code):
        return self.codes.pop(number, None) == code

    def read_replies(self):
        """Forgets the codes of people who answered NO."""
        for text in _call("GET", "/sms/inbound")["data"]:
            if text["body"].strip().upper() == "NO":
                self.codes.pop(text["from"], None)
            _call("PUT", f"/sms/inbound-read/{text['message_id']}")


def _call(method, path, body=None):
    request = urllib.request.Request(f"{URL}/clicksend/v3{path}", method=method)
    request.add_header("Authorization", f"Bearer {os.environ['POSTERN_API_KEY']}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, body and json.dumps(body).encode(), timeout=90) as response:
        return json.load(response)["data"]
