//! A real sign-in provider beside the server, and a server whose users sign in there.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use server::auth::{self, NewPerson, Role};
use server::config::Oidc;

use crate::scene::{Scene, named};

/// The provider's process; ends with the test.
pub struct Provider {
    process: Child,
    issuer: String,
    /// Kept open: the provider talks on, and a closed pipe would end it.
    _talk: BufReader<ChildStdout>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// None, said loudly, where it isn't installed.
fn provider(redirect: &str) -> Option<Provider> {
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    if !peers.join("node_modules/oidc-provider").is_dir() {
        eprintln!("SKIPPED: no sign-in provider; run `npm ci` in tests/peers");
        return None;
    }
    let mut process = Command::new("node")
        .current_dir(peers)
        .args(["oidc.mjs", "--redirect", redirect])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("node starts");
    let mut talk = BufReader::new(process.stdout.take().expect("piped"));
    let said: Option<serde_json::Value> =
        talk.by_ref().lines().find_map(|line| serde_json::from_str(&line.expect("a line")).ok());
    let issuer = said.expect("the provider starts")["issuer"].as_str().expect("an issuer").to_owned();
    Some(Provider { process, issuer, _talk: talk })
}

/// A server that signs its users in at the provider; whether one is installed.
pub fn scene() -> Option<(Scene, Provider)> {
    let mut scene = Scene::new();
    let public = format!("http://{}", scene.address());
    let provider = provider(&format!("{public}{}", protocol::path::OIDC_CALLBACK))?;
    #[expect(clippy::disallowed_methods, reason = "the provider's tokens are of now")]
    scene.clock.set(&chrono::Utc::now().to_rfc3339());
    scene.offline();
    scene.online_with(|config| {
        config.oidc = vec![Oidc {
            org: "example".to_owned(),
            issuer: provider.issuer.clone(),
            client_id: "dunlin".to_owned(),
            client_secret_file: None,
            client_secret: Some("not-much-of-a-secret".to_owned()),
            public_address: public,
            scopes: vec!["email".to_owned()],
            only: true,
            enrol_without_code: false,
        }];
    });
    for login in ["ana", "unverified"] {
        let email = Some(format!("{login}@example.com"));
        let new = NewPerson { login: login.to_owned(), name: named(login), role: Role::Specialist, email };
        scene.wait_for(auth::add_person(&scene.app, scene.org, "administrator", &new)).unwrap();
    }
    Some((scene, provider))
}
