//! `POST /v3/lists`. Names need not differ: that is for the account's owner to decide.

use axum::extract::State;
use axum::response::Response;
use postern_store::Lane;
use postern_store::lists::{self, List};
use postern_wire::clicksend::list::ListRequest;

use super::{in_wire, name};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn create(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<ListRequest>,
) -> Result<Response, ApiError> {
    let name = name(request)?;
    let (id, now) = (account.id, state.now());
    let email_id = email_id(postern_vault::random());
    let list = state
        .store
        .write(Lane::of(id.0), move |tx| {
            Ok(List {
                list_id: lists::create(tx, id, &name, &email_id, now)?,
                name: name.clone(),
                email_id: email_id.clone(),
                opt_out: false,
                contacts: 0,
                import_in_progress: false,
                opt_out_in_progress: false,
            })
        })
        .await?;
    Ok(answer::success("New list has been created.", in_wire(list)))
}

/// Sixteen upper-case letters and digits.
fn email_id(random: [u8; 16]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letter = |byte: u8| char::from(ALPHABET[usize::from(byte % 32)]);
    random.into_iter().map(letter).collect()
}
