//! No secret is in the store in clear, nor in any answer but the one that hands it out.

use serde_json::json;

use crate::bed::{Bed, provider};

fn holds(bytes: &[u8], needle: &str) -> bool {
    bytes
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}

#[tokio::test]
async fn the_store_holds_no_secret_in_clear() {
    let (bed, provider) = (Bed::open().await, provider().await);
    let canary = "CANARY-credential-7c1d9e55aa";
    let body = json!({"app": "clicksend", "upstream": provider.url(), "verify": false, "credentials": {"username": "known-user", "password": canary}});
    let made = bed.post("/connections", body).await;
    assert!(!made.text.contains(canary));
    let path = format!(
        "/connections/{}",
        made.expect(201)["connection_id"].as_str().unwrap()
    );
    for path in [path.as_str(), "/connections", "/user", "/keys"] {
        assert!(!bed.get(&bed.full, path).await.text.contains(canary));
    }
    let link = bed
        .post(&format!("{path}/reconnect"), json!({}))
        .await
        .expect(200);
    let token = link["connection"]["url"]
        .as_str()
        .unwrap()
        .split_once('=')
        .unwrap()
        .1
        .to_owned();
    let account = bed
        .post("/accounts", json!({"username": "acme"}))
        .await
        .expect(201)["api_key"]
        .as_str()
        .unwrap()
        .to_owned();
    let key = bed.post("/keys", json!({"name": "n"})).await.expect(201)["api_key"]
        .as_str()
        .unwrap()
        .to_owned();
    bed.directory.flush().await.unwrap();

    let bytes = bed.bytes_on_disk();
    assert!(holds(&bytes, "known-user"), "the search works");
    for secret in [
        canary,
        &token,
        &account,
        &key,
        &bed.full,
        &bed.agent,
        &key[9..41],
    ] {
        assert!(!holds(&bytes, secret), "{secret}");
    }
}
