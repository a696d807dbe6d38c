//! `app`: serves over HTTP, or asks the one that serves for its health.

mod serve;
mod settings;

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

const HELP: &str = "\
Usage: app [COMMAND]

  serve      serve HTTP until TERM or INT (default)
  health     ask the service in this container for its health: exit 0 or 1
  --help     show this help
  --version  show the version

Variables:
  APP_LISTEN  address and port (default 0.0.0.0:3000)
  APP_DATA    the directory of the counter (default /var/lib/app)

Exit: 0 done, 1 the service failed, 2 a bad argument or variable.
";

/// musl's own has one lock for all threads.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Less than the time-out of any HEALTHCHECK here, so that the reason is this program's own line.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(2);

/// Why the program ends without success: the exit code, and the line that says it.
struct Failure {
    code: u8,
    message: String,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // One line, whatever a path or a value holds.
            let line = failure.message.replace(char::is_control, "?");
            let _ = writeln!(io::stderr(), "app: {line}");
            ExitCode::from(failure.code)
        }
    }
}

/// A line on standard output. `println!` would panic, and end the service, where nobody reads it any more.
fn say(line: impl Display) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn run() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["serve"] => serve::serve(&settings::read()?),
        ["health"] => ask_health(),
        ["--help" | "-h"] => {
            say(HELP.trim_end());
            Ok(())
        }
        ["--version"] => {
            say(concat!("app ", env!("CARGO_PKG_VERSION")));
            Ok(())
        }
        [first, ..] => Err(Failure {
            code: 2,
            message: format!("{first:?}: unknown argument: serve, health, --help or --version, one of them"),
        }),
    }
}

/// A health check fails with 1 whatever the reason: an engine reserves 2.
fn ask_health() -> Result<(), Failure> {
    let listen = settings::listen().map_err(|failure| Failure { code: 1, ..failure })?;
    service::health::ask(listen, HEALTH_TIMEOUT).map_err(|message| Failure { code: 1, message })
}
