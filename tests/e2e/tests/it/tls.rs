//! TLS on our own listeners, with certificates of an operator's own authority.

use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Home, Server};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::{Certificate, Client, ClientBuilder, Version};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// The exit code of a start that the configuration ended; `postern help exit-codes`.
const EXIT_CONFIG: i32 = 3;
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// An authority, and the files of a server that it vouches for.
struct Issued {
    authority: String,
    cert: PathBuf,
    key: PathBuf,
}

fn issue(home: &Home) -> Result<Issued> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate()?;
    let authority = params.self_signed(&authority_key)?.pem();
    let issuer = Issuer::new(params, authority_key);
    let server_key = KeyPair::generate()?;
    let server =
        CertificateParams::new(["127.0.0.1".to_owned()])?.signed_by(&server_key, &issuer)?;
    let issued = Issued {
        authority,
        cert: home.path().join("server.pem"),
        key: home.path().join("server.key"),
    };
    std::fs::write(&issued.cert, server.pem())?;
    std::fs::write(&issued.key, server_key.serialize_pem())?;
    Ok(issued)
}

fn certified(command: &mut Command, issued: &Issued) {
    command.env("POSTERN_TLS_CERT", &issued.cert);
    command.env("POSTERN_TLS_KEY", &issued.key);
}

/// A client that trusts one authority and nobody else.
fn trusting(authority: &str) -> Result<ClientBuilder> {
    Ok(Client::builder()
        .timeout(ANSWER_MAX)
        .no_proxy()
        .tls_certs_only([Certificate::from_pem(authority.as_bytes())?]))
}

async fn send_and_look(
    client: &Client,
    server: &Server,
    version: Version,
    text: &str,
) -> Result<()> {
    let gateway = server.ready["gateway"].as_str().context("an address")?;
    let platform = server.ready["platform"].as_str().context("an address")?;
    ensure!(
        gateway.starts_with("https://") && platform.starts_with("https://"),
        "{}",
        server.ready
    );
    let first = &server.first;
    let body = json!({"messages": [{"to": "+15551234567", "body": text}]});
    let through = client
        .post(format!("{gateway}/clicksend/v3/sms/send"))
        .bearer_auth(&first.api_key);
    let natively = client
        .post(format!("{platform}/v3/sms/send"))
        .basic_auth(&first.platform_username, Some(&first.platform_api_key));
    for (request, surface) in [(through, "gateway"), (natively, "platform")] {
        let mut body = body.clone();
        body["messages"][0]["body"] = format!("{text} by the {surface}").into();
        let answer = request.json(&body).send().await?;
        ensure!(
            answer.version() == version,
            "{surface}: {:?}",
            answer.version()
        );
        ensure!(
            answer.status() == 200,
            "{surface}: {}",
            answer.text().await?
        );
        let answer: Value = answer.json().await?;
        ensure!(
            answer["data"]["messages"][0]["status"] == "SUCCESS",
            "{surface}: {answer}"
        );
    }
    Ok(())
}

// Two threads: a client that is held up while the server drains answers none of its last pings, and is waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_certificates_carry_http_1_and_2_on_both_listeners() -> Result<()> {
    let mut home = Home::new()?;
    let issued = issue(&home)?;
    let server = home.start_with(|command| certified(command, &issued))?;

    let either = trusting(&issued.authority)?.build()?;
    send_and_look(&either, &server, Version::HTTP_2, "chosen by ALPN").await?;
    let old = trusting(&issued.authority)?.http1_only().build()?;
    send_and_look(&old, &server, Version::HTTP_11, "in the old way").await?;

    // What is asked for before TLS is spoken, and what a client without the authority does.
    let gateway = server.ready["gateway"].as_str().context("an address")?;
    let account = format!("{gateway}/clicksend/v3/account");
    let other = issue(&Home::new()?)?;
    let stranger = trusting(&other.authority)?.build()?;
    let refused = stranger
        .get(&account)
        .send()
        .await
        .err()
        .context("a stranger's certificate is believed")?;
    ensure!(refused.is_connect(), "{refused:?}");
    let plain = either
        .get(account.replace("https://", "http://"))
        .send()
        .await;
    ensure!(plain.is_err(), "TLS is not left out: {plain:?}");

    // The operations listener is for the machine itself: no keys, no TLS.
    let healthy = either
        .get(format!("http://{}/healthz", server.operations))
        .send()
        .await?;
    ensure!(healthy.status() == 200, "{healthy:?}");
    server.stop()
}

#[tokio::test]
async fn a_certificate_or_key_that_cannot_be_used_ends_the_start_and_is_named() -> Result<()> {
    let home = Home::new()?;
    let issued = issue(&home)?;
    let elsewhere = Home::new()?;
    let other = issue(&elsewhere)?;
    let text = home.path().join("text");
    std::fs::write(&text, "neither certificate nor key")?;
    let missing = home.path().join("missing");
    let table = [
        ("no such key", &issued.cert, Some(&missing), "tls.key names"),
        (
            "no such certificate",
            &missing,
            Some(&issued.key),
            "tls.cert names",
        ),
        ("a key that is none", &issued.cert, Some(&text), "tls.key: "),
        (
            "a certificate that is none",
            &text,
            Some(&issued.key),
            "tls.cert: ",
        ),
        (
            "a certificate as the key",
            &issued.cert,
            Some(&issued.cert),
            "tls.key: ",
        ),
        (
            "a key as the certificate",
            &issued.key,
            Some(&issued.key),
            "tls.cert: ",
        ),
        (
            "somebody else's key",
            &issued.cert,
            Some(&other.key),
            "tls.key: ",
        ),
        ("no key at all", &issued.cert, None, "tls.key"),
    ];
    for (what, cert, key, named) in table {
        let refused = home.refused(|command| {
            command.env("POSTERN_TLS_CERT", cert);
            if let Some(key) = key {
                command.env("POSTERN_TLS_KEY", key);
            }
        })?;
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        ensure!(
            refused.status.code() == Some(EXIT_CONFIG),
            "{what}: {}\n{said}",
            refused.status
        );
        ensure!(said.contains(named), "{what} does not name {named}: {said}");
        ensure!(
            !said.contains("PRIVATE KEY"),
            "{what} shows the file: {said}"
        );
        ensure!(
            !home.data().exists(),
            "{what}: something was made before the start was refused"
        );
    }
    Ok(())
}
