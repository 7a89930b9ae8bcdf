//! Several people, one portfolio: what each did offline, and what became of it.

use contract::{
    Act, ArrangeForm, AssignAccounts, AuditQuery, DayQuery, Host as _, LinkState, Nothing, SaveWaiting, SettleRefused,
};
use server::auth::Role;

use crate::common::{Office, ROWS, csv};
use crate::scene::{Scene, link, named, until};

fn assign(login: &str, accounts: Vec<String>, add: bool) -> AssignAccounts {
    AssignAccounts { login: login.to_owned(), accounts, add, take_over_from: None }
}

fn terms(count: u32) -> Act {
    Act::Arrange {
        terms: ArrangeForm {
            kind: "installments".to_owned(),
            currency: "USD".to_owned(),
            invoices: Vec::new(),
            down: "32.50".to_owned(),
            count: Some(count),
            amount: None,
            frequency: "monthly".to_owned(),
            first_due: "2026-04-01".to_owned(),
            approved_by: None,
        },
    }
}

#[test]
fn two_who_work_the_same_account_offline_come_back_and_one_arrangement_wins() {
    let mut scene = Scene::new();
    let lead = scene.laptop("lead", Role::Supervisor);
    assert!(lead.import(&csv(&ROWS)).done);
    scene.up_to_date(&lead);
    until("My day is planned from what came back", || lead.day().rows.len() == 4);
    let all: Vec<String> = ["A-1", "A-2"].iter().map(|number| lead.account(number)).collect();
    let ana = scene.laptop("ana", Role::Specialist);
    let bob = scene.laptop("bob", Role::Specialist);
    assert_eq!(ana.desk.session(Nothing {}).unwrap().accounts, 0, "nothing is assigned yet");
    for login in ["ana", "bob"] {
        lead.desk.assign_accounts(assign(login, all.clone(), true)).expect("assigned");
    }
    for office in [&ana, &bob] {
        scene.up_to_date(office);
        assert_eq!(office.desk.session(Nothing {}).unwrap().accounts, 2);
    }
    assert_eq!(ana.view("A-2").others, [named("bob")]);

    scene.offline();
    ana.act("A-2", terms(3)).expect("agreed");
    bob.act("A-2", terms(2)).expect("agreed, as far as he knows");
    bob.act("A-1", Act::AddNote { note: "Will send proof of payment".to_owned() }).expect("noted");
    until("both know that they are offline", || {
        [&ana, &bob].iter().all(|office| {
            office.desk.sync_now(Nothing {}).unwrap();
            link(office).state == LinkState::Offline
        })
    });
    assert_eq!((link(&ana).queued, link(&bob).queued), (1, 2));

    scene.online();
    scene.up_to_date(&ana);
    scene.up_to_date(&bob);
    scene.up_to_date(&ana);
    assert_eq!(ana.view("A-2").arrangements.len(), 1);
    let team = bob.desk.team(Nothing {}).expect("a view");
    assert_eq!((team.link.refused, team.queue.len()), (1, 0));
    let refused = &team.refused[0];
    assert!(refused.what.contains("2 installments"), "{}", refused.what);
    assert!(refused.reasons.iter().any(|reason| reason.rule == "ARR-8"), "{refused:?}");
    assert!(!refused.why.is_empty() && !refused.remedy.is_empty());
    assert_eq!(refused.act, Some(terms(2)), "to be edited and done again");
    assert_eq!(bob.view("A-2").arrangements.len(), 1, "hers");
    assert_eq!(bob.view("A-2").arrangements[0].installments.len(), 4);
    assert!(
        ana.timeline("A-1").iter().any(|entry| format!("{entry:?}").contains("proof of payment")),
        "his note came to her"
    );

    scene.offline();
    bob.act("A-1", Act::AddNote { note: "She pays on the 3rd".to_owned() }).expect("noted");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("waiting.csv");
    let save = |path: &std::path::Path| bob.desk.save_waiting(SaveWaiting { path: path.display().to_string() });
    assert!(save(&path).expect("saved").message.starts_with("2 acts"));
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[1].starts_with("refused,") && lines[1].contains("2 installments") && lines[1].contains("(A-2)"),
        "{text}"
    );
    assert!(lines[2].starts_with("waiting,") && lines[2].contains("Note: She pays on the 3rd"), "{text}");
    let error = save(&folder.path().join("gone/waiting.csv")).expect_err("no such folder");
    assert!(error.message.contains("waiting.csv"), "{error:?}");
    scene.online();

    let number = refused.number;
    bob.desk.settle_refused(SettleRefused { number, how: "discarded".to_owned() }).expect("settled");
    assert_eq!(link(&bob).refused, 0);
    let again = bob.desk.settle_refused(SettleRefused { number, how: "discarded".to_owned() });
    assert!(again.is_err(), "settled once");
    assert!(ana.desk.verify_history(Nothing {}).unwrap().broken.is_none());
    let audit = lead.desk.team_audit(AuditQuery { account: String::new(), kind: String::new(), below: None }).unwrap();
    assert!(audit.lines.iter().any(|line| line.actor == named("ana") && line.kind.starts_with("arrangement")));
}

