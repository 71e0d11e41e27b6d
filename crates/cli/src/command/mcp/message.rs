//! A message of a client, the request that carries it, and what is said when the server does not say anything.

use http::{HeaderName, HeaderValue, Method};
use postern_client::{Error, RawRequest};
use postern_wire::control::Problem;
use serde_json::{Value, json};

const VERSION_IN_META: &str = "io.modelcontextprotocol/protocolVersion";
/// JSON-RPC: the message cannot be read.
const UNREADABLE: i64 = -32700;
/// JSON-RPC leaves these numbers to servers.
const NO_ANSWER: i64 = -32000;

pub(super) struct Message {
    json: Value,
}

impl Message {
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let json: Value = serde_json::from_slice(line).ok()?;
        json.is_object().then_some(Self { json })
    }

    fn method(&self) -> Option<&str> {
        self.json["method"].as_str()
    }

    /// Of a request; notifications have none.
    pub(super) fn id(&self) -> Option<String> {
        let id = &self.json["id"];
        (!id.is_null()).then(|| id.to_string())
    }

    /// The answer decides what later messages say.
    pub(super) fn is_initialize(&self) -> bool {
        self.method() == Some("initialize")
    }

    /// The id of the request that is not wanted any more.
    pub(super) fn cancels(&self) -> Option<String> {
        let is_cancellation = self.method() == Some("notifications/cancelled");
        is_cancellation.then(|| self.json["params"]["requestId"].to_string())
    }

    /// With the headers that streamable HTTP wants: the version that was agreed upon or that the message names itself, and what it is about.
    pub(super) fn request(&self, agreed: Option<&str>, connection: Option<&str>) -> RawRequest {
        let params = &self.json["params"];
        let version = match self.is_initialize() {
            true => None,
            false => params["_meta"][VERSION_IN_META].as_str().or(agreed),
        };
        let name = params["name"].as_str().or(params["uri"].as_str());
        let mut request = RawRequest::get("/mcp");
        request.method = Method::POST;
        request.body = Some(self.json.to_string().into_bytes());
        for (header, value) in [
            ("content-type", Some("application/json")),
            ("accept", Some("application/json, text/event-stream")),
            ("mcp-protocol-version", version),
            ("mcp-method", self.method()),
            ("mcp-name", name),
            ("postern-connection", connection),
        ] {
            // What no header can hold is left to the server to complain about.
            let value = value.and_then(|value| HeaderValue::from_str(value).ok());
            let header = HeaderName::from_static(header);
            request.headers.extend(value.map(|value| (header, value)));
        }
        request
    }

    /// What the client is told; `None` for a notification, which nobody answers.
    pub(super) fn answer(&self, status: u16, body: &[u8]) -> Option<Value> {
        self.id()?;
        let json: Option<Value> = serde_json::from_slice(body).ok();
        if let Some(json) = json.filter(|json| json["jsonrpc"] == "2.0") {
            return Some(json);
        }
        let problem: Option<Problem> = serde_json::from_slice(body).ok();
        let said = match &problem {
            Some(problem) => format!(
                "{}; {}",
                problem.message,
                problem.hint.as_deref().unwrap_or("")
            ),
            None => format!(
                "the server answered {status}: {}",
                String::from_utf8_lossy(body)
            ),
        };
        Some(self.failure(said.trim_end_matches("; ")))
    }

    /// The version that both sides speak from now on.
    pub(super) fn negotiated(&self, answer: &Value) -> Option<String> {
        let version = answer["result"]["protocolVersion"].as_str();
        version.filter(|_| self.is_initialize()).map(str::to_owned)
    }

    /// A tool's failure is one that the model reads; clients show other errors to nobody.
    fn failure(&self, said: &str) -> Value {
        let id = &self.json["id"];
        match self.method() {
            Some("tools/call") => json!({
                "jsonrpc": "2.0",
                "id": id,
                "result": {"content": [{"type": "text", "text": said}], "isError": true},
            }),
            _ => json!({"jsonrpc": "2.0", "id": id, "error": {"code": NO_ANSWER, "message": said}}),
        }
    }
}

