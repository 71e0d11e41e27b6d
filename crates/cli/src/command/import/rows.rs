//! ClickSend's rows as the platform takes them. Ids and numbers come as numbers or as texts.

use std::collections::BTreeMap;

use postern_wire::control::{TransferContact, TransferList, TransferTemplate, TransferText};
use serde_json::Value;

const CONTACT_FIELDS: [&str; 16] = [
    "phone_number",
    "first_name",
    "last_name",
    "custom_1",
    "custom_2",
    "custom_3",
    "custom_4",
    "fax_number",
    "organization_name",
    "email",
    "address_line_1",
    "address_line_2",
    "address_city",
    "address_state",
    "address_postal_code",
    "address_country",
];

pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

pub fn list(row: &Value) -> TransferList {
    TransferList {
        id: text(&row["list_id"]),
        name: text(&row["list_name"]),
    }
}

pub fn contact(list_id: &str, row: &Value) -> TransferContact {
    let fields = CONTACT_FIELDS
        .iter()
        .map(|name| ((*name).to_owned(), text(&row[name])));
    let fields: BTreeMap<_, _> = fields.filter(|(_, value)| !value.is_empty()).collect();
    TransferContact {
        list_id: list_id.to_owned(),
        id: text(&row["contact_id"]),
        fields,
    }
}

pub fn template(row: &Value) -> TransferTemplate {
    TransferTemplate {
        id: text(&row["template_id"]),
        name: text(&row["template_name"]),
        body: text(&row["body"]),
    }
}

/// A text with the word of what became of it; one that still waits has a word that nobody knows.
pub fn sent(row: &Value) -> TransferText {
    let parts: f64 = text(&row["message_parts"]).parse().unwrap_or_default();
    let from_email = text(&row["from_email"]);
    TransferText {
        id: text(&row["message_id"]),
        date: text(&row["date"]).parse().unwrap_or_default(),
        to: text(&row["to"]),
        country: text(&row["country"]),
        from: text(&row["from"]),
        body: text(&row["body"]),
        custom_string: text(&row["custom_string"]),
        from_email: Some(from_email).filter(|address| !address.is_empty()),
        // Recorded as 1 and as "1.00".
        parts: parts as u32,
        price: text(&row["message_price"]),
        status: status(&text(&row["status"]), &text(&row["status_code"])).to_owned(),
    }
}

/// `Completed` was handed over, `Sent` left; the code tells whether it arrived. What left four months ago and more has no code any more.
fn status(word: &str, code: &str) -> &'static str {
    match (word, code) {
        (_, "201") | ("Sent", _) => "delivered",
        ("Completed", _) => "completed",
        ("Failed", _) => "failed",
        ("Cancelled" | "CancelledAfterReview", _) => "cancelled",
        _ => "waiting",
    }
}
