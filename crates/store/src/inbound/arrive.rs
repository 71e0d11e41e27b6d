//! A text comes in from a carrier: it is matched to what it answers, wishes for no more messages are heeded, rules are carried out, and all
//! of that is one unit of work.

use postern_domain::account::AccountId;
use postern_domain::automation::{InboundAction, RULES_FIRED_MAX};
use postern_domain::contact::Origin;
use postern_domain::message_id::MessageId;
use postern_domain::opt_out::Wish;
use postern_domain::time::UnixMicros;

use super::{Inbound, Original, insert, react};
use crate::conversations::{self, Asked};
use crate::rules::{self, InboundRule};
use crate::{Result, Tx, v};

/// A text as a carrier hands it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// The same for the same text, however often the carrier hands it over.
    pub message_id: MessageId,
    pub sender: String,
    /// The number of ours that it was sent to.
    pub recipient: String,
    pub body: String,
}

/// A text that is in the house now, as rules see it.
pub(super) struct Arrived<'a> {
    pub account: AccountId,
    pub inbound_seq: i64,
    pub text: &'a Incoming,
    /// The contact that was answered to, if a list was written to.
    pub origin: Option<Origin>,
    pub wish: Option<Wish>,
    pub now: UnixMicros,
}

/// Keeps a text of the account. `false`: the same text came in before, and nothing has changed.
pub fn arrive(
    tx: &mut Tx<'_>,
    account: AccountId,
    text: &Incoming,
    now: UnixMicros,
) -> Result<bool> {
    if is_known(tx, text.message_id)? {
        return Ok(false);
    }
    // Somebody else's message from a number that many share is not this account's to see.
    let asked = conversations::asked(tx, &text.recipient, &text.sender)?
        .filter(|asked| asked.account == account);
    let rules = rules::enabled_inbound(tx, account)?;
    let fired: Vec<&InboundRule> = rules
        .iter()
        .filter(|rule| rule.matches(&text.recipient, &text.body))
        .take(RULES_FIRED_MAX)
        .collect();
    let is_polled = fired.iter().any(|r| r.rule.action == InboundAction::Poll);
    // An account without any rule has not said what it wants: everything is kept for it.
    let is_unread = is_polled || (rules.is_empty() && !rules::any_inbound(tx, account)?);
    let origin = asked.as_ref().and_then(|asked| asked.origin);
    let inbound_seq = insert(tx, account, &in_store(text, asked, now), is_unread)?;
    let arrived = Arrived {
        account,
        inbound_seq,
        text,
        origin,
        wish: Wish::of(&text.body),
        now,
    };
    if let Some(wish) = arrived.wish {
        crate::opt_outs::heed(
            tx,
            account,
            inbound_seq,
            &text.sender,
            arrived.origin,
            wish,
            now,
        )?;
    }
    for rule in fired {
        react::carry_out(tx, rule, &arrived)?;
    }
    Ok(true)
}

fn is_known(tx: &mut Tx<'_>, id: MessageId) -> Result<bool> {
    let known = tx.opt(
        "SELECT inbound_seq FROM inbound WHERE message_id = $1",
        &[v(&id.0)],
        |row| row.int(0),
    )?;
    Ok(known.is_some())
}

fn in_store(text: &Incoming, asked: Option<Asked>, now: UnixMicros) -> Inbound {
    Inbound {
        message_id: text.message_id,
        at: now,
        sender: text.sender.clone(),
        recipient: text.recipient.clone(),
        body: text.body.clone(),
        original: asked.map(|asked| Original {
            message_id: asked.message_id,
            body: asked.body,
            custom_string: asked.custom_string,
        }),
    }
}
