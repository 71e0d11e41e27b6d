//! The data plane: who are you, which connection, what does the call do, forward.
