//! The official client for Python, over both transports and in both generations of the protocol.

mod approval;
mod refusals;
mod scope;
mod sending;

use anyhow::Result;
use postern_e2e::{Home, Server, peers, script};
use serde_json::Value;

use super::{folder, quick};

fn run(
    home: &Home,
    server: &Server,
    key: &str,
    how: (&str, &str),
    program: &str,
    more: &[(&str, &str)],
) -> Result<Value> {
    let (transport, mode) = how;
    let postern = postern_e2e::environment::program()?.display().to_string();
    let url = server.gateway_url();
    let mut variables = vec![
        ("TRANSPORT", transport),
        ("MODE", mode),
        ("POSTERN", postern.as_str()),
        ("POSTERN_URL", url.as_str()),
        ("POSTERN_API_KEY", key),
        ("PYTHONDONTWRITEBYTECODE", "1"),
    ];
    variables.extend(more);
    script::json_of(
        &peers::python_mcp()?,
        &folder().join(program),
        &variables,
        home.path(),
    )
}

fn calls(home: &Home, server: &Server, key: &str, calls: &Value) -> Result<Value> {
    let text = calls.to_string();
    run(
        home,
        server,
        key,
        ("http", "legacy"),
        "call.py",
        &[("CALLS", &text)],
    )
}
