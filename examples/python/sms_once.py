"""Asked twice, sent once. The key names what is to be done, so that whoever is unsure whether it was done may ask again."""

from postern import SOMEBODY, clicksend

messages = {"messages": [{"to": SOMEBODY, "body": "Order 17 has left Python", "source": "python"}]}
once = {"Idempotency-Key": "order-17-has-left-python"}
first = clicksend("POST", "/sms/send", messages, headers=once)["messages"][0]["message_id"]
again = clicksend("POST", "/sms/send", messages, headers=once)["messages"][0]["message_id"]
print("message", first, "was sent once" if first == again else f"and {again}, too")
