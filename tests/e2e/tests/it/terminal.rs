//! The commands in a real terminal: what is drawn, asked and coloured there, and what is not when it is none.

use anyhow::{Context as _, Result, bail, ensure};
use postern_e2e::{Home, Server, environment, peers};
use std::cell::Cell;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

const SHOWN_WITHIN: Duration = Duration::from_secs(60);
const COLUMNS: usize = 100;

/// A terminal of tmux with a shell in it, and a server of its own beside it. Ends with the test.
struct Terminal {
    tmux: PathBuf,
    socket: PathBuf,
    /// Lines typed so far: the end of each is told apart from that of the one before, which may still be on the screen.
    lines: Cell<u32>,
}

impl Terminal {
    fn open(home: &Home, server: &Server) -> Result<Self> {
        let terminal = Self {
            tmux: peers::program("tmux")?,
            socket: home.path().join("tmux"),
            lines: Cell::new(0),
        };
        let programs = home.path().join("bin");
        std::fs::create_dir(&programs)?;
        std::os::unix::fs::symlink(environment::program()?, programs.join("postern"))?;
        let path = environment::variable("PATH").unwrap_or_default();
        let size = COLUMNS.to_string();
        let mut start = terminal.command();
        for name in environment::own_variables() {
            start.env_remove(name);
        }
        start
            .args([
                "-f",
                "/dev/null",
                "new-session",
                "-d",
                "-x",
                &size,
                "-y",
                "40",
            ])
            .args(["env", "PS1=ready $?> ", "bash", "--norc", "--noprofile"])
            .env("PATH", format!("{}:{path}", programs.display()))
            .env("HOME", home.path())
            .env("POSTERN_URL", server.gateway_url())
            .env("POSTERN_API_KEY", &server.first.api_key)
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR")
            .env_remove("TMUX")
            .current_dir(home.path());
        ensure!(start.status()?.success(), "tmux does not start");
        terminal.shows("ready 0>")?;
        Ok(terminal)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.tmux);
        command.arg("-S").arg(&self.socket);
        command
    }

    /// What a person sees.
    fn screen(&self) -> Result<String> {
        let seen = self.command().args(["capture-pane", "-p"]).output()?;
        Ok(String::from_utf8_lossy(&seen.stdout).into_owned())
    }

    /// The screen, as soon as it shows this.
    fn shows(&self, text: &str) -> Result<String> {
        let until = Instant::now() + SHOWN_WITHIN;
        loop {
            let screen = self.screen()?;
            if screen.contains(text) {
                return Ok(screen);
            }
            if Instant::now() > until {
                bail!("never {text:?}, but:\n{screen}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn keys(&self, keys: &[&str]) -> Result<()> {
        let sent = self.command().arg("send-keys").args(keys).status()?;
        ensure!(sent.success(), "tmux does not take {keys:?}");
        Ok(())
    }

    /// Types a line on an empty screen; behind it the shell says how it ended.
    fn line(&self, line: &str) -> Result<()> {
        let number = self.lines.get() + 1;
        self.lines.set(number);
        let tell = format!("echo \"line {number} ended with $?.\"");
        self.keys(&["-l", &format!("clear; {line}; {tell}")])?;
        self.keys(&["Enter"])
    }

    /// The screen once the line has ended, which must be so.
    fn ended(&self, exit: i32) -> Result<String> {
        self.shows(&format!("line {} ended with {exit}.", self.lines.get()))
    }

    fn run(&self, line: &str, exit: i32) -> Result<String> {
        self.line(line)?;
        self.ended(exit)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ended = self.command().arg("kill-server").status();
    }
}

mod with_tmux {
    use super::*;

    #[tokio::test]
    async fn tables_fit_questions_are_asked_and_codes_are_told() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let terminal = Terminal::open(&home, &server)?;
        let long = "a text that is a good deal longer than any line of this terminal is wide, and so is cut or wrapped";
        terminal.run(
            &format!("postern sms send +15551234567 -b '{long}' > sent"),
            0,
        )?;
        terminal.line("postern sms history")?;
        let screen = terminal.shows("page 1 of 1")?;
        ensure!(screen.contains("MESSAGE ID"), "{screen}");
        let widest = screen.lines().map(|line| line.chars().count()).max();
        ensure!(widest <= Some(COLUMNS), "{screen}");
        ensure!(screen.contains('…'), "the text is cut: {screen}");

        terminal.run("postern list create people", 0)?;
        terminal.line("postern list delete people")?;
        terminal.shows("with its 0 contacts?")?;
        terminal.keys(&["n"])?;
        terminal.ended(1)?;
        terminal.line("postern list delete people")?;
        terminal.shows("with its 0 contacts?")?;
        terminal.keys(&["y"])?;
        terminal.ended(0)?;
        terminal.run("postern list delete people", 11)?;
        terminal.run("postern sms send +1 -b hi", 1)?;
        terminal.run("postern list create < /dev/null", 2)?;
        terminal.run("postern whoami --url http://127.0.0.1:1", 9)?;
        terminal.run("POSTERN_API_KEY=pst_live_wrong postern whoami", 10)?;

        // A password is asked for and not shown.
        terminal.line(&format!(
            "postern operator sign-in {}",
            server.first.operator
        ))?;
        terminal.shows("Password")?;
        terminal.keys(&["-l", &server.first.operator_password])?;
        terminal.keys(&["Enter"])?;
        let screen = terminal.shows("is signed in until")?;
        ensure!(
            !screen.contains(&server.first.operator_password),
            "{screen}"
        );

        // A shell that is interrupted forgets the rest of its line.
        terminal.line("postern webhook listen")?;
        terminal.shows("Ctrl-C ends")?;
        terminal.keys(&["C-c"])?;
        terminal.shows("ready 130>")?;
        server.stop()
    }

    #[tokio::test]
    async fn a_bar_is_drawn_and_programs_get_neither_it_nor_colours() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let terminal = Terminal::open(&home, &server)?;
        let rows: String = (0..40_000)
            .map(|n| format!("+1555{n:07},Name {n}\n"))
            .collect();
        std::fs::write(
            home.path().join("many.csv"),
            format!("phone,first_name\n{rows}"),
        )?;
        terminal.run("postern list create many", 0)?;
        // A bar is wiped away at its end: what was drawn is read from the terminal's own record.
        let record = home.path().join("drawn");
        let pipe = format!("cat > {}", record.display());
        let piped = terminal.command().args(["pipe-pane", &pipe]).status()?;
        ensure!(piped.success(), "tmux keeps a record");
        terminal.line("postern contact import many many.csv")?;
        let screen = terminal.ended(0)?;
        ensure!(screen.contains("40000 contacts added"), "{screen}");
        let drawn = std::fs::read_to_string(&record)?;
        ensure!(
            drawn.contains('█') && drawn.contains("KiB read"),
            "no bar: {drawn:?}"
        );
        ensure!(!screen.contains('█'), "it is wiped away: {screen}");

        terminal.run("postern contact export many 2> remarks | head -3 > rows", 0)?;
        terminal.run(
            "postern list list --json | jq '.data.data[].list_name' > names",
            0,
        )?;
        terminal.run("postern list list --json > plain 2>&1", 0)?;
        terminal.run("NO_COLOR=1 postern frobnicate 2> refused", 2)?;
        let read = |name: &str| std::fs::read_to_string(home.path().join(name));
        ensure!(read("rows")?.lines().count() == 3, "{}", read("rows")?);
        ensure!(read("names")?.contains("\"many\""), "{}", read("names")?);
        for name in ["rows", "remarks", "names", "plain", "refused"] {
            let text = read(name)?;
            ensure!(!text.contains('\u{1b}'), "{name} is coloured: {text:?}");
        }
        ensure!(read("plain")?.lines().count() == 1, "one document");
        let said = read("refused")?;
        said.lines().next().context("it says why")?;
        server.stop()
    }
}
