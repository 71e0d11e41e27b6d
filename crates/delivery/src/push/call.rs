//! One call to an address.

use std::sync::Arc;

use http::uri::PathAndQuery;
use http::{HeaderValue, Method, Request, Uri, header};
use postern_apps::Origin;
use postern_domain::automation::Encoding;
use postern_domain::time::UnixMicros;
use postern_egress::{Body, Treatment, Upstream};
use postern_store::pushes::{ClaimedPush, Story};
use postern_store::webhook_secrets;
use postern_vault::{Aad, webhook};

use super::PushParts;
use super::encode::{Content, content};
use super::excerpt::excerpt;

/// Of a reason that is put on record.
const PROBLEM_CHARS_MAX: usize = 300;

pub(super) enum Called {
    /// With how the answer began.
    Answered(u16, Option<String>),
    /// It may go better later.
    Failed(String),
    /// It will not go better.
    Never(&'static str),
}

/// Where a call goes and what is asked for there.
pub(crate) struct Address {
    pub(crate) origin: Arc<Origin>,
    path: String,
    query: Option<String>,
}

pub(super) async fn call(parts: &PushParts, push: &ClaimedPush, now: UnixMicros) -> Called {
    if push.sandbox {
        return Called::Never("this is a sandbox: nothing of it leaves the house");
    }
    if push.story == Story::Gone {
        return Called::Never("what was to be told has been erased");
    }
    let Some(address) = Address::parse(&push.url) else {
        return Called::Never("the address is no http or https URL");
    };
    let content = content(push);
    let request = match request(parts, push, &address, content, now) {
        Ok(request) => request,
        Err(called) => return called,
    };
    let upstream = Upstream::Http(address.origin);
    let sending = parts.egress.send(request, &upstream, Treatment::default());
    match tokio::time::timeout(parts.config.answer_within, sending).await {
        Ok(Ok(answer)) => {
            let status = answer.status().as_u16();
            Called::Answered(status, excerpt(answer).await)
        }
        Ok(Err(error)) => {
            Called::Failed(error.to_string().chars().take(PROBLEM_CHARS_MAX).collect())
        }
        Err(_) => Called::Failed("no answer in time".to_owned()),
    }
}

fn request(
    parts: &PushParts,
    push: &ClaimedPush,
    address: &Address,
    content: Content,
    now: UnixMicros,
) -> Result<Request<Body>, Called> {
    let signature = sign(parts, push, &content.payload, now)?;
    let (method, query, body) = match push.encoding {
        Encoding::Get => (Method::GET, Some(content.payload), Body::empty()),
        Encoding::Post | Encoding::Json => (Method::POST, None, Body::full(content.payload)),
    };
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = address.uri(query.as_deref()).ok_or(Called::Never(
        "the address has no room for what is to be told",
    ))?;
    let headers = request.headers_mut();
    if let Some(content_type) = content.content_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(
        header::USER_AGENT,
        HeaderValue::from_static(concat!("Postern/", env!("CARGO_PKG_VERSION"))),
    );
    for (name, value) in signature {
        let value = HeaderValue::try_from(value).map_err(|_| Called::Never("no signature"))?;
        headers.insert(name, value);
    }
    Ok(request)
}

/// The three headers of Standard Webhooks. The payload is the body; of a `get` it is the query that we add.
fn sign(
    parts: &PushParts,
    push: &ClaimedPush,
    payload: &str,
    now: UnixMicros,
) -> Result<Vec<(&'static str, String)>, Called> {
    let (id, at) = (format!("push_{}", push.push_id), now.secs());
    let mut headers = vec![
        ("webhook-id", id.clone()),
        ("webhook-timestamp", at.to_string()),
    ];
    if let Some(sealed) = &push.secret {
        let owner = webhook_secrets::sealing_owner(push.account);
        let aad = Aad {
            tenant: postern_store::settings::TENANT,
            owner: &owner,
            field: webhook_secrets::FIELD,
        };
        let secret = parts.vault.open_sealed(&aad, sealed).map_err(|error| {
            tracing::error!(%error, account.id = push.account.0, "a webhook secret cannot be opened");
            Called::Failed("the secret to sign with cannot be opened".to_owned())
        })?;
        let signature = webhook::sign(&secret, &id, at, payload.as_bytes());
        headers.push(("webhook-signature", signature));
    }
    Ok(headers)
}

impl Address {
    pub(crate) fn parse(url: &str) -> Option<Address> {
        let url = url.split('#').next()?;
        let uri = url.parse::<Uri>().ok()?;
        let origin = format!("{}://{}", uri.scheme_str()?, uri.authority()?);
        Some(Address {
            origin: Arc::new(Origin::parse(&origin).ok()?),
            path: uri.path().to_owned(),
            query: uri.query().map(str::to_owned),
        })
    }

    /// The address's own query stays in front.
    pub(crate) fn uri(&self, more: Option<&str>) -> Option<Uri> {
        let queries = [self.query.as_deref(), more];
        let query: Vec<&str> = queries
            .into_iter()
            .flatten()
            .filter(|q| !q.is_empty())
            .collect();
        let target = match query.is_empty() {
            true => self.path.clone(),
            false => format!("{}?{}", self.path, query.join("&")),
        };
        PathAndQuery::try_from(target).ok().map(Uri::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_keeps_its_own_query() {
        for (url, more, wanted) in [
            ("http://a.test", Some("x=1"), "/?x=1"),
            ("https://a.test/p?token=t", Some("x=1"), "/p?token=t&x=1"),
            ("https://a.test/p?token=t#there", None, "/p?token=t"),
            ("https://a.test:8443/p?", Some("x=1"), "/p?x=1"),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!(address.uri(more).unwrap().to_string(), wanted, "{url}");
        }
        for url in [
            "ftp://a.test",
            "a.test/p",
            "https://user:secret@a.test/",
            "",
        ] {
            assert!(Address::parse(url).is_none(), "{url}");
        }
    }
}
