//! What must hold of the server and of every laptop once all is quiet.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{CustomerId, StableId};
use protocol::{CommandResult, Envelope, Outcome, Unit, WireRow};
use serde_json::Value;
use server::db::Run as _;
use server::params;
use store::{Key, Store};

use super::laptop::{Files, data};
use super::{CUSTOMERS, Laptop, MOVING};
use crate::pages::{decrypted_with, entry, holds};
use crate::scene::{Scene, named};
use dunlin_app::Keychain as _;

/// A command as the server keeps it.
struct Decided {
    envelope: Envelope,
    outcome: Outcome,
}

fn rows(scene: &Scene, sql: &str, params: &[server::db::Param<'_>]) -> Vec<tokio_postgres::Row> {
    scene.wait_for(async { scene.app.db.conn().await.unwrap().rows(sql, params).await }).unwrap()
}

/// The words of the whole history.
fn history(scene: &Scene) -> Vec<(String, String)> {
    let sql = "SELECT kind, actor || ' ' || summary || ' ' || detail FROM history WHERE org_id = $1 ORDER BY nr";
    rows(scene, sql, params![scene.org]).iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// A device's commands by number.
fn decided(scene: &Scene, device: uuid::Uuid) -> BTreeMap<u64, Decided> {
    let sql = "SELECT device_seq, envelope, result FROM command WHERE org_id = $1 AND device_id = $2";
    let found = rows(scene, sql, params![scene.org, device]);
    let read = |row: &tokio_postgres::Row| {
        let envelope: Envelope = serde_json::from_str(row.get(1)).unwrap();
        let result: CommandResult = serde_json::from_str(row.get(2)).unwrap();
        assert_eq!((result.id, result.device_seq), (envelope.id, envelope.device_seq));
        (u64::try_from(row.get::<_, i64>(0)).unwrap(), Decided { envelope, outcome: result.outcome })
    };
    found.iter().map(read).collect()
}

/// The marks in a text.
fn marks(text: &str) -> impl Iterator<Item = &str> {
    text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(mark, _)| mark)
}

fn bare(mark: &Value) -> &str {
    mark.as_str().unwrap().trim_matches(['<', '>'])
}

/// One laptop, its file and its device.
pub fn of(scene: &Scene, laptop: &Laptop<'_>) {
    let login = laptop.login;
    let computer = laptop.computer();
    let folder = data(&computer);
    let key = Files::of(&computer).get(&entry(&folder)).unwrap();
    let bytes: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&key[at..at + 2], 16).unwrap()).collect();
    let store = Store::open(folder.join("dunlin.db"), &Key::new(bytes.try_into().unwrap())).unwrap();
    let state = store.sync_state().unwrap();
    assert_eq!((state.pending, store.shadow_count().unwrap()), (0, 0), "{login}: the queue drained");

    // Each command once, in its order, and each what was done.
    let decided = decided(scene, state.device.unwrap());
    assert!(decided.keys().copied().eq(1..=state.given), "{login}: {} given, {:?}", state.given, decided.keys());
    let said = |what: &str| laptop.diary.iter().filter(|line| !line[what].is_null()).collect::<Vec<_>>();
    let begun: BTreeSet<&str> = said("doing").iter().map(|line| bare(&line["doing"])).collect();
    let done = said("done");
    let mut acknowledged = BTreeSet::new();
    for line in &done {
        for number in line["numbers"].as_array().unwrap() {
            let number = number.as_u64().unwrap();
            assert!(acknowledged.insert(number), "{login}: the number {number} was given twice");
            let one = decided.get(&number).unwrap_or_else(|| panic!("{login}: {line} is lost"));
            let act = serde_json::to_string(&one.envelope.act().unwrap()).unwrap();
            assert!(marks(&line["act"].to_string()).eq(marks(&act)), "{login}: {line} became {act}");
        }
        assert!(!line["numbers"].as_array().unwrap().is_empty(), "{login}: {line} has no number");
    }
    println!("{login}: {} acts acknowledged, {} decided, {} begun", done.len(), decided.len(), begun.len());
    assert!(done.len() > 40, "{login}: too little was done for a test");

    // In the history once; a fact is never refused, and a refusal has its reason and lies in the inbox.
    let history = history(scene);
    let mut seen = BTreeMap::<&str, u32>::new();
    history
        .iter()
        .flat_map(|(_, words)| marks(words).collect::<BTreeSet<_>>())
        .for_each(|mark| *seen.entry(mark).or_default() += 1);
    let mut agreed = 0;
    for (number, one) in &decided {
        let act = serde_json::to_string(&one.envelope.act().unwrap()).unwrap();
        let arranges = act.contains("\"arrange\"");
        if let Outcome::Refused { refusal } = &one.outcome {
            assert!(arranges || act.contains("cancel"), "{login}: a fact was refused: {act} {refusal:?}");
            assert!(!refusal.reasons.is_empty(), "{login}: {refusal:?}");
            continue;
        }
        assert!(one.outcome.is_accepted(), "{login}: {number} {:?}", one.outcome);
        agreed += usize::from(arranges);
        for mark in marks(&act) {
            assert!(begun.contains(mark), "{login}: {mark} was never begun");
            assert_eq!(seen.get(mark), Some(&1), "{login}: {mark} in the history");
        }
    }
    let entries = |(kind, words): &&(String, String)| kind == "arrangement.agreed" && words.starts_with(&named(login));
    assert_eq!(history.iter().filter(entries).count(), agreed, "{login}: each arrangement is in the history once");
    let refused = |(_, one): &(&u64, &Decided)| !one.outcome.is_accepted();
    let refused: Vec<u64> = decided.iter().filter(refused).map(|(number, _)| *number).collect();
    let inbox: Vec<u64> = store.inbox().unwrap().iter().map(|one| one.command.device_seq).collect();
    assert_eq!(inbox, refused, "{login}: the inbox holds what was refused, and nothing else");

    is_the_servers(scene, login, &store);
    println!("{login}: a chain of {}", store.verify_history().unwrap());
    store.close().unwrap();
    let plain = decrypted_with(&folder, &key);
    let works = works(scene, login);
    for number in CUSTOMERS - MOVING..CUSTOMERS {
        let here = holds(&plain, &format!("zebrafinch {number} matters"));
        assert_eq!(here, works.contains(&customer(scene, number)), "{login}: words of customer {number} in the file");
    }
}

