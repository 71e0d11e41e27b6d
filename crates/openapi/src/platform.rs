//! The platform's document: ClickSend's API v3 as far as it is here, and what we add.

mod account;
mod automations;
mod campaigns;
mod contacts;
mod files;
mod links;
mod lists;
mod messages;
mod numbers;
mod parts;
mod senders;
mod sms;
mod surface;

use serde_json::{Value, json};

use crate::document::{Tag, assemble};

const DESCRIPTION: &str = "\
ClickSend's API v3, as the built-in platform answers it. The same calls go to a real ClickSend account when a connection to one is chosen.

Through the gateway: `/clicksend` in front of the path, and a key. On the platform's own address: username and API key of an account.

Every answer is an envelope, errors included: `http_code`, `response_code`, `response_msg`, `data`. Numbers may be written as texts and texts as \
numbers. A send answers 200 even when every message was refused: look at `messages[].status`.";

fn tags() -> Vec<Tag> {
    vec![
        sms::tag(),
        messages::mms(),
        messages::voice(),
        campaigns::tag(),
        lists::tag(),
        contacts::tag(),
        numbers::tag(),
        senders::tag(),
        senders::email(),
        automations::tag(),
        links::tag(),
        files::tag(),
        account::tag(),
        account::reference(),
    ]
}

/// # Panics
/// When an operation names something in its path that nobody knows: the test that compares the document says so.
#[must_use]
pub fn document() -> Value {
    let codes: Vec<Value> = surface::CODES
        .iter()
        .map(|(status, code, sentence)| json!({"status": status, "error": code, "description": sentence}))
        .collect();
    let head = json!({
        "x-error-words": codes,
        "info": {
            "title": "Postern platform API (ClickSend v3)",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "servers": [
            {"url": "/clicksend", "description": "Through the gateway, with a key"},
            {"url": "/", "description": "The platform's own address, with username and API key"},
        ],
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "bearerFormat": "pst_live_… or pst_test_…", "description": "Through the gateway: an API key of it."},
                "account": {"type": "http", "scheme": "basic", "description": "On the platform's own address: username and API key of an account."},
            },
            "headers": {
                "Limit": {"description": "Calls a minute.", "required": false, "schema": {"type": "integer"}},
                "Remaining": {"description": "Calls that are left in this minute.", "required": false, "schema": {"type": "integer"}},
            },
        },
    });
    assemble(head, &surface::Platform, tags())
}
