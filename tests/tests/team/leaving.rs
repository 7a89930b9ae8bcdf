//! Customers who are given to a colleague after their letters were printed.

use contract::{AssignAccounts, Host as _, Nothing, RunPage, SaveRun};

use crate::common::{Office, ROWS, csv_of};
use crate::letters::{letter_of, letters, saved, show, team, until_sent};
use crate::pages::{decrypted, holds};
use crate::scene::Scene;

fn hand(lead: &Office, login: &str, number: &str, add: bool) {
    let accounts = vec![lead.account(number)];
    let input = AssignAccounts { login: login.to_owned(), accounts, add, take_over_from: None };
    lead.desk.assign_accounts(input).expect("assigned");
}

fn file(office: &Office, run: &str, what: &str) -> Vec<u8> {
    let path = office.path("run").display().to_string();
    let input = SaveRun { run: run.to_owned(), what: what.to_owned(), path: path.clone() };
    office.desk.save_run(input).expect("the run's file is here");
    std::fs::read(path).unwrap()
}

fn pages(office: &Office, run: &str) -> u32 {
    office.desk.run_page(RunPage { run: run.to_owned(), page: 1 }).expect("a page").pages
}

fn has(bytes: &[u8], piece: &[u8]) -> bool {
    bytes.windows(piece.len()).any(|window| window == piece)
}

#[test]
fn one_who_leaves_takes_only_their_own_letter_out_of_the_run_and_its_copy_still_arrives() {
    let scene = Scene::new();
    let (lead, relay, ana, bob) = team(&scene, None);
    hand(&lead, "ana", "A-2", true);
    scene.up_to_date(&ana);
    relay.parts(0);
    let run = ana.propose("letter");
    assert_eq!(ana.confirm(&run).letters, 2, "{run:?}");
    let run = run.summary.run;
    let (first, second) = (letter_of(&ana, "A-1"), letter_of(&ana, "A-2"));
    assert_eq!(pages(&ana, &run), 2);
    assert!(holds(&file(&ana, &run, "pdf"), "Sample Customer One"), "its bookmark");
    scene.up_to_date(&ana);
    assert_eq!(letters(&ana), 2);

    hand(&lead, "ana", "A-1", false);
    scene.up_to_date(&ana);
    assert_eq!(pages(&ana, &run), 1, "the other is printed in the morning");
    let manifest = String::from_utf8(file(&ana, &run, "manifest")).unwrap();
    assert!(manifest.contains("1,1,A-2") && !manifest.contains("A-1"), "{manifest}");
    assert!(!show(&ana, &second).expect("hers").pages.is_empty());
    assert!(show(&ana, &first).is_err());
    let view = ana.desk.team(Nothing {}).unwrap();
    assert_eq!(view.letters.len(), 2, "what the server does not have yet waits: {:?}", view.letters);
    assert!(!holds(&decrypted(&ana), "Sample Customer One"));

    relay.parts(usize::MAX);
    until_sent(&ana);
    scene.up_to_date(&bob);
    let copy = saved(&bob, &first).expect("it arrived");
    // Fonts and letterhead are everybody's: what only this letter has.
    let others = file(&ana, &run, "pdf");
    let own: Vec<&[u8]> = copy.chunks_exact(32).filter(|piece| !has(&others, piece)).collect();
    assert!(own.len() > 20, "{}", own.len());
    let (hers, his) = (decrypted(&ana), decrypted(&bob));
    assert!(own.iter().any(|piece| has(&his, piece)), "it is looked for in the right way");
    assert!(!own.iter().any(|piece| has(&hers, piece)), "nothing of it is left where it was made");
    assert_eq!(pages(&ana, &run), 1);
}

/// The night's extract gives an account to a customer whom a colleague works.
#[test]
fn an_account_that_the_billing_system_moves_takes_only_its_own_letter_along() {
    let scene = Scene::new();
    let (lead, _relay, ana, bob) = team(&scene, None);
    hand(&lead, "ana", "A-2", true);
    hand(&lead, "bob", "A-1", false);
    hand(&lead, "bob", "A-4", true);
    scene.up_to_date(&ana);
    let run = ana.propose("letter");
    assert_eq!(ana.confirm(&run).letters, 2, "{run:?}");
    let run = run.summary.run;
    scene.up_to_date(&ana);
    let first = letter_of(&ana, "A-1");
    until_sent(&ana);

    let mut rows = ROWS.to_vec();
    rows[0].1 = rows[4].1;
    let customers = ["C-A-4", "C-A-2", "C-A-2", "C-A-3", "C-A-4", "C-A-5"];
    let owned: Vec<_> = customers.iter().zip(rows).map(|(customer, row)| (*customer, "USD", row)).collect();
    assert!(lead.import(&csv_of(&owned)).done);
    scene.up_to_date(&ana);
    scene.up_to_date(&bob);
    assert_eq!(pages(&ana, &run), 1, "hers is printed in the morning");
    assert!(show(&ana, &first).is_err());
    assert!(!holds(&decrypted(&ana), "Sample Customer Four"), "whose it is now she never heard");
    assert!(!show(&bob, &first).expect("his now").pages.is_empty());
    assert!(!bob.timeline("A-1").is_empty(), "all that happened came along");
}
