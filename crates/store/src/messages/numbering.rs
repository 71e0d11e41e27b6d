//! Which numbers belong to which channel. Each has a stretch of `seq` (and of `receipt_seq`) of its own and fills it without gaps, so a
//! page of one channel is a range of the clustered key, and no other table has to know about channels.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;

use crate::{Result, Tx, v};

/// Far more than an account will ever send, and a number that a person recognises in a query.
const STRETCH: i64 = 1_000_000_000_000_000;

/// The first number of the channel is one more.
pub(crate) const fn base(channel: Channel) -> i64 {
    channel.code() * STRETCH
}

/// Receipts that nobody polls are numbered in the second half of the channel's stretch; those that somebody does stay without gaps.
pub(crate) const fn unpolled(channel: Channel, number: i64) -> i64 {
    base(channel) + STRETCH / 2 + number
}

/// The last number of the channel.
pub(crate) const fn end(channel: Channel) -> i64 {
    base(channel) + STRETCH
}

pub(crate) fn channel(seq: i64) -> Option<Channel> {
    Channel::from_code((seq - 1).div_euclid(STRETCH))
}

/// Whether the number is one of the channel's.
pub(crate) fn is_of(channel: Channel, seq: i64) -> bool {
    self::channel(seq) == Some(channel)
}

/// The account's newest number in the channel, [`base`] when it has none.
pub(crate) fn newest(tx: &mut Tx<'_>, account: AccountId, channel: Channel) -> Result<i64> {
    let sql = match channel {
        Channel::Sms => "SELECT message_seq FROM accounts WHERE account_id = $1",
        Channel::Voice => "SELECT voice_seq FROM accounts WHERE account_id = $1",
        Channel::Mms => "SELECT mms_seq FROM accounts WHERE account_id = $1",
    };
    let count = tx.opt(sql, &[v(account.0)], |row| row.int(0))?;
    Ok(base(channel) + count.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use postern_domain::channel::Channel;

    use super::{STRETCH, base, channel, is_of, unpolled};

    #[test]
    fn stretches_meet_and_do_not_overlap() {
        for one in Channel::ALL {
            assert_eq!(channel(base(*one) + 1), Some(*one));
            assert_eq!(channel(base(*one) + STRETCH), Some(*one));
            assert!(!is_of(*one, base(*one)), "a base is nobody's first number");
            assert!(is_of(*one, unpolled(*one, 1)));
        }
        assert_eq!(channel(0), None);
        assert_eq!(channel(3 * STRETCH + 1), None);
    }
}
