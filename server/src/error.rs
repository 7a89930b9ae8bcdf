//! What can go wrong, and how it is said over HTTP. What is the caller's matter is told in words;
//! what is ours is logged, and the caller hears only whether to come back.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::{Problem, ProblemCode};
use tokio_postgres::error::SqlState;

use crate::db::is_passing;

/// Every way a request ends without its answer.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// No token, an unknown or an expired one.
    #[error("the token is missing, unknown or expired; ask for a new one")]
    NoToken,
    /// The user must sign in again.
    #[error("sign in again")]
    SignInAgain,
    /// Login, password, code or signature is wrong. Which one is not told.
    #[error("that is not right; check the code and the password")]
    WrongCredentials,
    /// Too many wrong passwords.
    #[error("too many wrong passwords; locked for {0} more minutes")]
    Locked(i64),
    /// The device may never come back.
    #[error("this device's access was revoked: {0}")]
    Revoked(String),
    /// The role does not allow it.
    #[error("{0} may not do that")]
    Forbidden(&'static str),
    /// Not there, or not for this caller.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// Not there, by its name: for who may know what there is.
    #[error("there is no {0} {1}")]
    NoSuch(&'static str, String),
    /// The request makes no sense; what to change.
    #[error("{0}")]
    Invalid(String),
    /// It contradicts what is stored.
    #[error("{0}")]
    Conflict(String),
    /// Too much at once; seconds to wait.
    #[error("too many requests; come back in {0} s")]
    Busy(u32),
    /// The database is away or too busy.
    #[error("the database can't be reached: {0}")]
    Unavailable(String),
    /// The database refused.
    #[error("the database: {0}")]
    Database(#[source] tokio_postgres::Error),
    /// A stored row is not what it should be.
    #[error("stored {what} can't be read: {why}")]
    Stored {
        /// Which.
        what: String,
        /// In the parser's words.
        why: String,
    },
    /// The organisation's sign-in provider.
    #[error("the sign-in provider: {0}")]
    Provider(String),
    /// A migration.
    #[error("{0}")]
    Migration(String),
    /// Said in the protocol's own words.
    #[error("{0}")]
    Told(Box<Problem>),
}

impl From<tokio_postgres::Error> for ServerError {
    fn from(error: tokio_postgres::Error) -> Self {
        // The caller's text, which no table could take: nothing of ours failed.
        let unstorable = [SqlState::CHARACTER_NOT_IN_REPERTOIRE, SqlState::UNTRANSLATABLE_CHARACTER];
        if error.code().is_some_and(|code| unstorable.contains(code)) {
            return Self::Invalid(
                "a text holds a character that can't be stored, such as NUL; leave it out".to_owned(),
            );
        }
        Self::Database(error)
    }
}

/// An error with its causes, each said once, for the log: without the details of a database's refusal, which
/// may quote the row.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let said = inner.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = inner.source();
    }
    text
}

impl From<deadpool_postgres::PoolError> for ServerError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => error.into(),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl From<Problem> for ServerError {
    fn from(problem: Problem) -> Self {
        Self::Told(Box::new(problem))
    }
}

impl ServerError {
    /// Whether the same request may succeed a moment later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Database(error) => is_passing(error),
            Self::Unavailable(_) | Self::Busy(_) => true,
            _ => false,
        }
    }

    /// What a client acts on.
    #[must_use]
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::NoToken => ProblemCode::Unauthorized,
            Self::SignInAgain => ProblemCode::SignIn,
            Self::WrongCredentials => ProblemCode::Credentials,
            Self::Locked(_) => ProblemCode::Locked,
            Self::Revoked(_) => ProblemCode::Revoked,
            Self::Forbidden(_) => ProblemCode::Forbidden,
            Self::Missing(_) | Self::NoSuch(..) => ProblemCode::Missing,
            Self::Invalid(_) => ProblemCode::Malformed,
            Self::Conflict(_) => ProblemCode::Conflict,
            Self::Busy(_) => ProblemCode::Busy,
            Self::Told(problem) => problem.code,
            _ => ProblemCode::Unavailable,
        }
    }

    /// What a person does about it.
    fn remedy(&self) -> String {
        match self {
            Self::Told(problem) => problem.remedy.clone(),
            Self::NoToken => "Dunlin asks for a new token by itself.".to_owned(),
            Self::SignInAgain => "Sign in with your password.".to_owned(),
            Self::WrongCredentials => "Check the code and the password, or ask your administrator.".to_owned(),
            Self::Locked(_) => "Wait, or ask your administrator.".to_owned(),
            Self::Revoked(_) => "Ask your administrator.".to_owned(),
            Self::Forbidden(_) => "Ask someone with the right role.".to_owned(),
            Self::Missing(_) | Self::NoSuch(..) | Self::Invalid(_) | Self::Conflict(_) => {
                "Correct it and try again.".to_owned()
            }
            _ => "Dunlin tries again by itself.".to_owned(),
        }
    }

    /// Seconds after which to come back.
    fn wait(&self) -> Option<u32> {
        match self {
            Self::Busy(seconds) => Some(*seconds),
            Self::Locked(minutes) => u32::try_from(minutes * 60).ok(),
            _ if self.is_passing() => Some(2),
            _ => None,
        }
    }
}

impl IntoResponse for ServerError {
    fn into_response(self) -> Response {
        let code = self.code();
        let ours = code == ProblemCode::Unavailable;
        let passing = self.is_passing();
        if ours {
            tracing::error!(error = chain(&self), passing, "request failed");
        }
        let status = match StatusCode::from_u16(code.status()) {
            // A failure that comes again each time is no "come back later".
            Ok(_) if ours && !passing => StatusCode::INTERNAL_SERVER_ERROR,
            Ok(status) => status,
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let wait = self.wait();
        let remedy = self.remedy();
        let mut problem = match self {
            Self::Told(problem) => *problem,
            _ if ours => Problem::new(code, "The server could not do that now.", remedy),
            other => Problem::new(code, sentence(&other.to_string()), remedy),
        };
        problem.retry_after_ms = wait.map(|seconds| u64::from(seconds) * 1000).or(problem.retry_after_ms);
        let mut response = (status, Json(problem)).into_response();
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
