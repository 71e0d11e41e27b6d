"""The same number twice in a list is two texts to one person. `fields` names what makes two contacts the same."""

from postern import clicksend

people = clicksend("POST", "/lists", {"list_name": "Typed in twice"})["list_id"]
try:
    for name in ("Ann", "Ann L.", "Bob"):
        number = "+15551230002" if name == "Bob" else "+15551230001"
        clicksend("POST", f"/lists/{people}/contacts", {"phone_number": number, "first_name": name})
    removed = clicksend("PUT", f"/lists/{people}/remove-duplicates", {"fields": {"phone_number": ""}})["deleted"]
    left = clicksend("GET", f"/lists/{people}/contacts")["total"]
    print(f"list {people}: {removed} removed, {left} left")
finally:
    clicksend("DELETE", f"/lists/{people}")
