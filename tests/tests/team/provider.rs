//! Joining through the organisation's own sign-in provider: a real provider, the app's own port, and
//! a browser that this test plays, form by form.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use contract::{ConnectTeam, ErrorCode, Host as _, Nothing, PickFile, Progress, SignInTeam, Stage};
use dunlin_app::{Desk, MemoryKeychain, Shell};

use crate::common::{Office, assert_told};
use crate::issuer::scene;
use crate::scene::named;

/// The system's browser with a person before it: keeps cookies, follows redirects, fills in forms.
struct Browser {
    login: Mutex<&'static str>,
    /// The last page it showed.
    shown: Arc<Mutex<String>>,
}

impl Shell for Browser {
    fn progress(&self, _: &Progress) {}

    fn changed(&self, _: &str) {}

    fn pick_file(&self, _: &PickFile) -> Option<PathBuf> {
        None
    }

    fn open_in_browser(&self, url: &str) -> Result<(), String> {
        let (url, login, shown) = (url.to_owned(), *self.login.lock().unwrap(), Arc::clone(&self.shown));
        std::thread::spawn(move || *shown.lock().unwrap() = browse(url, login));
        Ok(())
    }
}

fn browse(mut at: String, login: &str) -> String {
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).max_idle_connections(0);
    let agent: ureq::Agent = config.build().into();
    let mut answer = agent.get(&at).call().unwrap();
    for _ in 0..20 {
        let join = |place: &str| String::from(url::Url::parse(&at).unwrap().join(place).unwrap());
        if let Some(location) = answer.headers().get("location") {
            at = join(location.to_str().unwrap());
            answer = agent.get(&at).call().unwrap();
            continue;
        }
        let body = answer.body_mut().read_to_string().unwrap();
        let Some(action) = body.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()) else {
            return body;
        };
        let prompt = if body.contains("value=\"login\"") { "login" } else { "consent" };
        at = join(action);
        let form = [("prompt", prompt), ("login", login), ("password", "typed at the provider only")];
        answer = agent.post(&at).send_form(form).unwrap();
    }
    panic!("the browser goes round in circles at {at}");
}

#[test]
fn a_new_laptop_joins_through_the_provider_and_dunlin_never_sees_the_password() {
    let Some((scene, _provider)) = scene() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let keychain = Arc::new(MemoryKeychain::default());
    let browser = Arc::new(Browser { login: Mutex::new("unverified"), shown: Arc::default() });
    let desk = Desk::new(folder.path(), browser.clone(), keychain.clone(), scene.clock.clone());
    let office = Office { folder, clock: Arc::clone(&scene.clock), keychain, desk: Arc::new(desk) };
    office.desk.watch_team();
    let join = |login: &str| ConnectTeam { password: String::new(), ..scene.join(login) };

    let bare = ConnectTeam { code: "example".to_owned(), ..join("ana") };
    let needs = office.desk.connect_team(bare).expect_err("a new computer");
    assert_eq!(needs.field.as_deref(), Some("code"), "{needs:?}");
    let refused = office.desk.connect_team(join("unverified")).expect_err("nobody checked that address");
    assert_eq!(refused.code, ErrorCode::SignInRefused, "{refused:?}");
    assert_told(&refused, "provider");
    assert_eq!(office.desk.session(Nothing {}).unwrap().stage, Stage::FirstStart, "nothing was made");

    *browser.login.lock().unwrap() = "ana";
    let view = office.desk.connect_team(join("ana")).expect("joined");
    assert_eq!((view.login.as_str(), view.name.as_str()), ("ana", named("ana").as_str()));
    scene.up_to_date(&office);
    assert_eq!(office.desk.session(Nothing {}).unwrap().user, named("ana"), "the history is signed by name");
    assert!(browser.shown.lock().unwrap().contains("Dunlin"), "the browser says where to go on");

    office.desk.sign_in_team(SignInTeam { password: String::new() }).expect("signed in again");
    scene.up_to_date(&office);
    *browser.login.lock().unwrap() = "unverified";
    let other = office.desk.sign_in_team(SignInTeam { password: String::new() });
    assert_eq!(other.expect_err("somebody else before her screen").code, ErrorCode::SignInRefused);
}
