//! Signing in at the organisation's own provider, in the system browser: Dunlin never sees the
//! password. The server is the provider's client; the browser comes back to a port of this computer
//! with a code that is good once, and only with this device's verifier.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::{ApiError, ErrorCode};
use mail::{Loopback, NotSignedIn};
use protocol::{OidcProof, SignInWays, path};
use sha2::{Digest as _, Sha256};

use super::net::{Way, segment};
use super::told::troubled;
use crate::seams::Shell;
use crate::vault::random;

/// So long a person may take in the browser.
const PATIENCE: Duration = Duration::from_mins(5);

/// The short name of the organisation: what a code begins with, or the name itself.
pub fn organisation(typed: &str) -> Result<String, ApiError> {
    let slug = typed.trim().split('-').next().unwrap_or_default().to_lowercase();
    let fits = (2..=20).contains(&slug.len()) && slug.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if fits {
        return Ok(slug);
    }
    Err(ApiError::invalid(
        "code",
        "That is neither a one-time code nor an organization's short name.",
        "Write the code your administrator gave you, or the short name of your organization.",
    ))
}

/// Whether a whole code was typed, and not only the organisation's name.
pub fn is_code(typed: &str) -> bool {
    typed.trim().contains('-')
}

/// How the organisation's users sign in.
pub fn ways(way: &Way, organisation: &str) -> Result<SignInWays, ApiError> {
    way.ask(&format!("{}?org={}", path::WAYS, segment(organisation))).map_err(|trouble| troubled(&trouble))
}

/// Sends the person to the browser and waits for them to come back.
pub fn prove(shell: &dyn Shell, way: &Way, organisation: &str) -> Result<OidcProof, ApiError> {
    let failed = |message: String| {
        ApiError::new(ErrorCode::Failed, message, "Try again; if it stays so, ask your administrator.")
    };
    let loopback = Loopback::open("127.0.0.1")
        .map_err(|error| failed(format!("No port of this computer can be opened: {error}.")))?;
    let verifier = URL_SAFE_NO_PAD.encode(random::<48>()?);
    let state = URL_SAFE_NO_PAD.encode(random::<24>()?);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let url = way.url(&format!(
        "{}?org={}&challenge={challenge}&redirect={}&state={state}",
        path::OIDC_START,
        segment(organisation),
        segment(loopback.address()),
    ));
    shell.open_in_browser(&url).map_err(|why| failed(format!("The browser can't be opened: {why}.")))?;
    match loopback.wait(&state, PATIENCE) {
        Ok(code) => Ok(OidcProof { code, verifier }),
        Err(NotSignedIn::TimedOut) => Err(ApiError::new(
            ErrorCode::SignInRefused,
            "Nobody signed in in the browser within five minutes.",
            "Start again, and finish in the browser.",
        )),
        Err(NotSignedIn::Refused(why)) => Err(ApiError::new(
            ErrorCode::SignInRefused,
            format!("The organization's provider refused: {}.", spoken(&why)),
            "Ask your administrator whether your account there is allowed to use Dunlin.",
        )),
    }
}

/// A word of OAuth's or of the server's as a person reads it; anything else as it came.
fn spoken(why: &str) -> &str {
    match why {
        "unknown_user" => "nobody in the team has that account's email address, or the provider did not verify it",
        "access_denied" => "the sign-in was declined",
        "server_error" => "the sign-in could not be completed, and the server's log says why",
        other => other.trim_end_matches('.'),
    }
}