/// The rows of a laptop's customers, and which customers those are.
fn is_the_servers(scene: &Scene, login: &str, store: &Store) {
    let here: BTreeSet<CustomerId> = store.customers().unwrap().into_iter().collect();
    assert_eq!(here, works(scene, login), "{login}: whom it holds");
    for customer in here {
        let rows = store.unit(customer).unwrap().iter().map(|row| WireRow::of(row).unwrap()).collect();
        let mine = Unit { customer, rows };
        let theirs = async { server::records::unit(&scene.app.db.conn().await?, scene.org, customer).await };
        let theirs = scene.wait_for(theirs).unwrap();
        if mine.checksum() != theirs.checksum() {
            let odd = |one: &Unit, other: &Unit| {
                one.rows.iter().filter(|row| !other.rows.contains(row)).cloned().collect::<Vec<_>>()
            };
            panic!("{login}: {customer} differs: here {:#?}\nthere {:#?}", odd(&mine, &theirs), odd(&theirs, &mine));
        }
    }
}

/// Whom the server gives a user.
fn works(scene: &Scene, login: &str) -> BTreeSet<CustomerId> {
    let sql = "SELECT customer FROM assignment JOIN person USING (org_id, user_id) WHERE org_id = $1 AND login = $2";
    let found = rows(scene, sql, params![scene.org, login]);
    found.iter().map(|row| CustomerId(StableId(row.get(0)))).collect()
}

fn customer(scene: &Scene, number: usize) -> CustomerId {
    let reference = format!("C-A-{}", 10 + number);
    let sql = "SELECT customer FROM record WHERE org_id = $1 AND tbl = 30 AND body::json ->> 'reference' = $2";
    CustomerId(StableId(rows(scene, sql, params![scene.org, reference])[0].get(0)))
}

/// The server: its chain, and its invariant that two laptops strove over.
pub fn of_all(scene: &Scene, laptops: &[Laptop<'_>]) {
    let entries = async { server::history::verify(&scene.app.db.conn().await?, scene.org).await };
    println!("the server's chain of {} holds", scene.wait_for(entries).unwrap());
    let sql =
        "SELECT account FROM record WHERE org_id = $1 AND tbl = 100 AND active GROUP BY account HAVING count(*) > 1";
    assert!(rows(scene, sql, params![scene.org]).is_empty(), "one arrangement in force an account");
    let kills: u64 = laptops.iter().map(|laptop| laptop.lives).sum();
    assert!(kills >= 20, "{kills} kills");
}
