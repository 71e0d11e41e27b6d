//! `GET /v3/search/contacts-lists`: lists by name, then contacts by name, number, e-mail address or organisation; a part is enough.

use axum::extract::State;
use axum::response::Response;
use postern_domain::contact::Field;
use postern_store::contacts::{self, Contact};
use postern_store::lists;
use postern_wire::clicksend::Page;
use postern_wire::clicksend::contact::SearchRow;

use super::wanted;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch};
use crate::state::PlatformState;

pub(crate) async fn contacts_lists(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let (text, digits) = wanted(query.q.as_deref())?;
    let id = account.id;
    let turn = state.scans.acquire().await.ok();
    let search = lists::Search {
        part: Some(text.clone()),
        skip: stretch.skip(),
        limit: stretch.limit,
        ..lists::Search::default()
    };
    let (of_lists, of_contacts) = state
        .store
        .read(move |tx| {
            let of_lists = lists::search(tx, id, &search)?;
            let skip = (search.skip - of_lists.total).max(0);
            let limit = search.limit - of_lists.rows.len() as i64;
            let of_contacts = contacts::suggest(tx, id, &text, &digits, true, skip, limit)?;
            Ok((of_lists, of_contacts))
        })
        .await?;
    drop(turn);
    let total = of_lists.total + of_contacts.total;
    let mut rows: Vec<_> = of_lists.rows.into_iter().map(of_list).collect();
    rows.extend(
        of_contacts
            .rows
            .into_iter()
            .map(|(contact, _)| of_contact(contact)),
    );
    let page = Page::new(
        total,
        stretch.limit,
        stretch.page,
        "/v3/search/contacts-lists",
        rows,
    );
    Ok(answer::success("Here are some search result.", page))
}

fn of_list(list: lists::List) -> SearchRow {
    SearchRow {
        id: list.list_id,
        name: list.name,
        contact: list.email_id,
        contacts_count: list.contacts,
        r#type: "list".to_owned(),
    }
}

fn of_contact(contact: Contact) -> SearchRow {
    let ways = [Field::PhoneNumber, Field::Email, Field::FaxNumber];
    let way = ways.into_iter().map(|way| contact.fields.get(way));
    SearchRow {
        id: contact.contact_id,
        name: contact.fields.name(),
        contact: way
            .into_iter()
            .find(|w| !w.is_empty())
            .unwrap_or_default()
            .to_owned(),
        contacts_count: 1,
        r#type: "contact".to_owned(),
    }
}
