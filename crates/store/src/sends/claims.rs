//! By what repeats of a send are recognised, and what they are answered. A claim stands as long as it matters: until an answer was fully
//! written, until the time of its Idempotency-Key is over, or until somebody knows what became of the send.

use postern_domain::time::UnixMicros;

use super::State;
use crate::dialect::Pair;
use crate::settings::TENANT;
use crate::{Error, Result, Tx, v};

/// The send that holds a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    pub send_id: String,
    pub connection_id: String,
    pub state: State,
    pub status: Option<i64>,
    /// With an `Idempotency-Key`: what it was used for.
    pub digest: Option<Vec<u8>>,
    pub until: Option<UnixMicros>,
    /// Sealed.
    pub answer: Option<Vec<u8>>,
}

impl Earlier {
    /// Whether its time is over. What is not known yet has no time.
    pub fn is_over(&self, now: UnixMicros) -> bool {
        let open = matches!(self.state, State::Started | State::Unknown);
        !open && self.until.is_some_and(|until| until <= now)
    }
}

pub fn by_claim(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<Option<Earlier>> {
    tx.opt(
        "SELECT send_id, connection_id, state, status, digest, claim_until, answer FROM sends WHERE claim = $1",
        &[v(hash)],
        |row| {
            let send_id = row.text(0)?;
            let state = State::parse(&row.text(2)?).ok_or_else(|| Error::Inconsistent {
                table: "sends",
                id: send_id.clone(),
            })?;
            Ok(Earlier {
                connection_id: row.text(1)?,
                state,
                status: row.opt_int(3)?,
                digest: row.opt_blob(4)?,
                until: row.opt_int(5)?.map(UnixMicros),
                answer: row.opt_blob(6)?,
                send_id,
            })
        },
    )
}

/// A repeat of this send is a new one from now on.
pub fn free(tx: &mut Tx<'_>, send_id: &str) -> Result<()> {
    tx.execute(
        "UPDATE sends SET claim = NULL, claim_until = NULL, answer = NULL WHERE tenant_id = $1 AND send_id = $2",
        &[v(TENANT), v(send_id)],
    )?;
    Ok(())
}

const FREE_EACH: Pair = Pair {
    sqlite: "UPDATE sends SET claim = NULL, claim_until = NULL, answer = NULL
             WHERE send_id IN (SELECT value FROM json_each($1)) AND state NOT IN ('unknown') AND digest IS NULL",
    postgres: "UPDATE sends SET claim = NULL, claim_until = NULL, answer = NULL
               WHERE send_id IN (SELECT jsonb_array_elements_text(CAST(CAST($1 AS TEXT) AS JSONB)))
                 AND state NOT IN ('unknown') AND digest IS NULL",
};

/// [`free`] for up to 1,000 sends whose answers were fully written. `send_ids` is a JSON array of texts.
pub fn end_claims(tx: &mut Tx<'_>, send_ids: &str) -> Result<u64> {
    let statement = tx.pick(&FREE_EACH);
    tx.execute(statement, &[v(send_ids)])
}

/// What a repeat gets until `until`; `answer` is sealed, `None`: it is told in words.
pub fn keep_answer(
    tx: &mut Tx<'_>,
    send_id: &str,
    answer: Option<&[u8]>,
    until: UnixMicros,
) -> Result<()> {
    tx.execute(
        "UPDATE sends SET answer = $3, claim_until = $4 WHERE tenant_id = $1 AND send_id = $2 AND claim IS NOT NULL",
        &[v(TENANT), v(send_id), v(answer), v(until.0)],
    )?;
    Ok(())
}

/// Claims of a process that is gone: its answers may never have arrived, so they stand until `until`. At most `limit` a call.
pub fn keep_open_claims(
    tx: &mut Tx<'_>,
    before: UnixMicros,
    until: UnixMicros,
    limit: i64,
) -> Result<u64> {
    tx.execute(
        "UPDATE sends SET claim_until = $2 WHERE send_id IN
            (SELECT send_id FROM sends WHERE claim IS NOT NULL AND claim_until IS NULL AND created_at < $1 LIMIT $3)",
        &[v(before.0), v(until.0), v(limit)],
    )
}

/// Claims without a name, by their hashes, after `after`: with the sends that hold them.
pub fn derived_claims(
    tx: &mut Tx<'_>,
    after: Option<&[u8; 32]>,
    limit: i64,
) -> Result<Vec<([u8; 32], String)>> {
    let after = after.map_or(&[][..], |after| &after[..]);
    tx.all(
        "SELECT claim, send_id FROM sends WHERE claim IS NOT NULL AND claim > $1 AND digest IS NULL ORDER BY claim LIMIT $2",
        &[v(after), v(limit)],
        |row| {
            let send_id = row.text(1)?;
            let hash = row.blob(0)?.try_into();
            let hash = hash.map_err(|_| Error::Inconsistent {
                table: "sends",
                id: send_id.clone(),
            })?;
            Ok((hash, send_id))
        },
    )
}

/// What is sealed with sends, in order of their ids, after `after` (empty: from the start): id, answer, sought.
pub fn sealed_page(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<SealedRow>> {
    tx.all(
        "SELECT send_id, answer, sought FROM sends
         WHERE tenant_id = $1 AND send_id > $2 AND (answer IS NOT NULL OR sought IS NOT NULL) ORDER BY send_id LIMIT $3",
        &[v(TENANT), v(after), v(limit)],
        |row| Ok((row.text(0)?, row.opt_blob(1)?, row.opt_blob(2)?)),
    )
}

/// A send, its sealed answer, and by what it is sought.
pub type SealedRow = (String, Option<Vec<u8>>, Option<Vec<u8>>);

/// Replaces sealed forms (re-wrapped under another vault key) that are still `old`.
pub fn reseal(tx: &mut Tx<'_>, send_id: &str, field: &str, old: &[u8], new: &[u8]) -> Result<bool> {
    let statement = match field {
        super::ANSWER_FIELD => {
            "UPDATE sends SET answer = $4 WHERE tenant_id = $1 AND send_id = $2 AND answer = $3"
        }
        _ => "UPDATE sends SET sought = $4 WHERE tenant_id = $1 AND send_id = $2 AND sought = $3",
    };
    Ok(tx.execute(statement, &[v(TENANT), v(send_id), v(old), v(new)])? == 1)
}
