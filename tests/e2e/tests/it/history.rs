//! Reading all of a message history, page by page.

use anyhow::{Context as _, Result};
use postern_e2e::Api;
use serde_json::{Value, json};

/// The largest page there is.
const LIMIT: usize = 100;

/// Every message in the history; `prefix` is `/clicksend` through the gateway and empty natively.
pub async fn all(api: &Api, prefix: &str) -> Result<Vec<Value>> {
    let mut messages = Vec::new();
    for page in 1.. {
        let answer = api
            .get(&format!(
                "{prefix}/v3/sms/history?page={page}&limit={LIMIT}"
            ))
            .await?
            .expect(200)?;
        let rows = answer["data"]["data"]
            .as_array()
            .with_context(|| format!("no rows in {answer}"))?;
        messages.extend(rows.iter().cloned());
        let last = answer["data"]["last_page"]
            .as_u64()
            .with_context(|| format!("no last_page in {answer}"))?;
        if page >= last {
            break;
        }
    }
    Ok(messages)
}

/// The body of a send: one message for each reference, which travels as its `custom_string`. The texts differ: the same text
/// to the same number a moment later is throttled, as it is by the real service.
pub fn messages(references: &[String]) -> Value {
    let messages: Vec<Value> = references
        .iter()
        .map(|reference| json!({"to": "+15551234567", "body": format!("Hello {reference}"), "source": "e2e", "custom_string": reference}))
        .collect();
    json!({"messages": messages})
}

/// The account's balance in units of its currency.
pub async fn balance(api: &Api, prefix: &str) -> Result<f64> {
    let answer = api
        .get(&format!("{prefix}/v3/account"))
        .await?
        .expect(200)?;
    let text = answer["data"]["balance"]
        .as_str()
        .with_context(|| format!("no balance in {answer}"))?;
    Ok(text.parse()?)
}
