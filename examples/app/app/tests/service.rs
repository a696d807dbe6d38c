//! The binary as its users see it: over HTTP, by signals, by its messages and exit codes.
//! These tests also are why `cargo nextest archive` takes the binary along.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The binary under test. Run from an archive it lies elsewhere than where it was compiled, and
/// nextest says where.
fn app() -> Command {
    let path = std::env::var_os("NEXTEST_BIN_EXE_app").unwrap_or_else(|| env!("CARGO_BIN_EXE_app").into());
    Command::new(path)
}

fn scratch(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("app-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

struct Service {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
    address: String,
}

impl Service {
    fn start(data: &Path) -> Self {
        let mut child = app()
            .env("APP_LISTEN", "127.0.0.1:0")
            .env("APP_DATA", data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line
            .strip_prefix("listening on ")
            .and_then(|rest| rest.split(',').next())
            .unwrap_or_else(|| panic!("expected `listening on ADDRESS, …`, found {line:?}"))
            .to_owned();
        Self {
            child,
            output,
            address,
        }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{path}: {head}");
        body.to_owned()
    }

    /// Sends the signal; returns what was still printed, the exit code, and how long it took.
    fn stop(mut self, signal: &str) -> (String, Option<i32>, Duration) {
        let from = Instant::now();
        send(&self.child, signal);
        let code = exit_code(&mut self.child);
        let took = from.elapsed();
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        (rest, code, took)
    }
}

/// By the shell's own `kill`: a slim image has no program of that name.
fn send(child: &Child, signal: &str) {
    let script = format!("kill {signal} {}", child.id());
    assert!(Command::new("sh")
        .args(["-c", &script])
        .status()
        .unwrap()
        .success());
}

/// Polls for at most 5 s; kills what is still there then.
fn exit_code(child: &mut Child) -> Option<i32> {
    let from = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if from.elapsed() > Duration::from_secs(5) {
            child.kill().unwrap();
            panic!("expected an exit within 5 s, found it still running");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait().unwrap().code()
}

fn fails(output: &Output, code: i32, parts: &[&str]) {
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    for part in parts {
        assert!(message.contains(part), "expected {part:?}, found {message:?}");
    }
}

#[test]
fn greets_is_healthy_and_counts_across_a_restart() {
    let data = scratch("restart");
    let service = Service::start(&data);
    assert!(service
        .get("/")
        .ends_with(concat!(env!("CARGO_PKG_VERSION"), "\n")));
    assert_eq!(service.get("/health"), "ok\n");
    assert_eq!(service.get("/visits"), "1\n");
    assert_eq!(service.get("/visits"), "2\n");
    service.stop("-TERM");
    let service = Service::start(&data);
    assert_eq!(service.get("/visits"), "3\n");
    service.stop("-TERM");
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn stops_at_once_on_term_and_int_with_an_idle_connection_open() {
    let data = scratch("stop");
    for (signal, name) in [("-TERM", "SIGTERM"), ("-INT", "SIGINT")] {
        let service = Service::start(&data);
        let mut idle = TcpStream::connect(&service.address).unwrap();
        idle.write_all(b"GET /health HTTP/1.1\r\nHost: test\r\n\r\n")
            .unwrap();
        idle.read_exact(&mut [0; 12]).unwrap();
        let (said, code, took) = service.stop(signal);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(said, format!("stopping on {name}\n"));
        assert!(
            took < Duration::from_secs(1),
            "{name}: expected less than 1 s, found {took:?}"
        );
    }
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn health_is_asked_over_the_port_it_listens_on() {
    let data = scratch("health");
    let service = Service::start(&data);
    let ask = |listen: &str| app().arg("health").env("APP_LISTEN", listen).output().unwrap();
    assert!(ask(&service.address).status.success());
    let everywhere = service.address.replace("127.0.0.1", "0.0.0.0");
    assert!(ask(&everywhere).status.success());
    let address = service.address.clone();
    service.stop("-TERM");
    fails(&ask(&address), 1, &[&address, "unhealthy"]);
    fails(&ask("nowhere"), 1, &["APP_LISTEN", "nowhere"]);
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn eight_clients_at_once_each_get_numbers_of_their_own() {
    let data = scratch("together");
    let service = Service::start(&data);
    let mut counts: Vec<u32> = std::thread::scope(|scope| {
        let client = || {
            (0..25)
                .map(|_| service.get("/visits").trim().parse().unwrap())
                .collect::<Vec<u32>>()
        };
        let clients: Vec<_> = (0..8).map(|_| scope.spawn(client)).collect();
        clients
            .into_iter()
            .flat_map(|client| client.join().unwrap())
            .collect()
    });
    counts.sort_unstable();
    assert_eq!(counts, (1..=200).collect::<Vec<u32>>());
    service.stop("-TERM");
    assert_eq!(fs::read_to_string(data.join("visits")).unwrap(), "200\n");
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn a_stop_while_it_starts_is_obeyed() {
    // A FIFO that nobody writes stands for a disk that hangs.
    let data = scratch("starting");
    assert!(Command::new("mkfifo")
        .arg(data.join("visits"))
        .status()
        .unwrap()
        .success());
    let mut child = app()
        .env("APP_LISTEN", "127.0.0.1:0")
        .env("APP_DATA", &data)
        .spawn()
        .unwrap();
    // Bit 14 of SigCgt: SIGTERM has its handler.
    let status = format!("/proc/{}/status", child.id());
    let from = Instant::now();
    while !fs::read_to_string(&status).unwrap().lines().any(|line| {
        let mask = line
            .strip_prefix("SigCgt:")
            .map(|mask| u64::from_str_radix(mask.trim(), 16));
        mask.is_some_and(|mask| mask.unwrap() & (1 << 14) != 0)
    }) {
        assert!(
            from.elapsed() < Duration::from_secs(5),
            "expected a handler for SIGTERM within 5 s, found none"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    send(&child, "-TERM");
    assert_eq!(exit_code(&mut child), Some(0));
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn a_taken_port_is_named() {
    let data = scratch("port");
    let service = Service::start(&data);
    let second = app()
        .env("APP_LISTEN", &service.address)
        .env("APP_DATA", data.join("second"))
        .output()
        .unwrap();
    fails(&second, 1, &[&service.address, "in use", "APP_LISTEN"]);
    service.stop("-TERM");
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn a_directory_that_cannot_be_written_is_named_with_the_uid() {
    // Below a file nobody can make a directory, not even root.
    let data = scratch("unwritable");
    fs::write(data.join("file"), "").unwrap();
    let below = data.join("file/below");
    let output = app()
        .env("APP_LISTEN", "127.0.0.1:0")
        .env("APP_DATA", &below)
        .output()
        .unwrap();
    fails(&output, 1, &[below.to_str().unwrap(), "uid ", "APP_DATA"]);
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn a_broken_counter_is_named_and_left_alone() {
    let data = scratch("broken");
    let texts: [&[u8]; 8] = [
        b"many\n",
        b"",
        b"-1",
        b"+1",
        b"1 2",
        b"1\n\n",
        b"18446744073709551616",
        b"\xff\n",
    ];
    for text in texts {
        fs::write(data.join("visits"), text).unwrap();
        let output = app()
            .env("APP_LISTEN", "127.0.0.1:0")
            .env("APP_DATA", &data)
            .output()
            .unwrap();
        fails(&output, 1, &["visits", "not a count"]);
        assert_eq!(fs::read(data.join("visits")).unwrap(), text);
    }
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn a_service_that_drips_does_not_stretch_the_health_check() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut client = listener.accept().unwrap().0;
        while client.write_all(b"H").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let from = Instant::now();
    let answer = service::health::ask(address, Duration::from_millis(200));
    let took = from.elapsed();
    assert!(answer.is_err(), "expected a time-out, found {answer:?}");
    assert!(
        took < Duration::from_secs(1),
        "expected about 0.2 s, found {took:?}"
    );
}

#[test]
fn bad_variables_and_arguments_are_usage_errors() {
    for listen in ["", "3000", "0.0.0.0", "0.0.0.0:65536", "localhost:3000"] {
        fails(
            &app().env("APP_LISTEN", listen).output().unwrap(),
            2,
            &["APP_LISTEN", listen, "must be"],
        );
    }
    fails(
        &app().env("APP_DATA", "data").output().unwrap(),
        2,
        &["APP_DATA", "absolute"],
    );
    fails(
        &app().arg("sevre").output().unwrap(),
        2,
        &["sevre", "unknown argument"],
    );
    fails(
        &app().args(["serve", "now"]).output().unwrap(),
        2,
        &["unknown argument"],
    );
}

#[test]
fn help_and_version_go_to_standard_output() {
    for argument in ["--help", "--version"] {
        let output = app().arg(argument).output().unwrap();
        assert!(output.status.success());
        assert!(
            String::from_utf8_lossy(&output.stdout).contains("app"),
            "{argument}"
        );
    }
}
