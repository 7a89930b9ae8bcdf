//! Emails in a team: one that two devices see leaves once; without the server none leaves.

use contract::{Host as _, JobRef, SendReport};
use server::auth::Role;

use crate::common::{Office, ROWS, csv};
use crate::mail;
use crate::scene::Scene;

fn send(office: &Office) -> Result<SendReport, contract::ApiError> {
    office.desk.send_outbox(JobRef { job: "send".to_owned() })
}

#[test]
fn an_email_that_two_devices_see_leaves_once_and_none_without_the_servers_word() {
    let Some(server) = mail::start() else {
        return;
    };
    let mut scene = Scene::new();
    let lead = scene.laptop("lead", Role::Supervisor);
    lead.settings(|settings| {
        "Example Telecom".clone_into(&mut settings.company);
        settings.return_address = vec!["PO Box 1200".to_owned(), "Boise, ID 83701".to_owned()];
        "208-342-5599".clone_into(&mut settings.phone);
    });
    assert!(lead.import(&csv(&ROWS)).done);
    let ana = scene.laptop("ana", Role::Specialist);
    let bob = scene.laptop("bob", Role::Specialist);
    scene.up_to_date(&lead);
    for (login, office) in [("ana", &ana), ("bob", &bob)] {
        let input = contract::AssignAccounts {
            login: login.to_owned(),
            accounts: vec![lead.account("A-3")],
            add: true,
            take_over_from: None,
        };
        lead.desk.assign_accounts(input).expect("assigned");
        scene.up_to_date(office);
        office.desk.save_mail_account(server.account("correct")).expect("a mail account");
        assert_eq!(office.desk.settings(contract::Nothing {}).unwrap().company, "Example Telecom", "the house's");
    }
    let run = ana.propose("email");
    assert_eq!((run.members.len(), run.left_out.as_slice()), (1, [].as_slice()));
    let done = ana.confirm(&run);
    assert_eq!((done.letters, done.dropped.as_slice()), (1, [].as_slice()));
    scene.up_to_date(&ana);
    scene.up_to_date(&bob);
    assert_eq!(bob.outbox().rows.len(), 1, "he sees it wait as well");

    scene.offline();
    crate::scene::until("she knows that she is offline", || {
        let _ = ana.desk.sync_now(contract::Nothing {});
        crate::scene::link(&ana).state == contract::LinkState::Offline
    });
    let kept = send(&ana).expect_err("nobody to ask");
    assert_eq!(kept.code, contract::ErrorCode::Offline, "{kept:?}");
    assert_eq!(ana.outbox().rows[0].state, "queued");
    assert!(server.messages().is_empty());

    scene.online();
    scene.up_to_date(&ana);
    scene.up_to_date(&bob);
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| send(&ana));
        let other = scope.spawn(|| send(&bob));
        (one.join().unwrap(), other.join().unwrap())
    });
    let sent: u32 = [&one, &other].iter().filter_map(|report| report.as_ref().ok()).map(|report| report.sent).sum();
    assert_eq!((sent, server.messages().len()), (1, 1), "{one:?} {other:?}");
    for office in [&ana, &bob, &ana] {
        scene.up_to_date(office);
    }
    for office in [&ana, &bob] {
        assert_eq!(office.outbox().rows[0].state, "sent");
        assert_eq!(crate::scene::link(office).refused, 0, "who came second is not bothered with it");
    }
}
