//! Request bodies: bounded, JSON whatever the Content-Type says, and errors that name the field.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use http::header;
use postern_wire::clicksend::lenient::Object;
use serde::de::DeserializeOwned;

use crate::error::ApiError;
use crate::state::PlatformState;

/// A body that must be there.
pub(crate) struct Payload<T>(pub(crate) T);

/// A body that may be missing, empty or `{}`.
pub(crate) struct OptionalPayload<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<PlatformState> for Payload<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &PlatformState) -> Result<Self, ApiError> {
        let bytes = read(request, state).await?;
        if bytes.trim_ascii().is_empty() {
            return Err(ApiError::Invalid(
                "The request body is empty; send a JSON object.".into(),
            ));
        }
        parse(&bytes).map(Payload)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<PlatformState> for OptionalPayload<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &PlatformState) -> Result<Self, ApiError> {
        let bytes = read(request, state).await?;
        match bytes.trim_ascii() {
            b"" | b"null" => Ok(OptionalPayload(T::default())),
            json => parse(json).map(OptionalPayload),
        }
    }
}

async fn read(request: Request<Body>, state: &PlatformState) -> Result<Bytes, ApiError> {
    let bytes_max = state.config.body_bytes_max;
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|n| n > bytes_max) {
        return Err(ApiError::TooLarge { bytes_max });
    }
    to_bytes(request.into_body(), bytes_max)
        .await
        .map_err(|error| match is_length_limit(&error) {
            true => ApiError::TooLarge { bytes_max },
            false => ApiError::Invalid("The request body ended early.".into()),
        })
}

fn is_length_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error)
        .is_some_and(|source| source.is::<http_body_util::LengthLimitError>())
}

/// Paths to the faulty field cost time, so they are found only once something is wrong.
fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, ApiError> {
    let object = serde_json::from_slice::<Object<T>>(json);
    object.map(|Object(payload)| payload).map_err(|_| {
        let mut reader = serde_json::Deserializer::from_slice(json);
        let why = match serde_path_to_error::deserialize::<_, Object<T>>(&mut reader) {
            Err(error) if error.path().iter().next().is_some() => {
                format!("{}: {}", error.path(), error.inner())
            }
            Err(error) => error.inner().to_string(),
            Ok(_) => "there is more after the JSON object".to_owned(),
        };
        ApiError::Invalid(format!("The request body is not valid: {why}.").into())
    })
}
