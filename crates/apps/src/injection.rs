//! How a stored credential is put on an outgoing request, and the precomputed form of one credential.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::needles::{Needles, url_encoded};

/// The named secrets of one connection, as the connect page or the API received them.
pub type Secrets = BTreeMap<String, SecretString>;

/// One value that a person or program has to supply for a connection.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The key in `credentials`.
    pub name: String,
    /// What the connect page writes beside the input.
    pub label: String,
}

/// Where the credential goes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Injection {
    /// `Authorization: Basic base64(username:password)`. Without a password field the user name is the secret and
    /// the password is empty.
    Basic {
        username: Field,
        password: Option<Field>,
    },
    /// `Authorization: Bearer …`
    Bearer { field: Field },
    /// A header of the app's own, with a fixed text before the secret.
    Header {
        name: String,
        field: Field,
        #[serde(default)]
        prefix: String,
    },
    /// A query parameter.
    Query { name: String, field: Field },
}

/// A field the injection needs is absent, empty, or holds bytes that cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` is missing, empty or holds characters that cannot be sent")]
pub struct MissingField {
    pub field: String,
}

/// A credential that travels in the query.
pub struct QueryCredential {
    /// Name of the parameter; a caller's own parameter of this name is removed.
    pub name: String,
    /// `name=value`, percent-encoded.
    pub pair: SecretString,
}

/// One credential, ready to be put on a request without any work. Has no `Debug`: it is made of secrets.
pub struct Prepared {
    pub header: Option<(HeaderName, HeaderValue)>,
    pub query: Option<QueryCredential>,
    /// What must be masked in answers.
    pub needles: Arc<Needles>,
}

impl Injection {
    /// The fields to ask for, in order, and whether each is a secret (shown as dots, never shown again).
    #[must_use]
    pub fn fields(&self) -> Vec<(&Field, bool)> {
        match self {
            Self::Basic {
                username,
                password: Some(password),
            } => vec![(username, false), (password, true)],
            Self::Basic {
                username: field,
                password: None,
            }
            | Self::Bearer { field }
            | Self::Header { field, .. }
            | Self::Query { field, .. } => vec![(field, true)],
        }
    }

    /// The header this injection owns: a caller's own header of this name is removed.
    #[must_use]
    pub fn header_name(&self) -> Option<HeaderName> {
        match self {
            Self::Basic { .. } | Self::Bearer { .. } => Some(header::AUTHORIZATION),
            Self::Header { name, .. } => HeaderName::from_bytes(name.as_bytes()).ok(),
            Self::Query { .. } => None,
        }
    }

    /// Computes header or query once, and every form that must be masked in answers.
    pub fn prepare(&self, secrets: &Secrets) -> Result<Prepared, MissingField> {
        let mut needles = Needles::default();
        let mut prepared = Prepared {
            header: None,
            query: None,
            needles: Arc::default(),
        };
        match self {
            Self::Basic { username, password } => {
                let user = required(secrets, username)?;
                // RFC 7617: a user name with a colon cannot be told from the password.
                if user.contains(':') {
                    return Err(MissingField {
                        field: username.name.clone(),
                    });
                }
                let pass = password
                    .as_ref()
                    .map_or(Ok(""), |field| required(secrets, field))?;
                let pair = format!("{user}:{pass}");
                prepared.header = Some((
                    header::AUTHORIZATION,
                    sensitive(&format!("Basic {}", STANDARD.encode(&pair)), username)?,
                ));
                needles.add_text(if password.is_some() { pass } else { user });
                needles.add_base64(pair.as_bytes());
            }
            Self::Bearer { field } => {
                let token = required(secrets, field)?;
                prepared.header = Some((
                    header::AUTHORIZATION,
                    sensitive(&format!("Bearer {token}"), field)?,
                ));
                needles.add_text(token);
                needles.add_base64(token.as_bytes());
            }
            Self::Header { field, prefix, .. } => {
                let secret = required(secrets, field)?;
                let name = self.header_name().ok_or_else(|| MissingField {
                    field: field.name.clone(),
                })?;
                prepared.header = Some((name, sensitive(&format!("{prefix}{secret}"), field)?));
                needles.add_text(secret);
                needles.add_base64(secret.as_bytes());
            }
            Self::Query { name, field } => {
                let secret = required(secrets, field)?;
                let pair = format!("{}={}", url_encoded(name), url_encoded(secret));
                prepared.query = Some(QueryCredential {
                    name: name.clone(),
                    pair: SecretString::from(pair),
                });
                needles.add_text(secret);
                needles.add_base64(secret.as_bytes());
            }
        }
        prepared.needles = Arc::new(needles);
        Ok(prepared)
    }
}

