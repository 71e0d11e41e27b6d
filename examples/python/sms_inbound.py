"""Somebody answers, and we read it. A simulated handset writes here; with a real account people do."""

from postern import SOMEBODY, call, clicksend, send

inbox = f"/inbox?to=%2B{SOMEBODY[1:]}"
earlier = call("GET", inbox)["cursor"]
send("sms", {"to": SOMEBODY, "body": "Shall we deliver this week? YES or NO", "source": "python", "custom_string": "order 17"})
# The handset must have got it before it can answer.
call("GET", f"{inbox}&after={earlier}&wait=30s")
call("POST", "/inbox/replies", {"from": SOMEBODY, "body": "YES"})

for text in clicksend("GET", "/sms/inbound")["data"]:
    print(f"{text['from']} wrote {text['body']!r} to {text['original_body']!r} ({text['custom_string']})")
    # What is marked as read is not handed out again.
    clicksend("PUT", f"/sms/inbound-read/{text['message_id']}")
