//! All apps that this process knows: the built-in ones and the operator's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::app::App;
use crate::definition::{AppDefinition, AppError};
use crate::effects::Operations;

/// Apps by name. Built once at start, then shared.
#[derive(Clone, Default)]
pub struct Registry {
    apps: BTreeMap<String, Arc<App>>,
}

const CLICKSEND: &str = include_str!("../data/clicksend.toml");
const CLICKSEND_OPERATIONS: &str = include_str!("../data/clicksend.tsv");

impl Registry {
    /// The apps that are built in.
    #[must_use]
    pub fn builtin() -> Self {
        let definition: AppDefinition =
            toml::from_str(CLICKSEND).expect("tested: the built-in definition parses");
        let mut app = definition
            .build("clicksend")
            .expect("tested: the built-in definition is valid");
        app.operations = Some(
            Operations::from_tsv(CLICKSEND_OPERATIONS)
                .expect("tested: the built-in table is valid"),
        );
        let mut registry = Self::default();
        registry.apps.insert(app.name.clone(), Arc::new(app));
        registry
    }

    /// Adds an operator's apps. A name that is taken is an error: a definition never replaces another one silently.
    pub fn extend(
        &mut self,
        definitions: impl IntoIterator<Item = (String, AppDefinition)>,
    ) -> Result<(), AppError> {
        for (name, definition) in definitions {
            if self.apps.contains_key(&name) {
                let reason = "is taken; choose another name, or give the connection an `upstream` of its own".to_owned();
                return Err(AppError {
                    app: name,
                    field: "name".to_owned(),
                    reason,
                });
            }
            let app = definition.build(&name)?;
            self.apps.insert(name, Arc::new(app));
        }
        Ok(())
    }

    /// As [`Registry::extend`], from the text of the `[apps.NAME]` tables.
    pub fn extend_toml(&mut self, text: &str) -> Result<(), AppError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            apps: BTreeMap<String, AppDefinition>,
        }
        let unreadable = |error: toml::de::Error| AppError {
            app: "*".to_owned(),
            field: "toml".to_owned(),
            reason: error.to_string(),
        };
        let file: File = toml::from_str(text).map_err(unreadable)?;
        self.extend(file.apps)
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<App>> {
        self.apps.get(name)
    }

    /// In the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<App>> {
        self.apps.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;
    use postern_domain::{connection, effect::Effect};

    use crate::path::normal_path;

    #[test]
    fn clicksend_is_built_in() {
        let registry = Registry::builtin();
        let app = registry.get("clicksend").expect("built in");
        assert_eq!(app.base_url.to_string(), "https://rest.clicksend.com");
        assert_eq!(app.method, connection::Method::Basic);
        let verify = app.verify.as_ref().expect("verified by a call");
        assert_eq!(
            (verify.method.as_str(), verify.path.as_str()),
            ("GET", "/v3/account")
        );
        let fields: Vec<_> = app
            .injection
            .fields()
            .into_iter()
            .map(|(field, secret)| (field.name.clone(), secret))
            .collect();
        assert_eq!(
            fields,
            [
                ("username".to_owned(), false),
                ("password".to_owned(), true)
            ]
        );
        assert!(app.secret_fields.find_end(br#"{"api_key":"x"}"#).is_some());
    }

    #[test]
    fn an_app_of_the_operator() {
        let mut registry = Registry::builtin();
        registry
            .extend_toml(
                r#"
                [apps.acme]
                title = "Acme"
                base_url = "https://api.acme.test/v2"
                injection = { kind = "header", name = "X-Api-Key", field = { name = "key", label = "API key" } }
                verify = { path = "/me", metadata = { email = "/email" } }
                operations = [ { method = "POST", path = "/things/{id}", effect = "write" } ]
                [apps.bare]
                base_url = "http://bare.test"
                injection = { kind = "bearer", field = { name = "token", label = "Token" } }
                "#,
            )
            .expect("valid");
        let path = normal_path("/things/1").expect("normal");
        let acme = registry.get("acme").expect("added");
        assert_eq!(
            acme.effect(&Method::POST, &path)
                .map(|judged| judged.effect),
            Some(Effect::Write)
        );
        assert_eq!(
            acme.effect(&Method::GET, &path),
            None,
            "a table says everything"
        );
        let bare = registry.get("bare").expect("added");
        assert_eq!(
            bare.effect(&Method::GET, &path).map(|judged| judged.effect),
            Some(Effect::Read)
        );
        assert_eq!(bare.effect(&Method::POST, &path), None);
        assert_eq!(
            registry
                .iter()
                .map(|app| app.name.as_str())
                .collect::<Vec<_>>(),
            ["acme", "bare", "clicksend"]
        );
    }

    #[test]
    fn unusable_definitions_name_app_and_field() {
        let bearer = "injection = { kind = \"bearer\", field = { name = \"t\", label = \"T\" } }";
        for (text, app, field) in [
            (format!("[apps.keys]\nbase_url='https://a.b'\n{bearer}"), "keys", "name"),
            (format!("[apps.Big]\nbase_url='https://a.b'\n{bearer}"), "Big", "name"),
            (format!("[apps.clicksend]\nbase_url='https://a.b'\n{bearer}"), "clicksend", "name"),
            (format!("[apps.x]\nbase_url='a.b'\n{bearer}"), "x", "base_url"),
            (format!("[apps.x]\nbase_url='https://u:p@a.b'\n{bearer}"), "x", "base_url"),
            (format!("[apps.x]\nbase_url='https://a.b'\nmethod='KEY'\n{bearer}"), "x", "method"),
            (format!("[apps.x]\nbase_url='https://a.b'\n{bearer}\nverify={{path='me'}}"), "x", "verify.path"),
            (format!("[apps.x]\nbase_url='https://a.b'\n{bearer}\noperations=[{{method='GET',path='/a',effect='eat'}}]"), "x", "operations"),
            ("[apps.x]\nbase_url='https://a.b'\ninjection={kind='header',name='Host',field={name='t',label='T'}}".to_owned(), "x", "injection.name"),
            (format!("[apps.x]\nbase_url='https://a.b'\n{bearer}\nbase_ulr='typo'"), "*", "toml"),
        ] {
            let error = Registry::builtin().extend_toml(&text).expect_err(&text);
            assert_eq!((error.app.as_str(), error.field.as_str()), (app, field), "{error}");
        }
    }
}
