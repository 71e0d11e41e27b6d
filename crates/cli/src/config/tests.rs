use std::fs;
use std::path::PathBuf;

use secrecy::ExposeSecret;

use super::{Config, LogFormat, Sources, StoreUrl, VaultSource, keys, load};
use crate::environment::Environment;
use crate::exit::{Exit, Failure};

/// A configuration file of its own, variables, flags.
struct Given {
    home: tempfile::TempDir,
    variables: Vec<(String, String)>,
    sources: Sources,
}

fn given(file: &str) -> Given {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("postern.toml");
    fs::write(&path, file).unwrap();
    let variables = vec![("HOME".to_owned(), home.path().display().to_string())];
    Given {
        home,
        variables,
        sources: Sources {
            config: Some(path),
            values: vec![],
        },
    }
}

impl Given {
    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn flag(mut self, key: &str, value: &str) -> Self {
        self.sources
            .values
            .push((key.into(), value.into(), format!("--set {key}")));
        self
    }

    fn secret(self, name: &str, text: &str) -> (Self, PathBuf) {
        let path = self.home.path().join(name);
        fs::write(&path, text).unwrap();
        (self, path)
    }

    fn load(&self) -> Result<Config, Failure> {
        load(
            &self.sources,
            &self.variables.iter().cloned().collect::<Environment>(),
        )
    }

    fn refused(&self) -> String {
        match self.load() {
            Ok(_) => panic!("this configuration should be refused"),
            Err(failure) => {
                assert_eq!(failure.exit, Exit::Config);
                assert!(failure.fix.is_some(), "no fix named: {failure}");
                failure.to_string()
            }
        }
    }
}

#[test]
fn nothing_given_is_a_whole_configuration() {
    let given = given("");
    let config = given.load().unwrap();
    assert_eq!(config.listen.gateway.to_string(), "127.0.0.1:8080");
    assert_eq!(config.listen.platform.to_string(), "127.0.0.1:8081");
    assert_eq!(config.listen.operations.to_string(), "127.0.0.1:9090");
    assert_eq!(
        config.data_dir,
        given.home.path().join(".local/share/postern")
    );
    assert!(config.gateway.threads >= 1);
    assert!(
        config.egress.allow.is_empty(),
        "no private network is reachable unasked"
    );
    assert!(matches!(config.store, StoreUrl::Embedded));
    assert_eq!(config.log.format, LogFormat::Auto);
}

#[test]
fn each_layer_beats_the_one_before() {
    let file = "[listen]\ngateway = \"127.0.0.1:1\"\nplatform = \"127.0.0.1:1\"\noperations = \"127.0.0.1:1\"\n";
    let config = given(file)
        .variable("POSTERN_PLATFORM_LISTEN", "127.0.0.1:2")
        .variable("POSTERN_OPS_LISTEN", "127.0.0.1:2")
        .flag("listen.operations", "127.0.0.1:3")
        .load()
        .unwrap();
    let ports = [
        config.listen.gateway,
        config.listen.platform,
        config.listen.operations,
    ]
    .map(|a| a.port());
    assert_eq!(ports, [1, 2, 3]);
}

#[test]
fn every_key_can_be_set_by_its_variable_and_by_a_flag() {
    for key in keys::KEYS {
        let value = match key.form {
            keys::Form::Integer => "7",
            _ => "x",
        };
        let mut layers = super::Layers::defaults();
        layers
            .environment(&[(key.variable, value)].into_iter().collect())
            .unwrap();
        assert_eq!(
            layers.origin(key.path),
            super::Origin::Variable(key.variable)
        );
        layers.flag(key.path, value, "--set".into()).unwrap();
        assert_eq!(layers.origin(key.path), super::Origin::Flag("--set".into()));
    }
}

#[test]
fn every_default_is_a_known_key() {
    let mut layers = super::Layers::defaults();
    layers
        .file("defaults.toml".as_ref(), include_str!("defaults.toml"))
        .unwrap();
}

