"""What every group stands on: a client natively or through the gateway, checks, and a note of each method that was called."""
import base64
import inspect
import json
import os
import sqlite3
import time
import urllib.request

import clicksend
from clicksend.rest import ApiException


def methods(api):
    return sorted(
        name for name, _ in inspect.getmembers(api, inspect.isfunction)
        if not name.startswith('_') and not name.endswith(('_with_http_info', '_without_preload_content')))


def offered():
    """Every method of the package, as `Api.method`."""
    apis = [name for name in dir(clicksend) if name.endswith('Api') and inspect.isclass(getattr(clicksend, name))]
    return sorted(f'{api}.{name}' for api in apis for name in methods(getattr(clicksend, api)))


class Noted:
    """An API object that notes which of its methods are called."""

    def __init__(self, session, name):
        self._session = session
        self._name = name
        self._api = getattr(clicksend, name)(session.client)

    def __getattr__(self, method):
        self._session.driven.add(f'{self._name}.{method}')
        call = getattr(self._api, method)
        # Numbers in paths are texts in this generation, numbers in the answers that they come from.
        return lambda **arguments: call(**{
            name: str(value) if name.endswith('_id') else value for name, value in arguments.items()})


class Session:
    def __init__(self):
        self.host = os.environ['HOST']
        username, password = os.environ.get('USERNAME'), os.environ.get('PASSWORD')
        self.client = clicksend.ApiClient(clicksend.Configuration(host=self.host, username=username, password=password))
        if username is None:
            self.authorization = f'Bearer {os.environ["KEY"]}'
            self.client.set_default_header('Authorization', self.authorization)
        else:
            self.authorization = 'Basic ' + base64.b64encode(f'{username}:{password}'.encode()).decode()
        self.now = int(time.time())
        self.later = self.now + 3600
        # Two runs on one account must not find each other's things.
        self.unique = f'sdk6-{os.getpid()}'
        self.driven, self.checks, self.group = set(), 0, ''

    def api(self, name):
        return Noted(self, name)

    def check(self, condition, what):
        if not condition:
            raise SystemExit(f'{self.group}: not as it should be: {what}')
        self.checks += 1

    def succeeded(self, answer):
        self.check(answer.http_code == 200 and answer.response_code == 'SUCCESS', answer)
        return answer

    def refused(self, status, call, **arguments):
        """The call must be refused with this status."""
        try:
            answer = call(**arguments)
        except ApiException as error:
            self.check(error.status == status, error)
        else:
            self.check(False, answer)

    def until(self, look):
        """Asks again until the answer is there; a 404 is none."""
        for _ in range(150):
            try:
                answer = look()
                if answer:
                    return answer
            except ApiException as error:
                if error.status != 404:
                    raise
            time.sleep(0.2)
        self.check(False, 'it never came')

    def raw(self, method, path, body=None):
        """What this generation cannot say, said with the same credentials."""
        request = urllib.request.Request(
            self.host + path, method=method, data=json.dumps(body).encode() if body is not None else None,
            headers={'Authorization': self.authorization, 'Content-Type': 'application/json'})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def mail(self, recipient):
        """The newest mail that the simulator keeps for somebody."""
        database = sqlite3.connect(f'file:{os.environ["DATABASE"]}?mode=ro', uri=True)
        row = database.execute('SELECT body FROM mailbox WHERE recipient = ? ORDER BY mail_id DESC', [recipient]).fetchone()
        database.close()
        return row and row[0]
