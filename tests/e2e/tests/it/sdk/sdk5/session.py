"""What every group stands on: a client, checks, and a note of each method that was called."""
import ast
import inspect
import os
import sqlite3
import time

import clicksend_client
from clicksend_client.rest import ApiException


def methods(api):
    return sorted(
        name for name, _ in inspect.getmembers(api, inspect.isfunction)
        if not name.startswith('_') and not name.endswith('_with_http_info'))


def offered():
    """Every method of the package, as `Api.method`."""
    apis = [name for name in dir(clicksend_client) if name.endswith('Api')]
    return sorted(f'{api}.{name}' for api in apis for name in methods(getattr(clicksend_client, api)))


def read(answer):
    # This generation hands back the text of the answer, as Python prints what it parsed.
    return answer if isinstance(answer, dict) else ast.literal_eval(answer)


class Noted:
    """An API object that notes which of its methods are called, and reads their answers."""

    def __init__(self, session, name):
        self._session = session
        self._name = name
        self._api = getattr(clicksend_client, name)(session.client)

    def __getattr__(self, method):
        self._session.driven.add(f'{self._name}.{method}')
        call = getattr(self._api, method)
        return lambda *values, **named: read(call(*values, **named))


class Session:
    def __init__(self):
        configuration = clicksend_client.Configuration()
        configuration.host = os.environ['HOST']
        configuration.username = os.environ['USERNAME']
        configuration.password = os.environ['PASSWORD']
        self.client = clicksend_client.ApiClient(configuration)
        self.now = int(time.time())
        self.later = self.now + 3600
        self.unique = f'sdk5-{os.getpid()}'
        self.driven, self.checks, self.group = set(), 0, ''

    def api(self, name):
        return Noted(self, name)

    def check(self, condition, what):
        if not condition:
            raise SystemExit(f'{self.group}: not as it should be: {what}')
        self.checks += 1

    def succeeded(self, answer):
        """The data of an answer that must be a success."""
        self.check(answer['http_code'] == 200 and answer['response_code'] == 'SUCCESS', answer)
        return answer['data']

    def refused(self, status, call, *values):
        """The call must be refused with this status."""
        try:
            answer = call(*values)
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

    def mail(self, recipient):
        """The newest mail that the simulator keeps for somebody."""
        database = sqlite3.connect(f'file:{os.environ["DATABASE"]}?mode=ro', uri=True)
        row = database.execute('SELECT body FROM mailbox WHERE recipient = ? ORDER BY mail_id DESC', [recipient]).fetchone()
        database.close()
        return row and row[0]
