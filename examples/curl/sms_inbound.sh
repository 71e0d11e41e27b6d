#!/usr/bin/env bash
# Somebody answers, and we read it. A simulated handset writes here; with a real account people do.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

inbox="/inbox?to=%2B${SOMEBODY#+}"
earlier=$(call GET "$inbox" | jq -r .cursor)
send sms "$(message 'Shall we deliver today? Yes or no' '{"custom_string": "order 17"}')" >/dev/null
# The handset must have got it before it can answer.
call GET "$inbox&after=$earlier&wait=30s" >/dev/null
call POST /inbox/replies "$(jq -n --arg from "$SOMEBODY" '{$from, body: "Yes"}')" >/dev/null

clicksend GET /sms/inbound | jq -c '.data[]' | while read -r text; do
    jq -r '"\(.from) wrote \(.body) to \(.original_body) (\(.custom_string))"' <<<"$text"
    # What is marked as read is not handed out again.
    clicksend PUT "/sms/inbound-read/$(jq -r .message_id <<<"$text")" >/dev/null
done
