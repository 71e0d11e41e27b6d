#!/usr/bin/env bash
# A text for later, and second thoughts.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

tomorrow=$(($(date +%s) + 24 * 3600))
sent=$(send sms "$(message 'Good morning from curl' "{\"schedule\": $tomorrow}")")
jq -r '"leaves at \(.schedule | todate)"' <<<"$sent"
id=$(jq -r .message_id <<<"$sent")
clicksend PUT "/sms/$id/cancel" >/dev/null
echo "cancelled $id"
