//! The form of API keys: `pst_live_` or `pst_test_`, 32 random base62 characters (190 bits), 6 characters of checksum.
//!
//! The checksum is not a secret and proves nothing; it lets a typo or a cut-off paste be refused without a look-up,
//! and lets secret scanners tell a real key from a lookalike: `pst_(live|test)_[0-9A-Za-z]{38}`.

use std::fmt;

use secrecy::SecretString;
use zeroize::{Zeroize as _, Zeroizing};

use crate::random::random;

const PREFIX: usize = 9;
const RANDOM: usize = 32;
const CHECKSUM: usize = 6;
/// Length of every API key in bytes.
pub const LENGTH: usize = PREFIX + RANDOM + CHECKSUM;
/// How many of the random characters a person may see later, to tell keys apart. 166 bits stay secret.
const SHOWN: usize = 4;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Live,
    Test,
}

impl Mode {
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Live => "pst_live_",
            Self::Test => "pst_test_",
        }
    }
}

/// The beginning of a key, such as `pst_live_4fKq`: enough to recognise it, not to use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayPrefix(pub String);

impl fmt::Display for DisplayPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that has the form of a key. Whether such a key exists is another question.
#[derive(Clone, Copy)]
pub struct ParsedKey<'a> {
    pub mode: Mode,
    text: &'a str,
}

impl<'a> ParsedKey<'a> {
    /// What is hashed: the whole key.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    pub fn display_prefix(&self) -> DisplayPrefix {
        DisplayPrefix(self.text[..PREFIX + SHOWN].to_owned())
    }
}

/// Says what is wrong without repeating what was presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("API keys start with pst_live_ or pst_test_")]
    Prefix,
    #[error("API keys have {LENGTH} characters; this one was cut off or has something attached")]
    Length,
    #[error("API keys consist of letters and digits; this one contains something else")]
    Alphabet,
    #[error("the key has a typo: its last six characters do not fit the rest")]
    Checksum,
}

/// A new key and the part of it that may be shown later.
pub fn generate(mode: Mode) -> (SecretString, DisplayPrefix) {
    let mut text = Zeroizing::new(String::with_capacity(LENGTH));
    text.push_str(mode.prefix());
    while text.len() < PREFIX + RANDOM {
        let mut bytes = random::<RANDOM>();
        let wanted = PREFIX + RANDOM - text.len();
        // 248 = 4 × 62: anything above would make the first characters of the alphabet likelier.
        text.extend(
            bytes
                .iter()
                .filter(|byte| **byte < 248)
                .take(wanted)
                .map(|byte| letter(u32::from(*byte) % 62)),
        );
        bytes.zeroize();
    }
    let sum = checksum(text.as_bytes());
    text.extend(sum.iter().map(|byte| char::from(*byte)));
    let shown = DisplayPrefix(text[..PREFIX + SHOWN].to_owned());
    (SecretString::from(text.as_str()), shown)
}

/// Checks form and checksum; allocates nothing.
pub fn parse(text: &str) -> Result<ParsedKey<'_>, Malformed> {
    let shaped = shape(text)?;
    let (payload, sum) = text.as_bytes().split_at(LENGTH - CHECKSUM);
    if checksum(payload) != sum {
        return Err(Malformed::Checksum);
    }
    Ok(shaped)
}

/// Checks the form alone, for whoever looks the key up at once and only has to explain a miss: a key that is found is right.
pub fn shape(text: &str) -> Result<ParsedKey<'_>, Malformed> {
    let bytes = text.as_bytes();
    let mode = [Mode::Live, Mode::Test]
        .into_iter()
        .find(|mode| bytes.starts_with(mode.prefix().as_bytes()))
        .ok_or(Malformed::Prefix)?;
    if bytes.len() != LENGTH {
        return Err(Malformed::Length);
    }
    if !bytes[PREFIX..].iter().all(u8::is_ascii_alphanumeric) {
        return Err(Malformed::Alphabet);
    }
    Ok(ParsedKey { mode, text })
}

/// CRC-32 in base62, most significant first: finds every single wrong character and every swap of neighbours.
fn checksum(payload: &[u8]) -> [u8; CHECKSUM] {
    let mut rest = crc32(payload);
    let mut sum = [b'0'; CHECKSUM];
    for place in sum.iter_mut().rev() {
        *place = letter(rest % 62) as u8;
        rest /= 62;
    }
    sum
}

fn letter(value: u32) -> char {
    char::from(ALPHABET[value as usize])
}

/// CRC-32 as in ISO 3309 (zlib, PNG).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        CRC_TABLE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8)
    })
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut value = index as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 {
                0xEDB8_8320 ^ (value >> 1)
            } else {
                value >> 1
            };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests;
