use postern_domain::key::Role;
use postern_domain::time::UnixMicros;
use proptest::prelude::*;

use super::*;

fn row(columns: ScopeColumns) -> KeyRow {
    KeyRow {
        key_id: "k".into(),
        name: "n".into(),
        role: Role::Agent,
        test: false,
        apps: columns.apps,
        connections: columns.connections,
        rules: columns.rules,
        cidr: columns.cidr,
        rate_per_second: None,
        limits: "{}".into(),
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
        created_at: UnixMicros(0),
        updated_at: UnixMicros(0),
    }
}

fn rule(method: Option<&str>, path: Option<&str>, effect: Option<&str>) -> Rule {
    Rule::parse(method, path, effect).unwrap()
}

fn set(words: &[&str]) -> Option<BTreeSet<String>> {
    Some(words.iter().map(|word| (*word).to_owned()).collect())
}

fn any_scope() -> impl Strategy<Value = Scope> {
    let names = prop::option::of(prop::collection::btree_set("[a-z]{1,4}", 0..4));
    let rules = prop::sample::select(vec![
        rule(None, None, Some("read")),
        rule(Some("POST"), Some("/v3/sms/send"), None),
        rule(Some("PUT"), Some("/v3/recharge/**"), Some("spend")),
        rule(None, None, None),
    ]);
    let blocks = prop::sample::select(vec!["10.0.0.0/8", "10.1.0.0/16", "::1", "2001:db8::/32"]);
    let blocks = blocks.prop_map(|block| block.parse::<Cidr>().unwrap());
    (
        names.clone(),
        names,
        prop::option::of(prop::collection::vec(rules, 0..3)),
        prop::option::of(prop::collection::vec(blocks, 0..3)),
    )
        .prop_map(|(apps, connections, rules, cidr)| Scope {
            apps,
            connections,
            rules,
            cidr,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn columns_round_trip(scope in any_scope()) {
        prop_assert_eq!(Scope::from_row(&row(scope.columns())), Some(scope));
    }

    #[test]
    fn a_scope_is_within_itself_and_within_everything(scope in any_scope()) {
        prop_assert_eq!(scope.within(&scope), Ok(()));
        prop_assert_eq!(scope.within(&Scope::default()), Ok(()));
    }

    #[test]
    fn within_is_transitive(a in any_scope(), b in any_scope(), c in any_scope()) {
        // Most triples are not nested; a few hundred of them are enough to find a hole.
        if a.within(&b).is_ok() && b.within(&c).is_ok() {
            prop_assert_eq!(a.within(&c), Ok(()));
        }
    }
}

#[test]
fn none_and_nothing_are_written_differently() {
    let none = Scope::default().columns();
    assert_eq!(
        (none.apps, none.rules.as_str(), none.cidr),
        (None, "null", None)
    );
    let nothing = Scope {
        apps: set(&[]),
        rules: Some(vec![]),
        ..Scope::default()
    }
    .columns();
    assert_eq!(
        (nothing.apps.as_deref(), nothing.rules.as_str()),
        (Some("[]"), "[]")
    );
}

#[test]
fn a_row_that_cannot_be_read_gives_no_scope() {
    for (apps, rules, cidr) in [
        (Some("clicksend"), "null", None),
        (Some("{}"), "null", None),
        (None, "", None),
        (None, r#"[{"effect":"eat"}]"#, None),
        (None, r#"[{"efect":"read"}]"#, None),
        (None, "null", Some(r#"["10.0.0.0/40"]"#)),
    ] {
        let columns = ScopeColumns {
            apps: apps.map(str::to_owned),
            connections: None,
            rules: rules.to_owned(),
            cidr: cidr.map(str::to_owned),
        };
        assert_eq!(
            Scope::from_row(&row(columns)),
            None,
            "{apps:?} {rules} {cidr:?}"
        );
    }
}

#[test]
fn each_dimension_can_be_too_wide() {
    let outer = Scope {
        apps: set(&["clicksend"]),
        connections: set(&["c1", "c2"]),
        rules: Some(vec![rule(None, None, Some("read"))]),
        cidr: Some(vec!["10.0.0.0/8".parse().unwrap()]),
    };
    let inner = Scope {
        connections: set(&["c1"]),
        cidr: Some(vec!["10.2.0.0/16".parse().unwrap()]),
        ..outer.clone()
    };
    assert_eq!(inner.within(&outer), Ok(()));
    for (wide, dimension) in [
        (
            Scope {
                apps: None,
                ..inner.clone()
            },
            "apps",
        ),
        (
            Scope {
                apps: set(&["clicksend", "other"]),
                ..inner.clone()
            },
            "apps",
        ),
        (
            Scope {
                connections: set(&["c3"]),
                ..inner.clone()
            },
            "connections",
        ),
        (
            Scope {
                rules: None,
                ..inner.clone()
            },
            "rules",
        ),
        (
            Scope {
                rules: Some(vec![rule(None, None, None)]),
                ..inner.clone()
            },
            "rules",
        ),
        (
            Scope {
                cidr: None,
                ..inner.clone()
            },
            "cidr",
        ),
        (
            Scope {
                cidr: Some(vec!["0.0.0.0/0".parse().unwrap()]),
                ..inner.clone()
            },
            "cidr",
        ),
    ] {
        assert_eq!(wide.within(&outer), Err(dimension));
    }
}

#[test]
fn unusable_rules_say_which_part() {
    for (method, path, effect, part) in [
        (Some("get"), None, None, "method"),
        (Some("TRACE"), None, None, "method"),
        (None, Some("v3/sms"), None, "path"),
        (None, Some("/v3/*"), None, "path"),
        (None, Some("/v3/**/x"), None, "path"),
        (None, None, Some("delete"), "effect"),
    ] {
        assert_eq!(Rule::parse(method, path, effect).unwrap_err().part, part);
    }
}
