#!/usr/bin/env bash
# Contact lists: make, rename, look, delete.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

list=/lists/$(clicksend POST /lists '{"list_name": "Customers in spe"}' | jq .list_id)
trap 'clicksend DELETE "$list" >/dev/null' EXIT
clicksend PUT "$list" '{"list_name": "Customers"}' >/dev/null
clicksend GET "$list" | jq -r '"list \(.list_id) is \(.list_name)"'
pages /lists | jq -rs '"all: \(map(.list_name) | join(", "))"'
