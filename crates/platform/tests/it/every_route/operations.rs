//! The routes of the platform with the methods that they name themselves.

use axum::body::Body;
use http::{Method, Request, header};
use postern_platform::paths;

use crate::world::World;

/// No route has it.
const NO_METHOD: &str = "PROBE";

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Operation {
    /// With holes: `/v3/lists/{list_id}`.
    pub(crate) path: &'static str,
    pub(crate) method: String,
}

/// Every operation of the router. `HEAD`, which goes with `GET`, is not one.
pub(crate) async fn operations(world: &World) -> Vec<Operation> {
    let mut operations = Vec::new();
    for path in paths() {
        let request = Request::builder()
            .method(NO_METHOD)
            .uri(filled(path, "1"))
            .body(Body::empty())
            .unwrap();
        let answer = world.call(request).await;
        let allow = answer.headers[header::ALLOW].to_str().unwrap();
        let methods = allow.split(',').filter(|method| *method != "HEAD");
        operations.extend(methods.map(|method| Operation {
            path,
            method: method.to_owned(),
        }));
    }
    operations
}

impl Operation {
    /// With `value` in every hole.
    pub(crate) fn at(&self, value: &str) -> String {
        filled(self.path, value)
    }

    pub(crate) fn method(&self) -> Method {
        Method::from_bytes(self.method.as_bytes()).unwrap()
    }
}

fn filled(path: &str, value: &str) -> String {
    let parts = path.split('/');
    let filled = parts.map(|part| if part.starts_with('{') { value } else { part });
    filled.collect::<Vec<_>>().join("/")
}
