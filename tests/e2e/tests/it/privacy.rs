//! One person's data: exported and erased from the command line, and what the platform says before and after.

use anyhow::{Context as _, Result};
use postern_e2e::server::finish;
use postern_e2e::{Api, Home};
use serde_json::{Value, json};

const ANN: &str = "+15551230001";
const BOB: &str = "+15551230002";

fn run(home: &Home, verb: &str, more: &[&str]) -> Result<Value> {
    let mut command = home.command()?;
    command
        .args(["privacy", verb, "--json", "--data-dir"])
        .arg(home.data());
    command
        .args(["--phone", ANN, "--email", "ann@example.com"])
        .args(more);
    let output = finish(&mut command)?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "privacy {verb}: {said}");
    Ok(serde_json::from_slice(&output.stdout)?)
}

async fn send(api: &Api, to: Value) -> Result<Value> {
    let mut message = json!({"body": "a secret of Ann's"});
    message
        .as_object_mut()
        .context("an object")?
        .extend(to.as_object().context("an object")?.clone());
    api.post("/v3/sms/send", &json!({"messages": [message]}))
        .await?
        .expect(200)
}

#[tokio::test]
async fn a_person_is_given_out_erased_and_stays_opted_out() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let api = server.native();
    for to in [ANN, BOB] {
        send(&api, json!({"to": to})).await?;
    }
    let lists = api.get("/v3/lists").await?.expect(200)?;
    let opt_out = lists["data"]["data"][0]["list_id"].clone();
    let ann = json!({"phone_number": ANN, "first_name": "Ann", "email": "ann@example.com"});
    api.post(&format!("/v3/lists/{opt_out}/contacts"), &ann)
        .await?
        .expect(200)?;
    let list = api
        .post("/v3/lists", &json!({"list_name": "Both"}))
        .await?
        .expect(200)?["data"]["list_id"]
        .clone();
    for contact in [ann.clone(), json!({"phone_number": BOB})] {
        api.post(&format!("/v3/lists/{list}/contacts"), &contact)
            .await?
            .expect(200)?;
    }
    let statistics = api.get("/v3/statistics/sms").await?.expect(200)?["data"].clone();
    // While it runs nobody else touches its data.
    let mut refused = home.command()?;
    refused
        .args([
            "privacy",
            "export",
            "--phone",
            ANN,
            "never.jsonl",
            "--data-dir",
        ])
        .arg(home.data());
    let refused = finish(&mut refused)?;
    assert!(!refused.status.success());
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("is in use by"),
        "{refused:?}"
    );
    server.stop()?;

    let done = run(&home, "export", &["ann.jsonl"])?;
    let text = std::fs::read_to_string(home.path().join("ann.jsonl"))?;
    let lines = text
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<Vec<Value>, _>>()?;
    assert_eq!(done["found"], lines.len());
    let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    assert_eq!((of("message"), of("contact")), (1, 2), "{text}");
    assert!(
        text.contains("a secret of Ann's") && !text.contains(BOB),
        "{text}"
    );

    let done = run(&home, "erase", &["--yes"])?;
    assert_eq!(
        (
            &done["erased"]["message"],
            &done["erased"]["contact"],
            &done["left"]
        ),
        (&json!(1), &json!(2), &json!(0)),
        "{done}"
    );
    assert_eq!(run(&home, "erase", &["--yes"])?["erased"], json!({}));
    run(&home, "export", &["nothing.jsonl"])?;
    assert_eq!(
        std::fs::read_to_string(home.path().join("nothing.jsonl"))?,
        ""
    );

    let server = home.start()?;
    let api = server.native();
    assert_eq!(
        api.get("/v3/statistics/sms").await?.expect(200)?["data"],
        statistics
    );
    let history = api.get("/v3/sms/history").await?;
    assert!(
        history.text.contains(BOB) && !history.text.contains(ANN),
        "{}",
        history.text
    );
    // The list brings Ann back; she is not written to.
    api.post(&format!("/v3/lists/{list}/contacts"), &ann)
        .await?
        .expect(200)?;
    let sent = send(&api, json!({"list_id": list})).await?;
    assert_eq!(
        (
            &sent["data"]["total_count"],
            &sent["data"]["messages"][0]["to"]
        ),
        (&json!(1), &json!(BOB)),
        "{sent}"
    );
    // Another vault key changes nothing about that.
    server
        .api()
        .post("/vault/rotate", &json!({"retire": true}))
        .await?
        .expect(200)?;
    let priced = api
        .post(
            "/v3/sms/price",
            &json!({"messages": [{"list_id": list, "body": "x"}]}),
        )
        .await?
        .expect(200)?;
    assert_eq!(priced["data"]["total_count"], 1, "{priced}");
    Ok(())
}
