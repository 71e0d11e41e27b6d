#!/usr/bin/env bash
# The people in a list.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

people=$(clicksend POST /lists '{"list_name": "People of an example"}' | jq .list_id)
trap 'clicksend DELETE "/lists/$people" >/dev/null' EXIT
ann='{"phone_number": "+15551230001", "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"}'
contact=/lists/$people/contacts/$(clicksend POST "/lists/$people/contacts" "$ann" | jq .contact_id)
# Only what is named changes.
clicksend PUT "$contact" '{"first_name": "Anna"}' >/dev/null
clicksend GET "$contact" | jq -r '"contact \(.contact_id) in list \(.list_id): \(.first_name) \(.last_name), \(.phone_number)"'
clicksend DELETE "$contact" >/dev/null
echo "now there are $(clicksend GET "/lists/$people/contacts" | jq .total)"
