//! Whom the messages of a call go to. A message to a list becomes one message to each of its contacts but those who opted out; a call has a
//! thousand recipients at most, and a list that does not fit is left out as a whole.

use postern_domain::account::AccountId;
use postern_domain::contact::{Field, Origin, fill};
use postern_store::contacts::{self, Contact};
use postern_store::{Tx, lists};
use postern_wire::clicksend::sms::Message;

use crate::erased::Erased;
use crate::error::ApiError;
use crate::sms::judge::{Judged, MESSAGES_MAX, Verdict};
use crate::state::PlatformState;

/// Whom one message goes to.
#[derive(Clone, Debug)]
pub(crate) enum To {
    /// Whoever the message itself names.
    Number,
    /// A list that is not the account's.
    NoList,
    /// A list with more contacts than there is room for.
    TooMany,
    Contacts(Vec<Contact>),
}

/// Reads the contacts of the lists that messages go to, in the order of the messages.
pub(crate) async fn recipients(
    state: &PlatformState,
    account: AccountId,
    list_ids: impl Iterator<Item = Option<&str>>,
) -> Result<Vec<To>, ApiError> {
    let lists: Vec<Option<i64>> = list_ids
        .map(|list_id| list_id.map(str::trim).filter(|id| is_given(id)))
        // What is no number is nobody's list.
        .map(|list_id| list_id.map(|id| id.parse().unwrap_or(-1)))
        .collect();
    let numbers = lists.iter().filter(|list| list.is_none()).count();
    if numbers == lists.len() || lists.len() > MESSAGES_MAX {
        return Ok(vec![To::Number; lists.len()]);
    }
    let erased = Erased::of(state, account).await?;
    let read = move |tx: &mut Tx<'_>| {
        let mut room = MESSAGES_MAX - numbers;
        let to = lists.iter().map(|list| match list {
            None => Ok(To::Number),
            Some(list_id) => of_list(tx, account, *list_id, &erased, &mut room),
        });
        to.collect()
    };
    Ok(state.store.read(read).await?)
}

/// `0` and `""` are how typed clients write "no list".
fn is_given(list_id: &str) -> bool {
    !matches!(list_id, "" | "0")
}

fn of_list(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    erased: &Erased,
    room: &mut usize,
) -> postern_store::Result<To> {
    if lists::get(tx, account, list_id)?.is_none() {
        return Ok(To::NoList);
    }
    let contacts = contacts::not_opted_out(tx, account, list_id, 0, *room as i64 + 1)?;
    let contacts = erased.left_out(tx, account, contacts)?;
    match room.checked_sub(contacts.len()) {
        None => Ok(To::TooMany),
        Some(left) => {
            *room = left;
            Ok(To::Contacts(contacts))
        }
    }
}

/// Judges a message for everyone it goes to.
pub(crate) fn judge_each(
    message: Message,
    to: To,
    judge_one: impl Fn(Message) -> Judged,
) -> Vec<Judged> {
    let refused = |message: Message, verdict: Verdict| {
        let mut judged = judge_one(message);
        judged.refuse(verdict);
        vec![judged]
    };
    match to {
        To::Number => vec![judge_one(message)],
        To::NoList => refused(message, Verdict::NotEnoughPermissionToListId),
        To::TooMany => refused(message, Verdict::TooManyRecipients),
        To::Contacts(contacts) => contacts
            .iter()
            .map(|contact| {
                let mut judged = judge_one(addressed(&message, contact));
                judged.origin = Some(Origin {
                    list_id: contact.list_id,
                    contact_id: contact.contact_id,
                });
                judged
            })
            .collect(),
    }
}

/// The message to one contact, its placeholders filled in.
fn addressed(message: &Message, contact: &Contact) -> Message {
    Message {
        to: Some(contact.fields.get(Field::PhoneNumber).to_owned()),
        list_id: None,
        body: message
            .body
            .as_deref()
            .map(|body| fill(body, &contact.fields).into_owned()),
        ..message.clone()
    }
}
