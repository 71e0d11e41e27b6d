#!/usr/bin/env bash
# The same number twice in a list is two texts to one person. `fields` names what makes two contacts the same.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

people=$(clicksend POST /lists '{"list_name": "Typed in twice"}' | jq .list_id)
trap 'clicksend DELETE "/lists/$people" >/dev/null' EXIT
for number in +15551230001 +15551230001 +15551230002; do
    clicksend POST "/lists/$people/contacts" "{\"phone_number\": \"$number\"}" >/dev/null
done
removed=$(clicksend PUT "/lists/$people/remove-duplicates" '{"fields": {"phone_number": ""}}' | jq .deleted)
echo "list $people: $removed removed, $(clicksend GET "/lists/$people/contacts" | jq .total) left"
