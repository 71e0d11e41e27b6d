# shellcheck shell=bash
# The whole client, to be sourced: one call, JSON in and out, and a walk through every page.
: "${POSTERN_API_KEY:?set it to your key}"
POSTERN_URL=${POSTERN_URL:-http://127.0.0.1:8080}
# A number that nobody can have. The simulator's handsets answer for it.
SOMEBODY=+15551234567

# call METHOD PATH [JSON [CURL OPTION…]]: one call, made once. A refusal is shown, and ends the script.
call() {
    local options=("${@:4}" -H "Authorization: Bearer $POSTERN_API_KEY") answer
    if [ -n "${3-}" ]; then options+=(-H 'Content-Type: application/json' -d "$3"); fi
    answer=$(curl --fail-with-body -sS -X "$1" "${options[@]}" "$POSTERN_URL$2") || {
        jq -r '"refused: \(.message // .response_msg) \(.hint // "")"' <<<"$answer" >&2
        return 1
    }
    printf '%s\n' "$answer"
}

# clicksend METHOD PATH [JSON [CURL OPTION…]]: the `data` of an answer of ClickSend's API.
clicksend() {
    local answer
    answer=$(call "$1" "/clicksend/v3$2" "${@:3}") && jq .data <<<"$answer"
}

# message TEXT [FIELDS]: one message to somebody, with other fields as JSON.
message() {
    local fields=${2-}
    jq -n --arg to "$SOMEBODY" --arg body "$1" --argjson fields "${fields:-{\}}" '{$to, $body, source: "curl"} + $fields'
}

# send KIND MESSAGE…: sends sms, mms or voice. A 200 may hold messages that were not accepted: each one says so itself.
send() {
    local kind=$1 sent
    shift
    sent=$(clicksend POST "/$kind/send" "$(jq -s '{messages: .}' <<<"$*")") || return
    jq -er '.messages[] | select(.status != "SUCCESS") | "to \(.to): \(.status)"' <<<"$sent" >&2 && return 1
    jq '.messages[]' <<<"$sent"
}

# pages PATH [LIMIT]: every row of a list, however many pages it has.
pages() {
    local page=1 last=1 answer
    while [ "$page" -le "$last" ]; do
        answer=$(clicksend GET "$1?page=$page&limit=${2:-100}") || return
        jq '.data[]' <<<"$answer"
        last=$(jq .last_page <<<"$answer")
        page=$((page + 1))
    done
}
