//! The programs that tests run against: found, or installed through the machine's own package managers.

use crate::process::{answer, find, quietly};
use crate::workspace;
use anyhow::{Context as _, Result, bail};
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Something tests run against that is not ours: a system package with programs in it, or an SDK.
#[derive(Clone, Copy)]
pub struct Peer {
    pub name: &'static str,
    programs: &'static [&'static str],
    packages: &'static [&'static str],
    /// Tests in a module of this name need it and are left out where it is missing.
    pub module: &'static str,
}

impl Peer {
    pub const NGINX: Self = Self {
        name: "nginx",
        programs: &["nginx"],
        packages: &["nginx-light"],
        module: "with_nginx",
    };
    pub const HAPROXY: Self = Self {
        name: "HAProxy",
        programs: &["haproxy"],
        packages: &["haproxy"],
        module: "with_haproxy",
    };
    /// With the carrier that it is tested with.
    pub const KANNEL: Self = Self {
        name: "Kannel",
        programs: &["bearerbox", "smsbox"],
        packages: &["kannel", "kannel-extras"],
        module: "with_kannel",
    };
    pub const APACHE: Self = Self {
        name: "Apache httpd",
        programs: &["apache2"],
        packages: &["apache2"],
        module: "with_apache",
    };
    pub const CHROMIUM: Self = Self {
        name: "Chromium",
        programs: &["chromium", "chromedriver"],
        packages: &["chromium", "chromium-driver"],
        module: "with_chromium",
    };
    pub const NODE: Self = Self {
        name: "Node.js",
        programs: &["node"],
        packages: &["nodejs"],
        module: "with_node",
    };
    pub const PYTHON: Self = Self {
        name: "Python",
        programs: &["python3"],
        packages: &["python3", "python3-venv"],
        module: "with_python",
    };
    /// No program: the right to mount, which containers often withhold.
    pub const MOUNTS: Self = Self {
        name: "mount namespaces",
        programs: &[],
        packages: &[],
        module: "with_mounts",
    };
    pub const POSTGRES: Self = Self {
        name: "PostgreSQL",
        programs: &[],
        packages: &[],
        module: "with_postgres",
    };
    pub const NPM: Self = Self {
        name: "npm",
        programs: &["npm"],
        packages: &["npm"],
        module: "with_npm",
    };
    pub const SDK_6: Self = Self {
        name: "the Python SDK 6",
        programs: &[],
        packages: &[],
        module: "with_sdk6",
    };
    pub const SDK_5: Self = Self {
        name: "the Python SDK 5",
        programs: &[],
        packages: &[],
        module: "with_sdk5",
    };
    pub const NPM_SDK: Self = Self {
        name: "the Node.js SDK",
        programs: &[],
        packages: &[],
        module: "with_npm_sdk",
    };
    pub const CURL: Self = Self {
        name: "curl and jq",
        programs: &["curl", "jq"],
        packages: &["curl", "jq"],
        module: "with_curl",
    };
    pub const DPKG: Self = Self {
        name: "dpkg and lintian",
        programs: &["dpkg", "dpkg-deb", "lintian"],
        packages: &["dpkg", "lintian"],
        module: "with_dpkg",
    };
    pub const SYSTEMD: Self = Self {
        name: "systemd-analyze",
        programs: &["systemd-analyze"],
        packages: &["systemd"],
        module: "with_systemd",
    };
    pub const MCP_CLIENT: Self = Self {
        name: "the Python client of MCP",
        programs: &[],
        packages: &[],
        module: "with_mcp_client",
    };
    pub const MCP_CONFORMANCE: Self = Self {
        name: "the conformance suite of MCP",
        programs: &[],
        packages: &[],
        module: "with_mcp_conformance",
    };
    /// The commands in a real terminal.
    pub const TMUX: Self = Self {
        name: "tmux",
        programs: &["tmux", "jq"],
        packages: &["tmux", "jq"],
        module: "with_tmux",
    };
    pub const PYTEST: Self = Self {
        name: "pytest",
        programs: &[],
        packages: &[],
        module: "with_pytest",
    };
    pub const JEST: Self = Self {
        name: "Jest",
        programs: &[],
        packages: &[],
        module: "with_jest",
    };
    pub const SCHEMATHESIS: Self = Self {
        name: "schemathesis",
        programs: &[],
        packages: &[],
        module: "with_schemathesis",
    };
    /// `examples/testing/cargo`, which is no member of the workspace, with the crates that it takes.
    pub const SIGN_IN_CRATE: Self = Self {
        name: "the crates of the Rust example",
        programs: &[],
        packages: &[],
        module: "with_sign_in_crate",
    };
}

/// A Python environment of ours.
pub struct Environment {
    pub name: &'static str,
    pub packages: &'static [&'static str],
}

/// Finds peers and, where it may, installs them.
pub struct Installer {
    allowed: bool,
    /// Package lists are refreshed at most once a run.
    lists_fresh: Cell<bool>,
}

/// Holds what was asked for when an installation came to its end; a half-made folder has none.
const STAMP: &str = "installed.txt";

/// Installs packages without starting the services that come in them: nginx and Apache would take the machine's real ports.
const APT_WITHOUT_SERVICES: &str = r#"
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod +x "$policy"
fi
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
"#;

impl Installer {
    pub fn new(allowed: bool) -> Self {
        Self {
            allowed,
            lists_fresh: Cell::new(false),
        }
    }

