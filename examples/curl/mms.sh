#!/usr/bin/env bash
# A picture message. The picture is uploaded first, so no web server is needed; a public link does as well.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

pixel=R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs= # a GIF of one pixel; for a file: $(base64 -w0 picture.jpg)

picture=$(clicksend POST '/uploads?convert=mms' "{\"content\": \"$pixel\"}" | jq -r ._url)
messages=$(message 'A pixel from curl' '{"subject": "A picture"}' |
    jq --arg picture "$picture" '{media_file: $picture, messages: [.]}')
echo "would cost $(clicksend POST /mms/price "$messages" | jq .total_price)"
clicksend POST /mms/send "$messages" | jq -r '.messages[] | "queued \(.message_id) \(.status)"'
clicksend GET '/mms/history?order_by=date:desc&limit=3' | jq -r '.data[] | "\(.message_id) \(.to) \(.status): \(.body)"'
