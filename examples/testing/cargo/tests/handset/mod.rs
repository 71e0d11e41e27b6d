//! The simulated handset. Copy this file.

use serde_json::{Value, json};

/// Somebody's telephone. Tests run side by side in threads: give each one a number of its own.
pub struct Handset {
    pub number: &'static str,
    /// Where the inbox stood: what arrived before is nothing for this test. Emptying it would disturb the others.
    earlier: String,
}

impl Handset {
    pub fn new(number: &'static str) -> Self {
        let cursor = &get(number, &[])["cursor"];
        let earlier = cursor.as_str().expect("a cursor").to_owned();
        Self { number, earlier }
    }

    /// The one-time code in the newest text; waits until there is one.
    pub fn code(&self) -> String {
        let inbox = get(self.number, &[("after", &self.earlier), ("wait", "10s")]);
        inbox["code"].as_str().expect("a code came").to_owned()
    }

    pub fn reply(&self, text: &str) {
        ureq::post(at("/inbox/replies"))
            .header("Authorization", authorization())
            .send_json(json!({"from": self.number, "body": text}))
            .expect("the handset answers");
    }
}

fn get(number: &str, more: &[(&str, &str)]) -> Value {
    ureq::get(at("/inbox"))
        .query("to", number)
        .query_pairs(more.iter().copied())
        .header("Authorization", authorization())
        .call()
        .and_then(|mut answer| answer.body_mut().read_json())
        .expect("the inbox answers")
}

fn at(path: &str) -> String {
    let url = std::env::var("POSTERN_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned());
    format!("{url}{path}")
}

fn authorization() -> String {
    let key = std::env::var("POSTERN_API_KEY").expect("POSTERN_API_KEY is set");
    format!("Bearer {key}")
}
