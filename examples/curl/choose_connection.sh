#!/usr/bin/env bash
# With several accounts of one app a header says which one is meant. Without it, it is the oldest active one.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

call GET '/connections?app=clicksend&status=ACTIVE' |
    jq -r '.connections[] | "\(.connection_id) \(.name)"' |
    while read -r id name; do
        clicksend GET /account "" -H "Postern-Connection: $id" |
            jq -r --arg name "$name" '"\($name): \(.username) has \(.balance)"'
    done
