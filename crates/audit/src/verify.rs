//! Verification of an export, line by line, with nothing but the public key. The first thing that is wrong is named.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::chain::Head;
use crate::export::{Begin, End, FORMAT, Line, Proven, Sealed};
use crate::signing::{PublicKey, Signed};

#[cfg(test)]
mod tests;

/// Reads the lines of one export in order; [`Verifier::finish`] says whether they were all.
pub struct Verifier {
    key: PublicKey,
    line: u64,
    at: Where,
    summary: Summary,
}

enum Where {
    Before,
    Within {
        chain: String,
        from: i64,
        head: Head,
    },
    Behind,
}

/// What was proven.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub chain: String,
    pub records: i64,
    /// Records of which only the hash is left.
    pub erased: i64,
    pub checkpoints: i64,
    /// Numbers of the first and the last link.
    pub first: i64,
    pub last: i64,
    /// When the end was signed, in microseconds since 1970.
    pub signed_at: i64,
}

/// The first line that is wrong (from 1), and the record it is about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}{}: {fault}", record(*.seq))]
pub struct Bad {
    pub line: u64,
    pub seq: Option<i64>,
    pub fault: Fault,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("it is not a line of an export ({0})")]
    Unreadable(String),
    #[error("the export does not begin with its beginning")]
    NoBeginning,
    #[error("its format is not {FORMAT}")]
    Format,
    #[error("record {expected} is missing, moved or there twice")]
    OutOfOrder { expected: i64 },
    #[error("its fact was changed")]
    Changed,
    #[error("its salt is missing or no salt")]
    Salt,
    #[error("its place in the chain was changed")]
    Unchained,
    #[error("the signature is not this key's")]
    Signature,
    #[error("the signed head is another one than the records lead to")]
    Head,
    #[error("the end says {said} records, there are {found}")]
    Count { said: i64, found: i64 },
    #[error("something follows the end")]
    BehindTheEnd,
    #[error("the end is missing: records were cut off")]
    CutOff,
}

impl Verifier {
    pub fn new(key: PublicKey) -> Verifier {
        Verifier {
            key,
            line: 0,
            at: Where::Before,
            summary: Summary::default(),
        }
    }

    /// # Errors
    /// What is wrong with this line.
    pub fn line(&mut self, text: &str) -> Result<(), Bad> {
        self.line += 1;
        let line: Line = serde_json::from_str(text)
            .map_err(|error| self.bad(None, Fault::Unreadable(error.to_string())))?;
        match (line, &self.at) {
            (Line::Begin(begin), Where::Before) => self.begin(begin),
            (_, Where::Before) => Err(self.bad(None, Fault::NoBeginning)),
            (_, Where::Behind) => Err(self.bad(None, Fault::BehindTheEnd)),
            (Line::Begin(_), Where::Within { .. }) => {
                Err(self.bad(None, Fault::Unreadable("a second beginning".to_owned())))
            }
            (Line::Record(record), Where::Within { head, .. }) => {
                let head = *head;
                self.record(&record, head)
            }
            (Line::Checkpoint(proven), Where::Within { .. }) => {
                self.proven(&proven, Signed::Checkpoint)?;
                self.summary.checkpoints += 1;
                Ok(())
            }
            (Line::End(end), Where::Within { from, .. }) => {
                let from = *from;
                self.end(&end, from)
            }
        }
    }

    /// # Errors
    /// The export has no end.
    pub fn finish(mut self) -> Result<Summary, Bad> {
        match self.at {
            Where::Behind => Ok(self.summary),
            Where::Before | Where::Within { .. } => {
                self.line += 1;
                Err(self.bad(None, Fault::CutOff))
            }
        }
    }

    fn begin(&mut self, begin: Begin) -> Result<(), Bad> {
        if begin.format != FORMAT {
            return Err(self.bad(None, Fault::Format));
        }
        self.summary.chain.clone_from(&begin.chain);
        self.summary.first = begin.from + 1;
        self.at = Where::Within {
            chain: begin.chain,
            from: begin.from,
            head: Head {
                seq: begin.from,
                hash: begin.from_hash,
            },
        };
        Ok(())
    }

    fn record(&mut self, record: &Sealed, head: Head) -> Result<(), Bad> {
        let bad = |fault| self.bad(Some(record.seq), fault);
        if record.seq != head.seq + 1 {
            let expected = head.seq + 1;
            return Err(bad(Fault::OutOfOrder { expected }));
        }
        match (&record.fact, &record.salt) {
            (None, None) => {}
            (Some(fact), Some(salt)) => {
                let salt = STANDARD.decode(salt).ok();
                let salt = salt.and_then(|salt| salt.try_into().ok());
                let salt = salt.ok_or_else(|| bad(Fault::Salt))?;
                if fact.hash(&salt) != record.fact_hash {
                    return Err(bad(Fault::Changed));
                }
            }
            _ => return Err(bad(Fault::Salt)),
        }
        let link = head.link(&record.audit_id, record.part, record.fact_hash);
        if link.hash != record.hash {
            return Err(bad(Fault::Unchained));
        }
        self.summary.records += 1;
        self.summary.last = record.seq;
        self.summary.erased += i64::from(record.fact.is_none());
        if let Where::Within { head, .. } = &mut self.at {
            *head = link.head();
        }
        Ok(())
    }

    fn proven(&self, proven: &Proven, what: Signed) -> Result<(), Bad> {
        let Where::Within { chain, head, .. } = &self.at else {
            return Err(self.bad(None, Fault::NoBeginning));
        };
        if proven.head() != *head {
            return Err(self.bad(Some(proven.seq), Fault::Head));
        }
        if !self
            .key
            .signed(what, chain, *head, proven.at, &proven.signature)
        {
            return Err(self.bad(Some(proven.seq), Fault::Signature));
        }
        Ok(())
    }

    fn end(&mut self, end: &End, from: i64) -> Result<(), Bad> {
        let found = self.summary.records;
        if end.records != found {
            let said = end.records;
            return Err(self.bad(Some(end.head.seq), Fault::Count { said, found }));
        }
        let records = end.records;
        self.proven(&end.head, Signed::Export { from, records })?;
        self.summary.last = end.head.seq;
        self.summary.signed_at = end.head.at;
        self.at = Where::Behind;
        Ok(())
    }

    fn bad(&self, seq: Option<i64>, fault: Fault) -> Bad {
        Bad {
            line: self.line,
            seq,
            fault,
        }
    }
}

fn record(seq: Option<i64>) -> String {
    seq.map(|seq| format!(", record {seq}")).unwrap_or_default()
}
