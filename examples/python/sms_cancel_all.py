"""Cancels everything that is scheduled. Everything: also what another program of this account scheduled."""

import time

from postern import SOMEBODY, clicksend, send

tomorrow = int(time.time()) + 24 * 3600
send("sms", *({"to": SOMEBODY, "body": f"Reminder {number}", "source": "python", "schedule": tomorrow} for number in (1, 2)))
print("cancelled", clicksend("PUT", "/sms/cancel-all")["count"], "texts")
