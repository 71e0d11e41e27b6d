"""What texts would cost, before anything is sent. A long text, or one with an emoji, has more parts."""

from postern import SOMEBODY, clicksend

texts = ["See you at noon.", "See you at noon. \N{WHITE SMILING FACE}", "See you at noon. " * 12]
messages = [{"to": SOMEBODY, "body": text, "source": "python"} for text in texts]
price = clicksend("POST", "/sms/price", {"messages": messages})
for message in price["messages"]:
    print(f"{message['message_parts']} part(s), {message['message_price']}: {message['body'][:40]}")
print("together", price["total_price"], price["_currency"]["currency_name_short"])
