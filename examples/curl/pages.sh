#!/usr/bin/env bash
# Lists come in pages. `pages` in postern.sh asks for the next one when the rows of this one are used up.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

people=$(clicksend POST /lists '{"list_name": "Seven people"}' | jq .list_id)
trap 'clicksend DELETE "/lists/$people" >/dev/null' EXIT
for number in {0..6}; do
    clicksend POST "/lists/$people/contacts" "{\"phone_number\": \"+1555123000$number\"}" >/dev/null
done
clicksend GET "/lists/$people/contacts?page=2&limit=3" |
    jq -r --arg list "$people" '"list \($list): page \(.current_page) of \(.last_page) has rows \(.from) to \(.to)"'
pages "/lists/$people/contacts" 3 | jq -rs '"\(length) rows in all, the last \(last.phone_number)"'
