//! Sends that wait for a person: what was shown is what is sent, once, whatever happens in between.

use crate::history;
use anyhow::{Context as _, Result, ensure};
use postern_e2e::origin::{Origin, answer};
use postern_e2e::{Api, Home, Server, api};
use reqwest::Method;
use serde_json::{Value, json};

const SEND: &str = "/clicksend/v3/sms/send";

/// A key that may send one message a call by itself.
async fn agent(server: &Server) -> Result<Api> {
    let limits = json!({"limits": {"approval_above": {"messages": 1}}});
    server.agent(limits).await
}

fn two(text: &str) -> Value {
    json!({"messages": [{"to": "+15551234567", "body": text}, {"to": "+15551234568", "body": text}]})
}

/// A session of the first operator.
pub(crate) async fn operator(server: &Server) -> Result<Api> {
    let body =
        json!({"operator": server.first.operator, "password": server.first.operator_password});
    let said = Api::stranger(&server.gateway_url())
        .post("/console/session", &body)
        .await?
        .expect(201)?;
    let token = said["token"].as_str().context("a token")?;
    Ok(Api::bearer(&server.gateway_url(), token))
}

/// Asks for two messages and gives the approval's id.
async fn held(agent: &Api, text: &str) -> Result<String> {
    let said = agent.post(SEND, &two(text)).await?.expect(403)?;
    assert_eq!(said["error"], "approval_required", "{said}");
    Ok(said["approval_id"].as_str().context("an id")?.to_owned())
}

pub(crate) async fn decide(operator: &Api, id: &str, verb: &str) -> Result<api::Answer> {
    let shown = operator
        .get(&format!("/approvals/{id}"))
        .await?
        .expect(200)?;
    let body = json!({"digest": shown["digest"]});
    operator
        .post(&format!("/approvals/{id}/{verb}"), &body)
        .await
}

async fn texts(server: &Server) -> Result<Vec<String>> {
    let rows = history::all(&server.native(), "").await?;
    let mut texts: Vec<String> = rows
        .iter()
        .map(|row| row["body"].as_str().unwrap_or_default().to_owned())
        .collect();
    texts.sort();
    Ok(texts)
}

