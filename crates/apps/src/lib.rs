//! The apps Postern can stand in front of, as data: where they live, how a credential is injected, which call
//! verifies it, and what each operation does. Pure: nothing here opens a socket or reads a file.

mod app;
mod definition;
mod effects;
mod injection;
mod needles;
mod origin;
mod path;
mod query;
mod registry;
mod reserved;

pub use app::{App, VerifyCall};
pub use definition::{AppDefinition, AppError, OperationDefinition};
pub use effects::{Judged, Operations};
pub use injection::{Field, Injection, MissingField, Prepared, QueryCredential, Secrets};
pub use needles::{NEEDLE_BYTES_MIN, Needles, SecretFields, url_encoded};
pub use origin::{InvalidOrigin, Origin, Scheme};
pub use path::{AmbiguousPath, NormalPath, PathPattern, normal_path};
pub use query::names_parameter;
pub use registry::Registry;
pub use reserved::{RESERVED, is_reserved};
