//! `POST /v3/email/addresses`: the address is kept, and the token that verifies it is mailed at once.

use axum::extract::State;
use axum::response::Response;
use postern_store::{Lane, email_addresses};
use postern_wire::clicksend::email::EmailAddressRequest;

use super::in_wire;
use super::send_token::Token;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

/// RFC 5321.
const ADDRESS_BYTES_MAX: usize = 254;
const LOCAL_PART_BYTES_MAX: usize = 64;

pub(crate) async fn create(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<EmailAddressRequest>,
) -> Result<Response, ApiError> {
    let text = request.email_address.unwrap_or_default();
    let address = normal(&text).ok_or(ApiError::Invalid(
        "email_address is missing or no e-mail address.".into(),
    ))?;
    let (id, now, token) = (account.id, state.now(), Token::new(&state));
    let created = state
        .store
        .write(Lane::of(id.0), move |tx| {
            let Some(created) = email_addresses::create(tx, id, &address, now)? else {
                return Ok(None);
            };
            token.mail(tx, id, created.email_address_id, now)?;
            Ok(Some(created))
        })
        .await?
        .ok_or(ApiError::AlreadyExists("The email address already exists."))?;
    Ok(answer::success(
        "Email address has been created.",
        in_wire(created),
    ))
}

/// Local part as written, domain in lower case: only that is the same address for certain.
pub(crate) fn normal(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || "@,;:<>()[]\"\\".contains(c);
    let fits = (1..=LOCAL_PART_BYTES_MAX).contains(&local.len())
        && text.len() <= ADDRESS_BYTES_MAX
        && !text.replacen('@', "", 1).contains(odd);
    let labels_are_names = domain.contains('.')
        && domain
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    (fits && labels_are_names).then(|| format!("{local}@{}", domain.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn addresses_have_a_local_part_and_a_domain() {
        for (text, wanted) in [
            ("John.Doe@Example.COM", Some("John.Doe@example.com")),
            (" a+b@x.co ", Some("a+b@x.co")),
            ("a@b", None),
            ("a@b..c", None),
            ("a@-b.c", None),
            ("@b.c", None),
            ("a@b@c.d", None),
            ("a b@c.d", None),
            ("a@b.c\r\nBcc: x@y.z", None),
            ("<a@b.c>", None),
            ("", None),
        ] {
            assert_eq!(normal(text).as_deref(), wanted, "{text}");
        }
        assert_eq!(normal(&format!("{}@b.c", "a".repeat(65))), None);
    }
}
