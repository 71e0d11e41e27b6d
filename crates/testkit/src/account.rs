//! A fake remote account, the most obliging that a server can be: it does whatever a request could be read as, counts what that costs, and
//! shows its secrets to whoever asks. What a guard lets through to it is seen here, however it was dressed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use crate::Message;
use crate::reading::{methods, numbers, paths};
use crate::upstream::{ScriptedUpstream, answer};

/// What a message costs, in hundredths of [`ObligingAccount::CURRENCY`].
pub const CENTS_A_MESSAGE: u64 = 25;

/// One line of the table of operations.
#[derive(Clone, Debug)]
struct Operation {
    method: String,
    segments: Vec<String>,
    effect: String,
}

/// What came of one request.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// Its first line.
    pub line: String,
    /// Every effect that any reading of it has.
    pub effects: BTreeSet<String>,
    pub cents: u64,
    /// Everybody that any reading of it sends to.
    pub reached: Vec<String>,
}

pub struct ObligingAccount {
    upstream: ScriptedUpstream,
    done: Arc<Mutex<Vec<Done>>>,
}

impl ObligingAccount {
    pub const CURRENCY: &str = "AUD";

    /// `table`: lines of `method <tab> path <tab> effect`. `secret` is what it shows in `api_key`.
    pub async fn open(table: &str, secret: &str) -> ObligingAccount {
        let table: Vec<Operation> = table.lines().filter_map(Operation::read).collect();
        let done = Arc::new(Mutex::new(Vec::new()));
        let (noted, secret) = (done.clone(), secret.to_owned());
        let upstream = ScriptedUpstream::answering(move |message| {
            let (seen, reply) = reply(&table, message, &secret);
            noted.lock().expect("nobody panicked").push(seen);
            Some(reply)
        })
        .await;
        ObligingAccount { upstream, done }
    }

    pub fn url(&self) -> String {
        self.upstream.url()
    }

    /// What was done since this was asked last.
    pub fn take(&self) -> Vec<Done> {
        std::mem::take(&mut self.done.lock().expect("nobody panicked"))
    }
}

impl Operation {
    fn read(line: &str) -> Option<Operation> {
        let mut columns = line.split('\t');
        let (method, path, effect) = (columns.next()?, columns.next()?, columns.next()?);
        (!method.starts_with('#')).then(|| Operation {
            method: method.to_owned(),
            segments: path
                .trim_matches('/')
                .split('/')
                .map(str::to_owned)
                .collect(),
            effect: effect.to_owned(),
        })
    }

    /// Whether it is what is asked for; a hole takes anything, one for an id at least a digit.
    fn is(&self, method: &str, path: &str) -> bool {
        let given: Vec<_> = path.trim_matches('/').split('/').collect();
        self.method == method
            && given.len() == self.segments.len()
            && self
                .segments
                .iter()
                .zip(&given)
                .all(|(own, given)| match own.starts_with('{') {
                    true => !own.ends_with("_id}") || given.contains(|c: char| c.is_ascii_digit()),
                    false => own == given,
                })
    }
}

fn reply(table: &[Operation], message: &Message, secret: &str) -> (Done, Vec<u8>) {
    let line = message.first_line();
    let own = match line.split(' ').next() {
        Some("HEAD") => "GET",
        own => own.unwrap_or_default(),
    };
    let mut done = Done {
        line: line.to_owned(),
        ..Done::default()
    };
    if message.headers("authorization").is_empty() {
        // A stranger learns nothing and does nothing.
        done.effects.insert("none".to_owned());
        return (done, answer("401 Unauthorized", "", b"{}"));
    }
    let mut sends = false;
    for method in methods(own, message) {
        for path in paths(message) {
            // The most literal pattern is what a router takes; another method may have another one.
            let fits = table
                .iter()
                .filter(|operation| operation.is(&method, &path));
            let holes = |operation: &&Operation| {
                operation
                    .segments
                    .iter()
                    .filter(|s| s.starts_with('{'))
                    .count()
            };
            if let Some(operation) = fits.min_by_key(holes) {
                sends |= operation.effect == "send";
                done.effects.insert(operation.effect.clone());
            }
        }
    }
    let reached = numbers(message);
    let body: String = String::from_utf8_lossy(&message.body).into_owned();
    if sends {
        // A send that names nobody goes to everybody on a list, or is a fax, a letter, a campaign.
        let count = if reached.is_empty() {
            1000
        } else {
            reached.len() as u64
        };
        done.cents = count * CENTS_A_MESSAGE;
        done.reached = reached;
    }
    // The bill is for the plainest reading; what it cost is not.
    let billed = body.matches("\"body\"").count().max(1);
    let mut reply = account(billed as u64, secret);
    // Whoever wants a part of it gets the worst one.
    if !message.headers("range").is_empty() {
        let inside = reply.find(secret).map_or(0, |at| at + 4);
        reply = reply.split_off(inside);
    }
    (
        done,
        answer(
            "200 OK",
            "content-type: application/json; charset=utf-8\r\n",
            reply.as_bytes(),
        ),
    )
}

/// The bill and the account at once, as whoever asks may expect the one or the other.
fn account(messages: u64, secret: &str) -> String {
    let money = |cents: u64| format!("{}.{:02}", cents / 100, cents % 100);
    let price = money(CENTS_A_MESSAGE);
    let row = format!(r#"{{"message_price":"{price}","message_parts":1,"status":"SUCCESS"}}"#);
    let rows = vec![row; usize::try_from(messages).unwrap_or(0)].join(",");
    format!(
        r#"{{"http_code":200,"response_code":"SUCCESS","response_msg":"","data":{{"username":"johndoe1","total_price":{},"queued_count":{messages},"messages":[{rows}],"_currency":{{"currency_name_short":"{}"}},"_subaccount":{{"subaccount_id":1,"api_key" : "{secret}"}},"data":[{{"api_key":"{secret}"}}]}}}}"#,
        money(messages * CENTS_A_MESSAGE),
        ObligingAccount::CURRENCY,
    )
}
