#!/usr/bin/env bash
# From one list to another: a copy stays where it was, too; a transfer moves.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

names() {
    pages "/lists/$1/contacts" | jq -rs 'map(.first_name) | sort | join(", ")'
}
add() {
    clicksend POST "/lists/$here/contacts" "$1" | jq .contact_id
}

here=$(clicksend POST /lists '{"list_name": "Here"}' | jq .list_id)
there=$(clicksend POST /lists '{"list_name": "There"}' | jq .list_id)
trap 'clicksend DELETE "/lists/$here" >/dev/null; clicksend DELETE "/lists/$there" >/dev/null' EXIT
ann=$(add '{"phone_number": "+15551230001", "first_name": "Ann"}')
bob=$(add '{"phone_number": "+15551230002", "first_name": "Bob"}')
clicksend PUT "/lists/$here/contacts/$ann/copy/$there" >/dev/null
clicksend PUT "/lists/$here/contacts/$bob/transfer/$there" >/dev/null
echo "list $here: $(names "$here")"
echo "list $there: $(names "$there")"
