"""What was sent in the last hour, the newest first."""

import time

from postern import clicksend

now = int(time.time())
history = clicksend("GET", f"/sms/history?date_from={now - 3600}&date_to={now + 60}&order_by=date:desc&limit=5")
for message in history["data"]:
    print(f"{message['message_id']} {message['to']} {message['status']}: {message['body']}")
print(f"{len(history['data'])} of {history['total']} texts")
