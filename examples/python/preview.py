"""Would this call pass, whom would it reach, and for how much? Nothing is sent. The function that decides is that of the real call."""

from postern import SOMEBODY, call

messages = [{"to": number, "body": "Dinner is ready", "source": "python"} for number in (SOMEBODY, "+15551230001")]
answer = call("POST", "/sends/preview", {"path": "/clicksend/v3/sms/send", "body": {"messages": messages}})
print(f"{answer['verdict']}: {answer['messages']} messages to {answer['recipients']} people for {answer['cost']} {answer['currency']}")
for rule in answer["rules"]:
    print("yes" if rule["passed"] else "no ", rule["rule"], "-", rule["message"])
