#!/usr/bin/env bash
# What was sent in the last hour, the newest first.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

now=$(date +%s)
clicksend GET "/sms/history?date_from=$((now - 3600))&date_to=$((now + 60))&order_by=date:desc&limit=5" | jq -r '
    (.data[] | "\(.message_id) \(.to) \(.status): \(.body)"),
    "\(.data | length) of \(.total) texts"'
