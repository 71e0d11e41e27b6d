"""A text message. `custom_string` is yours: it comes back in the history, in receipts and in replies."""

from postern import SOMEBODY, send

text = {"to": SOMEBODY, "body": "Hello from Python", "source": "python", "custom_string": "order 17"}
for message in send("sms", text):
    print(f"queued {message['message_id']} to {message['to']} for {message['message_price']}")