#[test]
fn offline_a_call_needs_a_permit_and_spends_it() {
    let mut scene = Scene::new();
    let lead = scene.laptop("lead", Role::Supervisor);
    assert!(lead.import(&csv(&ROWS)).done);
    scene.up_to_date(&lead);
    let ana = scene.laptop("ana", Role::Specialist);
    let all = ["A-1", "A-2", "A-5"].iter().map(|number| lead.account(number)).collect();
    lead.desk.assign_accounts(assign("ana", all, true)).expect("assigned");
    scene.up_to_date(&ana);
    // A-5 owes nothing that is due: nobody means to call there.
    until("permits for those to be called", || {
        let _ = ana.desk.sync_now(Nothing {});
        ana.desk.team(Nothing {}).unwrap().permits == 2
    });
    assert_eq!(ana.view("A-5").contact.state, "yes", "online the server is asked");
    scene.offline();
    until("she knows that she is offline", || {
        ana.desk.sync_now(Nothing {}).unwrap();
        link(&ana).state == LinkState::Offline
    });
    assert_eq!(ana.view("A-1").contact.state, "yes");
    let without = ana.view("A-5").contact;
    assert_eq!(without.state, "no", "{without:?}");
    assert!(without.text.contains("go online"), "{}", without.text);
    let state = |number: &str| ana.day().rows.into_iter().find(|row| row.number == number).map(|row| row.contact.state);
    assert_eq!(state("A-1").as_deref(), Some("yes"), "My day's row says the same");
    let reachable = |office: &Office| -> Vec<String> {
        let query = DayQuery {
            kinds: Vec::new(),
            urgent: false,
            contactable: true,
            whose: String::new(),
            text: String::new(),
            offset: 0,
            limit: 50,
        };
        office.desk.my_day(query).unwrap().rows.into_iter().map(|row| row.number).collect()
    };
    assert_eq!(reachable(&ana).len(), 2, "and the filter");
    let call = Act::RecordContact {
        medium: "call".to_owned(),
        direction: "outbound".to_owned(),
        point: "208-342-5550".to_owned(),
        disposition: "no_answer".to_owned(),
        note: String::new(),
        promise_amount: None,
        promise_currency: None,
        date: None,
    };
    ana.act("A-1", call.clone()).expect("recorded");
    assert_eq!(ana.desk.team(Nothing {}).unwrap().permits, 1, "spent");
    assert_eq!(ana.view("A-1").contact.state, "no", "no second one");
    assert_ne!(state("A-1").as_deref(), Some("yes"), "on My day neither");
    assert_eq!(reachable(&ana), ["A-2"]);
    // What took place is recorded, with a permit or without.
    ana.act("A-5", call).expect("recorded");
    scene.online();
    scene.up_to_date(&ana);
    scene.up_to_date(&lead);
    assert_eq!(lead.view("A-1").contact.calls_used, 1, "counted for everybody");
    assert_eq!(link(&ana).refused, 0);
}
