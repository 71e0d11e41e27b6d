"""Whose account this is, and what is left on it."""

from postern import clicksend

account = clicksend("GET", "/account")
currency = account["_currency"]["currency_name_short"]
print(f"{account['username']} has {account['balance']} {currency} ({account['country']}, {account['timezone']})")
