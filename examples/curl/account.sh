#!/usr/bin/env bash
# Whose account this is, and what is left on it.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

clicksend GET /account |
    jq -r '"\(.username) has \(.balance) \(._currency.currency_name_short) (\(.country), \(.timezone))"'
