//! `/v3/numbers` and `/v3/own-numbers`.

use postern_wire::clicksend::Envelope;
use postern_wire::clicksend::number::{
    Dedicated, NumbersPage, OnSale, PurchaseRequest, Purchased, RegistrationRequest,
};
use postern_wire::clicksend::sender::{OwnNumber, OwnNumberRequest, OwnNumbers, Verification};
use serde_json::json;

use super::parts::{cursor, paging, uuid};
use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, text, words};

pub(super) fn tag() -> Tag {
    let registration = json!({
        "full_name": "Ada Lovelace", "company_name": "Example", "email": "ada@example.com", "website_url": "https://example.com",
        "sample_message": "Your code is 427", "primary_use_case": "One-time codes", "company_number": "12345", "area_code": "212",
    });
    Tag {
        name: "Numbers",
        description: "Numbers that are bought, and numbers of one's own that are verified.",
        operations: vec![
            Operation::new(
                "GET",
                "/v3/numbers",
                "listNumbers",
                "Numbers that were bought",
            )
            .with(paging())
            .with([
                Parameter::query(
                    "q",
                    "A part of the number.",
                    json!({"type": "string", "pattern": "^[+0-9]*$"}),
                ),
                Parameter::query(
                    "q2",
                    "Another part of the number.",
                    json!({"type": "string", "pattern": "^[+0-9]*$"}),
                ),
                Parameter::query("excluding_number_type", "None of this type.", text()),
            ])
            .answers::<Envelope<NumbersPage<Dedicated>>>(200, "One page."),
            Operation::new(
                "GET",
                "/v3/numbers/search/{country}",
                "searchNumbers",
                "Numbers on sale",
            )
            .with(paging())
            .with([
                Parameter::query(
                    "search",
                    "Digits of the number.",
                    json!({"type": "string", "pattern": "^[0-9]*$"}),
                ),
                Parameter::query(
                    "search_type",
                    "0: it starts with them, 1: they are anywhere, 2: it ends with them.",
                    words(&["0", "1", "2"]),
                ),
            ])
            .answers::<Envelope<NumbersPage<OnSale>>>(200, "One page."),
            Operation::new(
                "POST",
                "/v3/numbers/buy/{dedicated_number}",
                "buyNumber",
                "Buy a number",
            )
            .says("Costs credit. Agent keys need a rule that names it.")
            .may_take::<PurchaseRequest>(json!({"type": "sms"}))
            .wraps::<Purchased>(),
            Operation::new(
                "POST",
                "/v3/numbers/registrations/number-types/{number_type}/country/{country_code}",
                "registerNumbers",
                "Apply for numbers that need it",
            )
            .takes::<RegistrationRequest>(registration)
            .wraps::<()>(),
            Operation::new(
                "GET",
                "/v3/own-numbers",
                "listOwnNumbers",
                "List own numbers",
            )
            .with(cursor("page_size", uuid()))
            .with([Parameter::query(
                "filter[status][]",
                "In this state only.",
                words(&["APPROVED", "PENDING"]),
            )])
            .answers::<OwnNumbers>(200, "One page, without the envelope."),
            Operation::new(
                "GET",
                "/v3/own-numbers/{own_number_id}",
                "readOwnNumber",
                "Read an own number",
            )
            .answers::<OwnNumber>(200, "The number, without the envelope."),
            Operation::new(
                "PATCH",
                "/v3/own-numbers/{own_number_id}",
                "renameOwnNumber",
                "Label an own number",
            )
            .may_take::<OwnNumberRequest>(json!({"label": "Office"}))
            .answers::<OwnNumber>(200, "The number, without the envelope."),
            Operation::new(
                "DELETE",
                "/v3/own-numbers/{own_number_id}",
                "deleteOwnNumber",
                "Forget an own number",
            )
            .answers::<OwnNumber>(200, "What it was."),
            Operation::new(
                "POST",
                "/v3/own-numbers/verifications",
                "startVerification",
                "Send a code to an own number",
            )
            .takes::<OwnNumberRequest>(
                json!({"phone_number": "+15551234567", "country": "US", "label": "Office"}),
            )
            .answers::<Verification>(200, "The verification, without the envelope."),
            Operation::new(
                "POST",
                "/v3/own-numbers/verifications/{verification_id}/verify",
                "verifyOwnNumber",
                "Say the code",
            )
            .takes::<OwnNumberRequest>(json!({"phone_number": "+15551234567", "code": "123456"}))
            .answers::<Verification>(200, "The verification, without the envelope."),
        ],
    }
}
