//! Letters printed on one laptop and opened on another: their copies go up in a queue of their own,
//! through a connection that breaks off, and come down as they were.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contract::{
    AssignAccounts, ConnectTeam, DocumentRef, ErrorCode, Host as _, LinkState, Nothing, PreviewView, SaveDocument,
    Stage,
};
use dunlin_app::{Desk, NoShell};
use server::auth::Role;

use crate::common::{Office, ROWS, assert_told, csv};
use crate::pages::decrypted;
use crate::relay::Relay;
use crate::scene::{Scene, link, until};

/// A logo that no compression makes small: a letter with it takes more than one part.
fn logo() -> String {
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(300 * 300 * 3)
    .collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 300, 300);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&noise).unwrap();
    STANDARD.encode(file)
}

/// A supervisor with letterhead and extract, and A-1 is Ana's and Bob's; Ana's connection is bad.
pub fn team(scene: &Scene, logo: Option<String>) -> (Office, Relay, Office, Office) {
    let lead = scene.laptop("lead", Role::Supervisor);
    lead.settings(|settings| {
        "Example Telecom".clone_into(&mut settings.company);
        settings.return_address = vec!["PO Box 1200".to_owned(), "Boise, ID 83701".to_owned()];
        "208-342-5599".clone_into(&mut settings.phone);
        settings.logo = logo;
    });
    assert!(lead.import(&csv(&ROWS)).done);
    scene.up_to_date(&lead);
    let relay = Relay::to(scene.address());
    scene.person("ana", Role::Specialist);
    let ana = Office::bare(Arc::clone(&scene.clock));
    ana.desk.watch_team();
    let join = ConnectTeam { server: format!("http://{}", relay.address), ..scene.join("ana") };
    ana.desk.connect_team(join).expect("joined");
    scene.up_to_date(&ana);
    let bob = scene.laptop("bob", Role::Specialist);
    for login in ["ana", "bob"] {
        assign(&lead, login, true);
    }
    scene.up_to_date(&ana);
    scene.up_to_date(&bob);
    (lead, relay, ana, bob)
}

fn assign(lead: &Office, login: &str, add: bool) {
    let input =
        AssignAccounts { login: login.to_owned(), accounts: vec![lead.account("A-1")], add, take_over_from: None };
    lead.desk.assign_accounts(input).expect("assigned");
}

/// Prints what is due on A-1; the letter's id.
fn print(office: &Office) -> String {
    let run = office.propose("letter");
    assert_eq!(office.confirm(&run).letters, 1, "{run:?}");
    letter(office)
}

fn letter(office: &Office) -> String {
    letter_of(office, "A-1")
}

/// An account's printed letter.
pub fn letter_of(office: &Office, number: &str) -> String {
    let documents = office.view(number).documents;
    let one = documents.iter().find(|one| one.channel == "letter" && one.state == "printed").expect("a letter");
    assert!(one.viewable);
    one.id.clone()
}

pub fn show(office: &Office, id: &str) -> Result<PreviewView, contract::ApiError> {
    office.desk.document(DocumentRef { id: id.to_owned() })
}

pub fn saved(office: &Office, id: &str) -> Result<Vec<u8>, contract::ApiError> {
    let path = office.path("letter.pdf");
    let _ = std::fs::remove_file(&path);
    office.desk.save_document(SaveDocument { id: id.to_owned(), path: path.display().to_string() })?;
    Ok(std::fs::read(path).unwrap())
}

pub fn letters(office: &Office) -> u32 {
    link(office).letters
}

fn offline(scene: &mut Scene, office: &Office) {
    scene.offline();
    until("it is known", || {
        let _ = office.desk.sync_now(Nothing {});
        link(office).state == LinkState::Offline
    });
}

/// Dunlin ends and starts again.
fn restarted(office: Office) -> Office {
    let Office { folder, clock, keychain, desk } = office;
    drop(desk);
    let desk = Arc::new(Desk::new(folder.path(), Arc::new(NoShell), keychain.clone(), clock.clone()));
    until("the program that ended gives its file back", || {
        desk.start();
        desk.session(Nothing {}).unwrap().stage == Stage::Ready
    });
    desk.watch_team();
    Office { folder, clock, keychain, desk }
}

