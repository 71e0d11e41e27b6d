//! Passwords of people: Argon2id, in the PHC string form, with the cost beside the hash so that it can rise later.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::random::{random, same};

/// What OWASP recommends for Argon2id: 19 MiB, two passes, one lane; some tens of milliseconds.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
const HASH_BYTES: usize = 32;
const SALT_BYTES: usize = 16;
/// A stored cost beyond this is not ours: nobody makes us spend it.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 64;

/// Takes time and memory on purpose: call it where that holds nobody up.
#[must_use]
pub fn hash_password(password: &SecretString) -> String {
    let salt = random::<SALT_BYTES>();
    let (memory_kib, passes, lanes) = COST;
    let hash = derive(password, &salt, COST).expect("our own cost is in range");
    format!(
        "$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${}${}",
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(*hash)
    )
}

/// Whether `stored` is the hash of `password`; what is no hash of ours matches nothing. As slow as [`hash_password`].
#[must_use]
pub fn is_password(password: &SecretString, stored: &str) -> bool {
    let Some((cost, salt, hash)) = parse(stored) else {
        return false;
    };
    derive(password, &salt, cost).is_some_and(|found| same(&*found, &hash))
}

/// A password that people can copy by hand: 20 letters and digits without those that look alike, 98 bits.
#[must_use]
pub fn new_password() -> SecretString {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let chosen = random::<20>().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    let text: Vec<String> = chosen.chunks(5).map(|part| part.iter().collect()).collect();
    SecretString::from(text.join("-"))
}

/// How a random token of 256 bits is kept: it needs no salt and no slowness, nobody guesses it.
#[must_use]
pub fn token_hash(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

type Cost = (u32, u32, u32);

fn derive(
    password: &SecretString,
    salt: &[u8],
    (memory_kib, passes, lanes): Cost,
) -> Option<Zeroizing<[u8; HASH_BYTES]>> {
    let params = Params::new(memory_kib, passes, lanes, Some(HASH_BYTES)).ok()?;
    let mut hash = Zeroizing::new([0; HASH_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.expose_secret().as_bytes(), salt, &mut *hash)
        .ok()?;
    Some(hash)
}

fn parse(stored: &str) -> Option<(Cost, Vec<u8>, Vec<u8>)> {
    let rest = stored.strip_prefix("$argon2id$v=19$")?;
    let mut parts = rest.split('$');
    let (cost, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let mut numbers = cost.split(',').zip(["m=", "t=", "p="]).map(|(text, name)| {
        text.strip_prefix(name)
            .and_then(|text| text.parse::<u32>().ok())
    });
    let cost = (numbers.next()??, numbers.next()??, numbers.next()??);
    let in_range = cost.0 <= MEMORY_KIB_MAX && cost.1 <= PASSES_MAX && parts.next().is_none();
    let decode = |text: &str| STANDARD_NO_PAD.decode(text).ok();
    in_range.then_some((cost, decode(salt)?, decode(hash)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn only_the_password_matches() {
        let stored = hash_password(&secret("correct horse"));
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(is_password(&secret("correct horse"), &stored));
        for wrong in ["", "correct hors", "correct horse "] {
            assert!(!is_password(&secret(wrong), &stored), "{wrong}");
        }
        assert_ne!(stored, hash_password(&secret("correct horse")));
    }

    #[test]
    fn what_is_no_hash_matches_nothing() {
        let stored = hash_password(&secret("x"));
        let absurd = stored.replace("m=19456", "m=4294967295");
        for text in ["", "x", "$argon2id$v=19$", &stored[..60], &absurd] {
            assert!(!is_password(&secret("x"), text), "{text}");
        }
    }

    #[test]
    fn new_passwords_can_be_read_aloud() {
        let password = new_password();
        let text = password.expose_secret();
        assert_eq!(text.len(), 23, "{text}");
        assert!(!text.contains(['l', 'i', 'o', '1']), "{text}");
        assert_ne!(text, new_password().expose_secret());
    }
}
