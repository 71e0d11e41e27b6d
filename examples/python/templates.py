"""Texts that are used again and again."""

from postern import clicksend, pages

made = clicksend("POST", "/sms/templates", {"template_name": "Welcome", "body": "Hello (First Name), welcome!"})
template = f"/sms/templates/{made['template_id']}"
try:
    clicksend("PUT", template, {"template_name": "Warm welcome", "body": "Hello (First Name), so good to see you!"})
    for row in pages("/sms/templates"):
        print(f"template {row['template_id']} {row['template_name']}: {row['body']}")
finally:
    clicksend("DELETE", template)
