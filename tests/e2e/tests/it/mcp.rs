//! Agents: the official client over both transports, in both generations of the protocol, and the conformance suite.

mod doors;
mod with_mcp_client;
mod with_mcp_conformance;

use anyhow::Result;
use postern_e2e::Api;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Fast enough for a program that does not think between two calls.
fn quick(command: &mut std::process::Command) {
    command
        .env("POSTERN_LIMITS_RATE_PER_SECOND", "1000")
        .env("POSTERN_LIMITS_RATE_BURST", "1000");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/mcp")
}

fn initialize() -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "e2e", "version": "1"}}})
}

async fn ask(api: &Api, headers: &[(&str, &str)], body: &Value) -> Result<postern_e2e::Answer> {
    let mut request = api
        .request(reqwest::Method::POST, "/mcp")
        .header("Accept", "application/json, text/event-stream")
        .json(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    postern_e2e::api::send(request).await
}
