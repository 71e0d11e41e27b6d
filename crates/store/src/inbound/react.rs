//! What a rule does about a text that came in. Whatever leaves the house is only queued here.

use postern_domain::automation::InboundAction;
use postern_domain::contact::{Field, Fields};
use postern_domain::opt_out::Wish;
use postern_domain::phone::CountryCode;

use super::arrive::Arrived;
use crate::contacts;
use crate::mailbox::{self, Mail};
use crate::pushes::{self, About, NewPush};
use crate::reactions::{self, To};
use crate::rules::{InboundRule, NewInboundRule};
use crate::{Result, Tx, v};

pub(super) fn carry_out(
    tx: &mut Tx<'_>,
    InboundRule { rule_id, rule }: &InboundRule,
    arrived: &Arrived<'_>,
) -> Result<()> {
    let address = rule.action_address.trim();
    match rule.action {
        // What is kept for polling was decided when the text was kept.
        InboundAction::Poll | InboundAction::None => Ok(()),
        InboundAction::Url => {
            let push = NewPush {
                rule_id: Some(*rule_id),
                about: About::Inbound(arrived.inbound_seq),
                url: address.to_owned(),
                encoding: rule.encoding,
            };
            pushes::queue(tx, arrived.account, &push, arrived.now).map(drop)
        }
        InboundAction::EmailFixed => mail(tx, arrived, address.to_owned()),
        InboundAction::EmailUser => {
            let own = tx.one(
                "SELECT email FROM accounts WHERE account_id = $1",
                &[v(arrived.account.0)],
                |row| row.text(0),
            )?;
            mail(tx, arrived, own)
        }
        InboundAction::Sms => {
            let to = To::Number(address.to_owned());
            let body = format!("{}: {}", arrived.text.sender, arrived.text.body);
            reactions::add(tx, arrived.account, &to, "", &body, arrived.now)
        }
        // Somebody who wants no more messages gets none, not even this one; and nobody is put on a list for saying so.
        _ if arrived.wish == Some(Wish::Out) => Ok(()),
        InboundAction::AutoReply => reply(tx, rule, arrived),
        action => with_list(tx, action, address, arrived),
    }
}

fn mail(tx: &mut Tx<'_>, arrived: &Arrived<'_>, recipient: String) -> Result<()> {
    let text = arrived.text;
    let mail = Mail {
        recipient,
        subject: format!("SMS from {}", text.sender),
        body: format!(
            "From: {}\nTo: {}\n\n{}",
            text.sender, text.recipient, text.body
        ),
    };
    mailbox::deliver(tx, arrived.account, &mail, arrived.now)
}

fn reply(tx: &mut Tx<'_>, rule: &NewInboundRule, arrived: &Arrived<'_>) -> Result<()> {
    let text = arrived.text;
    // Older callers have only one field to write the answer in.
    let body = match rule.body.trim() {
        "" => rule.action_address.as_str(),
        _ => rule.body.as_str(),
    };
    if !reactions::may_reply(tx, arrived.account, &text.sender, arrived.now)? {
        return Ok(());
    }
    let to = To::Number(text.sender.clone());
    reactions::add(tx, arrived.account, &to, &text.recipient, body, arrived.now)
}

/// A list that is gone meanwhile is nobody's any more: nothing happens.
fn with_list(
    tx: &mut Tx<'_>,
    action: InboundAction,
    address: &str,
    arrived: &Arrived<'_>,
) -> Result<()> {
    let Ok(list_id) = address.parse::<i64>() else {
        return Ok(());
    };
    let account = arrived.account;
    match action {
        InboundAction::GroupSms => {
            let to = To::List(list_id);
            reactions::add(tx, account, &to, "", &arrived.text.body, arrived.now)
        }
        InboundAction::MoveContact => {
            if let Some((from, contact)) = contact(tx, arrived)? {
                contacts::transfer(tx, account, from, contact, list_id, arrived.now)?;
            }
            Ok(())
        }
        _ => {
            let fields = fields(action, &arrived.text.sender, &arrived.text.body);
            contacts::add(tx, account, list_id, &[fields], arrived.now)?;
            Ok(())
        }
    }
}

/// The contact that was written to, else any with the sender's number outside the Opt-Out List.
fn contact(tx: &mut Tx<'_>, arrived: &Arrived<'_>) -> Result<Option<(i64, i64)>> {
    if let Some(origin) = arrived.origin {
        return Ok(Some((origin.list_id, origin.contact_id)));
    }
    tx.opt(
        "SELECT c.list_id, c.contact_id FROM contacts c JOIN lists l ON l.list_id = c.list_id
         WHERE c.account_id = $1 AND c.phone_number = $2 AND c.phone_number <> '' AND l.opt_out = 0 AND l.erased = 0
         ORDER BY c.contact_id LIMIT 1",
        &[v(arrived.account.0), v(&arrived.text.sender)],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )
}

/// What the text says about its sender: words with an `@` are an address, of the others the first is a first name.
fn fields(action: InboundAction, sender: &str, body: &str) -> Fields {
    let mut fields = Fields::default();
    fields.set(Field::PhoneNumber, sender);
    let (addresses, names): (Vec<&str>, Vec<&str>) =
        body.split_whitespace().partition(|word| word.contains('@'));
    let wants_email = matches!(
        action,
        InboundAction::CreateContactPlusEmail | InboundAction::CreateContactPlusNameEmail
    );
    let wants_name = matches!(
        action,
        InboundAction::CreateContactPlusName | InboundAction::CreateContactPlusNameEmail
    );
    if let (true, Some(address)) = (wants_email, addresses.first()) {
        fields.set(Field::Email, *address);
    }
    if let (true, Some((first, rest))) = (wants_name, names.split_first()) {
        fields.set(Field::FirstName, *first);
        fields.set(Field::LastName, rest.join(" "));
    }
    complete(fields).unwrap_or_else(|| {
        let mut number = Fields::default();
        number.set(Field::PhoneNumber, sender);
        number
    })
}

/// `None`: something in it is not what a contact may hold.
fn complete(fields: Fields) -> Option<Fields> {
    // The number has its country already.
    fields.completed(CountryCode::from_upper(*b"US")).ok()
}

#[cfg(test)]
mod tests {
    use postern_domain::automation::InboundAction;
    use postern_domain::contact::Field;

    use super::fields;

    #[test]
    fn what_is_taken_from_a_text_depends_on_the_action() {
        let body = "Ann Lee Smith ann@example.com";
        for (action, first, last, email) in [
            (InboundAction::CreateContact, "", "", ""),
            (
                InboundAction::CreateContactPlusEmail,
                "",
                "",
                "ann@example.com",
            ),
            (InboundAction::CreateContactPlusName, "Ann", "Lee Smith", ""),
            (
                InboundAction::CreateContactPlusNameEmail,
                "Ann",
                "Lee Smith",
                "ann@example.com",
            ),
        ] {
            let made = fields(action, "+15551234567", body);
            assert_eq!(made.get(Field::PhoneNumber), "+15551234567");
            assert_eq!(
                (
                    made.get(Field::FirstName),
                    made.get(Field::LastName),
                    made.get(Field::Email)
                ),
                (first, last, email),
                "{action}"
            );
        }
    }

    #[test]
    fn what_does_not_fit_a_contact_is_left_out() {
        let long = "x".repeat(2_000);
        let made = fields(InboundAction::CreateContactPlusName, "+15551234567", &long);
        assert_eq!(made.get(Field::FirstName), "");
        let made = fields(InboundAction::CreateContactPlusEmail, "+15551234567", "@ x");
        assert_eq!(made.get(Field::Email), "");
    }
}
