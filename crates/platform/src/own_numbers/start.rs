//! `POST /v3/own-numbers/verifications`: a code goes to the handset. The simulator leaves it in its mailbox, where the account cannot read
//! it: whoever types it in has seen the handset.

use axum::extract::State;
use axum::response::Response;
use postern_domain::phone::{CountryCode, Recipient};
use postern_store::Lane;
use postern_store::mailbox::{self, Mail};
use postern_store::own_numbers::{self, NewVerification, Started};
use postern_wire::clicksend::sender::OwnNumberRequest;

use super::{label, verification};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::{bare, new_id};
use crate::payload::Payload;
use crate::state::PlatformState;

const CODES: u64 = 1_000_000;
const ATTEMPTS: i64 = 3;
const LIFETIME_SECONDS: i64 = 600;

pub(crate) async fn start(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<OwnNumberRequest>,
) -> Result<Response, ApiError> {
    let home = request.country.as_deref().and_then(CountryCode::parse);
    let text = request.phone_number.unwrap_or_default();
    let phone_number = Recipient::parse(&text, home.unwrap_or(account.country))
        .map_err(|_| ApiError::Invalid("phone_number is missing or no telephone number.".into()))?;
    let code = format!("{:06}", u64::from_be_bytes(postern_vault::random()) % CODES);
    let hashed = (state.peppers)().hash_current(code.as_bytes());
    let now = state.now();
    let new = NewVerification {
        verification_id: new_id(),
        own_number_id: new_id(),
        phone_number,
        label: label(request.label)?,
        code_hash: hashed.hash,
        pepper_version: hashed.version,
        attempts: ATTEMPTS,
        expires_at: now.plus_secs(LIFETIME_SECONDS),
    };
    let sms = Mail {
        recipient: new.phone_number.as_str().to_owned(),
        subject: "SMS".to_owned(),
        body: format!("Your verification code is {code}. It is good for ten minutes."),
    };
    let id = account.id;
    let started = state
        .store
        .write(Lane::of(id.0), move |tx| {
            let started = own_numbers::start(tx, id, &new, now)?;
            if matches!(started, Started::Done(_)) {
                mailbox::deliver(tx, id, &sms, now)?;
            }
            Ok(started)
        })
        .await?;
    match started {
        Started::Done(found) => Ok(bare(&verification(found, now))),
        Started::TooMany => Err(ApiError::TooMany),
    }
}
