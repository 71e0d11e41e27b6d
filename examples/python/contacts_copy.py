"""From one list to another: a copy stays where it was, too; a transfer moves."""

from postern import clicksend, pages


def names(number):
    return ", ".join(sorted(contact["first_name"] for contact in pages(f"/lists/{number}/contacts"))) or "nobody"


here, there = (clicksend("POST", "/lists", {"list_name": name})["list_id"] for name in ("Here", "There"))
try:
    for number, name in enumerate(["Ann", "Bob"]):
        person = {"phone_number": f"+1555123000{number}", "first_name": name}
        contact = clicksend("POST", f"/lists/{here}/contacts", person)["contact_id"]
        how = "copy" if name == "Ann" else "transfer"
        clicksend("PUT", f"/lists/{here}/contacts/{contact}/{how}/{there}")
    print(f"list {here}: {names(here)}")
    print(f"list {there}: {names(there)}")
finally:
    for number in (here, there):
        clicksend("DELETE", f"/lists/{number}")
