//! One fact of the record, and the bytes that stand for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::chain::Hash;

/// Makes equal facts unequal, and an erased one unguessable: it is erased with the fact.
pub type Salt = [u8; 16];

/// Named fields in the order of their names; an absent value is not an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fact(pub BTreeMap<String, Option<String>>);

impl Fact {
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Option<String>>) -> Fact {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// SHA-256 over salt and fields, every length spelled out, so that no two facts share their bytes.
    pub fn hash(&self, salt: &Salt) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"postern-audit-fact-1\0");
        hasher.update(salt);
        let mut field = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        for (name, value) in &self.0 {
            field(name.as_bytes());
            match value {
                None => field(&[0]),
                Some(value) => {
                    field(&[1]);
                    field(value.as_bytes());
                }
            }
        }
        Hash(hasher.finalize().into())
    }
}

/// The salt of one fact, from one random seed for a whole turn of sealing: a unit of work that is run again gives the same.
pub fn salt(seed: &[u8; 32], audit_id: &str, part: crate::Part) -> Salt {
    let mut hasher = Sha256::new();
    hasher.update(b"postern-audit-salt-1\0");
    hasher.update(seed);
    hasher.update(part.as_str());
    hasher.update(audit_id);
    let digest: [u8; 32] = hasher.finalize().into();
    let mut salt = [0; 16];
    salt.copy_from_slice(&digest[..16]);
    salt
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(fields: &[(&str, Option<&str>)]) -> Hash {
        fields
            .iter()
            .fold(Fact::default(), |fact, (name, value)| {
                fact.with(name, value.map(str::to_owned))
            })
            .hash(&[7; 16])
    }

    #[test]
    fn facts_that_read_alike_differ() {
        let all = [
            hash(&[("ab", Some("c"))]),
            hash(&[("a", Some("bc"))]),
            hash(&[("ab", None)]),
            hash(&[("ab", Some(""))]),
            hash(&[("a", Some("b")), ("c", None)]),
            hash(&[]),
        ];
        for (position, one) in all.iter().enumerate() {
            assert!(all[position + 1..].iter().all(|other| other != one));
        }
    }

    #[test]
    fn a_salt_depends_on_seed_record_and_part() {
        use crate::Part;
        let one = salt(&[1; 32], "a", Part::Whole);
        assert_eq!(one, salt(&[1; 32], "a", Part::Whole));
        for other in [
            salt(&[2; 32], "a", Part::Whole),
            salt(&[1; 32], "b", Part::Whole),
            salt(&[1; 32], "a", Part::Closed),
        ] {
            assert_ne!(one, other);
        }
    }
}
