//! What is kept about stretches of numbers, so that a search need not read every message: states as they change, senders and recipients
//! once a block is full. `docs/decisions/2026-11-23-blocks.md` says why these are no indexes.

use std::collections::BTreeMap;

use postern_domain::account::AccountId;
use postern_domain::message::Status;

use crate::dialect::{Each, Kind};
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// Numbers in a block; the migration knows it too.
pub(crate) const BLOCK: i64 = 1_024;

pub(crate) const fn block(seq: i64) -> i64 {
    (seq - 1).div_euclid(BLOCK)
}

/// The first number of a block.
pub(crate) const fn first_of(block: i64) -> i64 {
    block * BLOCK + 1
}

/// The last number of a block.
pub(crate) const fn last_of(block: i64) -> i64 {
    (block + 1) * BLOCK
}

static COUNT: Each = Each {
    one: "INSERT INTO message_states (tenant_id, account_id, status, block, count) VALUES ($1, $2, $3, $4, $5)
          ON CONFLICT (account_id, status, block) DO UPDATE SET count = message_states.count + excluded.count RETURNING block",
    many: "INSERT INTO message_states (tenant_id, account_id, status, block, count)
           SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
           ON CONFLICT (account_id, status, block) DO UPDATE SET count = message_states.count + excluded.count RETURNING block",
    columns: &[
        ("tenant_id", Kind::Int),
        ("account_id", Kind::Int),
        ("status", Kind::Int),
        ("block", Kind::Int),
        ("count", Kind::Int),
    ],
};

/// Changes of state within one unit, gathered so that each block is counted once.
#[derive(Default)]
pub(crate) struct Changes(BTreeMap<(i64, i64), i64>);

impl Changes {
    /// `None` before it was accepted.
    pub(crate) fn moved(&mut self, seq: i64, from: Option<Status>, to: Status) {
        let mut add = |status: Status, n: i64| {
            // Queued is what is left of a block.
            if status != Status::Queued {
                *self.0.entry((status.code(), block(seq))).or_default() += n;
            }
        };
        if let Some(from) = from {
            add(from, -1);
        }
        add(to, 1);
    }

    pub(crate) fn write(self, tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
        let rows: Vec<_> = self
            .0
            .into_iter()
            .filter(|(_, count)| *count != 0)
            .map(|((status, block), count)| {
                vec![v(TENANT), v(account.0), v(status), v(block), v(count)]
            })
            .collect();
        tx.each(&COUNT, &rows, |_| Ok(()))?;
        Ok(())
    }
}

/// Numbers up to `last` were just given out, from `first` on: blocks that are full by that are written down.
pub(crate) fn fill(tx: &mut Tx<'_>, account: AccountId, first: i64, last: i64) -> Result<()> {
    for block in block(first)..block(last + 1) {
        let stretch = [
            v(TENANT),
            v(account.0),
            v(block),
            v(first_of(block)),
            v(last_of(block)),
        ];
        tx.execute(
            "INSERT INTO message_recipients (tenant_id, account_id, block, recipient, seq)
             SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), recipient, seq FROM messages
             WHERE account_id = $2 AND seq >= $4 AND seq <= $5 ORDER BY recipient, seq",
            &stretch,
        )?;
        tx.execute(
            "INSERT INTO message_senders (tenant_id, account_id, sender, block, count)
             SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), lower(sender), CAST($3 AS BIGINT), count(*) FROM messages
             WHERE account_id = $2 AND seq >= $4 AND seq <= $5 GROUP BY lower(sender)",
            &stretch,
        )?;
    }
    Ok(())
}

/// Who a message went to and who sent it.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Parties<'a> {
    pub recipient: &'a str,
    pub sender: &'a str,
}

/// A message was rewritten, because somebody's data was erased: a full block knows it by its old parties. Nothing to do in one that fills.
pub(crate) fn rename(
    tx: &mut Tx<'_>,
    account: AccountId,
    seq: i64,
    old: Parties<'_>,
    new: Parties<'_>,
) -> Result<()> {
    let block = block(seq);
    let known = tx.execute(
        "UPDATE message_recipients SET recipient = $5 WHERE account_id = $1 AND block = $2 AND recipient = $3 AND seq = $4",
        &[
            v(account.0),
            v(block),
            v(old.recipient),
            v(seq),
            v(new.recipient),
        ],
    )?;
    if known == 0 || old.sender == new.sender {
        return Ok(());
    }
    tx.execute(
        "UPDATE message_senders SET count = count - 1 WHERE account_id = $1 AND sender = lower($2) AND block = $3",
        &[v(account.0), v(old.sender), v(block)],
    )?;
    tx.execute(
        "DELETE FROM message_senders WHERE account_id = $1 AND sender = lower($2) AND block = $3 AND count = 0",
        &[v(account.0), v(old.sender), v(block)],
    )?;
    tx.execute(
        "INSERT INTO message_senders (tenant_id, account_id, sender, block, count) VALUES ($1, $2, lower($3), $4, 1)
         ON CONFLICT (account_id, sender, block) DO UPDATE SET count = message_senders.count + 1",
        &[v(TENANT), v(account.0), v(new.sender), v(block)],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, block, first_of, last_of};

    #[test]
    fn blocks_meet() {
        assert_eq!((block(1), block(BLOCK), block(BLOCK + 1)), (0, 0, 1));
        for one in [0, 1, 976_562_500_000] {
            assert_eq!(last_of(one) + 1, first_of(one + 1));
            assert_eq!((block(first_of(one)), block(last_of(one))), (one, one));
        }
    }
}
