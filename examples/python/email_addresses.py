"""Addresses that mail may be sent from. A new one gets a letter with a link, and is verified when that was opened."""

from postern import clicksend, pages

made = clicksend("POST", "/email/addresses", {"email_address": "news@example.com"})
try:
    for row in pages("/email/addresses"):
        print(f"address {row['email_address_id']} {row['email_address']}:", "verified" if row["verified"] else "not verified yet")
finally:
    clicksend("DELETE", f"/email/addresses/{made['email_address_id']}")
