//! `app`: serves over HTTP, or asks the one that serves for its health.

mod health;
mod serve;
mod settings;

use std::process::ExitCode;

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

/// Why the program ends without success: the exit code, and the line that says it.
struct Failure {
    code: u8,
    message: String,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("app: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}

fn run() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["serve"] => serve::serve(&settings::read()?),
        ["health"] => health::ask(&settings::read()?),
        ["--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        ["--version"] => {
            println!("app {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
        [first, ..] => Err(Failure {
            code: 2,
            message: format!("{first:?}: unknown argument: serve, health, --help or --version, one of them"),
        }),
    }
}
