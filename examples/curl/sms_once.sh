#!/usr/bin/env bash
# Asked twice, sent once. The key names what is to be done, so that whoever is unsure whether it was done may ask again.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

once() {
    clicksend POST /sms/send "{\"messages\": [$(message 'Order 17 has left curl')]}" -H 'Idempotency-Key: order-17-has-left-curl' |
        jq -r '.messages[0].message_id'
}
first=$(once)
again=$(once)
if [ "$first" = "$again" ]; then
    echo "message $first was sent once"
else
    echo "message $first and $again, too"
fi
