//! JSON bodies: bounded, strict, and refused with the name of the field. What was sent is never repeated in the refusal:
//! it may be a secret.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::refusal::Refusal;

/// No request of the control API comes near it.
pub(crate) const BODY_BYTES_MAX: usize = 64 * 1024;

/// A body that must be there.
pub(crate) struct Payload<T>(pub(crate) T);

/// A body that may be left out, which means the same as `{}`.
pub(crate) struct OptionalPayload<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Payload<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        parse(&bounded(request).await?).map(Self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for OptionalPayload<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let bytes = bounded(request).await?;
        parse(if bytes.is_empty() { b"{}" } else { &bytes }).map(Self)
    }
}

async fn bounded(request: Request) -> Result<Bytes, Refusal> {
    to_bytes(request.into_body(), BODY_BYTES_MAX)
        .await
        .map_err(|_| {
            Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                format!("the body was cut off, or is larger than {BODY_BYTES_MAX} bytes"),
            )
        })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    if bytes.is_empty() {
        let message = "the request needs a JSON body";
        return Err(Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_request",
            message,
        ));
    }
    // Elsewhere an array is read as a struct by position; nobody means that.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        serde_json::from_slice::<serde::de::IgnoredAny>(bytes)
            .map_err(|error| explain(".", &error))?;
        return Err(no_object());
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        explain(&path, error.inner())
    })?;
    reader.end().map_err(|error| explain(".", &error))?;
    Ok(value)
}

/// Turns serde's words into ours. They quote the value after `invalid type:` or `invalid value:`, so only what follows
/// `expected` is kept.
fn explain(path: &str, error: &serde_json::Error) -> Refusal {
    let text = error.to_string();
    let text = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(text, _)| text);
    if !error.is_data() {
        let place = format!("line {}, column {}", error.line(), error.column());
        return Refusal::new(
            StatusCode::BAD_REQUEST,
            "invalid_json",
            format!("the body is not JSON: it breaks at {place}"),
        );
    }
    if let Some(field) = quoted_after(text, "unknown field ") {
        let known = text.split_once("expected ").map_or("", |(_, known)| known);
        let field = join(path, field);
        return Refusal::invalid(&field, format!("`{field}` is not a field of this request"))
            .hint(format!("expected {known}"));
    }
    if let Some(field) = quoted_after(text, "missing field ") {
        let field = join(path, field);
        return Refusal::invalid(&field, format!("`{field}` is missing"));
    }
    if let Some(field) = quoted_after(text, "duplicate field ") {
        let field = join(path, field);
        return Refusal::invalid(&field, format!("`{field}` is there twice"));
    }
    let expected = text
        .rsplit_once("expected ")
        .map_or("something else", |(_, expected)| expected);
    match join(path, "") {
        root if root.is_empty() => no_object(),
        field => Refusal::invalid(&field, format!("`{field}` must be {expected}")),
    }
}

fn no_object() -> Refusal {
    Refusal::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid_request",
        "the body must be a JSON object",
    )
}

fn quoted_after<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    text.strip_prefix(words)?
        .strip_prefix('`')?
        .split_once('`')
        .map(|(field, _)| field)
}

/// `path` as serde_path_to_error writes it (`.` and `?` for the whole body), with `field` unless it ends there already.
fn join(path: &str, field: &str) -> String {
    let path = path.trim_end_matches(['.', '?']).trim_end_matches('.');
    match (path, field) {
        ("", field) => field.to_owned(),
        (path, "") => path.to_owned(),
        (path, field) if path == field || path.ends_with(&format!(".{field}")) => path.to_owned(),
        (path, field) => format!("{path}.{field}"),
    }
}

#[cfg(test)]
mod tests {
    use postern_wire::control::{NewConnection, NewKey};

    use super::*;

    fn refusal<T: DeserializeOwned>(body: &str) -> (u16, Option<String>, String) {
        let refusal = parse::<T>(body.as_bytes()).err().expect("refused");
        (refusal.status.as_u16(), refusal.field, refusal.message)
    }

    #[test]
    fn each_mistake_names_its_field() {
        for (body, status, field, message) in [
            ("", 422, None, "the request needs a JSON body"),
            (
                "{",
                400,
                None,
                "the body is not JSON: it breaks at line 1, column 1",
            ),
            (
                r#"{"name":"n"} x"#,
                400,
                None,
                "the body is not JSON: it breaks at line 1, column 14",
            ),
            ("[\"n\"]", 422, None, "the body must be a JSON object"),
            ("7", 422, None, "the body must be a JSON object"),
            ("{}", 422, Some("name"), "`name` is missing"),
            (
                r#"{"name":"n","limts":{}}"#,
                422,
                Some("limts"),
                "`limts` is not a field of this request",
            ),
            (
                r#"{"name":7}"#,
                422,
                Some("name"),
                "`name` must be a string",
            ),
            (
                r#"{"name":"n","test":"yes"}"#,
                422,
                Some("test"),
                "`test` must be a boolean",
            ),
            (
                r#"{"name":"n","apps":"clicksend"}"#,
                422,
                Some("apps"),
                "`apps` must be a sequence",
            ),
            (
                r#"{"name":"n","apps":["a",7]}"#,
                422,
                Some("apps[1]"),
                "`apps[1]` must be a string",
            ),
            (
                r#"{"name":"n","rules":[{"efect":"read"}]}"#,
                422,
                Some("rules[0].efect"),
                "`rules[0].efect` is not a field of this request",
            ),
            (
                r#"{"name":"n","rules":[{"effect":7}]}"#,
                422,
                Some("rules[0].effect"),
                "`rules[0].effect` must be a string",
            ),
            (
                r#"{"name":"n","rate_per_second":1.5}"#,
                422,
                Some("rate_per_second"),
                "`rate_per_second` must be i64",
            ),
            (
                r#"{"name":"n","limits":[]}"#,
                422,
                Some("limits"),
                "`limits` must be a JSON object",
            ),
            (
                r#"{"name":"n","name":"n"}"#,
                422,
                Some("name"),
                "`name` is there twice",
            ),
        ] {
            assert_eq!(
                refusal::<NewKey>(body),
                (status, field.map(str::to_owned), message.to_owned()),
                "{body}"
            );
        }
    }

    #[test]
    fn a_secret_in_the_wrong_place_is_not_repeated() {
        for body in [
            r#"{"app":"clicksend","credentials":"hunter2"}"#,
            r#"{"app":"clicksend","credentials":{"password":{"hunter2":1}}}"#,
            r#"{"app":"clicksend","credentials":{"password":["hunter2"]}}"#,
            r#"{"app":"clicksend","verify":"hunter2"}"#,
        ] {
            let (status, field, message) = refusal::<NewConnection>(body);
            assert_eq!(status, 422, "{body}");
            assert!(
                !format!("{field:?}{message}").contains("hunter2"),
                "{field:?} {message}"
            );
        }
    }
}
