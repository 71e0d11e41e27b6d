#!/usr/bin/env bash
# A call that reads a text aloud: in which languages, for how much, now and later.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

clicksend GET /voice/lang | jq -r '"\(length) languages, such as \([.[:4][].code] | join(", "))"'
spoken='{"voice": "female", "lang": "en-gb"}'
now=$(message 'Hello from curl' "$spoken")
later=$(message 'Hello again from curl' "$spoken" | jq --argjson at $(($(date +%s) + 3600)) '. + {schedule: $at}')
echo "would cost $(clicksend POST /voice/price "{\"messages\": [$now]}" | jq .total_price)"
mapfile -t ids < <(send voice "$now" "$later" | jq -r .message_id)
clicksend PUT "/voice/${ids[1]}/cancel" >/dev/null
echo "calling ${ids[0]} and not calling ${ids[1]}"
clicksend GET '/voice/history?order_by=date:desc&limit=3' | jq -r '.data[] | "\(.message_id) \(.to) \(.status)"'
