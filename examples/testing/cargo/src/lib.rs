//! A sign-in with a code by text message: the program under test, as small as it can be.

use serde_json::{Value, json};
use std::collections::HashMap;

#[derive(Default)]
pub struct SignIn {
    codes: HashMap<String, String>,
}

impl SignIn {
    pub fn begin(&mut self, number: &str) -> Result<(), ureq::Error> {
        let code = format!("{:06}", rand::random_range(0..1_000_000));
        let body = format!("Your code is {code}. It was not you? Answer NO.");
        let message = json!({"to": number, "body": body, "source": "sign-in"});
        ureq::post(at("/sms/send"))
            .header("Authorization", authorization())
            .send_json(json!({"messages": [message]}))?;
        self.codes.insert(number.to_owned(), code);
        Ok(())
    }

    pub fn finish(&mut self, number: &str, code: &str) -> bool {
        self.codes.remove(number).is_some_and(|sent| sent == code)
    }

    /// Forgets the codes of people who answered NO.
    pub fn read_replies(&mut self) -> Result<(), ureq::Error> {
        let unread: Value = ureq::get(at("/sms/inbound"))
            .header("Authorization", authorization())
            .call()?
            .body_mut()
            .read_json()?;
        for text in unread["data"]["data"].as_array().into_iter().flatten() {
            let said = text["body"].as_str().unwrap_or_default();
            if said.trim().eq_ignore_ascii_case("no") {
                self.codes.remove(text["from"].as_str().unwrap_or_default());
            }
            let id = text["message_id"].as_str().unwrap_or_default();
            ureq::put(at(&format!("/sms/inbound-read/{id}")))
                .header("Authorization", authorization())
                .send_empty()?;
        }
        Ok(())
    }
}

fn at(path: &str) -> String {
    let url = std::env::var("POSTERN_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned());
    format!("{url}/clicksend/v3{path}")
}

fn authorization() -> String {
    let key = std::env::var("POSTERN_API_KEY").expect("POSTERN_API_KEY is set");
    format!("Bearer {key}")
}
