//! `/accounts/{account_id}/transfers/{source}`: what `postern import` brings, and how far it has come.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_domain::contact::{Field, Fields};
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;
use postern_store::accounts::Account;
use postern_store::messages::{self, Past};
use postern_store::transfers::{self, Taken};
use postern_store::{Lane, Tx};
use postern_wire::control::{Transfer, TransferPlaces, TransferText, Transferred};

use super::{find, unnarrowed};
use crate::guard::Context;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// Rows of one call: one unit of work takes them all.
const ROWS_MAX: usize = 200;

pub(crate) async fn transfer_places(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path((account_id, source)): Path<(String, String)>,
) -> Result<Json<TransferPlaces>, Refusal> {
    unnarrowed(&context.caller)?;
    let account = find(&state, &account_id).await?;
    let source = named(&account, &source);
    let read = move |tx: &mut Tx<'_>| transfers::places(tx, &source);
    let places = state.store.read(read).await?.into_iter().collect();
    Ok(Json(TransferPlaces { places }))
}

pub(crate) async fn transfer(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path((account_id, source)): Path<(String, String)>,
    Payload(request): Payload<Transfer>,
) -> Result<Json<Transferred>, Refusal> {
    unnarrowed(&context.caller)?;
    let rows = request.lists.len()
        + request.contacts.len()
        + request.templates.len()
        + request.texts.len();
    if rows > ROWS_MAX {
        return Err(Refusal::invalid(
            "contacts",
            format!("{rows} rows are more than the {ROWS_MAX} that one call may bring"),
        ));
    }
    let account = find(&state, &account_id).await?;
    let source = named(&account, &source);
    let texts: Vec<Option<Past>> = request.texts.iter().map(past).collect();
    let unreadable = texts.iter().filter(|text| text.is_none()).count() as i64;
    let texts: Vec<Past> = texts.into_iter().flatten().collect();
    let email_ids: Vec<String> = request.lists.iter().map(|_| email_id()).collect();
    let now = state.now();
    let work = move |tx: &mut Tx<'_>| {
        let Some(mut taken) = messages::keep_past(tx, account.id, &texts)? else {
            return Ok(None);
        };
        taken.skipped += unreadable;
        for (list, email_id) in request.lists.iter().zip(&email_ids) {
            taken = taken.plus(transfers::list(
                tx, account.id, &source, &list.id, &list.name, email_id, now,
            )?);
        }
        for contact in &request.contacts {
            let one = match fields(&account, &contact.fields) {
                Some(fields) => transfers::contact(
                    tx,
                    account.id,
                    &source,
                    &contact.list_id,
                    &contact.id,
                    &fields,
                    now,
                )?,
                None => Taken::SKIPPED,
            };
            taken = taken.plus(one);
        }
        for template in &request.templates {
            let texts = (template.name.as_str(), template.body.as_str());
            taken = taken.plus(transfers::template(
                tx,
                account.id,
                &source,
                &template.id,
                texts,
                now,
            )?);
        }
        if let Some(place) = &request.place {
            transfers::set_place(tx, &source, &request.what, place, now)?;
        }
        Ok(Some(taken))
    };
    let lane = account_id.parse().unwrap_or_default();
    let Some(taken) = state.store.write(Lane::of(lane), work).await? else {
        return Err(Refusal::conflict(
            "history_is_newer",
            "the account has newer texts than these: its history would run backwards",
        )
        .hint(
            "import the history into an account that has sent nothing since, such as a new one",
        ));
    };
    Ok(Json(Transferred {
        added: taken.added,
        known: taken.known,
        skipped: taken.skipped,
    }))
}

fn named(account: &Account, source: &str) -> String {
    format!("{}/{source}", account.id.0)
}

/// As platform lists have them: 16 characters that nobody guesses.
fn email_id() -> String {
    let random = postern_vault::random::<8>();
    random.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// `None`: there is nothing to reach the contact by.
fn fields(account: &Account, given: &std::collections::BTreeMap<String, String>) -> Option<Fields> {
    let mut fields = Fields::default();
    for (name, value) in given {
        if let Some(field) = Field::parse(name) {
            fields.set(field, value.as_str());
        }
    }
    fields
        .completed(account.country)
        .ok()
        .filter(Fields::is_reachable)
}

fn past(text: &TransferText) -> Option<Past> {
    let status = match text.status.as_str() {
        "delivered" => Status::Delivered,
        "completed" => Status::Completed,
        "failed" => Status::Failed,
        "cancelled" => Status::Cancelled,
        _ => return None,
    };
    Some(Past {
        message_id: MessageId::parse(&text.id)?,
        accepted_at: UnixMicros::from_secs(text.date),
        recipient: text.to.clone(),
        country: text.country.clone(),
        sender: text.from.clone(),
        body: text.body.clone(),
        custom_string: text.custom_string.clone(),
        from_email: text.from_email.clone(),
        segments: text.parts,
        price: Micros::parse(&text.price).ok()?,
        status,
    })
}
