//! Something of everything, so that reading it can be seen: the values of segments of paths.

use anyhow::{Context as _, Result};
use postern_e2e::{Api, Server};
use serde_json::{Value, json};

/// Segments by their names in the document.
type Known = Vec<(&'static str, String)>;

fn said(answer: &Value, pointer: &str) -> Result<String> {
    let value = answer.pointer(pointer);
    let value = value.with_context(|| format!("no {pointer} in {answer}"))?;
    Ok(value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned))
}

/// A key, a connection, an account, a send, an approval, an endpoint.
pub(super) async fn control(server: &Server) -> Result<Known> {
    let api = server.api();
    let limits = json!({"name": "limited", "limits": {"messages_per_day": 50, "approval_above": {"messages": 1}}});
    let key = api.post("/keys", &limits).await?.expect(201)?;
    let agent = Api::bearer(&server.gateway_url(), &said(&key, "/api_key")?);
    let message = |to: &str, body: &str| json!({"to": to, "body": body});
    let one = json!({"messages": [message("+15551234567", "Your code is 4711")]});
    agent
        .post("/clicksend/v3/sms/send", &one)
        .await?
        .expect(200)?;
    let two =
        json!({"messages": [message("+15551234567", "both"), message("+15551234568", "both")]});
    let held = agent
        .post("/clicksend/v3/sms/send", &two)
        .await?
        .expect(403)?;
    api.put("/limits", &json!({"limits": {"messages_per_day": 1000}}))
        .await?
        .expect(200)?;
    let endpoint = json!({"url": "http://127.0.0.1:9/alerts"});
    api.post("/alerts/endpoints", &endpoint)
        .await?
        .expect(201)?;
    api.post(
        "/freeze",
        &json!({"scope": "key", "id": said(&key, "/key_id")?}),
    )
    .await?
    .expect(200)?;
    let sends = api.get("/sends").await?.expect(200)?;
    let connections = api.get("/connections").await?.expect(200)?;
    let accounts = api.get("/accounts").await?.expect(200)?;
    Ok(vec![
        ("key_id", said(&key, "/key_id")?),
        ("send_id", said(&sends, "/sends/0/send_id")?),
        ("approval_id", said(&held, "/approval_id")?),
        (
            "connection_id",
            said(&connections, "/connections/0/connection_id")?,
        ),
        ("account_id", said(&accounts, "/accounts/0/account_id")?),
    ])
}

/// A message with its receipt, a list with a contact, a template, campaigns, rules, senders.
pub(super) async fn platform(server: &Server) -> Result<Known> {
    let api = server.native();
    let made = |path: &'static str, body: Value| {
        let api = &api;
        async move { api.post(path, &body).await?.expect(200) }
    };
    let text = json!({"to": "+15551234567", "body": "Your code is 4711 https://example.com/a"});
    let texts = json!({"messages": [text], "shorten_urls": true});
    let sent = made("/v3/sms/send", texts).await?;
    let message_id = said(&sent, "/data/messages/0/message_id")?;
    let call = json!({"messages": [{"to": "+15551234567", "body": "Hello", "lang": "en-au", "voice": "female"}]});
    made("/v3/voice/send", call).await?;
    let list = made("/v3/lists", json!({"list_name": "Customers"})).await?;
    let list_id = said(&list, "/data/list_id")?;
    let contacts = format!("/v3/lists/{list_id}/contacts");
    let contact =
        json!({"phone_number": "+15551234569", "first_name": "Ada", "email": "ada@example.com"});
    let contact = api.post(&contacts, &contact).await?.expect(200)?;
    let template = json!({"template_name": "Reminder", "body": "See you"});
    let template = made("/v3/sms/templates", template).await?;
    let campaign =
        json!({"list_id": list_id, "name": "Sale", "body": "Hello (First Name)", "from": ""});
    let campaign = made("/v3/sms-campaigns/send", campaign).await?;
    let rule = json!({"rule_name": "us", "match_type": 0, "action": "URL", "action_address": "http://127.0.0.1:9/", "enabled": 1});
    let receipts = made("/v3/automations/sms/receipts", rule).await?;
    let rule = json!({"rule_name": "us", "dedicated_number": "*", "message_search_type": 0, "message_search_term": "", "action": "URL",
        "action_address": "http://127.0.0.1:9/", "enabled": 1, "webhook_type": "json"});
    let inbound = made("/v3/automations/sms/inbound", rule).await?;
    let address = made(
        "/v3/email/addresses",
        json!({"email_address": "ada@example.com"}),
    )
    .await?;
    let tag = made(
        "/v3/alpha-tags",
        json!({"alpha_tag": "Example", "reason": "Our name"}),
    )
    .await?;
    let own = json!({"phone_number": "+15551234570", "country": "US", "label": "Office"});
    let own = made("/v3/own-numbers/verifications", own).await?;
    made("/v3/sms/receipts", json!({"url": "poll"})).await?;
    made("/v3/voice/receipts", json!({"url": "poll"})).await?;
    made("/v3/sms/inbound", json!({"url": "poll"})).await?;
    // The receipt comes when the simulator has delivered it.
    server
        .api()
        .get("/inbox?to=%2B15551234567&wait=30s")
        .await?
        .expect(200)?;
    Ok(vec![
        ("message_id", message_id.clone()),
        ("source", "quick_sms".to_owned()),
        ("source_id", message_id),
        ("list_id", list_id),
        ("contact_id", said(&contact, "/data/contact_id")?),
        ("template_id", said(&template, "/data/template_id")?),
        ("sms_campaign_id", said(&campaign, "/data/sms_campaign_id")?),
        ("receipt_rule_id", said(&receipts, "/data/receipt_rule_id")?),
        ("inbound_rule_id", said(&inbound, "/data/inbound_rule_id")?),
        (
            "email_address_id",
            said(&address, "/data/email_address_id")?,
        ),
        ("alpha_tag_id", said(&tag, "/id")?),
        ("own_number_id", said(&own, "/own_number_id")?),
    ])
}
