"""Contact lists: make, rename, look, delete."""

from postern import clicksend, pages

made = clicksend("POST", "/lists", {"list_name": "Customers in spe"})
path = f"/lists/{made['list_id']}"
try:
    clicksend("PUT", path, {"list_name": "Customers"})
    seen = clicksend("GET", path)
    print(f"list {seen['list_id']} is {seen['list_name']}")
    print("all:", ", ".join(row["list_name"] for row in pages("/lists")))
finally:
    clicksend("DELETE", path)
