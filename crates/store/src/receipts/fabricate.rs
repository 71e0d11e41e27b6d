//! Receipts that an account has made up to see whether its program reads them.

use postern_domain::account::AccountId;
use postern_domain::automation::Encoding;
use postern_domain::channel::Channel;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;

use super::{Receipt, add_receipts, add_unpolled};
use crate::messages::numbering;
use crate::pushes::{self, About, NewPush};
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// A delivered message that never was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestReceipt {
    pub message_id: MessageId,
    pub digits: Option<String>,
    /// Where it is pushed to; `None`: it is kept for polling.
    pub push_to: Option<String>,
}

/// Keeps it among the channel's unread receipts, or pushes it, whatever rules say.
pub fn record_test(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    test: &TestReceipt,
    now: UnixMicros,
) -> Result<Receipt> {
    let receipt_seq = match test.push_to {
        None => add_receipts(tx, account, channel, 1)?,
        Some(_) => numbering::unpolled(channel, add_unpolled(tx, account, 1)?),
    };
    tx.execute(
        "INSERT INTO receipts (tenant_id, account_id, receipt_seq, message_id, at, sent_at, status, custom_string, digits, test)
         VALUES ($1, $2, $3, $4, $5, $5, $6, '', $7, 1)",
        &[
            v(TENANT),
            v(account.0),
            v(receipt_seq),
            v(&test.message_id.0),
            v(now.0),
            v(Status::Delivered.code()),
            v(&test.digits),
        ],
    )?;
    if let Some(url) = &test.push_to {
        let push = NewPush {
            rule_id: None,
            about: About::Receipt(receipt_seq),
            url: url.clone(),
            encoding: Encoding::Post,
        };
        pushes::queue(tx, account, &push, now)?;
    }
    Ok(Receipt {
        message_id: test.message_id,
        at: now,
        sent_at: now,
        status: Status::Delivered,
        cause: None,
        custom_string: String::new(),
        digits: test.digits.clone(),
    })
}