#[test]
fn unusable_values_name_source_key_and_fix() {
    let table = [
        (
            "[listen]\ngatway = \"127.0.0.1:1\"",
            "unknown key listen.gatway",
            "listen.gateway",
        ),
        ("listn = 1", "unknown key listn", "postern config keys"),
        ("listen = 1", "listen is a section", "[listen]"),
        (
            "[listen]\ngateway = 8080",
            "listen.gateway must be a text in quotes, not integer",
            "listen.gateway",
        ),
        (
            "[listen]\ngateway = \"8080\"",
            "listen.gateway is \"8080\"",
            "host:port",
        ),
        (
            "[limits]\nbody_bytes = \"1\"",
            "limits.body_bytes must be a whole number",
            "limits.body_bytes",
        ),
        (
            "[limits]\nbody_bytes = 5",
            "limits.body_bytes is 5",
            "from 1024 to",
        ),
        (
            "[timeouts]\ndrain_seconds = 0",
            "timeouts.drain_seconds is 0",
            "from 1 to",
        ),
        (
            "[egress]\nallow = \"10.0.0.0/8\"",
            "egress.allow must be a list of texts",
            "egress.allow",
        ),
        (
            "[egress]\nca_file = \"/does/not/exist\"",
            "egress.ca_file names /does/not/exist",
            "can read",
        ),
        (
            "[platform]\ncredit = \"-1\"",
            "platform.credit `-1` is not an amount",
            "20.00",
        ),
        (
            "[platform]\ncurrency = \"euro\"",
            "platform.currency is \"euro\"",
            "USD",
        ),
        (
            "[log]\nformat = \"xml\"",
            "log.format is \"xml\"",
            "auto, text or json",
        ),
        (
            "public_url = \"sms.example.com\"",
            "public_url is",
            "https://sms.example.com",
        ),
        (
            "public_url = \"https://sms.example.com/x\"",
            "public_url is",
            "scheme and host only",
        ),
        (
            "[hosts]\ngateway = \"https://a.example\"",
            "hosts.gateway is",
            "host name alone",
        ),
        (
            "[store]\ndatabase_url = \"postgres://\"",
            "unknown key store.database_url",
            "POSTERN_DATABASE_URL",
        ),
        (
            "[simulator]\ndelivered_after_min_ms = 9000",
            "delivered_after_max_ms is 5000",
            "raise",
        ),
        ("[listen", "postern.toml: TOML parse error", "config check"),
    ];
    for (file, what, fix) in table {
        let said = given(file).refused();
        assert!(
            said.contains(what) && said.contains(fix),
            "{file:?} gave: {said}"
        );
        assert!(
            said.contains("postern.toml") || said.contains("simulator"),
            "{said}"
        );
    }
}

#[test]
fn unusable_variables_are_named() {
    let table = [
        ("POSTERN_LISTN", "x", "did you mean POSTERN_LISTEN"),
        ("POSTERN_FROBNICATE_EVERYTHING", "x", "postern config keys"),
        (
            "POSTERN_LIMITS_BODY_BYTES",
            "big",
            "POSTERN_LIMITS_BODY_BYTES: limits.body_bytes must be a whole number",
        ),
        (
            "POSTERN_DATABASE_URL",
            "mysql://x",
            "must begin with postgres://",
        ),
        ("POSTERN_CONFIG_FILE", "x", "POSTERN_CONFIG"),
    ];
    for (name, value, what) in table {
        let said = given("").variable(name, value).refused();
        assert!(said.contains(what), "{name} gave: {said}");
    }
}

#[test]
fn variables_of_others_with_our_prefix_are_left_alone() {
    let foreign = [
        "POSTERN_PORT",
        "POSTERN_PORT_8080_TCP",
        "POSTERN_SERVICE_HOST",
        "POSTERN_TEST_DATABASE_URL",
    ];
    for name in foreign {
        given("")
            .variable(name, "tcp://10.0.0.1:8080")
            .load()
            .unwrap();
    }
}

#[test]
fn an_empty_variable_counts_as_unset() {
    given("").variable("POSTERN_LISTEN", "").load().unwrap();
}

#[test]
fn half_a_certificate_is_refused() {
    let (given, cert) = given("").secret("cert.pem", "x");
    let said = given.flag("tls.cert", cert.to_str().unwrap()).refused();
    assert!(said.contains("tls.key"), "{said}");
}

#[test]
fn secrets_come_from_files_and_lose_their_last_newline() {
    let (given, url) = given("").secret("url", "postgres://u:p@h/d\n");
    let (given, passphrase) = given.secret("pass", "a long passphrase\n");
    let config = given
        .flag("store.database_url_file", url.to_str().unwrap())
        .flag("vault.passphrase_file", passphrase.to_str().unwrap())
        .load()
        .unwrap();
    let StoreUrl::Postgres { url, .. } = config.store else {
        panic!("the URL names PostgreSQL")
    };
    assert_eq!(url.expose_secret(), "postgres://u:p@h/d");
    let VaultSource::File {
        passphrase: Some(passphrase),
        ..
    } = config.vault
    else {
        panic!("a passphrase was given")
    };
    assert_eq!(passphrase.expose_secret(), "a long passphrase");
}

#[test]
fn an_error_about_a_secret_does_not_hold_it() {
    let said = given("")
        .variable("POSTERN_DATABASE_URL", "mysql://root:hunter2@h/d")
        .refused();
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_systemd_credential_is_the_vault_key() {
    let (given, _) = given("").secret("postern.vault-key", "postern-vault-ring 1\n");
    let credentials = given.home.path().display().to_string();
    let config = given
        .variable("CREDENTIALS_DIRECTORY", &credentials)
        .load()
        .unwrap();
    assert!(matches!(config.vault, VaultSource::Given { .. }));
}

#[test]
fn operators_apps_reach_the_registry_as_toml_of_their_own() {
    let config = given(
        "[apps.crm]\nbase_url = \"https://crm.example\"\n[apps.crm.injection]\nkind = \"bearer\"\n",
    )
    .load()
    .unwrap();
    let apps: toml::Table = toml::from_str(&config.apps.unwrap().0).unwrap();
    assert_eq!(
        apps["apps"]["crm"]["injection"]["kind"].as_str(),
        Some("bearer")
    );
}

#[test]
fn a_level_is_a_level() {
    for (text, usable) in [
        ("info", true),
        ("WARN", true),
        ("info,postern_gateway=debug", true),
        ("loud", false),
        ("info,postern_gateway=loud", false),
        ("", false),
    ] {
        assert_eq!(crate::serve::log::check(text).is_ok(), usable, "{text:?}");
    }
}
