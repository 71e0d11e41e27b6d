//! The way around: an agent key that may spend 5.00 a day tries every operation of ClickSend, plainly and in every dress that could make two
//! readers see two things, in front of an account that obliges whatever a request could be read as.

mod dresses;

use std::collections::BTreeSet;

use postern_access::Limits;
use postern_apps::Registry;
use postern_domain::effect::Effect;
use postern_domain::key::Role;
use postern_testkit::{Done, Message, ObligingAccount};
use serde_json::Value;

use crate::house::{House, PASSWORD, Plan};
use dresses::{Call, bodies, dressed, filled};

const TABLE: &str = include_str!("../../../apps/data/clicksend.tsv");
const CAP_CENTS: u64 = 500;
const LIMITS: &str =
    r#"{"spend_per_day":"5.00","currency":"AUD","recipients_allow":["+61411000*"]}"#;
/// The account's own key, which is not the one that the connection holds.
const SECRET: &str = "0C0FFEE0-5EC2-E7C0-0000-FEEDFACE0001";
const HOLES_SHOWN: usize = 60;
const DAY_SECONDS: i64 = 86_400;

/// What the agent has spent, as the account sees it, and what that is made of.
struct Agent {
    house: House,
    account: ObligingAccount,
    key: String,
    spent: u64,
    calls: usize,
    passed: BTreeSet<String>,
    /// What should not have been.
    holes: Vec<String>,
}

impl Agent {
    async fn with(limits: &str) -> Agent {
        let house = House::planned(Plan {
            limits: Limits {
                rate_per_second: 1_000_000,
                burst: 1_000_000,
            },
            ..Plan::default()
        })
        .await;
        let account = ObligingAccount::open(TABLE, SECRET).await;
        house.connection("clicksend", &account.url()).await;
        let key = house.limited_key(Role::Agent, limits).await;
        Agent {
            house,
            account,
            key,
            spent: 0,
            calls: 0,
            passed: BTreeSet::new(),
            holes: Vec::new(),
        }
    }

    async fn tomorrow(&mut self) {
        self.house.clock.advance_seconds(DAY_SECONDS);
        self.spent = 0;
    }

    /// Tries a call and looks at what it came to.
    async fn tries(&mut self, call: &Call) {
        self.calls += 1;
        let answer = call.make(&self.house, &self.key).await;
        // No answer at all is what a call that is no message gets.
        let answer = answer.unwrap_or_default();
        let shown = format!("{}{}", answer.head, answer.text());
        for secret in [SECRET, PASSWORD] {
            // Also a piece of it: whoever sees all pieces sees all of it.
            if shown.contains(&secret[9..]) {
                self.found(call, "shows a secret", &shown);
            }
        }
        for done in self.account.take() {
            self.judge(call, &answer, &done);
        }
    }

    fn judge(&mut self, call: &Call, answer: &Message, done: &Done) {
        if done.effects.is_empty() {
            self.found(call, "nobody knows what it does", done);
        }
        if ["spend", "credential"]
            .iter()
            .any(|never| done.effects.contains(*never))
        {
            self.found(call, "came through", done);
        }
        if done.cents == 0 {
            return;
        }
        self.spent += done.cents;
        self.passed.insert(call.operation.clone());
        if self.spent > CAP_CENTS {
            self.found(call, "spends more than the cap", done);
        }
        if !done.reached.iter().all(|to| to.starts_with("+61411000")) {
            self.found(call, "reaches somebody else", done);
        }
        let told = answer.header("postern-limit-spend-day").unwrap_or_default();
        let used = format!("used={}.{:02}0000,", self.spent / 100, self.spent % 100);
        if !told.contains(&used) {
            self.found(call, "spends what is not counted", &(told, used, done));
            self.spent -= done.cents;
        }
    }

    fn found(&mut self, call: &Call, what: &str, seen: &impl std::fmt::Debug) {
        self.holes
            .push(format!("{} {what}: {call:?}\n    {seen:?}", call.operation));
    }
}

fn operations() -> Vec<(String, String, Effect)> {
    let registry = Registry::builtin();
    let app = registry.get("clicksend").expect("it is built in");
    let table = app.operations.as_ref().expect("a table");
    let split = |(name, effect): (&str, Effect)| {
        let (method, path) = name.split_once(' ').expect("method and path");
        (method.to_owned(), path.to_owned(), effect)
    };
    table.iter().map(split).collect()
}

#[tokio::test]
async fn no_operation_spends_beyond_the_cap_shows_a_secret_or_opens_another_way_in() {
    let mut agent = Agent::with(LIMITS).await;
    let operations = operations();
    assert_eq!(operations.len(), 239);
    for (method, pattern, effect) in &operations {
        agent.tomorrow().await;
        let operation = format!("{method} {pattern}");
        for call in bodies(&operation, method, &filled(pattern), *effect) {
            agent.tries(&call).await;
        }
        for call in dressed(&operation, method, &filled(pattern), *effect) {
            agent.tries(&call).await;
        }
    }
    let holes = agent
        .holes
        .iter()
        .take(HOLES_SHOWN)
        .cloned()
        .collect::<Vec<_>>();
    assert!(
        holes.is_empty(),
        "{} holes:\n{}",
        agent.holes.len(),
        holes.join("\n")
    );
    // It could send at all, and nothing but what can be counted.
    let sent: Vec<_> = agent.passed.iter().map(String::as_str).collect();
    assert_eq!(
        sent,
        [
            "POST /v3/mms/send",
            "POST /v3/sms/send",
            "POST /v3/voice/send"
        ]
    );
    assert!(agent.calls > 239 * 10, "{} calls", agent.calls);
    println!("{} calls tried", agent.calls);
}

#[tokio::test]
async fn an_agent_in_a_loop_reaches_the_cap_and_nothing_more() {
    let mut agent = Agent::with(LIMITS).await;
    let call = bodies("POST /v3/sms/send", "POST", "/v3/sms/send", Effect::Send).remove(0);
    let mut last = Value::Null;
    for _ in 0..1_000 {
        agent.tries(&call).await;
        let answer = call
            .make(&agent.house, &agent.key)
            .await
            .expect("an answer");
        agent.spent += agent
            .account
            .take()
            .iter()
            .map(|done| done.cents)
            .sum::<u64>();
        last = serde_json::from_slice(&answer.body).expect("JSON");
    }
    assert_eq!(agent.spent, CAP_CENTS);
    assert_eq!(last["error"], "limit_spend_per_day");
    assert!(
        last["message"]
            .as_str()
            .is_some_and(|text| text.ends_with("Resending will not help.")),
        "{last}"
    );
}
