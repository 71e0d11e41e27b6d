//! Addresses outside that are told something.

use std::sync::Arc;

use http::Uri;
use postern_apps::Origin;

/// A longer address is a mistake.
pub const CALLBACK_BYTES_MAX: usize = 2_048;

/// Where a call goes and what is asked for there.
pub(crate) struct Address {
    pub(crate) origin: Arc<Origin>,
    pub(crate) target: Uri,
}

impl Address {
    pub(crate) fn parse(url: &str) -> Option<Address> {
        if url.len() > CALLBACK_BYTES_MAX {
            return None;
        }
        let uri = url.split('#').next()?.parse::<Uri>().ok()?;
        let origin = format!("{}://{}", uri.scheme_str()?, uri.authority()?);
        let target = uri.path_and_query()?.clone();
        Some(Address {
            origin: Arc::new(Origin::parse(&origin).ok()?),
            target: Uri::from(target),
        })
    }
}

/// Whether something can be told there: an http or https URL without a user in it. Whether its network may be called is seen then.
pub fn is_address(url: &str) -> bool {
    Address::parse(url).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_their_query() {
        let address = Address::parse("https://a.test:8443/p?token=t#x").unwrap();
        assert_eq!(address.target.to_string(), "/p?token=t");
        assert_eq!(address.origin.to_string(), "https://a.test:8443");
        for url in ["", "a.test", "ftp://a.test/", "https://user:secret@a.test/"] {
            assert!(!is_address(url), "{url}");
        }
    }
}
