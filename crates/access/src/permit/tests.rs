use std::sync::Arc;

use postern_apps::{Registry, normal_path};
use postern_domain::time::UnixMicros;
use postern_store::keys::KeyRow;

use super::*;
use crate::key::KeyState;
use crate::limiter::Limits;
use crate::scope::Scope;

fn key(role: Role, rules: Option<Vec<Rule>>) -> Key {
    let scope = Scope {
        rules,
        ..Scope::default()
    };
    let columns = scope.columns();
    let row = KeyRow {
        key_id: "k".into(),
        name: "n".into(),
        role,
        test: false,
        apps: None,
        connections: None,
        rules: columns.rules,
        cidr: None,
        rate_per_second: None,
        limits: "{}".into(),
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
        created_at: UnixMicros(0),
        updated_at: UnixMicros(0),
    };
    Key::new(
        &row,
        scope,
        postern_guard::Policy::Unsaid,
        &Limits {
            rate_per_second: 10,
            burst: 20,
        },
        Arc::new(KeyState::new(None)),
    )
}

fn judge(key: &Key, method: &str, path: &str) -> Result<Option<Effect>, Refused> {
    let app = Arc::clone(Registry::builtin().get("clicksend").unwrap());
    let (method, path) = (method.parse().unwrap(), normal_path(path).unwrap());
    let judged = app.effect(&method, &path);
    key.judge(&method, &path, judged.as_ref())
}

const READ: (&str, &str) = ("GET", "/v3/account");
const WRITE: (&str, &str) = ("POST", "/v3/lists");
const SEND: (&str, &str) = ("POST", "/v3/sms/send");
const SPEND: (&str, &str) = ("PUT", "/v3/recharge/purchase/7");
const CREDENTIAL: (&str, &str) = ("POST", "/v3/subaccounts");
const UNKNOWN: (&str, &str) = ("POST", "/v3/nothing/like/this");

#[test]
fn the_default_of_each_role() {
    let (full, agent) = (key(Role::Full, None), key(Role::Agent, None));
    for ((method, path), effect) in [
        (READ, Some(Effect::Read)),
        (WRITE, Some(Effect::Write)),
        (SEND, Some(Effect::Send)),
        (SPEND, Some(Effect::Spend)),
        (CREDENTIAL, Some(Effect::Credential)),
        (UNKNOWN, None),
    ] {
        assert_eq!(judge(&full, method, path), Ok(effect), "{method} {path}");
        let expected = match effect {
            None => Err(Refused::OperationUnknown),
            Some(effect @ (Effect::Spend | Effect::Credential)) => Err(Refused::NeedsRule(effect)),
            usual => Ok(usual),
        };
        assert_eq!(judge(&agent, method, path), expected, "{method} {path}");
    }
}

#[test]
fn an_agent_sends_wherever_its_limits_let_it() {
    let by_default = key(Role::Agent, None);
    assert_eq!(judge(&by_default, SEND.0, SEND.1), Ok(Some(Effect::Send)));
    let declared = Rule::parse(Some(UNKNOWN.0), Some(UNKNOWN.1), Some("send")).unwrap();
    let by_rule = key(Role::Agent, Some(vec![declared]));
    let judged = judge(&by_rule, UNKNOWN.0, UNKNOWN.1);
    assert_eq!(judged, Ok(Some(Effect::Send)));
}

#[test]
fn rules_allow_what_they_name_and_nothing_else() {
    let rules = |list: &[(Option<&str>, Option<&str>, Option<&str>)]| {
        Some(
            list.iter()
                .map(|(method, path, effect)| Rule::parse(*method, *path, *effect).unwrap())
                .collect(),
        )
    };
    for (list, (method, path), expected) in [
        (rules(&[]), READ, Err(Refused::NotAllowed)),
        (rules(&[]), UNKNOWN, Err(Refused::OperationUnknown)),
        (
            rules(&[(None, None, Some("read"))]),
            READ,
            Ok(Some(Effect::Read)),
        ),
        (
            rules(&[(None, None, Some("read"))]),
            WRITE,
            Err(Refused::NotAllowed),
        ),
        (
            rules(&[(Some("GET"), None, None)]),
            ("HEAD", "/v3/account"),
            Ok(Some(Effect::Read)),
        ),
        (
            rules(&[(None, Some("/v3/lists/**"), None)]),
            ("DELETE", "/v3/lists/5"),
            Ok(Some(Effect::Write)),
        ),
        (
            rules(&[(None, Some("/v3/lists/**"), None)]),
            READ,
            Err(Refused::NotAllowed),
        ),
        // Everything, except what must be named.
        (rules(&[(None, None, None)]), WRITE, Ok(Some(Effect::Write))),
        (
            rules(&[(None, None, None)]),
            SPEND,
            Err(Refused::NeedsRule(Effect::Spend)),
        ),
        (
            rules(&[(None, None, None)]),
            CREDENTIAL,
            Err(Refused::NeedsRule(Effect::Credential)),
        ),
        (
            rules(&[(None, None, None)]),
            UNKNOWN,
            Err(Refused::OperationUnknown),
        ),
        (
            rules(&[(None, None, Some("spend"))]),
            SPEND,
            Ok(Some(Effect::Spend)),
        ),
        (
            rules(&[(None, None, Some("spend"))]),
            CREDENTIAL,
            Err(Refused::NeedsRule(Effect::Credential)),
        ),
        // An unknown operation needs all three parts.
        (
            rules(&[(Some("POST"), Some(UNKNOWN.1), None)]),
            UNKNOWN,
            Err(Refused::OperationUnknown),
        ),
        (
            rules(&[(None, Some(UNKNOWN.1), Some("write"))]),
            UNKNOWN,
            Err(Refused::OperationUnknown),
        ),
        (
            rules(&[(Some("POST"), Some(UNKNOWN.1), Some("write"))]),
            UNKNOWN,
            Ok(Some(Effect::Write)),
        ),
        // A known operation cannot be called something milder.
        (
            rules(&[(Some("POST"), Some(CREDENTIAL.1), Some("write"))]),
            CREDENTIAL,
            Err(Refused::NeedsRule(Effect::Credential)),
        ),
    ] {
        for role in [Role::Agent, Role::Full] {
            assert_eq!(
                judge(&key(role, list.clone()), method, path),
                expected,
                "{role} {list:?} {method} {path}"
            );
        }
    }
}
