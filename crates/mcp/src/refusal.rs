//! What is answered before the protocol begins, in the one error body of gateway and control.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use http::{Extensions, StatusCode};
use postern_access::{Denied, RequestId};
use postern_wire::control::Problem;

use crate::names::Strange;

#[derive(Debug)]
pub(crate) enum Refusal {
    Strange(Strange),
    MissingKey,
    Denied(Denied),
}

impl Refusal {
    fn said(&self) -> (StatusCode, &'static str, String, &'static str) {
        const ASK: &str =
            "ask whoever gave you the key for one that works; calling again will not help";
        match self {
            Self::Strange(strange) => {
                let header = match strange {
                    Strange::Host => "Host",
                    Strange::Origin => "Origin",
                };
                (
                    StatusCode::FORBIDDEN,
                    "cross_site",
                    format!("the header {header} names somebody else"),
                    "use the server's address, or the name that its setting `public_url` or [hosts] has",
                )
            }
            Self::MissingKey => (
                StatusCode::UNAUTHORIZED,
                "missing_key",
                "Invalid API key: none was presented".to_owned(),
                "send the header `Authorization: Bearer pst_live_…` with every request",
            ),
            Self::Denied(denied) => {
                let word = match denied {
                    Denied::Malformed(_) | Denied::Unknown => "invalid_key",
                    Denied::Expired => "expired_key",
                    Denied::Revoked => "revoked_key",
                    Denied::Address => "address_not_allowed",
                };
                let message = format!("Invalid API key: {denied}");
                (StatusCode::UNAUTHORIZED, word, message, ASK)
            }
        }
    }

    pub(crate) fn response(&self, extensions: &Extensions) -> Response {
        let (status, word, message, hint) = self.said();
        let id = extensions.get::<RequestId>();
        let problem = Problem {
            message,
            r#type: status.canonical_reason().unwrap_or_default().to_owned(),
            code: status.as_u16(),
            error: word.to_owned(),
            request_id: id.map_or_else(String::new, |id| id.0.to_string()),
            hint: Some(hint.to_owned()),
            send_id: None,
            approval_id: None,
            verdicts: Vec::new(),
            field: None,
        };
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
