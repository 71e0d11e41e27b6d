//! How the simulator misbehaves on purpose, and the clock of a sandbox.

use postern_wire::control::{
    ChaosAnswer, ChaosChange, ClockMove, Handled, HandsetAnswer, HandsetList, HandsetState,
    SandboxClock, Waiting,
};

use crate::{Client, Error};

/// Of the account of a connection; `None`: of the default one.
impl Client {
    pub async fn chaos(&self, connection: Option<&str>) -> Result<ChaosAnswer, Error> {
        self.get(self.with(&["inbox", "chaos"], &[("connection", connection)]))
            .await
    }

    /// Absent fields stay.
    pub async fn change_chaos(
        &self,
        connection: Option<&str>,
        change: &ChaosChange,
    ) -> Result<ChaosAnswer, Error> {
        let url = self.with(&["inbox", "chaos"], &[("connection", connection)]);
        self.patch(url, change).await
    }

    pub async fn reset_chaos(&self, connection: Option<&str>) -> Result<ChaosAnswer, Error> {
        self.delete(self.with(&["inbox", "chaos"], &[("connection", connection)]))
            .await
    }

    /// Those that are not simply on.
    pub async fn handsets(&self, connection: Option<&str>) -> Result<HandsetList, Error> {
        self.get(self.with(&["inbox", "handsets"], &[("connection", connection)]))
            .await
    }

    /// `on`, `off`, `refusing` or `by_hand`.
    pub async fn put_handset(
        &self,
        connection: Option<&str>,
        number: &str,
        state: &str,
    ) -> Result<HandsetAnswer, Error> {
        let url = self.with(
            &["inbox", "handsets", number],
            &[("connection", connection)],
        );
        let body = HandsetState {
            state: state.to_owned(),
        };
        self.put(url, &body).await
    }

    /// Decides about a message that waits for somebody to do it by hand.
    pub async fn decide_waiting(
        &self,
        connection: Option<&str>,
        message_id: &str,
        decision: &Waiting,
    ) -> Result<Handled, Error> {
        let url = self.with(
            &["inbox", "waiting", message_id],
            &[("connection", connection)],
        );
        self.post(url, decision).await
    }

    pub async fn sandbox_clock(&self, connection: Option<&str>) -> Result<SandboxClock, Error> {
        self.get(self.with(&["inbox", "clock"], &[("connection", connection)]))
            .await
    }

    pub async fn move_sandbox_clock(
        &self,
        connection: Option<&str>,
        to: &ClockMove,
    ) -> Result<SandboxClock, Error> {
        let url = self.with(&["inbox", "clock"], &[("connection", connection)]);
        self.post(url, to).await
    }

    /// Back to everybody's time.
    pub async fn reset_sandbox_clock(
        &self,
        connection: Option<&str>,
    ) -> Result<SandboxClock, Error> {
        self.delete(self.with(&["inbox", "clock"], &[("connection", connection)]))
            .await
    }
}
