//! Which server a command talks to, with which key and over which connection: flags, a named profile, the environment, the current profile,
//! and what a first run has left.

use std::fs;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

use crate::args::ServerArgs;
use crate::config;
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::profiles::{Profile, Profiles};

pub const DEFAULT_URL: &str = "http://127.0.0.1:8080";

/// Where a command goes.
pub struct Reach {
    pub url: String,
    pub ca_file: Option<PathBuf>,
    /// Unless a flag names another one.
    pub connection: Option<String>,
    /// The profile in use, if what it keeps is for this server.
    pub profile: Option<(String, Profile)>,
    /// Whether a flag named the profile: it then comes before the environment.
    is_named: bool,
}

impl Reach {
    pub fn find(args: &ServerArgs, environment: &Environment) -> Outcome<Self> {
        let profiles = Profiles::read(environment)?;
        let is_named = args.profile.is_some();
        let named = args
            .profile
            .as_deref()
            .or(environment.get("POSTERN_PROFILE"));
        let name = match named {
            Some(name) => {
                profiles.get(name)?;
                Some(name)
            }
            None => profiles.current(),
        };
        let profile = name.and_then(|name| {
            let profile = profiles.get(name).ok()?.clone();
            Some((name.to_owned(), profile))
        });
        let kept = profile.as_ref().map(|(_, profile)| profile.url.as_str());
        let set = environment.get("POSTERN_URL");
        let (first, second) = match is_named {
            true => (kept, set),
            false => (set, kept),
        };
        let url = args.url.as_deref().or(first).or(second);
        let url = url.unwrap_or(DEFAULT_URL).to_owned();
        // What was kept for one server goes to no other one.
        let profile = profile.filter(|(_, profile)| same(&profile.url, &url));
        let kept = profile.as_ref().map(|(_, profile)| profile);
        let ca_file = args
            .ca_file
            .clone()
            .or(environment.get("POSTERN_CA_FILE").map(PathBuf::from))
            .or(kept.and_then(|profile| profile.ca_file.clone()));
        let of_profile = kept.and_then(|profile| profile.connection.clone());
        let of_environment = environment.get("POSTERN_CONNECTION").map(str::to_owned);
        let connection = match is_named {
            true => of_profile.or(of_environment),
            false => of_environment.or(of_profile),
        };
        Ok(Self {
            url,
            ca_file,
            connection,
            profile,
            is_named,
        })
    }

    pub fn api_key(&self, args: &ServerArgs, environment: &Environment) -> Outcome<SecretString> {
        if let Some(path) = &args.api_key_file {
            return key_file(path);
        }
        let kept = || match self.profile.as_ref().map(|(_, profile)| profile) {
            Some(Profile {
                api_key: Some(key), ..
            }) => Some(Ok(SecretString::from(key.clone()))),
            Some(Profile {
                api_key_file: Some(path),
                ..
            }) => Some(key_file(path)),
            _ => None,
        };
        if self.is_named
            && let Some(key) = kept()
        {
            return key;
        }
        if let Some(path) = environment.get("POSTERN_API_KEY_FILE") {
            return key_file(Path::new(path));
        }
        let set = environment.get("POSTERN_API_KEY");
        if let Some(key) = set.or(environment.get("MATON_API_KEY")) {
            return Ok(SecretString::from(key.trim().to_owned()));
        }
        if let Some(key) = kept() {
            return key;
        }
        first_run_key(environment).ok_or_else(|| {
            Failure::new(Exit::Denied, "there is no API key to use").fix(
                "set POSTERN_API_KEY, name a file with --api-key-file, or keep it with `postern profile add`; \
                 whoever can read the data directory makes a new key with `postern key recover`",
            )
        })
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

fn key_file(path: &Path) -> Outcome<SecretString> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new(
            Exit::Config,
            format!("cannot read {}: {error}", path.display()),
        )
        .fix("name a file that holds the key alone")
    })?;
    Ok(SecretString::from(text.trim().to_owned()))
}