/// For a line that is no message.
pub(super) fn unreadable() -> Value {
    let said = "a message is one line with one JSON object, of at most 1 MiB";
    json!({"jsonrpc": "2.0", "id": null, "error": {"code": UNREADABLE, "message": said}})
}

/// For a message whose answer did not come.
pub(super) fn unanswered(message: &Message, error: &Error) -> Option<Value> {
    message.id()?;
    let advice = match error {
        Error::Unreachable { .. } => {
            "Nothing was done. Tell the person you work for that no Postern server answers there: `postern serve` starts one, POSTERN_URL names it."
        }
        Error::OutcomeUnknown { .. } => {
            "It may have been carried out. Look with list_messages before anything else, and report; a message is never sent twice by the same call with the same arguments."
        }
        _ => "Look before you do anything else, and report.",
    };
    Some(message.failure(&format!("{error}. {advice}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(json: Value) -> Message {
        Message::read(json.to_string().as_bytes()).expect("a message")
    }

    #[test]
    fn a_request_says_in_its_headers_what_it_is_about() {
        let call = message(
            json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "whoami"}}),
        );
        let request = call.request(Some("2025-11-25"), Some("conn-1"));
        let header = |name: &str| {
            request
                .headers
                .get(name)
                .map(|value| value.to_str().expect("text"))
        };
        assert_eq!(header("mcp-protocol-version"), Some("2025-11-25"));
        assert_eq!(header("mcp-method"), Some("tools/call"));
        assert_eq!(header("mcp-name"), Some("whoami"));
        assert_eq!(header("postern-connection"), Some("conn-1"));
        let meta = message(
            json!({"id": 1, "method": "tools/list", "params": {"_meta": {VERSION_IN_META: "2026-07-28"}}}),
        );
        assert_eq!(
            meta.request(Some("2025-11-25"), None).headers["mcp-protocol-version"],
            "2026-07-28"
        );
        let first = message(json!({"id": 1, "method": "initialize"}));
        assert!(
            !first
                .request(Some("x"), None)
                .headers
                .contains_key("mcp-protocol-version")
        );
    }

    #[test]
    fn what_is_no_answer_becomes_one() {
        let call =
            message(json!({"id": 7, "method": "tools/call", "params": {"name": "send_message"}}));
        let problem = json!({"message": "Invalid API key: revoked", "type": "Unauthorized", "code": 401, "error": "revoked_key", "request_id": "r", "hint": "ask"});
        let answer = call
            .answer(401, problem.to_string().as_bytes())
            .expect("an answer");
        assert_eq!(answer["result"]["isError"], true);
        assert_eq!(
            answer["result"]["content"][0]["text"],
            "Invalid API key: revoked; ask"
        );
        let list = message(json!({"id": "a", "method": "tools/list"}));
        assert_eq!(
            list.answer(502, b"bad").expect("an answer")["error"]["message"],
            "the server answered 502: bad"
        );
        let told = message(json!({"method": "notifications/initialized"}));
        assert!(told.answer(202, b"").is_none());
        let unknown = Error::OutcomeUnknown {
            url: "u".into(),
            reason: "cut".into(),
            idempotency_key: None,
        };
        let answer = unanswered(&call, &unknown).expect("an answer");
        assert!(
            answer["result"]["content"][0]["text"]
                .as_str()
                .expect("text")
                .contains("Look with list_messages")
        );
    }

    #[test]
    fn a_version_is_agreed_upon_once() {
        let first = message(json!({"id": 1, "method": "initialize"}));
        let answer = json!({"result": {"protocolVersion": "2025-06-18"}});
        assert_eq!(first.negotiated(&answer).as_deref(), Some("2025-06-18"));
        assert_eq!(
            message(json!({"id": 2, "method": "ping"})).negotiated(&answer),
            None
        );
        assert_eq!(
            message(json!({"method": "notifications/cancelled", "params": {"requestId": 3}}))
                .cancels()
                .as_deref(),
            Some("3")
        );
        assert!(Message::read(b"[]").is_none() && Message::read(b"{").is_none());
    }
}
