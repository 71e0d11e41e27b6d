"""A picture message. The picture is uploaded first, so no web server is needed; a public link does as well."""

from postern import SOMEBODY, clicksend

PICTURE = "R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs="  # a GIF of one pixel, base64

picture = clicksend("POST", "/uploads?convert=mms", {"content": PICTURE})["_url"]
messages = {
    "media_file": picture,
    "messages": [{"to": SOMEBODY, "subject": "A picture", "body": "A pixel from Python", "source": "python"}],
}
print("would cost", clicksend("POST", "/mms/price", messages)["total_price"])
[message] = clicksend("POST", "/mms/send", messages)["messages"]
print("queued", message["message_id"], message["status"])
for row in clicksend("GET", "/mms/history?order_by=date:desc&limit=3")["data"]:
    print(f"{row['message_id']} {row['to']} {row['status']}: {row['body']}")
