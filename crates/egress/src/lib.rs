//! The only room that opens outbound HTTP.
