//! Messages that never repeat: the same text to the same recipient within moments is refused as a repeat, and a refusal is quick.

use std::cell::Cell;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::rc::Rc;

/// One message of a call as JSON; each run of `#` becomes the message's number.
const JSON: &str = r#"{"to":"+6140#######","body":"Your code is ##########","source":"bench","custom_string":"bench-##########"}"#;

/// The number of the next message, whoever sends it.
pub type Numbers = Rc<Cell<u64>>;

/// A request with places for numbers.
pub struct Template {
    bytes: Vec<u8>,
    /// Where digits go, how many, and for which message of the call.
    places: Vec<(usize, usize, u64)>,
    messages: u64,
}

impl Template {
    /// `message` is repeated so often, with commas between; runs of `#` in it are places for its number.
    fn new(before: &str, message: &str, messages: u64, after: &str) -> Self {
        let mut bytes = before.as_bytes().to_vec();
        let mut places = Vec::new();
        for index in 0..messages {
            if index > 0 {
                bytes.push(b',');
            }
            let mut width = 0;
            for byte in message.bytes().chain([0]) {
                match byte {
                    b'#' => width += 1,
                    _ if width > 0 => {
                        places.push((bytes.len() - width, width, index));
                        width = 0;
                    }
                    _ => {}
                }
                if byte != 0 {
                    bytes.push(byte);
                }
            }
        }
        bytes.extend_from_slice(after.as_bytes());
        Self {
            bytes,
            places,
            messages,
        }
    }

    /// `POST /v3/sms/send` with so many messages.
    pub fn send(address: SocketAddr, prefix: &str, authorization: &str, messages: u64) -> Self {
        let (open, close) = (r#"{"messages":["#, "]}");
        let commas = messages.saturating_sub(1) as usize;
        let length = open.len() + close.len() + JSON.len() * messages as usize + commas;
        let mut head = String::new();
        // Writing to memory cannot fail.
        let _ = write!(
            head,
            "POST {prefix}/v3/sms/send HTTP/1.1\r\nHost: {address}\r\nAuthorization: {authorization}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{open}"
        );
        Self::new(&head, JSON, messages, close)
    }

    /// Kannel's way to accept one message.
    pub fn kannel(address: SocketAddr) -> Self {
        let request = format!(
            "GET /cgi-bin/sendsms?username=bench&password=bench&from=15005550100&to=%2B6140#######&text=Your+code+is+########## HTTP/1.1\r\n\
             Host: {address}\r\n\r\n"
        );
        Self::new("", &request, 1, "")
    }

    pub fn messages(&self) -> u64 {
        self.messages
    }

    /// The request for the next messages.
    pub fn make(&self, numbers: &Numbers) -> Rc<[u8]> {
        let first = numbers.get();
        numbers.set(first + self.messages);
        let mut bytes = self.bytes.clone();
        for (at, width, index) in &self.places {
            let mut number = first + index;
            for digit in bytes[*at..at + width].iter_mut().rev() {
                *digit = b'0' + (number % 10) as u8;
                number /= 10;
            }
        }
        bytes.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_messages_are_alike() {
        let template = Template::new("<", "a###b##", 2, ">");
        let numbers = Numbers::default();
        numbers.set(98);
        assert_eq!(&*template.make(&numbers), b"<a098b98,a099b99>");
        assert_eq!(&*template.make(&numbers), b"<a100b00,a101b01>");
        assert_eq!(numbers.get(), 102);
    }

    #[test]
    fn a_call_says_how_long_it_is() {
        let template = Template::send(([127, 0, 0, 1], 1).into(), "", "Basic x", 3);
        let text = String::from_utf8(template.bytes).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.ends_with(&format!("Content-Length: {}", body.len())));
    }
}
