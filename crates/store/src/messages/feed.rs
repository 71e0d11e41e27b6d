//! Messages of all channels in one list, the newest first. Channels are numbered apart, so a page does not begin at an offset but behind a
//! message: everything accepted before it, and of what was accepted together with it the lower numbers.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message::Status;
use postern_domain::time::UnixMicros;

use super::content::{call_columns, picture_columns};
use super::history::{Range, accepted_at, first_accepted, rows, selected};
use super::search::Search;
use super::{Message, columns, numbering, read};
use crate::lists::contains;
use crate::{Result, Tx, v};

/// Messages of a channel that a page of a person's looks through, enough for what was sent lately and quick for an account with millions.
pub const LOOKED_MAX: i64 = 20_000;

/// Which messages.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// `None`: every channel.
    pub channel: Option<Channel>,
    /// Up to three states; an empty list finds nothing.
    pub status: Option<Vec<Status>>,
    /// A whole number or address: an index knows it, however long ago it was.
    pub recipient: Option<String>,
    /// A part of the text, of the recipient, of the sender or of the reference, in any case.
    pub words: Option<String>,
    /// [`Feed::next`] of the page before.
    pub before: Option<i64>,
    /// Messages of a channel that are looked through for words or a state. Where that does not fill the page the next one looks further
    /// back.
    pub looked_max: i64,
    pub limit: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    pub rows: Vec<Message>,
    /// Where the next page begins, which may have nothing on it; `None`: this is the last one.
    pub next: Option<i64>,
}

/// A place in the list: when it was accepted, and its number.
type Place = (UnixMicros, i64);

pub fn feed(tx: &mut Tx<'_>, account: AccountId, wanted: &Wanted) -> Result<Feed> {
    let behind = match wanted.before {
        None => None,
        Some(seq) => match accepted_at(tx, account, seq)? {
            None => return Ok(Feed::default()),
            Some(at) => Some((at, seq)),
        },
    };
    let mut found = Vec::new();
    // The newest place up to which not every channel was looked through.
    let mut horizon: Option<Place> = None;
    for channel in Channel::ALL {
        if wanted.channel.is_some_and(|only| only != *channel) {
            continue;
        }
        let range = range(tx, account, *channel, behind)?;
        if range.low > range.high {
            continue;
        }
        let (some, end) = of_channel(tx, account, *channel, range, wanted)?;
        found.extend(some);
        horizon = horizon.max(end);
    }
    found.sort_unstable_by_key(|message| std::cmp::Reverse(place(message)));
    found.retain(|message| horizon.is_none_or(|end| place(message) >= end));
    let mut feed = Feed {
        rows: found,
        next: horizon.map(|(_, seq)| seq),
    };
    let limit = usize::try_from(wanted.limit).unwrap_or(0);
    if feed.rows.len() > limit {
        feed.rows.truncate(limit);
        feed.next = feed.rows.last().map(|message| message.key.seq);
    }
    Ok(feed)
}

fn place(message: &Message) -> Place {
    (message.accepted_at, message.key.seq)
}

/// The channel's numbers behind a place.
fn range(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    behind: Option<Place>,
) -> Result<Range> {
    let mut range = Range {
        low: numbering::base(channel) + 1,
        high: numbering::newest(tx, account, channel)?,
    };
    if let Some((at, seq)) = behind {
        range.high = match seq {
            seq if numbering::is_of(channel, seq) => seq - 1,
            seq if seq <= numbering::base(channel) => first_accepted(tx, account, range, at)? - 1,
            _ => first_accepted(tx, account, range, at.plus_micros(1))? - 1,
        };
    }
    Ok(range)
}

/// One more than a page has, and how far that reaches; `None`: to the channel's first message.
fn of_channel(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    mut range: Range,
    wanted: &Wanted,
) -> Result<(Vec<Message>, Option<Place>)> {
    let limit = wanted.limit + 1;
    let first = range.low;
    let found = match (&wanted.recipient, &wanted.words) {
        (Some(_), None) => {
            let search = Search {
                channel,
                recipient: wanted.recipient.clone(),
                status: wanted.status.clone(),
                descending: true,
                limit,
                ..Search::default()
            };
            rows(tx, account, range, &search)?
        }
        (_, words) => {
            if words.is_some() || wanted.status.is_some() {
                range.low = range.low.max(range.high - wanted.looked_max + 1);
            }
            looked_through(tx, account, channel, range, wanted)?
        }
    };
    let end = match found.last() {
        Some(last) if found.len() as i64 == limit => Some(place(last)),
        _ if range.low > first => {
            let at = accepted_at(tx, account, range.low)?;
            at.map(|at| (at, range.low))
        }
        _ => None,
    };
    Ok((found, end))
}

macro_rules! fitting {
    ($channel:expr) => {
        selected!(
            $channel,
            " WHERE account_id = $1 AND seq >= $2 AND seq <= $3
                AND (CAST($4 AS BIGINT) IS NULL OR status IN ($4, $5, $6))
                AND (CAST($7 AS TEXT) IS NULL OR recipient = $7)
                AND (CAST($8 AS TEXT) IS NULL OR lower(body) LIKE lower($8) ESCAPE '\\' OR recipient LIKE $8 ESCAPE '\\'
                    OR lower(sender) LIKE lower($8) ESCAPE '\\' OR lower(custom_string) LIKE lower($8) ESCAPE '\\')
              ORDER BY seq DESC LIMIT $9"
        )
    };
}

fn looked_through(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    range: Range,
    wanted: &Wanted,
) -> Result<Vec<Message>> {
    let words = wanted.words.as_deref().map(contains);
    let [first, second, third] = Search::states(wanted.status.as_deref());
    let params = [
        v(account.0),
        v(range.low),
        v(range.high),
        first,
        second,
        third,
        v(&wanted.recipient),
        v(&words),
        v(wanted.limit + 1),
    ];
    tx.all(fitting!(channel), &params, |row| read(row, Some(channel)))
}
