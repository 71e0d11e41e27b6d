//! Alpha tags, default senders, and e-mail addresses.

use postern_wire::clicksend::email::{EmailAddress, EmailAddressRequest};
use postern_wire::clicksend::sender::{
    AlphaTag, AlphaTagRequest, AlphaTags, Compliant, DefaultSender, DefaultSenderRequest,
    DefaultSenders,
};
use serde_json::{Value, json};

use super::parts::{Nothing, cursor, uuid};
use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, words};

fn strategy() -> Value {
    json!({"country_code": "AU", "product_type": "SMS", "default_sender_strategies": [{"sender_type": "shared_longcode", "sender_id": ""}]})
}

pub(super) fn tag() -> Tag {
    let number = json!({"type": "integer", "minimum": 0});
    let countries = json!({"type": "string", "pattern": "^[A-Z]{2}(,[A-Z]{2})*$"});
    Tag {
        name: "Senders",
        description: "Whom recipients see: names, and which sender goes to which country.",
        operations: vec![
            Operation::new("GET", "/v3/alpha-tags", "listAlphaTags", "List alpha tags")
                .with(cursor("page_size", uuid()))
                .answers::<AlphaTags>(200, "One page, without the envelope."),
            Operation::new(
                "POST",
                "/v3/alpha-tags",
                "requestAlphaTag",
                "Ask for an alpha tag",
            )
            .takes::<AlphaTagRequest>(
                json!({"alpha_tag": "Example", "reason": "Our name", "countries": ["AU"]}),
            )
            .answers::<AlphaTag>(200, "The tag, without the envelope."),
            Operation::new(
                "GET",
                "/v3/alpha-tags/{alpha_tag_id}",
                "readAlphaTag",
                "Read an alpha tag",
            )
            .answers::<AlphaTag>(200, "The tag, without the envelope."),
            Operation::new(
                "DELETE",
                "/v3/alpha-tags/{alpha_tag_id}",
                "deleteAlphaTag",
                "Delete an alpha tag",
            )
            .wraps::<Nothing>(),
            Operation::new(
                "GET",
                "/v3/senders/default-senders",
                "listDefaultSenders",
                "List default senders",
            )
            .with(cursor("per_page", number))
            .with([Parameter::query(
                "sort_by",
                "By what.",
                words(&["created_timestamp", "country_code"]),
            )])
            .wraps::<DefaultSenders>(),
            Operation::new(
                "POST",
                "/v3/senders/default-senders",
                "createDefaultSender",
                "Say which sender goes to a country",
            )
            .takes::<DefaultSenderRequest>(strategy())
            .wraps::<DefaultSender>(),
            Operation::new(
                "GET",
                "/v3/senders/default-senders/{default_sender_id}",
                "readDefaultSender",
                "Read a default sender",
            )
            .wraps::<DefaultSender>(),
            Operation::new(
                "PATCH",
                "/v3/senders/default-senders/{default_sender_id}",
                "updateDefaultSender",
                "Change a default sender",
            )
            .takes::<DefaultSenderRequest>(strategy())
            .wraps::<DefaultSender>(),
            Operation::new(
                "DELETE",
                "/v3/senders/default-senders/{default_sender_id}",
                "deleteDefaultSender",
                "Delete a default sender",
            )
            .answer(204, "It is gone.", None),
            Operation::new(
                "GET",
                "/v3/senders/compliant-sender-types",
                "listCompliantSenders",
                "Which senders may go to which country",
            )
            .with([
                Parameter::query("filter[product_type]", "There is one.", words(&["SMS"]))
                    .required(),
                Parameter::query(
                    "filter[country_code]",
                    "Of these countries, with commas between them.",
                    countries,
                ),
            ])
            .wraps::<Compliant>(),
        ],
    }
}

pub(super) fn email() -> Tag {
    Tag {
        name: "E-mail addresses",
        description: "Addresses that mail may come from, once somebody there has said so.",
        operations: vec![
            Operation::new(
                "GET",
                "/v3/email/addresses",
                "listEmailAddresses",
                "List addresses",
            )
            .pages::<EmailAddress>(),
            Operation::new(
                "POST",
                "/v3/email/addresses",
                "createEmailAddress",
                "Add an address",
            )
            .takes::<EmailAddressRequest>(json!({"email_address": "ada@example.com"}))
            .wraps::<EmailAddress>(),
            Operation::new(
                "GET",
                "/v3/email/addresses/{email_address_id}",
                "readEmailAddress",
                "Read an address",
            )
            .wraps::<EmailAddress>(),
            Operation::new(
                "DELETE",
                "/v3/email/addresses/{email_address_id}",
                "deleteEmailAddress",
                "Delete an address",
            )
            .wraps::<()>(),
            Operation::new(
                "PUT",
                "/v3/email/address-verify/{email_address_id}/send",
                "sendEmailToken",
                "Send a token to an address",
            )
            .wraps::<()>(),
            Operation::new(
                "PUT",
                "/v3/email/address-verify/{email_address_id}/verify/{activation_token}",
                "verifyEmailAddress",
                "Say the token",
            )
            .wraps::<EmailAddress>(),
        ],
    }
}
