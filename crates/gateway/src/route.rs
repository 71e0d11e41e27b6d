//! Whose is a request? The first segment decides, or a host name that shows one face only.

use postern_apps::is_reserved;

use crate::config::HostNames;
use crate::refusal::Refusal;

/// The room that answers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Face<'a> {
    /// An app's call: its name and its native path, which starts with a slash.
    App { app: &'a str, native: &'a str },
    /// The control plane and everything else with a segment of ours.
    Control,
    /// The connect page under its own host name: `/` means `/connect`.
    Connect,
}

/// `path` starts with a slash.
pub(crate) fn face<'a>(
    names: &HostNames,
    authority: Option<&str>,
    path: &'a str,
) -> Result<Face<'a>, Refusal> {
    let is = |name: &Option<String>| match (name, authority) {
        (Some(name), Some(authority)) => name.eq_ignore_ascii_case(host_of(authority)),
        _ => false,
    };
    let (app, native) = split(path);
    let ours = app.is_empty() || is_reserved(app);
    if is(&names.gateway) {
        return match ours {
            true if app == "v3" => Err(Refusal::AppMissing {
                path: path.to_owned(),
            }),
            true => Err(Refusal::WrongHost {
                hint: "This name serves apps only: `/{app}/{native path}`.",
            }),
            false => Ok(Face::App { app, native }),
        };
    }
    if is(&names.control) {
        return match ours {
            true => Ok(Face::Control),
            false => Err(Refusal::WrongHost {
                hint: "This name serves the control plane only; calls to apps go to the gateway's name.",
            }),
        };
    }
    if is(&names.connect) {
        return Ok(Face::Connect);
    }
    match app {
        "v3" => Err(Refusal::AppMissing {
            path: path.to_owned(),
        }),
        _ if ours => Ok(Face::Control),
        _ => Ok(Face::App { app, native }),
    }
}

/// The name without its port.
fn host_of(authority: &str) -> &str {
    let port = authority.rfind(':').filter(|at| {
        authority[at + 1..]
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    });
    authority[..port.unwrap_or(authority.len())].trim_end_matches('.')
}

fn split(path: &str) -> (&str, &str) {
    let rest = &path[1..];
    match memchr::memchr(b'/', rest.as_bytes()) {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_segment_decides() {
        let names = HostNames::default();
        let app = |app, native| Some(Face::App { app, native });
        for (path, want) in [
            ("/clicksend/v3/account", app("clicksend", "/v3/account")),
            ("/clicksend", app("clicksend", "/")),
            ("/clicksend/", app("clicksend", "/")),
            ("/unknown//x", app("unknown", "//x")),
            ("/", Some(Face::Control)),
            ("//clicksend/v3/account", Some(Face::Control)),
            ("/keys", Some(Face::Control)),
            ("/connections/1", Some(Face::Control)),
            ("/Keys", app("Keys", "/")),
            ("/v3/account", None),
        ] {
            assert_eq!(face(&names, Some("a.test"), path).ok(), want, "{path}");
        }
    }

    #[test]
    fn a_host_name_shows_one_face() {
        let names = HostNames {
            gateway: Some("gateway.test".into()),
            control: Some("ctrl.test".into()),
            connect: Some("connect.test".into()),
        };
        let at = |host: &'static str, path: &'static str| face(&names, Some(host), path).ok();
        assert!(matches!(
            at("GATEWAY.test", "/clicksend/v3"),
            Some(Face::App { .. })
        ));
        assert_eq!(at("gateway.test", "/keys"), None);
        assert_eq!(at("ctrl.test", "/connections"), Some(Face::Control));
        assert_eq!(at("ctrl.test", "/clicksend/v3"), None);
        assert_eq!(at("connect.test", "/"), Some(Face::Connect));
        assert!(matches!(
            at("127.0.0.1", "/clicksend/v3"),
            Some(Face::App { .. })
        ));
        assert_eq!(at("127.0.0.1", "/keys"), Some(Face::Control));
    }

    #[test]
    fn a_host_without_its_port() {
        for (authority, host) in [
            ("a.test", "a.test"),
            ("a.test:80", "a.test"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
            ("a.test.:80", "a.test"),
        ] {
            assert_eq!(host_of(authority), host);
        }
    }
}
