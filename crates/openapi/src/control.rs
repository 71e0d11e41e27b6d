//! The control plane's document.

mod accounts;
mod alerts;
mod approvals;
mod audit;
mod connections;
mod events;
mod inbox;
mod keys;
mod limits;
mod operators;
mod schemas;
mod sends;
mod simulator;
mod surface;
mod usage;
mod vault;
mod webhooks;

use serde_json::{Value, json};

use crate::document::{Tag, assemble};
use crate::words::{FAMILIES, words};

const DESCRIPTION: &str = "\
Keys, connections, limits, approvals, the record of sends and the audit: what stands around calls to apps.

Calls themselves go to `/{app}/{native path}` on the same address, with the same key; for `clicksend` they are described in \
`/openapi/platform.json`, under the server `/clicksend`. `Maton-Connection` or `Postern-Connection` chooses the connection.

Every answer carries `X-Request-Id`. A refusal is a `Problem`: `error` is the stable word, `message` is for people and may be reworded. \
Answers may grow by fields.";

fn tags() -> Vec<Tag> {
    vec![
        keys::tag(),
        connections::tag(),
        sends::tag(),
        approvals::tag(),
        inbox::tag(),
        events::tag(),
        usage::tag(),
        webhooks::tag(),
        simulator::tag(),
        limits::tag(),
        limits::freeze_tag(),
        alerts::tag(),
        accounts::tag(),
        operators::tag(),
        audit::tag(),
        vault::tag(),
    ]
}

/// # Panics
/// When an operation names a word or a path that nobody knows: the test that compares the document says so.
#[must_use]
pub fn document() -> Value {
    let words: Vec<Value> = words()
        .chain(FAMILIES)
        .map(|(status, word, sentence)| json!({"status": status, "error": word, "description": sentence}))
        .collect();
    let head = json!({
        "info": {
            "title": "Postern control API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The gateway's own address"}],
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "bearerFormat": "pst_live_… or pst_test_…", "description": "An API key."},
                "keyAsPassword": {"type": "http", "scheme": "basic", "description": "The same key as the password, under any name."},
                "session": {"type": "http", "scheme": "bearer", "bearerFormat": "pso_…", "description": "The session of an operator: `POST /console/session`."},
            },
            "headers": {
                "RequestId": {"description": "Names this request in the log and in the audit.", "required": true, "schema": {"type": "string"}},
                "RetryAfter": {"description": "Whole seconds to wait.", "required": true, "schema": {"type": "integer", "minimum": 0}},
                "Challenge": {"description": "How to present a key.", "required": true, "schema": {"type": "string"}},
            },
        },
        "x-error-words": words,
    });
    assemble(head, &surface::Control, tags())
}
