#!/usr/bin/env bash
# The countries that can be written to, with the codes that other calls want.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

clicksend GET /countries | jq -r '"\(length) countries: \([.[:5][] | "\(.value) (\(.code))"] | join(", ")) …"'
