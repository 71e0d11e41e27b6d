//! What `send` and `price` have in common: recipients, text, and how it is to go.

use std::fs;
use std::io::Read;

use postern_wire::clicksend::lenient::Unix;
use postern_wire::clicksend::sms::Message;

use crate::clock;
use crate::exit::{Exit, Failure, Outcome};
use crate::moment;

#[derive(clap::Args, Clone, Debug)]
pub struct Text {
    /// Recipients, such as +15551234567
    #[arg(required_unless_present = "list", value_name = "TO")]
    to: Vec<String>,

    /// Everybody on this list instead
    #[arg(long, value_name = "LIST ID", conflicts_with = "to")]
    list: Option<i64>,

    /// The message
    #[arg(
        long,
        short,
        conflicts_with = "body_file",
        required_unless_present = "body_file"
    )]
    body: Option<String>,

    /// File that holds the message; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    body_file: Option<String>,

    /// Sender: a number or a name
    #[arg(long, value_name = "SENDER")]
    from: Option<String>,

    /// When to send it: 90m, 12h, a date, RFC 3339, or Unix seconds
    #[arg(long, value_name = "WHEN")]
    schedule: Option<String>,

    /// Your own reference; it comes back in history and receipts
    #[arg(long, value_name = "TEXT")]
    custom_string: Option<String>,

    /// Country of numbers without a prefix, such as US
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
}

impl Text {
    /// A message for each recipient.
    pub fn messages(&self) -> Outcome<Vec<Message>> {
        let body = self.read_body()?;
        let schedule = match &self.schedule {
            Some(text) => Unix::At(moment::parse(text, clock::now(), "--schedule")?.as_second()),
            None => Unix::Absent,
        };
        let message = |to: Option<String>| Message {
            to,
            list_id: self.list.map(|id| id.to_string()),
            body: Some(body.clone()),
            from: self.from.clone(),
            source: Some("postern-cli".to_owned()),
            schedule,
            custom_string: self.custom_string.clone(),
            country: self.country.clone(),
            ..Message::default()
        };
        Ok(match self.list {
            Some(_) => vec![message(None)],
            None => self.to.iter().cloned().map(Some).map(message).collect(),
        })
    }

    fn read_body(&self) -> Outcome<String> {
        let text = match (&self.body, self.body_file.as_deref()) {
            (Some(body), _) => return Ok(body.clone()),
            (None, Some("-")) => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text).map(|_| text)
            }
            (None, Some(file)) => fs::read_to_string(file),
            (None, None) => {
                return Err(
                    Failure::new(Exit::Usage, "there is no message").fix("say it with --body")
                );
            }
        };
        let text = text.map_err(|error| {
            Failure::failed(format!("cannot read the message: {error}"))
                .fix("name a readable text file with --body-file")
        })?;
        Ok(text.trim_end_matches(['\r', '\n']).to_owned())
    }
}
