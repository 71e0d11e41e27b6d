//! What an account's rules say about receipts: who keeps them for polling, who is told.

use postern_domain::account::AccountId;
use postern_domain::automation::{Encoding, ReceiptAction, RuleKind};
use postern_domain::channel::Channel;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::receipt::{Cause, Report};
use postern_domain::time::UnixMicros;

use crate::mailbox::{self, Mail};
use crate::pushes::{self, About, NewPush};
use crate::rules::{self, ReceiptRule};
use crate::{Result, Tx, v};

/// The rules that receipts of some channels meet, read once for all of them.
#[derive(Default)]
pub(super) struct Wishes {
    sms: Vec<ReceiptRule>,
    voice: Vec<ReceiptRule>,
}

/// A receipt as rules see it.
pub(super) struct Told {
    pub receipt_seq: i64,
    pub channel: Channel,
    pub message_id: MessageId,
    pub status: Status,
    pub cause: Option<Cause>,
}

impl Wishes {
    pub(super) fn of(tx: &mut Tx<'_>, account: AccountId, channels: &[Channel]) -> Result<Wishes> {
        let mut wishes = Wishes::default();
        if channels.iter().any(|c| *c != Channel::Voice) {
            wishes.sms = rules::all_receipt(tx, account, RuleKind::Sms)?;
        }
        if channels.contains(&Channel::Voice) {
            wishes.voice = rules::all_receipt(tx, account, RuleKind::Voice)?;
        }
        Ok(wishes)
    }

    /// Without any rule of its kind a receipt is kept for polling; so are those of picture messages, which have no rules of their own.
    pub(super) fn is_polled(&self, channel: Channel, status: Status) -> bool {
        let rules = self.rules(channel);
        channel == Channel::Mms
            || rules.is_empty()
            || rules
                .iter()
                .any(|r| r.rule.action == ReceiptAction::Poll && r.matches(status))
    }

    pub(super) fn carry_out(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        told: &Told,
        now: UnixMicros,
    ) -> Result<()> {
        for rule in self.rules(told.channel) {
            if !rule.matches(told.status) {
                continue;
            }
            let address = rule.rule.action_address.trim();
            match rule.rule.action {
                ReceiptAction::Poll | ReceiptAction::None => {}
                ReceiptAction::Url => {
                    let push = NewPush {
                        rule_id: Some(rule.rule_id),
                        about: About::Receipt(told.receipt_seq),
                        url: address.to_owned(),
                        encoding: Encoding::Post,
                    };
                    pushes::queue(tx, account, &push, now)?;
                }
                ReceiptAction::EmailFixed => {
                    mailbox::deliver(tx, account, &mail(told, address.to_owned()), now)?;
                }
                ReceiptAction::EmailUser => {
                    let own = tx.one(
                        "SELECT email FROM accounts WHERE account_id = $1",
                        &[v(account.0)],
                        |row| row.text(0),
                    )?;
                    mailbox::deliver(tx, account, &mail(told, own), now)?;
                }
            }
        }
        Ok(())
    }

    fn rules(&self, channel: Channel) -> &[ReceiptRule] {
        match channel {
            Channel::Voice => &self.voice,
            Channel::Sms | Channel::Mms => &self.sms,
        }
    }
}

fn mail(told: &Told, recipient: String) -> Mail {
    let report = Report::of(told.status, told.cause);
    Mail {
        recipient,
        subject: format!("Delivery receipt: {}", report.receipt_text),
        body: format!(
            "Message: {}\nType: {}\nStatus: {}\n{}",
            told.message_id,
            told.channel,
            report.receipt_text,
            report.error_text.unwrap_or_default()
        ),
    }
}
