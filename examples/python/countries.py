"""The countries that can be written to, with the codes that other calls want."""

from postern import clicksend

countries = clicksend("GET", "/countries")
print(len(countries), "countries:", ", ".join(f"{row['value']} ({row['code']})" for row in countries[:5]), "…")
