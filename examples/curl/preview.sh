#!/usr/bin/env bash
# Would this call pass, whom would it reach, and for how much? Nothing is sent. The function that decides is that of the real call.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

messages="$(message 'Dinner is ready') $(message 'Dinner is ready' '{"to": "+15551230001"}')"
call POST /sends/preview "$(jq -s '{path: "/clicksend/v3/sms/send", body: {messages: .}}' <<<"$messages")" | jq -r '
    "\(.verdict): \(.messages) messages to \(.recipients) people for \(.cost) \(.currency)",
    (.rules[] | "\(if .passed then "yes" else "no " end) \(.rule) - \(.message)")'