fn required<'a>(secrets: &'a Secrets, field: &Field) -> Result<&'a str, MissingField> {
    let value = secrets
        .get(&field.name)
        .map(ExposeSecret::expose_secret)
        .unwrap_or_default();
    if value.is_empty() || value.chars().any(char::is_control) {
        return Err(MissingField {
            field: field.name.clone(),
        });
    }
    Ok(value)
}

fn sensitive(text: &str, field: &Field) -> Result<HeaderValue, MissingField> {
    let mut value = HeaderValue::from_str(text).map_err(|_| MissingField {
        field: field.name.clone(),
    })?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str) -> Field {
        Field {
            name: name.to_owned(),
            label: name.to_owned(),
        }
    }

    fn secrets(pairs: &[(&str, &str)]) -> Secrets {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), SecretString::from(*value)))
            .collect()
    }

    fn masks(prepared: &Prepared, text: &str) -> bool {
        let mut hit = false;
        prepared.needles.find_all(text.as_bytes(), |_| hit = true);
        hit
    }

    #[test]
    fn basic_pairs_are_encoded_and_masked_in_both_forms() {
        let injection = Injection::Basic {
            username: field("username"),
            password: Some(field("password")),
        };
        let prepared = injection
            .prepare(&secrets(&[
                ("username", "user"),
                ("password", "D83DED51-9E35"),
            ]))
            .expect("complete");
        let (name, value) = prepared.header.as_ref().expect("header");
        assert_eq!(name, header::AUTHORIZATION);
        assert_eq!(value, "Basic dXNlcjpEODNERUQ1MS05RTM1");
        assert!(value.is_sensitive());
        assert!(masks(&prepared, "key D83DED51-9E35."));
        assert!(masks(&prepared, "dXNlcjpEODNERUQ1MS05RTM1"));
        assert!(!masks(&prepared, "user"), "a user name is no secret");
    }

    #[test]
    fn a_lone_user_name_is_the_secret() {
        let injection = Injection::Basic {
            username: field("key"),
            password: None,
        };
        let prepared = injection
            .prepare(&secrets(&[("key", "sk_live_123")]))
            .expect("complete");
        assert!(masks(&prepared, "sk_live_123"));
        assert_eq!(injection.fields(), [(&field("key"), true)]);
    }

    #[test]
    fn what_cannot_be_sent_is_named() {
        let injection = Injection::Basic {
            username: field("username"),
            password: Some(field("password")),
        };
        for (given, named) in [
            (secrets(&[("username", "u")]), "password"),
            (secrets(&[("password", "p")]), "username"),
            (secrets(&[("username", ""), ("password", "p")]), "username"),
            (
                secrets(&[("username", "a:b"), ("password", "p")]),
                "username",
            ),
            (
                secrets(&[("username", "u"), ("password", "a\r\nX: y")]),
                "password",
            ),
        ] {
            let missing = injection.prepare(&given).err().expect("refused");
            assert_eq!(missing.field, named);
        }
    }

    #[test]
    fn header_and_query_credentials() {
        let by_header = Injection::Header {
            name: "X-Api-Key".into(),
            field: field("key"),
            prefix: "Token ".into(),
        };
        let prepared = by_header
            .prepare(&secrets(&[("key", "secret")]))
            .expect("complete");
        let (name, value) = prepared.header.expect("header");
        assert_eq!(
            (name.as_str(), value.to_str().expect("text")),
            ("x-api-key", "Token secret")
        );

        let by_query = Injection::Query {
            name: "api key".into(),
            field: field("key"),
        };
        let prepared = by_query
            .prepare(&secrets(&[("key", "a&b=c d")]))
            .expect("complete");
        let query = prepared.query.as_ref().expect("query");
        assert_eq!(query.pair.expose_secret(), "api%20key=a%26b%3Dc%20d");
        assert!(masks(&prepared, "a%26b%3Dc%20d"));
        assert!(masks(&prepared, "a%26b%3Dc+d"));
    }
}
