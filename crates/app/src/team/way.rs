//! One request to a server and its answer, over TLS. A connection that falls silent is given up: a
//! laptop that was closed in the middle of an answer must not wait for the rest of it for ever.

use std::io::{ErrorKind, Read as _};
use std::sync::Arc;
use std::time::Duration;

use contract::ApiError;
use protocol::{Problem, ProblemCode, path};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync::Trouble;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, RequestBuilder, http};

/// Largest answer: a page with one large transaction, or a snapshot's chunk.
const LARGEST: u64 = 256 << 20;
/// A body above this is compressed on its way up.
const WORTH_PACKING: usize = 16 << 10;

/// Where an extract's part goes.
const IMPORT: &str = "/v1/import";

/// How long a connection may be silent. However slow it is, what still moves is waited for.
#[derive(Clone, Copy, Debug)]
struct Silence {
    /// Of an ordinary answer, and between two pieces of any body.
    usual: Duration,
    /// Before the answer to what is much work for the server: a little more than it allows itself.
    work: Duration,
    /// Of the stream of hints: three of the server's signs of life, one each 15 s.
    hints: Duration,
}

const SILENCE: Silence =
    Silence { usual: Duration::from_mins(1), work: Duration::from_secs(5 * 60 + 20), hints: Duration::from_secs(45) };

impl Silence {
    fn of(&self, path: &str) -> Duration {
        match path {
            path::SNAPSHOT | IMPORT => self.work,
            path::EVENTS => self.hints,
            _ => self.usual,
        }
    }
}

/// The way to a server, without knowing who asks.
#[derive(Clone)]
pub struct Way {
    agent: Agent,
    base: String,
    silence: Silence,
}

pub(super) fn net(error: &dyn std::fmt::Display) -> Trouble {
    Trouble::Net(format!("The server can't be reached: {error}"))
}

/// Why no answer came, in words that a person without a network understands.
fn away(error: &ureq::Error) -> Trouble {
    let kind = match error {
        ureq::Error::Io(error) => error.kind(),
        ureq::Error::Timeout(_) => ErrorKind::TimedOut,
        ureq::Error::HostNotFound => ErrorKind::HostUnreachable,
        other => return net(other),
    };
    match kind {
        ErrorKind::ConnectionRefused => net(&"nothing answers at its address"),
        ErrorKind::TimedOut => net(&"it does not answer in time"),
        ErrorKind::HostUnreachable => net(&"its name is not known here; there may be no network"),
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => net(&"there is no network"),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => net(&"the connection broke off"),
        _ => net(error),
    }
}

/// Where a server may be: encrypted, unless it is this very computer.
pub fn address(text: &str) -> Result<String, ApiError> {
    let text = text.trim().trim_end_matches('/');
    let wrong = |why: &str| {
        ApiError::invalid(
            "server",
            format!("\"{text}\" {why}."),
            "Write the address your administrator gave you, such as https://dunlin.example.com.",
        )
    };
    let uri: http::Uri = text.parse().map_err(|_| wrong("is no address"))?;
    let host = uri.host().ok_or_else(|| wrong("names no server"))?;
    let here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match uri.scheme_str() {
        Some("https") => Ok(text.to_owned()),
        Some("http") if here => Ok(text.to_owned()),
        Some("http") => Err(wrong("would send customers' data unencrypted")),
        _ => Err(wrong("does not begin with https://")),
    }
}

/// A value in a path or query.
pub fn segment(text: &str) -> String {
    text.trim().bytes().fold(String::new(), |mut path, byte| {
        use std::fmt::Write as _;
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
        path
    })
}

impl Way {
    /// To an address, trusting the system's authorities or the one given.
    pub fn new(server: &str, authority: Option<&str>) -> Result<Self, ApiError> {
        let roots = match authority {
            None => RootCerts::PlatformVerifier,
            Some(pem) => {
                let found: Vec<_> = parse_pem(pem.as_bytes())
                    .filter_map(|item| match item {
                        Ok(PemItem::Certificate(certificate)) => Some(certificate),
                        _ => None,
                    })
                    .collect();
                if found.is_empty() {
                    return Err(ApiError::invalid(
                        "authority",
                        "That holds no certificate.",
                        "Paste the authority's certificate in PEM form, from BEGIN to END CERTIFICATE.",
                    ));
                }
                RootCerts::Specific(Arc::new(found))
            }
        };
        let tls = TlsConfig::builder()
            .root_certs(roots)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .timeout_connect(Some(Duration::from_secs(10)))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        Ok(Self { agent, base: address(server)?, silence: SILENCE })
    }

