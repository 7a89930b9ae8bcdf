//! Encryption, and what to say when it fails: which certificate, what is wrong with it, what to do.

use std::error::Error;
use std::io;

use lettre::transport::smtp::client::{Certificate, TlsParameters, TlsVersion};
use rustls::CertificateError;

use crate::account::{Account, Security, SetupError};
use crate::outcome::Trouble;

/// The operating system's authorities and the account's own, TLS 1.2 at least.
pub(crate) fn parameters(account: &Account, least: TlsVersion) -> Result<TlsParameters, Trouble> {
    let mut builder = TlsParameters::builder(account.host.clone()).set_min_tls_version(least);
    if let Some(path) = &account.extra_roots {
        let unusable = |why: String| SetupError::Roots { path: path.clone(), why };
        let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
        if !pem.windows(11).any(|window| window == b"-----BEGIN ") {
            return Err(unusable("it holds no PEM certificate".to_owned()).into());
        }
        let certificate = Certificate::from_pem(&pem).map_err(|error| unusable(error.to_string()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| Trouble::NoEncryption {
        host: account.host.clone(),
        port: account.port,
        wanted: "TLS",
        why: error.to_string(),
        remedy: "check the operating system's certificates",
    })
}

/// The TLS error inside an error, if there is one. `io::Error::source` skips the error it wraps, so
/// its inside is looked at as well.
pub(crate) fn fault<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    walk(error, |one| {
        one.downcast_ref::<rustls::Error>().or_else(|| {
            one.downcast_ref::<io::Error>()
                .and_then(io::Error::get_ref)
                .and_then(|inner| inner.downcast_ref::<rustls::Error>())
        })
    })
}

/// The kind of the IO error inside an error.
pub(crate) fn io_kind(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    walk(error, |one| one.downcast_ref::<io::Error>().map(io::Error::kind))
}

fn walk<'a, T>(error: &'a (dyn Error + 'static), look: impl Fn(&'a (dyn Error + 'static)) -> Option<T>) -> Option<T> {
    let mut next = Some(error);
    while let Some(one) = next {
        if let Some(found) = look(one) {
            return Some(found);
        }
        next = one.source();
    }
    None
}

/// A failed handshake in words.
pub(crate) fn trouble(account: &Account, fault: &rustls::Error) -> Trouble {
    let rustls::Error::InvalidCertificate(why) = fault else {
        return Trouble::NoEncryption {
            host: account.host.clone(),
            port: account.port,
            wanted: match account.security {
                Security::Tls => "TLS",
                Security::StartTls => "STARTTLS",
            },
            why: fault.to_string(),
            remedy: match account.security {
                Security::Tls => "choose STARTTLS (mostly port 587) or another port",
                Security::StartTls => "choose TLS (mostly port 465) or another port",
            },
        };
    };
    let (what, remedy) = words(why);
    Trouble::Certificate { host: account.host.clone(), what, remedy }
}

fn words(why: &CertificateError) -> (String, &'static str) {
    let clock = "check this computer's date; if it is right, the server's administrator must renew the certificate";
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => ("it has expired".to_owned(), clock),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("it is not valid yet".to_owned(), clock)
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            "it is made out to another name".to_owned(),
            "enter the server name that the provider states; if it is right, do not send",
        ),
        CertificateError::UnknownIssuer => (
            "its issuer is not known here".to_owned(),
            "if it is your company's own authority, choose its PEM file in the account's settings",
        ),
        CertificateError::Revoked => ("it was revoked".to_owned(), "do not send; tell the server's administrator"),
        other => (format!("{other}"), "ask the server's administrator; do not send until it is mended"),
    }
}
