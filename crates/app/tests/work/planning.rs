//! My day while two threads plan it: what is kept is never of older facts than what was there.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use contract::{CreateDatabase, Host as _, JobRef};
use dunlin_app::{Clock, MemoryKeychain};

use crate::common::{Moving, NOON, Office, ROWS, USER, csv, desk};

/// A clock on which one thread waits, the second time it asks for the date: a planner has its facts by
/// then, and keeps nothing yet.
#[derive(Default)]
struct Parking {
    here: Mutex<Option<std::thread::ThreadId>>,
    asked: AtomicU32,
    parked: Condvar,
    stands: Mutex<bool>,
}

impl Clock for Parking {
    fn now(&self) -> DateTime<Utc> {
        NOON.parse().expect("a moment")
    }

    fn today(&self) -> NaiveDate {
        let parks = *self.here.lock().expect("a thread") == Some(std::thread::current().id());
        if parks && self.asked.fetch_add(1, Ordering::SeqCst) == 1 {
            *self.stands.lock().expect("a word") = true;
            self.parked.notify_all();
            // Long enough for the other, if nothing keeps it waiting.
            std::thread::sleep(Duration::from_secs(1));
        }
        self.now().date_naive()
    }
}

#[test]
fn a_slow_planner_does_not_overwrite_what_a_later_one_saw() {
    let (folder, keychain) = (tempfile::tempdir().expect("a folder"), Arc::new(MemoryKeychain::default()));
    let clock = Arc::new(Parking::default());
    let desk = Arc::new(desk(folder.path(), keychain.clone(), clock.clone()));
    desk.create_database(CreateDatabase { passphrase: None, user: USER.to_owned() }).expect("created");
    let office = Office { folder, clock: Moving::at(NOON), keychain, desk };
    assert!(office.import(&csv(&ROWS[..1])).done);
    assert_eq!(office.day().rows.len(), 1);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            *clock.here.lock().expect("a thread") = Some(std::thread::current().id());
            office.desk.replan(JobRef { job: "slow".to_owned() }).expect("planned");
        });
        let stands = clock.stands.lock().expect("a word");
        drop(clock.parked.wait_while(stands, |stands| !*stands).expect("it stands"));
        assert!(office.import(&csv(&ROWS)).done);
    });
    assert_eq!(office.day().rows.len(), 4, "the accounts that came meanwhile are still to be worked");
}
