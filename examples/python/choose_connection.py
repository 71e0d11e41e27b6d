"""With several accounts of one app a header says which one is meant. Without it, it is the oldest active one."""

from postern import call, clicksend

for connection in call("GET", "/connections?app=clicksend&status=ACTIVE")["connections"]:
    account = clicksend("GET", "/account", headers={"Postern-Connection": connection["connection_id"]})
    print(f"{connection['name']}: {account['username']} has {account['balance']}")
