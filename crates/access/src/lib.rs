//! Who is calling and what they may touch: the in-memory directory of keys and connections.
