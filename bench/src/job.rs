//! The job that every contestant does: which keys exist, which credential each stands for, and the requests that are sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::rc::Rc;

/// Keys of the caller's side.
pub const KEYS: usize = 1_000;
/// Connections of each key: the first is the default, the second is asked for by header.
pub const CONNECTIONS_PER_KEY: usize = 2;
/// The answer to a small GET.
pub const SMALL_ANSWER_BYTES: usize = 600;
pub const BIG_ANSWER_BYTES: usize = 64 * 1024;
pub const UPLOAD_BYTES: usize = 1024 * 1024;

/// The header that picks a connection.
pub const CONNECTION_HEADER: &str = "Maton-Connection";

/// Native paths of the three kinds of request. All of them are reads and writes to the gateway's table of effects, no sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Small,
    Big,
    Upload,
}

impl Kind {
    pub fn path(self) -> &'static str {
        match self {
            Self::Small => "/v3/account",
            Self::Big => "/v3/sms/history",
            Self::Upload => "/v3/uploads",
        }
    }

    fn method(self) -> &'static str {
        if self == Self::Upload { "POST" } else { "GET" }
    }
}

/// The credential behind connection `connection` of key `key`.
pub struct Credential {
    pub username: String,
    pub password: String,
}

impl Credential {
    pub fn of(key: usize, connection: usize) -> Self {
        let number = key * CONNECTIONS_PER_KEY + connection;
        Self {
            username: format!("bench-{number:04}"),
            // As long as the real provider's, so that the injected header is.
            password: format!(
                "{:08X}-{number:04X}-4BEA-8AD0-{:012X}",
                number * 7919,
                number * 104_729
            ),
        }
    }

    /// The value of the header that carries it.
    pub fn basic(&self) -> String {
        format!(
            "Basic {}",
            BASE64.encode(format!("{}:{}", self.username, self.password))
        )
    }
}

/// How a caller names itself to a contestant: the value of `Authorization`, and the id of its second connection.
#[derive(Clone, Debug)]
pub struct Caller {
    pub authorization: String,
    /// Absent where there is no gateway in between that could choose.
    pub second: Option<String>,
    /// In `Authorization` when the second connection is meant and nobody chooses.
    pub second_authorization: String,
}

/// Keys in the form that the gateway makes, for the contestants that are told their keys by a file.
pub fn invented_callers() -> Vec<Caller> {
    (0..KEYS)
        .map(|key| {
            let authorization = format!(
                "Bearer pst_live_{:032x}{:06x}",
                (key as u128) * 0x9E37_79B9_7F4A_7C15_F39C,
                key
            );
            Caller {
                second_authorization: authorization.clone(),
                authorization,
                second: Some(format!(
                    "{:08x}-0000-4000-8000-{:012x}",
                    key * 31,
                    key * 7 + 1
                )),
            }
        })
        .collect()
}

/// Every request of a kind: each key once with its default connection and once with its second.
pub fn requests(kind: Kind, prefix: &str, authority: &str, callers: &[Caller]) -> Vec<Rc<[u8]>> {
    let body = if kind == Kind::Upload {
        vec![b'x'; UPLOAD_BYTES]
    } else {
        Vec::new()
    };
    let one = |authorization: &str, second: Option<&str>| {
        let mut request = format!(
            "{} {prefix}{} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: bench/1\r\nAccept: application/json\r\n\
             Authorization: {authorization}\r\n",
            kind.method(),
            kind.path(),
        );
        if let Some(id) = second {
            request.push_str(&format!("{CONNECTION_HEADER}: {id}\r\n"));
        }
        if kind == Kind::Upload {
            request.push_str(&format!(
                "Content-Type: application/octet-stream\r\nContent-Length: {UPLOAD_BYTES}\r\n"
            ));
        }
        request.push_str("\r\n");
        [request.as_bytes(), &body].concat().into()
    };
    // An upload is a megabyte: a few keys are enough to be representative, and all of them would be 2 GB.
    let callers = if kind == Kind::Upload {
        &callers[..callers.len().min(20)]
    } else {
        callers
    };
    callers
        .iter()
        .flat_map(|caller| {
            [
                one(&caller.authorization, None),
                one(&caller.second_authorization, caller.second.as_deref()),
            ]
        })
        .collect()
}
