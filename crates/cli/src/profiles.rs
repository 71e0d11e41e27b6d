//! Servers that a person works with, by name: address, key, connection, and the session of an operator who has signed in. One file of
//! the user's own, 0600.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use postern_domain::time::UnixMicros;
use serde::{Deserialize, Serialize};

use crate::data_dir::write_private;
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// Used when nobody names one.
    current: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// No `Debug`: it holds secrets.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
    /// Instead of the key itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<SignedIn>,
}

/// An operator's session, good for this profile's server only.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedIn {
    pub name: String,
    pub token: String,
    /// RFC 3339.
    pub expires_at: String,
}

impl SignedIn {
    pub fn is_good(&self, now: UnixMicros) -> bool {
        let expires = self.expires_at.parse::<Timestamp>();
        expires.is_ok_and(|at| at.as_microsecond() > now.0)
    }
}

/// The file, read; changes are kept by [`Profiles::write`].
pub struct Profiles {
    path: Option<PathBuf>,
    kept: Kept,
}

impl Profiles {
    /// None at all where there is no such file.
    pub fn read(environment: &Environment) -> Outcome<Self> {
        let path = path(environment);
        let Some(path) = path.filter(|path| path.exists()) else {
            return Ok(Self {
                path: self::path(environment),
                kept: Kept::default(),
            });
        };
        private(&path)?;
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        // The parser's own message would quote the line, and with it a key.
        let kept = toml::from_str(&text).map_err(|error: toml::de::Error| {
            Failure::new(
                Exit::Config,
                format!("{}: {}", path.display(), error.message()),
            )
            .fix("correct it, or remove it and make the profiles anew with `postern profile add`")
        })?;
        Ok(Self {
            path: Some(path),
            kept,
        })
    }

    pub fn write(&self) -> Outcome {
        let path = self.path.as_deref().ok_or_else(|| {
            Failure::new(Exit::Config, "there is no HOME to keep profiles in")
                .fix("set HOME or XDG_CONFIG_HOME")
        })?;
        let text = toml::to_string(&self.kept).expect("texts and tables of texts");
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| write_private(path, text.as_bytes(), true))
            .map_err(|error| {
                Failure::new(
                    Exit::Config,
                    format!("cannot write {}: {error}", path.display()),
                )
                .fix("make its directory writable for you")
            })
    }

    pub fn current(&self) -> Option<&str> {
        self.kept.current.as_deref()
    }

    pub fn choose(&mut self, name: &str) {
        self.kept.current = Some(name.to_owned());
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Profile)> {
        let all = self.kept.profiles.iter();
        all.map(|(name, profile)| (name.as_str(), profile))
    }

    pub fn get(&self, name: &str) -> Outcome<&Profile> {
        self.kept.profiles.get(name).ok_or_else(|| {
            Failure::new(Exit::NotFound, format!("there is no profile {name:?}"))
                .fix("`postern profile list` shows all of them")
        })
    }

    pub fn put(&mut self, name: &str, profile: Profile) {
        self.kept.profiles.insert(name.to_owned(), profile);
    }

    pub fn remove(&mut self, name: &str) -> Outcome<Profile> {
        self.get(name)?;
        if self.current() == Some(name) {
            self.kept.current = None;
        }
        Ok(self.kept.profiles.remove(name).unwrap_or_default())
    }
}

fn path(environment: &Environment) -> Option<PathBuf> {
    let config = environment.get("XDG_CONFIG_HOME").map(PathBuf::from);
    let home = || Some(Path::new(environment.get("HOME")?).join(".config"));
    config
        .or_else(home)
        .map(|config| config.join("postern/profiles.toml"))
}

#[cfg(unix)]
fn private(path: &Path) -> Outcome {
    use std::os::unix::fs::MetadataExt as _;
    let mode = fs::metadata(path).map(|found| found.mode());
    match mode.map_err(|error| unreadable(path, &error))? & 0o077 {
        0 => Ok(()),
        _ => Err(Failure::new(
            Exit::Config,
            format!("{} holds keys, and others may read it", path.display()),
        )
        .fix(format!("chmod 600 {}", path.display()))),
    }
}

#[cfg(not(unix))]
fn private(_: &Path) -> Outcome {
    Ok(())
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        Exit::Config,
        format!("cannot read {}: {error}", path.display()),
    )
    .fix("make it readable for you alone")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_kept_for_their_owner_only() {
        let home = tempfile::tempdir().unwrap();
        let environment: Environment = [("HOME", home.path().display().to_string())]
            .into_iter()
            .collect();
        let mut profiles = Profiles::read(&environment).unwrap();
        assert!(profiles.current().is_none() && profiles.get("a").is_err());
        let profile = Profile {
            url: "http://a.test".into(),
            api_key: Some("secret".into()),
            ..Profile::default()
        };
        profiles.put("a", profile);
        profiles.choose("a");
        profiles.write().unwrap();
        let mut again = Profiles::read(&environment).unwrap();
        assert_eq!(again.current(), Some("a"));
        assert_eq!(again.get("a").unwrap().url, "http://a.test");

        let path = home.path().join(".config/postern/profiles.toml");
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        again.remove("a").unwrap();
        assert!(again.current().is_none());

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Profiles::read(&environment).is_err(), "others may read it");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "[profiles.a]\napi_key = \"secret\"\nurl = 1\n").unwrap();
        let refused = Profiles::read(&environment).err().unwrap();
        assert!(!refused.message.contains("secret"), "{}", refused.message);
    }

    #[test]
    fn a_session_ends() {
        let session = SignedIn {
            name: "ada".into(),
            token: "t".into(),
            expires_at: "2027-01-01T00:00:00Z".into(),
        };
        assert!(session.is_good(UnixMicros(0)));
        assert!(!session.is_good(UnixMicros(1_798_761_600_000_000)));
    }
}
