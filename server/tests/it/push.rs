//! Commands up: decided once, in order, by locked rows; refusals stored; poison kept apart.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::contact::Disposition;
use protocol::{Json, Outcome, ProblemCode, PushRequest};
use server::auth;
use server::error::ServerError;
use server::push;

use crate::scene::{Device, Scene};
use crate::work::{arrange, call, flags, note, refused};

fn code(error: &ServerError) -> ProblemCode {
    error.code()
}

#[tokio::test]
async fn a_batch_is_decided_once_and_answered_again_from_the_ledger() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let batch = [
        device.envelope(1, one.account.id, call(Disposition::Spoke)),
        device.envelope(2, one.account.id, arrange()),
        device.envelope(3, one.account.id, arrange()),
        device.envelope(4, one.account.id, note("called back")),
    ];
    let first = device.push(&batch).await.unwrap();
    let accepted: Vec<bool> = first.results.iter().map(|result| result.outcome.is_accepted()).collect();
    assert_eq!(accepted, [true, true, false, true], "{first:?}");
    assert_eq!(refused(&first.results[2]), "ARR-8", "there is an arrangement already");
    assert_eq!(first.last_device_seq, 4);

    let again = device.push(&batch).await.unwrap();
    assert_eq!(again.results, first.results, "the stored refusal and the rest, word for word");
    assert_eq!(again.seq, first.seq, "nothing was decided anew");
    assert_eq!(scene.count("SELECT count(*) FROM record WHERE tbl = 100").await, 1);

    let mut other = batch.clone();
    other[1].act = Json::of(
        &serde_json::json!({"decide": {"account": one.account.id, "command": {"command": "add_note", "note": "x"}}}),
    )
    .unwrap();
    assert_eq!(code(&device.push(&other).await.unwrap_err()), ProblemCode::Forked, "the same number, another command");
    let late = device.envelope(6, one.account.id, note("x"));
    let error = device.push(&[late]).await.unwrap_err();
    let ServerError::Told(problem) = &error else { panic!("{error}") };
    assert_eq!((problem.code, problem.expected), (ProblemCode::Gap, Some(5)));
    let mut twice = device.envelope(5, one.account.id, note("x"));
    twice.id = batch[0].id;
    assert_eq!(code(&device.push(&[twice]).await.unwrap_err()), ProblemCode::Forked, "an id is used once");
    let caller = device.caller();
    let elsewhere = PushRequest { epoch: 2, commands: vec![], lost_upto: None };
    assert_eq!(code(&push::push(&scene.app, &caller, &elsewhere).await.unwrap_err()), ProblemCode::Epoch);
    device.act(5, one.account.id, note("the failed ones left nothing behind")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_devices_that_arrange_on_one_account_exactly_one_wins() {
    let scene = Scene::new().await;
    let all = scene.accounts(1..7).await;
    let customers: Vec<_> = all.iter().map(|one| one.customer.id).collect();
    let mut devices: Vec<Arc<Device>> = Vec::new();
    for number in 0..8 {
        devices.push(Arc::new(scene.specialist(&format!("user{number}"), &customers).await));
    }
    let tasks: Vec<_> = devices
        .iter()
        .enumerate()
        .map(|(nr, device)| {
            let device = device.clone();
            // In other orders: sorted locks, not luck, keep them from waiting for one another.
            let mut accounts: Vec<_> = all.iter().map(|one| one.account.id).collect();
            let shift = nr % accounts.len();
            accounts.rotate_left(shift);
            tokio::spawn(async move {
                let batch: Vec<_> =
                    (1..).zip(accounts).map(|(seq, account)| device.envelope(seq, account, arrange())).collect();
                device.push(&batch).await.unwrap().results
            })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        for result in task.await.unwrap() {
            match &result.outcome {
                Outcome::Accepted { .. } => won += 1,
                Outcome::Refused { refusal } => assert_eq!(refusal.reasons[0].rule, "ARR-8"),
                Outcome::Quarantined { why } => panic!("{why}"),
            }
        }
    }
    assert_eq!(won, 6, "one an account");
    assert_eq!(scene.count("SELECT count(*) FROM record WHERE active").await, 6);
    assert_eq!(scene.count("SELECT count(DISTINCT account) FROM record WHERE active").await, 6);
}

#[tokio::test]
async fn what_is_anothers_is_refused_but_what_took_place_is_recorded() {
    let scene = Scene::new().await;
    let all = scene.accounts(1..3).await;
    let (mine, others) = (&all[0], &all[1]);
    let device = scene.specialist("ana", &[mine.customer.id]).await;
    let stranger = device.act(1, others.account.id, call(Disposition::Spoke)).await;
    assert_eq!(refused(&stranger), "SYN-5", "never hers: not even a fact");
    scene.assign("ana", &[], &[mine.customer.id]).await;
    let fact = device.act(2, mine.account.id, call(Disposition::Spoke)).await;
    assert_eq!(flags(&fact), ["SYN-6"], "it took place while it was hers");
    let request = device.act(3, mine.account.id, arrange()).await;
    assert_eq!(refused(&request), "SYN-5");
    assert_eq!(scene.count("SELECT count(*) FROM record WHERE tbl = 110").await, 1);
}

#[tokio::test]
async fn nobody_writes_in_anothers_name() {
    use domain::history::Entry;
    use domain::ids::HistoryId;
    use domain::plan::Plan;
    use protocol::Act;
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    for (seq, actor) in [(1, "Somebody Else"), (2, device.enrolled.name.as_str())] {
        let mut envelope = device.envelope(seq, one.account.id, note("n"));
        let entry = Entry {
            id: HistoryId(uuid::Uuid::now_v7()),
            at: envelope.clock.moment(),
            actor: actor.to_owned(),
            account: Some(one.account.id),
            kind: "letter.queued".to_owned(),
            summary: "A letter was queued".to_owned(),
            detail: serde_json::json!({}),
        };
        let plan = Plan { history: vec![entry], ..Plan::default() };
        envelope.act = Json::of(&Act::Record { account: one.account.id, plan }).unwrap();
        let result = device.push(&[envelope]).await.unwrap().results.remove(0);
        if seq == 1 {
            assert_eq!(refused(&result), "SYN-9");
        } else {
            assert!(result.outcome.is_accepted(), "{result:?}");
        }
    }
    assert_eq!(scene.count("SELECT count(*) FROM history WHERE kind = 'letter.queued'").await, 1);
}

#[tokio::test]
async fn a_poisonous_command_is_kept_apart_with_what_builds_on_it_and_blocks_nothing() {
    use domain::decide::Command;
    let scene = Scene::new().await;
    let all = scene.accounts(1..3).await;
    let customers: Vec<_> = all.iter().map(|one| one.customer.id).collect();
    let device = scene.specialist("ana", &customers).await;
    {
        use server::db::Run as _;
        let conn = scene.app.db.conn().await.unwrap();
        let sql = "UPDATE record SET body = '{\"what\": 1}' WHERE tbl = 60 AND customer = $1";
        assert!(conn.run(sql, server::params![customers[0].0.0]).await.unwrap() > 0);
    }
    let poison = device.envelope(1, all[0].account.id, arrange());
    let id = {
        use domain::ids::IdSource as _;
        domain::ids::ArrangementId(protocol::CommandIds::new(poison.id).fresh())
    };
    let follows = Command::CancelArrangement { arrangement: id, reason: "changed their mind".to_owned() };
    let batch =
        [poison, device.envelope(2, all[1].account.id, follows), device.envelope(3, all[1].account.id, arrange())];
    let results = device.push(&batch).await.unwrap().results;
    assert!(matches!(results[0].outcome, Outcome::Quarantined { .. }), "{results:?}");
    assert!(matches!(results[1].outcome, Outcome::Quarantined { .. }), "it builds on the first: {results:?}");
    assert!(results[2].outcome.is_accepted(), "{results:?}");
    assert_eq!(scene.count("SELECT count(*) FROM history WHERE kind = 'sync.quarantined'").await, 2);
    let later =
        device.envelope(4, all[1].account.id, Command::CancelArrangement { arrangement: id, reason: "x".to_owned() });
    let results = device.push(&[later]).await.unwrap().results;
    assert!(matches!(results[0].outcome, Outcome::Quarantined { .. }), "in a later batch too");
}

#[tokio::test]
async fn rows_that_the_database_refuses_roll_back_one_command_only() {
    let scene = Scene::new().await;
    let all = scene.accounts(1..3).await;
    let customers: Vec<_> = all.iter().map(|one| one.customer.id).collect();
    let device = scene.specialist("ana", &customers).await;
    {
        use server::db::Run as _;
        // As if the domain let a second arrangement through: the index is the last to say no.
        let conn = scene.app.db.conn().await.unwrap();
        conn.script(
            "CREATE FUNCTION stubborn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               IF NEW.body LIKE '%poison%' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$;
             CREATE TRIGGER stubborn BEFORE INSERT ON record FOR EACH ROW EXECUTE FUNCTION stubborn()",
        )
        .await
        .unwrap();
    }
    let batch = [
        device.envelope(1, all[0].account.id, note("before")),
        device.envelope(2, all[0].account.id, note("poison")),
        device.envelope(3, all[0].account.id, note("after")),
        device.envelope(4, all[1].account.id, arrange()),
    ];
    let results = device.push(&batch).await.unwrap().results;
    let accepted: Vec<bool> = results.iter().map(|result| result.outcome.is_accepted()).collect();
    assert_eq!(accepted, [true, false, true, true], "{results:?}");
    assert_eq!(scene.count("SELECT count(*) FROM record WHERE tbl = 110").await, 2);
    assert_eq!(scene.count("SELECT count(*) FROM feed WHERE body LIKE '%poison%'").await, 0);
}

#[tokio::test]
async fn clocks_are_flagged_and_revoked_devices_are_turned_away() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let mut fast = device.envelope(1, one.account.id, note("fast clock"));
    fast.clock.offset_ms = Some(3_600_000);
    fast.clock.occurred_at += TimeDelta::hours(1);
    let results = device.push(&[fast]).await.unwrap().results;
    assert_eq!(flags(&results[0]), ["SYN-4"], "measured, and set right");
    // An hour passed for the program, none on the wall: somebody set the clock back in between.
    let mut offline = [2, 3, 4].map(|seq| device.envelope(seq, one.account.id, note("offline")));
    for (clock, elapsed) in offline.iter_mut().map(|one| &mut one.clock).zip([1_000, 3_601_000, 3_602_000]) {
        clock.elapsed_ms = Some(elapsed);
    }
    for one in &mut offline {
        one.clock.occurred_at -= TimeDelta::hours(2);
    }
    // A computer that slept in between is an ordinary day.
    offline[2].clock.occurred_at += TimeDelta::hours(1);
    let results = device.push(&offline).await.unwrap().results;
    let told: Vec<_> = results.iter().map(flags).collect();
    assert_eq!(told, [vec![], vec!["SYN-4".to_owned()], vec![]]);
    auth::revoke(&scene.app, scene.org, "administrator", device.id().0, "lost").await.unwrap();
    let error = device.push(&[device.envelope(5, one.account.id, note("x"))]).await.unwrap_err();
    assert_eq!(code(&error), ProblemCode::Revoked);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_batch_through_two_servers_at_once_is_decided_once() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = Arc::new(scene.specialist("ana", &[one.customer.id]).await);
    // A second process has its own pool and memory, and the same database.
    let other = Arc::new(device.through(scene.second_server()));
    for round in 0..5_u64 {
        let batch: Vec<_> = (1..=10).map(|nr| device.envelope(round * 10 + nr, one.account.id, note("n"))).collect();
        let pushes: Vec<_> = [&device, &other, &device, &other]
            .into_iter()
            .map(|device| {
                let (device, batch) = (device.clone(), batch.clone());
                tokio::spawn(async move { device.push(&batch).await.unwrap() })
            })
            .collect();
        let mut answers = Vec::new();
        for push in pushes {
            answers.push(push.await.unwrap().results);
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "every answer is the same");
    }
    assert_eq!(scene.count("SELECT count(*) FROM record WHERE tbl = 110").await, 50);
}
