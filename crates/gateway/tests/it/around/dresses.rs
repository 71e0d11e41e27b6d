//! What an operation is tried with: bodies that could name more recipients than they seem to, and everything beside a body that could make
//! another operation of it.

use postern_domain::effect::Effect;
use postern_testkit::Message;
use std::io::Write as _;

use crate::house::House;

/// One call as its bytes leave.
#[derive(Clone)]
pub struct Call {
    /// Of the table.
    pub operation: String,
    method: String,
    target: String,
    /// Whole lines.
    headers: String,
    body: Vec<u8>,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Call {
            method,
            target,
            headers,
            body,
            ..
        } = self;
        write!(
            f,
            "`{method} {target}` {headers:?} {:?}",
            String::from_utf8_lossy(&body[..body.len().min(400)])
        )
    }
}

impl Call {
    /// `None`: what came back is no message.
    pub async fn make(&self, house: &House, key: &str) -> Option<Message> {
        let mut raw = house.raw().await;
        let head = format!(
            "{} {} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {key}\r\nconnection: close\r\n{}content-length: {}\r\n\r\n",
            self.method,
            self.target,
            house.address,
            self.headers,
            self.body.len()
        );
        raw.write([head.as_bytes(), &self.body].concat()).await;
        raw.message(self.method == "HEAD").await
    }

    fn with(&self, change: impl FnOnce(&mut Call)) -> Call {
        let mut call = self.clone();
        change(&mut call);
        call
    }
}

/// A path with its holes filled.
pub fn filled(pattern: &str) -> String {
    let segment = |segment: &str| match segment {
        "{country}" | "{country_code}" => "AU".to_owned(),
        "{dedicated_number}" => "+61411999999".to_owned(),
        hole if hole.starts_with('{') => "7".to_owned(),
        literal => literal.to_owned(),
    };
    pattern
        .split('/')
        .map(segment)
        .collect::<Vec<_>>()
        .join("/")
}

const JSON: &str = "content-type: application/json\r\n";
const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

fn plain(operation: &str, method: &str, path: &str, body: &str) -> Call {
    Call {
        operation: operation.to_owned(),
        method: method.to_owned(),
        target: format!("/clicksend{path}"),
        headers: JSON.to_owned(),
        body: body.as_bytes().to_vec(),
    }
}

/// What the operation takes, as far as one body can be that for all of them.
const PLAUSIBLE: &str = r#"{"messages":[{"to":"+61411000001","body":"b"}]}"#;

/// Bodies that name more, or others, than they seem to.
const BODIES: [&str; 38] = [
    PLAUSIBLE,
    r#"{"messages":[{"to":"+61411000001","body":"b","from":"x","schedule":0,"country":"AU","custom_string":"c"},{"to":"0411 000 002","country":"AU","body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001","to":"+61411000002","body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001","body":"b"}],"messages":[{"to":"+61411000001","body":"b"},{"to":"+61411000002","body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001","\u0074o":"+61411000002","body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001","TO":"+61411000002","body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001","body":"b"}],"Messages":[{"to":"+61411000002","body":"b"}]}"#,
    r#"{"messages":[{"to":["+61411000001","+61411000002"],"body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001,+61411000002","body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001;+61411000002","body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001\n+61411000002","body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001\u0000+61411000002","body":"b"}]}"#,
    r#"{"messages":[{"to":{"0":"+61411000001","1":"+61411000002"},"body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001","cc":"+61411000002","body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001","list_id":428,"body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001","list_id":"428","body":"b"}]}"#,
    r#"{"messages":[{"list_id":"428","body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001","contact_id":"+61411999999","body":"b"}]}"#,
    r#"{"messages":[{"contact_id":9,"body":"b"}]}"#,
    r#"{"messages":[{"body":"b"}]}"#,
    r#"{"messages":[{"messages":[{"to":"+61411000001","body":"b"},{"to":"+61411000002","body":"b"}]}]}"#,
    r#"{"messages":[[{"to":"+61411000001","body":"b"},{"to":"+61411000002","body":"b"}]]}"#,
    r#"{"messages":{"0":{"to":"+61411000001","body":"b"},"1":{"to":"+61411000002","body":"b"}}}"#,
    r#"{"messages":"[{\"to\":\"+61411000001\",\"body\":\"b\"},{\"to\":\"+61411000002\",\"body\":\"b\"}]"}"#,
    r#"[{"to":"+61411000001","body":"b"},{"to":"+61411000002","body":"b"}]"#,
    r#"{"requests":[{"method":"POST","path":"/v3/sms/send","body":{"messages":[{"to":"+61411000001","body":"b"}]}}]}"#,
    r#"{"data":{"messages":[{"to":"+61411000001","body":"b"},{"to":"+61411000002","body":"b"}]}}"#,
    r#"{"messages":[{"to":"+61411000001","body":"b"}]} {"messages":[{"to":"+61411000002","body":"b"}]}"#,
    r#"{"messages":[{"to":"+61411000001","body":"b"}], /* */ "x":1}"#,
    "\u{feff}{\"messages\":[{\"to\":\"+61411000001\",\"body\":\"b\"}]}",
    r#"{"messages":[],"list_id":428,"name":"n","body":"b"}"#,
    r#"{"list_id":428,"name":"n","body":"b","from":"x","schedule":0}"#,
    r#"{"list_ids":[428],"name":"n","subject":"s","from":"x","body":"b","media_file":"http://a.test/x.gif"}"#,
    r#"{"file_url":"http://a.test/x.pdf","recipients":[{"address_name":"n","address_line_1":"l","address_city":"c","address_state":"s","address_postal_code":"1","address_country":"AU","return_address_id":1}],"messages":[{"to":"+61411000001"}]}"#,
    r#"{"to":[{"email":"a@b.test","name":"n"}],"from":{"email_address_id":1,"name":"n"},"subject":"s","body":"b"}"#,
    r#"{"url":"http://127.0.0.1:1/hook","rule_name":"r","action":"SMS","action_address":"+61411999999","match_type":0,"enabled":1,"dedicated_number":"*","message_search_type":0,"message_search_term":""}"#,
    r#"{"api_username":"x","username":"x","password":"y","email":"x@y.test","user_email":"x@y.test","email_address":"x@y.test","phone_number":"+61411999999","first_name":"f","last_name":"l","country":"AU","countries":["AU"]}"#,
    r#"{"phone_number":"+61411999999","number":"+61411999999","package_id":1,"balance":"100","client_user_id":2,"credit_card":"4111111111111111"}"#,
];

