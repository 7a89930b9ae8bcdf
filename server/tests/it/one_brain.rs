//! One brain: for random acts of every kind the device's decision, on its own encrypted file, and the
//! server's are the same, row for row.

use std::collections::BTreeMap;

use domain::decide::Actor;
use domain::policy::Policy;
use domain::row::{Row, Table};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use protocol::{Act, Envelope, Json, Outcome};
use store::{Key, NewCommand, Place, Store, StoreError, Taken};

use crate::acts::{self, KINDS};
use crate::scene::{Device, Scene, start};
use crate::work::{note, rows};

/// A device's file that took in a first snapshot of these rows.
fn file(folder: &std::path::Path, device: &Device, mut rows: Vec<Row>) -> Store {
    rows.sort_by_key(Row::table);
    let store = Store::begin_snapshot(folder.join("device.db"), &Key::new([7; 32]), "{}").unwrap();
    store.add_snapshot_part(0, &rows).unwrap();
    let place = Place { epoch: 1, seq: 1, scope_version: 1, schema_version: 1 };
    let taken = Taken { device: device.id().0, place, decided: 0, verdicts: vec![] };
    store.finish_snapshot(&taken, 1, None, &mut |_, _| Err("nothing is pending".to_owned())).unwrap();
    store
}

/// What the device decides, and does when it is allowed.
fn decided(
    store: &Store,
    envelope: &Envelope,
    act: &Act,
    policy: &Policy,
    by: &Actor,
) -> Result<(), domain::reason::Refusal> {
    let moment = envelope.clock.moment();
    let facts = store.facts(act.account(), moment).unwrap();
    let plan = protocol::decide(envelope, &facts, policy, by)?;
    let body = serde_json::to_string(envelope).unwrap();
    let command = NewCommand { id: envelope.id.0, at: moment, body, permit: None };
    store.act::<StoreError>(act.account(), moment, |_| Ok((command, plan))).unwrap();
    Ok(())
}

fn by_id(rows: impl IntoIterator<Item = Row>) -> BTreeMap<(Table, String), Row> {
    rows.into_iter().map(|row| ((row.table(), row.id()), row.canonical())).collect()
}

#[tokio::test]
async fn device_and_server_reach_the_same_verdict_and_the_same_rows() {
    let scene = Scene::new().await;
    let all = scene.accounts(1..9).await;
    let customers: Vec<_> = all.iter().map(|one| one.customer.id).collect();
    let device = scene.specialist("ana", &customers).await;
    let by = Actor::specialist(&device.enrolled.name);
    let policy = Policy::standard();
    let folder = tempfile::tempdir().unwrap();
    let store = file(folder.path(), &device, all.iter().flat_map(rows).collect());
    let strategy = prop::collection::vec((any::<u8>(), any::<u8>(), -50_i64..30_000, 0_u64..30), 60);
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let (mut seq, mut refused) = (0, 0);
    let mut accepted = BTreeMap::<u8, u32>::new();
    for one in &all {
        let choices = strategy.new_tree(&mut runner).unwrap().current();
        for some in choices.chunks(5) {
            let mut batch = Vec::new();
            let mut expected = Vec::new();
            for choice in some {
                seq += 1;
                let facts = store.facts(one.account.id, start()).unwrap();
                let act = acts::act(&facts, &by.name, *choice);
                let envelope =
                    Envelope { act: Json::of(&act).unwrap(), ..device.envelope(seq, one.account.id, note("n")) };
                expected.push((choice.0 % KINDS, act.clone(), decided(&store, &envelope, &act, &policy, &by)));
                batch.push(envelope);
            }
            for (result, (kind, act, mine)) in device.push(&batch).await.unwrap().results.into_iter().zip(expected) {
                match (result.outcome, mine) {
                    (Outcome::Accepted { .. }, Ok(())) => *accepted.entry(kind).or_default() += 1,
                    (Outcome::Refused { refusal }, Err(mine)) => {
                        assert_eq!(refusal, mine, "{act:?}");
                        refused += 1;
                    }
                    (theirs, mine) => panic!("the server said {theirs:?}, the device {mine:?} to {act:?}"),
                }
            }
        }
        let server = device.snapshot().await.0.into_iter();
        let theirs = by_id(
            server.filter(|row| row.account() == Some(one.account.id) || row.customer() == Some(one.customer.id)),
        );
        let mine = by_id(store.unit(one.customer.id).unwrap());
        for (key, row) in &mine {
            assert_eq!(theirs.get(key), Some(row), "{key:?}");
        }
        assert_eq!(theirs.len(), mine.len());
    }
    assert!(accepted.len() > 25 && refused > 50, "{accepted:?} accepted, {refused} refused: the choices cover both");
}
