"""A text for later, and second thoughts."""

import time

from postern import SOMEBODY, clicksend, send

tomorrow = int(time.time()) + 24 * 3600
[message] = send("sms", {"to": SOMEBODY, "body": "Good morning from Python", "source": "python", "schedule": tomorrow})
print("leaves at", time.ctime(message["schedule"]))
clicksend("PUT", f"/sms/{message['message_id']}/cancel")
print("cancelled", message["message_id"])
