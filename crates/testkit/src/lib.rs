//! Test-only: a store of its own for every test, fake upstreams, fixed clocks.
