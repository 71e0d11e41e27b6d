"""Lists come in pages. `pages` in postern.py asks for the next one when the rows of this one are used up."""

from postern import clicksend, pages

people = clicksend("POST", "/lists", {"list_name": "Seven people"})["list_id"]
try:
    for number in range(7):
        clicksend("POST", f"/lists/{people}/contacts", {"phone_number": f"+1555123000{number}"})
    page = clicksend("GET", f"/lists/{people}/contacts?page=2&limit=3")
    print(f"list {people}: page {page['current_page']} of {page['last_page']} has rows {page['from']} to {page['to']}")
    rows = [contact["phone_number"] for contact in pages(f"/lists/{people}/contacts", limit=3)]
    print(len(rows), "rows in all, the last", rows[-1])
finally:
    clicksend("DELETE", f"/lists/{people}")
