//! Copies and transfers from list to list. A copy is a new contact; a transferred one keeps its number.

use postern_domain::account::AccountId;
use postern_domain::contact::{Field, Fields, Origin};
use postern_domain::time::UnixMicros;

use super::{Contact, add, count, get};
use crate::{Result, Tx, lists, v};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    NoContact,
    /// The target is no list of the account.
    NoList,
    Done(Box<Contact>),
}

pub fn copy(
    tx: &mut Tx<'_>,
    account: AccountId,
    from_list: i64,
    contact_id: i64,
    to_list: i64,
    now: UnixMicros,
) -> Result<Moved> {
    let Some(contact) = get(tx, account, from_list, contact_id)? else {
        return Ok(Moved::NoContact);
    };
    let Some(number) = add(
        tx,
        account,
        to_list,
        std::slice::from_ref(&contact.fields),
        now,
    )?
    else {
        return Ok(Moved::NoList);
    };
    Ok(Moved::Done(Box::new(Contact {
        list_id: to_list,
        contact_id: number,
        created_at: now,
        updated_at: now,
        fields: contact.fields,
    })))
}

pub fn transfer(
    tx: &mut Tx<'_>,
    account: AccountId,
    from_list: i64,
    contact_id: i64,
    to_list: i64,
    now: UnixMicros,
) -> Result<Moved> {
    let Some(mut contact) = get(tx, account, from_list, contact_id)? else {
        return Ok(Moved::NoContact);
    };
    if lists::get(tx, account, to_list)?.is_none() {
        return Ok(Moved::NoList);
    }
    if from_list != to_list {
        // Lists in the order of their numbers, as everywhere.
        for list in [from_list.min(to_list), from_list.max(to_list)] {
            let change = if list == to_list { 1 } else { -1 };
            lists::count(tx, account, list, change, now)?;
            count(tx, list, [contact_id], change)?;
        }
        tx.execute(
            "UPDATE contacts SET list_id = $4, updated_at = $5 WHERE list_id = $1 AND contact_id = $2 AND account_id = $3",
            &[v(from_list), v(contact_id), v(account.0), v(to_list), v(now.0)],
        )?;
        contact.list_id = to_list;
        contact.updated_at = now;
    }
    Ok(Moved::Done(Box::new(contact)))
}

/// Puts a number into the account's Opt-Out List (`opt_out_list`), once: the contact that the message went to is moved there as long as it
/// has that number, otherwise the number alone is added.
pub fn opt_out(
    tx: &mut Tx<'_>,
    account: AccountId,
    opt_out_list: i64,
    number: &str,
    origin: Option<Origin>,
    now: UnixMicros,
) -> Result<()> {
    let known = tx.opt(
        "SELECT contact_id FROM contacts WHERE account_id = $1 AND phone_number = $2 AND phone_number <> '' AND +list_id = $3 LIMIT 1",
        &[v(account.0), v(number), v(opt_out_list)],
        |row| row.int(0),
    )?;
    let contact = match origin {
        Some(origin) => get(tx, account, origin.list_id, origin.contact_id)?,
        None => None,
    };
    let contact = contact.filter(|contact| contact.fields.get(Field::PhoneNumber) == number);
    match (known, contact) {
        (Some(_), Some(contact)) if contact.list_id != opt_out_list => {
            super::remove(tx, account, contact.list_id, contact.contact_id, now)?;
        }
        (Some(_), _) => {}
        (None, Some(contact)) => {
            transfer(
                tx,
                account,
                contact.list_id,
                contact.contact_id,
                opt_out_list,
                now,
            )?;
        }
        (None, None) => {
            let mut fields = Fields::default();
            fields.set(Field::PhoneNumber, number);
            add(tx, account, opt_out_list, &[fields], now)?;
        }
    }
    Ok(())
}