pub fn until_sent(office: &Office) {
    until("the letter is with the server", || {
        let _ = office.desk.sync_now(Nothing {});
        std::thread::sleep(std::time::Duration::from_millis(80));
        letters(office) == 0
    });
}

/// Whether some of these bytes lie in the laptop's file, whoever reads it with its key.
fn lie_in(office: &Office, bytes: &[u8]) -> bool {
    let file = decrypted(office);
    let middle = bytes.len() / 2;
    // A page's end may fall into one piece, not into each.
    let piece = |at: usize| &bytes[middle + at * 300..middle + at * 300 + 40];
    (0..3).any(|at| file.windows(40).any(|window| window == piece(at)))
}

#[test]
fn a_letter_printed_offline_arrives_through_cuts_and_a_restart_and_a_colleague_opens_the_same_bytes() {
    let mut scene = Scene::new();
    let (lead, relay, ana, bob) = team(&scene, Some(logo()));
    let cy = scene.laptop("cy", Role::Specialist);
    offline(&mut scene, &ana);
    let id = print(&ana);
    assert_eq!(letters(&ana), 1, "it waits in sight");
    let waiting = ana.desk.team(Nothing {}).unwrap().letters.remove(0);
    assert!(waiting.who.contains("A-1") && waiting.stopped.is_none(), "{waiting:?}");
    let printed = saved(&ana, &id).expect("its copy is here");
    assert!(printed.starts_with(b"%PDF") && printed.len() > 256 << 10, "three parts: {}", printed.len());

    relay.parts(1);
    scene.online();
    scene.up_to_date(&ana);
    until("its second part broke off", || relay.cuts() > 0);
    assert_eq!(letters(&ana), 1);
    scene.up_to_date(&bob);
    assert_eq!(letter(&bob), id, "he knows of it: the command was not kept waiting");
    let early = show(&bob, &id).expect_err("not there yet");
    assert_eq!(early.code, ErrorCode::NotFound);
    assert_told(&early, "yet");
    let ana = restarted(ana);
    until("it survived", || letters(&ana) == 1);
    relay.parts(usize::MAX);
    until_sent(&ana);
    assert_eq!(relay.begun_at(0), 1, "what had arrived was not sent again");

    assert!(saved(&bob, &id).expect("from the server") == printed, "the same bytes");
    assert_eq!(show(&bob, &id).unwrap().pages, show(&ana, &id).unwrap().pages);
    let other = show(&cy, &id).expect_err("not hers");
    assert_eq!(other.code, ErrorCode::NotFound, "{other:?}");
    assert!(lie_in(&bob, &printed), "kept, so that it opens without the server");
    offline(&mut scene, &bob);
    assert!(saved(&bob, &id).expect("kept") == printed);
    scene.online();
    assign(&lead, "bob", false);
    scene.up_to_date(&bob);
    assert_eq!(show(&bob, &id).expect_err("given to a colleague").code, ErrorCode::NotFound);
    assert!(!lie_in(&bob, &printed), "and gone from his file");
}

#[test]
fn what_the_server_does_not_take_is_told_and_sent_again_and_a_changed_letter_is_not_shown() {
    let mut scene = Scene::new();
    let (_lead, relay, ana, bob) = team(&scene, None);
    offline(&mut scene, &ana);
    let id = print(&ana);
    scene.online_with(|config| config.attachments.most_bytes = 1_000);
    scene.up_to_date(&ana);
    let stopped = || ana.desk.team(Nothing {}).unwrap().letters.remove(0).stopped;
    until("it is refused", || stopped().is_some());
    assert!(stopped().unwrap().contains("1 to 1000 bytes"), "{:?}", stopped());
    scene.offline();
    scene.online_with(|config| config.attachments.most_bytes = 1 << 20);
    scene.up_to_date(&ana);
    assert_eq!(letters(&ana), 1, "nothing is tried again without a word");
    ana.desk.send_letters(Nothing {}).expect("waits again");
    until_sent(&ana);
    scene.up_to_date(&bob);

    // The copy left hers; what she reads now comes back to her.
    relay.spoils(true);
    let changed = saved(&ana, &id).expect_err("not what was printed");
    assert_told(&changed, "bytes do not fit");
    relay.spoils(false);
    assert!(saved(&ana, &id).expect("hers") == saved(&bob, &id).expect("his"));
}
