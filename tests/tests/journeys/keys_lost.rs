//! A key that does not fit, a key that is gone, a file that is damaged, a second window: each has
//! its screen, and the data stays.

use serde_json::Value;

use crate::world::{TUESDAY, World};

const SERVICE: &str = "app.dunlin.desktop";

#[tokio::test]
async fn a_wrong_or_missing_key_and_a_damaged_file_have_their_screens_and_the_data_stays() {
    let mut world = World::new(TUESDAY).await;
    world.fill("Your name", "Robin").await;
    world.press("Start and import an extract").await;
    world.sees("Import").await;
    world.close().await;
    let database = world.data().join("dunlin.db");
    let sources: Value =
        serde_json::from_slice(&std::fs::read(world.data().join("dunlin.db.key.json")).expect("the key's source"))
            .expect("JSON");
    let name = sources[0]["entry"].as_str().expect("an entry").to_owned();
    let entry = keyring::Entry::new(SERVICE, &name).expect("an entry");
    let key = entry.get_password().expect("the key is in the Secret Service");
    assert_eq!(key.len(), 64, "256 bits in hex");

    entry.set_password(&"ab".repeat(32)).expect("another key");
    world.open().await;
    world.sees("The key does not fit").await;
    world.is_accessible("the wrong key").await;
    world.screenshot("wrong-key").await;
    world.close().await;

    entry.delete_credential().expect("gone");
    world.open().await;
    world.sees("The key is missing").await;
    world.screenshot("missing-key").await;

    // It is back: trying again opens it.
    entry.set_password(&key).expect("back");
    world.press("Try again").await;
    world.sees("Import").await;

    // A second window on the same data says so; the first goes on.
    let second = World::beside(&world).await;
    second.sees("Already open").await;
    second.screenshot("second-window").await;
    drop(second);
    world.close().await;

    let mut damaged = std::fs::read(&database).expect("the database");
    for byte in &mut damaged[100..2_000] {
        *byte ^= 0x5a;
    }
    std::fs::write(&database, &damaged).expect("damaged");
    world.open().await;
    world.sees("damaged").await;
    world.screenshot("damaged").await;
    world.close().await;
    assert_eq!(std::fs::read(&database).expect("the database"), damaged, "nothing was written to it");
}
