#!/usr/bin/env bash
# Texts that are used again and again.
set -euo pipefail
. "$(dirname "$0")/postern.sh"

made=$(clicksend POST /sms/templates '{"template_name": "Welcome", "body": "Hello (First Name), welcome!"}')
template=/sms/templates/$(jq .template_id <<<"$made")
trap 'clicksend DELETE "$template" >/dev/null' EXIT
clicksend PUT "$template" '{"template_name": "Warm welcome", "body": "Hello (First Name), so good to see you!"}' >/dev/null
pages /sms/templates | jq -r '"template \(.template_id) \(.template_name): \(.body)"'
