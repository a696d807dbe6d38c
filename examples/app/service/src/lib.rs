//! What the example app serves: a greeting, its health, and a counter that survives a restart.

pub mod health;
mod visits;

pub use visits::Visits;

use axum::{extract::State, http::StatusCode, routing::get, Router};
use std::sync::Arc;

/// What `/` answers, before the version. The measured rebuilds change this one line.
const GREETING: &str = "Plimsoll example app";

/// The routes: `/`, `/health` and `/visits`.
pub fn router(visits: Visits) -> Router {
    Router::new()
        .route("/", get(greet))
        .route("/health", get(|| async { "ok\n" }))
        .route("/visits", get(count))
        .with_state(Arc::new(visits))
}

async fn greet() -> String {
    format!("{GREETING} {}\n", env!("CARGO_PKG_VERSION"))
}

async fn count(State(visits): State<Arc<Visits>>) -> Result<String, (StatusCode, String)> {
    // On a thread of its own: a slow disk must not hold up `/health`, nor a stop.
    let counted = tokio::task::spawn_blocking(move || visits.add_one()).await;
    match counted.unwrap_or_else(|panic| Err(panic.into())) {
        Ok(count) => Ok(format!("{count}\n")),
        Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n"))),
    }
}