    /// Makes sure that the peer's programs are there.
    ///
    /// # Errors
    /// When they are not and may not or cannot be installed; the message says which.
    pub fn provide(&self, peer: &Peer) -> Result<()> {
        if peer.programs.iter().all(|program| find(program).is_some()) {
            return Ok(());
        }
        self.apt(peer.packages)?;
        match peer.programs.iter().find(|program| find(program).is_none()) {
            Some(missing) => bail!(
                "the packages {:?} are installed but bring no `{missing}`",
                peer.packages
            ),
            None => Ok(()),
        }
    }

    /// A virtual environment with the packages in it, made once for each list of packages.
    ///
    /// # Errors
    /// When it is not there and may not or cannot be made.
    pub fn python(&self, environment: &Environment) -> Result<PathBuf> {
        let folder = workspace::peers().join(environment.name);
        let wanted = environment.packages.join("\n");
        if installed(&folder, &wanted) {
            return Ok(folder);
        }
        self.may_install()?;
        self.provide(&Peer::PYTHON)?;
        println!(
            "  making a Python environment with {}",
            environment.packages.join(", ")
        );
        let make = || {
            if folder.exists() {
                std::fs::remove_dir_all(&folder)?;
            }
            quietly(Command::new("python3").args(["-m", "venv"]).arg(&folder))
        };
        // Debian packs the module that fills an environment apart from the interpreter.
        let made = make()? || (self.apt(&["python3-venv"]).is_ok() && make()?);
        if !made {
            bail!("python3 cannot make virtual environments");
        }
        let mut pip = Command::new(folder.join("bin/pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check"])
            .args(environment.packages);
        if !quietly(&mut pip)? {
            bail!("pip cannot install {}", environment.packages.join(", "));
        }
        finish(folder, &wanted)
    }

    /// A folder whose `node_modules` holds the package.
    ///
    /// # Errors
    /// When it is not there and may not or cannot be made.
    pub fn npm(&self, name: &str, package: &str) -> Result<PathBuf> {
        let folder = workspace::peers().join(name);
        if installed(&folder, package) {
            return Ok(folder);
        }
        self.may_install()?;
        self.provide(&Peer::NODE)?;
        self.provide(&Peer::NPM)?;
        println!("  installing {package} from npm");
        std::fs::create_dir_all(&folder)?;
        // Without a manifest npm would look for one in the parents and install into the first that has one.
        std::fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            package,
        ])
        .current_dir(&folder);
        if !quietly(&mut npm)? {
            bail!("npm cannot install {package}");
        }
        finish(folder, package)
    }

    /// Builds a crate outside the workspace, tests and all, into a target directory of its own.
    ///
    /// # Errors
    /// When its crates may not or cannot be fetched, or it does not build.
    pub fn crate_outside(&self, name: &str, manifest: &Path) -> Result<PathBuf> {
        let folder = workspace::peers().join(name);
        let mut cargo = Command::new("cargo");
        cargo
            .args(["test", "--quiet", "--locked", "--no-run", "--manifest-path"])
            .arg(manifest)
            .args((!self.allowed).then_some("--offline"))
            .env("CARGO_TARGET_DIR", &folder);
        if quietly(&mut cargo)? {
            Ok(folder)
        } else {
            bail!("{} does not build", manifest.display())
        }
    }

    /// Installs Debian packages.
    ///
    /// # Errors
    /// When this user may not, or apt cannot.
    pub fn apt(&self, packages: &[&str]) -> Result<()> {
        self.may_install()?;
        let Some(apt) = find("apt-get") else {
            bail!("not on this machine, and there is no apt-get to install it with")
        };
        println!("  installing {}", packages.join(", "));
        let install = || {
            let mut command = as_root("/bin/sh")?;
            quietly(
                command
                    .args(["-c", APT_WITHOUT_SERVICES, "sh"])
                    .args(packages),
            )
        };
        if !self.lists_fresh.replace(true) {
            let mut command = as_root(&apt.to_string_lossy())?;
            quietly(command.args(["update", "--quiet"]))?;
        }
        if install()? {
            Ok(())
        } else {
            bail!("apt-get cannot install {}", packages.join(", "))
        }
    }

    fn may_install(&self) -> Result<()> {
        if self.allowed {
            Ok(())
        } else {
            bail!("not on this machine, and nothing is to be installed")
        }
    }
}

/// A command for the superuser: as it is, or through a sudo that asks nothing, because a prompt would hang a run nobody watches.
fn as_root(program: &str) -> Result<Command> {
    if is_root() {
        return Ok(Command::new(program));
    }
    let sudo = find("sudo").context("not on this machine, and installing it needs root")?;
    if answer(Command::new(&sudo).args(["-n", "true"])).is_none() {
        bail!("not on this machine, and sudo wants a password");
    }
    let mut command = Command::new(sudo);
    command.arg("-n").arg(program);
    Ok(command)
}

/// Whether this user may mount a file system that nobody else sees.
///
/// # Errors
/// When not.
pub fn mounts() -> Result<()> {
    let script = "mount -t tmpfs -o size=1m postern-test /mnt";
    match answer(Command::new("unshare").args(["--mount", "sh", "-c", script])) {
        Some(_) => Ok(()),
        None => bail!("this user may not mount one"),
    }
}

/// True for the superuser, whose files and processes some servers refuse to be.
pub fn is_root() -> bool {
    answer(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}

fn installed(folder: &Path, wanted: &str) -> bool {
    std::fs::read_to_string(folder.join(STAMP)).is_ok_and(|found| found == wanted)
}

fn finish(folder: PathBuf, wanted: &str) -> Result<PathBuf> {
    std::fs::write(folder.join(STAMP), wanted).context("cannot note what was installed")?;
    Ok(folder)
}
