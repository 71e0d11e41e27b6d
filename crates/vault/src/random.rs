//! Randomness from the operating system, and the comparison that takes the same time for every wrong guess.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng as _;
use rand::rngs::SysRng;
use secrecy::SecretString;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// `N` bytes that nobody can predict, straight from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SysRng
        .try_fill_bytes(&mut bytes)
        .expect("without the operating system's randomness no secret may be made");
    bytes
}

/// A bearer secret of 256 bits as 43 characters of base64url.
pub fn token() -> SecretString {
    let bytes = Zeroizing::new(random::<32>());
    SecretString::from(URL_SAFE_NO_PAD.encode(*bytes))
}

/// Equality whose duration does not tell where two secrets differ. Their lengths are not hidden.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}
