#!/usr/bin/env bash
# A text message. `custom_string` is yours: it comes back in the history, in receipts and in replies.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

send sms "$(message 'Hello from curl' '{"custom_string": "order 17"}')" |
    jq -r '"queued \(.message_id) to \(.to) for \(.message_price)"'
