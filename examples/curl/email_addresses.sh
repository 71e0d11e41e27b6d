#!/usr/bin/env bash
# Addresses that mail may be sent from. A new one gets a letter with a link, and is verified when that was opened.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

address=/email/addresses/$(clicksend POST /email/addresses '{"email_address": "news@example.com"}' | jq .email_address_id)
trap 'clicksend DELETE "$address" >/dev/null' EXIT
pages /email/addresses |
    jq -r '"address \(.email_address_id) \(.email_address): \(if .verified == 1 then "verified" else "not verified yet" end)"'
