//! Devices that come and go: what a laptop holds, what a lost one loses, what a restart keeps.

use std::sync::Arc;

use chrono::TimeDelta;
use contract::{
    Act, AssignAccounts, ConnectTeam, ErrorCode, Host as _, LinkState, LoadSample, LoginRef, Nothing, RevokeDevice,
    SignInTeam, Stage,
};
use dunlin_app::{Clock as _, Desk, NoShell};
use server::auth::Role;

use crate::common::{Office, ROWS, assert_told, csv};
use crate::pages::{decrypted, holds};
use crate::scene::{PASSWORD, Scene, link, named, until};

fn note(text: &str) -> Act {
    Act::AddNote { note: text.to_owned() }
}

/// A supervisor with the extract, and a specialist who works these accounts.
pub fn pair(scene: &Scene, numbers: &[&str]) -> (Office, Office) {
    let lead = scene.laptop("lead", Role::Supervisor);
    assert!(lead.import(&csv(&ROWS)).done);
    scene.up_to_date(&lead);
    let ana = scene.laptop("ana", Role::Specialist);
    assign(&lead, "ana", numbers, true);
    scene.up_to_date(&ana);
    (lead, ana)
}

pub fn assign(lead: &Office, login: &str, numbers: &[&str], add: bool) {
    let accounts = numbers.iter().map(|number| lead.account(number)).collect();
    let input = AssignAccounts { login: login.to_owned(), accounts, add, take_over_from: None };
    lead.desk.assign_accounts(input).expect("assigned");
}

#[test]
fn a_reassigned_account_leaves_no_trace_in_the_old_laptops_file() {
    let scene = Scene::new();
    let (lead, ana) = pair(&scene, &["A-2", "A-3"]);
    ana.act("A-3", note("Speaks of zebrafinch matters")).expect("noted");
    scene.up_to_date(&ana);
    for text in ["Sample Business LLC", "zebrafinch", "ap@example.com"] {
        assert!(holds(&decrypted(&ana), text), "{text} is there while it is hers");
    }
    ana.act("A-3", note("The last word of zebrafinch, not sent yet")).expect("noted");
    let bob = scene.laptop("bob", Role::Specialist);
    assign(&lead, "bob", &["A-3"], true);
    assign(&lead, "ana", &["A-3"], false);
    scene.up_to_date(&ana);
    assert_eq!(ana.desk.session(Nothing {}).unwrap().accounts, 1);
    assert!(ana.day().rows.iter().all(|row| row.number != "A-3"));
    let left = decrypted(&ana);
    for text in ["Sample Business LLC", "zebrafinch", "ap@example.com"] {
        assert!(!holds(&left, text), "{text} is still in the file");
    }
    assert!(holds(&left, "Sample Customer Two"), "what is hers stays");
    scene.up_to_date(&bob);
    let told = format!("{:?}", bob.timeline("A-3"));
    assert!(told.contains("The last word"), "what she did before she knew is kept: {told}");
}

#[test]
fn a_restart_keeps_what_waits_and_the_server_gets_it_once() {
    let mut scene = Scene::new();
    let (_lead, ana) = pair(&scene, &["A-1"]);
    scene.offline();
    ana.act("A-1", note("Written in the train")).expect("noted");
    let Office { folder, clock, keychain, desk } = ana;
    drop(desk);
    let desk = Arc::new(Desk::new(folder.path(), Arc::new(NoShell), keychain.clone(), clock.clone()));
    until("the program that ended gives its file back", || {
        desk.start();
        desk.session(Nothing {}).unwrap().stage == Stage::Ready
    });
    let ana = Office { folder, clock, keychain, desk };
    ana.desk.watch_team();
    until("it knows what waits", || link(&ana).queued == 1 && link(&ana).state == LinkState::Offline);
    assert_eq!(ana.desk.team(Nothing {}).unwrap().queue[0].what, "Note: Written in the train");
    scene.online();
    scene.up_to_date(&ana);
    let entries = ana.timeline("A-1");
    assert_eq!(entries.iter().filter(|entry| format!("{entry:?}").contains("train")).count(), 1);
}

#[test]
fn a_revoked_device_loses_its_copy_and_may_begin_anew() {
    let scene = Scene::new();
    let (_lead, ana) = pair(&scene, &["A-1"]);
    let admin = scene.laptop("admin", Role::Administrator);
    let roster = admin.desk.roster(Nothing {}).expect("a roster");
    assert_eq!(roster.people.len(), 3);
    let hers = roster.devices.iter().find(|one| one.login == "ana").expect("her laptop");
    let input = RevokeDevice { device: hers.id.clone(), why: "Left in a taxi".to_owned() };
    admin.desk.revoke_device(input).expect("revoked");
    until("her laptop hears of it", || {
        let _ = ana.desk.sync_now(Nothing {});
        !ana.path("dunlin.db").exists()
    });
    until("she is told", || {
        let view = ana.desk.session(Nothing {}).unwrap();
        view.problem.is_some_and(|problem| problem.message.contains("administrator") && !problem.remedy.is_empty())
    });
    // The program starts again: as on a new computer.
    ana.desk.start();
    assert_eq!(ana.desk.session(Nothing {}).unwrap().stage, Stage::FirstStart);
    ana.desk.connect_team(scene.join("ana")).expect("joined again");
    scene.up_to_date(&ana);
    assert_eq!(ana.desk.session(Nothing {}).unwrap().accounts, 1);
}

