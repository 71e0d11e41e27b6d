#!/usr/bin/env bash
# Whether a text arrived. A program with an address of its own is better told than asking: see the receipt rules.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

id=$(send sms "$(message 'Did this reach you?')" | jq -r .message_id)
for _ in {1..60}; do
    receipt=$(clicksend GET '/sms/receipts?limit=100' |
        jq -r --arg id "$id" '.data[] | select(.message_id == $id) | "\(.message_id): \(.status_code) \(.status_text)"')
    if [ -n "$receipt" ]; then
        echo "$receipt"
        exit
    fi
    sleep 0.5
done
echo 'no receipt came' >&2
exit 1
