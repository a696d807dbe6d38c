//! Serving until TERM or INT.

use crate::settings::Settings;
use crate::{say, Failure};
use service::Visits;
use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::signal::unix::{signal, Signal, SignalKind};
use tokio::sync::oneshot;

/// How long requests under way may take once the service was told to stop; idle connections are
/// closed at once, so that a stop without load takes milliseconds.
const DRAIN: Duration = Duration::from_millis(800);

/// Serves until it is told to stop; a failure says what kept it from serving.
pub fn serve(settings: &Settings) -> Result<(), Failure> {
    // Only the counter blocks, one visit at a time: more threads would wait, and count against a pids limit.
    let runtime = Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(2)
        .build()
        .map_err(|error| failed("runtime", &error))?;
    let served = runtime.block_on(until_stopped(settings));
    // A disk that hangs must not keep the process from ending.
    runtime.shutdown_background();
    served
}

async fn until_stopped(settings: &Settings) -> Result<(), Failure> {
    // First of all: a TERM that comes while starting must not be lost. PID 1 has no default action.
    let mut stop = Stop::install().map_err(|error| failed("signals", &error))?;
    let (visits, listener) = tokio::select! {
        name = stop.wait() => {
            say(format_args!("stopping on {name}"));
            return Ok(());
        }
        started = start(settings) => started?,
    };
    let address = listener
        .local_addr()
        .map_err(|error| failed("listener", &error))?;
    say(format_args!("listening on {address}, pid {}", std::process::id()));

    let (begin_drain, draining) = oneshot::channel::<()>();
    let server = axum::serve(listener, service::router(visits)).with_graceful_shutdown(async {
        let _ = draining.await;
    });
    let mut server = tokio::spawn(server.into_future());
    tokio::select! {
        name = stop.wait() => say(format_args!("stopping on {name}")),
        ended = &mut server => return Err(failed("server", &io::Error::other(format!("{ended:?}")))),
    }
    let _ = begin_drain.send(());
    let _ = tokio::time::timeout(DRAIN, server).await;
    Ok(())
}

async fn start(settings: &Settings) -> Result<(Visits, TcpListener), Failure> {
    let data = settings.data.clone();
    let opened = tokio::task::spawn_blocking(move || Visits::open(&data)).await;
    let visits = opened
        .unwrap_or_else(|panic| Err(panic.to_string()))
        .map_err(|message| Failure { code: 1, message })?;
    Ok((visits, listen(settings.listen).await?))
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| Failure {
        code: 1,
        message: format!("{address}: {error}: stop what listens there, or set APP_LISTEN to another port"),
    })
}

struct Stop {
    term: Signal,
    int: Signal,
}

impl Stop {
    fn install() -> io::Result<Self> {
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            int: signal(SignalKind::interrupt())?,
        })
    }

    async fn wait(&mut self) -> &'static str {
        tokio::select! {
            _ = self.term.recv() => "SIGTERM",
            _ = self.int.recv() => "SIGINT",
        }
    }
}

fn failed(object: &str, error: &io::Error) -> Failure {
    Failure {
        code: 1,
        message: format!("{object}: {error}"),
    }
}
