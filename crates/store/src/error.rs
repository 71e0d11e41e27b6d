//! What a caller can do about a store that failed; one variant for each different reaction.

/// The result of every unit of work.
pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A uniqueness or check constraint said no. The unit left nothing behind.
    #[error("conflicts with what is stored: {0}")]
    Conflict(String),
    /// The engine cannot take the work now (full disk, lost server, shutting down). The unit left nothing behind.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The commit's answer was lost and could not be found out: the unit may or may not have happened.
    #[error("the outcome of a commit is unknown: {0}")]
    OutcomeUnknown(String),
    /// A row does not mean anything to this version, or was altered by hand.
    #[error("inconsistent row in {table}: {id}")]
    Inconsistent { table: &'static str, id: String },
    /// The store cannot be used as configured; says what to change.
    #[error("{0}")]
    Setup(String),
    /// A bug: a statement the engine refuses, a closure that panicked.
    #[error("store failure: {0}")]
    Driver(String),
}

impl Error {
    /// The same words for another caller of the same failed group.
    pub(crate) fn again(&self) -> Error {
        match self {
            Error::Conflict(s) => Error::Conflict(s.clone()),
            Error::Unavailable(s) => Error::Unavailable(s.clone()),
            Error::OutcomeUnknown(s) => Error::OutcomeUnknown(s.clone()),
            Error::Inconsistent { table, id } => Error::Inconsistent {
                table,
                id: id.clone(),
            },
            Error::Setup(s) => Error::Setup(s.clone()),
            Error::Driver(s) => Error::Driver(s.clone()),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        use rusqlite::ErrorCode as C;
        match error.sqlite_error_code() {
            Some(C::ConstraintViolation) => Error::Conflict(error.to_string()),
            Some(
                C::DiskFull
                | C::SystemIoFailure
                | C::DatabaseBusy
                | C::DatabaseLocked
                | C::CannotOpen
                | C::ReadOnly
                | C::OutOfMemory
                | C::OperationAborted
                | C::OperationInterrupted,
            ) => Error::Unavailable(error.to_string()),
            _ => Error::Driver(error.to_string()),
        }
    }
}
