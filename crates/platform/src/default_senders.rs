//! Everything under `/v3/senders`, one file an operation.

mod compliant;
mod create;
mod delete;
mod list;
mod strategy;
mod update;
mod view;

use axum::response::Response;
use http::StatusCode;
use postern_domain::account::AccountId;
use postern_store::default_senders::DefaultSender;
use postern_wire::clicksend::sender as wire;

use crate::answer;
use crate::error::ApiError;
use crate::newer::iso;

pub(crate) use compliant::compliant;
pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use list::list;
pub(crate) use update::update;
pub(crate) use view::view;

const NOT_FOUND: ApiError = ApiError::NotFound("Default sender record not found.");
const DONE: &str = "Operation completed successfully";
const PRODUCT: &str = "SMS";

/// Kinds of senders, in ClickSend's words.
const SENDER_TYPES: [&str; 7] = [
    "alpha_tag",
    "10DLC",
    "tollfree",
    "own_number",
    "shortcode",
    "longcode",
    "shared_longcode",
];

fn in_wire(sender: DefaultSender, account: AccountId) -> wire::DefaultSender {
    wire::DefaultSender {
        id: sender.default_sender_id,
        user_id: account.0,
        subaccount_id: account.0,
        country_code: sender.country.to_string(),
        product_type: PRODUCT.into(),
        default_sender_strategies: vec![wire::Strategy {
            sender_type: sender.strategy.sender_type,
            sender_id: sender.strategy.sender_id,
            sender_country_code: sender.strategy.sender_country,
            priority: 1,
            status: "ENABLED".into(),
            note: sender.strategy.note,
        }],
        status: "ENABLED".into(),
        created_timestamp: iso(sender.created_at),
        updated_timestamp: iso(sender.updated_at),
    }
}

/// The refusal of these operations says which field is wrong beside `data`.
fn refused(field: &str, reason: &str) -> Response {
    let body = wire::DefaultSenderError {
        http_code: StatusCode::BAD_REQUEST.as_u16(),
        response_code: "BAD_REQUEST".into(),
        response_msg: "Failed to process default sender".into(),
        data: (),
        details: vec![wire::Detail {
            field: field.to_owned(),
            reason: reason.to_owned(),
        }],
    };
    let body = serde_json::to_vec(&body).expect("a struct of texts is JSON");
    answer::json(StatusCode::BAD_REQUEST, body)
}
