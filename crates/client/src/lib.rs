//! Typed async client over the wire types.
