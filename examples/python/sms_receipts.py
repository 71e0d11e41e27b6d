"""Whether a text arrived. A program with an address of its own is better told than asking: see the receipt rules."""

import time

from postern import SOMEBODY, clicksend, send

[message] = send("sms", {"to": SOMEBODY, "body": "Did this arrive?", "source": "python"})
for _ in range(60):
    receipts = clicksend("GET", "/sms/receipts?limit=100")["data"]
    mine = [receipt for receipt in receipts if receipt["message_id"] == message["message_id"]]
    if mine:
        print(f"{mine[0]['message_id']}: {mine[0]['status_code']} {mine[0]['status_text']}")
        break
    time.sleep(0.5)
else:
    raise SystemExit("no receipt came")
