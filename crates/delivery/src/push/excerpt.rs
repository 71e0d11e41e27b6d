//! How an answer begins, for people who want to know why an address does not take what it is told. Numbers are masked: it may repeat them.

use std::time::Duration;

use http_body_util::BodyExt as _;
use postern_egress::Answer;

const BYTES_MAX: usize = 2_000;
const CHARS_MAX: usize = 300;
/// Shorter ones are statuses, counts and ports.
const MASKED_DIGITS_MIN: usize = 7;
/// The head has come already; whoever dawdles with the rest is cut off.
const WITHIN: Duration = Duration::from_secs(2);

pub(crate) async fn excerpt(answer: http::Response<Answer>) -> Option<String> {
    let mut body = answer.into_body();
    let mut bytes = Vec::new();
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            if let Ok(data) = frame.into_data() {
                bytes.extend_from_slice(&data);
            }
            if bytes.len() >= BYTES_MAX {
                return;
            }
        }
    };
    // What has come by then is what is shown.
    let _late = tokio::time::timeout(WITHIN, reading).await;
    bytes.truncate(BYTES_MAX);
    let text = shown(&String::from_utf8_lossy(&bytes));
    (!text.is_empty()).then_some(text)
}

fn shown(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(CHARS_MAX)
        .collect();
    let mut shown = String::new();
    let mut digits = String::new();
    for c in plain.trim().chars().chain(std::iter::once('\0')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        match digits.len() >= MASKED_DIGITS_MIN {
            true => shown.push('…'),
            false => shown.push_str(&digits),
        }
        digits.clear();
        if c != '\0' {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn numbers_of_people_are_masked_and_the_rest_is_readable() {
        for (text, expected) in [
            ("<b>no</b>\r\n", "<b>no</b>"),
            (
                "to +61411111111: 404 after 12 tries",
                "to +…: 404 after 12 tries",
            ),
            ("61411111111", "…"),
            ("", ""),
        ] {
            assert_eq!(shown(text), expected);
        }
        assert_eq!(shown(&"é".repeat(1_000)).chars().count(), 300);
    }
}
