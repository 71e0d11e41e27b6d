"""The people in a list."""

from postern import clicksend

people = clicksend("POST", "/lists", {"list_name": "People of an example"})["list_id"]
try:
    ann = {"phone_number": "+15551230001", "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"}
    made = clicksend("POST", f"/lists/{people}/contacts", ann)
    contact = f"/lists/{people}/contacts/{made['contact_id']}"
    # Only what is named changes.
    clicksend("PUT", contact, {"first_name": "Anna"})
    seen = clicksend("GET", contact)
    print(f"contact {seen['contact_id']} in list {people}: {seen['first_name']} {seen['last_name']}, {seen['phone_number']}")
    clicksend("DELETE", contact)
    print("now there are", clicksend("GET", f"/lists/{people}/contacts")["total"])
finally:
    clicksend("DELETE", f"/lists/{people}")
