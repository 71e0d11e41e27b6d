//! What is committed is what this code makes: byte for byte.

use std::path::PathBuf;

use serde_json::Value;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/openapi")
        .join(name)
}

#[expect(
    clippy::disallowed_methods,
    reason = "how `cargo xtask docs` tells a test to write"
)]
fn compare(name: &str, document: &Value) {
    let made = serde_json::to_string_pretty(document).expect("values are JSON") + "\n";
    if std::env::var_os("POSTERN_WRITE_DOCS").is_some() {
        std::fs::write(file(name), &made).expect("the folder can be written to");
    }
    let committed = std::fs::read_to_string(file(name)).unwrap_or_default();
    assert!(
        committed == made,
        "docs/openapi/{name} is stale; run `cargo xtask docs`"
    );
}

#[test]
fn the_committed_documents_are_those_of_this_code() {
    compare("control.json", &postern_openapi::control());
    compare("platform.json", &postern_openapi::platform());
}
