//! The key ring: every KEK that stored values may need, oldest first. Only the newest seals.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::{Zeroize as _, Zeroizing};

use crate::kek::{Kek, KekId};
use crate::locked;
use crate::random::random;

const HEADING: &str = "postern-vault-ring 1";
const WARNING: &str = "# Whoever reads this file can open every credential that Postern stores.\n\
                       # Keep a copy of it, apart from the copies of the database.\n";

/// In text, `postern-vault-ring 1` and then a line for each key: its version, its id, the key in base64url.
/// The id lets a damaged line be told from a foreign one. Lines starting with `#` are for people.
#[derive(Clone)]
pub struct KeyRing {
    /// Ascending versions, never empty.
    keks: Vec<(u32, Kek)>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RingError {
    #[error("not a Postern vault key ring: the first line is not `{HEADING}`")]
    NotARing,
    #[error("the key ring is locked with a passphrase")]
    Locked,
    #[error("line {line} of the key ring is damaged: expected `version id key`")]
    BadLine { line: usize },
    #[error("line {line} of the key ring: versions must ascend and keys must differ")]
    Order { line: usize },
    #[error("the key ring holds no key")]
    Empty,
    #[error("vault key {0} is not in the key ring")]
    UnknownKek(KekId),
    #[error("vault key {0} is the newest one and still seals; rotate first")]
    Newest(KekId),
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}

impl KeyRing {
    /// A ring of one new random key.
    pub fn create() -> Self {
        Self {
            keks: vec![(1, Kek::new(random()))],
        }
    }

    pub fn parse(text: &SecretString) -> Result<Self, RingError> {
        let mut lines = text
            .expose_secret()
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line.trim()))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        match lines.next() {
            Some((_, HEADING)) => {}
            Some((_, locked::HEADING)) => return Err(RingError::Locked),
            _ => return Err(RingError::NotARing),
        }
        let mut keks: Vec<(u32, Kek)> = Vec::new();
        for (line, text) in lines {
            let (version, kek) = parse_line(text).ok_or(RingError::BadLine { line })?;
            if keks
                .iter()
                .any(|(other, known)| *other >= version || known.id() == kek.id())
            {
                return Err(RingError::Order { line });
            }
            keks.push((version, kek));
        }
        if keks.is_empty() {
            Err(RingError::Empty)
        } else {
            Ok(Self { keks })
        }
    }

    /// What [`KeyRing::parse`] reads. To be kept where nobody else reads.
    pub fn to_secret_string(&self) -> SecretString {
        // Sized beforehand: growing would leave copies of the keys in freed memory.
        let mut text = String::with_capacity(
            WARNING.len() + HEADING.len() + 1 + self.keks.len() * LINE_BYTES_MAX,
        );
        text.push_str(WARNING);
        text.push_str(HEADING);
        text.push('\n');
        for (version, kek) in &self.keks {
            let key = Zeroizing::new(URL_SAFE_NO_PAD.encode(kek.bytes()));
            text.push_str(&format!("{version} {} ", kek.id()));
            text.push_str(&key);
            text.push('\n');
        }
        let secret = SecretString::from(text.as_str());
        text.zeroize();
        secret
    }

    /// The key that seals.
    pub fn newest(&self) -> KekId {
        self.newest_kek().id()
    }

    /// Every key, oldest first.
    pub fn ids(&self) -> impl Iterator<Item = KekId> {
        self.keks.iter().map(|(_, kek)| kek.id())
    }

    /// This ring with a new newest key.
    pub fn with_new_key(&self) -> Self {
        let version = self.keks.last().map_or(0, |(version, _)| *version) + 1;
        let mut keks = self.keks.clone();
        keks.push((version, Kek::new(random())));
        Self { keks }
    }

    /// This ring without an old key, after which whatever is still sealed under it is lost for good.
    pub fn without(&self, id: KekId) -> Result<Self, RingError> {
        if id == self.newest() {
            return Err(RingError::Newest(id));
        }
        let keks: Vec<_> = self
            .keks
            .iter()
            .filter(|(_, kek)| kek.id() != id)
            .cloned()
            .collect();
        if keks.len() == self.keks.len() {
            Err(RingError::UnknownKek(id))
        } else {
            Ok(Self { keks })
        }
    }

    pub(crate) fn newest_kek(&self) -> &Kek {
        &self.keks.last().expect("a ring is never empty").1
    }

    pub(crate) fn kek(&self, id: KekId) -> Option<&Kek> {
        self.keks().find(|kek| kek.id() == id)
    }

    pub(crate) fn keks(&self) -> impl Iterator<Item = &Kek> {
        self.keks.iter().map(|(_, kek)| kek)
    }
}

const LINE_BYTES_MAX: usize = 10 + 1 + 16 + 1 + 43 + 1;

fn parse_line(line: &str) -> Option<(u32, Kek)> {
    let mut words = line.split_ascii_whitespace();
    let (version, id, key) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    let decoded = Zeroizing::new(URL_SAFE_NO_PAD.decode(key).ok()?);
    let bytes = Zeroizing::new(<[u8; 32]>::try_from(decoded.as_slice()).ok()?);
    let kek = Kek::new(*bytes);
    (kek.id().to_string() == id).then_some((version.parse().ok()?, kek))
}