/// The operation with all of them. What neither sends nor spends is tried with a few.
pub fn bodies(operation: &str, method: &str, path: &str, effect: Effect) -> Vec<Call> {
    let sends = effect == Effect::Send;
    let mine = BODIES.iter().enumerate();
    let mine = mine.filter(|(position, _)| sends || *position == 0 || *position >= 30);
    let mut calls: Vec<_> = mine
        .map(|(_, body)| plain(operation, method, path, body))
        .collect();
    calls.push(plain(operation, method, path, "").with(|call| call.headers.clear()));
    if sends {
        let large = format!(
            r#"{{"messages":[{{"to":"+61411000001","body":"{}"}}]}}"#,
            "x".repeat(1 << 20)
        );
        calls.push(plain(operation, method, path, &large));
        let many = vec![r#"{"to":"+61411000001","body":"b"}"#; 1001].join(",");
        calls.push(plain(
            operation,
            method,
            path,
            &format!(r#"{{"messages":[{many}]}}"#),
        ));
        calls.extend(forms(&plain(operation, method, path, PLAUSIBLE)));
    }
    calls
}

/// The same message in other notations than JSON in UTF-8.
fn forms(call: &Call) -> Vec<Call> {
    let form = "messages[0][to]=%2B61411000001&messages[0][body]=b&messages[1][to]=%2B61411000002&messages[1][body]=b";
    let utf16: Vec<u8> = PLAUSIBLE
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(PLAUSIBLE.as_bytes()).expect("memory");
    let gzip = gzip.finish().expect("memory");
    let base64 = "eyJtZXNzYWdlcyI6W3sidG8iOiIrNjE0MTEwMDAwMDEiLCJib2R5IjoiYiJ9XX0=";
    let multipart = "--b\r\ncontent-disposition: form-data; name=\"messages[0][to]\"\r\n\r\n+61411000001\r\n--b--\r\n";
    let xml = "<messages><to>+61411000001</to><to>+61411000002</to></messages>";
    let dressed: [(&str, &[u8]); 17] = [
        (FORM, form.as_bytes()),
        (JSON, form.as_bytes()),
        (FORM, PLAUSIBLE.as_bytes()),
        (
            "content-type: application/json, application/x-www-form-urlencoded\r\n",
            PLAUSIBLE.as_bytes(),
        ),
        (
            "content-type: application/json\r\ncontent-type: application/x-www-form-urlencoded\r\n",
            PLAUSIBLE.as_bytes(),
        ),
        (
            "content-type: multipart/form-data; boundary=b\r\n",
            multipart.as_bytes(),
        ),
        ("content-type: application/xml\r\n", xml.as_bytes()),
        ("content-type: text/plain\r\n", PLAUSIBLE.as_bytes()),
        ("", PLAUSIBLE.as_bytes()),
        ("content-type: application/json; charset=utf-16\r\n", &utf16),
        ("content-type: application/json\r\n", &utf16),
        (
            "content-type: application/json; charset=utf-7\r\n",
            b"+AHsAIgBt-",
        ),
        (
            "content-type: application/json; charset=ibm037\r\n",
            PLAUSIBLE.as_bytes(),
        ),
        (
            "content-type: application/json\r\ncontent-encoding: gzip\r\n",
            &gzip,
        ),
        (
            "content-type: application/json\r\ncontent-encoding: identity, gzip\r\n",
            &gzip,
        ),
        (
            "content-type: application/json\r\ncontent_encoding: gzip\r\n",
            &gzip,
        ),
        (
            "content-type: application/json\r\ncontent-transfer-encoding: base64\r\n",
            base64.as_bytes(),
        ),
    ];
    dressed
        .into_iter()
        .map(|(headers, body)| {
            call.with(|call| {
                call.headers = headers.to_owned();
                call.body = body.to_vec();
            })
        })
        .collect()
}

/// Headers that some server or framework takes for a method or a path, or that could let an answer be seen in another way.
const HEADERS: [&str; 20] = [
    "x-http-method-override: {M}",
    "X-HTTP-Method: {M}",
    "x-method-override: {M}",
    "x_http_method_override: {M}",
    "x-original-method: {M}",
    "x-original-url: {P}",
    "x-rewrite-url: {P}",
    "x-original-uri: {P}",
    "x-forwarded-uri: {P}",
    "x-forwarded-path: {P}",
    "x-override-url: {P}",
    "connection: content-type",
    "connection: content-length, authorization",
    "authorization: Basic eDp5",
    "cookie: session=1",
    "accept: application/xml",
    "accept-encoding: gzip, br",
    "range: bytes=4-",
    "expect: 100-continue",
    "postern-dry-run: false",
];

/// The operation under other paths, methods, queries and headers.
pub fn dressed(operation: &str, method: &str, path: &str, effect: Effect) -> Vec<Call> {
    let call = plain(operation, method, path, PLAUSIBLE);
    let mut calls = Vec::new();
    for target in targets(path) {
        calls.push(call.with(|call| call.target = target));
    }
    for other in [
        "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "post", "PROPFIND",
    ] {
        calls.push(call.with(|call| call.method = other.to_owned()));
    }
    for query in [
        "x=1",
        "_method=POST",
        "%5fmethod=PUT",
        "_METHOD=DELETE",
        "to=%2B61411000002&body=b",
        "messages[0][to]=%2B61411000002",
        "api_key=1",
        "callback=f",
        "path=/v3/sms/send",
    ] {
        calls.push(call.with(|call| call.target = format!("{}?{query}", call.target)));
    }
    for body in [
        "_method=PUT",
        "_method=DELETE&to=1",
        "{\"_method\":\"PUT\"}",
    ] {
        let kind = if body.starts_with('{') { JSON } else { FORM };
        calls.push(call.with(|call| {
            call.body = body.as_bytes().to_vec();
            call.headers = kind.to_owned();
        }));
    }
    // A harmless call that asks to be this one, and this one that asks to be another.
    let carriers = [
        ("POST", "/clicksend/v3/sms/price"),
        ("GET", "/clicksend/v3/account"),
        (method, call.target.as_str()),
    ];
    for header in HEADERS {
        let header = header.replace("{M}", method).replace("{P}", path);
        for (carrier, target) in carriers {
            // An operation that sends by itself is no harmless carrier of anything.
            if target != call.target || effect != Effect::Send || !header.contains("bytes=") {
                calls.push(call.with(|call| {
                    call.method = carrier.to_owned();
                    call.target = target.to_owned();
                    call.headers = format!("{JSON}{header}\r\n");
                }));
            }
        }
    }
    calls
}

fn targets(path: &str) -> Vec<String> {
    let upper = path.to_uppercase();
    let (start, last) = path
        .trim_end_matches('/')
        .rsplit_once('/')
        .expect("a slash");
    let first = last.as_bytes()[0];
    vec![
        format!("/clicksend{}", path.trim_end_matches('/')),
        format!("/clicksend{path}/"),
        format!("/clicksend{path}//"),
        format!("/clicksend{upper}"),
        format!("/CLICKSEND{path}"),
        format!("/clicksend/{path}"),
        format!("//clicksend{path}"),
        format!("/clicksend/.{path}"),
        format!("/clicksend/v3/account/..{}", path.trim_start_matches("/v3")),
        format!(
            "/clicksend/v3/account/%2e%2e{}",
            path.trim_start_matches("/v3")
        ),
        format!("/clicksend{start}%2f{last}"),
        format!("/clicksend{start}%252f{last}"),
        format!("/clicksend{start}\\{last}"),
        format!("/clicksend{start}/%{first:02x}{}", &last[1..]),
        format!("/clicksend{start}/%25{first:02x}{}", &last[1..]),
        format!("/clicksend{path}%00"),
        format!("/clicksend{path}%20"),
        format!("/clicksend{path};x=1"),
        format!("/clicksend{path}."),
        format!("/clicksend{path}.json"),
        format!("/clicksend{path}%3fx"),
        format!("/clicksend{path}#x"),
        format!("/clicksend{path}?"),
        format!("/acme{path}"),
        format!("http://clicksend.test/clicksend{path}"),
        format!("/clicksend/v2{}", path.trim_start_matches("/v3")),
        format!("/clicksend{}", path.trim_start_matches("/v3")),
        path.to_owned(),
    ]
}