#[tokio::test]
async fn what_is_held_is_not_sent_until_somebody_says_so_and_then_once() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let (agent, operator) = (agent(&server).await?, operator(&server).await?);
    let one = json!({"messages": [{"to": "+15551234567", "body": "by itself"}]});
    agent.post(SEND, &one).await?.expect(200)?;
    let id = held(&agent, "held").await?;
    assert_eq!(held(&agent, "held").await?, id, "the same waits once");
    let other = held(&agent, "another").await?;
    assert_ne!(other, id);
    assert_eq!(texts(&server).await?, ["by itself"]);

    let mine = agent.get("/approvals?state=pending").await?.expect(200)?;
    assert_eq!(mine["approvals"].as_array().map(Vec::len), Some(2));
    assert!(
        mine.to_string().find("+1555").is_none(),
        "no number in a list"
    );
    let refused = agent
        .post(&format!("/approvals/{id}/approve"), &json!({"digest": ""}))
        .await?;
    assert_eq!(refused.status, 403, "whoever asked does not decide");
    let refused = server
        .api()
        .post(&format!("/approvals/{id}/approve"), &json!({"digest": ""}))
        .await?;
    assert_eq!(refused.status, 403, "no key decides");

    let shown = operator
        .get(&format!("/approvals/{id}"))
        .await?
        .expect(200)?;
    assert_eq!(shown["request"]["body"], two("held").to_string());
    let decided = decide(&operator, &id, "approve").await?.expect(200)?;
    assert_eq!(
        decided["decided_by"],
        shown["decided_by"]
            .as_str()
            .map_or(decided["decided_by"].clone(), Value::from)
    );
    let ended = agent
        .get(&format!("/approvals/{id}?wait=30"))
        .await?
        .expect(200)?;
    assert_eq!(ended["state"], "sent", "{ended}");
    assert_eq!(ended["answer"]["status"], 200);
    assert_eq!(ended["answer"]["body"]["data"]["queued_count"], 2);
    assert!(ended.get("request").is_none(), "contents are for operators");
    let again = decide(&operator, &id, "approve").await?;
    assert_eq!(again.expect(409)?["error"], "approval_decided");
    assert_eq!(texts(&server).await?, ["by itself", "held", "held"]);

    decide(&operator, &other, "deny").await?.expect(200)?;
    let ended = agent
        .get(&format!("/approvals/{other}?wait=5"))
        .await?
        .expect(200)?;
    assert_eq!(ended["state"], "denied");
    assert_eq!(texts(&server).await?.len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_caller_who_waits_gets_the_real_answer() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let (agent, operator) = (agent(&server).await?, operator(&server).await?);
    let prefer = |value: &'static str, text: &'static str| {
        let request = agent.request(Method::POST, SEND).header("prefer", value);
        api::send(request.json(&two(text)))
    };
    let later = prefer("respond-async", "later").await?;
    assert_eq!(later.headers["preference-applied"], "respond-async");
    let later = later.expect(202)?;
    assert_eq!(later["state"], "pending");
    let late = prefer("wait=1", "later").await?.expect(202)?;
    assert_eq!(late["approval_id"], later["approval_id"]);
    let approving = async {
        loop {
            let list = operator
                .get("/approvals?state=pending")
                .await?
                .expect(200)?;
            let list = list["approvals"].as_array().context("a list")?.clone();
            let new = list
                .iter()
                .find(|one| one["approval_id"] != later["approval_id"]);
            if let Some(id) = new.and_then(|one| one["approval_id"].as_str()) {
                return decide(&operator, id, "approve").await?.expect(200);
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let (answer, approved) = tokio::join!(prefer("wait=30", "now"), approving);
    let answer = answer?;
    assert_eq!(
        answer.headers["postern-approval"],
        approved?["approval_id"].as_str().context("an id")?
    );
    assert_eq!(answer.expect(200)?["data"]["queued_count"], 2);
    assert_eq!(texts(&server).await?, ["now", "now"]);
    Ok(())
}

#[tokio::test]
async fn of_two_who_decide_at_once_one_does_and_it_is_sent_once() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let (agent, operator) = (agent(&server).await?, operator(&server).await?);
    for round in 0..5 {
        let text = format!("round {round}");
        let id = held(&agent, &text).await?;
        let (one, two) = tokio::join!(
            decide(&operator, &id, "approve"),
            decide(&operator, &id, "approve")
        );
        let mut statuses = [one?.status, two?.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let ended = agent
            .get(&format!("/approvals/{id}?wait=30"))
            .await?
            .expect(200)?;
        assert_eq!(ended["state"], "sent", "{ended}");
    }
    assert_eq!(texts(&server).await?.len(), 10);
    Ok(())
}

#[tokio::test]
async fn a_decision_survives_a_kill_and_is_carried_out_once() -> Result<()> {
    let mut home = Home::new()?;
    let mut server = home.start()?;
    let key = agent(&server).await?.secret().to_owned();
    for round in 0..4 {
        let agent = Api::bearer(&server.gateway_url(), &key);
        let text = format!("round {round}");
        let id = held(&agent, &text).await?;
        let session = operator(&server).await?;
        decide(&session, &id, "approve").await?.expect(200)?;
        // Somewhere between the decision and the end.
        server.kill()?;
        server = home.start()?;
        let agent = Api::bearer(&server.gateway_url(), &key);
        let ended = agent
            .get(&format!("/approvals/{id}?wait=30"))
            .await?
            .expect(200)?;
        ensure!(ended["state"] == "sent", "{ended}");
        let count = texts(&server)
            .await?
            .iter()
            .filter(|sent| **sent == text)
            .count();
        assert_eq!(count, 2, "{text} was sent once");
    }
    let records = server
        .api()
        .get("/audit?action=approval.approve")
        .await?
        .expect(200)?;
    assert_eq!(records["records"].as_array().map(Vec::len), Some(4));
    Ok(())
}

#[tokio::test]
async fn nothing_is_sent_that_is_late_frozen_or_not_what_was_seen() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let (agent, operator) = (agent(&server).await?, operator(&server).await?);
    let id = held(&agent, "seen").await?;
    let wrong = json!({"digest": "00".repeat(32)});
    let said = operator
        .post(&format!("/approvals/{id}/approve"), &wrong)
        .await?;
    assert_eq!(said.expect(409)?["error"], "approval_changed");
    server
        .api()
        .post("/freeze", &json!({"scope": "all"}))
        .await?
        .expect(200)?;
    decide(&operator, &id, "approve").await?.expect(200)?;
    let ended = agent
        .get(&format!("/approvals/{id}?wait=30"))
        .await?
        .expect(200)?;
    assert_eq!(ended["state"], "failed", "{ended}");
    ensure!(
        ended["reason"]
            .as_str()
            .is_some_and(|why| why.contains("frozen")),
        "{ended}"
    );
    assert_eq!(texts(&server).await?.len(), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_decides_and_whoever_asked_are_told_where_calls_may_go() -> Result<()> {
    let origin = Origin::start(|_| answer("204 No Content", "", b""))?;
    let (told, hook) = (
        format!("{}/told", origin.url()),
        format!("{}/hook", origin.url()),
    );
    let heard = |what: &'static str| {
        let origin = &origin;
        async move {
            let waiting = async {
                while !origin.text().contains(what) {
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
            };
            let waited = tokio::time::timeout(std::time::Duration::from_secs(30), waiting).await;
            waited.with_context(|| format!("no `{what}` in: {}", origin.text()))
        }
    };
    let mut home = Home::new()?;
    let server = home.start_with(|command| {
        command
            .env("POSTERN_APPROVALS_WEBHOOK_URL", &hook)
            .env("POSTERN_EGRESS_ALLOW", "127.0.0.0/8");
    })?;
    let (agent, operator) = (agent(&server).await?, operator(&server).await?);
    let request = agent
        .request(Method::POST, SEND)
        .header("postern-callback", &told);
    let said = api::send(request.json(&two("told"))).await?.expect(403)?;
    let id = said["approval_id"].as_str().context("an id")?;
    heard("approval.requested").await?;
    decide(&operator, id, "approve").await?.expect(200)?;
    heard("approval.ended").await?;
    let calls = origin.text();
    for wanted in ["POST /hook ", "POST /told ", r#""state":"sent""#] {
        ensure!(calls.contains(wanted), "{wanted} in {calls}");
    }
    ensure!(
        calls.matches("webhook-signature: v1,").count() == 2,
        "{calls}"
    );
    ensure!(
        !calls.contains("+1555"),
        "no number leaves the house: {calls}"
    );
    let secret = server
        .api()
        .get("/approvals/webhook-secret")
        .await?
        .expect(200)?;
    ensure!(
        secret["secret"]
            .as_str()
            .is_some_and(|text| text.starts_with("whsec_")),
        "a secret to check signatures with"
    );
    server.stop()?;

    // Without leave nothing goes into a private network.
    origin.forget();
    let mut home = Home::new()?;
    let server = home.start()?;
    let key = self::agent(&server).await?;
    let request = key
        .request(Method::POST, SEND)
        .header("postern-callback", &told);
    let said = api::send(request.json(&two("kept in")))
        .await?
        .expect(403)?;
    let id = said["approval_id"].as_str().context("an id")?;
    let session = self::operator(&server).await?;
    decide(&session, id, "deny").await?.expect(200)?;
    let waiting = async {
        while !server.said().contains("a notice did not arrive") {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), waiting).await?;
    ensure!(!origin.text().contains("POST"), "{}", origin.text());
    Ok(())
}
