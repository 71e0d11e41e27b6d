//! The apps Postern can stand in front of: where they live, how a credential is injected, what each operation does.
