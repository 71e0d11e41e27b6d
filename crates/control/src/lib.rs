//! The control plane: keys, connections, accounts, audit; the connect page.