fn first_run_key(environment: &Environment) -> Option<SecretString> {
    #[derive(Deserialize)]
    struct FirstRun {
        api_key: String,
    }
    let data_dir = match environment.get("POSTERN_DATA_DIR") {
        Some(dir) => dir.into(),
        None => config::default_data_dir(environment).ok()?,
    };
    let text = fs::read_to_string(data_dir.join("first-run.json")).ok()?;
    let first: FirstRun = serde_json::from_str(&text).ok()?;
    Some(SecretString::from(first.api_key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    /// A home with two profiles, `a` the current one.
    fn home() -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        let environment = [("HOME", home.path().display().to_string())];
        let mut profiles = Profiles::read(&environment.into_iter().collect()).unwrap();
        for (name, connection) in [("a", None), ("b", Some("c-b".to_owned()))] {
            let profile = Profile {
                url: format!("http://{name}.test"),
                api_key: Some(format!("key-{name}")),
                connection,
                ..Profile::default()
            };
            profiles.put(name, profile);
        }
        profiles.choose("a");
        profiles.write().unwrap();
        home
    }

    fn reached(
        home: &Path,
        variables: &[(&str, &str)],
        args: &ServerArgs,
    ) -> Outcome<(String, String)> {
        let home = home.display().to_string();
        let all = variables.iter().copied().chain([("HOME", home.as_str())]);
        let environment: Environment = all.collect();
        let reach = Reach::find(args, &environment)?;
        let key = reach.api_key(args, &environment)?;
        Ok((reach.url, key.expose_secret().to_owned()))
    }

    #[test]
    fn keys_are_looked_for_in_order() {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join(".local/share/postern");
        fs::create_dir_all(&data).unwrap();
        let key = |variables: &[(&str, &str)], args: &ServerArgs| {
            reached(home.path(), variables, args).map(|(_, key)| key)
        };
        let none = ServerArgs::default();
        assert_eq!(key(&[], &none).unwrap_err().exit, Exit::Denied);
        fs::write(
            data.join("first-run.json"),
            r#"{"api_key":"first","gateway":"x"}"#,
        )
        .unwrap();
        assert_eq!(key(&[], &none).unwrap(), "first");
        assert_eq!(key(&[("MATON_API_KEY", "m")], &none).unwrap(), "m");
        assert_eq!(
            key(&[("MATON_API_KEY", "m"), ("POSTERN_API_KEY", "p")], &none).unwrap(),
            "p"
        );
        let path = home.path().join("key");
        fs::write(&path, "file\n").unwrap();
        let named = ServerArgs {
            api_key_file: Some(path),
            ..ServerArgs::default()
        };
        assert_eq!(key(&[("POSTERN_API_KEY", "p")], &named).unwrap(), "file");
    }

    #[test]
    fn a_profile_stands_behind_the_environment_unless_it_is_named() {
        let home = home();
        let reach = |variables: &[(&str, &str)], profile: Option<&str>, url: Option<&str>| {
            let args = ServerArgs {
                profile: profile.map(str::to_owned),
                url: url.map(str::to_owned),
                ..ServerArgs::default()
            };
            let found = reached(home.path(), variables, &args);
            found.map(|(url, key)| format!("{url} {key}"))
        };
        assert_eq!(reach(&[], None, None).unwrap(), "http://a.test key-a");
        assert_eq!(reach(&[], Some("b"), None).unwrap(), "http://b.test key-b");
        let set = [("POSTERN_URL", "http://e.test"), ("POSTERN_API_KEY", "e")];
        assert_eq!(reach(&set, None, None).unwrap(), "http://e.test e");
        assert_eq!(reach(&set, Some("b"), None).unwrap(), "http://b.test key-b");
        let named = [("POSTERN_PROFILE", "b")];
        assert_eq!(reach(&named, None, None).unwrap(), "http://b.test key-b");
        assert_eq!(
            reach(&[], None, Some("http://a.test/")).unwrap(),
            "http://a.test/ key-a"
        );
        assert_eq!(
            reach(&[], Some("x"), None).unwrap_err().exit,
            Exit::NotFound
        );
    }

    #[test]
    fn what_was_kept_for_one_server_goes_to_no_other() {
        let home = home();
        let elsewhere = ServerArgs {
            url: Some("http://evil.test".into()),
            ..ServerArgs::default()
        };
        let refused = reached(home.path(), &[], &elsewhere).unwrap_err();
        assert_eq!(refused.exit, Exit::Denied);
        let set = [("POSTERN_URL", "http://evil.test")];
        let refused = reached(home.path(), &set, &ServerArgs::default()).unwrap_err();
        assert_eq!(refused.exit, Exit::Denied);
    }
}