#[test]
fn who_stays_away_too_long_asks_the_server_before_the_file_opens() {
    let mut scene = Scene::new();
    let (_lead, ana) = pair(&scene, &["A-1"]);
    scene.offline();
    scene.clock.forward(TimeDelta::days(60));
    ana.desk.lock(Nothing {}).expect("locked");
    let away = ana.desk.retry_open(Nothing {}).expect("a view");
    assert_eq!(away.stage, Stage::Blocked);
    assert_told(&away.problem.expect("said"), "too long");
    scene.online();
    let back = ana.desk.retry_open(Nothing {}).expect("a view");
    assert_eq!(back.stage, Stage::Ready, "the server knows the device: {:?}", back.problem);
    until("after so long the person signs in again", || link(&ana).state == LinkState::SignIn);
    ana.desk.sign_in_team(SignInTeam { password: PASSWORD.to_owned() }).expect("signed in");
    scene.up_to_date(&ana);
}

#[test]
fn a_session_that_ran_out_asks_for_the_password_and_goes_on() {
    let scene = Scene::new();
    let (_lead, ana) = pair(&scene, &["A-1"]);
    scene.clock.forward(TimeDelta::days(10));
    until("she is asked to sign in", || {
        let _ = ana.desk.sync_now(Nothing {});
        link(&ana).state == LinkState::SignIn
    });
    ana.act("A-1", note("Work goes on meanwhile")).expect("noted");
    let wrong = ana.desk.sign_in_team(SignInTeam { password: "something else".to_owned() }).expect_err("wrong");
    assert_eq!(wrong.code, ErrorCode::SignInRefused, "{wrong:?}");
    ana.desk.sign_in_team(SignInTeam { password: PASSWORD.to_owned() }).expect("signed in");
    scene.up_to_date(&ana);
    assert_eq!(link(&ana).queued, 0);
}

#[test]
fn a_forgotten_password_is_replaced_and_the_lock_ends() {
    let scene = Scene::new();
    let ana = scene.laptop("ana", Role::Specialist);
    scene.clock.forward(TimeDelta::days(10));
    until("she is asked to sign in", || {
        let _ = ana.desk.sync_now(Nothing {});
        link(&ana).state == LinkState::SignIn
    });
    let sign_in = |password: &str| ana.desk.sign_in_team(SignInTeam { password: password.to_owned() });
    for _ in 0..5 {
        assert_eq!(sign_in("something else").expect_err("wrong").code, ErrorCode::SignInRefused);
    }
    sign_in(PASSWORD).expect_err("the right one does not help who is locked");
    let admin = scene.laptop("admin", Role::Administrator);
    let locked = || {
        let roster = admin.desk.roster(Nothing {}).expect("a roster");
        roster.people.into_iter().filter_map(|one| Some((one.login, one.locked_until?))).collect::<Vec<_>>()
    };
    assert!(
        matches!(locked().as_slice(), [(login, until)] if login == "ana" && *until > scene.clock.now().to_rfc3339())
    );
    let hers = LoginRef { login: "ana".to_owned() };
    let refused = ana.desk.new_password(hers.clone()).expect_err("a specialist gives no passwords");
    assert!(!refused.message.is_empty());
    let made = admin.desk.new_password(hers).expect("made").password;
    assert!(locked().is_empty());
    assert_eq!(sign_in(PASSWORD).expect_err("the old one ended").code, ErrorCode::SignInRefused);
    sign_in(&made).expect("signed in");
    scene.up_to_date(&ana);
}

#[test]
fn joining_is_refused_with_the_reason_and_nothing_is_made() {
    let scene = Scene::new();
    scene.person("ana", Role::Specialist);
    let office = Office::bare(Arc::clone(&scene.clock));
    office.desk.watch_team();
    let join = scene.join("ana");
    let with = |change: fn(&mut ConnectTeam)| {
        let mut input = join.clone();
        change(&mut input);
        office.desk.connect_team(input).expect_err("refused")
    };
    let told = with(|input| input.server = "http://dunlin.example.com".to_owned());
    assert_eq!(told.field.as_deref(), Some("server"));
    assert_told(&told, "unencrypted");
    assert_told(&with(|input| input.server = "dunlin".to_owned()), "dunlin");
    assert_eq!(with(|input| input.server = "http://127.0.0.1:9".to_owned()).code, ErrorCode::Offline);
    assert_eq!(with(|input| input.code = "EXAMPLE-AAAA-BBBB-CCCC".to_owned()).code, ErrorCode::SignInRefused);
    assert_eq!(with(|input| input.code.clear()).field.as_deref(), Some("code"));
    assert_told(&with(|input| input.authority = Some("no certificate".to_owned())), "certificate");
    assert_eq!(office.desk.session(Nothing {}).unwrap().stage, Stage::FirstStart, "nothing was made");
    office.desk.connect_team(join).expect("joined");
    scene.up_to_date(&office);
    assert_eq!(office.desk.session(Nothing {}).unwrap().user, named("ana"));
    let again = office.desk.connect_team(scene.join("ana")).expect_err("joined already");
    assert_told(&again, "already");
    let sample = LoadSample { job: "sample".to_owned(), accounts: 10 };
    assert_told(&office.desk.load_sample(sample).expect_err("a team's data"), "sample portfolio");
}

#[test]
fn leaving_deletes_the_copy_and_the_server_keeps_the_work() {
    let scene = Scene::new();
    let (lead, ana) = pair(&scene, &["A-1"]);
    ana.act("A-1", note("Stays with the team")).expect("noted");
    scene.up_to_date(&ana);
    let view = ana.desk.leave_team(Nothing {}).expect("left");
    assert_eq!(view.stage, Stage::FirstStart);
    assert!(!ana.path("dunlin.db").exists());
    scene.up_to_date(&lead);
    assert!(format!("{:?}", lead.timeline("A-1")).contains("Stays with the team"));
}
