//! `/connections`, and the hooks that they are told by.

use postern_wire::control::{
    ConnectionAnswer, ConnectionChange, ConnectionDeleted, ConnectionHook, ConnectionList,
    CreatedConnection, NewConnection, Reconnection, VerifiedConnection,
};
use serde_json::{Value, json};

use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, limit, text, words};

const TAG: &str = "\
Which accounts of which apps can be reached. Credentials go in and never come out. The oldest ACTIVE connection of an app is the one that is used by default.";

pub(super) fn tag() -> Tag {
    let filters = [
        Parameter::query("app", "Of this app only.", text()),
        Parameter::query(
            "status",
            "In this state only.",
            words(&["ACTIVE", "PENDING", "FAILED"]),
        ),
        Parameter::query(
            "method",
            "Connected in this way only.",
            words(&["API_KEY", "BASIC", "JWT", "OAUTH1", "OAUTH2", "MCP"]),
        ),
        limit(1000),
    ];
    Tag {
        name: "Connections",
        description: TAG,
        operations: vec![
            Operation::new("GET", "/connections", "listConnections", "List connections")
                .says("Oldest first. Agent keys see those in their scope, without a usable link.")
                .with(filters)
                .answers::<ConnectionList>(200, "The connections in the key's scope."),
            Operation::new("POST", "/connections", "createConnection", "Connect an account")
                .says("Without `credentials` it waits for a person at `url`; with them the upstream is asked, and the connection is ACTIVE or not made at all. `\"upstream\": \"builtin\"` acts as an account of the built-in platform.")
                .takes::<NewConnection>(json!({"app": "clicksend", "upstream": "builtin"}))
                .answers::<CreatedConnection>(201, "The connection.")
                .refuses(&["wider_than_caller", "test_key", "credentials_rejected", "upstream_unreachable", "upstream_timeout", "app_not_configured"]),
            Operation::new("GET", "/connections/{connection_id}", "readConnection", "Read a connection")
                .answers::<ConnectionAnswer>(200, "The connection.")
                .refuses(&["connection_not_found", "connection_out_of_scope"]),
            Operation::new("PATCH", "/connections/{connection_id}", "changeConnection", "Change a connection")
                .says("Its name, its limits, and what is done about sends of unknown outcome.")
                .takes::<ConnectionChange>(json!({"name": "production", "limits": {"messages_per_hour": 500}}))
                .answers::<ConnectionAnswer>(200, "The connection as it is now.")
                .refuses(&["connection_not_found", "connection_out_of_scope", "wider_than_caller", "changed_meanwhile"]),
            Operation::new("DELETE", "/connections/{connection_id}", "deleteConnection", "Delete a connection")
                .says("Its credentials are gone at once.")
                .answers::<ConnectionDeleted>(200, "It is gone.")
                .refuses(&["connection_not_found", "connection_out_of_scope"]),
            Operation::new("POST", "/connections/{connection_id}/reconnect", "reconnect", "Renew a connection's credentials")
                .says("The same connection gets new credentials, or a new link without. Until then it goes on with those it has.")
                .may_take::<Reconnection>(json!({}))
                .answers::<CreatedConnection>(200, "The connection.")
                .refuses(&["connection_not_found", "connection_out_of_scope", "nothing_to_authenticate", "app_not_configured", "changed_meanwhile",
                    "credentials_rejected", "upstream_unreachable", "upstream_timeout"]),
            Operation::new("POST", "/connections/{connection_id}/verify", "verifyConnection", "Ask the upstream about a connection now")
                .says("What it says is written down: ACTIVE becomes FAILED when it refuses the credentials, FAILED becomes ACTIVE when it takes them.")
                .answers::<VerifiedConnection>(200, "What the upstream said, and the connection as it is now.")
                .refuses(&["connection_not_found", "connection_out_of_scope"]),
            Operation::new("POST", "/connections/{connection_id}/hook", "hookConnection", "Let a connection be told of incoming texts")
                .says("Whoever answers STOP then gets nothing more over this connection. The address is shown once; the one before stops working.")
                .answers::<ConnectionHook>(200, "Where the provider is to push incoming texts.")
                .refuses(&["connection_not_found", "connection_out_of_scope", "nothing_to_hear", "changed_meanwhile"]),
            hear("GET", "hearByQuery", "A push in the query"),
            hear("POST", "hearByBody", "A push in the body")
                .body::<Value>(false, &["application/x-www-form-urlencoded", "application/json"], json!({"from": "+15551234567", "body": "STOP"})),
        ],
    }
}

/// Providers push as they like: any names, any values.
fn hear(method: &'static str, id: &'static str, summary: &'static str) -> Operation {
    Operation::new(method, "/hooks/{token}", id, summary)
        .says("For providers: the address that `POST /connections/{connection_id}/hook` gave. STOP and its like opt the sender out, START and its like back in; nothing else comes of it.")
        .public()
        .answers::<Value>(200, "What was heard.")
        .refuses(&["unknown_hook", "rate_limited", "outcome_unknown"])
}
