"""A call that reads a text aloud: in which languages, for how much, now and later."""

import time

from postern import SOMEBODY, clicksend, send

languages = clicksend("GET", "/voice/lang")
print(len(languages), "languages, such as", ", ".join(language["code"] for language in languages[:4]))
call = {"to": SOMEBODY, "body": "Hello from Python", "voice": "female", "lang": "en-gb", "source": "python"}
print("would cost", clicksend("POST", "/voice/price", {"messages": [call]})["total_price"])
later = call | {"body": "Hello again", "schedule": int(time.time()) + 3600}
now, later = send("voice", call, later)
clicksend("PUT", f"/voice/{later['message_id']}/cancel")
print("calling", now["message_id"], "and not calling", later["message_id"])
for row in clicksend("GET", "/voice/history?order_by=date:desc&limit=3")["data"]:
    print(f"{row['message_id']} {row['to']} {row['status']}")