    /// A path's whole address.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn patient<B>(&self, path: &str, request: RequestBuilder<B>) -> RequestBuilder<B> {
        request
            .config()
            .timeout_per_read(Some(self.silence.of(path)))
            .timeout_per_write(Some(self.silence.usual))
            .build()
    }

    /// One `POST`, without a token.
    pub fn post<A: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<A, Trouble> {
        read(self.send(path, body, None)?)
    }

    /// One `GET` of JSON, without a token.
    pub fn ask<A: DeserializeOwned>(&self, path: &str) -> Result<A, Trouble> {
        read(self.patient(path, self.agent.get(self.url(path))).call().map_err(|error| away(&error))?)
    }

    /// One `POST` of JSON; its answer as it comes.
    pub(super) fn send(
        &self,
        path: &str,
        body: &impl Serialize,
        token: Option<&str>,
    ) -> Result<http::Response<Body>, Trouble> {
        let bytes = serde_json::to_vec(body).map_err(|error| net(&error))?;
        let mut request = self
            .patient(path, self.agent.post(self.url(path)))
            .header("content-type", "application/json")
            .header("accept-encoding", "zstd");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if bytes.len() > WORTH_PACKING {
            let packed = zstd::encode_all(bytes.as_slice(), 3).map_err(|error| net(&error))?;
            return request.header("content-encoding", "zstd").send(packed.as_slice()).map_err(|error| away(&error));
        }
        request.send(bytes.as_slice()).map_err(|error| away(&error))
    }

    /// One `PUT` of bytes; its answer as it comes.
    pub(super) fn put(&self, path: &str, bytes: &[u8], token: &str) -> Result<http::Response<Body>, Trouble> {
        self.patient(path, self.agent.put(self.url(path)))
            .header("content-type", "application/octet-stream")
            .header("authorization", format!("Bearer {token}"))
            .send(bytes)
            .map_err(|error| away(&error))
    }

    /// One `GET`; its answer as it comes.
    pub(super) fn get(&self, path: &str, token: &str) -> Result<http::Response<Body>, Trouble> {
        self.patient(path, self.agent.get(self.url(path)))
            .header("accept-encoding", "zstd")
            .header("authorization", format!("Bearer {token}"))
            .call()
            .map_err(|error| away(&error))
    }
}

/// An answer's bytes, or the trouble it tells.
pub(super) fn bytes(mut answer: http::Response<Body>) -> Result<Vec<u8>, Trouble> {
    let packed = answer.headers().get("content-encoding").is_some_and(|value| value == "zstd");
    let status = answer.status();
    let mut bytes = Vec::new();
    let body = answer.body_mut().with_config().limit(LARGEST).reader();
    let done = if packed {
        zstd::Decoder::new(body).and_then(|body| body.take(LARGEST).read_to_end(&mut bytes))
    } else {
        let mut body = body;
        body.read_to_end(&mut bytes)
    };
    done.map_err(|error| away(&ureq::Error::from(error)))?;
    if status.is_success() {
        return Ok(bytes);
    }
    // A proxy's own page is no problem of ours to read; but that a body is too large for it is to be known.
    if status == http::StatusCode::PAYLOAD_TOO_LARGE && serde_json::from_slice::<Problem>(&bytes).is_err() {
        let message = "That is too large for the server, or for a proxy before it.";
        return Err(Trouble::Problem(Problem::new(ProblemCode::TooLarge, message, "Ask your administrator.")));
    }
    Err(serde_json::from_slice::<Problem>(&bytes).map_or_else(
        |_| Trouble::Net(format!("The server, or a proxy before it, answered {status}")),
        Trouble::Problem,
    ))
}

/// An answer's JSON.
pub(super) fn read<A: DeserializeOwned>(answer: http::Response<Body>) -> Result<A, Trouble> {
    let bytes = bytes(answer)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Trouble::Problem(Problem::new(
            ProblemCode::Upgrade,
            format!("The server's answer can't be read ({error})."),
            "Update Dunlin on this device.",
        ))
    })
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::{TcpListener, TcpStream};

    use super::*;

    const SHORT: Duration = Duration::from_millis(300);

    /// A way to a server that answers each request by itself.
    fn way(answer: impl Fn(&mut TcpStream) + Send + 'static) -> Way {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let mut open = Vec::new();
            for mut stream in listener.incoming().flatten() {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                answer(&mut stream);
                // Neither closed nor reset: a computer that fell asleep says nothing.
                open.push(stream);
            }
        });
        let silence = Silence { usual: SHORT, work: SHORT * 8, hints: SHORT };
        Way { silence, ..Way::new(&address, None).unwrap() }
    }

    fn told(trouble: &Trouble) -> &str {
        match trouble {
            Trouble::Net(why) => why,
            Trouble::Problem(problem) => &problem.message,
        }
    }

    #[test]
    fn an_answer_that_falls_silent_is_given_up_and_a_slow_one_is_not() {
        let silent = way(|stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n[1,").unwrap();
        });
        let trouble = silent.ask::<Vec<u8>>(path::PULL).unwrap_err();
        assert!(told(&trouble).contains("in time"), "{trouble:?}");
        let slow = way(|stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n").unwrap();
            for piece in ["[1,", "2,3", ",4,", "5]"] {
                std::thread::sleep(SHORT / 2);
                stream.write_all(piece.as_bytes()).unwrap();
            }
        });
        assert_eq!(slow.ask::<Vec<u8>>(path::PULL).unwrap(), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_stream_of_hints_without_a_sign_of_life_ends() {
        let way = way(|stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n: alive\n").unwrap();
        });
        let mut stream = BufReader::new(way.get(path::EVENTS, "token").unwrap().into_body().into_reader()).lines();
        assert_eq!(stream.next().unwrap().unwrap(), ": alive");
        assert!(stream.next().unwrap().is_err());
    }

    #[test]
    fn what_nobody_takes_is_given_up() {
        let way = way(|_| ());
        // Noise, so that it stays too large for what the network keeps on its way.
        let mut state = 1_u32;
        let noise: Vec<u32> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state
        })
        .take(4 << 20)
        .collect();
        let trouble = way.post::<()>(path::PUSH, &noise).unwrap_err();
        assert!(told(&trouble).contains("in time"), "{trouble:?}");
    }

    #[test]
    fn much_work_is_waited_for_as_long_as_the_server_allows_itself() {
        let late = |stream: &mut TcpStream| {
            std::thread::sleep(SHORT * 3);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1").unwrap();
        };
        for path in [path::SNAPSHOT, IMPORT] {
            assert_eq!(way(late).post::<u8>(path, &()).unwrap(), 1);
        }
        assert!(way(late).post::<u8>(path::PULL, &()).is_err());
    }
}
