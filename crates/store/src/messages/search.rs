//! What a search of the history asks for.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;

use super::counted;
use super::history::Range;
use crate::{Value, v};

/// No status has this number: a word that no state is shown as finds nothing.
const NO_STATUS: i64 = 0;

/// How the parts of a search combine.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Combine {
    #[default]
    And,
    Or,
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Date,
    Sender,
    Recipient,
    Status,
    Body,
}

/// Which messages, in which order, which stretch of them.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub channel: Channel,
    pub combine: Combine,
    /// Up to three states; an empty list finds nothing.
    pub status: Option<Vec<Status>>,
    pub recipient: Option<String>,
    /// In any case.
    pub sender: Option<String>,
    pub custom_string: Option<String>,
    /// The inner `None` is something that is no id: it finds nothing.
    pub message_id: Option<Option<MessageId>>,
    /// Whether the search named this account as owner (`subaccount_id`), or another.
    pub owner: Option<bool>,
    /// Inclusive.
    pub from: Option<UnixMicros>,
    /// Inclusive.
    pub to: Option<UnixMicros>,
    pub order: Order,
    pub descending: bool,
    /// Rows to leave out before the page, and the length of the page.
    pub skip: i64,
    pub limit: i64,
}

impl Search {
    /// Whether answering reads every message of the account in the date window, instead of some blocks, one number's or a single one.
    pub fn is_scan(&self) -> bool {
        let by_id = self.combine == Combine::And && self.message_id.is_some();
        !self.is_dense() && !by_id && !self.is_by_recipient() && !counted::answers(self)
    }

    /// Whether whatever is found went to one number.
    pub(super) fn is_by_recipient(&self) -> bool {
        self.combine == Combine::And && self.recipient.is_some()
    }

    pub(super) fn is_dense(&self) -> bool {
        self.order == Order::Date && self.has_no_filter()
    }

    fn has_no_filter(&self) -> bool {
        self.status.is_none()
            && self.recipient.is_none()
            && self.sender.is_none()
            && self.custom_string.is_none()
            && self.message_id.is_none()
            && self.owner.is_none()
    }

    /// Three parameters for up to three states.
    pub(super) fn states(states: Option<&[Status]>) -> [Value<'static>; 3] {
        [0, 1, 2].map(|n| match states {
            None => Value::Null,
            Some(states) => v(states.get(n).map_or(NO_STATUS, |s| s.code())),
        })
    }

    /// `$1` to `$12` of the statements of history.
    pub(super) fn params<'s>(
        &'s self,
        account: AccountId,
        range: Range,
        id: Option<&'s MessageId>,
    ) -> Vec<Value<'s>> {
        let [first, second, third] = Search::states(self.status.as_deref());
        vec![
            v(account.0),
            v(range.low),
            v(range.high),
            // Joining nothing with OR would find nothing.
            v(i64::from(
                self.combine == Combine::Or && !self.has_no_filter(),
            )),
            v(&self.recipient),
            v(&self.sender),
            v(&self.custom_string),
            first,
            second,
            third,
            v(self.owner.map(i64::from)),
            id.map_or(Value::Null, |id| v(&id.0)),
        ]
    }
}
