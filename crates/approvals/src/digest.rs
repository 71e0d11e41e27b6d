//! What a decision is bound to, and what a request is recognised by.

use postern_vault::Peppers;
use sha2::{Digest as _, Sha256};

use crate::request::HeldRequest;

/// Whose request it is and over which connection it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner<'a> {
    pub(crate) key_id: &'a str,
    pub(crate) connection_id: &'a str,
    pub(crate) app: &'a str,
}

/// SHA-256 over everything that is shown: key, connection, method, path, headers, body, recipients and price. Salted inside the seal.
pub(crate) fn digest(owner: Owner<'_>, request: &HeldRequest) -> [u8; 32] {
    let cost = request.approved.cost.map_or_else(
        || "unknown".to_owned(),
        |cost| format!("{} {:?}", cost.0, request.approved.currency),
    );
    let mut hash = Sha256::new();
    let fixed: [&[u8]; 4] = [
        b"postern approval 1",
        &request.salt,
        cost.as_bytes(),
        &request.approved.sending,
    ];
    for part in fixed.into_iter().chain(parts(owner, request)) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The same request of the same key has the same one, as long as the pepper is the same.
pub(crate) fn fingerprint(peppers: &Peppers, owner: Owner<'_>, request: &HeldRequest) -> [u8; 32] {
    let mut bytes = b"approval".to_vec();
    for part in parts(owner, request) {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    peppers.hash_current(&bytes).hash
}

fn parts<'a>(owner: Owner<'a>, request: &'a HeldRequest) -> impl Iterator<Item = &'a [u8]> {
    let texts = [
        owner.key_id,
        owner.connection_id,
        owner.app,
        &request.method,
        &request.target,
    ];
    let headers = request
        .headers
        .iter()
        .flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    texts
        .map(str::as_bytes)
        .into_iter()
        .chain(headers)
        .chain([request.body.as_slice()])
}

#[cfg(test)]
mod tests {
    use postern_domain::money::{Currency, Micros};
    use postern_guard::Approved;
    use postern_vault::Pepper;

    use super::*;

    fn request() -> HeldRequest {
        HeldRequest {
            method: "POST".into(),
            target: "/v3/sms/send".into(),
            headers: vec![("content-type".into(), "application/json".into())],
            body: b"{}".to_vec(),
            approved: Approved {
                cost: Some(Micros(1)),
                currency: Some(Currency::Usd),
                sending: [0; 32],
            },
            salt: [0; 16],
        }
    }

    const OWNER: Owner<'static> = Owner {
        key_id: "k",
        connection_id: "c",
        app: "clicksend",
    };

    #[test]
    fn a_changed_byte_of_anything_is_another_digest() {
        let base = request();
        let approved = base.approved;
        let others = [
            HeldRequest {
                method: "PUT".into(),
                ..base.clone()
            },
            HeldRequest {
                target: "/v3/sms/send?".into(),
                ..base.clone()
            },
            HeldRequest {
                headers: vec![("content-type".into(), "application/jso".into())],
                ..base.clone()
            },
            HeldRequest {
                body: b"{ }".to_vec(),
                ..base.clone()
            },
            HeldRequest {
                approved: Approved {
                    cost: Some(Micros(2)),
                    ..approved
                },
                ..base.clone()
            },
            HeldRequest {
                approved: Approved {
                    cost: None,
                    ..approved
                },
                ..base.clone()
            },
            HeldRequest {
                approved: Approved {
                    currency: Some(Currency::Eur),
                    ..approved
                },
                ..base.clone()
            },
            HeldRequest {
                approved: Approved {
                    sending: [1; 32],
                    ..approved
                },
                ..base.clone()
            },
            HeldRequest {
                salt: [1; 16],
                ..base.clone()
            },
        ];
        let mut seen = vec![digest(OWNER, &base)];
        for other in &others {
            seen.push(digest(OWNER, other));
        }
        for owner in [
            Owner {
                key_id: "l",
                ..OWNER
            },
            Owner {
                connection_id: "d",
                ..OWNER
            },
            Owner {
                app: "acme",
                ..OWNER
            },
        ] {
            seen.push(digest(owner, &base));
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }

    #[test]
    fn the_same_request_is_recognised_whatever_it_would_cost() {
        let peppers = Peppers::new([Pepper::create(1)]).unwrap();
        let base = request();
        let approved = Approved {
            cost: None,
            ..base.approved
        };
        let again = HeldRequest {
            salt: [7; 16],
            approved,
            ..base.clone()
        };
        let first = fingerprint(&peppers, OWNER, &base);
        assert_eq!(first, fingerprint(&peppers, OWNER, &again));
        let other = HeldRequest {
            body: b"[]".to_vec(),
            ..base
        };
        assert_ne!(first, fingerprint(&peppers, OWNER, &other));
    }
}
