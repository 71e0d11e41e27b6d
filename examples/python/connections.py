"""Connections are the accounts that a key may use: list them, ask for a new one, look at it, delete it."""

from postern import call

for connection in call("GET", "/connections?app=clicksend&status=ACTIVE")["connections"]:
    print(connection["connection_id"], connection["status"], connection["name"])

# Without credentials a connection waits: whoever owns the account opens the link and enters them there.
# This program never sees them.
made = call("POST", "/connections", {"app": "clicksend", "name": "of an example"})["connection"]
print("to connect an account, open", made["url"])
try:
    seen = call("GET", f"/connections/{made['connection_id']}")["connection"]
    print(seen["connection_id"], seen["status"], seen["name"])
finally:
    call("DELETE", f"/connections/{made['connection_id']}")
    print("deleted", made["connection_id"])
