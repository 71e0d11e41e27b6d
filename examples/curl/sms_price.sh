#!/usr/bin/env bash
# What texts would cost, before anything is sent. A long text, or one with an emoji, has more parts.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

long=$(printf 'See you at noon. %.0s' {1..12})
messages=$(jq -s '{messages: .}' <<<"$(message 'See you at noon.') $(message 'See you at noon. ☺') $(message "$long")")
clicksend POST /sms/price "$messages" | jq -r '
    (.messages[] | "\(.message_parts) part(s), \(.message_price): \(.body[:40])"),
    "together \(.total_price) \(._currency.currency_name_short)"'
