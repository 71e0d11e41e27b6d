//! `/audit`: what was done and decided.

use postern_wire::control::{AuditChain, AuditKey, AuditList, AuditRecord};
use serde_json::json;

use super::keys::before;
use crate::document::Tag;
use crate::operation::{Content, Operation};
use crate::parameter::{Parameter, limit, text, words};

const ABOVE: &[&str] = &["wider_than_caller", "test_key"];

pub(super) fn tag() -> Tag {
    let number = json!({"type": "integer", "minimum": 0});
    Tag {
        name: "Audit",
        description: "What was done and decided: changes of the control plane, unsafe calls, refusals. Chained and signed, so that a stranger can check an export. Never a body, a text, a number or a secret.",
        operations: vec![
            Operation::new("GET", "/audit", "listAudit", "List records")
                .says("Newest first.")
                .with([
                    Parameter::query("actor_id", "Of this key or operator only.", text()),
                    Parameter::query("object_id", "About this key, connection or other thing only.", text()),
                    Parameter::query("action", "Of this kind only, such as `key.create`; `key.*` is everything with keys.", text()),
                    Parameter::query("since", "From this instant on, RFC 3339.", text()),
                    Parameter::query("until", "Before this instant, RFC 3339.", text()),
                    Parameter::query("decision", "What was allowed, or what was refused.", words(&["allowed", "refused"])),
                    before(),
                    limit(200),
                ])
                .answers::<AuditList>(200, "One page.")
                .refuses(ABOVE),
            Operation::new("GET", "/audit/{audit_id}", "readAuditRecord", "Read a record")
                .answers::<AuditRecord>(200, "The record.")
                .refuses(&["wider_than_caller", "test_key", "record_not_found"]),
            Operation::new("GET", "/audit/chain", "readAuditChain", "How far the chain is")
                .says("The number of the newest link, and what of it is signed.")
                .answers::<AuditChain>(200, "The chain.")
                .refuses(ABOVE),
            Operation::new("GET", "/audit/key", "readAuditKey", "What an export is verified with")
                .says("Keep it where nobody who runs the server can change it.")
                .answers::<AuditKey>(200, "The public key.")
                .refuses(ABOVE),
            Operation::new("GET", "/audit/export", "exportAudit", "Export the chain")
                .says("Lines of JSON, the last one signed; `postern audit verify` checks them anywhere.")
                .with([Parameter::query("after", "From behind this record on.", number)])
                .answer(200, "One record a line.", Some(Content::Other("application/x-ndjson")))
                .refuses(ABOVE),
        ],
    }
}
