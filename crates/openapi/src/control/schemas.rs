//! What doc comments and types do not say: the limits of fields and of segments of paths. The code that enforces them is named beside.

use serde_json::{Value, json};

use super::surface::segment;
use crate::parameter::Parameter;

/// A segment of a path, by its name.
pub(super) fn in_path(name: &str) -> Parameter {
    match name {
        "key_id" => segment("key_id", "The key's id, as `GET /keys` lists it."),
        "connection_id" => segment(
            "connection_id",
            "The connection's id, as `GET /connections` lists it.",
        ),
        "account_id" => Parameter::path(
            "account_id",
            "The account's number.",
            json!({"type": "integer", "minimum": 1}),
        ),
        "source" => segment(
            "source",
            "Names where the rows come from: the same name continues.",
        ),
        "endpoint_id" => segment("endpoint_id", "The endpoint's id."),
        "push_id" => segment("push_id", "The push's id, as `webhook-id` has it."),
        "send_id" => segment("send_id", "The send's id."),
        "audit_id" => segment("audit_id", "The record's id."),
        "approval_id" => segment("approval_id", "The approval's id."),
        "name" => segment("name", "The operator's name."),
        "number" => segment("number", "The handset's number, best in E.164."),
        "message_id" => segment("message_id", "The message's id, as sending answers it."),
        "token" => segment("token", "The secret part of the hook's address."),
        other => panic!("say in control/schemas.rs what `{other}` is in a path"),
    }
}

/// Limits of the fields of requests: type, field, and what is added to its schema.
fn limits() -> Vec<(&'static str, &'static str, Value)> {
    let instant = json!({"format": "date-time"});
    let entries = json!({"maxItems": 200});
    let decimal = json!({"pattern": DECIMAL, "maxLength": 20});
    vec![
        // keys/draft.rs
        ("NewKey", "name", json!({"minLength": 1, "maxLength": 100})),
        ("NewKey", "role", json!({"enum": ["full", "agent", null]})),
        (
            "NewKey",
            "rate_per_second",
            json!({"minimum": 1, "maximum": 1_000_000}),
        ),
        ("NewKey", "expires_at", instant.clone()),
        ("NewKey", "apps", entries.clone()),
        ("NewKey", "connections", entries.clone()),
        ("NewKey", "rules", entries.clone()),
        ("NewKey", "cidr", entries.clone()),
        (
            "KeyChange",
            "name",
            json!({"minLength": 1, "maxLength": 100}),
        ),
        (
            "KeyChange",
            "rate_per_second",
            json!({"minimum": 1, "maximum": 1_000_000}),
        ),
        ("KeyChange", "expires_at", instant),
        ("KeyChange", "apps", entries.clone()),
        ("KeyChange", "connections", entries.clone()),
        ("KeyChange", "rules", entries.clone()),
        ("KeyChange", "cidr", entries),
        (
            "Rule",
            "effect",
            json!({"enum": ["read", "write", "send", "spend", "credential", null]}),
        ),
        // keys/rotate.rs
        (
            "KeyRotation",
            "overlap_seconds",
            json!({"minimum": 0, "maximum": 2_592_000}),
        ),
        // connections/change.rs
        (
            "ConnectionChange",
            "unknown_policy",
            json!({"enum": ["at_most_once", "at_least_once", "ask", null]}),
        ),
        // accounts/create.rs
        (
            "NewAccount",
            "username",
            json!({"minLength": 1, "maxLength": 100, "pattern": r"^[!-9;-~]+$"}),
        ),
        ("NewAccount", "credit", decimal),
        ("NewAccount", "currency", json!({"pattern": "^[A-Z]{3}$"})),
        (
            "AccountCredit",
            "amount",
            json!({"pattern": SIGNED, "maxLength": 20}),
        ),
        // freeze.rs
        (
            "FreezeWish",
            "scope",
            json!({"enum": ["key", "connection", "all"]}),
        ),
        // inbox/reply.rs
        (
            "NewReply",
            "from",
            json!({"pattern": r"^\+[1-9][0-9]{6,14}$"}),
        ),
        (
            "NewReply",
            "body",
            json!({"minLength": 1, "maxLength": 1530}),
        ),
        ("NewReply", "to", json!({"minLength": 1, "maxLength": 20})),
        // inbox/chaos.rs
        ("ChaosChange", "lost_receipts", rate(1.0)),
        ("ChaosChange", "doubled_receipts", rate(1.0)),
        ("ChaosChange", "throttled", rate(0.9)),
        (
            "ChaosChange",
            "throttle_ms",
            json!({"minimum": 1, "maximum": 60_000}),
        ),
        ("ChaosChange", "failures", json!({"maxItems": 14})),
        // inbox/handsets.rs
        (
            "HandsetState",
            "state",
            json!({"enum": ["on", "off", "refusing", "by_hand"]}),
        ),
        ("Waiting", "keys", json!({"pattern": "^[0-9*#]{0,32}$"})),
        // inbox/clock.rs
        (
            "ClockMove",
            "advance",
            json!({"pattern": "^[0-9]{1,6}[smhd]?$"}),
        ),
        ("ClockMove", "now", json!({"format": "date-time"})),
        // sends/resolve.rs
        (
            "SendResolution",
            "outcome",
            json!({"enum": ["accepted", "failed"]}),
        ),
        // operators.rs
        (
            "NewOperator",
            "name",
            json!({"pattern": r"^[A-Za-z0-9._@+-]{1,64}$"}),
        ),
        (
            "NewOperator",
            "password",
            json!({"minLength": 12, "maxLength": 1024}),
        ),
        (
            "OperatorPassword",
            "password",
            json!({"minLength": 12, "maxLength": 1024}),
        ),
        // alerts/tries.rs
        (
            "AlertReplay",
            "alert_id",
            json!({"pattern": "^alert_[0-9]{1,18}$"}),
        ),
        // alerts/create.rs
        (
            "NewAlertEndpoint",
            "url",
            json!({"format": "uri", "maxLength": 1000}),
        ),
    ]
}

fn rate(max: f64) -> Value {
    json!({"minimum": 0, "maximum": max})
}

const DECIMAL: &str = r"^[0-9]{1,9}(\.[0-9]{1,6})?$";
const SIGNED: &str = r"^-?[0-9]{1,9}(\.[0-9]{1,6})?$";

/// Adds the limits to the schema of a request.
pub(super) fn narrow(name: &str, schema: &mut Value) {
    for (of, field, more) in limits() {
        if of != name {
            continue;
        }
        let property = &mut schema["properties"][field];
        assert!(property.is_object(), "{of} has no field `{field}`");
        if let (Some(property), Some(more)) = (property.as_object_mut(), more.as_object()) {
            property.extend(more.clone());
        }
    }
}
