//! What every answer is wrapped in, success and error alike.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// `http_code` repeats the HTTP status. Key order is the live service's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Envelope_{T}")
)]
pub struct Envelope<T> {
    pub http_code: u16,
    pub response_code: Cow<'static, str>,
    pub response_msg: Cow<'static, str>,
    pub data: T,
}

impl<T> Envelope<T> {
    pub fn success(response_msg: impl Into<Cow<'static, str>>, data: T) -> Envelope<T> {
        Envelope {
            http_code: 200,
            response_code: Cow::Borrowed("SUCCESS"),
            response_msg: response_msg.into(),
            data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Envelope;

    #[test]
    fn keys_stand_in_the_order_seen_live() {
        let json = serde_json::to_string(&Envelope::success("List of Countries.", ())).unwrap();
        assert_eq!(
            json,
            r#"{"http_code":200,"response_code":"SUCCESS","response_msg":"List of Countries.","data":null}"#
        );
    }
}
