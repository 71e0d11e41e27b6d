//! What every test needs: a handle that may reach loopback, an upstream, a request.

use std::sync::Arc;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use postern_apps::{Field, Injection, Origin, Prepared, Secrets};
use postern_egress::{
    Answer, Body, Egress, Resolver, Rules, SendError, Treatment, Upstream, client_config,
};
use secrecy::SecretString;

pub fn rules() -> Rules {
    Rules {
        allow: vec!["127.0.0.0/8".parse().expect("cidr")],
        ..Rules::default()
    }
}

pub fn egress() -> Egress {
    with(rules())
}

pub fn with(rules: Rules) -> Egress {
    Egress::new(rules, client_config(None).expect("roots"), Resolver::System)
}

pub fn upstream(url: &str) -> Upstream {
    Upstream::Http(Arc::new(Origin::parse(url).expect("a URL")))
}

pub fn get(path: &str) -> Request<Body> {
    Request::builder()
        .uri(path)
        .body(Body::empty())
        .expect("a request")
}

pub fn post(path: &str, body: &str) -> Request<Body> {
    Request::builder()
        .method("POST")
        .uri(path)
        .body(Body::full(body.to_owned()))
        .expect("a request")
}

pub async fn send(
    egress: &Egress,
    request: Request<Body>,
    upstream: &Upstream,
) -> Result<Response<Answer>, SendError> {
    egress.send(request, upstream, Treatment::default()).await
}

pub async fn text(response: Response<Answer>) -> String {
    let bytes = response
        .into_body()
        .collect()
        .await
        .expect("a whole body")
        .to_bytes();
    String::from_utf8_lossy(&bytes).into_owned()
}

pub fn field(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        label: name.to_owned(),
    }
}

/// `user` and `s3cret/key+1` as a Basic pair.
pub fn basic() -> Prepared {
    let secrets = Secrets::from([
        ("username".to_owned(), SecretString::from("user")),
        ("password".to_owned(), SecretString::from("s3cret/key+1")),
    ]);
    let injection = Injection::Basic {
        username: field("username"),
        password: Some(field("password")),
    };
    injection.prepare(&secrets).expect("complete")
}

/// The base64 of that pair.
pub const PAIR: &str = "dXNlcjpzM2NyZXQva2V5KzE=";

pub fn with_credential(prepared: &Prepared) -> Treatment<'_> {
    Treatment {
        credential: Some(prepared),
        secret_fields: None,
    }
}
