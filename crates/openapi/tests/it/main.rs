//! The committed documents are those of this code, and describe what there is.

mod committed;
mod routes;
