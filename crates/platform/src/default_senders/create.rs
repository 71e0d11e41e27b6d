//! `POST /v3/senders/default-senders`.

use axum::extract::State;
use axum::response::Response;
use postern_domain::phone::CountryCode;
use postern_store::Lane;
use postern_store::default_senders::{self, DefaultSender};
use postern_wire::clicksend::sender::DefaultSenderRequest;

use super::strategy::{Fault, NOT_OWNED, is_owned, read};
use super::{DONE, PRODUCT, in_wire, refused};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::new_id;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn create(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<DefaultSenderRequest>,
) -> Result<Response, ApiError> {
    let code = request.country_code.unwrap_or_default();
    let Some(country) = CountryCode::parse(code.trim()) else {
        return Ok(refused(
            "country_code",
            "must be a country code of two letters",
        ));
    };
    if !request
        .product_type
        .as_deref()
        .unwrap_or(PRODUCT)
        .eq_ignore_ascii_case(PRODUCT)
    {
        return Ok(refused("product_type", "must be SMS"));
    }
    let strategy = match read(request.default_sender_strategies, account.country) {
        Ok(strategy) => strategy,
        Err(Fault(field, reason)) => return Ok(refused(field, reason)),
    };
    let (id, now) = (account.id, state.now());
    let sender = DefaultSender {
        default_sender_id: new_id(),
        country,
        strategy,
        created_at: now,
        updated_at: now,
    };
    let new = sender.clone();
    let made = state
        .store
        .write(Lane::of(id.0), move |tx| {
            match is_owned(tx, id, &new.strategy)? {
                true => default_senders::create(tx, id, &new).map(Some),
                false => Ok(None),
            }
        })
        .await?;
    match made {
        Some(true) => Ok(answer::success(DONE, in_wire(sender, id))),
        Some(false) => Ok(refused(
            "country_code",
            "this country has a default sender already",
        )),
        None => Ok(refused(NOT_OWNED.0, NOT_OWNED.1)),
    }
}
