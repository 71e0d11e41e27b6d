#!/usr/bin/env bash
# Connections are the accounts that a key may use: list them, ask for a new one, look at it, delete it.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

call GET '/connections?app=clicksend&status=ACTIVE' |
    jq -r '.connections[] | "\(.connection_id) \(.status) \(.name)"'

# Without credentials a connection waits: whoever owns the account opens the link and enters them there.
# This script never sees them.
made=$(call POST /connections '{"app": "clicksend", "name": "of an example"}')
id=$(jq -r .connection_id <<<"$made")
trap 'call DELETE "/connections/$id" | jq -r "\"deleted \(.connection_id)\""' EXIT
jq -r '"to connect an account, open \(.connection.url)"' <<<"$made"
call GET "/connections/$id" | jq -r '.connection | "\(.connection_id) \(.status) \(.name)"'
