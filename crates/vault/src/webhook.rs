//! Signatures of pushes, in the form of Standard Webhooks 1.0 (symmetric): whoever has the secret can tell our calls from anybody else's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::Sha256;

use crate::random::random;

const PREFIX: &str = "whsec_";

/// 256 new random bits.
pub fn create_secret() -> SecretSlice<u8> {
    SecretSlice::from(random::<32>().to_vec())
}

/// The secret as receivers are given it: `whsec_` and base64.
pub fn secret_text(secret: &SecretSlice<u8>) -> SecretString {
    SecretString::from(format!(
        "{PREFIX}{}",
        STANDARD.encode(secret.expose_secret())
    ))
}

/// The secret that [`secret_text`] wrote; `None`: it is none.
pub fn parse_secret(text: &str) -> Option<SecretSlice<u8>> {
    let key = STANDARD.decode(text.trim().strip_prefix(PREFIX)?).ok()?;
    (!key.is_empty()).then(|| SecretSlice::from(key))
}

/// The value of `webhook-signature`: `v1,` and base64 of HMAC-SHA-256 over `id.timestamp.payload`.
pub fn sign(secret: &SecretSlice<u8>, id: &str, unix_secs: i64, payload: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret())
        .expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{unix_secs}.").as_bytes());
    mac.update(payload);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use secrecy::{ExposeSecret as _, SecretSlice};

    use super::{create_secret, parse_secret, secret_text, sign};

    /// The example of the specification.
    #[test]
    fn the_published_example_comes_out() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = sign(
            &SecretSlice::from(secret),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_are_given_as_text() {
        let text = secret_text(&create_secret());
        let encoded = text.expose_secret().strip_prefix("whsec_").unwrap();
        assert_eq!(STANDARD.decode(encoded).unwrap().len(), 32);
        let parsed = parse_secret(text.expose_secret()).unwrap();
        assert_eq!(parsed.expose_secret(), STANDARD.decode(encoded).unwrap());
        assert!(parse_secret("whsec_").is_none() && parse_secret("secret").is_none());
    }
}
