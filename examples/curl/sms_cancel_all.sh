#!/usr/bin/env bash
# Cancels everything that is scheduled. Everything: also what another program of this account scheduled.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

tomorrow=$(($(date +%s) + 24 * 3600))
for text in 'First reminder' 'Second reminder'; do
    send sms "$(message "$text" "{\"schedule\": $tomorrow}")" >/dev/null
done
clicksend PUT /sms/cancel-all | jq -r '"cancelled \(.count) texts"'
